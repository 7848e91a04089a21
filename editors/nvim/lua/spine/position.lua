-- Between places of the protocol and places of Neovim: the encoding of a session decides what a character is.

local M = {}

---@alias spine.Encoding 'utf-8'|'utf-16'|'utf-32'
---@alias spine.Range { start: lsp.Position, ["end"]: lsp.Position }

---A position as row from 0 and byte column from 0.
---@param bufnr integer a loaded buffer
---@param position lsp.Position
---@param encoding spine.Encoding
---@return integer row, integer column
function M.of_lsp(bufnr, position, encoding)
  local row = math.min(position.line, vim.api.nvim_buf_line_count(bufnr) - 1)
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  return row, vim.str_byteindex(line, encoding, position.character, false)
end

---The byte column of a code point of a line.
---@param line string
---@param point integer from 0
---@return integer
function M.of_point(line, point)
  return vim.str_byteindex(line, 'utf-32', point, false)
end

---Whether a line lies in a range.
---@param range spine.Range
---@param row integer from 0
---@return boolean
function M.has_row(range, row)
  local last = range['end']
  return range.start.line <= row
    and (row < last.line or (row == last.line and (last.character > 0 or last.line == range.start.line)))
end

---Goes to a place, in a window that shows the file, or in `window`, or in a new one. Leaves a jump behind.
---@param uri string
---@param range spine.Range
---@param encoding spine.Encoding
---@param window integer?
function M.jump(uri, range, encoding, window)
  local bufnr = vim.uri_to_bufnr(uri)
  local shown = vim.fn.win_findbuf(bufnr)
  local here = vim.api.nvim_get_current_tabpage()
  local target = vim.iter(shown):find(function(win)
    return vim.api.nvim_win_get_tabpage(win) == here
  end) or shown[1] or window
  if target and vim.api.nvim_win_is_valid(target) then
    vim.api.nvim_set_current_win(target)
  else
    vim.cmd('aboveleft vsplit')
  end
  vim.cmd("normal! m'")
  if vim.api.nvim_get_current_buf() ~= bufnr then
    vim.bo[bufnr].buflisted = true
    vim.api.nvim_win_set_buf(0, bufnr)
  end
  local row, column = M.of_lsp(bufnr, range.start, encoding)
  vim.api.nvim_win_set_cursor(0, { row + 1, column })
  vim.cmd('normal! zv')
end

return M
