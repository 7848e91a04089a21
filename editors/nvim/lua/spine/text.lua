-- Lines with colours and places, built piece by piece.

local M = {}

---@class spine.Builder
---@field content spine.Content
---@field private line string
local Builder = {}
Builder.__index = Builder

---@return spine.Builder
function M.builder()
  return setmetatable({ content = { lines = {}, marks = {}, spots = {} }, line = '' }, Builder)
end

---Adds text to the line that is being written.
---@param text string
---@param group string? highlight group
---@param spot { uri: string?, range: spine.Range?, whole: spine.Range? }?
---@return spine.Builder
function Builder:add(text, group, spot)
  text = text:gsub('[\r\n]', ' ')
  local row, from = #self.content.lines, #self.line
  self.line = self.line .. text
  if group then
    table.insert(self.content.marks, { row = row, from = from, to = #self.line, group = group })
  end
  if spot then
    table.insert(
      self.content.spots,
      vim.tbl_extend('error', { row = row, from = from, to = #self.line }, spot)
    )
  end
  return self
end

---Ends the line.
---@return spine.Builder
function Builder:newline()
  table.insert(self.content.lines, self.line)
  self.line = ''
  return self
end

---Blanks up to a display column.
---@param column integer
---@return spine.Builder
function Builder:to(column)
  return self:add((' '):rep(math.max(0, column - vim.api.nvim_strwidth(self.line))))
end

---The widest of some texts, in display columns.
---@generic T
---@param items T[]
---@param text fun(item: T): string
---@return integer
function M.widest(items, text)
  local widest = 0
  for _, item in ipairs(items) do
    widest = math.max(widest, vim.api.nvim_strwidth(text(item)))
  end
  return widest
end

---A value of a parameter in one line.
---@param value any
---@return string
function M.value(value)
  return type(value) == 'string' and value or vim.json.encode(value)
end

return M
