-- A window that shows what the server says of a group. It stays true while the file changes, `<CR>` goes
-- to the place of what is under the cursor, and the two cursors follow each other.

local follow = require('spine.follow')
local here = require('spine.here')
local position = require('spine.position')
local server = require('spine.server')
local window = require('spine.window')

local M = {}

local HELP = {
  '<CR>  go to the place in the file',
  'R     ask the server again',
  'q     close',
}

---@param view spine.View
local function close(view)
  follow.clear(view)
  if vim.api.nvim_buf_is_valid(view.buf) then
    vim.api.nvim_buf_delete(view.buf, { force = true })
  end
end

---Asks for the text of a view; its group may have another name by now.
---@param view spine.View
---@param done fun(content: spine.Content?, failure: string?)
local function fetch(view, done)
  view.fetch(view, function(content, failure)
    if content or failure then
      done(content, failure)
      return
    end
    here.renamed(view.source, view.group, function(group)
      if not group or group.name == view.group.name or not window.is_open(view) then
        done(nil)
        return
      end
      view.group = group
      vim.b[view.buf].spine_group = group.name
      view.title = view.title_of(window.name_of(view))
      view.fetch(view, done)
    end)
  end)
end

---Asks the server again. While an answer is on its way, further changes are only noted.
---@param view spine.View
function M.refresh(view)
  if view.asked then
    view.stale = true
    return
  end
  local question = {}
  view.asked, view.stale = question, false
  fetch(view, function(content, failure)
    if view.asked ~= question then
      return -- asked of a server that has ended, and asked again since
    end
    view.asked = nil
    if not window.is_open(view) then
      return
    end
    if view.stale then
      M.refresh(view)
      return
    end
    window.say_state(view, failure)
    if failure then
      return
    end
    local before = vim.api.nvim_win_get_cursor(view.win)
    window.show(
      view,
      content or { lines = { 'This file holds no such group any more.' }, marks = {}, spots = {} }
    )
    window.widen(view)
    follow.put_cursor(view, math.min(before[1], #view.content.lines), before[2])
    if vim.api.nvim_get_current_buf() == view.source then
      follow.source_moved(view)
    else
      follow.mark_cursor(view)
    end
    vim.api.nvim_exec_autocmds('User', { pattern = 'SpineViewUpdate', data = { buf = view.buf } })
  end)
end

---Goes to the place of the spot under the cursor.
---@param view spine.View
local function jump(view)
  local cursor = vim.api.nvim_win_get_cursor(view.win)
  local spot = follow.spot_at(view.content, cursor[1] - 1, cursor[2])
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
  follow.clear(view)
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
      if not window.is_open(view) then
        return true
      end
      -- Later, so that the client has the change and sends it before the question.
      vim.schedule(function()
        if window.is_open(view) then
          M.refresh(view)
        end
      end)
    end,
    on_reload = function()
      vim.schedule(function()
        if window.is_open(view) then
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
  vim.api.nvim_create_autocmd('User', {
    group = group,
    pattern = 'SpineRun',
    callback = function(event)
      if
        view.kind == 'graph'
        and event.data.uri == vim.uri_from_bufnr(view.source)
        and window.is_open(view)
      then
        M.refresh(view)
      end
    end,
  })
  on({ 'LspAttach' }, view.source, function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == server.NAME then
      view.asked = nil -- what was asked of a server that ends is never answered
      M.refresh(view)
    end
  end)
  on({ 'CursorMoved', 'CursorMovedI', 'WinEnter' }, view.source, function()
    follow.source_moved(view)
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
    follow.view_moved(view)
  end)
  on({ 'BufLeave' }, view.buf, function()
    follow.clear(view)
  end)
  on({ 'BufWipeout' }, view.buf, function()
    vim.api.nvim_del_augroup_by_id(group)
    follow.clear(view)
  end)
end

---@class spine.ViewOptions
---@field kind 'order'|'graph'|'why'|'simulate'
---@field source integer
---@field group string? the group's name; the one that the cursor is in if not given
---@field title fun(name: string): string what the window is called, for the name of its group
---@field stay boolean? leave the cursor in the file
---@field keys table<string, { [1]: fun(view: spine.View), [2]: string }>?
---@field fetch fun(view: spine.View, done: fun(content: spine.Content?, failure: string?))

---Puts the text of a view into a window, in the place of one that showed the same thing.
---@param view spine.View
---@param options spine.ViewOptions
---@param content spine.Content
local function show(view, options, content)
  view.title = options.title(window.name_of(view))
  local name = ('spine://%s/%d/%s'):format(options.kind, options.source, view.title)
  local old = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]*?{},\\') .. '$')
  if old ~= -1 then
    vim.api.nvim_buf_delete(old, { force = true })
  end
  view.buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(view.buf, name)
  vim.b[view.buf].spine_source = options.source
  vim.b[view.buf].spine_group = view.group.name
  vim.bo[view.buf].bufhidden = 'wipe'
  vim.bo[view.buf].filetype = 'spine-' .. options.kind
  window.show(view, content)
  window.open(view, not options.stay)
  follow.begin(view)
  map_keys(view, options.keys or {})
  keep_fresh(view)
  vim.api.nvim_exec_autocmds('User', { pattern = 'SpineViewOpen', data = { buf = view.buf } })
end

---The window from which a view is opened: one of the file, for a command in a view that may close.
---@param source integer
---@return integer
local function window_of(source)
  local of_file = vim.b.spine_source and vim.fn.bufwinid(source) or -1
  return of_file ~= -1 and of_file or vim.api.nvim_get_current_win()
end

---Asks the server and opens a window with the answer.
---@param options spine.ViewOptions
function M.open(options)
  ---@type spine.View
  local view = {
    kind = options.kind,
    source = options.source,
    group = { number = 1, of = 1 },
    title = '',
    title_of = options.title,
    buf = -1,
    win = -1,
    from = window_of(options.source),
    content = { lines = {}, marks = {}, spots = {}, ways = {} },
    encoding = 'utf-16',
    fetch = options.fetch,
    stale = false,
  }
  here.group(options.source, options.group, function(group, problem)
    if not group then
      server.say(problem --[[@as string]], vim.log.levels.WARN)
      return
    end
    view.group = group
    local client = server.client(options.source)
    view.encoding = client and client.offset_encoding or view.encoding
    view.fetch(view, function(content, failure)
      if content then
        show(view, options, content)
      else
        server.say(failure or 'this file holds no such group any more', vim.log.levels.WARN)
      end
    end)
  end)
end

return M
