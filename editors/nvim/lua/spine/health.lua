-- `:checkhealth spine`: what is found, what is missing, and how to get it.

local M = {}

M.patience_ms = 5000 -- for each program that is asked; CTRL-C ends it sooner

local LEAST_VERSION = '0.1.0' -- of the server
local EXAMPLE = "vim.lsp.config('spine_lsp', { cmd = { '/path/to/spine-lsp', 'serve' } })"

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

---@param message table
---@return string
local function framed(message)
  local body = vim.json.encode(message)
  return ('Content-Length: %d\r\n\r\n%s'):format(#body, body)
end

---The answer to `initialize` in what a program has written.
---@param output string
---@return table?
local function answer_in(output)
  for length, at in output:gmatch('Content%-Length: *(%d+)[^\n]*\r\n\r\n()') do
    local read, message = pcall(vim.json.decode, output:sub(at, at + tonumber(length) - 1))
    if read and type(message) == 'table' and message.id == 1 and not message.method then
      return message
    end
  end
end

---Starts a program, says to it what an editor says first, and waits for its answer; then ends it.
---@param cmd string[]
---@return table? answer, string output, vim.SystemCompleted? ended
local function asked(cmd)
  local output = ''
  local ended ---@type vim.SystemCompleted?
  local started, process = pcall(vim.system, cmd, {
    stdin = true,
    stdout = function(_, data)
      output = output .. (data or '')
    end,
  }, function(completed)
    ended = completed
  end)
  if not started then
    return nil, tostring(process), nil
  end
  local params = { processId = vim.fn.getpid(), rootUri = vim.NIL, capabilities = vim.empty_dict() }
  pcall(process.write, process, framed({ jsonrpc = '2.0', id = 1, method = 'initialize', params = params }))
  vim.wait(M.patience_ms, function()
    return answer_in(output) ~= nil or ended ~= nil
  end, 20)
  local answer = answer_in(output)
  if answer and not ended then
    pcall(process.write, process, framed({ jsonrpc = '2.0', id = 2, method = 'shutdown' }))
    pcall(process.write, process, framed({ jsonrpc = '2.0', method = 'exit' }))
    vim.wait(M.patience_ms, function()
      return ended ~= nil
    end, 20)
  end
  if not ended then
    process:kill('sigkill')
  end
  return answer, output, ended
end

---Says whether this is the server, and one that this plugin can work with.
---@param who { name: string?, version: string? }?
local function judge(who)
  local name, version = who and who.name or 'a program without a name', who and who.version
  if name ~= 'spine-lsp' then
    fail(('the command runs %s, which is another language server'):format(name), {
      'Say where spine-lsp is: ' .. EXAMPLE,
    })
  elseif not version or vim.version.lt(version, LEAST_VERSION) then
    fail(('spine-lsp %s is too old for this plugin, which needs %s'):format(version or '', LEAST_VERSION), {
      'Update it: pipx upgrade spine-lsp',
    })
  else
    ok(('spine-lsp %s answers'):format(version))
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
  if require('spine.server').missing_command(config) then
    fail('`' .. cmd[1] .. '` is not executable', {
      'Install the server, from a checkout of the project: pipx install ~/src/spine-lsp; and look that it is in $PATH',
      'Or say where it is: ' .. EXAMPLE,
    })
    return
  end
  info('command: ' .. table.concat(cmd, ' '))
  info('found at ' .. vim.fn.exepath(cmd[1]))
  local answer, output, ended = asked(cmd)
  local said = vim.trim(output):sub(1, 200)
  if answer and answer.result then
    judge(answer.result.serverInfo)
  elseif answer then
    fail('the server refuses to start: ' .. vim.inspect(answer.error))
  elseif ended then
    fail(
      ('`%s` ended with code %d and without an answer%s'):format(
        table.concat(cmd, ' '),
        ended.code,
        said ~= '' and '; it wrote: ' .. said or ''
      ),
      {
        vim.trim(ended.stderr or '') ~= '' and vim.trim(ended.stderr) or 'It wrote no reason.',
        'The Python environment of the server may be broken: install it again',
      }
    )
  else
    fail(
      ('`%s` does not answer within %d seconds%s'):format(
        table.concat(cmd, ' '),
        M.patience_ms / 1000,
        said ~= '' and '; it wrote: ' .. said or ''
      ),
      { 'Run it in a terminal: it should wait in silence. ' .. 'Or say where the server is: ' .. EXAMPLE }
    )
  end
end

---@param bufnr integer
---@return string
local function shown_name(bufnr)
  return vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':~:.')
