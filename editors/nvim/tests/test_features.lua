-- What Neovim's own client shows of the server, used as a user uses it.

local fixtures = require('fixtures')
local h = require('harness')

local function weekly(extra)
  return { files = { ['a.yaml'] = fixtures.WEEKLY }, open = 'a.yaml', extra = extra }
end
local broken = { files = { ['a.yaml'] = fixtures.BROKEN }, open = 'a.yaml' }

---The cursor goes to the first place where a text stands.
---@param nvim Child
---@param text string
---@param offset integer? columns further right
local function go_to(nvim, text, offset)
  nvim:lua(
    [[
      local text, offset = ...
      vim.fn.cursor(1, 1)
      assert(vim.fn.search('\\V' .. vim.fn.escape(text, '\\'), 'c') > 0, text)
      vim.fn.cursor(0, vim.fn.col('.') + offset)
    ]],
    text,
    offset or 0
  )
end

---@param nvim Child
---@return string[]
local function diagnostics(nvim)
  return nvim:lua([[
    local found = vim.diagnostic.get(0)
    table.sort(found, function(a, b) return a.lnum < b.lnum end)
    return vim.tbl_map(function(one)
      local text = vim.api.nvim_buf_get_text(0, one.lnum, one.col, one.end_lnum, one.end_col, {})[1]
      return ('%d %s %s'):format(one.lnum + 1, one.code, text)
    end, found)
  ]])
end

h.test('diagnostics stand on the exact word', broken, function(nvim)
  nvim:attached()
  nvim:wait('diagnostics', 'return #vim.diagnostic.get(0) >= 3')
  local found = diagnostics(nvim)
  h.has(found, '7 unknown-dependency ingst')
  h.has(found, 'dependency-cycle right')
  h.has(found, '14 blocked-step')
end)

h.test('diagnostics follow the text', broken, function(nvim)
  nvim:attached()
  nvim:wait(
    'the typo',
    "return vim.iter(vim.diagnostic.get(0)):any(function(d) return d.code == 'unknown-dependency' end)"
  )
  nvim:keys(':%s/ingst/ingest/<CR>')
  nvim:wait(
    'the typo is gone',
    "return not vim.iter(vim.diagnostic.get(0)):any(function(d) return d.code == 'unknown-dependency' end)"
  )
  nvim:keys(']d')
  nvim:wait(
    ']d goes to the next',
    "return vim.fn.line('.') == vim.diagnostic.get(0)[1].lnum + 1 or vim.fn.line('.') > 7"
  )
end)

h.test('places are right behind characters of any width', {
  files = { ['a.yaml'] = (fixtures.WIDE:gsub('%["größe 🚀"%]', '["größe 🚀", "größe 🚢"]')) },
  open = 'a.yaml',
}, function(nvim)
  nvim:attached()
  nvim:wait('diagnostics', 'return #vim.diagnostic.get(0) > 0')
  h.equal('utf-8', nvim:lua('return vim.lsp.get_clients({ bufnr = 0 })[1].offset_encoding'))
  h.has(diagnostics(nvim), '4 unknown-dependency "größe 🚢"')
end)

h.test('places are right in UTF-16 too', {
  files = { ['a.yaml'] = (fixtures.WIDE:gsub('%["größe 🚀"%]', '["größe 🚀", "größe 🚢"]')) },
  open = 'a.yaml',
  extra = "vim.lsp.config('spine_lsp', { capabilities = { general = { positionEncodings = { 'utf-16' } } } })",
}, function(nvim)
  nvim:attached()
  nvim:wait('diagnostics', 'return #vim.diagnostic.get(0) > 0')
  h.equal('utf-16', nvim:lua('return vim.lsp.get_clients({ bufnr = 0 })[1].offset_encoding'))
  h.has(diagnostics(nvim), '4 unknown-dependency "größe 🚢"')
end)

h.test('completion offers the steps and inserts the chosen one', weekly(), function(nvim)
  nvim:attached()
  go_to(nvim, '[aggregate]', 10)
  nvim:keys('i, ')
  nvim:keys('<C-x><C-o>')
  nvim:wait('the popup', 'return vim.fn.pumvisible() == 1')
  local words = nvim:lua([[
    return vim.tbl_map(function(item) return item.abbr end, vim.fn.complete_info({ 'items' }).items)
  ]])
  h.has(words, 'ingest')
  h.has(words, 'normalize')
  h.has_not(words, 'rolling')
  nvim:keys('nor')
  nvim:wait('one is left', "return #vim.fn.complete_info({ 'matches' }).matches == 1")
  nvim:keys('<C-n><C-y><Esc>')
  nvim:wait('it is inserted', "return vim.fn.getline('.'):find('%[aggregate, normalize%]')")
end)

