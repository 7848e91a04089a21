-- The server's text is the buffer's, whatever happens to either.

local fixtures = require('fixtures')
local h = require('harness')

---A server whose traffic is kept in a folder of the test's own, and is not judged: it is killed.
---@param extra string?
---@return ChildOptions, string folder
local function watched(extra)
  local folder = vim.fn.tempname()
  local python = vim.env.SPINE_PYTHON
  return {
    files = { ['a.yaml'] = fixtures.WEEKLY },
    open = 'a.yaml',
    command = { python, vim.env.SPINE_TESTS .. '/wire.py', folder, python, '-m', 'spine_lsp', 'serve' },
    extra = "vim.lsp.log.set_level('OFF') vim.o.more = false vim.o.autoread = true " .. (extra or ''),
  },
    folder
end

---The folder of the session that was begun last.
---@param folder string
---@return string
local function newest(folder)
  local best, born ---@type string?, number?
  for name in vim.fs.dir(folder) do
    local stat = vim.uv.fs_stat(('%s/%s/pid'):format(folder, name))
    local time = stat and stat.mtime.sec + stat.mtime.nsec / 1e9
    if time and (not born or time > born) then
      best, born = folder .. '/' .. name, time
    end
  end
  return assert(best, 'no session in ' .. folder)
end

---@param folder string
local function kill_server(folder)
  vim.uv.kill(tonumber(vim.fn.readfile(newest(folder) .. '/pid')[1]), 'sigkill')
end

local typed = 0

---Types, and waits until Neovim has done it.
---@param nvim Child
---@param keys string
local function type_all(nvim, keys)
  typed = typed + 1
  nvim:keys(keys .. ('<Esc>:let g:typed = %d<CR>'):format(typed))
  nvim:wait('it is typed: ' .. keys, 'return vim.g.typed == ...', typed)
end

---Waits for an answer of the server, of the next one if this one is dying.
---@param nvim Child
local function answered(nvim)
  nvim:wait(
    'the server answers',
    [[
      local client = require('spine.server').client(0)
      if not client then return false end
      local params = { textDocument = vim.lsp.util.make_text_document_params(0) }
      local answer = client:request_sync('textDocument/documentSymbol', params, 2000, 0)
      return answer ~= nil and answer.err == nil
    ]]
  )
end

---What the buffer holds, and what the server was told, once it has answered a question.
---@param nvim Child
---@param folder string
---@return string buffer, string server
local function texts(nvim, folder)
  if not nvim:lua("return require('spine').is_spine(0)") then
    type_all(nvim, ':silent! %d<CR>ikind: PipelineGroup<Esc>')
  end
  answered(nvim)
  local replay = vim
    .system({ vim.env.SPINE_PYTHON, vim.env.SPINE_TESTS .. '/replay.py', newest(folder) }, { text = true })
    :wait()
  h.equal('', replay.stderr)
  local uri = nvim:lua('return vim.uri_from_bufnr(0)')
  local mine = nvim:lua("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\\n') .. '\\n'")
  return mine, vim.json.decode(replay.stdout)[uri] or 'the document is not open'
end

---@param nvim Child
---@param folder string
---@param what string
local function same(nvim, folder, what)
  local buffer, server = texts(nvim, folder)
  h.equal(buffer, server, what)
end

---Takes away what Neovim says of servers that were killed.
---@param nvim Child
local function forgive(nvim)
  nvim:lua([[
    vim.v.errmsg = ''
    _G.notes = vim.tbl_filter(function(note) return not note.text:find('^Client spine_lsp quit') end, _G.notes)
  ]])
end

