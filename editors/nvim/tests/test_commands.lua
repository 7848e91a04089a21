-- `:Spine` and its windows.

local fixtures = require('fixtures')
local h = require('harness')

local weekly = { files = { ['a.yaml'] = fixtures.WEEKLY }, open = 'a.yaml' }
local broken = { files = { ['a.yaml'] = fixtures.BROKEN }, open = 'a.yaml' }
local wide = { files = { ['a.yaml'] = fixtures.WIDE }, open = 'a.yaml' }

---Runs a command and waits for its window.
---@param nvim Child
---@param command string
---@param kind string
---@return string[] lines
local function open(nvim, command, kind)
  nvim:attached()
  nvim:cmd(command)
  nvim:wait('the window of ' .. command, "return vim.fn.bufnr('^spine://' .. ...) ~= -1", kind)
  return nvim:lines(nvim:lua("return vim.fn.bufnr('^spine://' .. ...)", kind))
end

---The text that a view shows now.
---@param kind string
local function text_of(kind)
  return ("table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr('^spine://%s'), 0, -1, false), '\\n')"):format(
    kind
  )
end

---@param nvim Child
---@param text string
local function search(nvim, text)
  nvim:lua("vim.fn.cursor(1, 1) assert(vim.fn.search('\\\\V' .. ..., 'c') > 0, ...)", text)
  nvim:lua("vim.api.nvim_exec_autocmds('CursorMoved', { buffer = 0 })")
end

---@param nvim Child
---@param want string start of the line under the cursor, blanks left out
local function at_line(nvim, want)
  nvim:wait('the cursor is at ' .. want, "return vim.startswith(vim.trim(vim.fn.getline('.')), ...)", want)
end

---@param line string
---@return fun(nvim: Child): string
local function completed(line)
  return function(nvim)
    return ' ' .. table.concat(nvim:lua("return vim.fn.getcompletion(..., 'cmdline')", line), ' ') .. ' '
  end
end

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

h.test('graph draws every step with its lines', weekly, function(nvim)
  local lines = open(nvim, 'Spine graph', 'graph')
  for _, name in ipairs({ 'ingest', 'normalize', 'aggregate', 'rolling' }) do
    h.has(lines, name)
  end
  h.has(lines, '│')
  h.has_not(lines, '\27')
end)

h.test('graph marks cycles and ghosts in colour', broken, function(nvim)
  local lines = open(nvim, 'Spine graph', 'graph')
  h.has(lines, 'ingst')
  h.has(lines, 'no step has this name')
  local groups = nvim:lua([[
    local seen = {}
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, -1, 0, -1, { details = true })) do
      local text = vim.api.nvim_buf_get_text(0, mark[2], mark[3], mark[4].end_row, mark[4].end_col, {})[1]
      if text:find('left') or text:find('ingst') then
        seen[mark[4].hl_group] = true
      end
    end
    return vim.tbl_keys(seen)
  ]])
  h.has(groups, 'SpineCycle')
  h.has(groups, 'SpineGhost')
end)

h.test('<CR> in the graph goes to the step', weekly, function(nvim)
  open(nvim, 'Spine graph', 'graph')
  search(nvim, 'aggregate')
  nvim:keys('<CR>')
  at_line(nvim, '- name: aggregate')
end)

h.test('a ghost has no place to go to', broken, function(nvim)
  open(nvim, 'Spine graph', 'graph')
  search(nvim, 'ingst')
  nvim:keys('<CR>')
  nvim:note('no step has this name')
end)

