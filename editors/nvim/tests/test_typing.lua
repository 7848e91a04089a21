-- Somebody types key by key, set up as `:help spine-setup` says, so that lists open by themselves, and never looks at
-- one: the text is what was typed.

local h = require('harness')

local GROUP = [[
kind: PipelineGroup
name: prices
steps:
  - name: ingest
    pipeline: sales.ingest
  - name: ingest_eu
    pipeline: sales.ingest_eu
    depends_on:
      - ingest
  - {name: in, pipeline: sales.in, depends_on: [ingest_eu, ingest]}
]]

local WORKFLOW = [[
kind: Workflow
name: harbor.tides
steps:
  - name: fetch
    operation: tides.fetch
  - name: fetch_eu
    operation: tides.fetch_eu
  - name: whole
    type: choice
    condition_ref: jobs.checks:whole
    then_step: publish
    else_step: repair
  - name: repair
    type: lambda
    handler_ref: jobs.handlers:repair
  - name: publish
    operation: tides.pub
    depends_on: [fetch]
]]

local BEGUN = 'name: w\nsteps:\n- name: ab\n  pipeline: p.ab\n'

local BY_ITSELF = [[
  vim.api.nvim_create_autocmd('LspAttach', {
    callback = function(event)
      vim.lsp.completion.enable(true, event.data.client_id, event.buf, { autotrigger = true })
    end,
  })
  vim.g.yaml_indent_multiline_scalar = 0
  vim.api.nvim_create_autocmd('FileType', {
    pattern = 'yaml',
    callback = function()
      -- Then every key stands for one character.
      vim.cmd('setlocal noautoindent indentexpr= indentkeys= formatoptions= textwidth=0')
    end,
  })
]]

-- As many have it: the first entry is chosen when a list opens, and Enter takes it.
local ENTER_TAKES = BY_ITSELF
  .. [[
  vim.o.completeopt = 'menuone,noinsert'
  vim.keymap.set('i', '<CR>', function()
    return vim.fn.pumvisible() == 1 and '<C-y>' or '<CR>'
  end, { expr = true })
]]

-- A value of each kind that is typed in full at the end of a line: versions, kinds, policies, booleans, steps,
-- pipelines, branches, and keys that stand alone.
local IN_FULL = [[
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: harbor.tides
  domain: harbor
spec:
  execution_policy:
    mode: parallel
    on_failure: continue
  steps:
    - name: fetch
      type: pipeline
      pipeline: tides.fetch
    - name: fetch_eu
      pipeline: tides.fetch
      depends_on:
        - fetch
    - name: whole
      type: choice
      condition_ref: jobs.checks:whole
      then_step: fetch
      else_step: fetch_eu
---
kind: PipelineGroup
name: prices
policy:
  execution: sequential
  on_failure: stop
steps:
  - name: in
    pipeline: tides.fetch
  - name: in_eu
    pipeline: tides.fetch
    depends_on: in
    continue_on_failure: true
]]

for _, case in ipairs({
  { 'a workflow, at 20 ms a key', '', WORKFLOW, 20 },
  { 'a group, at 60 ms a key', '', GROUP, 60 },
  { 'one more step, at 300 ms a key', BEGUN, '- name: a\n  pipeline: p.a', 300 },
  { 'words in full, where Enter takes what is chosen, at 20 ms a key', '', IN_FULL, 20, ENTER_TAKES },
  {
    'words in full, where Enter takes what is chosen, at 120 ms a key',
    '',
    'kind: PipelineGroup\nname: g\nsteps:\n- name: a\n  pipeline: p.a\n- name: ab\n  pipeline: p.a\n  depends_on: a\n',
    120,
    ENTER_TAKES,
  },
}) do
  local title, begun, text, delay, extra = unpack(case) ---@type string, string, string, integer, string?
  h.test('typed without a look at any list: ' .. title, {
    files = { ['a.yaml'] = BEGUN },
    open = 'a.yaml',
    extra = extra or BY_ITSELF,
  }, function(nvim)
    nvim:attached()
    nvim:keys(begun == '' and 'ggdGi' or 'Go')
    nvim:wait('text can be typed', "return vim.api.nvim_get_mode().mode == 'i'")
    local typed = text:gsub('\n$', '')
    for key in typed:gmatch('.') do
      nvim:keys(key == '\n' and '<CR>' or key)
      vim.wait(delay)
    end
    nvim:keys('<C-e><Esc>')
    nvim:wait('all keys have come', "return vim.api.nvim_get_mode().mode == 'n'")
    h.equal(vim.split(begun .. typed, '\n', { plain = true }), nvim:lines())
  end)
end

local THREE = {
  'name: w',
  'steps:',
  '- {name: ab, pipeline: p}',
  '- {name: abc, pipeline: p}',
  '- name: z',
  '  pipeline: p',
  '  depends_on: [',
}

h.test('a word that is chosen in the list stays: it is not taken for one that was typed', {
  files = { ['a.yaml'] = table.concat(THREE, '\n') },
  open = 'a.yaml',
  extra = ENTER_TAKES,
}, function(nvim)
  nvim:attached()
  nvim:keys('GA')
  nvim:wait('text can be typed', "return vim.api.nvim_get_mode().mode == 'i'")
  nvim:keys('<C-x><C-o>')
  nvim:wait('the list opens', 'return vim.fn.pumvisible() == 1')
  for _, step in ipairs({ { '<C-n>', 'ab' }, { '<C-p>', 'abc' }, { '<C-n>', 'ab' } }) do
    nvim:keys(step[1])
    nvim:wait(
      step[2] .. ' is chosen',
      "return vim.fn.pumvisible() == 1 and vim.api.nvim_get_current_line() == '  depends_on: [' .. ...",
      step[2]
    )
  end
  nvim:keys('<CR>')
  nvim:wait('the list is closed', 'return vim.fn.pumvisible() == 0')
  h.equal({ '  depends_on: [ab' }, vim.list_slice(nvim:lines(), #THREE))
end)
