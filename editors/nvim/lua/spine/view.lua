-- A window that shows what the server says of a group. It stays true while the file changes, `<CR>` goes
-- to the place of what is under the cursor, and the two cursors follow each other.

local config = require('spine.config')
local position = require('spine.position')
local server = require('spine.server')

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
---@field uri string?
---@field range spine.Range? where `<CR>` goes
---@field whole spine.Range? what the spot stands for; a cursor in it means this spot

---@class spine.Content
---@field lines string[]
---@field marks spine.Mark[]
---@field spots spine.Spot[]

---@class spine.View
---@field kind 'order'|'graph'|'why'|'simulate'
---@field source integer the buffer that is shown
---@field group string?
---@field title string
---@field buf integer
---@field win integer
---@field from integer the window from which it was opened
---@field content spine.Content
---@field encoding spine.Encoding
---@field fetch fun(view: spine.View, done: fun(content: spine.Content?, failure: string?))
---@field busy boolean an answer is awaited
---@field stale boolean the text changed since it was asked for

local content_ns = vim.api.nvim_create_namespace('spine.view')
local here_ns = vim.api.nvim_create_namespace('spine.here')

local HELP = {
  '<CR>  go to the place in the file',
  'R     ask the server again',
  'q     close',
}

for name, link in pairs({
  SpineTitle = 'Title',
  SpineMuted = 'Comment',
  SpineName = 'Function',
  SpineCycle = 'DiagnosticError',
  SpineGhost = 'DiagnosticWarn',
  SpineDuplicate = 'DiagnosticInfo',
  SpineGood = 'DiagnosticOk',
  SpineHere = 'Visual',
}) do
  vim.api.nvim_set_hl(0, name, { link = link, default = true })
end

---The spot under a place of the view, or else the nearest one of that line.
---@param content spine.Content
---@param row integer
---@param column integer
---@return spine.Spot?
local function spot_at(content, row, column)
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

---@param view spine.View
---@return boolean
local function is_open(view)
  return vim.api.nvim_buf_is_valid(view.buf) and vim.api.nvim_win_is_valid(view.win)
end

---Marks one spot of the view as the one where the cursor of the file is.
---@param view spine.View
---@param spot spine.Spot?
local function mark_here(view, spot)
  vim.api.nvim_buf_clear_namespace(view.buf, here_ns, 0, -1)
  if spot then
    vim.api.nvim_buf_set_extmark(view.buf, here_ns, spot.row, spot.from, {
      end_col = spot.to,
      hl_group = 'SpineHere',
      priority = 200,
    })
  end
end

---@param view spine.View
local function follow_source(view)
  if not is_open(view) or vim.api.nvim_get_current_win() == view.win then
    return
  end
  local spot = spot_of(view, vim.api.nvim_win_get_cursor(0)[1] - 1)
  mark_here(view, spot)
  if spot then
    vim.api.nvim_win_set_cursor(view.win, { spot.row + 1, spot.from })
  end
end

---@param view spine.View
local function follow_view(view)
  if not is_open(view) then
    return
  end
  local cursor = vim.api.nvim_win_get_cursor(view.win)
  local spot = spot_at(view.content, cursor[1] - 1, cursor[2])
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

---@param view spine.View
---@param content spine.Content
local function show(view, content)
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

---How many columns the text of a view may have: what its window has, or may have without crowding the file.
---@param view spine.View
---@return integer
function M.room(view)
  local where = config.get().window[view.kind]
  local beside = where == 'right' or where == 'left'
  local most = beside and math.floor(vim.o.columns * 0.6) or vim.o.columns - (where == 'float' and 4 or 0)
  return math.max(most, is_open(view) and vim.api.nvim_win_get_width(view.win) or 0)
end

---Widens the window of a view to its text, as far as there is room; it never shrinks under the reader's eyes.
---@param view spine.View
local function widen(view)
  local width = math.min((size_of(view.content.lines)) + 2, M.room(view))
  if width > vim.api.nvim_win_get_width(view.win) then
    vim.api.nvim_win_set_width(view.win, width)
  end
end

