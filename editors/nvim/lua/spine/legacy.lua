-- The server alone in a Neovim before 0.11: no `:Spine`, but diagnostics, completion and what else that version has.
-- Only calls that 0.7 has are used here.

local M = {}

---The version of this Neovim.
---@return string
function M.version()
  local version = vim.version()
  return ('%d.%d.%d'):format(version.major, version.minor, version.patch)
end

---What is said where the plugin cannot work.
---@return string
function M.message()
  return (
    'spine: this plugin needs Neovim 0.11, and this is %s. '
    .. "To have the server alone, call require('spine.legacy').enable(); see :help spine-older"
  ):format(M.version())
end

---@param bufnr integer
---@return string
local function folder_of(bufnr)
  return vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':p:h')
end

---Starts the server for Spine files, now and later.
---@param options { cmd: string[]?, settings: table?, on_attach: fun(client: table, bufnr: integer)? }|nil
function M.enable(options)
  options = options or {}
  local cmd = options.cmd or { 'spine-lsp', 'serve' }
  local id ---@type integer?

  ---@param bufnr integer
  local function notifier(bufnr)
    local client = id and vim.lsp.buf_is_attached(bufnr, id) and vim.lsp.get_client_by_id(id)
    return client and client.notify or nil
  end

  ---@param bufnr integer
  local function check(bufnr)
    if id and vim.lsp.buf_is_attached(bufnr, id) then
      return
    end
    if not require('spine.detect').is_spine(bufnr) then
      return
    end
    if vim.fn.executable(cmd[1]) == 0 then
      vim.notify_once('spine: the server `' .. cmd[1] .. '` is not executable', vim.log.levels.WARN)
      return
    end
    if not id or not vim.lsp.get_client_by_id(id) then
      id = vim.lsp.start_client({
        name = 'spine_lsp',
        cmd = cmd,
        root_dir = folder_of(bufnr),
        settings = options.settings or { spine = vim.empty_dict() },
        on_attach = function(client, attached)
          require('spine.sync').listen(attached, notifier, true)
          if options.on_attach then
            options.on_attach(client, attached)
          end
        end,
        on_exit = function()
          id = nil
        end,
      })
    end
    if id then
      vim.lsp.buf_attach_client(bufnr, id)
    end
  end

  local group = vim.api.nvim_create_augroup('spine.legacy', {})
  ---@param bufnr integer
  local function watch(bufnr)
    check(bufnr)
    vim.api.nvim_create_autocmd({ 'TextChanged', 'InsertLeave', 'BufWritePost' }, {
      group = group,
      buffer = bufnr,
      callback = function()
        check(bufnr)
      end,
    })
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = 'yaml',
    callback = function(event)
      watch(event.buf)
    end,
  })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.bo[bufnr].filetype == 'yaml' then
      watch(bufnr)
    end
  end
end

return M
