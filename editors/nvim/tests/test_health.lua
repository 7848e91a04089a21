-- `:checkhealth spine`.

local fixtures = require('fixtures')
local h = require('harness')

---@param nvim Child
---@param patience_ms integer? how long a program has to answer; a good one on a busy machine needs more than usual
---@return string
local function health(nvim, patience_ms)
  nvim:lua("require('spine.health').patience_ms = ...", patience_ms or 15000)
  nvim:cmd('checkhealth spine')
  return table.concat(nvim:lines(), '\n')
end

h.test(
  'health of a working set-up',
  { files = { ['a.yaml'] = fixtures.WEEKLY }, open = 'a.yaml' },
  function(nvim)
    nvim:attached()
    local text = health(nvim)
    h.has(text, 'Neovim 0.11')
    h.has(text, 'runs spine-lsp')
    h.has(text, 'a.yaml is a Spine file')
    h.has(text, 'found at ')
    h.has_not(text, 'ERROR')
    h.has_not(text, 'WARNING')
  end
)

h.test('health says what is read, and which options hold and where they come from', {
  files = {
    ['a.yaml'] = fixtures.WEEKLY,
    ['ops.py'] = 'from spine.framework import register_pipeline\n\n\n'
      .. "@register_pipeline('finra.ingest')\nclass Ingest:\n    pass\n",
    ['spine-lsp.toml'] = 'dialect = "operation"\n',
  },
  open = 'a.yaml',
}, function(nvim)
  nvim:attached()
  nvim:wait(
    'the workspace is read',
    "return require('spine.server').ask_now(0, 'spine.doctor', vim.empty_dict()).index.ready"
  )
  local text = health(nvim)
  h.has(text, 'read: 1 group of 4 steps; 1 pipeline registered in 1 Python file')
  h.has(text, 'spine-lsp.toml')
  h.has(text, 'option dialect = "operation", from ')
end)

h.test('health asks the server, whatever is open', {
  files = { ['a.yaml'] = fixtures.COMPOSE },
  open = 'a.yaml',
}, function(nvim)
  local text = health(nvim)
  h.equal(true, text:find('OK spine%-lsp %d[%w.]* answers') ~= nil, text)
  h.has(text, 'a.yaml is no Spine file')
end)

h.test('health says what is missing and how to get it', {
  command = { 'no-such-spine-lsp', 'serve' },
  extra = "vim.g.spine = { graph = 'big' } vim.lsp.log.set_level('OFF')",
}, function(nvim)
  nvim:note('vim.g.spine.graph must be a table')
  local text = health(nvim)
  h.has(text, 'ERROR `no-such-spine-lsp` is not executable')
  h.has(text, 'pipx install')
  h.has(text, 'WARNING vim.g.spine.graph must be a table, not a string')
end)

---A program that answers `initialize` in the name of another.
---@param name string
---@param version string
local function impostor(name, version)
  local result = { capabilities = vim.empty_dict(), serverInfo = { name = name, version = version } }
  local body = vim.json.encode({ jsonrpc = '2.0', id = 1, result = result })
  return {
    'sh',
    '-c',
    ("printf 'Content-Length: %d\\r\\n\\r\\n%%s' '%s'; exec cat >/dev/null"):format(#body, body),
  }
end

-- Programs that are not the server, each with what health says of it. None of them may be green.
for what, case in pairs({
  ['prints a word and ends'] = { { 'echo', 'hello I am no server' }, 'it wrote: hello I am no server' },
  ['prints a version and ends'] = { { 'echo', 'spine-lsp 9.9.0' }, 'without an answer' },
  ['ends with a code'] = { { 'sh', '-c', 'echo because >&2; exit 3' }, 'ended with code 3', 'because' },
  ['says nothing for ever'] = { { 'sleep', '1000' }, 'does not answer within' },
  ['echoes'] = { { 'cat' }, 'does not answer within' },
  ['is another server'] = {
    impostor('yaml-language-server', '1.0'),
    'runs yaml-language-server, which is another',
  },
  ['is too old'] = { impostor('spine-lsp', '0.0.1'), 'spine-lsp 0.0.1 is too old' },
}) do
  h.test('health fails a program that ' .. what, {
    files = { ['a.yaml'] = fixtures.COMPOSE },
    open = 'a.yaml',
    command = case[1],
    extra = "vim.lsp.log.set_level('OFF')",
  }, function(nvim)
    local text = health(nvim, what:find('ever') and 200 or what == 'echoes' and 200 or nil)
    h.has(text, 'ERROR')
    for index = 2, #case do
      h.has(text, case[index])
    end
    h.has_not(text, 'answers\n')
  end)
end

h.test('health fails a Spine file that no server serves', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  command = { 'no-such-spine-lsp', 'serve' },
  extra = "vim.lsp.log.set_level('OFF')",
}, function(nvim)
  nvim:note('`no%-such%-spine%-lsp` is not found; see :checkhealth spine')
  h.has(
    health(nvim),
    'ERROR a.yaml is a Spine file, and no server serves it: `no-such-spine-lsp` is not found'
  )
end)

h.test('health fails a client that has never answered', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  command = { 'sleep', '1000' },
  extra = "vim.lsp.log.set_level('OFF')",
}, function(nvim)
  nvim:wait('it starts', 'return #vim.lsp.get_clients({ _uninitialized = true }) == 1')
  h.has(health(nvim, 200), 'has started and not answered yet, for: a.yaml')
  nvim:lua([[
    vim.lsp.enable('spine_lsp', false)
    for _, client in ipairs(vim.lsp.get_clients({ _uninitialized = true })) do
      client:stop(true)
    end
  ]])
end)

h.test(
  'the help has a page for every tag it links to, with the plugin on runtimepath and nothing else',
  {},
  function(nvim)
    for _, tag in ipairs({ 'spine', ':Spine', 'spine-options', 'spine-older', 'spine-beside', 'spine-graph' }) do
      nvim:cmd('help ' .. tag)
      nvim:wait(
        'the help of ' .. tag,
        "return vim.bo.buftype == 'help' and vim.fn.getline('.'):find('*' .. ... .. '*', 1, true)",
        tag
      )
    end
  end
)

h.test('the help shows the defaults that are in force', {}, function(nvim)
  local text = table.concat(vim.fn.readfile(vim.env.SPINE_PLUGIN .. '/doc/spine.txt'), '\n')
  local shown = assert(loadstring('return ' .. text:match('vim%.g%.spine = (%b{})')))()
  h.equal(shown, nvim:lua("return (require('spine.config').read())"))
end)