---Puts the title over the text, and what keeps the text from being up to date.
---@param view spine.View
---@param failure string?
local function say_state(view, failure)
  local floats = vim.api.nvim_win_get_config(view.win).relative ~= '' -- these have a title of their own
  local title = floats and '' or '%#SpineTitle#' .. view.title:gsub('%%', '%%%%')
  local trouble = failure and '%#SpineGhost# not up to date: ' .. failure:gsub('%%', '%%%%') or ''
  vim.wo[view.win][0].winbar = title .. trouble
end

---@param view spine.View
---@param where spine.Where
---@param enter boolean
local function open_window(view, where, enter)
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
    view.win = vim.api.nvim_open_win(view.buf, enter, {
      split = where,
      win = 0,
      width = beside and math.min(math.max(width + 2, 30), M.room(view)) or nil,
      height = not beside and math.min(math.max(height, 5), math.floor(vim.o.lines * 0.6)) or nil,
      style = 'minimal',
    })
    say_state(view)
  end
  vim.wo[view.win][0].wrap = false
  vim.wo[view.win][0].cursorline = where ~= 'float' and view.kind ~= 'graph'
end

---@param view spine.View
local function close(view)
  if vim.api.nvim_buf_is_valid(view.source) then
    vim.api.nvim_buf_clear_namespace(view.source, here_ns, 0, -1)
  end
  if vim.api.nvim_buf_is_valid(view.buf) then
    vim.api.nvim_buf_delete(view.buf, { force = true })
  end
end

