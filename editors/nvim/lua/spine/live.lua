-- Live documents: buffers whose text the server makes of a group, or of a rule, and that follow the file.
-- `spine-effective:///path/to/daily.yaml?group` and its like; docs/commands.md has them all.

local server = require('spine.server')

local M = {}

local METHOD = 'workspace/textDocumentContent'

---@type table<string, string> scheme to 'filetype'
local FILETYPES = {
  ['spine-order'] = 'markdown',
  ['spine-graph'] = 'text',
  ['spine-effective'] = 'yaml',
  ['spine-rule'] = 'markdown',
}

---@param uri string
---@return string scheme, string path
local function parts_of(uri)
  local scheme, path = uri:match('^([%w-]+):/*(/[^?]*)')
  return scheme or '', vim.uri_decode(path or '')
end

---The uri of what a scheme says of a group; the only group of a file is followed when its name changes.
---@param scheme string
---@param source integer
---@param group spine.Group
---@return string
function M.uri(scheme, source, group)
  local uri = vim.uri_from_bufnr(source)
  local path = uri:match('^file://(.*)$')
  local name = group.of > 1 and group.name or nil
  if path then
    return ('%s://%s%s'):format(scheme, path, name and '?' .. vim.uri_encode(name, 'rfc2732') or '')
  end
  local about = vim.json.encode({ uri = uri, group = name })
  return ('%s:///group?%s'):format(scheme, vim.uri_encode(about, 'rfc2732'))
end

---Puts a text into a buffer of ours; each window keeps its place.
---@param buf integer
---@param text string
local function put(buf, text)
  local views = {} ---@type table<integer, vim.fn.winsaveview.ret>
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    views[win] = vim.api.nvim_win_call(win, vim.fn.winsaveview)
  end
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split((text:gsub('\n$', '')), '\n', { plain = true }))
  vim.bo[buf].modifiable = false
  vim.bo[buf].modified = false
  for win, view in pairs(views) do
    vim.api.nvim_win_call(win, function()
      vim.fn.winrestview(view)
    end)
  end
  vim.api.nvim_exec_autocmds('User', { pattern = 'SpineViewUpdate', data = { buf = buf } })
end

---The buffer whose server is asked: that of the file, which is loaded for it; for a rule any that is served.
---@param uri string
---@return integer?
local function source_of(uri)
  local scheme, path = parts_of(uri)
  if scheme ~= 'spine-rule' and vim.uv.fs_stat(path) then
    local source = vim.fn.bufadd(path)
    vim.fn.bufload(source)
    return source
  end
  local client = vim.lsp.get_clients({ name = server.NAME })[1]
  return client and next(client.attached_buffers)
end

---Asks for the text of a buffer anew.
---@param buf integer
local function fill(buf)
  local uri = vim.api.nvim_buf_get_name(buf)
  local source = source_of(uri)
  if not source then
    put(buf, 'No server runs: open a file with a pipeline group first, then press R.')
    return
  end
  server.request(source, METHOD, { uri = uri }, function(answer, failure)
    if vim.api.nvim_buf_is_loaded(buf) then
      put(buf, answer and answer.text or failure --[[@as string]])
    end
  end)
end

---The server says that a document reads otherwise now.
---@param uri string
function M.changed(uri)
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buf) and vim.api.nvim_buf_get_name(buf) == uri then
      fill(buf)
    end
  end
end

---`BufReadCmd` of a live document.
---@param buf integer
function M.read(buf)
  vim.bo[buf].buftype = 'nofile'
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].swapfile = false
  vim.bo[buf].undolevels = -1
  vim.bo[buf].filetype = FILETYPES[(parts_of(vim.api.nvim_buf_get_name(buf)))] or ''
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buf, nowait = true, desc = 'Close' })
  vim.keymap.set('n', 'R', function()
    fill(buf)
  end, { buffer = buf, nowait = true, desc = 'Ask the server again' })
  local group = vim.api.nvim_create_augroup('spine.live.' .. buf, {})
  -- Another server does not know what the one before it was asked for.
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == server.NAME and event.buf == source_of(vim.api.nvim_buf_get_name(buf)) then
        fill(buf)
      end
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    buffer = buf,
    callback = function()
      vim.api.nvim_del_augroup_by_id(group)
    end,
  })
  fill(buf)
end

---Shows a live document in a window of its own, or goes to the one that shows it.
---@param uri string
---@param stay boolean? leave the cursor where it is
local function show(uri, stay)
  local from = vim.api.nvim_get_current_win()
  local buf = vim.fn.bufadd(uri)
  local shown = vim.fn.bufwinid(buf)
  if shown ~= -1 then
    vim.api.nvim_set_current_win(shown)
  else
    local where = require('spine.config').get().window.live
    vim.api.nvim_open_win(buf, true, { split = where, win = from })
  end
  if stay then
    vim.api.nvim_set_current_win(from)
  end
end

---Shows what a scheme says of a group.
---@param scheme string
---@param source integer
---@param name string? of the group
---@param stay boolean?
function M.open(scheme, source, name, stay)
  require('spine.here').group(source, name, function(group, problem)
    if group then
      show(M.uri(scheme, source, group), stay)
    else
      server.say(problem --[[@as string]], vim.log.levels.WARN)
    end
  end)
end

---The code of the problem at the cursor.
---@return string?
local function code_here()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local here = vim.tbl_filter(function(one)
    return one.source == 'spine'
  end, vim.diagnostic.get(0, { lnum = row - 1 }))
  table.sort(here, function(one, other)
    local on_one = one.col <= column and column < one.end_col
    local on_other = other.col <= column and column < other.end_col
    return on_one and not on_other
  end)
  return here[1] and here[1].code --[[@as string?]]
end

---Shows the page of a rule; without a code that of the problem at the cursor, or else the list of all.
---@param code string?
---@param stay boolean?
function M.rule(code, stay)
  code = code or code_here()
  show(code and ('spine-rule:///%s.md'):format(code) or 'spine-rule:///', stay)
end

---The codes of all rules, for completion.
---@param source integer
---@return string[]
function M.rules(source)
  local answer = server.request_now(source, METHOD, { uri = 'spine-rule:///' })
  local codes = {} ---@type string[]
  for code in (answer and answer.text or ''):gmatch('%[([%l-]+)%]%(spine%-rule:') do
    codes[#codes + 1] = code
  end
  return codes
end

return M