h.test('completion offers keys in a new step', weekly(), function(nvim)
  nvim:attached()
  go_to(nvim, 'depends_on: [aggregate]')
  nvim:keys('o<C-u>      pa<C-x><C-o>')
  nvim:wait('the popup', 'return vim.fn.pumvisible() == 1')
  h.has(
    nvim:lua(
      "return vim.tbl_map(function(item) return item.abbr end, vim.fn.complete_info({ 'items' }).items)"
    ),
    'params'
  )
  nvim:keys('<C-e><Esc>u')
end)

h.test('hover shows the place of a step in the plan', weekly(), function(nvim)
  nvim:attached()
  go_to(nvim, 'name: normalize', 6)
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
  h.has(text, 'normalize')
  h.has(text, 'ingest')
  h.has(text, 'tier')
end)

h.test('definition goes from an entry of depends_on to the step', weekly(), function(nvim)
  nvim:attached()
  go_to(nvim, '[normalize]', 2)
  nvim:keys('<C-]>')
  nvim:wait('the cursor is at the step', "return vim.fn.getline('.'):find('name: normalize')")
  nvim:keys('<C-t>')
  nvim:wait('and back', "return vim.fn.getline('.'):find('%[normalize%]')")
end)

h.test('references lists the definition and every use', weekly(), function(nvim)
  nvim:attached()
  go_to(nvim, 'name: normalize', 6)
  nvim:keys('grr')
  nvim:wait('the quickfix list', 'return #vim.fn.getqflist() == 2')
end)

h.test('rename changes the step and every use', weekly(), function(nvim)
  nvim:attached()
  go_to(nvim, 'name: normalize', 6)
  nvim:keys(":lua vim.lsp.buf.rename('tidy')<CR>")
  nvim:wait(
    'both are renamed',
    [[
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
    return text:find('name: tidy') and text:find('%[tidy%]') and not text:find('name: normalize')
  ]]
  )
  h.has(nvim:lines(), 'pipeline: finra.normalize')
end)

h.test('rename asks with the old name filled in', weekly(), function(nvim)
  nvim:attached()
  go_to(nvim, '[normalize]', 2)
  nvim:lua([[
    vim.ui.input = function(options, done)
      _G.asked = options.default
      done('tidy')
    end
  ]])
  nvim:keys('grn')
  nvim:wait(
    'both are renamed',
    "return vim.fn.search('name: tidy', 'nw') > 0 and vim.fn.search('\\\\[tidy\\\\]', 'nw') > 0"
  )
  h.equal('normalize', nvim:lua('return _G.asked'))
end)

h.test('a code action mends a typo', broken, function(nvim)
  nvim:attached()
  nvim:wait('diagnostics', 'return #vim.diagnostic.get(0) > 0')
  go_to(nvim, 'ingst')
  nvim:lua([[
    vim.ui.select = function(items, options, done)
      _G.titles = vim.tbl_map(function(item) return (options.format_item or tostring)(item) end, items)
      done(items[1], 1)
    end
  ]])
  nvim:keys('gra')
  nvim:wait('the typo is mended', "return vim.fn.getline(7):find('%[ingest%]')")
  nvim:wait(
    'its diagnostic is gone',
    "return not vim.iter(vim.diagnostic.get(0)):any(function(d) return d.code == 'unknown-dependency' end)"
  )
end)

h.test(
  'inlay hints show the order when they are wanted',
  weekly([[
    vim.g.spine = { inlay_hints = true }
    vim.lsp.config('spine_lsp', { settings = { spine = { inlayHints = { order = 'all' } } } })
  ]]),
  function(nvim)
    nvim:attached()
    nvim:wait('hints', 'return #vim.lsp.inlay_hint.get({ bufnr = 0 }) >= 4')
  end
)

h.test('inlay hints are off unless they are wanted', weekly(), function(nvim)
  nvim:attached()
  h.equal(false, nvim:lua('return vim.lsp.inlay_hint.is_enabled({ bufnr = 0 })'))
end)

h.test('symbols outline the group', weekly(), function(nvim)
  nvim:attached()
  nvim:keys('gO')
  nvim:wait(
    'the location list',
    [[
    return vim.iter(vim.fn.getloclist(0)):any(function(item) return item.text:find('normalize') end)
  ]]
  )
end)

h.test('settings reach the server and change what it says', {
  files = { ['a.yaml'] = fixtures.BROKEN },
  open = 'a.yaml',
  extra = "vim.lsp.config('spine_lsp', { settings = { spine = { rules = { ['unknown-dependency'] = 'off' } } } })",
}, function(nvim)
  nvim:attached()
  nvim:wait(
    'diagnostics of the other rules, and none of this',
    [[
    local codes = vim.tbl_map(function(d) return d.code end, vim.diagnostic.get(0))
    return vim.list_contains(codes, 'dependency-cycle') and not vim.list_contains(codes, 'unknown-dependency')
  ]]
  )
end)

