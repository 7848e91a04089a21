-- Where the server runs: in Spine files, from the change that makes a file one until it is closed. A server that ends
-- is started again at once.

local detect = require('spine.detect')
local server = require('spine.server')
local sync = require('spine.sync')

local M = {}

local MOST_ENDS = 5 -- a server that ends more often than this
local WITHIN_S = 180 -- in this time is broken, and is left alone

---@type table<integer, integer> when each client ended, in seconds, by client id
local ends = {}

---The folder of the project that a buffer belongs to; nil for a file on its own.
---@param bufnr integer
---@return string?
local function root_of(bufnr)
  return vim.fs.root(bufnr, { 'spine-lsp.toml', 'pyproject.toml', '.git' })
end

---Whether the server ends as soon as it is started, and so is not started any more.
---@return boolean
function M.gave_up()
  local now = os.time()
  local count = 0
  for _, time in pairs(ends) do
    count = count + (now - time < WITHIN_S and 1 or 0)
  end
  return count >= MOST_ENDS
end

---Forgets how often the server has ended.
function M.forgive()
  ends = {}
end

---`root_dir` of the server's configuration: answers only for Spine files, so that nothing attaches elsewhere.
---@param bufnr integer
---@param on_dir fun(root: string?)
function M.root_dir(bufnr, on_dir)
  if not M.gave_up() and detect.is_spine(bufnr) then
    on_dir(root_of(bufnr))
  end
end

---@param bufnr integer
local function start(bufnr)
  local config = vim.lsp.config[server.NAME]
  if not config or not vim.list_contains(config.filetypes or {}, vim.bo[bufnr].filetype) then
    return
  end
  local missing = server.missing_command(config)
  if missing then
    server.say_once(missing, vim.log.levels.WARN)
    return
  end
  config = vim.deepcopy(config)
  ---@param root string?
  local function run(root)
    config.root_dir = root
    vim.lsp.start(config, {
      bufnr = bufnr,
      reuse_client = config.reuse_client,
      _root_markers = config.root_markers,
    })
  end
  local root_dir = config.root_dir
  if type(root_dir) == 'function' then
    root_dir(bufnr, run)
  else
    run(root_dir)
  end
end

---How the server of a buffer is told something.
---@param bufnr integer
---@return (fun(method: string, params: table))?
local function notifier(bufnr)
  local client = server.client(bufnr)
  return client and function(method, params)
    client:notify(method, params)
  end
end

---Attaches the server to a buffer that holds a group. It stays there when the buffer holds none any more: a server
---that is attached hears every change, and is silent about what is no group.
---@param bufnr integer
function M.check(bufnr)
  if server.client(bufnr) then
    sync.listen(bufnr, notifier, false)
  elseif
    not server.is_starting(bufnr)
    and vim.bo[bufnr].buftype == ''
    and vim.lsp.is_enabled(server.NAME)
    and not M.gave_up()
    and detect.is_spine(bufnr)
  then
    start(bufnr)
  end
end

---A server has let go of a buffer. If it has ended, another one takes its place.
---@param client vim.lsp.Client
---@param bufnr integer
function M.left(client, bufnr)
  if
    not client:is_stopped()
    or vim.v.exiting ~= vim.NIL
    or not vim.api.nvim_buf_is_loaded(bufnr)
    or not vim.lsp.is_enabled(server.NAME)
  then
    return
  end
  ends[client.id] = ends[client.id] or os.time()
  if M.gave_up() then
    vim.schedule(function()
      server.say_once(server.GAVE_UP, vim.log.levels.WARN)
    end)
    return
  end
  -- At once, while the one that has ended still counts as attached: Neovim never sees the buffer without a client.
  start(bufnr)
end

---Checks a buffer now and whenever its text changes.
---@param bufnr integer
function M.watch(bufnr)
  local group = vim.api.nvim_create_augroup('spine.watch.' .. bufnr, {})
  ---@param events string[]
  ---@param callback fun()
  local function on(events, callback)
    vim.api.nvim_create_autocmd(events, { group = group, buffer = bufnr, callback = callback })
  end
  on({ 'TextChanged', 'InsertLeave', 'BufWritePost' }, function()
    M.check(bufnr)
  end)
  on({ 'TextChangedI', 'TextChangedP' }, function()
    if detect.may_tell(vim.api.nvim_get_current_line()) then
      M.check(bufnr)
    end
  end)
  on({ 'BufWipeout' }, function()
    vim.api.nvim_del_augroup_by_id(group)
  end)
  vim.schedule(function()
    if vim.api.nvim_buf_is_loaded(bufnr) then
      M.check(bufnr)
    end
  end)
end

---Turns on what the options ask for in a buffer that the server has just taken.
---@param client vim.lsp.Client
---@param bufnr integer
function M.attached(client, bufnr)
  sync.listen(bufnr, notifier, true)
  require('spine.tokens').guard(client)
  require('spine.typed').watch(bufnr)
  local options = require('spine.config').get()
  if options.codelens and client:supports_method('textDocument/codeLens') then
    require('spine.lenses').keep_fresh(client, bufnr)
  end
  if options.inlay_hints and client:supports_method('textDocument/inlayHint') then
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
  end
end

return M
