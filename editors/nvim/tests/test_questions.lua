-- `:Spine why` and `:Spine simulate`: how a step waits, and how a run would go.

local fixtures = require('fixtures')
local h = require('harness')
local views = require('views')

local open = views.open
local text_of = views.text_of
local search = views.search
local at_line = views.at_line
local completed = views.completed

local weekly = fixtures.one('WEEKLY')
local several = fixtures.one('SEVERAL')

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

h.test('why of a step that does not exist says so', weekly, function(nvim)
  local lines = open(nvim, 'Spine why normalise', 'why')
  h.has(lines, 'no step of this group is called `normalise`; did you mean `normalize`?')
end)

h.test('why takes a group', several, function(nvim)
  h.has(open(nvim, 'Spine why group=second two one', 'why'), 'waits for one')
  nvim:keys('q')
  h.equal(' one ', completed('Spine why group=second two ')(nvim))
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
  local run = open(nvim, 'Spine simulate ingest --steps ingest level:4', 'simulate')
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
