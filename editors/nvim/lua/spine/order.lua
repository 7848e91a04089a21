-- `:Spine order`: what runs when and with which parameters, what cannot run, and why.

local select = require('spine.select')
local server = require('spine.server')
local text = require('spine.text')

local M = {}

local SEVERITY = {
  error = 'DiagnosticError',
  warning = 'DiagnosticWarn',
  information = 'DiagnosticInfo',
  hint = 'DiagnosticHint',
}

---The parameters that come from one place, in one line.
---@param params table<string, { value: any, origin: string }>
---@param origin 'default'|'run'|'step'
---@return string
local function params_of(params, origin)
  local found = {} ---@type string[]
  for key, param in vim.spairs(params) do
    if param.origin == origin then
      found[#found + 1] = ('%s = %s'):format(key, text.value(param.value))
    end
  end
  return table.concat(found, ', ')
end

---The group's own parameters: what no step says otherwise stands in every step.
---@param steps table[]
---@return table<string, { value: any, origin: string }>
local function defaults_of(steps)
  local found = {} ---@type table<string, { value: any, origin: string }>
  for _, step in ipairs(steps) do
    for key, param in pairs(step.params) do
      if param.origin == 'default' then
        found[key] = param
      end
    end
  end
  return found
end

---The answer of `spine.showResolvedOrder` as lines.
---@param order table
---@return spine.Content
function M.render(order)
  local out = text.builder()
  out:add(order.group, 'SpineTitle', { range = order.range })
  out:add(('  version %s'):format(text.value(order.version)), 'SpineMuted'):newline()
  out:add(order.policy.words, 'SpineMuted'):newline()
  local defaults = params_of(defaults_of(order.steps), 'default')
  if defaults ~= '' then
    out:add('defaults  ', 'SpineTitle'):add(defaults):newline()
  end
  local names = text.widest(order.steps, function(step)
    return step.name
  end)
  local level = -1
  for _, step in ipairs(order.steps) do
    if step.level ~= level then
      level = step.level
      out:newline():add(('level %d'):format(level + 1), 'SpineTitle'):newline()
    end
    out:add(('%4s '):format('#' .. step.order + 1), 'SpineMuted')
    out:add(step.name, 'SpineName', { range = step.range, whole = step.range })
    out:to(7 + names):add(text.value(step.pipeline)):newline()
    if #step.depends_on > 0 then
      out:to(7 + names):add('waits for ' .. table.concat(step.depends_on, ', '), 'SpineMuted'):newline()
    end
    for _, origin in ipairs({ 'step', 'run' }) do
      local params = params_of(step.params, origin)
      if params ~= '' then
        out:to(7 + names):add(params):add(origin == 'run' and '  (run)' or '', 'SpineMuted'):newline()
      end
    end
  end
  if #order.steps == 0 then
    out:newline():add('No step can run.', 'SpineCycle'):newline()
  end
  if #order.blocked > 0 then
    out:newline():add('cannot run', 'SpineTitle'):newline()
    for _, step in ipairs(order.blocked) do
      out:add('  '):add(step.name, 'SpineName', { range = step.range, whole = step.range })
      out:add(', which ' .. step.reason, 'SpineMuted')
      out:newline()
    end
  end
  if #order.problems > 0 then
    out:newline():add('problems', 'SpineTitle'):newline()
    for _, problem in ipairs(order.problems) do
      out:add('  ')
      out:add(problem.code, SEVERITY[problem.severity], { range = problem.range })
      out:add('  ' .. problem.message):newline()
    end
  end
  return out.content
end

---Opens the order of a group.
---@param source integer buffer of the file
---@param group string? the one that the cursor is in if not given
---@param stay boolean? leave the cursor in the file
---@param steps string? a selector: only what it picks
function M.open(source, group, stay, steps)
  require('spine.view').open({
    kind = 'order',
    source = source,
    group = group,
    title = function(name)
      return ('order of %s%s'):format(name, steps and ': ' .. steps or '')
    end,
    stay = stay,
    fetch = function(view, done)
      select.fields(source, view.group.name, steps, function(fields, problem)
        if not fields then
          done(nil, problem)
          return
        end
        local argument = vim.tbl_extend('error', fields, {
          uri = vim.uri_from_bufnr(source),
          group = view.group.name,
        })
        server.ask(source, 'spine.showResolvedOrder', argument, function(order, failure)
          if order and steps and #order.steps + #order.blocked == 0 then
            done(select.nothing(steps))
          else
            done(order and M.render(order), failure)
          end
        end)
      end)
    end,
  })
end

return M
