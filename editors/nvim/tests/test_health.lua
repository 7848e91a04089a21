-- `:checkhealth spine`.

local fixtures = require('fixtures')
local h = require('harness')

---@param nvim Child
---@return string
local function health(nvim)
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

h.test('health asks the server for its version', {
  files = { ['a.yaml'] = fixtures.COMPOSE },
  open = 'a.yaml',
  extra = [[
    vim.lsp.config('spine_lsp', { cmd = { vim.env.SPINE_PYTHON, '-m', 'spine_lsp', 'serve' } })
  ]],
}, function(nvim)
  local text = health(nvim)
  h.has(text, 'OK spine-lsp ')
  h.has(text, 'a.yaml is no Spine file')
end)

h.test('health says what is missing and how to get it', {
  command = { 'no-such-spine-lsp', 'serve' },
  extra = "vim.g.spine = { graph = 'big' } vim.lsp.log.set_level('OFF')",
}, function(nvim)
  nvim:note('vim.g.spine.graph must be a table')
  local text = health(nvim)
  h.has(text, 'ERROR `no-such-spine-lsp` is not executable')
  h.has(text, 'pipx install spine-lsp')
  h.has(text, 'WARNING vim.g.spine.graph must be a table, not a string')
end)

h.test('the help has a page for every tag it links to', {}, function(nvim)
  nvim:lua([[
    local doc = vim.fn.tempname()
    vim.fn.mkdir(doc .. '/doc', 'p')
    vim.uv.fs_copyfile(vim.env.SPINE_PLUGIN .. '/doc/spine.txt', doc .. '/doc/spine.txt')
    vim.cmd.helptags(doc .. '/doc')
    vim.opt.runtimepath:prepend(doc)
  ]])
  for _, tag in ipairs({ 'spine', ':Spine', 'spine-options', 'spine-older', 'spine-beside', 'spine-graph' }) do
    nvim:cmd('help ' .. tag)
    nvim:wait(
      'the help of ' .. tag,
      "return vim.bo.buftype == 'help' and vim.fn.getline('.'):find('*' .. ... .. '*', 1, true)",
      tag
    )
  end
end)

h.test('the help shows the defaults that are in force', {}, function(nvim)
  local text = table.concat(vim.fn.readfile(vim.env.SPINE_PLUGIN .. '/doc/spine.txt'), '\n')
  local shown = assert(loadstring('return ' .. text:match('vim%.g%.spine = (%b{})')))()
  h.equal(shown, nvim:lua("return (require('spine.config').read())"))
end)
