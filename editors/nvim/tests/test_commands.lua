-- `:Spine` and its windows, but for the graph (test_graph.lua) and the questions (test_questions.lua).

local fixtures = require('fixtures')
local h = require('harness')
local views = require('views')

local open = views.open
local text_of = views.text_of
local search = views.search
local at_line = views.at_line
local completed = views.completed

local weekly = fixtures.one('WEEKLY')
local broken = fixtures.one('BROKEN')
local several = fixtures.one('SEVERAL')

h.test('order shows levels, parameters with their origin, and policy', weekly, function(nvim)
  local lines = open(nvim, 'Spine order', 'order')
  h.has(lines, 'finra.weekly  version 3')
  h.has(lines, 'parallel, 2 at once')
  h.has(lines, 'level 4')
  h.has(lines, '#4 rolling')
  h.has(lines, 'defaults  tier = NMS')
  h.has(lines, 'source = api')
  h.has(lines, 'waits for aggregate')
  h.equal('spine-order', nvim:lua('return vim.bo.filetype'))
  h.equal(false, nvim:lua('return vim.bo.modifiable'))
end)

h.test('order says what cannot run and leads to the problem', broken, function(nvim)
  local lines = open(nvim, 'Spine order', 'order')
  h.has(lines, 'cannot run')
  h.has(lines, 'after, which waits for ')
  h.has(lines, 'unknown-dependency')
  search(nvim, 'unknown-dependency')
  nvim:keys('<CR>')
  at_line(nvim, 'depends_on: [ingst]')
  h.equal('ingst', nvim:lua("return vim.fn.expand('<cword>')"))
end)

h.test('<CR> goes to the step, and <C-o> back', weekly, function(nvim)
  open(nvim, 'Spine order', 'order')
  search(nvim, 'aggregate')
  nvim:keys('<CR>')
  at_line(nvim, '- name: aggregate')
  h.equal('a.yaml', nvim:lua("return vim.fn.expand('%:t')"))
  nvim:keys('<C-o>')
  nvim:wait('the place before', "return vim.fn.line('.') ~= vim.fn.search('name: aggregate', 'nw')")
end)

h.test('order is refreshed when the file changes', weekly, function(nvim)
  open(nvim, 'Spine! order', 'order')
  h.equal('a.yaml', nvim:lua("return vim.fn.expand('%:t')"), 'with ! the cursor stays in the file')
  nvim:keys(':%s/rolling/rolled/<CR>')
  nvim:wait('the new name', 'return ' .. text_of('order') .. ":find('rolled')")
  nvim:keys('u')
  nvim:wait('the old name', 'return ' .. text_of('order') .. ":find('rolling')")
end)

h.test('many quick changes end in what is true', weekly, function(nvim)
  open(nvim, 'Spine! order', 'order')
  for number = 1, 30 do
    nvim:keys((':%%s/- name: rolling.*/- name: rolling_%d/<CR>'):format(number))
  end
  nvim:wait('the last name', 'return ' .. text_of('order') .. ":find('rolling_30')")
end)

h.test('the order of one of several groups', {
  files = {
    ['a.yaml'] = fixtures.WEEKLY .. '---\nname: second\nsteps:\n  - {name: only, pipeline: p.only}\n',
  },
  open = 'a.yaml',
}, function(nvim)
  local lines = open(nvim, 'Spine order second', 'order')
  h.has(lines, 'second  version')
  h.has(lines, 'only')
  h.has_not(lines, 'ingest')
end)

h.test('a group that does not exist is named', weekly, function(nvim)
  nvim:attached()
  nvim:cmd('Spine order nothing')
  nvim:note('no group `nothing` in this file; it has `finra.weekly`')
end)

h.test('the order in a float closes with q', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  extra = "vim.g.spine = { window = { order = 'float' } }",
}, function(nvim)
  open(nvim, 'Spine order', 'order')
  h.equal('editor', nvim:lua('return vim.api.nvim_win_get_config(0).relative'))
  nvim:keys('q')
  nvim:wait('it is closed', "return vim.fn.bufnr('^spine://order') == -1 and #vim.api.nvim_list_wins() == 1")
end)

h.test('opening twice leaves one window', weekly, function(nvim)
  open(nvim, 'Spine graph', 'graph')
  local first = nvim:lua("return vim.fn.bufnr('^spine://graph')")
  nvim:cmd('Spine graph')
  nvim:wait(
    'the new one',
    "local now = vim.fn.bufnr('^spine://graph') return now ~= -1 and now ~= ...",
    first
  )
  h.equal(2, nvim:lua('return #vim.api.nvim_list_wins()'))
end)

