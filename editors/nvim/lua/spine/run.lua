-- `:Spine run` and `:Spine runs`: runs a group, shows the states of its steps at the ends of their lines and in the
-- drawing, and lists what has run. Nothing is run in a folder that the user does not trust.

local server = require('spine.server')

local M = {}

local ns = vim.api.nvim_create_namespace('spine.run')

---@type table<string, [string, string]> mark and colour of each state
local LOOKS = {
  pending = { '·', 'SpineMuted' },
  running = { '…', 'SpineGhost' },
  completed = { '✓', 'SpineGood' },
  failed = { '✗', 'SpineCycle' },
  timed_out = { '✗', 'SpineCycle' },
  lost = { '✗', 'SpineCycle' },
  cancelled = { '✗', 'SpineGhost' },
  skipped = { '-', 'SpineMuted' },
}

---@class spine.StepState
---@field state string
---@field took string? how long it ran, in the server's words

---The states of the steps in the run that was seen last, by file and group.
---@type table<string, table<string, spine.StepState>>
local states = {}

---The last run of each file and group.
---@type table<string, string>
local last = {}

---The extmarks of the names of steps, by buffer and name.
---@type table<integer, table<string, integer>>
local marks = {}

---@param uri string
---@param group string
---@return string
local function key_of(uri, group)
  return uri .. '\n' .. group
end

---The states of the steps of a group in the run that was seen last.
---@param uri string
---@param group string
---@return table<string, spine.StepState>
function M.states(uri, group)
  return states[key_of(uri, group)] or {}
end

---The colour of a state, for drawings.
---@param step spine.StepState?
---@return string?
function M.colour(step)
  return step and LOOKS[step.state] and LOOKS[step.state][2] or nil
end

---The file in which the folders that are trusted are kept.
---@return string
local function trust_file()
  return vim.fn.stdpath('state') .. '/spine-trusted'
end

---@param folder string
---@return boolean
local function is_kept(folder)
  return vim.fn.filereadable(trust_file()) == 1 and vim.list_contains(vim.fn.readfile(trust_file()), folder)
end

---Whether the user trusts the code of a folder, as far as that is known without asking.
---@param folder string?
---@return boolean
function M.trusts(folder)
  local trust = require('spine.config').get().trust
  return trust == true or trust == 'ask' and folder ~= nil and is_kept(folder)
end

---@param client vim.lsp.Client
---@return string?
local function folder_of(client, bufnr)
  return client.root_dir or vim.fs.dirname(vim.api.nvim_buf_get_name(bufnr))
end

---Whether a run may start; the user is asked once for each folder.
---@param client vim.lsp.Client
---@param bufnr integer
---@return boolean
local function allowed(client, bufnr)
  local folder = folder_of(client, bufnr)
  if not M.trusts(folder) then
    local trust = require('spine.config').get().trust
    if trust ~= 'ask' or not folder then
      server.say(
        'nothing of this folder is run: it is not trusted; see :help spine-trust',
        vim.log.levels.WARN
      )
      return false
    end
    local question = ('A run imports and executes the Python of %s. Do you trust it?'):format(folder)
    if vim.fn.confirm(question, '&Yes\n&No', 2, 'Question') ~= 1 then
      return false
    end
    vim.fn.mkdir(vim.fs.dirname(trust_file()), 'p')
    vim.fn.writefile({ folder }, trust_file(), 'a')
  end
  client:notify('spine/trust', { trusted = true })
  return true
end

---@param bufnr integer
---@param name string
---@param step spine.StepState
local function show(bufnr, name, step)
  local id = (marks[bufnr] or {})[name]
  local at = id and vim.api.nvim_buf_get_extmark_by_id(bufnr, ns, id, { details = true })
  if not at or not at[1] or (at[3] and at[3].invalid) then
    return
  end
  local mark, colour = unpack(LOOKS[step.state] or { step.state, 'SpineMuted' })
  local words = vim.list_contains({ 'completed', 'pending', 'running' }, step.state) and ''
    or ' ' .. step.state:gsub('_', ' ')
  local took = step.took and ' ' .. step.took or ''
  vim.api.nvim_buf_set_extmark(bufnr, ns, at[1], at[2], {
    id = id,
    end_row = at[3].end_row,
    end_col = at[3].end_col,
    invalidate = true,
    virt_text = { { mark .. words .. took, colour } },
  })
end

