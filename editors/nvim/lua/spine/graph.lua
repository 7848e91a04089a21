-- `:Spine graph`: the graph as the server draws it with box characters, in colour, with places to go to.

local position = require('spine.position')
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

---The answers of `spine.renderGraph` and `spine.graph` as lines.
---@param drawing table
---@param graph table
---@return spine.Content
function M.render(drawing, graph)
  local content = { lines = {}, marks = {}, spots = {} } ---@type spine.Content
  for line in vim.gsplit((drawing.text:gsub('\n$', '')), '\n', { plain = true }) do
    table.insert(content.lines, uncoloured(line, #content.lines, content.marks))
  end
  for _, place in ipairs(drawing.places or {}) do
    local line = content.lines[place.line + 1]
    local node = node_of(graph.nodes, place)
    local from, to = position.of_point(line, place.start), position.of_point(line, place['end'])
    table.insert(content.spots, {
      row = place.line,
      from = from,
      to = to,
      range = node and node.name_range or place.range,
      whole = node and node.range or place.range,
    })
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

---Opens the graph of a group.
---@param source integer buffer of the file
---@param group string? the first one if not given
---@param stay boolean? leave the cursor in the file
---@param direction ('down'|'right')? as in the options if not given
function M.open(source, group, stay, direction)
  local options = require('spine.config').get().graph
  local towards = direction or options.direction
  ---@param view spine.View
  ---@param done fun(content: spine.Content?, failure: string?)
  local function fetch(view, done)
    local uri = vim.uri_from_bufnr(source)
    server.ask(source, 'spine.graph', { uri = uri, group = view.group }, function(graph, failure)
      if not graph then
        done(nil, failure)
        return
      end
      local argument = {
        uri = uri,
        group = graph.group,
        format = 'text',
        color = true,
        ascii = plain_characters(options.ascii),
        direction = towards,
        width = require('spine.window').room(view),
      }
      server.ask(source, 'spine.renderGraph', argument, function(drawing, problem)
        done(drawing and M.render(drawing, graph), problem)
      end)
    end)
  end
  require('spine.view').open({
    kind = 'graph',
    source = source,
    group = group,
    title = 'graph of ' .. (group or vim.fs.basename(vim.api.nvim_buf_get_name(source))),
    stay = stay,
    fetch = fetch,
    keys = {
      t = {
        function(view)
          towards = towards == 'down' and 'right' or 'down'
          require('spine.view').refresh(view)
        end,
        'turn the drawing: levels downward, or to the right',
      },
      b = {
        function(view)
          M.browse(view.source, view.group)
        end,
        'show the graph in the browser',
      },
    },
  })
end

---Shows the graph as a page in the browser.
---@param source integer
---@param group string?
function M.browse(source, group)
  local argument = { uri = vim.uri_from_bufnr(source), group = group, format = 'html' }
  server.ask(source, 'spine.renderGraph', argument, function(page, failure)
    if not page then
      server.say(failure or 'no such group in this file', vim.log.levels.WARN)
      return
    end
    local path = ('%s-%s.html'):format(vim.fn.tempname(), (page.group:gsub('[^%w._-]', '_')))
    vim.fn.writefile(vim.split(page.text, '\n', { plain = true }), path)
    local _, problem = vim.ui.open(path)
    if problem then
      server.say(('%s; the page is %s'):format(problem, path), vim.log.levels.WARN)
    end
  end)
end

return M
