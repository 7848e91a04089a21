-- Live documents: buffers that the server fills, and that follow the file.

local fixtures = require('fixtures')
local h = require('harness')

local weekly = { files = { ['a.yaml'] = fixtures.WEEKLY }, open = 'a.yaml' }
local broken = { files = { ['a.yaml'] = fixtures.BROKEN }, open = 'a.yaml' }
local several = {
  files = {
    ['a b.yaml'] = fixtures.WEEKLY .. '---\nname: the second\nsteps:\n  - {name: only, pipeline: p.only}\n',
  },
  open = 'a b.yaml',
}

---Waits until the buffer of a scheme has a text.
---@param nvim Child
---@param scheme string
---@param text string
---@return string[]
local function shows(nvim, scheme, text)
  nvim:wait(
    ('%s shows %s'):format(scheme, text),
    [[local scheme, text = ...
      for _, buf in ipairs(vim.api.nvim_list_bufs()) do
        if vim.startswith(vim.api.nvim_buf_get_name(buf), scheme .. ':') then
          local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
          return table.concat(lines, '\n'):find(text, 1, true) ~= nil
        end
      end]],
    scheme,
    text
  )
  return nvim:lines(nvim:lua("return vim.fn.bufnr('^' .. ... .. ':')", scheme))
end

h.test('effective shows merged parameters with their origin, and follows the file', weekly, function(nvim)
  nvim:attached()
  nvim:cmd('Spine! effective')
  local lines = shows(nvim, 'spine-effective', '- name: ingest  # number 1, level 1')
  h.has(lines, 'tier: NMS  # default')
  h.has(lines, 'max_concurrency: 2')
  h.equal('a.yaml', nvim:lua("return vim.fn.expand('%:t')"), 'with ! the cursor stays in the file')
  nvim:keys(':%s/tier: NMS/tier: OTC/<CR>')
  shows(nvim, 'spine-effective', 'tier: OTC  # default')
  nvim:keys(':%s/name: finra.weekly/name: finra.daily/<CR>')
  shows(nvim, 'spine-effective', '# finra.daily as it runs')
  local look = 'return { vim.bo[...].filetype, vim.bo[...].modifiable, vim.bo[...].buftype }'
  local buf = nvim:lua("return vim.fn.bufnr('^spine-effective:')")
  h.equal({ 'yaml', false, 'nofile' }, nvim:lua(look, buf))
  h.equal(1, nvim:lua('return #vim.tbl_keys(vim.lsp.get_clients()[1].attached_buffers)'))
end)

h.test(
  'a live document keeps its place when its text changes, and survives the server',
  weekly,
  function(nvim)
    nvim:attached()
    nvim:cmd('Spine effective')
    shows(nvim, 'spine-effective', 'name: rolling')
    nvim:keys('G')
    nvim:wait('the last line', "return vim.fn.line('.') > 20")
    local line = nvim:lua("return vim.fn.line('.')")
    nvim:cmd('Spine restart')
    nvim:lua("vim.api.nvim_buf_set_lines(vim.fn.bufnr('a.yaml'), 3, 4, false, { '  name: renamed' })")
    shows(nvim, 'spine-effective', '# renamed as it runs')
    h.equal(line, nvim:lua("return vim.fn.line('.')"))
    nvim:keys('q')
    nvim:wait('it is closed', "return vim.fn.bufnr('^spine-effective:') == -1")
  end
)

h.test('effective of one of several groups, in a file with a blank in its name', several, function(nvim)
  nvim:attached()
  nvim:cmd('Spine effective the\\ second')
  h.has_not(shows(nvim, 'spine-effective', 'name: only'), 'ingest')
end)

h.test('a live document can be opened by its name before any file is', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
}, function(nvim)
  nvim:cmd('edit spine-order://' .. nvim.folder .. '/a.yaml')
  shows(nvim, 'spine-order', '| 1 | 1 | `ingest` |')
  nvim:cmd('edit spine-graph://' .. nvim.folder .. '/a.yaml')
  shows(nvim, 'spine-graph', 'rolling')
end)

h.test('rule shows the page of the problem at the cursor, of a code, or all', broken, function(nvim)
  nvim:attached()
  nvim:wait('diagnostics', 'return #vim.diagnostic.get(0) > 0')
  nvim:lua("vim.fn.search('ingst')")
  nvim:cmd('Spine! rule')
  shows(nvim, 'spine-rule', '# unknown-dependency')
  h.has(nvim:lua("return vim.fn.getcompletion('Spine rule dependency', 'cmdline')"), 'dependency-cycle')
  nvim:lua("vim.api.nvim_buf_delete(vim.fn.bufnr('^spine-rule:'), {})")
  nvim:cmd('Spine! rule dependency-cycle')
  shows(nvim, 'spine-rule', '# dependency-cycle')
  nvim:lua("vim.api.nvim_buf_delete(vim.fn.bufnr('^spine-rule:'), {})")
  nvim:lua('vim.fn.cursor(1, 1)')
  nvim:cmd('Spine! rule')
  shows(nvim, 'spine-rule', '# Rules')
end)
