-- `:Spine graph`: the graph as the server draws it with box characters, in colour, with places to go to.

local position = require('spine.position')
local select = require('spine.select')
local server = require('spine.server')

local M = {}

---Colours of the drawing, as terminals number them.
local COLOURS =
  { ['31'] = 'SpineCycle', ['33'] = 'SpineGhost', ['35'] = 'SpineDuplicate', ['2'] = 'SpineMuted' }

---Takes the colours for terminals out of a line.
---@param line string
---@param row integer
---@param marks spine.Mark[] receives the stretches that had a colour
---@return string
local function uncoloured(line, row, marks)
  local parts = {} ---@type string[]
  local length, last = 0, 1
  local open ---@type { from: integer, group: string }?
  for at, code, after in line:gmatch('()\27%[([%d;]*)m()') do
    local piece = line:sub(last, at - 1)
    parts[#parts + 1], length, last = piece, length + #piece, after
    if open and length > open.from then
      marks[#marks + 1] = { row = row, from = open.from, to = length, group = open.group }
    end
    open = COLOURS[code] and { from = length, group = COLOURS[code] } or nil
  end
  parts[#parts + 1] = line:sub(last)
  return table.concat(parts)
end

---@param range spine.Range?
---@param other spine.Range?
local function same_start(range, other)
  return range and other and vim.deep_equal(range.start, other.start)
end

---The node that a name in the drawing stands for; two steps may have the same name.
---@param nodes table[]
---@param place table
---@return table?
local function node_of(nodes, place)
  local fallback ---@type table?
  for _, node in ipairs(nodes) do
    if node.name == place.name then
      if same_start(node.name_range, place.range) or same_start(node.range, place.range) then
        return node
      end
      fallback = fallback or node
    end
  end
  return fallback
end

---@param content spine.Content
---@param graph table
---@param place table
---@return spine.Spot
local function spot_of(content, graph, place)
  local line = content.lines[place.line + 1]
  local node = node_of(graph.nodes, place)
  return {
    row = place.line,
    from = position.of_point(line, place.start),
    to = position.of_point(line, place['end']),
    id = place.id,
    range = node and node.name_range or place.range,
    whole = node and node.range or place.range,
  }
end

---The answers of `spine.renderGraph` and `spine.graph` as lines.
---@param drawing table
---@param graph table
---@return spine.Content
function M.render(drawing, graph)
  local content = { lines = {}, marks = {}, spots = {}, ways = {} } ---@type spine.Content
  for line in vim.gsplit((drawing.text:gsub('\n$', '')), '\n', { plain = true }) do
    table.insert(content.lines, uncoloured(line, #content.lines, content.marks))
  end
  local states = graph.uri and require('spine.run').states(graph.uri, graph.group) or {}
  for _, place in ipairs(drawing.places or {}) do
    local spot = spot_of(content, graph, place)
    table.insert(content.spots, spot)
    local colour = require('spine.run').colour(states[place.name])
    if colour then
      table.insert(content.marks, { row = spot.row, from = spot.from, to = spot.to, group = colour })
    end
  end
  for _, place in ipairs(drawing.mentions or {}) do
    local spot = spot_of(content, graph, place)
    spot.whole = nil -- the cursor of the file belongs to the step's own name
    table.insert(content.spots, spot)
  end
  for _, way in ipairs(drawing.ways or {}) do
    for _, id in ipairs({ way.from, way.to }) do
      content.ways[id] = content.ways[id] or {}
      vim.list_extend(content.ways[id], way.stretches)
    end
  end
  return content
end

---Whether the terminal wants plain characters: box characters would take two cells each.
---@param wanted boolean|'auto'
---@return boolean
local function plain_characters(wanted)
  if wanted == 'auto' then
    return vim.o.ambiwidth == 'double'
  end
  return wanted --[[@as boolean]]
end

---@class spine.GraphOptions
---@field stay boolean? leave the cursor in the file
---@field direction ('down'|'right')? as in the options if not given
---@field around string|true|nil only what lies around this step; true: around the one that the cursor is in
---@field hops integer? how far around it, in edges
---@field steps string? a selector: only what it picks

---Opens the graph of a group.
---@param source integer buffer of the file
---@param group string? the one that the cursor is in if not given
---@param wanted spine.GraphOptions?
function M.open(source, group, wanted)
  wanted = wanted or {}
  local options = require('spine.config').get().graph
  local towards = wanted.direction or options.direction
  local around = wanted.around
  local row = require('spine.here').row(source)
  local turned, drawn = false, nil ---@type boolean, string?

  ---@param view spine.View
  ---@param graph table
  ---@param fields table what `--steps` means
  ---@param done fun(content: spine.Content?, failure: string?)
  local function draw(view, graph, fields, done)
    local argument = vim.tbl_extend('error', fields, {
      uri = vim.uri_from_bufnr(source),
      group = view.group.name,
      format = 'text',
      color = true,
      ascii = plain_characters(options.ascii),
      direction = towards,
      width = require('spine.window').room(view),
      around = around,
      hops = wanted.hops,
      ways = true,
    })
    server.ask(source, 'spine.renderGraph', argument, function(drawing, problem)
      if drawing and turned and drawing.text == drawn then
        server.say('this drawing is the same in both directions')
      end
      turned, drawn = false, drawing and drawing.text
      if drawing and wanted.steps and #drawing.places == 0 then
        done(select.nothing(wanted.steps))
      else
        done(drawing and M.render(drawing, graph), problem)
      end
    end)
  end

  ---@param view spine.View
  ---@param done fun(content: spine.Content?, failure: string?)
  local function fetch(view, done)
    local argument = { uri = vim.uri_from_bufnr(source), group = view.group.name }
    server.ask(source, 'spine.graph', argument, function(graph, failure)
      if not graph then
        done(nil, failure)
        return
      end
      if around == true then
        around = require('spine.here').step(graph, row)
        if not around then
          done(nil, 'put the cursor on a step, or name one: :Spine graph --around {step}')
          return
        end
      end
      select.fields(source, view.group.name, wanted.steps, function(fields, problem)
        if fields then
          draw(view, graph, fields, done)
        else
          done(nil, problem)
        end
      end)
    end)
  end
  require('spine.view').open({
    kind = 'graph',
    source = source,
    group = group,
    title = function(name)
      local part = around and around ~= true and (' around %s'):format(around)
        or wanted.steps and (': %s'):format(wanted.steps)
        or ''
      return ('graph of %s%s'):format(name, part)
    end,
    stay = wanted.stay,
    fetch = fetch,
    keys = {
      t = {
        function(view)
          towards = towards == 'down' and 'right' or 'down'
          turned = true
          require('spine.view').refresh(view)
        end,
        'turn the drawing: levels downward, or to the right',
      },
      b = {
        function(view)
          M.browse(view.source, view.group.name)
        end,
        'show the graph in the browser',
      },
    },
  })
end

---Shows the graph as a page in the browser.
---@param source integer
---@param name string? of the group
function M.browse(source, name)
  require('spine.here').group(source, name, function(group, problem)
    if not group then
      server.say(problem --[[@as string]], vim.log.levels.WARN)
      return
    end
    local argument = { uri = vim.uri_from_bufnr(source), group = group.name, format = 'html' }
    server.ask(source, 'spine.renderGraph', argument, function(page, failure)
      if not page then
        server.say(failure or 'this file holds no such group any more', vim.log.levels.WARN)
        return
      end
      local path = ('%s-%s.html'):format(vim.fn.tempname(), (page.group:gsub('[^%w._-]', '_')))
      vim.fn.writefile(vim.split(page.text, '\n', { plain = true }), path)
      local _, fault = vim.ui.open(path)
      if fault then
        server.say(('no browser was started; the page is %s'):format(path), vim.log.levels.WARN)
      else
        server.say(('the page is %s'):format(path))
      end
    end)
  end)
end

return M
