-- The running server: which client it is, and how it is asked. The JSON is that of ARCHITECTURE.md.

local M = {}

M.NAME = 'spine_lsp'
M.GAVE_UP = 'the server ended five times within three minutes and is not started again;'
  .. ' see :checkhealth spine, then :Spine restart'

local PATIENCE_MS = 3000 -- for what is completed while a user waits; CTRL-C ends it sooner

---@class spine.Origin
---@field uri string
---@field group string?

---The client that serves a buffer; one that is about to end does not count.
---@param bufnr integer
---@return vim.lsp.Client?
function M.client(bufnr)
  return vim.iter(vim.lsp.get_clients({ bufnr = bufnr, name = M.NAME })):find(function(client)
    return not client:is_stopped()
  end)
end

---Whether a server is about to serve a buffer.
---@param bufnr integer
---@return boolean
function M.is_starting(bufnr)
  return vim
    .iter(vim.lsp.get_clients({ bufnr = bufnr, name = M.NAME, _uninitialized = true }))
    :any(function(client)
      return not client.initialized and not client:is_stopped()
    end)
end

---Why the server's command cannot be run, and what to do; nil if it can.
---@param config vim.lsp.Config
---@return string?
function M.missing_command(config)
  local cmd = config.cmd
  if type(cmd) ~= 'table' or not cmd[1] or vim.fn.executable(cmd[1]) == 1 then
    return nil
  end
  return (
    'the server `%s` is not executable; install it with `pipx install spine-lsp`,'
    .. " or say where it is with vim.lsp.config('spine_lsp', { cmd = { '/path/to/spine-lsp', 'serve' } })"
  ):format(cmd[1])
end

---Runs a command of the server.
---@param bufnr integer
---@param command string such as `spine.graph`
---@param argument table
---@param callback fun(result: table?, failure: string?, client: vim.lsp.Client?)
function M.ask(bufnr, command, argument, callback)
  local client = M.client(bufnr)
  if not client then
    callback(nil, 'the server does not run for this file; see :checkhealth spine')
    return
  end
  local params = { command = command, arguments = { argument } }
  local sent = client:request('workspace/executeCommand', params, function(err, result)
    callback(result, err and ('%s failed: %s'):format(command, err.message) or nil, client)
  end, bufnr)
  if not sent then
    callback(nil, 'the server has stopped; start it again with :Spine restart', client)
  end
end

---Runs a command of the server and waits for the answer, for the completion of arguments.
---@param bufnr integer
---@param command string
---@param argument table
---@return table?
function M.ask_now(bufnr, command, argument)
  local client = M.client(bufnr)
  local answer = client
    and client:request_sync(
      'workspace/executeCommand',
      { command = command, arguments = { argument } },
      PATIENCE_MS,
      bufnr
    )
  return answer and answer.result or nil
end

---Says something of the plugin's own, the first time only.
---@param text string
---@param level integer
function M.say_once(text, level)
  vim.notify_once('spine: ' .. text, level)
end

---Says something of the plugin's own.
---@param text string
---@param level integer?
function M.say(text, level)
  vim.notify('spine: ' .. text, level or vim.log.levels.INFO)
end

return M
