-- What other Lua may call. Nothing here needs to be called: the plugin works when it is installed.

local M = {}

---Sets options; the same as assigning them to `vim.g.spine` (see |spine-options|).
---@param options spine.Config|{}|nil
function M.setup(options)
  vim.g.spine =
    vim.tbl_deep_extend('force', type(vim.g.spine) == 'table' and vim.g.spine or {}, options or {})
  if vim.v.vim_did_enter == 1 and vim.fn.has('nvim-0.11') == 1 then
    local wanted = require('spine.config').get().enable
    if wanted ~= vim.lsp.is_enabled('spine_lsp') then
      vim.lsp.enable('spine_lsp', wanted)
    end
  end
end

---Whether the text of a buffer holds a pipeline group, by the rules that decide where the server attaches.
---@param bufnr integer? the current buffer if not given
---@return boolean
function M.is_spine(bufnr)
  return require('spine.detect').is_spine(bufnr or 0)
end

return M