h.test('the views close with the file', weekly, function(nvim)
  open(nvim, 'Spine! graph', 'graph')
  nvim:cmd('bwipeout!')
  nvim:wait('the view is gone', "return vim.fn.bufnr('^spine://graph') == -1")
end)

h.test('browser writes a page and opens it', weekly, function(nvim)
  nvim:attached()
  nvim:lua('vim.ui.open = function(path) _G.opened = path end')
  nvim:cmd('Spine browser')
  local path = nvim:wait('the page', 'return _G.opened')
  local page = table.concat(vim.fn.readfile(path), '\n')
  h.has(page, '<html')
  h.has(page, 'normalize')
end)

h.test('commands work on a workflow: its order, its branches, and a run in which a choice is decided', {
  files = { ['tides.yaml'] = fixtures.WORKFLOW },
  open = 'tides.yaml',
}, function(nvim)
  local order = open(nvim, 'Spine order', 'order')
  h.has(order, 'fetch')
  h.has(order, 'level 4')
  nvim:cmd('bwipeout')
  local graph = open(nvim, 'Spine graph', 'graph')
  h.has(graph, 'whole')
  h.has(graph, 'then')
  nvim:cmd('bwipeout')
  local jumped = open(nvim, 'Spine simulate', 'simulate')
  h.has(jumped, 'all 3 steps succeed')
  h.has(jumped, '1 step passed over')
  nvim:cmd('bwipeout')
  h.has(open(nvim, 'Spine simulate whole=else', 'simulate'), 'all 4 steps succeed')
  nvim:cmd('bwipeout')
  h.has(completed('Spine simulate who')(nvim), ' whole whole=then whole=else ')
  nvim:cmd('Spine simulate nowhere=else')
  nvim:note('no step of this group is called `nowhere`')
  nvim:cmd('Spine why publish')
  nvim:note('`publish` waits for nothing')
end)

h.test('what has changed since a commit is shown, against the text that git has', weekly, function(nvim)
  nvim:attached()
  nvim:lua([[
    local function git(...)
      local done = vim.system({ 'git', '-c', 'user.name=a', '-c', 'user.email=a@b', ... }):wait()
      assert(done.code == 0, done.stderr)
    end
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'first')
  ]])
  nvim:lua("vim.cmd('%s/source: api/source: file/')")
  local lines = open(nvim, 'Spine! graph --steps changed:HEAD+1', 'graph')
  h.has(lines, 'ingest')
  h.has(lines, 'normalize')
  h.has_not(lines, 'aggregate')
  nvim:cmd('Spine order --steps changed:never')
  nvim:note('git knows no revision `never` of this file')
end)

h.test('groups offers all groups of open files', {
  files = { ['a.yaml'] = fixtures.WEEKLY, ['b.yaml'] = fixtures.BROKEN },
  open = 'a.yaml',
}, function(nvim)
  nvim:attached()
  nvim:cmd('edit b.yaml')
  nvim:attached()
  nvim:wait('diagnostics', 'return #vim.diagnostic.get(0) > 0')
  nvim:lua([[
    vim.ui.select = function(items, options, done)
      _G.lines = vim.tbl_map(options.format_item, items)
      done(items[1], 1)
    end
  ]])
  nvim:cmd('Spine groups')
  nvim:wait('the choice', 'return _G.lines')
  local lines = nvim:lua('return _G.lines')
  h.has(lines, 'finra.weekly (4 steps')
  h.has(lines, '  a.yaml')
  h.has(lines, 'broken (5 steps, ')
  nvim:wait('the first group', "return vim.fn.expand('%:t') == 'a.yaml'")
  nvim:cmd('Spine groups quickfix')
  nvim:wait('the list', "return vim.bo.buftype == 'quickfix' and #vim.fn.getqflist() == 2")
end)

h.test('restart gives a new server the same files and keeps the views', {
  files = { ['a.yaml'] = fixtures.WEEKLY, ['b.yaml'] = fixtures.BROKEN },
  open = 'a.yaml',
}, function(nvim)
  nvim:attached()
  nvim:cmd('edit b.yaml')
  nvim:attached()
  open(nvim, 'Spine! graph', 'graph')
  local old = nvim:lua("return vim.lsp.get_clients({ name = 'spine_lsp' })[1].id")
  nvim:cmd('Spine restart')
  nvim:wait(
    'a new client for both files',
    [[
    local clients = vim.lsp.get_clients({ name = 'spine_lsp' })
    return #clients == 1 and clients[1].id ~= ... and vim.tbl_count(clients[1].attached_buffers) == 2
  ]],
    old
  )
  nvim:wait('diagnostics again', 'return #vim.diagnostic.get(0) > 0')
  nvim:keys(':%s/ingst/unheard/<CR>')
  nvim:wait('the view lives', 'return ' .. text_of('graph') .. ":find('unheard')")
end)

