-- `:Spine simulate`: a run on paper. When each step would run under the policy, and what a failure stops.

local here = require('spine.here')
local select = require('spine.select')
local server = require('spine.server')
local text = require('spine.text')

local M = {}

M.SETTINGS = {
  execution = { 'sequential', 'parallel' },
  on_failure = { 'stop', 'continue' },
  max_concurrency = { '1', '2', '4', '8' },
}

---How a choice of a workflow can be decided.
M.ANSWERS = { 'then', 'else' }

local STATES = {
  succeeded = { '=', 'SpineGood' },
  failed = { 'x', 'SpineCycle' },
  skipped = { nil, 'SpineMuted' },
  ['never-started'] = { nil, 'SpineGhost' },
  blocked = { nil, 'SpineMuted' },
}

local CHART = 40 -- cells for the whole run

---Whether a text is a duration: a number from 0 up, or one with a unit, which the server reads.
---@param value string
---@return boolean
local function is_duration(value)
  local number, unit = value:match('^(%d+%.?%d*)(%l*)$')
  return number ~= nil and vim.list_contains({ '', 's', 'm', 'min', 'h', 'd' }, unit)
end

---The argument of `spine.simulate` that some words mean: `step` fails, `step=3` or `step=90s` lasts so long,
---`*=5min` every other step, `choice=else` decides a choice of a workflow, `on_failure=stop` is a policy.
---@param words string[]
---@return table? argument, string? problem
function M.argument(words)
  local argument = { fails = {}, durations = {}, branches = {} }
  for _, word in ipairs(words) do
    local key, value = word:match('^(.+)=([^=]*)$')
    if not key then
      table.insert(argument.fails, word)
    elseif M.SETTINGS[key] then
      local number = key == 'max_concurrency' and value:find('^%d+$') and tonumber(value) or 0
      if number < 1 and (key == 'max_concurrency' or not vim.list_contains(M.SETTINGS[key], value)) then
        local may = key == 'max_concurrency' and 'a whole number from 1 up'
          or table.concat(M.SETTINGS[key], ' or ')
        return nil, ('%s cannot be `%s`; it is %s'):format(key, value, may)
      end
      argument[key] = key == 'max_concurrency' and tonumber(value) or value
    elseif vim.list_contains(M.ANSWERS, value) then
      argument.branches[key] = value
    elseif is_duration(value) then
      argument.durations[key] = tonumber(value) or value
    else
      return nil,
        ('`%s` is neither a duration nor an answer; write a number from 0 up, %s=90s, `then` or `else`'):format(
          value,
          key
        )
    end
  end
  argument.fails = #argument.fails > 0 and argument.fails or nil
  argument.durations = next(argument.durations) and argument.durations or nil
  argument.branches = next(argument.branches) and argument.branches or nil
  return argument
end

---@param number number
---@return string
local function plain(number)
  return ('%.12g'):format(number)
end

---The answer of `spine.simulate` as lines.
---@param run table
---@param ranges table<string, spine.Range> where the steps are
---@return spine.Content
function M.render(run, ranges)
  local out = text.builder()
  out:add(run.group, 'SpineTitle'):add('  ' .. run.policy.words, 'SpineMuted'):newline()
  out:add(run.message):newline():newline()
  local names = text.widest(run.steps, function(step)
    return step.name
  end)
  local scale = run.makespan > 0 and CHART / run.makespan or 0
  for _, step in ipairs(run.steps) do
    local state = STATES[step.state] or {}
    local range = ranges[step.name]
    out:add('  '):add(step.name, 'SpineName', { range = range, whole = range }):to(4 + names)
    if state[1] and step.start and step['end'] then
      local from = math.floor(step.start * scale + 0.5)
      local cells = math.max(1, math.floor(step['end'] * scale + 0.5) - from)
      out:add((' '):rep(from)):add(state[1]:rep(cells), state[2]):to(5 + names + CHART)
      out:add(('%s to %s'):format(plain(step.start), plain(step['end'])), 'SpineMuted')
      out:add(step.state == 'failed' and '  failed' or '', state[2]):newline()
    else
      out:add((step.state:gsub('-', ' ')), state[2]):newline()
    end
  end
  if #run.critical_path.steps > 0 then
    out:newline():add('longest way  ', 'SpineTitle')
    out:add(table.concat(run.critical_path.steps, ' → '))
    local length = plain(run.critical_path.length)
    local unit = length == '1' and run.unit:gsub('^(%l+)s', '%1') or run.unit -- it is named for several
    out:add(('  %s %s'):format(length, unit), 'SpineMuted'):newline()
  end
  for title, list in vim.spairs({ ['never started'] = run.never_started, skipped = run.skipped }) do
    if #list > 0 then
      out:add(('%-12s '):format(title), 'SpineTitle'):add(table.concat(list, ', ')):newline()
    end
  end
  return out.content
end

---@param graph table
---@return table<string, spine.Range>
local function ranges_of(graph)
  local ranges = {} ---@type table<string, spine.Range>
  for _, node in ipairs(graph.nodes) do
    ranges[node.name] = ranges[node.name] or node.range
  end
  return ranges
end

---The names in the question that no step has, in a sentence; nil if there are none.
---@param argument table
---@param graph table
---@return string?
local function unknown(argument, graph)
  local named = vim.list_slice(argument.fails or {})
  for _, given in ipairs({ argument.durations or {}, argument.branches or {} }) do
    vim.list_extend(named, vim.tbl_keys(given))
  end
  local missing = vim.tbl_filter(function(name)
    return name ~= '*' and not here.has_step(graph, name)
  end, named)
  table.sort(missing)
  return #missing > 0 and ('no step of this group is called `%s`'):format(table.concat(missing, '` or `'))
    or nil
end

---Plays a run and shows it.
---@param source integer
---@param group string?
---@param words string[] as for `argument`
---@param stay boolean?
---@param steps string? a selector: only what it picks is shown
function M.open(source, group, words, stay, steps)
  local argument, problem = M.argument(words)
  if not argument then
    server.say(problem --[[@as string]], vim.log.levels.WARN)
    return
  end
  argument.uri = vim.uri_from_bufnr(source)

  ---@param question table
  ---@param graph table
  ---@param done fun(content: spine.Content?, failure: string?)
  local function play(question, graph, done)
    server.ask(source, 'spine.simulate', question, function(run, fault)
      if run and steps and #run.steps == 0 then
        done(select.nothing(steps))
      else
        done(run and M.render(run, ranges_of(graph)), fault)
      end
    end)
  end

  require('spine.view').open({
    kind = 'simulate',
    source = source,
    group = group,
    title = function(name)
      local with = #words > 0 and ' with ' .. table.concat(words, ' ') or ''
      return ('run of %s%s%s'):format(name, with, steps and ': ' .. steps or '')
    end,
    stay = stay,
    fetch = function(view, done)
      argument.group = view.group.name
      server.ask(
        source,
        'spine.graph',
        { uri = argument.uri, group = view.group.name },
        function(graph, failure)
          failure = failure or graph and unknown(argument, graph)
          if not graph or failure then
            done(nil, failure)
            return
          end
          select.fields(source, view.group.name, steps, function(fields, refused)
            if fields then
              play(vim.tbl_extend('force', argument, fields), graph, done)
            else
              done(nil, refused)
            end
          end)
        end
      )
    end,
  })
end

return M
