-- A whole project: groups in YAML and the Python that registers what they run, changed behind the editor.

local h = require('harness')

local PROJECT = vim.env.SPINE_ROOT .. '/schemas/examples/workspace'
local MONTHLY, OPERATIONS = 'groups/monthly_report.yaml', 'src/harbor/reports/operations.py'

---@return table<string, string> the files of the project by path
local function project()
  local files = {} ---@type table<string, string>
  for path, kind in vim.fs.dir(PROJECT, { depth = 8 }) do
    if kind == 'file' and not path:find('__pycache__', 1, true) then
      files[path] = table.concat(vim.fn.readfile(PROJECT .. '/' .. path, 'b'), '\n')
    end
  end
  return files
end

local SAYS = [[
  local name, wanted = ...
  return vim.iter(vim.diagnostic.get(0)):any(function(one)
    return one.message:find(name, 1, true) ~= nil
  end) == (wanted ~= false)
]]

h.test(
  'a pipeline that nobody registers is marked, and no more once the Python on disk has it',
  { files = project(), open = MONTHLY },
  function(nvim)
    nvim:attached()
    nvim:wait('an unknown pipeline', SAYS, 'tides.forecasts')
    nvim:wait('another one', SAYS, 'harbor.reports.publish')
    h.equal(false, nvim:lua(SAYS, 'harbor.reports.count_calls'))
    local path = nvim.folder .. '/' .. OPERATIONS
    local lines = vim.fn.readfile(path)
    vim.list_extend(lines, {
      '',
      '@reg.register_operation(REPORTS + ".publish")',
      'class Publish(Operation):',
      '    """Sends it."""',
    })
    vim.fn.writefile(lines, path)
    -- A server that is told of nothing looks for itself when a file is saved, though not all the time.
    nvim:wait('it is known', "vim.cmd('silent write')" .. SAYS, 'harbor.reports.publish', false)
    h.equal(true, nvim:lua(SAYS, 'tides.forecasts'))
  end
)

h.test(
  'hover and definition of a pipeline lead into Python',
  { files = project(), open = MONTHLY },
  function(nvim)
    nvim:attached()
    nvim:wait('the project is read', SAYS, 'tides.forecasts')
    nvim:lua([[vim.fn.search('count_calls')]])
    nvim:keys('K')
    local text = nvim:wait(
      'the hover window',
      [[
    for _, win in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(win).relative ~= '' then
        return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(win), 0, -1, false), '\n')
      end
    end
  ]]
    )
    h.has(text, 'Counts the calls of a month')
    nvim:keys('<C-]>')
    nvim:wait('the Python file', "return vim.api.nvim_buf_get_name(0):find('operations.py', 1, true)")
    nvim:attached()
  end
)

h.test(
  'groups lists those of files that are not open, without loading them',
  { files = project(), open = MONTHLY },
  function(nvim)
    nvim:attached()
    nvim:wait('the project is read', SAYS, 'tides.forecasts')
    nvim:cmd('Spine groups quickfix')
    local texts = nvim:wait(
      'the list',
      [[
      local texts = vim.tbl_map(function(item) return item.text end, vim.fn.getqflist())
      return #texts > 1 and texts
    ]]
    )
    h.has(table.concat(texts, '\n'), 'harbor.daily_calls')
    h.equal(0, nvim:lua("return vim.fn.bufloaded(vim.fn.bufnr('daily_calls.yaml'))"))
  end
)

h.test(
  'Python that has nothing to do with pipelines is left alone',
  { files = { ['a.py'] = 'import json\nprint(json)\n' }, open = 'a.py' },
  function(nvim)
    h.equal('python', nvim:lua('return vim.bo.filetype'))
    h.equal(0, nvim:lua("return #vim.lsp.get_clients({ name = 'spine_lsp', _uninitialized = true })"))
    nvim:keys('ggOfrom spine.framework import registry<Esc>')
    nvim:attached()
  end
)

h.test(
  'a pipeline is completed by what Python registers, and a wrong parameter of it is told',
  { files = project(), open = 'groups/daily_calls.yaml' },
  function(nvim)
    nvim:attached()
    nvim:lua("vim.o.completeopt = 'menuone,noinsert'")
    nvim:wait(
      'the project is read',
      "return require('spine.server').ask_now(0, 'spine.doctor', vim.empty_dict()).index.ready"
    )
    nvim:lua("vim.fn.search('tides.fetch_levels')")
    nvim:keys('Ctides.fore<C-x><C-o>')
    nvim:wait('the list', "return vim.fn.complete_info({ 'items' }).items[1]")
    nvim:keys('<C-y><Esc>')
    h.equal('      pipeline: tides.forecast', nvim:lua('return vim.fn.getline(".")'))
    nvim:lua("vim.fn.search('retries: 5')")
    nvim:keys('$Cmany<Esc>')
    nvim:wait('the fault of the value', SAYS, 'retries')
    nvim:lua("vim.fn.setline('.', '        retires: 5')")
    nvim:wait('the fault of the name', SAYS, 'retires')
  end
)

h.test(
  'a rename of a pipeline changes the Python that registers it and every step that runs it',
  { files = project(), open = 'groups/daily_calls.yaml' },
  function(nvim)
    nvim:attached()
    nvim:wait(
      'the project is read',
      "return require('spine.server').ask_now(0, 'spine.doctor', vim.empty_dict()).index.ready"
    )
    nvim:lua("vim.fn.search('harbor.arrivals.fetch_messages')")
    nvim:keys(":lua vim.lsp.buf.rename('harbor.arrivals.read_messages')<CR>")
    nvim:wait('the step', "return vim.fn.search('pipeline: harbor.arrivals.read_messages', 'wn') > 0")
    local python = nvim:wait(
      'the Python',
      [[
      local buf = vim.fn.bufnr('src/harbor/arrivals/pipelines.py')
      local text = buf > 0 and table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\n')
      return text and text:find('read_messages', 1, true) and text
    ]]
    )
    h.has(python, '@pipeline("harbor.arrivals.read_messages")')
    h.has_not(python, 'fetch_messages')
  end
)

h.test(
  'a registration in Python has a lens that counts who runs it',
  { files = project(), open = OPERATIONS },
  function(nvim)
    nvim:attached()
    local titles = nvim:wait(
      'the lenses',
      [[
      local titles = vim.iter(vim.lsp.codelens.get(0)):map(function(lens)
        return lens.command and lens.command.title
      end):totable()
      return vim.iter(titles):any(function(title) return title:find('used by 1 group', 1, true) ~= nil end)
        and table.concat(titles, '\n')
    ]]
    )
    h.has(titles, 'used by 1 group')
  end
)
