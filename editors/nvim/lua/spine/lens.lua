-- What the server's lenses and actions call in the client: they open a window that the server cannot open.

local server = require('spine.server')

local M = {}

---What a list calls the levels of problems.
local TYPES = { error = 'E', warning = 'W', information = 'I', hint = 'N' }

---Opens a view for the group that a lens names.
---@param kind 'order'|'graph'
---@param command lsp.Command its argument is `{ uri, group }`
function M.show(kind, command)
  local argument = (command.arguments or {})[1] or {}
  local source = argument.uri and vim.uri_to_bufnr(argument.uri) or vim.api.nvim_get_current_buf()
  require('spine.' .. kind).open(source, argument.group ~= '' and argument.group or nil)
end

---Runs what a lens says: a group, what a run has left, or a step that failed.
---@param command lsp.Command its argument is that of `spine.run`
function M.run(command)
  local argument = (command.arguments or {})[1] or {}
  local source = argument.uri and vim.uri_to_bufnr(argument.uri) or vim.api.nvim_get_current_buf()
  require('spine.run').start(source, argument)
end

---Asks for the file that a pipeline is begun in, and has the server begin it there.
---@param command lsp.Command its argument is `{ uri, pipeline }`
function M.create_pipeline(command)
  local argument = (command.arguments or {})[1] or {}
  local source = vim.uri_to_bufnr(argument.uri)
  server.ask(source, 'spine.createPipeline', argument, function(answer, failure)
    local files = answer and answer.files or {}
    if failure or #files == 0 then
      server.say(failure or ('no file can hold the pipeline %s'):format(argument.pipeline))
      return
    end
    local choice = { prompt = ('Create the pipeline %s in'):format(argument.pipeline), kind = 'spine.file' }
    choice.format_item = function(file)
      return vim.fn.fnamemodify(file.path, ':~:.') .. (file.new and ' (new file)' or '')
    end
    vim.ui.select(files, choice, function(file)
      if file then
        local wanted = vim.tbl_extend('force', argument, { file = file.uri })
        server.ask(source, 'spine.createPipeline', wanted, function(_, refused)
          if refused then
            server.say(refused)
          end
        end)
      end
    end)
  end)
end

---Lists the places that a lens carries.
---@param command lsp.Command its argument is `{ uri, position, locations, problems? }`
---@param context { client_id: integer }
function M.references(command, context)
  local argument = (command.arguments or {})[1] or {}
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local locations = argument.locations or {}
  if #locations == 0 then
    server.say('nothing waits for this step')
    return
  end
  local items = vim.tbl_map(function(location)
    -- One by one: all together they would be sorted, and no longer in the order of the problems.
    return vim.lsp.util.locations_to_items({ location }, client.offset_encoding)[1]
  end, locations)
  for number, problem in ipairs(argument.problems or {}) do
    items[number].text = ('%s [%s]'):format(problem.message, problem.code)
    items[number].type = TYPES[problem.severity]
  end
  vim.fn.setqflist({}, ' ', { title = command.title, items = items })
  vim.cmd('botright copen')
end

return M
