-- The window of a view: where it is, how wide it may be, what stands in it and over it.

local config = require('spine.config')

local M = {}

---@class spine.Mark a stretch of a line with a colour; columns are bytes
---@field row integer from 0
---@field from integer
---@field to integer
---@field group string highlight group

---@class spine.Spot a stretch of a line that stands for a place in the file
---@field row integer from 0
---@field from integer
---@field to integer
---@field id string? of the node in the graph
---@field uri string?
---@field range spine.Range? where `<CR>` goes
---@field whole spine.Range? what the spot stands for; a cursor in it means this spot

---@class spine.Content
---@field lines string[]
---@field marks spine.Mark[]
---@field spots spine.Spot[]
---@field ways table<string, [integer, integer, integer][]>? the stretches (row, points) of the edges of each node

---@class spine.View
---@field kind 'order'|'graph'|'why'|'simulate'
---@field source integer the buffer that is shown
---@field group spine.Group
---@field title string
---@field title_of fun(name: string): string
---@field buf integer
---@field win integer
---@field at [integer, integer]? where the cursor was put, or was seen last
---@field from integer the window from which it was opened
---@field content spine.Content
---@field encoding spine.Encoding
---@field fetch fun(view: spine.View, done: fun(content: spine.Content?, failure: string?))
---@field asked table? the question whose answer is awaited
---@field stale boolean the text changed since it was asked for

local LEAST_WIDTH = 30 -- columns of a window beside another

local content_ns = vim.api.nvim_create_namespace('spine.view')

for name, link in pairs({
  SpineTitle = 'Title',
  SpineMuted = 'Comment',
  SpineName = 'Function',
  SpineCycle = 'DiagnosticError',
  SpineGhost = 'DiagnosticWarn',
  SpineDuplicate = 'DiagnosticInfo',
  SpineGood = 'DiagnosticOk',
  SpineHere = 'Visual',
  SpineEdge = 'Special',
}) do
  vim.api.nvim_set_hl(0, name, { link = link, default = true })
end

---Whether the window is still there.
---@param view spine.View
---@return boolean
function M.is_open(view)
  return vim.api.nvim_buf_is_valid(view.buf) and vim.api.nvim_win_is_valid(view.win)
end

---Puts a text into the window, with its colours.
---@param view spine.View
---@param content spine.Content
function M.show(view, content)
  view.content = content
  vim.bo[view.buf].modifiable = true
  vim.api.nvim_buf_set_lines(view.buf, 0, -1, false, content.lines)
  vim.bo[view.buf].modifiable = false
  vim.api.nvim_buf_clear_namespace(view.buf, content_ns, 0, -1)
  for _, mark in ipairs(content.marks) do
    vim.api.nvim_buf_set_extmark(view.buf, content_ns, mark.row, mark.from, {
      end_col = mark.to,
      hl_group = mark.group,
    })
  end
end

---@param lines string[]
---@return integer columns, integer rows
local function size_of(lines)
  local widest = 1
  for _, line in ipairs(lines) do
    widest = math.max(widest, vim.api.nvim_strwidth(line))
  end
  return widest, #lines
end

---What the group of a view is called, or its file where it has no name.
---@param view spine.View
---@return string
function M.name_of(view)
  return view.group.name or vim.fs.basename(vim.api.nvim_buf_get_name(view.source))
end

---Where a view opens: below where there is no room for two windows side by side.
---@param view spine.View
---@return spine.Where
local function place_of(view)
  local where = config.get().window[view.kind]
  local beside = where == 'right' or where == 'left'
  if beside and not M.is_open(view) and vim.api.nvim_win_is_valid(view.from) then
    return vim.api.nvim_win_get_width(view.from) < 2 * LEAST_WIDTH and 'below' or where
  end
  return where
end

