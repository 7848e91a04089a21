-- `:Spine groups`: the groups of the workspace, to choose from or as a quickfix list.

local position = require('spine.position')
local server = require('spine.server')

local M = {}

---@param count integer
---@param word string
local function counted(count, word)
  return ('%d %s%s'):format(count, word, count == 1 and '' or 's')
end

---The problems of a group; none are counted where its file is not open.
---@param entry table
---@return integer
local function problems_of(entry)
  return type(entry.problems) == 'number' and entry.problems or 0
end

---@param entry table
---@return string
local function line_of(entry)
  local problems = problems_of(entry) > 0 and ', ' .. counted(problems_of(entry), 'problem') or ''
  local path = vim.fn.fnamemodify(vim.uri_to_fname(entry.uri), ':~:.')
  return ('%s (%s%s)  %s'):format(entry.group, counted(entry.steps, 'step'), problems, path)
end

---@param entries table[]
---@param encoding spine.Encoding
local function to_quickfix(entries, encoding)
  local items = vim.tbl_map(function(entry)
    -- A file that is not open stays so: there may be thousands. Its group begins at the start of a line.
    local bufnr = vim.uri_to_bufnr(entry.uri)
    local row, column = entry.range.start.line, 0
    if vim.api.nvim_buf_is_loaded(bufnr) then
      row, column = position.of_lsp(bufnr, entry.range.start, encoding)
    end
    local problems = problems_of(entry) > 0 and ', ' .. counted(problems_of(entry), 'problem') or ''
    return {
      bufnr = bufnr,
      lnum = row + 1,
      col = column + 1,
      text = ('%s: %s%s'):format(entry.group, counted(entry.steps, 'step'), problems),
      type = problems_of(entry) > 0 and 'W' or 'I',
    }
  end, entries)
  vim.fn.setqflist({}, ' ', { title = 'Spine groups', items = items })
  vim.cmd('botright copen')
end

---Lists the groups of the workspace.
---@param source integer a buffer that the server serves
---@param form 'select'|'quickfix'
function M.open(source, form)
  server.ask(source, 'spine.listGroups', vim.empty_dict(), function(answer, failure, client)
    local entries = answer and answer.groups or {}
    if failure or #entries == 0 then
      server.say(failure or 'no file of the workspace holds a group', vim.log.levels.WARN)
      return
    end
    local encoding = client and client.offset_encoding or 'utf-16'
    if form == 'quickfix' then
      to_quickfix(entries, encoding)
      return
    end
    vim.ui.select(entries, { prompt = 'Group', kind = 'spine.group', format_item = line_of }, function(entry)
      if entry then
        position.jump(entry.uri, entry.range, encoding, vim.api.nvim_get_current_win())
      end
    end)
  end)
end

return M
