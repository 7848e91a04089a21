-- What tests of `:Spine` and of its windows do: give a command, wait for its window, read it, move in it.

local M = {}

---Runs a command and waits for its window.
---@param nvim Child
---@param command string
---@param kind string
---@return string[] lines
function M.open(nvim, command, kind)
  nvim:attached()
  nvim:cmd(command)
  nvim:wait('the window of ' .. command, "return vim.fn.bufnr('^spine://' .. ...) ~= -1", kind)
  return nvim:lines(nvim:lua("return vim.fn.bufnr('^spine://' .. ...)", kind))
end

---The text that a view shows now.
---@param kind string
function M.text_of(kind)
  return ("table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr('^spine://%s'), 0, -1, false), '\\n')"):format(
    kind
  )
end

---@param nvim Child
---@param text string
function M.search(nvim, text)
  nvim:lua("vim.fn.cursor(1, 1) assert(vim.fn.search('\\\\V' .. ..., 'c') > 0, ...)", text)
  nvim:lua("vim.api.nvim_exec_autocmds('CursorMoved', { buffer = 0 })")
end

---@param nvim Child
---@param want string start of the line under the cursor, blanks left out
function M.at_line(nvim, want)
  nvim:wait('the cursor is at ' .. want, "return vim.startswith(vim.trim(vim.fn.getline('.')), ...)", want)
end

---@param line string
---@return fun(nvim: Child): string
function M.completed(line)
  return function(nvim)
    return ' ' .. table.concat(nvim:lua("return vim.fn.getcompletion(..., 'cmdline')", line), ' ') .. ' '
  end
end

return M
