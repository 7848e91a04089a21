-- `--steps {selector}`: the steps that a command is about, in the language of docs/selectors.md. The server reads it;
-- here are the texts of the revisions that it names, which a server does not look for.

local server = require('spine.server')

local M = {}

---Asks git, in the folder of a file. Only what reads objects is asked, which knows no hooks, filters or pagers.
---@param folder string
---@param arguments string[]
---@param done fun(text: string?) nil where git has no answer
local function git(folder, arguments, done)
  local command = { 'git', '--no-optional-locks', '-c', 'core.fsmonitor=false', '-C', folder }
  local started = pcall(vim.system, vim.list_extend(command, arguments), {}, function(result)
    vim.schedule(function()
      done(result.code == 0 and result.stdout or nil)
    end)
  end)
  if not started then
    done(nil)
  end
end

---The text of a file in a revision, empty where that has no such file.
---@param path string
---@param revision string
---@param done fun(text: string?, failure: string?)
local function text_in(path, revision, done)
  local folder = vim.fs.dirname(path)
  git(
    folder,
    { 'rev-parse', '--verify', '--quiet', '--end-of-options', revision .. '^{commit}' },
    function(commit)
      if not commit then
        done(nil, ('git knows no revision `%s` of this file'):format(revision))
        return
      end
      local name = ('%s:./%s'):format(vim.trim(commit), vim.fs.basename(path))
      git(folder, { 'cat-file', 'blob', name }, function(text)
        text = text or ''
        done(vim.iconv(text, 'utf-8', 'utf-8') or vim.iconv(text, 'latin1', 'utf-8'))
      end)
    end
  )
end

---The texts of a file in some revisions, one after the other.
---@param path string
---@param revisions string[]
---@param done fun(texts: table<string, string>?, failure: string?)
local function texts_in(path, revisions, done)
  local texts = vim.empty_dict() ---@type table<string, string>
  local function next(number)
    local revision = revisions[number]
    if not revision then
      done(texts)
      return
    end
    text_in(path, revision, function(text, failure)
      if text then
        texts[revision] = text
        next(number + 1)
      else
        done(nil, failure)
      end
    end)
  end
  next(1)
end

---What says to a command of the server which steps it is about: the fields for its argument, none without a selector.
---@param source integer
---@param group string?
---@param selector string?
---@param done fun(fields: { selector: string?, bases: table<string, string>? }?, failure: string?)
function M.fields(source, group, selector, done)
  if not selector then
    done({})
    return
  end
  local uri = vim.uri_from_bufnr(source)
  local argument = { uri = uri, group = group, selector = selector }
  server.ask(source, 'spine.select', argument, function(answer, failure)
    if not answer then
      done(nil, failure)
      return
    end
    texts_in(vim.uri_to_fname(uri), answer.revisions, function(bases, problem)
      done(bases and { selector = selector, bases = bases }, problem)
    end)
  end)
end

---What stands in a window where a selector picks nothing.
---@param selector string
---@return spine.Content
function M.nothing(selector)
  return { lines = { ('No step is selected by `%s`.'):format(selector) }, marks = {}, spots = {}, ways = {} }
end

---The selectors that what is typed may become.
---@param source integer
---@param group string?
---@param typed string
---@return string[]
function M.complete(source, group, typed)
  local answer =
    require('spine.here').ask_now(source, group, 'spine.select', { selector = typed, complete = true })
  return answer and answer.completions or {}
end

return M
