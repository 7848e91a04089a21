-- Where the server runs: in Spine files, from the change that makes a file one to the change that ends it.

local detect = require('spine.detect')
local server = require('spine.server')

local M = {}

---The folder of the project that a buffer belongs to; nil for a file on its own.
---@param bufnr integer
---@return string?
local function root_of(bufnr)
  return vim.fs.root(bufnr, { 'pyproject.toml', '.git' })
end

---`root_dir` of the server's configuration: answers only for Spine files, so that nothing attaches elsewhere.
---@param bufnr integer
---@param on_dir fun(root: string?)
function M.root_dir(bufnr, on_dir)
  if detect.is_spine(bufnr) then
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
    vim.notify_once('spine: ' .. missing, vim.log.levels.WARN)
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

---Attaches the server to a buffer, or takes it off, by what the buffer holds now.
---@param bufnr integer
function M.check(bufnr)
  if not vim.lsp.is_enabled(server.NAME) or vim.bo[bufnr].buftype ~= '' then
    return
  end
  local spine = detect.is_spine(bufnr)
  local client = server.client(bufnr)
  if spine and not client then
    start(bufnr)
  elseif client and not spine then
    vim.lsp.buf_detach_client(bufnr, client.id)
  end
end

---Checks a YAML buffer now and whenever its text changes.
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
    if not server.client(bufnr) and detect.may_tell(vim.api.nvim_get_current_line()) then
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
  local options = require('spine.config').get()
  if options.codelens and client:supports_method('textDocument/codeLens') then
    require('spine.lenses').keep_fresh(client, bufnr)
  end
  if options.inlay_hints and client:supports_method('textDocument/inlayHint') then
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
  end
end

return M
