-- Where the server attaches, and where it never does.

local fixtures = require('fixtures')
local h = require('harness')

local NONE = "return #vim.lsp.get_clients({ name = 'spine_lsp', _uninitialized = true })"

h.test(
  'attaches to a file that declares a group',
  { files = { ['a.yaml'] = fixtures.WEEKLY }, open = 'a.yaml' },
  function(nvim)
    nvim:attached()
    h.equal('spine-lsp', nvim:lua('return vim.lsp.get_clients({ bufnr = 0 })[1].server_info.name'))
  end
)

h.test(
  'attaches to a file that only has steps',
  { files = { ['a.yml'] = fixtures.BROKEN }, open = 'a.yml' },
  function(nvim)
    nvim:attached()
  end
)

h.test(
  'leaves other YAML alone, before and after a change',
  { files = { ['compose.yaml'] = fixtures.COMPOSE }, open = 'compose.yaml' },
  function(nvim)
    h.equal('yaml', nvim:lua('return vim.bo.filetype'))
    nvim:keys('GA # changed<Esc>')
    nvim:wait('the change', "return vim.fn.getline('$'):find('changed')")
    nvim:cmd('write')
    h.equal(0, nvim:lua(NONE))
  end
)

h.test('attaches while a new file becomes a group', { open = 'new.yaml' }, function(nvim)
  h.equal(0, nvim:lua(NONE))
  nvim:keys('iname: new<CR>steps:<CR>  - name: a<CR>pipeline: p')
  nvim:attached()
  h.equal('i', nvim:request('nvim_get_mode').mode)
end)

h.test(
  'is silent about a file that is no group any more, and speaks again when it is one',
  { files = { ['a.yaml'] = fixtures.BROKEN }, open = 'a.yaml' },
  function(nvim)
    nvim:attached()
    nvim:wait('diagnostics', 'return #vim.diagnostic.get(0) > 0')
    nvim:keys(':%s/pipeline/image/<CR>')
    nvim:wait('the server has nothing to say', 'return #vim.diagnostic.get(0) == 0')
    nvim:wait('nor has it lenses', 'return #vim.lsp.codelens.get(0) == 0')
    nvim:keys('u')
    nvim:wait('diagnostics again', 'return #vim.diagnostic.get(0) > 0')
  end
)

h.test('one server serves the files of a project', {
  files = { ['pyproject.toml'] = '', ['a/a.yaml'] = fixtures.WEEKLY, ['b/b.yaml'] = fixtures.BROKEN },
  open = 'a/a.yaml',
}, function(nvim)
  nvim:attached()
  nvim:cmd('edit b/b.yaml')
  nvim:attached()
  h.equal(1, nvim:lua("return #vim.lsp.get_clients({ name = 'spine_lsp' })"))
  h.equal(nvim.folder, nvim:lua("return vim.lsp.get_clients({ name = 'spine_lsp' })[1].root_dir"))
end)

h.test('lives beside another YAML server', {
  files = { ['a.yaml'] = fixtures.BROKEN, ['compose.yaml'] = fixtures.COMPOSE },
  open = 'a.yaml',
  extra = [[
    -- A second server for all YAML: it answers what every client asks at its start.
    vim.lsp.config('other_yaml', {
      filetypes = { 'yaml' },
      cmd = dofile(vim.env.SPINE_TESTS .. '/inside.lua')(function(method, reply)
        if method == 'initialize' then
          reply({ capabilities = { hoverProvider = true } })
        end
      end),
    })
    vim.lsp.enable('other_yaml')
  ]],
}, function(nvim)
  local names = [[
    local names = vim.tbl_map(function(client) return client.name end, vim.lsp.get_clients({ bufnr = 0 }))
    table.sort(names)
    return table.concat(names, ' ')
  ]]
  nvim:wait(
    'both serve the group',
    names:gsub('return table', 'local all = table') .. " return all == 'other_yaml spine_lsp'"
  )
  nvim:cmd('edit compose.yaml')
  nvim:wait(
    'the other serves the rest',
    names:gsub('return table', 'local all = table') .. " return all == 'other_yaml'"
  )
  nvim:keys('GA # changed<Esc>')
  nvim:wait('the change', "return vim.fn.getline('$'):find('changed')")
  h.equal('other_yaml', nvim:lua(names))
end)

h.test('a server that is not enabled does not start', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  extra = 'vim.g.spine = { enable = false }',
}, function(nvim)
  nvim:keys('GA # changed<Esc>')
  nvim:wait('the change', "return vim.fn.getline('$'):find('changed')")
  h.equal(0, nvim:lua(NONE))
  nvim:lua("vim.lsp.enable('spine_lsp')")
  nvim:attached()
end)

h.test('says once that the server is not installed, and how to get it', {
  files = { ['a.yaml'] = fixtures.WEEKLY, ['b.yaml'] = fixtures.BROKEN },
  open = 'a.yaml',
  command = { 'no-such-spine-lsp', 'serve' },
  extra = "vim.lsp.log.set_level('OFF')",
}, function(nvim)
  local text = nvim:note('no%-such%-spine%-lsp')
  h.equal('spine: `no-such-spine-lsp` is not found; see :checkhealth spine', text)
  nvim:cmd('edit b.yaml')
  nvim:keys('GA # changed<Esc>')
  nvim:wait('the change', "return vim.fn.getline('$'):find('changed')")
  h.equal({}, nvim:lua('return _G.notes'))
end)

h.test('wrong options are named and the rest is used', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  extra = "vim.g.spine = { codelenz = true, graph = { direction = 'up' }, window = 3 }",
}, function(nvim)
  nvim:note('3 options in vim.g.spine are wrong; see :checkhealth spine')
  h.equal({
    'vim.g.spine.codelenz is no option of this plugin; see :help spine-options',
    'vim.g.spine.graph.direction is "up"; it must be one of "down", "right"',
    'vim.g.spine.window must be a table, not a number',
  }, nvim:lua("return select(2, require('spine.config').read())"))
  nvim:attached()
end)

h.test('a plugin that is loaded late serves the files that are open', {
  files = { ['a.yaml'] = fixtures.WEEKLY, ['new.yaml'] = 'name: new\n' },
  open = 'new.yaml',
  extra = 'vim.g.loaded_spine = true',
}, function(nvim)
  nvim:cmd('edit a.yaml')
  h.equal(0, nvim:lua(NONE))
  nvim:cmd('unlet g:loaded_spine | runtime plugin/spine.lua')
  nvim:attached()
  nvim:cmd('edit new.yaml')
  nvim:keys('osteps:<CR>  - name: a<CR>pipeline: p<Esc>')
  nvim:attached()
end)

h.test('setup sets options, and starts or stops the server', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  extra = "require('spine').setup({ enable = false, codelens = false })",
}, function(nvim)
  h.equal(0, nvim:lua(NONE))
  nvim:cmd('Spine restart')
  nvim:note('the server is not enabled')
  nvim:lua("require('spine').setup({ enable = true })")
  nvim:attached()
  h.equal(0, nvim:lua('return #vim.lsp.codelens.get(0)'))
  nvim:lua("require('spine').setup({ enable = false })")
  nvim:wait(
    'the server ends',
    "return #vim.lsp.get_clients({ name = 'spine_lsp', _uninitialized = true }) == 0"
  )
end)