---What an editing hand does; `@` stands for a random line.
local COMMANDS = {
  'dd',
  '3dd',
  'yyp',
  'yyP',
  'yygp',
  'yGgp',
  'ddp',
  'J',
  '>>',
  'x',
  '~',
  'D',
  'cwä🚀',
  'A x',
  'o- name: x<CR>pipeline: p',
  'u',
  '5u',
  '<C-r>',
  'U',
  'ggdG',
  'ggVGd',
  'ggyGGp',
  '<C-v>jjd',
  'vjjc',
  '.',
  'ix<CR>y<CR><CR>z',
  'R1234',
  'qaA z<Esc>jq',
  ':silent! normal! 7@a<CR>',
  ':silent! earlier 4<CR>',
  ':silent! later 2<CR>',
  ':silent! earlier 1f<CR>',
  ':silent! undo 0<CR>',
  ':silent! g/name/t.<CR>',
  ':silent! g/^/m0<CR>',
  ':silent! g/pipeline/d<CR>',
  ':silent! g/:/normal! A x<CR>',
  ':silent! %s/a/ä🚀/g<CR>',
  ':silent! %s/\\n//<CR>',
  ':silent! s/:/\\r/g<CR>',
  ':silent! sort<CR>',
  ':silent! %!cat<CR>',
  ':silent! read %<CR>',
  ':silent! 1,3move $<CR>',
  ':silent! copy 0<CR>',
  ':silent! %normal! Ix<CR>',
  ':silent! edit!<CR>',
  ':silent! write<CR>',
  ':silent! retab!<CR>',
  ':silent! put =range(3)<CR>',
} -- stylua: ignore

---What happens to servers. Few of each, or the plugin takes the server for broken.
local EVENTS = { ---@type table<string, fun(nvim: Child, folder: string)>
  killed = function(_, folder)
    kill_server(folder)
  end,
  stopped = function(nvim)
    nvim:lua("vim.lsp.stop_client(vim.lsp.get_clients({ name = 'spine_lsp' }))")
  end,
  restarted = function(nvim)
    nvim:cmd('Spine restart')
  end,
  disabled = function(nvim)
    nvim:lua("vim.lsp.enable('spine_lsp', false)")
    nvim:wait(
      'none is left',
      "return #vim.lsp.get_clients({ name = 'spine_lsp', _uninitialized = true }) == 0"
    )
    type_all(nvim, 'Go# edited without a server')
    nvim:lua("vim.lsp.enable('spine_lsp')")
  end,
  detached = function(nvim)
    nvim:lua([[
      for _, client in ipairs(vim.lsp.get_clients({ bufnr = 0, name = 'spine_lsp' })) do
        vim.lsp.buf_detach_client(0, client.id)
      end
    ]])
    type_all(nvim, 'Go# edited without a client')
  end,
  unloaded = function(nvim)
    nvim:cmd('silent! write | edit other.yaml | bunload a.yaml | edit a.yaml')
  end,
  written = function(nvim)
    vim.fn.writefile({ 'kind: PipelineGroup', '# from outside ' .. typed }, nvim.folder .. '/a.yaml')
    nvim:cmd('silent! edit! | checktime')
  end,
}

