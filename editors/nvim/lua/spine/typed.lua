-- Closes the list of completions once a word of it stands there in full and nobody is choosing: the keys that take
-- from an open list, Enter for many people, then do what they do without one.

local server = require('spine.server')

local M = {}

local CLOSE = vim.api.nvim_replace_termcodes('<C-e>', true, true, true)

---Whether a list opens without writing its first entry: else it says nothing that a word of it stands there.
---@return boolean
local function only_shows()
  local options = vim.split(vim.o.completeopt, ',')
  return vim.list_contains(options, 'noselect') or vim.list_contains(options, 'noinsert')
end

---@param item { user_data: any } an entry of the list
---@return boolean
local function is_ours(item)
  local id = vim.tbl_get(item, 'user_data', 'nvim', 'lsp', 'client_id')
  local client = id and vim.lsp.get_client_by_id(id)
  return client ~= nil and client.name == server.NAME
end

---Closes the open list if one of its words stands before the cursor, with a key before any that has come meanwhile.
---@param char string what is about to be typed
local function look(char)
  if vim.fn.pumvisible() == 0 or not only_shows() then
    return
  end
  local column = vim.api.nvim_win_get_cursor(0)[2]
  local before = vim.api.nvim_get_current_line():sub(1, column) .. char
  for _, item in ipairs(vim.fn.complete_info({ 'items' }).items) do
    if item.word ~= '' and vim.endswith(before, item.word) and is_ours(item) then
      vim.api.nvim_feedkeys(CLOSE, 'in', false)
      return
    end
  end
end

---Looks at each letter that is typed while a list is open, and at each list that opens, which may be late. What
---changes otherwise is that somebody moves in the list.
---@param bufnr integer
function M.watch(bufnr)
  local group = vim.api.nvim_create_augroup('spine.typed.' .. bufnr, {})
  local is_open = false
  ---@param event string
  ---@param callback fun()
  local function on(event, callback)
    vim.api.nvim_create_autocmd(event, { group = group, buffer = bufnr, callback = callback })
  end
  on('InsertCharPre', function()
    look(vim.v.char)
  end)
  on('CompleteChanged', function()
    if not is_open then
      is_open = true
      look('')
    end
  end)
  on('CompleteDone', function()
    is_open = false
  end)
end

return M
