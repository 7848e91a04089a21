-- `:Spine graph`: what it draws, how it follows the text and the cursor, and what of it can be shown alone.

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
local wide = fixtures.one('WIDE')

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
