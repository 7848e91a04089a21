-- Whether a YAML text holds a pipeline group, or a Python text may have to do with pipelines.
-- Reads lines, not YAML: it must be cheap, and right on half a file.
-- As in the server, apiVersion and kind decide; in a file without both, a step that runs a pipeline does.

local M = {}

local CHUNK = 500 -- lines that are read at once; nearly every file says in the first of them what it is
local MOST_LINES = 20000 -- a group further down in a file is not worth a pause at every change

---@class spine.Header what one YAML document says of itself
---@field api string?
---@field kind string?
---@field runs boolean whether a step of it runs a pipeline
---@field section string? the key at the top under which we are
---@field steps integer? the indentation of the key that holds the steps, while we are under it
---@field keys integer? the indentation of the keys of the step we are in

---@param text string the text after a key's colon
---@return string value without quotes and comment
local function scalar(text)
  local quoted = text:match('^%s*"([^"]*)"') or text:match("^%s*'([^']*)'")
  return quoted or vim.trim((text:gsub('%s#.*$', ''):gsub('^#.*$', '')))
end

---@param header spine.Header
---@return boolean
local function says_group(header)
  if header.api and header.api ~= '' then
    return header.api:sub(1, 5) == 'spine'
      or (header.kind == 'PipelineGroup' and not header.api:find('.', 1, true))
  end
  if header.kind and header.kind ~= '' then
    return header.kind == 'PipelineGroup'
  end
  return header.runs
end

---Whether the lines that have been read decide, whatever may follow in the same document.
---@param header spine.Header
---@return boolean
local function is_decided(header)
  local api = header.api or ''
  return api ~= '' and (header.kind ~= nil or api:sub(1, 5) == 'spine' or api:find('.', 1, true) ~= nil)
end

---Whether a piece of text has `pipeline: something` in it as a key of a step.
---@param text string
---@return boolean
local function runs_pipeline(text)
  local value = text:match('^%s*%-?%s*["\']?pipeline["\']?%s*:%s+(.*)$')
    or text:match('^%s*%-?%s*%[?%s*{.*["\']?%f[%w_]pipeline%f[^%w_]["\']?%s*:%s*(.*)$')
  return value ~= nil and scalar(value) ~= ''
end

---@param header spine.Header
---@param line string
local function read_line(header, line)
  if line:find('^%s*#') or line:find('^%s*$') then
    return
  end
  local indent, key, rest = line:match('^(%s*)["\']?([%w_]+)["\']?%s*:(.*)$')
  rest = rest or ''
  if rest ~= '' and not rest:find('^%s') then
    key = nil -- a colon inside a plain word
  end
  if key and indent == '' then
    header.section, header.steps = key, nil
    if key == 'apiVersion' then
      header.api = header.api or scalar(rest)
    elseif key == 'kind' then
      header.kind = header.kind or scalar(rest)
    elseif key == 'steps' or key == 'pipelines' then
      header.steps = 0
      header.runs = header.runs or runs_pipeline(rest)
    end
    return
  end
  if key and header.section == 'spec' and (key == 'steps' or key == 'pipelines') and not header.steps then
    header.steps = #indent
    header.runs = header.runs or runs_pipeline(rest)
    return
  end
  if not header.steps then
    return
  end
  if key and #indent <= header.steps then
    header.steps = nil -- the next key beside the list of steps
    return
  end
  local dash = line:match('^%s*%-%s+')
  if dash and (not header.keys or #dash < header.keys) then
    header.keys = #dash
  end
  local column = #(dash or indent or '')
  if (column == header.keys or (not key and not dash)) and runs_pipeline(line) then
    header.runs = true
  end
end

---A document written in braces on one or more lines, as JSON is.
---@param text string
---@return boolean
local function braces_say_group(text)
  return text:find('["\']?kind["\']?%s*:%s*["\']?PipelineGroup%f[^%w]') ~= nil
    or text:find('["\']?apiVersion["\']?%s*:%s*["\']?spine') ~= nil
end

---Whether some lines hold a pipeline group, in any of their YAML documents. Reads no further than to the line that
---decides it.
---@param line_at fun(number: integer): string? the lines from 1 on, asked for in order; nil at the end
---@return boolean
local function decide(line_at)
  local header = { runs = false } ---@type spine.Header
  local begun, decided = false, false
  local number = 0
  while true do
    number = number + 1
    local line = line_at(number)
    if not line then
      return says_group(header)
    end
    if line:find('^%-%-%-%s') or line == '---' or line:find('^%.%.%.%s*$') then
      if says_group(header) then
        return true
      end
      header, begun, decided = { runs = false }, false, false
      line = line:sub(4)
    end
    if not begun and line:find('^%s*{') then
      local rest = {} ---@type string[]
      while line do
        rest[#rest + 1] = line
        number = number + 1
        line = line_at(number)
      end
      return braces_say_group(table.concat(rest, '\n'))
    end
    if not decided then
      begun = begun or line:find('^%s*[^#%s]') ~= nil
      read_line(header, line)
      decided = is_decided(header)
      if decided and says_group(header) then
        return true
      end
    end
  end
end

---Whether these lines hold a pipeline group.
---@param lines string[]
---@return boolean
function M.lines_are_spine(lines)
  return decide(function(number)
    return lines[number]
  end)
end

---@type table<string, true> the types of files that may be ours
M.FILETYPES = { yaml = true, python = true }

---Whether a buffer is of a type that may be ours, and is loaded.
---@param bufnr integer
---@return boolean
function M.may_be(bufnr)
  return vim.api.nvim_buf_is_loaded(bufnr) and M.FILETYPES[vim.bo[bufnr].filetype] or false
end

---Whether the beginning of a Python file, where its imports are, mentions what registers pipelines or builds groups.
---@param bufnr integer
---@return boolean
local function concerns_pipelines(bufnr)
  local text = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, CHUNK, false), '\n')
  return text:find('%f[%w_]spine%f[^%w_]') ~= nil
    or text:find('%f[%w_]register_pipeline%f[^%w_]') ~= nil
    or text:find('%f[%w_]register_operation%f[^%w_]') ~= nil
    or text:find('%f[%w_]PipelineGroup%f[^%w_]') ~= nil
end

---Whether a buffer is for the server: YAML that holds a pipeline group, or Python that may have to do with one.
---@param bufnr integer
---@return boolean
function M.is_spine(bufnr)
  if vim.bo[bufnr].filetype == 'python' then
    return concerns_pipelines(bufnr)
  end
  local chunk, before = {}, 0 ---@type string[], integer
  return decide(function(number)
    if number > before + #chunk and number <= MOST_LINES then
      before = number - 1
      if before == CHUNK then
        -- A long file that has not said what it is: without any of these words it is none of ours.
        local text = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, MOST_LINES, false), '\n')
        if not text:find('spine', 1, true) and not text:find('[Pp]ipeline') then
          return nil
        end
      end
      chunk = vim.api.nvim_buf_get_lines(bufnr, before, before + CHUNK, false)
    end
    return chunk[number - before]
  end)
end

---Whether a change of this line may make a file a group, so that typing elsewhere costs nothing.
---@param line string
---@return boolean
function M.may_tell(line)
  return line:find('kind', 1, true) ~= nil
    or line:find('apiVersion', 1, true) ~= nil
    or line:find('ipeline', 1, true) ~= nil
    or line:find('spine', 1, true) ~= nil
    or line:find('register_', 1, true) ~= nil
end

return M
