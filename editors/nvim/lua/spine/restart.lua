-- `:Spine restart`: ends the server, waits for its end, and starts it for the same files.

local server = require('spine.server')

local M = {}

local PATIENCE_MS = 3000 -- a server that has not ended by then is killed
local LOOK_MS = 10

---Attaches the server to every loaded buffer that wants it.
local function start()
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.bo[bufnr].filetype == 'yaml' then
      require('spine.attach').check(bufnr)
    end
  end
end

---@param clients vim.lsp.Client[]
---@return boolean
local function all_gone(clients)
  return not vim.iter(clients):any(function(client)
    return vim.lsp.get_client_by_id(client.id) ~= nil
  end)
end

---Restarts all clients of ours.
function M.run()
  if not vim.lsp.is_enabled(server.NAME) then
    server.say("the server is not enabled; enable it with vim.lsp.enable('spine_lsp')", vim.log.levels.WARN)
    return
  end
  local missing = server.missing_command(vim.lsp.config[server.NAME])
  if missing then
    server.say(missing, vim.log.levels.WARN)
    return
  end
  local clients = vim.lsp.get_clients({ name = server.NAME, _uninitialized = true })
  for _, client in ipairs(clients) do
    client:stop()
  end
  if #clients == 0 then
    start()
    return
  end
  -- A client that serves no buffer ends without any event, so its end is looked for.
  local timer = assert(vim.uv.new_timer())
  local waited = 0
  local function look()
    waited = waited + LOOK_MS
    if timer:is_closing() then
      return
    elseif all_gone(clients) then
      timer:close()
      start()
    elseif waited == PATIENCE_MS then
      for _, client in ipairs(clients) do
        client.rpc.terminate()
      end
    end
  end
  timer:start(LOOK_MS, LOOK_MS, vim.schedule_wrap(look))
end

return M