---Puts a mark at the name of each step, once for a run.
---@param bufnr integer
---@param group string
local function put_marks(bufnr, group)
  local uri = vim.uri_from_bufnr(bufnr)
  server.ask(bufnr, 'spine.graph', { uri = uri, group = group }, function(graph, _, client)
    if not graph or not client or not vim.api.nvim_buf_is_loaded(bufnr) then
      return
    end
    vim.api.nvim_buf_clear_namespace(bufnr, ns, 0, -1)
    marks[bufnr] = {}
    local encoding = client.offset_encoding
    for _, node in ipairs(graph.nodes) do
      if node.kind == 'step' and node.name_range and not marks[bufnr][node.name] then
        local from, to = node.name_range.start, node.name_range['end']
        local line = vim.api.nvim_buf_get_lines(bufnr, from.line, from.line + 1, false)[1] or ''
        marks[bufnr][node.name] = vim.api.nvim_buf_set_extmark(
          bufnr,
          ns,
          from.line,
          vim.str_byteindex(line, encoding, from.character, false),
          {
            end_row = to.line,
            end_col = vim.str_byteindex(line, encoding, to.character, false),
            invalidate = true,
          }
        )
      end
    end
    for name, step in pairs(M.states(uri, group)) do
      show(bufnr, name, step)
    end
  end)
end

