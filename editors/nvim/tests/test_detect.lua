-- Whether a file is a group: the plugin must say what the server says, of every text.

local h = require('harness')

---@return table<string, string>
local function texts()
  local all = require('others')
  for _, folder in ipairs({ 'schemas/examples', 'tests/corpus', 'tests/corpus/from-ci' }) do
    for name in vim.fs.dir(vim.env.SPINE_ROOT .. '/' .. folder) do
      if name:find('%.ya?ml$') then
        local path = ('%s/%s/%s'):format(vim.env.SPINE_ROOT, folder, name)
        all[folder .. '/' .. name] = table.concat(vim.fn.readfile(path), '\n') .. '\n'
      end
    end
  end
  return all
end

---Every text, and what of it is there while its lines are typed one after the other.
---@return table<string, string>
local function half_typed()
  local all = {} ---@type table<string, string>
  for name, text in pairs(texts()) do
    local lines = vim.split(text, '\n', { plain = true })
    -- An open brace holds nothing for the server yet, and the plugin may be a line ahead.
    for count = 1, text:find('^%s*{') and 0 or math.min(#lines, 40) do
      all[('%s, %d lines'):format(name, count)] = table.concat(vim.list_slice(lines, 1, count), '\n')
    end
    all[name] = text
  end
  return all
end

h.test('plugin and server agree on what a group is', {}, function()
  local all = half_typed()
  local answer = vim
    .system(
      { vim.env.SPINE_PYTHON, vim.env.SPINE_TESTS .. '/is_spine.py' },
      { stdin = vim.json.encode(all), text = true }
    )
    :wait()
  h.equal('', answer.stderr)
  local server = vim.json.decode(answer.stdout)
  package.path = vim.env.SPINE_PLUGIN .. '/lua/?.lua;' .. package.path
  local detect = require('spine.detect')
  local ours, groups = {}, 0
  for name, text in pairs(all) do
    ours[name] = detect.lines_are_spine(vim.split(text, '\n', { plain = true }))
    groups = groups + (server[name] and 1 or 0)
  end
  for name, text in pairs(all) do
    h.equal(server[name], ours[name], name .. ':\n' .. text)
  end
  h.equal(true, groups >= 15 and vim.tbl_count(all) - groups >= 15, 'there are enough of both')
end)

h.test('a buffer is read as its lines are, however long it is', {}, function(nvim)
  local long = ('# a line\n'):rep(900)
  for name, case in pairs({
    ['told at the top'] = { 'kind: PipelineGroup\n' .. long, true },
    ['told far below'] = { long .. 'kind: PipelineGroup\n', true },
    ['no group'] = { long .. 'services: [pipelines]\n', false },
    ['not a word of ours'] = { long .. 'a: 1\n', false },
    ['a step, and then another kind'] = {
      'steps:\n  - {name: a, pipeline: p}\n' .. long .. 'kind: Recipe\n',
      false,
    },
    ['the second document'] = {
      'apiVersion: apps/v1\nkind: X\n' .. long .. '---\nkind: PipelineGroup\n',
      true,
    },
    ['braces'] = { '{"a": [\n' .. long .. '],\n"kind": "PipelineGroup"}\n', true },
  }) do
    nvim:request('nvim_buf_set_lines', 0, 0, -1, false, vim.split(case[1], '\n', { plain = true }))
    h.equal(case[2], nvim:lua("return require('spine').is_spine(0)"), name)
  end
end)

h.test('no line is looked at while the server is attached, nor more than the first of a file that tells', {
  files = { ['a.yaml'] = require('fixtures').WEEKLY },
  open = 'a.yaml',
}, function(nvim)
  nvim:attached()
  nvim:lua([[
    _G.read = 0
    local get_lines = vim.api.nvim_buf_get_lines
    local detect = require('spine.detect')
    local is_spine = detect.is_spine
    detect.is_spine = function(bufnr)
      vim.api.nvim_buf_get_lines = function(...)
        local lines = get_lines(...)
        _G.read = _G.read + #lines
        return lines
      end
      local answer = is_spine(bufnr)
      vim.api.nvim_buf_get_lines = get_lines
      return answer
    end
  ]])
  nvim:keys('x')
  nvim:keys('u')
  nvim:keys('GA # changed<Esc>')
  nvim:wait('the change', "return vim.fn.getline('$'):find('changed')")
  nvim:cmd('write')
  h.equal(0, nvim:lua('return _G.read'))
  nvim:request('nvim_buf_set_lines', 0, -1, -1, false, vim.split(('# more\n'):rep(5000), '\n'))
  nvim:lua("assert(require('spine.detect').is_spine(0))")
  h.equal(true, nvim:lua('return _G.read') <= 500)
end)