---How many columns the text of a view may have: half of the window that is split.
---@param view spine.View
---@return integer
function M.room(view)
  local where = place_of(view)
  if where == 'float' then
    return vim.o.columns - 4
  end
  local from = vim.api.nvim_win_get_width(vim.api.nvim_win_is_valid(view.from) and view.from or 0)
  local beside = where == 'right' or where == 'left'
  if not M.is_open(view) then
    return beside and math.floor((from - 1) / 2) or from
  end
  local own = vim.api.nvim_win_get_width(view.win)
  return beside and math.max(own, math.floor((own + from) / 2)) or own
end

---Widens the window of a view to its text, as far as there is room; it never shrinks under the reader's eyes.
---@param view spine.View
function M.widen(view)
  local width = math.min((size_of(view.content.lines)) + 1, M.room(view))
  if width > vim.api.nvim_win_get_width(view.win) then
    vim.api.nvim_win_set_width(view.win, width)
  end
end

---Puts the title over the text, and what keeps the text from being up to date.
---@param view spine.View
---@param failure string?
function M.say_state(view, failure)
  local floats = vim.api.nvim_win_get_config(view.win).relative ~= '' -- these have a title of their own
  local title = floats and '' or '%#SpineTitle#' .. view.title:gsub('%%', '%%%%')
  local first = failure and vim.split(failure, '\n', { plain = true })[1] -- what follows shows a place in a selector
  local trouble = first and '%#SpineGhost# not up to date: ' .. first:gsub('%%', '%%%%') or ''
  vim.wo[view.win][0].winbar = title .. trouble .. '%<' -- what is too long loses its end
end

---Keeps the size of all windows but one while that one is split, also under 'equalalways'.
---@param split integer
---@return fun() release
local function hold_others(split)
  local undo = {} ---@type fun()[]
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(vim.api.nvim_win_get_tabpage(split))) do
    for _, name in ipairs(win ~= split and { 'winfixwidth', 'winfixheight' } or {}) do
      local scope = { win = win, scope = 'local' }
      local before = vim.api.nvim_get_option_value(name, scope)
      vim.api.nvim_set_option_value(name, true, scope)
      undo[#undo + 1] = function()
        vim.api.nvim_set_option_value(name, before, scope)
      end
    end
  end
  return function()
    for _, one in ipairs(undo) do
      one()
    end
  end
end

---Opens the window of a view that has its text.
---@param view spine.View
---@param enter boolean whether the cursor goes into it
function M.open(view, enter)
  local where = place_of(view)
  local width, height = size_of(view.content.lines)
  if where == 'float' then
    width = math.min(math.max(width, 30), M.room(view))
    height = math.min(math.max(height, 1), vim.o.lines - vim.o.cmdheight - 4)
    view.win = vim.api.nvim_open_win(view.buf, enter, {
      relative = 'editor',
      row = math.floor((vim.o.lines - vim.o.cmdheight - height) / 2) - 1,
      col = math.floor((vim.o.columns - width) / 2),
      width = width,
      height = height,
      border = 'rounded',
      title = ' ' .. view.title .. ' ',
      style = 'minimal',
    })
  else
    local beside = where == 'right' or where == 'left'
    local split = vim.api.nvim_win_is_valid(view.from) and view.from or vim.api.nvim_get_current_win()
    local most_high = math.floor(vim.api.nvim_win_get_height(split) / 2)
    local release = hold_others(split)
    view.win = vim.api.nvim_open_win(view.buf, enter, {
      split = where,
      win = split,
      width = beside and math.min(math.max(width + 1, LEAST_WIDTH), M.room(view)) or nil,
      height = not beside and math.min(math.max(height + 1, 5), most_high) or nil,
      style = 'minimal',
    })
    release()
    M.say_state(view)
  end
  -- A drawing is made to fit; a sentence goes on below, under its own beginning.
  vim.wo[view.win][0].wrap = view.kind ~= 'graph'
  vim.wo[view.win][0].linebreak = true
  vim.wo[view.win][0].breakindent = true
  vim.wo[view.win][0].breakindentopt = 'shift:2'
  vim.wo[view.win][0].cursorline = where ~= 'float' and view.kind ~= 'graph'
end

return M
