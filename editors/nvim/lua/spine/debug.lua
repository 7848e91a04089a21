-- `:Spine debug STEP`: gives one step to the Python debugger of nvim-dap, by the configuration that the server's runner
-- makes of it.

local server = require('spine.server')

local M = {}

---What nvim-dap calls an adapter for Python, the first that there is.
local ADAPTERS = { 'debugpy', 'python' }

---nvim-dap, with the name of its adapter for Python; or what is missing.
---@return table? dap, string words
local function debugger()
  local found, dap = pcall(require, 'dap')
  if not found then
    return nil, 'steps are debugged by nvim-dap, which is not installed; see :help spine-debug'
  end
  for _, name in ipairs(ADAPTERS) do
    if dap.adapters[name] then
      return dap, name
    end
  end
  return nil, 'nvim-dap has no adapter for Python (`debugpy`); see :help spine-debug'
end

---@param bufnr integer
---@param argument table as `spine.run` takes it, with the one step in `only`
local function start(bufnr, argument)
  local dap, words = debugger()
  if not dap then
    server.say(words, vim.log.levels.WARN)
    return
  end
  argument.debug = true
  require('spine.run').start(bufnr, argument)
end

---`:Spine debug STEP [KEY=VALUE]...`.
---@param call spine.Call
---@return string? stray
function M.run(call)
  local step = table.remove(call.words, 1)
  if not step then
    server.say('which step? `:Spine debug STEP` names it', vim.log.levels.WARN)
    return nil
  end
  local argument, stray = require('spine.run').argument(call.words)
  if stray then
    return stray
  end
  argument.group, argument.only = call.group, { step }
  start(call.source, argument)
end

---What the lens above a step that failed does.
---@param command lsp.Command its argument is `{ uri, group, step, resume }`
function M.lens(command)
  local given = (command.arguments or {})[1] or {}
  local source = given.uri and vim.uri_to_bufnr(given.uri) or vim.api.nvim_get_current_buf()
  start(source, { group = given.group, resume = given.resume, only = { given.step } })
end

---Starts the debugger by what the runner has told.
---@param event table
function M.launch(event)
  local dap, words = debugger()
  if dap then
    dap.run(vim.tbl_extend('force', event.configuration, { type = words }))
  else
    server.say(words, vim.log.levels.WARN)
  end
end

return M