for seed = 1, 3 do
  local options, folder = watched()
  h.test(('the server knows the text after random commands, seed %d'):format(seed), options, function(nvim)
    nvim:attached()
    math.randomseed(seed)
    local names = vim.tbl_keys(EVENTS)
    table.sort(names)
    local done = {} ---@type string[]
    for round = 1, 5 do
      for _ = 1, 6 do
        local command = COMMANDS[math.random(#COMMANDS)]
        done[#done + 1] = command
        type_all(nvim, ('%d%%'):format(math.random(100)) .. command)
      end
      local name = names[(round + 2 * seed) % #names + 1]
      done[#done + 1] = name
      EVENTS[name](nvim, folder)
      type_all(nvim, COMMANDS[math.random(#COMMANDS)])
      type_all(nvim, 'Goend<Esc>')
      same(nvim, folder, 'after ' .. table.concat(done, ' | '))
    end
    forgive(nvim)
  end)
end

do
  local options, folder = watched()
  h.test('a file that is no group for a while is heard before and after', options, function(nvim)
    nvim:attached()
    local first = nvim:lua("return require('spine.server').client(0).id")
    type_all(nvim, 'ggdG')
    nvim:wait('the server has nothing to say', 'return #vim.diagnostic.get(0) == 0')
    type_all(nvim, 'iname: g')
    type_all(nvim, 'u')
    type_all(nvim, 'u')
    type_all(nvim, ':%s/normalize\\]/nope]/<CR>')
    nvim:wait(
      'the new typo',
      "return vim.iter(vim.diagnostic.get(0)):any(function(d) return d.message:find('nope') ~= nil end)"
    )
    same(nvim, folder, 'afterwards')
    h.equal(first, nvim:lua("return require('spine.server').client(0).id"), 'the same client all the time')
  end)
end

do
  local options, folder = watched()
  h.test('renaming after the server was killed changes what it should', options, function(nvim)
    nvim:attached()
    kill_server(folder)
    type_all(nvim, 'ggO# one<CR>two')
    answered(nvim)
    nvim:lua("vim.fn.search('name: ingest') vim.cmd('normal! 2w') vim.lsp.buf.rename('fetch')")
    nvim:wait('the new name', "return vim.fn.search('name: fetch', 'n') > 0")
    h.equal(
      (('# one\n# two\n' .. fixtures.WEEKLY):gsub('name: ingest', 'name: fetch'):gsub('%[ingest', '[fetch')),
      (texts(nvim, folder))
    )
    forgive(nvim)
  end)
end

do
  local options, folder = watched()
  h.test('a command that changes every line of a deaf buffer is sent once', options, function(nvim)
    nvim:attached()
    EVENTS.disabled(nvim, folder)
    answered(nvim)
    type_all(nvim, ':silent 1copy 0 | silent 1,5copy 0 | silent g/./normal! Ax<CR>')
    same(nvim, folder, 'afterwards')
    local told = table.concat(vim.fn.readfile(newest(folder) .. '/to-server', 'b'), '\n')
    local count = select(2, told:gsub('textDocument/didChange', ''))
    h.equal(true, count >= 1 and count < 10, ('%d changes for some thirty lines'):format(count))
  end)
end

h.test('a difference of tokens that comes after the client has attached anew is dropped', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  extra = [[
    -- A server that keeps its tokens back until it is told to send them.
    _G.whole, _G.held = {}, {}
    local tokens = { full = { delta = true }, legend = { tokenTypes = { 'class' }, tokenModifiers = {} } }
    vim.lsp.config('spine_lsp', {
      cmd = dofile(vim.env.SPINE_TESTS .. '/inside.lua')(function(method, reply)
        if method == 'initialize' then
          reply({ capabilities = { textDocumentSync = 1, semanticTokensProvider = tokens } })
        elseif method == 'textDocument/semanticTokens/full' then
          table.insert(_G.whole, reply)
        elseif method == 'textDocument/semanticTokens/full/delta' then
          table.insert(_G.held, reply)
        else
          vim.schedule_wrap(reply)()
        end
      end),
    })
  ]],
}, function(nvim)
  nvim:attached()
  nvim:wait('tokens of the whole text', 'return #_G.whole == 1')
  nvim:lua("_G.whole[1]({ resultId = '1', data = { 0, 0, 1, 0, 0 } })")
  type_all(nvim, 'Go# more')
  nvim:wait('a difference is asked for', 'return #_G.held == 1')
  nvim:lua("_G.held[1]({ resultId = '2', edits = {} })")
  type_all(nvim, 'Go# more still')
  nvim:wait('the next difference is asked for: the first was taken', 'return #_G.held == 2')
  nvim:lua([[
    local client = vim.lsp.get_clients({ name = 'spine_lsp' })[1]
    vim.lsp.buf_detach_client(0, client.id)
    vim.lsp.buf_attach_client(0, client.id)
  ]])
  nvim:wait('all tokens are asked for again', 'return #_G.whole == 2')
  nvim:lua("_G.held[2]({ resultId = '3', edits = {} })")
  nvim:lua("_G.whole[2]({ resultId = '4', data = {} })")
  type_all(nvim, 'Go# and more')
  nvim:wait('a difference is asked for again', 'return #_G.held == 3')
  nvim:lua("_G.held[3]({ resultId = '5', edits = {} })")
end)

h.test('a server that always ends is given up, and said so once', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  command = { 'false', 'serve' },
  extra = "vim.lsp.log.set_level('OFF')",
}, function(nvim)
  nvim:note('ended five times within three minutes')
  type_all(nvim, 'GA x')
  h.equal(0, nvim:lua("return #vim.lsp.get_clients({ name = 'spine_lsp', _uninitialized = true })"))
  forgive(nvim)
  h.equal({}, nvim:lua('return _G.notes'))
end)
