-- `:Spine`: which subcommand does what, with which arguments, and how they are completed.

local server = require('spine.server')

local M = {}

---@class spine.Call
---@field source integer the buffer it is about
---@field words string[] arguments
---@field stay boolean leave the cursor in the file (`:Spine!`)

---@class spine.Subcommand
---@field run fun(call: spine.Call)
---@field complete (fun(source: integer, words: string[]): string[])? what may follow these words

---@param source integer
---@return string[]
local function group_names(source)
  local answer = server.ask_now(source, 'spine.listGroups', vim.empty_dict())
  local uri = vim.uri_from_bufnr(source)
  local names = {} ---@type string[]
  for _, entry in ipairs(answer and answer.groups or {}) do
    if entry.uri == uri then
      names[#names + 1] = entry.group
    end
  end
  return names
end

---@param source integer
---@return table?
local function graph(source)
  return server.ask_now(source, 'spine.graph', { uri = vim.uri_from_bufnr(source) })
end

---@param source integer
---@return string[]
local function step_names(source)
  local answer = graph(source)
  local names, seen = {}, {} ---@type string[], table<string, boolean>
  for _, node in ipairs(answer and answer.nodes or {}) do
    if node.kind == 'step' and not seen[node.name] then
      seen[node.name] = true
      names[#names + 1] = node.name
    end
  end
  return names
end

---@type table<string, spine.Subcommand>
local SUBCOMMANDS = {
  order = {
    run = function(call)
      require('spine.order').open(call.source, call.words[1], call.stay)
    end,
    complete = function(source, words)
      return #words == 0 and group_names(source) or {}
    end,
  },
  graph = {
    run = function(call)
      local direction ---@type ('down'|'right')?
      local words = vim.list_slice(call.words)
      if words[#words] == 'down' or words[#words] == 'right' then
        direction = table.remove(words) --[[@as 'down'|'right']]
      end
      require('spine.graph').open(call.source, words[1], call.stay, direction)
    end,
    complete = function(source, words)
      local choices = #words == 0 and group_names(source) or {}
      return #words < 2 and vim.list_extend(choices, { 'down', 'right' }) or {}
    end,
  },
  browser = {
    run = function(call)
      require('spine.graph').browse(call.source, call.words[1])
    end,
    complete = function(source, words)
      return #words == 0 and group_names(source) or {}
    end,
  },
  why = {
    run = function(call)
      require('spine.why').open(call.source, nil, call.words[1], call.words[2], call.stay)
    end,
    complete = function(source, words)
      if #words == 0 then
        return step_names(source)
      end
      local whole = #words == 1 and graph(source)
      return whole and require('spine.why').upstream(whole, words[1]) or {}
    end,
  },
  simulate = {
    run = function(call)
      require('spine.simulate').open(call.source, nil, call.words, call.stay)
    end,
    complete = function(source)
      local choices = step_names(source)
      for key, values in vim.spairs(require('spine.simulate').SETTINGS) do
        for _, value in ipairs(values) do
          choices[#choices + 1] = key .. '=' .. value
        end
      end
      return choices
    end,
  },
  groups = {
    run = function(call)
      require('spine.groups').open(call.source, call.words[1] == 'quickfix' and 'quickfix' or 'select')
    end,
    complete = function(_, words)
      return #words == 0 and { 'quickfix', 'select' } or {}
    end,
  },
  restart = {
    run = function()
      require('spine.restart').run()
    end,
  },
}

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
  subcommand.run({ source = source_buffer(), words = words, stay = call.bang })
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

---Completes `:Spine`.
---@param lead string
---@param line string
---@param column integer
---@return string[]
function M.complete(lead, line, column)
  local before = line:sub(1, column - #lead):match('%f[%a]Sp?i?n?e?!?%s+(.*)$') or ''
  local words = split(before)
  local choices = {} ---@type string[]
  if #words == 0 then
    choices = vim.tbl_keys(SUBCOMMANDS)
    table.sort(choices)
  else
    local subcommand = SUBCOMMANDS[words[1]]
    if subcommand and subcommand.complete then
      choices = subcommand.complete(source_buffer(), vim.list_slice(words, 2))
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
