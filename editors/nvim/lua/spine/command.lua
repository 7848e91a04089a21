-- `:Spine`: which subcommand does what, with which arguments, and how they are completed.

local here = require('spine.here')
local server = require('spine.server')

local M = {}

---@class spine.Call
---@field source integer the buffer it is about
---@field group string? from `group=NAME`
---@field words string[] the other arguments
---@field steps string? the selector after `--steps`
---@field stay boolean leave the cursor in the file (`:Spine!`)

---@class spine.Subcommand
---@field run fun(call: spine.Call): string? runs it; or answers a word that it does not understand
---@field complete (fun(source: integer, words: string[], group: string?): string[])? what may follow these words
---@field selects boolean? whether it takes `--steps {selector}`

---The subcommands whose only words are the name of a group.
---@param open fun(call: spine.Call, group: string?)
---@return spine.Subcommand
local function of_a_group(open)
  return {
    run = function(call)
      if #call.words > 1 then
        return call.words[2]
      end
      open(call, call.group or call.words[1])
    end,
    complete = function(source, words)
      return #words == 0 and here.group_names(source) or {}
    end,
  }
end

---@param source integer
---@param group string?
---@return string[]
local function step_names(source, group)
  local answer = here.graph_now(source, group)
  local names, seen = {}, {} ---@type string[], table<string, boolean>
  for _, node in ipairs(answer and answer.nodes or {}) do
    if node.kind == 'step' and not seen[node.name] then
      seen[node.name] = true
      names[#names + 1] = node.name
    end
  end
  return names
end

---How the choices of a workflow can be decided, as `:Spine simulate` takes it.
---@param source integer
---@param group string?
---@return string[]
local function answers(source, group)
  local graph = here.graph_now(source, group)
  local words = {} ---@type string[]
  for _, edge in ipairs(graph and graph.edges or {}) do
    local node = edge.state == 'branch'
      and vim.iter(graph.nodes):find(function(one)
        return one.id == edge.from
      end)
    if node then
      words[#words + 1] = ('%s=%s'):format(node.name, edge.label)
    end
  end
  return words
end

---The arguments of `:Spine graph`: `[{group}] [down|right] [--around [{step}] [{hops}]]`.
---@param call spine.Call
---@return string? group, spine.GraphOptions wanted, string? stray
local function graph_words(call)
  local wanted = { stay = call.stay } ---@type spine.GraphOptions
  local group, expects = call.group, nil ---@type string?, 'step'|'hops'|nil
  for _, word in ipairs(call.words) do
    if word == '--around' and not wanted.around then
      wanted.around, expects = true, 'step'
    elseif expects and word:find('^%d+$') then
      wanted.hops, expects = tonumber(word), nil
    elseif expects == 'step' and word ~= 'down' and word ~= 'right' then
      wanted.around, expects = word, 'hops'
    elseif (word == 'down' or word == 'right') and not wanted.direction then
      wanted.direction = word
    elseif not group and not wanted.around then
      group = word
    else
      return group, wanted, word
    end
  end
  return group, wanted
end

---@type table<string, spine.Subcommand>
local SUBCOMMANDS = {
  order = vim.tbl_extend(
    'error',
    of_a_group(function(call, group)
      require('spine.order').open(call.source, group, call.stay, call.steps)
    end),
    { selects = true }
  ),
  graph = {
    selects = true,
    run = function(call)
      local group, wanted, stray = graph_words(call)
      if stray then
        return stray
      elseif call.steps and wanted.around then
        server.say(
          '--around and --steps exclude each other; `1+{step}+1` is around it too',
          vim.log.levels.WARN
        )
        return
      end
      wanted.steps = call.steps
      require('spine.graph').open(call.source, group, wanted)
    end,
    complete = function(source, words, group)
      if words[#words] == '--around' then
        return step_names(source, group or (#words > 1 and words[1] or nil))
      elseif vim.list_contains(words, '--around') then
        return { '1', '2', '3' }
      end
      local choices = #words == 0 and here.group_names(source) or {}
      return vim.list_extend(choices, { 'down', 'right', '--around' })
    end,
  },
  effective = of_a_group(function(call, group)
    require('spine.live').open('spine-effective', call.source, group, call.stay)
  end),
  rule = {
    run = function(call)
      if #call.words > 1 then
        return call.words[2]
      end
      require('spine.live').rule(call.words[1], call.stay)
    end,
    complete = function(source, words)
      return #words == 0 and require('spine.live').rules(source) or {}
    end,
  },
  browser = of_a_group(function(call, group)
    require('spine.graph').browse(call.source, group)
  end),
  why = {
    run = function(call)
      if #call.words > 2 then
        return call.words[3]
      end
      require('spine.why').open(call.source, call.group, call.words[1], call.words[2], call.stay)
    end,
    complete = function(source, words, group)
      if #words == 0 then
        return step_names(source, group)
      end
      return #words == 1 and here.upstream_now(source, group, words[1]) or {}
    end,
  },
  simulate = {
    selects = true,
    run = function(call)
      require('spine.simulate').open(call.source, call.group, call.words, call.stay, call.steps)
    end,
    complete = function(source, _, group)
      local choices = vim.list_extend(step_names(source, group), answers(source, group))
      for key, values in vim.spairs(require('spine.simulate').SETTINGS) do
        for _, value in ipairs(values) do
          choices[#choices + 1] = key .. '=' .. value
        end
      end
      return choices
    end,
  },
  run = {
    run = function(call)
      return require('spine.run').run(call)
    end,
    complete = function(source, _, group)
      local choices = { 'resume' }
      for _, name in ipairs(step_names(source, group)) do
        choices[#choices + 1] = 'only=' .. name
      end
      return choices
    end,
  },
  debug = {
    run = function(call)
      return require('spine.debug').run(call)
    end,
    complete = function(source, words, group)
      return #words == 0 and step_names(source, group) or {}
    end,
  },
  cancel = {
    run = function(call)
      if #call.words > 0 then
        return call.words[1]
      end
      require('spine.run').cancel(call)
    end,
  },
  runs = {
    run = function(call)
      if #call.words > 1 then
        return call.words[2]
      end
      require('spine.run').runs(call)
    end,
    complete = function(source, words)
      return #words == 0 and here.group_names(source) or {}
    end,
  },
  groups = {
    run = function(call)
      local form = call.words[1] or 'select'
      if form ~= 'quickfix' and form ~= 'select' or #call.words > 1 then
        return call.words[2] or form
      end
      require('spine.groups').open(call.source, form)
    end,
    complete = function(_, words)
      return #words == 0 and { 'quickfix', 'select' } or {}
    end,
  },
  restart = {
    run = function(call)
      if #call.words > 0 then
        return call.words[1]
      end
      require('spine.restart').run()
    end,
  },
}

---Takes `group=NAME` out of some words.
---@param words string[]
---@return string[] rest, string? group
local function without_group(words)
  local rest, group = {}, nil ---@type string[], string?
  for _, word in ipairs(words) do
    local named = word:match('^group=(.+)$')
    if named then
      group = named
    else
      rest[#rest + 1] = word
    end
  end
  return rest, group
end

---The selector behind `--steps`, which goes to the end of the line, and the words before it.
---@param subcommand spine.Subcommand
---@param words string[]
---@param line string
---@return string[] words, string? selector
local function without_steps(subcommand, words, line)
  for number, word in ipairs(subcommand.selects and words or {}) do
    if word == '--steps' then
      return vim.list_slice(words, 1, number - 1), line:match('%f[%S]%-%-steps%f[%s%z]%s*(.*)$')
    end
  end
  return words, nil
end

---The buffer that a command is about: the current one, or in a window of ours the file it shows.
---@return integer
local function source_buffer()
  local bufnr = vim.api.nvim_get_current_buf()
  return vim.b[bufnr].spine_source or bufnr
end

---Runs `:Spine`.
---@param call vim.api.keyset.create_user_command.command_args
function M.run(call)
  local words = vim.list_slice(call.fargs)
  local name = table.remove(words, 1)
  local subcommand = SUBCOMMANDS[name or '']
  if not subcommand then
    local names = vim.tbl_keys(SUBCOMMANDS)
    table.sort(names)
    local known = table.concat(names, ', ')
    local lead = name and ('there is no `:Spine %s`'):format(name) or 'say what: `:Spine graph`'
    server.say(('%s (known: %s)'):format(lead, known), vim.log.levels.WARN)
    return
  end
  local steps ---@type string?
  words, steps = without_steps(subcommand, words, call.args)
  local rest, group = without_group(words)
  local stray =
    subcommand.run({ source = source_buffer(), group = group, words = rest, steps = steps, stay = call.bang })
  if stray then
    server.say(
      ('`:Spine %s` does not understand `%s`; see :help :Spine-%s'):format(name, stray, name),
      vim.log.levels.WARN
    )
  end
end

---Splits a command line as Vim does: at blanks that have no backslash.
---@param line string
---@return string[]
local function split(line)
  local words = {} ---@type string[]
  for word in line:gsub('\\ ', '\1'):gmatch('%S+') do
    words[#words + 1] = (word:gsub('\1', ' '):gsub('\\\\', '\\'))
  end
  return words
end

---What stands behind the part of a selector that Vim keeps, for each selector that it may become.
---@param selectors string[]
---@param kept string
---@return string[]
local function continued(selectors, kept)
  return vim.tbl_map(function(selector)
    return selector:sub(#kept + 1)
  end, selectors)
end

---Completes `:Spine`.
---@param lead string
---@param line string
---@param column integer
---@return string[]
function M.complete(lead, line, column)
  local before = line:sub(1, column - #lead):match('%f[%a]Sp?i?n?e?!?%s+(.*)$') or ''
  local words = split(before)
  local choices = {} ---@type string[]
  local subcommand = SUBCOMMANDS[words[1] or '']
  if subcommand then
    local others, typed = without_steps(subcommand, words, before)
    if typed then
      local _, group = without_group(vim.list_slice(others, 2))
      return continued(require('spine.select').complete(source_buffer(), group, typed .. lead), typed)
    end
  end
  if #words == 0 then
    choices = vim.tbl_keys(SUBCOMMANDS)
    table.sort(choices)
  else
    if subcommand and subcommand.complete then
      local rest, group = without_group(vim.list_slice(words, 2))
      choices = subcommand.complete(source_buffer(), rest, group)
    end
    if subcommand and subcommand.selects then
      choices[#choices + 1] = '--steps'
    end
  end
  choices = vim.tbl_map(function(choice)
    return vim.fn.escape(choice, ' \\')
  end, choices)
  return vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices)
end

return M
