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
    for count = 1, name == 'braces' and 0 or math.min(#lines, 40) do
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
