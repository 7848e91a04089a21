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

for _, case in ipairs({
  { 'a workflow, at 20 ms a key', '', WORKFLOW, 20 },
  { 'a group, at 60 ms a key', '', GROUP, 60 },
  { 'one more step, at 300 ms a key', BEGUN, '- name: a\n  pipeline: p.a', 300 },
}) do
  local title, begun, text, delay = unpack(case) ---@type string, string, string, integer
  h.test('typed without a look at any list: ' .. title, {
    files = { ['a.yaml'] = BEGUN },
    open = 'a.yaml',
    extra = BY_ITSELF,
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