h.test('a view says when it is not up to date, and is again after a restart', weekly, function(nvim)
  open(nvim, 'Spine! order', 'order')
  local winbar = "return vim.wo[vim.fn.bufwinid(vim.fn.bufnr('^spine://order'))].winbar"
  nvim:lua("vim.lsp.enable('spine_lsp', false)")
  nvim:wait('it ends', "return #vim.lsp.get_clients({ name = 'spine_lsp', _uninitialized = true }) == 0")
  nvim:lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# changed' })")
  nvim:wait('the view says so', winbar .. ":find('not up to date', 1, true) ~= nil")
  h.has(nvim:lua('return ' .. text_of('order')), 'rolling')
  nvim:lua("vim.lsp.enable('spine_lsp')")
  nvim:attached()
  nvim:wait('it is up to date', winbar .. ":find('not up to date', 1, true) == nil")
end)

h.test('a view of a group that is gone says so', {
  files = { ['a.yaml'] = fixtures.WEEKLY .. '---\nname: second\nsteps:\n  - {name: only, pipeline: p}\n' },
  open = 'a.yaml',
}, function(nvim)
  open(nvim, 'Spine! order second', 'order')
  nvim:keys(':%s/^---/# gone/<CR>')
  nvim:wait('it says so', 'return ' .. text_of('order') .. ":find('holds no such group any more')")
  nvim:keys('u')
  nvim:wait('it is back', 'return ' .. text_of('order') .. ":find('only')")
end)

h.test('restart starts a server where none runs', weekly, function(nvim)
  nvim:attached()
  nvim:lua([[
    for _, client in ipairs(vim.lsp.get_clients({ bufnr = 0, name = 'spine_lsp' })) do
      vim.lsp.buf_detach_client(0, client.id)
    end
  ]])
  nvim:cmd('Spine restart')
  nvim:attached()
end)

h.test('subcommands and arguments are completed', {
  files = {
    ['a.yaml'] = fixtures.WEEKLY .. '---\nname: a second one\nsteps:\n  - {name: only, pipeline: p.only}\n',
  },
  open = 'a.yaml',
}, function(nvim)
  nvim:attached()
  h.equal(
    ' browser cancel debug effective graph groups order restart rule run runs simulate why ',
    completed('Spine ')(nvim)
  )
  h.equal(' graph groups ', completed('Spine g')(nvim))
  h.equal(' down ', completed('vertical Spi! graph finra.weekly do')(nvim))
  h.equal(' finra.weekly a\\ second\\ one down right --around --steps ', completed('Spine graph ')(nvim))
  h.equal(' finra.weekly ', completed('Spine order f')(nvim))
  h.equal(' --steps ', completed('Spine order finra.weekly --s')(nvim))
  for typed, offered in pairs({
    ['order --steps '] = 'ingest normalize aggregate rolling level: state: pipeline: changed:',
    ['simulate ingest=2 --steps level:1 +in'] = '+ingest',
    ['graph right --steps !(state:b'] = '!(state:blocked',
    ['graph --steps pipeline:finra.r'] = 'pipeline:finra.rolling',
    ['graph group=a\\ second\\ one --steps o'] = 'only',
  }) do
    h.equal((' %s '):format(offered), completed('Spine ' .. typed)(nvim))
  end
  h.equal(' ingest normalize aggregate rolling ', completed('Spine why ')(nvim))
  h.equal(' ingest normalize ', completed('Spine why aggregate ')(nvim))
  h.has(completed('Spine simulate ')(nvim), ' on_failure=stop ')
  h.equal(' normalize ', completed('Spine simulate ingest no')(nvim))
  h.equal(' quickfix select ', completed('Spine groups ')(nvim))
  local lines = open(nvim, 'Spine order a\\ second\\ one', 'order')
  h.has(lines, 'only')
end)

h.test('an unknown subcommand is refused with the known ones', weekly, function(nvim)
  nvim:attached()
  nvim:cmd('Spine draw')
  nvim:note('there is no `:Spine draw` .known: .*graph')
end)

