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