---Asks the server again. While an answer is on its way, further changes are only noted.
---@param view spine.View
function M.refresh(view)
  if view.busy then
    view.stale = true
    return
  end
  view.busy, view.stale = true, false
  view.fetch(view, function(content, failure)
    view.busy = false
    if not is_open(view) then
      return
    end
    if view.stale then
      M.refresh(view)
      return
    end
    say_state(view, failure)
    if failure then
      return
    end
    local before = vim.api.nvim_win_get_cursor(view.win)
    show(view, content or { lines = { 'This file holds no such group any more.' }, marks = {}, spots = {} })
    widen(view)
    local row = math.min(before[1], #view.content.lines)
    vim.api.nvim_win_set_cursor(view.win, { row, before[2] })
    if vim.api.nvim_get_current_buf() == view.source then
      follow_source(view)
    end
    vim.api.nvim_exec_autocmds('User', { pattern = 'SpineViewUpdate', data = { buf = view.buf } })
  end)
end

---Goes to the place of the spot under the cursor.
---@param view spine.View
local function jump(view)
  local cursor = vim.api.nvim_win_get_cursor(view.win)
  local spot = spot_at(view.content, cursor[1] - 1, cursor[2])
  if not spot or not spot.range then
    server.say(
      spot and 'no step has this name: there is no place to go to' or 'nothing on this line has a place'
    )
    return
  end
  local floats = vim.api.nvim_win_get_config(view.win).relative ~= ''
  local from = vim.api.nvim_win_is_valid(view.from) and view.from or nil
  if floats then
    close(view)
  end
  vim.api.nvim_buf_clear_namespace(view.source, here_ns, 0, -1)
  position.jump(spot.uri or vim.uri_from_bufnr(view.source), spot.range, view.encoding, from)
end

---@param view spine.View
---@param keys table<string, { [1]: fun(view: spine.View), [2]: string }>
local function map_keys(view, keys)
  ---@param lhs string
  ---@param desc string
  ---@param rhs fun()
  local function map(lhs, desc, rhs)
    vim.keymap.set('n', lhs, rhs, { buffer = view.buf, nowait = true, desc = desc })
  end
  map('<CR>', 'Go to the place in the file', function()
    jump(view)
  end)
  map('q', 'Close', function()
    close(view)
  end)
  map('R', 'Ask the server again', function()
    M.refresh(view)
  end)
  local help = vim.deepcopy(HELP)
  for lhs, key in vim.spairs(keys) do
    map(lhs, key[2], function()
      key[1](view)
    end)
    help[#help + 1] = ('%-5s %s'):format(lhs, key[2])
  end
  map('g?', 'Show the keys of this window', function()
    vim.api.nvim_echo({ { table.concat(help, '\n') } }, false, {})
  end)
end

---@param view spine.View
local function keep_fresh(view)
  vim.api.nvim_buf_attach(view.source, false, {
    on_lines = function()
      if not is_open(view) then
        return true
      end
      -- Later, so that the client has the change and sends it before the question.
      vim.schedule(function()
        if is_open(view) then
          M.refresh(view)
        end
      end)
    end,
    on_reload = function()
      vim.schedule(function()
        if is_open(view) then
          M.refresh(view)
        end
      end)
    end,
  })
  local group = vim.api.nvim_create_augroup('spine.view.' .. view.buf, {})
  ---@param events string[]
  ---@param bufnr integer
  ---@param callback fun(event: vim.api.keyset.create_autocmd.callback_args)
  local function on(events, bufnr, callback)
    vim.api.nvim_create_autocmd(events, { group = group, buffer = bufnr, callback = callback })
  end
  on({ 'LspAttach' }, view.source, function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == server.NAME then
      M.refresh(view)
    end
  end)
  on({ 'LspDetach' }, view.source, function()
    view.busy = false -- what was asked of a server that ends is never answered
  end)
  on({ 'CursorMoved', 'CursorMovedI', 'WinEnter' }, view.source, function()
    follow_source(view)
  end)
  on(
    { 'BufWipeout' },
    view.source,
    vim.schedule_wrap(function()
      close(view)
    end)
  )
  vim.api.nvim_create_autocmd('WinResized', {
    group = group,
    callback = function()
      if vim.list_contains(vim.v.event.windows or {}, view.win) then
        M.refresh(view) -- a drawing may have another form where there is more room
      end
    end,
  })
  on({ 'CursorMoved' }, view.buf, function()
    follow_view(view)
  end)
  on({ 'BufLeave' }, view.buf, function()
    vim.api.nvim_buf_clear_namespace(view.source, here_ns, 0, -1)
  end)
  on({ 'BufWipeout' }, view.buf, function()
    vim.api.nvim_del_augroup_by_id(group)
    if vim.api.nvim_buf_is_valid(view.source) then
      vim.api.nvim_buf_clear_namespace(view.source, here_ns, 0, -1)
    end
  end)
end

---@class spine.ViewOptions
---@field kind 'order'|'graph'|'why'|'simulate'
---@field source integer
---@field group string?
---@field title string what the window is called
---@field stay boolean? leave the cursor in the file
---@field keys table<string, { [1]: fun(view: spine.View), [2]: string }>?
---@field fetch fun(view: spine.View, done: fun(content: spine.Content?, failure: string?))

---Asks the server and opens a window with the answer, in the place of one that showed the same thing.
---@param options spine.ViewOptions
function M.open(options)
  local client = server.client(options.source)
  ---@type spine.View
  local view = {
    kind = options.kind,
    source = options.source,
    group = options.group,
    title = options.title,
    buf = -1,
    win = -1,
    from = vim.api.nvim_get_current_win(),
    content = { lines = {}, marks = {}, spots = {} },
    encoding = client and client.offset_encoding or 'utf-16',
    fetch = options.fetch,
    busy = false,
    stale = false,
  }
  view.fetch(view, function(content, failure)
    if not content then
      server.say(
        failure
          or (
            options.group and ('no group `%s` in this file'):format(options.group) or 'no group in this file'
          ),
        vim.log.levels.WARN
      )
      return
    end
    local name = ('spine://%s/%d/%s'):format(options.kind, options.source, options.title)
    local old = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]*?{},\\') .. '$')
    if old ~= -1 then
      vim.api.nvim_buf_delete(old, { force = true })
    end
    view.buf = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(view.buf, name)
    vim.b[view.buf].spine_source = options.source
    vim.bo[view.buf].bufhidden = 'wipe'
    vim.bo[view.buf].filetype = 'spine-' .. options.kind
    show(view, content)
    local where = config.get().window[options.kind]
    open_window(view, where, not options.stay)
    if vim.api.nvim_win_is_valid(view.from) and vim.api.nvim_win_get_buf(view.from) == view.source then
      local spot = spot_of(view, vim.api.nvim_win_get_cursor(view.from)[1] - 1)
      mark_here(view, spot)
      if spot then
        vim.api.nvim_win_set_cursor(view.win, { spot.row + 1, spot.from })
      end
    end
    map_keys(view, options.keys or {})
    keep_fresh(view)
    vim.api.nvim_exec_autocmds('User', { pattern = 'SpineViewOpen', data = { buf = view.buf } })
  end)
end

return M
