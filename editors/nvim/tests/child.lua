-- A Neovim of its own for each test, driven over RPC with keys as a user types them.

---@class Child
---@field channel integer
---@field folder string its workspace
---@field private state string
local Child = {}
Child.__index = Child

local PATIENCE_MS = 60000

---@param path string
---@param text string
local function write(path, text)
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  vim.fn.writefile(vim.split(text, '\n', { plain = true }), path, 'b')
end

---@class ChildOptions
---@field files table<string, string>? the workspace, by path
---@field open string? the file that is edited first
---@field extra string? Lua that runs at the end of init.lua
---@field command string[]? the server's command, if not the real one

---Starts a Neovim.
---@param options ChildOptions
---@return Child
function Child.start(options)
  local folder = vim.fn.tempname()
  for path, text in pairs(options.files or {}) do
    write(folder .. '/ws/' .. path, text)
  end
  vim.fn.mkdir(folder .. '/ws', 'p')
  if options.extra then
    write(folder .. '/extra.lua', options.extra)
  end
  local argv = { vim.env.SPINE_NVIM, '--embed', '--headless', '-n', '-i', 'NONE' }
  vim.list_extend(
    argv,
    { '--cmd', 'set messagesopt=wait:1,history:500', '-u', vim.env.SPINE_TESTS .. '/init.lua' }
  )
  if options.open then
    table.insert(argv, options.open)
  end
  local self = setmetatable({ folder = folder .. '/ws', state = folder .. '/state' }, Child)
  self.channel = vim.fn.jobstart(argv, {
    rpc = true,
    cwd = self.folder,
    env = {
      SPINE_COMMAND = vim.json.encode(options.command or vim.json.decode(vim.env.SPINE_COMMAND)),
      SPINE_EXTRA = options.extra and folder .. '/extra.lua' or nil,
      XDG_CONFIG_HOME = folder .. '/config',
      XDG_DATA_HOME = folder .. '/data',
      XDG_STATE_HOME = self.state,
      XDG_CACHE_HOME = folder .. '/cache',
      LC_ALL = 'C.UTF-8',
    },
  })
  assert(self.channel > 0, 'Neovim did not start')
  return self
end

---@param method string
---@param ... any
---@return any
function Child:request(method, ...)
  local mode = vim.rpcrequest(self.channel, 'nvim_get_mode')
  if mode.blocking then
    error('Neovim waits for a key: ' .. vim.inspect(mode))
  end
  return vim.rpcrequest(self.channel, method, ...)
end

---Runs Lua in the child.
---@param code string
---@param ... any its arguments
---@return any
function Child:lua(code, ...)
  return self:request('nvim_exec_lua', code, { ... })
end

---Runs an Ex command in the child.
---@param command string
function Child:cmd(command)
  self:request('nvim_command', command)
end

---Types.
---@param keys string
function Child:keys(keys)
  vim.rpcrequest(self.channel, 'nvim_input', keys)
end

---Waits until something holds in the child, and returns it.
---@param what string
---@param code string Lua that returns something true in the end
---@param ... any its arguments
---@return any
function Child:wait(what, code, ...)
  local arguments = { ... }
  local value
  local held = vim.wait(PATIENCE_MS, function()
    value = self:lua(code, unpack(arguments))
    return value and value ~= vim.NIL
  end, 10)
  if not held then
    local messages = self:lua("return vim.fn.execute('messages')")
    error(('did not happen: %s\nlast value: %s\nmessages: %s'):format(what, vim.inspect(value), messages), 2)
  end
  return value
end

---Waits for the server to serve the current buffer, and to have answered once: the first answer of a server on a
---busy machine may take longer than the second that Neovim's own keys wait.
function Child:attached()
  self:wait('the server attaches', "return #vim.lsp.get_clients({ bufnr = 0, name = 'spine_lsp' }) == 1")
  local answer = self:lua(
    [[
      local client = vim.lsp.get_clients({ bufnr = 0, name = 'spine_lsp' })[1]
      local params = { textDocument = vim.lsp.util.make_text_document_params(0) }
      local answer = client:request_sync('textDocument/documentSymbol', params, ..., 0)
      return answer ~= nil and answer.err == nil
    ]],
    PATIENCE_MS
  )
  assert(answer, 'the server does not answer')
end

---The lines of the current buffer, or of another.
---@param bufnr integer?
---@return string[]
function Child:lines(bufnr)
  return self:request('nvim_buf_get_lines', bufnr or 0, 0, -1, false)
end

---Takes away the first note that matches, so that it does not count as a complaint.
---@param pattern string
---@return string
function Child:note(pattern)
  return self:wait(
    'Neovim says ' .. pattern,
    [[for index, note in ipairs(_G.notes) do
        if note.text:find(...) then
          return table.remove(_G.notes, index).text
        end
      end]],
    pattern
  )
end

---Everything that Neovim complained of and no test took away.
---@return string[]
function Child:complaints()
  local found = self:lua([[
    local found = {}
    for _, note in ipairs(_G.notes) do
      if note.level >= vim.log.levels.WARN then
        table.insert(found, 'notification: ' .. note.text)
      end
    end
    if vim.v.errmsg ~= '' then
      table.insert(found, 'v:errmsg: ' .. vim.v.errmsg)
    end
    for _, line in ipairs(vim.split(vim.fn.execute('messages'), '\n')) do
      if line:find('^E%d+:') or line:find('Error ') or line:find('stack traceback') then
        table.insert(found, 'message: ' .. line)
      end
    end
    return found
  ]])
  local log = self.state .. '/nvim/lsp.log'
  if vim.uv.fs_stat(log) then
    for _, line in ipairs(vim.fn.readfile(log)) do
      -- Neovim's completion cancels what was answered a moment ago, and says so (vim.lsp.completion, `cancel_pending`).
      local late = line:find('Cannot find request with id %d+ whilst attempting to cancel')
      if not late and (line:find('^%[ERROR%]') or line:find('^%[WARN%]')) then
        table.insert(found, 'log: ' .. line)
      end
    end
  end
  return found
end

---Ends the server in order, and then the child.
function Child:stop()
  -- In one go, so that nothing is asked in between.
  self:wait(
    'the server has answered everything',
    [[for _, client in ipairs(vim.lsp.get_clients()) do
        for _, request in pairs(client.requests) do
          if request.type == 'pending' then
            return false
          end
        end
      end
      vim.lsp.enable('spine_lsp', false) -- or another one is started
      for _, client in ipairs(vim.lsp.get_clients()) do
        client:stop()
      end
      return true]]
  )
  self:wait('the server ends', 'return #vim.lsp.get_clients({ _uninitialized = true }) == 0')
  pcall(vim.rpcnotify, self.channel, 'nvim_command', 'qall!')
  if vim.fn.jobwait({ self.channel }, PATIENCE_MS)[1] == -1 then
    vim.fn.jobstop(self.channel)
    error('Neovim did not end')
  end
end

return Child
