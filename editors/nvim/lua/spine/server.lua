-- The running server: which client it is, and how it is asked. The JSON is that of docs/commands.md.

local M = {}

M.NAME = 'spine_lsp'
M.GAVE_UP = 'the server ended five times within three minutes and is not started again;'
  .. ' see :checkhealth spine, then :Spine restart'

local START_MS = 10000 -- for a server to start
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

---Why the server's command cannot be run; nil if it can.
---@param config vim.lsp.Config
---@return string?
function M.missing_command(config)
  local cmd = config.cmd
  if type(cmd) ~= 'table' or not cmd[1] or vim.fn.executable(cmd[1]) == 1 then
    return nil
  end
  return ('`%s` is not found; see :checkhealth spine'):format(cmd[1])
end

---Why no server will serve a buffer that none serves now; nil if one is on its way.
---@param bufnr integer
---@return string?
function M.obstacle(bufnr)
  local config = vim.lsp.config[M.NAME]
  local wanted = vim.lsp.is_enabled(M.NAME)
    or (vim.v.vim_did_enter == 0 and require('spine.config').get().enable)
  if M.is_starting(bufnr) then
    return nil
  elseif not require('spine.detect').is_spine(bufnr) then
    return 'this file holds no pipeline group'
  elseif not vim.list_contains(config.filetypes or {}, vim.bo[bufnr].filetype) then
    return "the 'filetype' of this file is not yaml"
  elseif not wanted then
    return "the server is not enabled; enable it with vim.lsp.enable('spine_lsp')"
  elseif require('spine.attach').gave_up() then
    return M.GAVE_UP
  end
  return M.missing_command(config)
end

---Waits for the server of a buffer: it may be about to start.
---@param bufnr integer
---@param done fun(client: vim.lsp.Client?, failure: string?)
local function when_ready(bufnr, done)
  local client = M.client(bufnr)
  local failure = not client and M.obstacle(bufnr) or nil
  if client or failure then
    done(client, failure)
    return
  end
  local timer ---@type uv.uv_timer_t
  local attached = vim.api.nvim_create_autocmd('LspAttach', {
    buffer = bufnr,
    callback = function(event)
      local new = vim.lsp.get_client_by_id(event.data.client_id)
      if new and new.name == M.NAME then
        timer:stop()
        timer:close()
        done(new)
        return true
      end
    end,
  })
  timer = vim.defer_fn(function()
    pcall(vim.api.nvim_del_autocmd, attached) -- gone already if its buffer is
    done(nil, 'the server does not answer; see :checkhealth spine')
  end, START_MS)
end

---What a failed request says: what was wrong with the question is in words for the user.
---@param what string the method or the command
---@param err lsp.ResponseError
---@return string
local function failure_of(what, err)
  local invalid = vim.lsp.protocol.ErrorCodes.InvalidParams
  return err.code == invalid and err.message or ('%s failed: %s'):format(what, err.message)
end

---Asks the server of a buffer, as soon as there is one.
---@param bufnr integer
---@param method string
---@param params table
---@param callback fun(result: table?, failure: string?, client: vim.lsp.Client?)
function M.request(bufnr, method, params, callback)
  when_ready(bufnr, function(client, failure)
    if not client then
      callback(nil, failure)
      return
    end
    local sent = client:request(method, params, function(err, result)
      callback(result, err and failure_of(params.command or method, err) or nil, client)
    end, bufnr)
    if not sent then
      callback(nil, 'the server has stopped; start it again with :Spine restart', client)
    end
  end)
end

---Runs a command of the server, as soon as there is one.
---@param bufnr integer
---@param command string such as `spine.graph`
---@param argument table
---@param callback fun(result: table?, failure: string?, client: vim.lsp.Client?)
function M.ask(bufnr, command, argument, callback)
  M.request(bufnr, 'workspace/executeCommand', { command = command, arguments = { argument } }, callback)
end

---Asks the server of a buffer and waits for the answer, for the completion of arguments.
---@param bufnr integer
---@param method string
---@param params table
---@return table?
function M.request_now(bufnr, method, params)
  local client = M.client(bufnr)
  local answer = client and client:request_sync(method, params, PATIENCE_MS, bufnr)
  return answer and answer.result or nil
end

---Runs a command of the server and waits for the answer.
---@param bufnr integer
---@param command string
---@param argument table
---@return table?
function M.ask_now(bufnr, command, argument)
  return M.request_now(bufnr, 'workspace/executeCommand', { command = command, arguments = { argument } })
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
