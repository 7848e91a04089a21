-- Run by Neovim 0.7.2, with nothing that came later.

package.path = vim.env.SPINE_TESTS .. '/?.lua;' .. package.path
local fixtures = require('fixtures')
local passed, failed = 0, 0

---@param name string
---@param ok any
---@param seen any
local function check(name, ok, seen)
  passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
  io.stdout:write((ok and 'ok   ' or 'FAIL ') .. name .. (ok and '' or ': ' .. vim.inspect(seen)) .. '\n')
end

---@param predicate fun(): any
local function wait(predicate)
  return (vim.wait(15000, predicate, 10))
end

local function run()
  vim.cmd('filetype plugin indent on')
  vim.opt.runtimepath:prepend(vim.env.SPINE_PLUGIN)
  vim.cmd('runtime plugin/spine.lua')
  local heard = vim.fn.execute('Spine graph')
  check(':Spine says what it needs', heard:find('needs Neovim 0.11, and this is 0.7.2', 1, true), heard)

  vim.fn.writefile(vim.split(fixtures.BROKEN, '\n'), 'a.yaml', 'b')
  vim.fn.writefile(vim.split(fixtures.COMPOSE, '\n'), 'compose.yaml', 'b')
  require('spine.legacy').enable({ cmd = vim.fn.json_decode(vim.env.SPINE_COMMAND) })
  vim.cmd('edit compose.yaml')
  check('leaves other YAML alone', #vim.lsp.get_active_clients() == 0, vim.lsp.get_active_clients())
  vim.cmd('edit a.yaml')
  local buf = vim.api.nvim_get_current_buf()
  check(
    'diagnostics',
    wait(function()
      return #vim.diagnostic.get(buf) >= 3
    end),
    vim.diagnostic.get(buf)
  )
  local client = vim.lsp.buf_get_clients(buf)[next(vim.lsp.buf_get_clients(buf)) or 0]
  if not client then
    return
  end

  ---@param method string
  ---@param line integer
  ---@param character integer
  ---@param more table?
  local function ask(method, line, character, more)
    local params = vim.tbl_extend('error', {
      textDocument = { uri = vim.uri_from_bufnr(buf) },
      position = { line = line, character = character },
    }, more or {})
    local answer = vim.lsp.buf_request_sync(buf, method, params, 10000)
    return answer and answer[client.id] and answer[client.id].result
  end
  local completion = vim.inspect(ask('textDocument/completion', 6, 18))
  check('completion', completion:find('ingest', 1, true), completion)
  local hover = vim.inspect(ask('textDocument/hover', 2, 12))
  check('hover', hover:find('ingest', 1, true), hover)
  local definition = vim.inspect(ask('textDocument/definition', 9, 19))
  check('definition', definition:find('line = 10', 1, true), definition)
  local rename = vim.inspect(ask('textDocument/rename', 2, 12, { newName = 'fetch' }))
  check('rename', rename:find('fetch', 1, true), rename)
  vim.lsp.codelens.refresh()
  check(
    'lenses',
    wait(function()
      return #vim.lsp.codelens.get(buf) > 0
    end),
    vim.lsp.codelens.get(buf)
  )
  local order = client.request_sync('workspace/executeCommand', {
    command = 'spine.showResolvedOrder',
    arguments = { { uri = vim.uri_from_bufnr(buf) } },
  }, 10000, buf)
  check('executeCommand', order and order.result and order.result.group == 'broken', order)

  -- Edited while no server runs, and then again.
  client.stop()
  wait(client.is_stopped)
  wait(function()
    return not vim.lsp.get_client_by_id(client.id)
  end)
  vim.api.nvim_buf_set_lines(buf, 0, 0, false, { '# one', '# two' })
  vim.cmd('doautocmd TextChanged')
  wait(function()
    client = vim.lsp.buf_get_clients(buf)[next(vim.lsp.buf_get_clients(buf)) or 0]
    return client and client.initialized and vim.lsp.buf_is_attached(buf, client.id)
  end)
  vim.api.nvim_buf_set_lines(buf, 0, 2, false, { '# three' })
  -- The text is sent once for all changes of a command, when the command has ended.
  local ended = false
  vim.schedule(function()
    ended = true
  end)
  wait(function()
    return ended
  end)
  rename = vim.inspect(ask('textDocument/rename', 3, 12, { newName = 'fetch' }))
  check('the text is heard after an edit without a server', rename:find('line = 3', 1, true), rename)

  vim.cmd('checkhealth spine')
  local health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  check('health says it is too old', health:find('0.7.2 is too old', 1, true), health)
  client.stop()
  check('the server ends', wait(client.is_stopped))
end

local ok, problem = xpcall(run, debug.traceback)
if not ok then
  check('no error', false, problem)
end
check('no error message', vim.v.errmsg == '', vim.v.errmsg)
io.stdout:write(('%d passed, %d failed\n'):format(passed, failed))
vim.cmd(failed == 0 and 'qall!' or 'cquit')
