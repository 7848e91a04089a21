-- The plugin's options: `vim.g.spine`, a table or a function that returns one, over the defaults.

local M = {}

---@alias spine.Where 'right'|'left'|'above'|'below'|'float'

---@class spine.Config
---@field enable boolean enable the server for Spine files
---@field codelens boolean show code lenses, and keep them fresh
---@field inlay_hints boolean show inlay hints
---@field trust boolean|'ask' whether groups may be run: in every folder, in none, or in those that the user says
---@field window { order: spine.Where, graph: spine.Where, why: spine.Where, simulate: spine.Where, live: spine.Where }
---@field graph { direction: 'down'|'right', ascii: boolean|'auto' }

---@type spine.Config
local DEFAULTS = {
  enable = true,
  codelens = true,
  inlay_hints = false,
  trust = 'ask',
  window = { order = 'right', graph = 'right', why = 'float', simulate = 'float', live = 'right' },
  graph = { direction = 'down', ascii = 'auto' },
}

local WHERE = { 'right', 'left', 'above', 'below', 'float' }

---What an option may hold, where its default's type does not say it.
---@type table<string, any[]>
local CHOICES = {
  ['trust'] = { true, false, 'ask' },
  ['window.order'] = WHERE,
  ['window.graph'] = WHERE,
  ['window.why'] = WHERE,
  ['window.simulate'] = WHERE,
  ['window.live'] = { 'right', 'left', 'above', 'below' },
  ['graph.direction'] = { 'down', 'right' },
  ['graph.ascii'] = { true, false, 'auto' },
}

---@param given any
---@param defaults table
---@param path string
---@param problems string[]
---@return table
local function merged(given, defaults, path, problems)
  local result = vim.deepcopy(defaults)
  if type(given) ~= 'table' then
    problems[#problems + 1] = ('vim.g.spine%s must be a table, not a %s'):format(path, type(given))
    return result
  end
  for key, value in pairs(given) do
    local name = (path .. '.' .. tostring(key)):sub(2)
    local default = defaults[key]
    local choices = CHOICES[name]
    if default == nil then
      problems[#problems + 1] = ('vim.g.spine.%s is no option of this plugin; see :help spine-options'):format(
        name
      )
    elseif type(default) == 'table' then
      result[key] = merged(value, default, path .. '.' .. key, problems)
    elseif choices and not vim.tbl_contains(choices, value) then
      local words = table.concat(vim.tbl_map(vim.inspect, choices), ', ')
      problems[#problems + 1] = ('vim.g.spine.%s is %s; it must be one of %s'):format(
        name,
        vim.inspect(value),
        words
      )
    elseif not choices and type(value) ~= type(default) then
      problems[#problems + 1] = ('vim.g.spine.%s must be a %s, not a %s'):format(
        name,
        type(default),
        type(value)
      )
    else
      result[key] = value
    end
  end
  return result
end

---The options in force, and what is wrong with those that are given; a wrong one counts as not given.
---@return spine.Config, string[]
function M.read()
  local given = vim.g.spine
  local problems = {} ---@type string[]
  if type(given) == 'function' then
    given = given()
  end
  local options = merged(given == nil and {} or given, DEFAULTS, '', problems)
  table.sort(problems)
  return options, --[[@as spine.Config]]
    problems
end

---The options in force. Says once what is wrong with them.
---@return spine.Config
function M.get()
  local options, problems = M.read()
  if #problems == 1 then
    vim.notify_once('spine: ' .. problems[1], vim.log.levels.WARN)
  elseif #problems > 1 then
    local text = 'spine: %d options in vim.g.spine are wrong; see :checkhealth spine'
    vim.notify_once(text:format(#problems), vim.log.levels.WARN)
  end
  return options
end

return M
