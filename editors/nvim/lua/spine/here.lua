-- What the cursor is in: a group of the file, a step of the group.

local position = require('spine.position')
local server = require('spine.server')

local M = {}

---@class spine.Group one of the groups of a file
---@field name string? nil where it has none
---@field number integer which of the groups of its file it is, from 1
---@field of integer how many groups the file holds

---What asks for the groups of a file.
---@param source integer
local function of_file(source)
  return { uri = vim.uri_from_bufnr(source) }
end

---@param answer table? of `spine.listGroups`
---@return { group: string, range: spine.Range }[]
local function entries_of(answer)
  return answer and answer.groups or {}
end

---@param entries { group: string, range: spine.Range }[]
---@param number integer
---@return spine.Group
local function group_of(entries, number)
  local name = entries[number].group
  return { name = name ~= '' and name or nil, number = number, of = #entries }
end

---The group that a line lies in, or else the last one that begins above it, or else the first.
---@param entries { group: string, range: spine.Range }[]
---@param row integer
---@return integer
local function number_at(entries, row)
  local best = 1
  for number, entry in ipairs(entries) do
    if position.has_row(entry.range, row) then
      return number
    elseif entry.range.start.line <= row then
      best = number
    end
  end
  return best
end

---The line of the cursor in a file, from 0.
---@param source integer
---@return integer
function M.row(source)
  local win = vim.api.nvim_get_current_buf() == source and 0 or vim.fn.bufwinid(source)
  return win == -1 and 0 or vim.api.nvim_win_get_cursor(win)[1] - 1
end

---@param source integer
---@param entries { group: string, range: spine.Range }[]
---@param name string?
---@return spine.Group?, string? failure
local function chosen(source, entries, name)
  local named = name or vim.b.spine_group -- in a window of ours, the group that it shows
  if #entries == 0 then
    return nil, 'this file holds no pipeline group'
  end
  for number, entry in ipairs(named and entries or {}) do
    if entry.group == named then
      return group_of(entries, number)
    end
  end
  if name then
    local names = vim.tbl_map(function(entry)
      return ('`%s`'):format(entry.group)
    end, entries)
    return nil, ('no group `%s` in this file; it has %s'):format(name, table.concat(names, ', '))
  end
  return group_of(entries, number_at(entries, M.row(source)))
end

---The group of that name, or without a name the one that the cursor is in.
---@param source integer
---@param name string?
---@param done fun(group: spine.Group?, failure: string?)
function M.group(source, name, done)
  server.ask(source, 'spine.listGroups', of_file(source), function(answer, failure)
    if failure then
      done(nil, failure)
    else
      done(chosen(source, entries_of(answer), name))
    end
  end)
end

---The group that stands where another one stood, if the file holds as many groups as then.
---@param source integer
---@param group spine.Group
---@param done fun(group: spine.Group?)
function M.renamed(source, group, done)
  server.ask(source, 'spine.listGroups', of_file(source), function(answer)
    local entries = entries_of(answer)
    done(#entries == group.of and group_of(entries, group.number) or nil)
  end)
end

---The names of all groups of a file, for completion.
---@param source integer
---@return string[]
function M.group_names(source)
  return vim.tbl_map(function(entry)
    return entry.group
  end, entries_of(server.ask_now(source, 'spine.listGroups', of_file(source))))
end

---The answer about the group of that name, or without a name the one that the cursor is in, for completion.
---@param source integer
---@param name string?
---@param command string
---@param more table? of the argument, besides the group
---@return table?
function M.ask_now(source, name, command, more)
  local entries = entries_of(server.ask_now(source, 'spine.listGroups', of_file(source)))
  local group = chosen(source, entries, name)
  local argument = { uri = vim.uri_from_bufnr(source), group = group and group.name }
  return group and server.ask_now(source, command, vim.tbl_extend('error', argument, more or {})) or nil
end

---The graph of a group, for completion.
---@param source integer
---@param name string?
---@return table?
function M.graph_now(source, name)
  return M.ask_now(source, name, 'spine.graph')
end

---The names of all that a step waits for, for completion.
---@param source integer
---@param name string?
---@param step string
---@return string[]
function M.upstream_now(source, name, step)
  local answer = M.ask_now(source, name, 'spine.explainPath', { step = step })
  return answer and answer.upstream or {}
end

---The name of the step that a line lies in.
---@param graph table answer of `spine.graph`
---@param row integer
---@return string?
function M.step(graph, row)
  for _, node in ipairs(graph.nodes) do
    if node.range and position.has_row(node.range, row) then
      return node.name
    end
  end
end

---Whether a group has a step of that name.
---@param graph table
---@param name string
---@return boolean
function M.has_step(graph, name)
  return vim.iter(graph.nodes):any(function(node)
    return node.kind == 'step' and node.name == name
  end)
end

return M
