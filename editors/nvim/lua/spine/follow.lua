-- How the cursor of a view and the cursor of the file follow each other.

local position = require('spine.position')
local window = require('spine.window')

local M = {}

local here_ns = vim.api.nvim_create_namespace('spine.here')

---The spot under a place of the view, or else the nearest one of that line.
---@param content spine.Content
---@param row integer
---@param column integer
---@return spine.Spot?
function M.spot_at(content, row, column)
  local best, least ---@type spine.Spot?, integer?
  for _, spot in ipairs(content.spots) do
    if spot.row == row then
      local away = column < spot.from and spot.from - column or math.max(0, column - spot.to + 1)
      if not least or away < least then
        best, least = spot, away
      end
    end
  end
  return best
end

---The first spot that stands for a line of the file.
---@param view spine.View
---@param row integer
---@return spine.Spot?
local function spot_of(view, row)
  local uri = vim.uri_from_bufnr(view.source)
  for _, spot in ipairs(view.content.spots) do
    if spot.whole and (spot.uri or uri) == uri and position.has_row(spot.whole, row) then
      return spot
    end
  end
end

---Marks one spot of the view, as the one where the cursor is, and the edges of its node.
---@param view spine.View
---@param spot spine.Spot?
local function mark_here(view, spot)
  vim.api.nvim_buf_clear_namespace(view.buf, here_ns, 0, -1)
  if not spot then
    return
  end
  vim.api.nvim_buf_set_extmark(view.buf, here_ns, spot.row, spot.from, {
    end_col = spot.to,
    hl_group = 'SpineHere',
    priority = 200,
  })
  for _, stretch in ipairs(view.content.ways and view.content.ways[spot.id] or {}) do
    local line = view.content.lines[stretch[1] + 1]
    vim.api.nvim_buf_set_extmark(view.buf, here_ns, stretch[1], position.of_point(line, stretch[2]), {
      end_col = position.of_point(line, stretch[3]),
      hl_group = 'SpineEdge',
      priority = 190,
    })
  end
end

---Puts the cursor of the view somewhere, which is no move of the user's.
---@param view spine.View
---@param row integer from 1
---@param column integer
function M.put_cursor(view, row, column)
  vim.api.nvim_win_set_cursor(view.win, { row, column })
  view.at = vim.api.nvim_win_get_cursor(view.win)
end

---Marks what the cursor of the view is on.
---@param view spine.View
function M.mark_cursor(view)
  local cursor = vim.api.nvim_win_get_cursor(view.win)
  mark_here(view, M.spot_at(view.content, cursor[1] - 1, cursor[2]))
end

---Shows in the view where a line of the file is.
---@param view spine.View
---@param row integer
local function show_row(view, row)
  local spot = spot_of(view, row)
  mark_here(view, spot)
  if spot then
    M.put_cursor(view, spot.row + 1, spot.from)
  end
end

---The cursor of the file has moved: the view shows where it is now.
---@param view spine.View
function M.source_moved(view)
  if window.is_open(view) and vim.api.nvim_get_current_win() ~= view.win then
    show_row(view, vim.api.nvim_win_get_cursor(0)[1] - 1)
  end
end

---The cursor of the view has moved: the cursor of the file goes with it.
---@param view spine.View
function M.view_moved(view)
  if not window.is_open(view) then
    return
  end
  local cursor = vim.api.nvim_win_get_cursor(view.win)
  if vim.deep_equal(cursor, view.at) then
    return
  end
  view.at = cursor
  local spot = M.spot_at(view.content, cursor[1] - 1, cursor[2])
  vim.api.nvim_buf_clear_namespace(view.source, here_ns, 0, -1)
  mark_here(view, spot)
  if not spot or not spot.range or (spot.uri and vim.uri_to_bufnr(spot.uri) ~= view.source) then
    return
  end
  local row, column = position.of_lsp(view.source, spot.range.start, view.encoding)
  for _, win in ipairs(vim.fn.win_findbuf(view.source)) do
    vim.api.nvim_win_set_cursor(win, { row + 1, column })
  end
  vim.api.nvim_buf_set_extmark(view.source, here_ns, row, 0, { line_hl_group = 'SpineHere' })
end

---The view has just opened: it shows where the cursor of the file is.
---@param view spine.View
function M.begin(view)
  view.at = vim.api.nvim_win_get_cursor(view.win)
  if vim.api.nvim_win_is_valid(view.from) and vim.api.nvim_win_get_buf(view.from) == view.source then
    show_row(view, vim.api.nvim_win_get_cursor(view.from)[1] - 1)
  end
end

---Takes the mark out of the file.
---@param view spine.View
function M.clear(view)
  if vim.api.nvim_buf_is_valid(view.source) then
    vim.api.nvim_buf_clear_namespace(view.source, here_ns, 0, -1)
  end
end

return M
