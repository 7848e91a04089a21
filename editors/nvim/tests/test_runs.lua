-- Runs: a group of four steps of which one fails is seen red, mended, resumed, and seen green.

local h = require('harness')

local FILES = {
  ['pyproject.toml'] = '',
  ['pipelines.py'] = [[
import pathlib
from spine.framework import register_pipeline

@register_pipeline("tides.fetch")
def fetch(params):
    print("of", params["day"])

@register_pipeline("tides.tidy")
@register_pipeline("tides.report")
def tidy(params):
    pass

@register_pipeline("tides.load")
def load(params):
    if not pathlib.Path("mended").exists():
        raise RuntimeError("the table is locked")
]],
  ['daily.yaml'] = [[
kind: PipelineGroup
name: tides.daily
steps:
  - name: fetch
    pipeline: tides.fetch
    params: {day: "{{ params.day }}"}
  - name: tidy
    pipeline: tides.tidy
    depends_on: [fetch]
  - name: load
    pipeline: tides.load
    depends_on: [tidy]
  - name: report
    pipeline: tides.report
    depends_on: [load]
]],
}

local SHOWN = [[
  local ns = vim.api.nvim_get_namespaces()['spine.run']
  local shown = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, { details = true })) do
    local text = mark[4].virt_text and mark[4].virt_text[1][1] or ''
    shown[#shown + 1] = text:gsub(' [%d.]+ s$', '')
  end
  return table.concat(shown, ',') == ...
]]
local FAILED = [[
  return #vim.tbl_filter(function(one)
    return one.code == 'failed-step'
  end, vim.diagnostic.get(0)) == ...
]]

h.test(
  'a group is run, seen red, mended, resumed and seen green',
  { files = FILES, open = 'daily.yaml', extra = 'vim.g.spine = { trust = true }' },
  function(nvim)
    nvim:attached()
    nvim:cmd('Spine run day=2026-01-09')
    nvim:wait('the states of the steps', SHOWN, '✓,✓,✗ failed,- skipped')
    nvim:wait('the diagnostic', FAILED, 1)
    vim.fn.writefile({}, nvim.folder .. '/mended')
    nvim:cmd('Spine run resume')
    nvim:wait('all is green', SHOWN, '✓,✓,✓,✓')
    nvim:lua([[
      local about = { run = 'r', uri = vim.uri_from_bufnr(0), group = 'tides.daily' }
      local ended = { event = 'step_finished', step = 'load', status = 'timed_out', took = 'three minutes' }
      require('spine.run').on_events(vim.tbl_extend('error', about, { events = { ended } }))
    ]])
    nvim:wait("a time is in the server's words", SHOWN, '✓,✓,✗ timed out three minutes,✓')
    nvim:wait('no diagnostic', FAILED, 0)
    nvim:lua([[vim.ui.select = function(items, options, done)
      vim.g.runs = vim.tbl_map(options.format_item, items)
      done(items[2])
    end]])
    nvim:cmd('Spine runs')
    nvim:wait('the run that failed', "return vim.bo.filetype == 'spine-run'")
    h.equal(2, nvim:lua('return #vim.g.runs'))
    local lines = nvim:lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)')
    h.has(lines, 'fetch | of 2026-01-09')
    h.has(lines, 'RuntimeError: the table is locked')
  end
)

h.test(
  'a parameter that a run must be given is asked for, and the names in the drawing have the colours of the states',
  { files = FILES, open = 'daily.yaml', extra = 'vim.g.spine = { trust = true }' },
  function(nvim)
    nvim:attached()
    nvim:lua([[vim.ui.input = function(options, done)
      vim.g.prompt = options.prompt
      done('2026-01-10')
    end]])
    nvim:cmd('Spine run')
    nvim:wait('the states of the steps', SHOWN, '✓,✓,✗ failed,- skipped')
    h.equal('day: ', nvim:lua('return vim.g.prompt'))
    nvim:cmd('Spine graph')
    nvim:wait(
      'the failed step in its colour',
      [[
      local ns = vim.api.nvim_get_namespaces()['spine.view']
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, { details = true })) do
        local row, from, to = mark[2], mark[3], mark[4].end_col
        local text = vim.api.nvim_buf_get_text(0, row, from, row, to, {})[1]
        if text == 'load' and mark[4].hl_group == 'SpineCycle' then
          return true
        end
      end
    ]]
    )
  end
)

h.test(
  'a step is given to nvim-dap, and without it one sentence says so',
  { files = FILES, open = 'daily.yaml', extra = 'vim.g.spine = { trust = true }' },
  function(nvim)
    nvim:attached()
    nvim:lua('vim.notify = function(text) vim.g.said = text end')
    nvim:cmd('Spine debug load day=2026-01-09')
    h.has(nvim:wait('what is missing', 'return vim.g.said'), 'nvim-dap, which is not installed')
    nvim:lua([[package.loaded.dap = { adapters = {}, run = function(made) vim.g.made = made end }]])
    nvim:cmd('Spine debug load day=2026-01-09')
    h.has(nvim:wait('what is missing', "return vim.g.said:find('adapter') and vim.g.said"), 'debugpy')
    nvim:lua([[package.loaded.dap.adapters.python = {}]])
    nvim:cmd('Spine debug load day=2026-01-09')
    nvim:wait('what nvim-dap is told', 'return vim.g.made ~= nil')
    h.equal(
      { 'tides.daily: load', 'python', '--single' },
      nvim:lua([[
      return { vim.g.made.name, vim.g.made.type, vim.g.made.args[1] }
    ]])
    )
    h.equal({}, nvim:lua([[return require('spine.run').states(vim.uri_from_bufnr(0), 'tides.daily')]]))
    h.has(nvim:lua([[return vim.fn.getcompletion('Spine debug ', 'cmdline')]]), 'load')
  end
)

h.test(
  'nothing is run in a folder that is not trusted, and it is said why',
  { files = FILES, open = 'daily.yaml', extra = 'vim.g.spine = { trust = false }' },
  function(nvim)
    nvim:attached()
    nvim:lua('vim.notify = function(text) vim.g.said = text end')
    nvim:cmd('Spine run day=x')
    h.has(nvim:wait('the reason', 'return vim.g.said'), 'not trusted')
    nvim:lua([[
      vim.g.said = nil
      package.loaded.dap = { adapters = { debugpy = {} } }
    ]])
    nvim:cmd('Spine debug load day=x')
    h.has(nvim:wait('the reason', 'return vim.g.said'), 'not trusted')
    h.equal(
      false,
      nvim:lua([[
        local about = { uri = vim.uri_from_bufnr(0) }
        return require('spine.server').ask_now(0, 'spine.runParameters', about).trusted
      ]])
    )
  end
)
