-- `:checkhealth spine`: what is found, what is missing, and how to get it.

local M = {}

-- Before 0.8 it was a module, and before 0.10 its functions had other names.
local health = vim.fn.has('nvim-0.8') == 1 and vim.health or require('health')
local start = health.start or health.report_start
local ok = health.ok or health.report_ok
local info = health.info or health.report_info
local warn = health.warn or health.report_warn
local fail = health.error or health.report_error

---@return boolean
local function check_neovim()
  start('spine: Neovim')
  local version = require('spine.legacy').version()
  if vim.fn.has('nvim-0.11') == 1 then
    ok('Neovim ' .. version)
    return true
  end
  fail('Neovim ' .. version .. ' is too old for this plugin; it needs 0.11', {
    'Update Neovim.',
    "Or have the server alone, without :Spine: require('spine.legacy').enable(); see :help spine-older",
  })
  return false
end

local function check_options()
  start('spine: options')
  local _, problems = require('spine.config').read()
  for _, problem in ipairs(problems) do
    warn(problem, 'See :help spine-options')
  end
  if #problems == 0 then
    ok(
      vim.g.spine == nil and 'vim.g.spine is not set: the defaults are in force'
        or 'vim.g.spine is understood'
    )
  end
  if vim.lsp.is_enabled('spine_lsp') then
    ok('the server is enabled')
  else
    warn(
      'the server is not enabled',
      "Call vim.lsp.enable('spine_lsp'), or do not set `enable` to false in vim.g.spine"
    )
  end
end

---@param config vim.lsp.Config
local function check_server(config)
  start('spine: server')
  local cmd = config.cmd
  if type(cmd) ~= 'table' then
    info('the command is a function of your own, so it cannot be looked at')
    return
  end
  local missing = require('spine.server').missing_command(config)
  if missing then
    fail('`' .. cmd[1] .. '` is not executable', {
      'Install the server: pipx install spine-lsp (or pip install --user spine-lsp), and look that it is in $PATH',
      "Or say where it is: vim.lsp.config('spine_lsp', { cmd = { '/path/to/spine-lsp', 'serve' } })",
    })
    return
  end
  info('command: ' .. table.concat(cmd, ' '))
  info('found at ' .. vim.fn.exepath(cmd[1]))
  local question = vim.list_slice(cmd)
  if question[#question] == 'serve' then
    question[#question] = '--version'
    local answer = vim.system(question, { text = true, timeout = 10000 }):wait()
    if answer.code == 0 then
      ok(vim.trim(answer.stdout))
    else
      fail(('`%s` ended with code %d'):format(table.concat(question, ' '), answer.code), {
        vim.trim(answer.stderr or ''),
        'The Python environment of the server may be broken: install it again',
      })
    end
  end
end

local function check_clients()
  start('spine: files')
  local clients = vim.lsp.get_clients({ name = 'spine_lsp' })
  if #clients == 0 then
    info('the server does not run; it starts with the first Spine file')
  end
  for _, client in ipairs(clients) do
    local names = {} ---@type string[]
    for bufnr in vim.spairs(client.attached_buffers) do
      names[#names + 1] = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':~:.')
    end
    local server_info = client.server_info or {}
    ok(
      ('client %d runs %s %s, root %s, positions in %s, for: %s'):format(
        client.id,
        server_info.name or 'the server',
        server_info.version or '',
        client.root_dir or 'none',
        client.offset_encoding,
        #names > 0 and table.concat(names, ', ') or 'no file'
      )
    )
  end
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.bo[bufnr].filetype == 'yaml' then
      local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':~:.')
      local others = vim.tbl_map(
        function(client)
          return client.name
        end,
        vim.tbl_filter(function(client)
          return client.name ~= 'spine_lsp'
        end, vim.lsp.get_clients({ bufnr = bufnr }))
      )
      if require('spine.detect').is_spine(bufnr) then
        info(
          name
            .. ' is a Spine file'
            .. (
              #others > 0
                and '; also served by ' .. table.concat(others, ', ') .. ', see :help spine-beside'
              or ''
            )
        )
      else
        info(
          name
            .. ' is no Spine file: no apiVersion `spine.io/...`, no kind `PipelineGroup`, no step that runs a pipeline'
        )
      end
    end
  end
  info('log of the client: ' .. vim.lsp.log.get_filename())
end

---Called by `:checkhealth spine`.
function M.check()
  if not check_neovim() then
    return
  end
  check_options()
  check_server(vim.lsp.config.spine_lsp)
  check_clients()
end

return M