h.test('what another server formats is not offered', {
  files = { ['a.yaml'] = fixtures.WEEKLY },
  open = 'a.yaml',
  extra = "vim.lsp.config('spine_lsp', { settings = { spine = { companion = { 'formatting' } } } })",
}, function(nvim)
  nvim:attached()
  local supports = "return vim.lsp.get_clients({ bufnr = 0 })[1]:supports_method('textDocument/' .. ...)"
  h.equal(false, nvim:lua(supports, 'formatting'))
  h.equal(true, nvim:lua(supports, 'hover'))
end)

h.test('formatting moves no comment and changes what is uneven', {
  files = { ['a.yaml'] = '# first\nname: a\nsteps:\n-   name: x   # kept\n    pipeline:   p.x\n' },
  open = 'a.yaml',
}, function(nvim)
  nvim:attached()
  nvim:lua('vim.lsp.buf.format({ timeout_ms = 10000 })')
  local text = table.concat(nvim:lines(), '\n')
  h.has(text, '# first')
  h.has(text, '# kept')
  h.has(text, 'pipeline: p.x')
end)

h.test('formatting a file with a fault says why it does nothing', {
  files = { ['a.yaml'] = (fixtures.WEEKLY:gsub('%[ingest%]', '[ingest')) },
  open = 'a.yaml',
}, function(nvim)
  nvim:attached()
  local before = nvim:lines()
  nvim:lua('vim.lsp.buf.format({ timeout_ms = 10000 })')
  h.equal(before, nvim:lines())
  nvim:wait(
    'the reason',
    "return vim.fn.execute('messages'):find('line 14 has a fault in its YAML', 1, true) ~= nil"
  )
end)

h.test('code lenses are shown and fresh after an edit', weekly(), function(nvim)
  nvim:attached()
  nvim:wait('lenses', 'return #vim.lsp.codelens.get(0) >= 2')
  local titles = [[
    return vim.tbl_map(function(lens) return lens.command and lens.command.title or '' end, vim.lsp.codelens.get(0))
  ]]
  local before = #nvim:lua(titles)
  nvim:keys('Go')
  nvim:keys('<C-u>---<CR>name: second<CR>steps:<CR>- {name: one, pipeline: p.one}<Esc>')
  nvim:wait('lenses of the second group', 'return #vim.lsp.codelens.get(0) > ' .. before)
end)

---Runs the lens whose title matches, at its own line.
---@param nvim Child
---@param pattern string
local function run_lens(nvim, pattern)
  nvim:wait(
    'the lens ' .. pattern,
    [[
    for _, lens in ipairs(vim.lsp.codelens.get(0)) do
      if lens.command and lens.command.title:lower():find(...) then
        vim.fn.cursor(lens.range.start.line + 1, 1)
        return true
      end
    end
  ]],
    pattern
  )
  nvim:lua(
    [[
      local pattern = ...
      vim.ui.select = function(items, options, done)
        for index, item in ipairs(items) do
          if options.format_item(item):lower():find(pattern) then
            return done(item, index)
          end
        end
      end
      vim.lsp.codelens.run()
    ]],
    pattern
  )
end

h.test('the lens of the order opens the order', weekly(), function(nvim)
  nvim:attached()
  run_lens(nvim, 'order')
  nvim:wait('the view', "return vim.bo.filetype == 'spine-order'")
  h.has(nvim:lines(), 'finra.weekly')
end)

h.test('the lens of the graph opens the graph', weekly(), function(nvim)
  nvim:attached()
  run_lens(nvim, 'graph')
  nvim:wait('the view', "return vim.bo.filetype == 'spine-graph'")
  h.has(nvim:lines(), 'normalize')
end)

h.test('the lens of the problems lists them with what is wrong', broken, function(nvim)
  nvim:attached()
  run_lens(nvim, '%d problems?')
  nvim:wait('the quickfix list', "return vim.bo.buftype == 'quickfix'")
  local items = nvim:lua('return vim.fn.getqflist()')
  local cycle = vim.iter(items):find(function(item)
    return item.text:find('[dependency-cycle]', 1, true) ~= nil
  end)
  h.equal('E', cycle.type)
  h.has(cycle.text, 'each waits for the')
  h.equal(
    true,
    vim.iter(items):any(function(item)
      return item.lnum == 7 and item.text:find('no step is called `ingst`', 1, true) ~= nil
    end)
  )
end)

h.test(
  'the lens of the dependents lists them',
  weekly("vim.lsp.config('spine_lsp', { settings = { spine = { codeLens = { dependents = true } } } })"),
  function(nvim)
    nvim:attached()
    run_lens(nvim, 'waits? for this')
    nvim:wait('the quickfix list', "return #vim.fn.getqflist() > 0 and vim.bo.buftype == 'quickfix'")
  end
)
