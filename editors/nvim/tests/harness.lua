-- Tests with names, checks that say what they saw, and a closing line that counts.

local Child = require('child')

local M = {}

---@type { name: string, options: ChildOptions, body: fun(nvim: Child) }[]
local tests = {}

---Adds a test that runs in a Neovim of its own.
---@param name string the behaviour, in words
---@param options ChildOptions
---@param body fun(nvim: Child)
function M.test(name, options, body)
  table.insert(tests, { name = name, options = options, body = body })
end

---@param want any
---@param got any
---@param what string?
function M.equal(want, got, what)
  if not vim.deep_equal(want, got) then
    error(('%s\nwant: %s\ngot:  %s'):format(what or 'not equal', vim.inspect(want), vim.inspect(got)), 2)
  end
end

---@param text string|string[]
---@param part string plain text
function M.has(text, part)
  local whole = type(text) == 'table' and table.concat(text, '\n') or text --[[@as string]]
  if not whole:find(part, 1, true) then
    error(('no `%s` in:\n%s'):format(part, whole), 2)
  end
end

---@param text string|string[]
---@param part string plain text
function M.has_not(text, part)
  local whole = type(text) == 'table' and table.concat(text, '\n') or text --[[@as string]]
  if whole:find(part, 1, true) then
    error(('`%s` is in:\n%s'):format(part, whole), 2)
  end
end

---@param test { name: string, options: ChildOptions, body: fun(nvim: Child) }
---@return string? failure
local function run_one(test)
  local nvim = Child.start(test.options)
  local passed, failure = pcall(test.body, nvim)
  local heard, complaints = pcall(nvim.complaints, nvim)
  local ended, problem = pcall(nvim.stop, nvim)
  if not passed then
    return tostring(failure)
  elseif not heard then
    return tostring(complaints)
  elseif #complaints > 0 then
    return 'Neovim complained:\n' .. table.concat(complaints, '\n')
  elseif not ended then
    return tostring(problem)
  end
end

---Runs each of the tests whose turn it is, and ends Neovim with the exit code.
---@param part integer which of the parts, from 1
---@param parts integer
---@param only string? a part of a name
function M.run(part, parts, only)
  local passed, failed, turn = 0, 0, 0
  for _, test in ipairs(tests) do
    local named = not only or test.name:find(only, 1, true)
    turn = turn + (named and 1 or 0)
    if named and turn % parts == part - 1 then
      local begun = vim.uv.hrtime()
      local failure = run_one(test)
      local took = (vim.uv.hrtime() - begun) / 1e9
      if failure then
        failed = failed + 1
        io.stdout:write(('FAIL %s\n%s\n'):format(test.name, failure:gsub('\n', '\n     ')))
      else
        passed = passed + 1
        io.stdout:write(('ok   %s (%.1f s)\n'):format(test.name, took))
      end
    end
  end
  io.stdout:write(('%d passed, %d failed\n'):format(passed, failed))
  os.exit(failed == 0 and 0 or 1)
end

return M
