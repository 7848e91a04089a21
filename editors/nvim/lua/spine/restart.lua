-- `:Spine restart`: a new server for the same files, while the old one ends.

local server = require('spine.server')

local M = {}

local PATIENCE_MS = 3000 -- a server that has not ended by then is killed

---Restarts all clients of ours, and serves the files that none serves.
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
  local attach = require('spine.attach')
  attach.forgive()
  local old = vim.lsp.get_clients({ name = server.NAME, _uninitialized = true })
  for _, client in ipairs(old) do
    client:stop()
  end
  vim.defer_fn(function()
    for _, client in ipairs(old) do
      if vim.lsp.get_client_by_id(client.id) then
        client.rpc.terminate()
      end
    end
  end, PATIENCE_MS)
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if require('spine.detect').may_be(bufnr) then
      attach.check(bufnr)
    end
  end
end

return M