end

---@param number integer
---@param what string
---@return string
local function counted(number, what)
  return ('%d %s%s'):format(number, what, number == 1 and '' or 's')
end

---What the server knows of the workspace and by which options, as `spine.doctor` has it.
---@param client vim.lsp.Client
---@param bufnr integer one of its files
local function check_doctor(client, bufnr)
  local question = { command = 'spine.doctor', arguments = { { uri = vim.uri_from_bufnr(bufnr) } } }
  local answer = client:request_sync('workspace/executeCommand', question, M.patience_ms, bufnr)
  local doctor = answer and answer.result
  if not doctor then
    return -- an older server; that it answers at all is said above
  end
  local index, configuration = doctor.index, doctor.configuration
  info(
    ('%sread: %s of %s; %s registered in %s, %d of them twice, and %d that only a run would tell'):format(
      index.ready and '' or 'still reading; ',
      counted(index.groups, 'group'),
      counted(index.steps, 'step'),
      counted(index.registrations, 'pipeline'),
      counted(index.python.read, 'Python file'),
      index.duplicates,
      index.unknown
    )
  )
  local file = configuration.file ~= vim.NIL and configuration.file or nil
  info('options: ' .. (file and 'of ' .. file or 'no file of options holds'))
  for _, option in ipairs(configuration.options) do
    if option.from ~= 'default' then
      info(('option %s = %s, from %s'):format(option.name, vim.json.encode(option.value), option.from))
    end
  end
  for _, one in ipairs(configuration.files) do
    for _, fault in ipairs(one.faults) do
      warn(('%s:%d:%d: %s'):format(one.file, fault.line, fault.column, fault.message))
    end
  end
end

---@param client vim.lsp.Client
local function check_client(client)
  local names = {} ---@type string[]
  for bufnr in vim.spairs(client.attached_buffers) do
    names[#names + 1] = shown_name(bufnr)
  end
  local files = #names > 0 and table.concat(names, ', ') or 'no file'
  if not client.initialized then
    fail(('client %d has started and not answered yet, for: %s'):format(client.id, files), {
      'If it stays so, the server hangs: :Spine restart',
    })
    return
  end
  local bufnr = next(client.attached_buffers)
  local question = { command = 'spine.listGroups', arguments = { vim.empty_dict() } }
  if bufnr and not client:request_sync('workspace/executeCommand', question, M.patience_ms, bufnr) then
    fail(('client %d does not answer any more, for: %s'):format(client.id, files), {
      'Start another one: :Spine restart',
    })
    return
  end
  local who = client.server_info or {}
  ok(
    ('client %d runs %s %s, root %s, positions in %s, for: %s'):format(
      client.id,
      who.name or 'the server',
      who.version or '',
      client.root_dir or 'none',
      client.offset_encoding,
      files
    )
  )
  if bufnr then
    check_doctor(client, bufnr)
  end
end

---@param bufnr integer
local function check_file(bufnr)
  local name = shown_name(bufnr)
  local is_python = vim.bo[bufnr].filetype == 'python'
  if is_python and not require('spine.detect').is_spine(bufnr) then
    return -- nobody wonders about other people's Python
  end
  if not require('spine.detect').is_spine(bufnr) then
    info(
      name
        .. ' is no Spine file: no apiVersion `spine.io/...`, no kind `PipelineGroup`, no step that runs a pipeline'
    )
    return
  end
  local others = {} ---@type string[]
  local served = false
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = bufnr, _uninitialized = true })) do
    if client.name == 'spine_lsp' then
      served = true
    else
      others[#others + 1] = client.name
    end
  end
  local beside = #others > 0
      and '; also served by ' .. table.concat(others, ', ') .. ', see :help spine-beside'
    or ''
  if served or not vim.lsp.is_enabled('spine_lsp') then
    info(name .. ' is a Spine file' .. beside)
  else
    local why = require('spine.server').obstacle(bufnr)
    fail(('%s is a Spine file, and no server serves it%s'):format(name, why and ': ' .. why or ''), {
      'Mend what is named above, then :Spine restart',
    })
  end
end

local function check_clients()
  start('spine: files')
  local clients = vim.lsp.get_clients({ name = 'spine_lsp', _uninitialized = true })
  if #clients == 0 then
    info('no server runs; it starts with the first Spine file')
  end
  for _, client in ipairs(clients) do
    check_client(client)
  end
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if require('spine.detect').may_be(bufnr) then
      check_file(bufnr)
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
