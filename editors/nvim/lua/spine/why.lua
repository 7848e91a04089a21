-- `:Spine why`: the paths that lead from a step to what it waits for.

local here = require('spine.here')
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
      out:add(('path %d'):format(number), 'SpineMuted'):newline()
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
    out:newline():add('There are more paths of this length.', 'SpineMuted'):newline()
  end
  return out.content
end

---@param source integer
---@param group string?
---@param step string
---@param on string
---@param stay boolean?
local function show(source, group, step, on, stay)
  require('spine.view').open({
    kind = 'why',
    source = source,
    group = group,
    title = function()
      return ('why %s waits for %s'):format(step, on)
    end,
    stay = stay,
    fetch = function(view, done)
      local argument = { uri = vim.uri_from_bufnr(source), group = view.group.name, step = step, on = on }
      server.ask(source, 'spine.explainPath', argument, function(answer, failure)
        done(answer and M.render(answer), failure)
      end)
    end,
  })
end

---Says why one step waits for another; asks for what is not given, beginning with the step at the cursor.
---@param source integer
---@param name string? of the group
---@param step string?
---@param on string?
---@param stay boolean?
function M.open(source, name, step, on, stay)
  local row = here.row(source)
  here.group(source, name, function(group, problem)
    if not group then
      server.say(problem --[[@as string]], vim.log.levels.WARN)
      return
    end
    local argument = { uri = vim.uri_from_bufnr(source), group = group.name }
    server.ask(source, 'spine.graph', argument, function(graph, failure)
      step = step or graph and here.step(graph, row)
      if not graph or not step then
        local advice = 'put the cursor on a step, or name one: :Spine why {step} {other}'
        server.say(failure or advice, vim.log.levels.WARN)
        return
      end
      if on or not here.has_step(graph, step) then
        show(source, group.name, step, on or step, stay)
        return
      end
      local question = vim.tbl_extend('error', argument, { step = step })
      server.ask(source, 'spine.explainPath', question, function(answer, refusal)
        local choices = answer and answer.upstream or {}
        table.sort(choices)
        if #choices == 0 then
          server.say(refusal or answer.message)
        elseif #choices == 1 then
          show(source, group.name, step, choices[1], stay)
        else
          vim.ui.select(choices, { prompt = ('Why does %s wait for'):format(step) }, function(choice)
            if choice then
              show(source, group.name, step, choice, stay)
            end
          end)
        end
      end)
    end)
  end)
end

return M