h.test('the cursor in the file moves the cursor in the graph', weekly, function(nvim)
  open(nvim, 'Spine! graph', 'graph')
  for _, name in ipairs({ 'rolling', 'ingest', 'aggregate' }) do
    nvim:keys('gg/name: ' .. name .. '<CR>')
    nvim:wait(
      'the graph is at ' .. name,
      [[
      local name = ...
      local buf = vim.fn.bufnr('^spine://graph')
      local cursor = vim.api.nvim_win_get_cursor(vim.fn.bufwinid(buf))
      local line = vim.api.nvim_buf_get_lines(buf, cursor[1] - 1, cursor[1], false)[1]
      return line:sub(cursor[2] + 1, cursor[2] + #name) == name
    ]],
      name
    )
  end
end)

h.test('the cursor in the graph moves the cursor in the file', weekly, function(nvim)
  open(nvim, 'Spine graph', 'graph')
  for _, name in ipairs({ 'rolling', 'ingest', 'aggregate' }) do
    nvim:keys('gg0/' .. name .. '<CR>')
    nvim:wait(
      'the file is at ' .. name,
      [[
      local buf = vim.fn.bufnr('a.yaml$')
      local row = vim.api.nvim_win_get_cursor(vim.fn.bufwinid(buf))[1]
      return vim.api.nvim_buf_get_lines(buf, row - 1, row, false)[1]:find('name: ' .. ..., 1, true)
    ]],
      name
    )
  end
  h.equal('spine-graph', nvim:lua('return vim.bo.filetype'))
end)

h.test('graph follows the text, and keeps broken graphs', weekly, function(nvim)
  open(nvim, 'Spine! graph', 'graph')
  nvim:keys(':%s/\\[ingest\\]/[rolling]/<CR>')
  nvim:wait('the cycle', 'return ' .. text_of('graph') .. ":find('in a cycle')")
  nvim:keys(':%s/\\[rolling\\]/[gone]/<CR>')
  nvim:wait('the ghost', 'return ' .. text_of('graph') .. ":find('gone')")
end)

h.test('names of wide characters are found in the graph', wide, function(nvim)
  open(nvim, 'Spine graph', 'graph')
  search(nvim, 'データ')
  nvim:keys('<CR>')
  at_line(nvim, '- {name: "データ"')
  h.equal('データ', nvim:lua("return vim.fn.getline('.'):sub(vim.fn.col('.')):match('^\"?([^\"]*)')"))
end)

h.test('graph runs right, or down after t', weekly, function(nvim)
  local right = table.concat(open(nvim, 'Spine graph right', 'graph'), '\n')
  nvim:keys('t')
  local down =
    nvim:wait('another drawing', 'local text = ' .. text_of('graph') .. ' return text ~= ... and text', right)
  h.equal(true, select(2, down:gsub('\n', '')) > select(2, right:gsub('\n', '')), 'down has more lines')
end)

---A group of ten steps with long names that all wait for the first and are waited for by the last.
local function broad()
  local lines = { 'name: broad', 'steps:', '  - {name: the_very_first_of_all_steps, pipeline: p}' }
  local names = {} ---@type string[]
  for number = 1, 10 do
    local name = ('a_step_in_the_middle_%d'):format(number)
    names[number] = name
    lines[#lines + 1] = ('  - {name: %s, pipeline: p, depends_on: [the_very_first_of_all_steps]}'):format(
      name
    )
  end
  lines[#lines + 1] = ('  - {name: last, pipeline: p, depends_on: [%s]}'):format(table.concat(names, ', '))
  return table.concat(lines, '\n') .. '\n'
end

h.test('graph keeps to the room it has, and uses more when it gets more', {
  files = { ['a.yaml'] = broad() },
  open = 'a.yaml',
}, function(nvim)
  nvim:cmd('set columns=100 lines=60')
  local widest = [[
    local widest = 0
    for _, line in ipairs(vim.api.nvim_buf_get_lines(vim.fn.bufnr('^spine://graph'), 0, -1, false)) do
      widest = math.max(widest, vim.api.nvim_strwidth(line))
    end
    return widest
  ]]
  open(nvim, 'Spine graph', 'graph')
  h.equal(true, nvim:lua(widest) <= 60, 'at first')
  nvim:cmd('set columns=400')
  nvim:keys('<C-w>|')
  nvim:wait('a wide drawing', widest:gsub('return widest', 'return widest > 100'))
end)

h.test('graph is plain ASCII when asked', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  extra = 'vim.g.spine = { graph = { ascii = true } }',
}, function(nvim)
  local text = table.concat(open(nvim, 'Spine graph', 'graph'), '\n')
  h.equal(nil, text:find('[\128-\255]'))
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

h.test('why lists the way and leads to the entry', weekly, function(nvim)
  local lines = open(nvim, 'Spine why rolling ingest', 'why')
  h.has(lines, 'waits for aggregate')
  h.has(lines, 'waits for ingest')
  search(nvim, 'waits for normalize')
  nvim:keys('<CR>')
  at_line(nvim, 'depends_on: [normalize]')
end)

h.test('why begins with the step at the cursor and asks for the other', weekly, function(nvim)
  nvim:attached()
  nvim:lua([[
    vim.ui.select = function(items, options, done)
      _G.choices, _G.prompt = items, options.prompt
      done('ingest', 1)
    end
  ]])
  search(nvim, 'pipeline: finra.rolling')
  local lines = open(nvim, 'Spine why', 'why')
  h.equal({ 'aggregate', 'ingest', 'normalize' }, nvim:lua('return _G.choices'))
  h.has(nvim:lua('return _G.prompt'), 'rolling')
  h.has(lines, 'waits for ingest')
end)

h.test('why says so when nothing waits', weekly, function(nvim)
  nvim:attached()
  search(nvim, 'name: ingest')
  nvim:cmd('Spine why')
  nvim:note('`ingest` waits for nothing')
  local lines = open(nvim, 'Spine why ingest rolling', 'why')
  h.has(lines, 'ingest')
end)

h.test('simulate shows the run, and what a failure stops', weekly, function(nvim)
  local lines = open(nvim, 'Spine simulate normalize', 'simulate')
  h.has(lines, 'failed')
  h.has(lines, 'aggregate')
  h.has(lines, 'rolling')
  nvim:keys('q')
  nvim:wait('it is closed', "return vim.fn.bufnr('^spine://simulate') == -1")
  local clean = open(nvim, 'Spine simulate ingest=3 execution=sequential', 'simulate')
  h.equal(true, #clean > 0)
  nvim:wait(
    'the run without a failure',
    'return '
      .. text_of('simulate')
      .. ":find('longest way') and "
      .. text_of('simulate')
      .. ":find('0 to 3')"
  )
end)

h.test('simulate takes durations with units, and says in which its times are', weekly, function(nvim)
  local lines = open(nvim, 'Spine simulate *=30min ingest=90s', 'simulate')
  h.has(lines, 'all 4 steps succeed, after 91.5 minutes')
  h.has(lines, '91.5 minutes')
  nvim:cmd('bwipeout')
  h.has(open(nvim, 'Spine simulate', 'simulate'), 'after 4 units of time')
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

h.test('simulate refuses what is no setting', weekly, function(nvim)
  nvim:attached()
  nvim:cmd('Spine simulate on_failure=never')
  nvim:note('on_failure cannot be `never`')
  nvim:cmd('Spine simulate ingest=long')
  nvim:note('`long` is neither a duration nor an answer')
end)

h.test('graph, order and simulate show what a selector picks, and follow the text', weekly, function(nvim)
  local order = open(nvim, 'Spine order --steps 1+aggregate', 'order')
  h.has(order, '#2 normalize')
  h.has(order, '#3 aggregate')
  h.has_not(order, '#1 ingest')
  nvim:cmd('bwipeout')
  local run = open(nvim, 'Spine simulate ingest --steps ingest level:3', 'simulate')
  h.has(run, 'ingest')
  h.has(run, 'rolling  never started')
  h.has_not(run, 'normalize  never started')
  nvim:cmd('bwipeout')
  open(nvim, 'Spine! graph right --steps state:blocked state:missing', 'graph')
  h.has(nvim:lua('return ' .. text_of('graph')), 'No step is selected by `state:blocked state:missing`.')
  nvim:keys(':%s/\\[normalize\\]/[normalise]/<CR>')
  nvim:wait(
    'what cannot run',
    ("return %s:find('aggregate') and %s:find('rolling')"):format(text_of('graph'), text_of('graph'))
  )
  h.has_not(nvim:lua('return ' .. text_of('graph')), 'ingest')
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
    ' browser cancel effective graph groups order restart rule run runs simulate why ',
    completed('Spine ')(nvim)
  )
  h.equal(' graph groups ', completed('Spine g')(nvim))
  h.equal(' down ', completed('vertical Spi! graph finra.weekly do')(nvim))
  h.equal(' finra.weekly a\\ second\\ one down right --around --steps ', completed('Spine graph ')(nvim))
  h.equal(' finra.weekly ', completed('Spine order f')(nvim))
  h.equal(' --steps ', completed('Spine order finra.weekly --s')(nvim))
  for typed, offered in pairs({
    ['order --steps '] = 'ingest normalize aggregate rolling level: state: pipeline: changed:',
    ['simulate ingest=2 --steps level:0 +in'] = '+ingest',
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

local SEVERAL = fixtures.WEEKLY
  .. '---\nname: second\nsteps:\n  - {name: one, pipeline: p}\n  - {name: two, pipeline: p, depends_on: [one]}\n'
local several = { files = { ['a.yaml'] = SEVERAL }, open = 'a.yaml' }

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

h.test('why takes a group', several, function(nvim)
  h.has(open(nvim, 'Spine why group=second two one', 'why'), 'waits for one')
  nvim:keys('q')
  h.equal(' one ', completed('Spine why group=second two ')(nvim))
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

h.test('graph --around draws the neighbourhood of a step', weekly, function(nvim)
  nvim:attached()
  local lines = open(nvim, 'Spine! graph --around ingest 1', 'graph')
  h.has(lines, 'normalize')
  h.has_not(lines, 'aggregate')
  h.has(lines, '2 of 4 steps: within 1 edge of ingest')
  nvim:cmd('bwipeout ' .. nvim:lua("return vim.fn.bufnr('^spine://graph')"))
  search(nvim, 'name: rolling')
  lines = open(nvim, 'Spine! graph --around', 'graph')
  h.has(lines, 'normalize')
  h.has_not(lines, 'ingest')
  nvim:cmd('Spine graph --around nromalize')
  nvim:note('no step of this group is called `nromalize`; did you mean `normalize`?')
  h.has(completed('Spine graph --around ')(nvim), ' rolling ')
end)

h.test('the edges of the step under the cursor light up', broken, function(nvim)
  open(nvim, 'Spine graph', 'graph')
  local lit = [[
    local found = {}
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, -1, 0, -1, { details = true })) do
      if mark[4].hl_group == 'SpineEdge' then
        found[#found + 1] = vim.api.nvim_buf_get_text(0, mark[2], mark[3], mark[4].end_row, mark[4].end_col, {})[1]
      end
    end
    return table.concat(found)
  ]]
  search(nvim, 'ingest')
  nvim:keys('l')
  nvim:wait('none of a step without edges', lit:gsub('return table', 'return "" == table'))
  search(nvim, 'normalize')
  nvim:keys('l')
  local way = nvim:wait(
    'the edge of the ghost',
    'local text = (function() ' .. lit .. ' end)() return text ~= "" and text'
  )
  h.has(way, '┬')
  h.has(way, '▼')
  h.has_not(way, '┃')
end)

---A group too large to be drawn: steps in a chain.
local function long()
  local lines = { 'name: long', 'steps:' }
  for number = 1, 1100 do
    local waits = number > 1 and (', depends_on: [step_%d]'):format(number - 1) or ''
    lines[#lines + 1] = ('  - {name: step_%d, pipeline: p%s}'):format(number, waits)
  end
  return table.concat(lines, '\n') .. '\n'
end

h.test('<CR> on a name behind a name goes to the step of that name', {
  files = { ['a.yaml'] = long() },
  open = 'a.yaml',
}, function(nvim)
  open(nvim, 'Spine graph', 'graph')
  search(nvim, '← step_700')
  nvim:keys('w<CR>')
  at_line(nvim, '- {name: step_700,')
end)

h.test('turning what cannot be turned says so', weekly, function(nvim)
  nvim:attached()
  nvim:cmd('edit b.yaml')
  nvim:keys('iname: b<CR>steps:<CR>  - {name: a, pipeline: p}<Esc>')
  open(nvim, 'Spine graph', 'graph')
  nvim:keys('t')
  nvim:note('the same in both directions')
end)

h.test('a window of ours takes half of the window that it splits, and no more', {
  files = { ['a.yaml'] = broad() },
  open = 'a.yaml',
}, function(nvim)
  nvim:cmd('set columns=140 lines=40')
  nvim:cmd('vsplit')
  local other = nvim:lua('return vim.fn.win_getid(2)')
  local before = nvim:lua('return vim.api.nvim_win_get_width(...)', other)
  open(nvim, 'Spine! graph', 'graph')
  h.equal(before, nvim:lua('return vim.api.nvim_win_get_width(...)', other))
  local graph, file =
    nvim:lua("return vim.api.nvim_win_get_width(vim.fn.bufwinid(vim.fn.bufnr('^spine://graph')))"),
    nvim:lua('return vim.api.nvim_win_get_width(0)')
  h.equal(true, graph <= file, ('%d beside %d'):format(graph, file))
  nvim:cmd('only | set columns=50')
  nvim:cmd('Spine! order')
  nvim:wait('the order', "return vim.fn.bufnr('^spine://order') ~= -1")
  h.equal(50, nvim:lua("return vim.api.nvim_win_get_width(vim.fn.bufwinid(vim.fn.bufnr('^spine://order')))"))
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

h.test('why of a step that does not exist says so', weekly, function(nvim)
  local lines = open(nvim, 'Spine why normalise', 'why')
  h.has(lines, 'no step of this group is called `normalise`; did you mean `normalize`?')
end)