---@param event table
---@param known table<string, spine.StepState>
---@return string[] changed the names of the steps
local function note(event, known)
  if event.event == 'run_started' then
    local names = {} ---@type string[]
    for _, step in ipairs(event.steps) do
      known[step.name] = { state = step.kept and 'completed' or 'pending' }
      names[#names + 1] = step.name
    end
    return names
  elseif event.event == 'step_started' then
    known[event.step] = { state = 'running' }
  elseif event.event == 'step_skipped' then
    known[event.step] = { state = 'skipped' }
  elseif event.event == 'step_finished' then
    local took = type(event.took) == 'string' and event.took or nil
    known[event.step] = { state = event.status, took = took }
  else
    return {}
  end
  return { event.step }
end

---`spine/runEvents`: what has happened within a sixtieth of a second.
---@param told table
function M.on_events(told)
  local first = told.events[1]
  if first and first.event == 'debug_config' then
    require('spine.debug').launch(first)
    return -- nothing has run
  end
  local key = key_of(told.uri, told.group)
  local known = states[key] or {}
  states[key] = known
  local bufnr = vim.uri_to_bufnr(told.uri)
  for _, event in ipairs(told.events) do
    local changed = note(event, known)
    if event.event == 'run_started' then
      last[key] = told.run
      if vim.api.nvim_buf_is_loaded(bufnr) then
        put_marks(bufnr, told.group)
      end
    elseif event.event == 'run_finished' then
      server.say(('%s: %s'):format(told.group, (event.status:gsub('_', ' '))))
    end
    for _, name in ipairs(changed) do
      show(bufnr, name, known[name])
    end
  end
  vim.api.nvim_exec_autocmds('User', {
    pattern = 'SpineRun',
    data = { uri = told.uri, group = told.group, run = told.run, events = told.events },
  })
end

---`spine/runRefused`: why a run could not start.
---@param told table
function M.on_refused(told)
  local more = told.changed and '; say which: :Spine run resume changed=rerun, or changed=keep' or ''
  server.say(('%s was not run: %s%s'):format(told.group, told.message, more), vim.log.levels.WARN)
end

---What some words mean: `resume` or `resume=RUN`, `only=STEP`, `from=STEP`, `to=STEP`, `jobs=N`, `changed=rerun`, and
---`key=value` for the parameters of the run.
---@param words string[]
---@return table argument, string? stray
function M.argument(words)
  local argument = { typed = {} }
  for _, word in ipairs(words) do
    local key, value = word:match('^([^=]+)=(.*)$')
    if word == 'resume' then
      argument.resume = 'last'
    elseif not key then
      return argument, word
    elseif key == 'only' or key == 'from' or key == 'to' then
      argument[key] = argument[key] or {}
      table.insert(argument[key], value)
    elseif key == 'resume' or key == 'changed' then
      argument[key] = value
    elseif key == 'jobs' then
      argument.jobs = tonumber(value)
    else
      argument.typed[key] = value
    end
  end
  argument.typed = next(argument.typed) and argument.typed or nil
  return argument
end

---Asks for the parameters that a run must be given and has not been, one by one.
---@param bufnr integer
---@param argument table
---@param done fun()
local function complete(bufnr, argument, done)
  if argument.resume then
    done()
    return
  end
  local about = { uri = argument.uri, group = argument.group }
  server.ask(bufnr, 'spine.runParameters', about, function(answer)
    local missing = vim.tbl_filter(function(one)
      return one.required and not (argument.typed or {})[one.name]
    end, answer and answer.parameters or {})
    local function ask(number)
      local one = missing[number]
      if not one then
        done()
        return
      end
      local words = vim.tbl_filter(function(word)
        return word ~= ''
      end, { one.type, one.doc })
      local about_it = #words > 0 and (' (%s)'):format(table.concat(words, ': ')) or ''
      vim.ui.input({ prompt = ('%s%s: '):format(one.name, about_it) }, function(value)
        if value and value ~= '' then
          argument.typed = argument.typed or {}
          argument.typed[one.name] = value
          ask(number + 1)
        end
      end)
    end
    ask(1)
  end)
end

---Starts a run, after the user has been asked whatever has to be known; the file is written first.
---@param bufnr integer
---@param argument table as `spine.run` takes it, without the uri
function M.start(bufnr, argument)
  local client = server.client(bufnr)
  if not client then
    server.say(server.obstacle(bufnr) or 'the server is not ready yet', vim.log.levels.WARN)
    return
  end
  if not allowed(client, bufnr) then
    return
  end
  if vim.bo[bufnr].modified then
    vim.api.nvim_buf_call(bufnr, function()
      vim.cmd('silent update')
    end)
  end
  argument = vim.tbl_extend('force', argument, { uri = vim.uri_from_bufnr(bufnr) })
  complete(bufnr, argument, function()
    server.ask(bufnr, 'spine.run', argument, function(_, failure)
      if failure then
        server.say(failure, vim.log.levels.WARN)
      end
    end)
  end)
end

---`:Spine run`.
---@param call spine.Call
---@return string? stray
function M.run(call)
  local argument, stray = M.argument(call.words)
  if stray then
    return stray
  end
  if argument.resume == 'last' then
    argument.resume = nil
    require('spine.here').group(call.source, call.group, function(group, problem)
      local key = group and key_of(vim.uri_from_bufnr(call.source), group.name)
      if not group then
        server.say(problem --[[@as string]], vim.log.levels.WARN)
        return
      end
      argument.resume, argument.group = last[key] or 'last', group.name
      M.start(call.source, argument)
    end)
    return nil
  end
  argument.group = call.group
  M.start(call.source, argument)
end

---`:Spine cancel`: ends the run that was started last; once more ends it at once.
---@param call spine.Call
function M.cancel(call)
  server.ask(call.source, 'spine.runs', { limit = 1 }, function(answer)
    local run = answer and answer.live[#answer.live]
    if not run then
      server.say('no run goes on')
      return
    end
    server.ask(call.source, 'spine.cancelRun', { run = run }, function(_, failure)
      if failure then
        server.say(failure, vim.log.levels.WARN)
      end
    end)
  end)
end

---@param run table
---@return string
local function line_of(run)
  local done = vim.iter(run.steps):fold(0, function(count, step)
    return count + (step.state == 'completed' and 1 or 0)
  end)
  local when = run.started_at:sub(1, 16):gsub('T', ' ')
  local steps = #run.steps == 1 and 'step' or 'steps'
  return ('%s  %s  %s  %d of %d %s'):format(when, run.state, run.group, done, #run.steps, steps)
end

---Shows a run in a window: its steps, and all that they have written.
---@param details table
local function open(details)
  local lines = { line_of(details), details.id, '' }
  for _, step in ipairs(details.steps) do
    local took = type(step.took) == 'string' and ' after ' .. step.took or ''
    local why = type(step.error) == 'string' and ': ' .. step.error or ''
    vim.list_extend(lines, vim.split(('%s: %s%s%s'):format(step.name, step.state, took, why), '\n'))
  end
  lines[#lines + 1] = ''
  for _, event in ipairs(details.events) do
    local text = event.event == 'step_output' and event.text
      or event.event == 'step_finished' and event.traceback
    if type(text) == 'string' then
      for line in vim.gsplit((text:gsub('\n$', '')), '\n', { plain = true }) do
        lines[#lines + 1] = ('%s | %s'):format(event.step, line)
      end
    end
  end
  vim.cmd('botright new')
  local buf = vim.api.nvim_get_current_buf()
  vim.bo[buf].buftype, vim.bo[buf].bufhidden, vim.bo[buf].swapfile = 'nofile', 'wipe', false
  vim.bo[buf].filetype = 'spine-run'
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buf, desc = 'Close' })
end

---`:Spine runs`: the runs of the file's group, to choose from.
---@param call spine.Call
function M.runs(call)
  local about = { uri = vim.uri_from_bufnr(call.source), group = call.group or call.words[1] }
  server.ask(call.source, 'spine.runs', about, function(answer, failure)
    if not answer or #answer.runs == 0 then
      server.say(failure or 'nothing of this file has been run yet')
      return
    end
    vim.ui.select(answer.runs, { prompt = 'Runs', format_item = line_of }, function(run)
      if not run then
        return
      end
      server.ask(call.source, 'spine.runDetails', { run = run.id }, function(details, problem)
        if details then
          open(details)
        else
          server.say(problem or 'there is no such run any more', vim.log.levels.WARN)
        end
      end)
    end)
  end)
end

return M
