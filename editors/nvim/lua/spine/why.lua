-- `:Spine why`: the ways that lead from a step to what it waits for.

local position = require('spine.position')
local server = require('spine.server')
local text = require('spine.text')

local M = {}

---The answer of `spine.explainPath` as lines.
---@param answer table
---@return spine.Content
function M.render(answer)
  local out = text.builder()
  out:add(answer.message, answer.waits and 'SpineTitle' or 'SpineMuted'):newline()
  for number, path in ipairs(answer.paths) do
    out:newline()
    if #answer.paths > 1 then
      out:add(('way %d'):format(number), 'SpineMuted'):newline()
    end
    for index, stop in ipairs(path) do
      out:add('  ')
      if index > 1 then
        local before = path[index - 1]
        out:add('waits for ', 'SpineMuted', { uri = before.uri, range = before.edge_range })
      end
      out:add(stop.name, 'SpineName', { uri = stop.uri, range = stop.range, whole = stop.range }):newline()
    end
  end
  if answer.truncated then
    out:newline():add('There are more ways of this length.', 'SpineMuted'):newline()
  end
  return out.content
end

---The names of everything that a step waits for, directly or through others.
---@param graph table answer of `spine.graph`
---@param step string
---@return string[]
function M.upstream(graph, step)
  local names, waits_for = {}, {} ---@type table<string, string>, table<string, string[]>
  local todo = {} ---@type string[]
  for _, node in ipairs(graph.nodes) do
    names[node.id] = node.name
    if node.name == step then
      todo[#todo + 1] = node.id
    end
  end
  for _, edge in ipairs(graph.edges) do
    waits_for[edge.to] = waits_for[edge.to] or {}
    table.insert(waits_for[edge.to], edge.from)
  end
  local found, seen = {}, {} ---@type string[], table<string, boolean>
  while #todo > 0 do
    for _, id in ipairs(waits_for[table.remove(todo)] or {}) do
      if not seen[id] then
        seen[id] = true
        found[#found + 1] = names[id]
        todo[#todo + 1] = id
      end
    end
  end
  table.sort(found)
  return found
end

---@param graph table
---@param row integer
---@return string?
local function step_at(graph, row)
  for _, node in ipairs(graph.nodes) do
    if node.range and position.has_row(node.range, row) then
      return node.name
    end
  end
end

---@param source integer
---@param group string
---@param step string
---@param on string
---@param stay boolean?
local function show(source, group, step, on, stay)
  local argument = { uri = vim.uri_from_bufnr(source), group = group, step = step, on = on }
  require('spine.view').open({
    kind = 'why',
    source = source,
    group = group,
    title = ('why %s waits for %s'):format(step, on),
    stay = stay,
    fetch = function(_, done)
      server.ask(source, 'spine.explainPath', argument, function(answer, failure)
        done(answer and M.render(answer), failure)
      end)
    end,
  })
end

---Says why one step waits for another; asks for what is not given, beginning with the step at the cursor.
---@param source integer
---@param group string?
---@param step string?
---@param on string?
---@param stay boolean?
function M.open(source, group, step, on, stay)
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  server.ask(
    source,
    'spine.graph',
    { uri = vim.uri_from_bufnr(source), group = group },
    function(graph, failure)
      if not graph then
        server.say(failure or 'no group in this file', vim.log.levels.WARN)
        return
      end
      step = step or step_at(graph, row)
      if not step then
        server.say('put the cursor on a step, or name one: :Spine why {step} {other}', vim.log.levels.WARN)
        return
      end
      if on then
        show(source, graph.group, step, on, stay)
        return
      end
      local choices = M.upstream(graph, step)
      if #choices == 0 then
        server.say(('`%s` waits for nothing'):format(step))
      elseif #choices == 1 then
        show(source, graph.group, step, choices[1], stay)
      else
        vim.ui.select(choices, { prompt = ('Why does %s wait for'):format(step) }, function(choice)
          if choice then
            show(source, graph.group, step, choice, stay)
          end
        end)
      end
    end
  )
end

return M