h.test(
  'commands say so where no server runs',
  { files = { ['c.yaml'] = fixtures.COMPOSE }, open = 'c.yaml' },
  function(nvim)
    nvim:cmd('Spine graph')
    nvim:note('this file holds no pipeline group')
  end
)

h.test('a command that is given before the server has started waits for it', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  extra = "vim.cmd('autocmd BufWinEnter a.yaml ++once Spine graph')",
}, function(nvim)
  nvim:wait('the graph', "return vim.fn.bufnr('^spine://graph') ~= -1")
  h.has(nvim:lua('return ' .. text_of('graph')), 'normalize')
end)

h.test('every command is about the group that the cursor is in', several, function(nvim)
  nvim:attached()
  search(nvim, 'name: two')
  h.has(open(nvim, 'Spine! graph', 'graph'), 'two')
  h.has(open(nvim, 'Spine! order', 'order'), 'second  version')
  h.equal(' one two ', completed('Spine why ')(nvim))
  h.has(open(nvim, 'Spine! simulate two', 'simulate'), 'second')
  h.has(open(nvim, 'Spine! why', 'why'), 'waits for one')
end)

h.test('a command in a window of ours is about the group that it shows', several, function(nvim)
  open(nvim, 'Spine graph second', 'graph')
  h.equal('spine-graph', nvim:lua('return vim.bo.filetype'))
  nvim:cmd('Spine order')
  nvim:wait('the order', "return vim.bo.filetype == 'spine-order'")
  h.has(nvim:lines(), 'second  version')
end)

h.test('a view follows its group to another name', several, function(nvim)
  nvim:attached()
  open(nvim, 'Spine! order second', 'order')
  nvim:keys(':%s/name: second/name: third/<CR>')
  nvim:wait('the new name', 'return ' .. text_of('order') .. ":find('third  version')")
  nvim:keys(':%s/name: two/name: deux/<CR>')
  nvim:wait('later changes too', 'return ' .. text_of('order') .. ":find('deux')")
  h.has(nvim:lua("return vim.wo[vim.fn.bufwinid(vim.fn.bufnr('^spine://order'))].winbar"), 'order of third')
end)

h.test('opening a window moves no cursor of the file', weekly, function(nvim)
  nvim:attached()
  nvim:cmd('normal! gg')
  open(nvim, 'Spine order', 'order')
  nvim:keys('<C-w>p')
  nvim:wait('back in the file', "return vim.fn.expand('%:t') == 'a.yaml'")
  h.equal(1, nvim:lua("return vim.fn.line('.')"))
end)

h.test('nothing of the order is out of sight: long lines go on below', weekly, function(nvim)
  nvim:cmd('set columns=80')
  open(nvim, 'Spine order', 'order')
  h.equal(true, nvim:lua('return vim.wo.wrap and vim.wo.breakindent'))
  h.equal(1, #vim.tbl_filter(function(line)
    return line:find('tier = NMS', 1, true) ~= nil
  end, nvim:lines()))
end)

for command, says in pairs({
  ['graph finra.weekly right more'] = '`:Spine graph` does not understand `more`',
  ['order finra.weekly more'] = '`:Spine order` does not understand `more`',
  ['groups foo'] = '`:Spine groups` does not understand `foo`',
  ['restart now'] = '`:Spine restart` does not understand `now`',
  ['why a b c'] = '`:Spine why` does not understand `c`',
  ['graph nope'] = 'no group `nope` in this file; it has `finra.weekly`',
  ['simulate bogus'] = 'no step of this group is called `bogus`',
  ['simulate max_concurrency=0'] = 'max_concurrency cannot be `0`',
  ['simulate max_concurrency=-3'] = 'max_concurrency cannot be `-3`',
  ['simulate ingest=-1'] = '`-1` is neither a duration',
  ['graph --around nope'] = 'no step of this group is called `nope`',
  ['graph --around ingest --steps ingest'] = '--around and --steps exclude each other',
  ['graph --steps +ingst,level:0'] = table.concat({
    'cannot select: no step is called `ingst`; did you mean `ingest`?',
    '  +ingst,level:0',
    '   ^^^^^',
  }, '\n'),
  ['order --steps "ingest'] = 'this quote is never closed',
  ['simulate --steps'] = 'a selector names at least one step',
}) do
  h.test('`:Spine ' .. command .. '` says what is wrong', weekly, function(nvim)
    nvim:attached()
    nvim:cmd('Spine ' .. command)
    nvim:note(vim.pesc(says))
    h.equal(1, nvim:lua('return #vim.api.nvim_list_wins()'))
  end)
end
