-- What is done at start: a command, and a few autocommands. Everything else is loaded when it is needed.

if vim.g.loaded_spine then
  return
end
vim.g.loaded_spine = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.api.nvim_create_user_command('Spine', function()
    vim.api.nvim_echo({ { require('spine.legacy').message(), 'WarningMsg' } }, true, {})
  end, { nargs = '*', desc = 'Says what this plugin needs' })
  return
end

vim.api.nvim_create_user_command('Spine', function(call)
  require('spine.command').run(call)
end, {
  nargs = '*',
  bang = true,
  desc = 'Order, graph, waits and runs of the pipeline group in this file',
  complete = function(lead, line, column)
    return require('spine.command').complete(lead, line, column)
  end,
})

local group = vim.api.nvim_create_augroup('spine', {})

vim.api.nvim_create_autocmd('FileType', {
  group = group,
  pattern = { 'yaml', 'python' },
  desc = 'spine: look again whether this is a file of ours when its text changes',
  callback = function(event)
    require('spine.attach').watch(event.buf)
  end,
})

vim.api.nvim_create_autocmd('BufReadCmd', {
  group = group,
  pattern = { 'spine-order:/*', 'spine-graph:/*', 'spine-effective:/*', 'spine-rule:/*' },
  desc = 'spine: documents that the server makes',
  nested = true, -- the file that one is made of is loaded, and the text gets its colours
  callback = function(event)
    require('spine.live').read(event.buf)
  end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'spine: code lenses and inlay hints',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'spine_lsp' then
      require('spine.attach').attached(client, event.buf)
    end
  end,
})

vim.api.nvim_create_autocmd('LspDetach', {
  group = group,
  desc = 'spine: another server for one that has ended',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'spine_lsp' then
      require('spine.attach').left(client, event.buf)
    end
  end,
})

-- Not read before the user's own `vim.g.spine`, wherever that is set: this file may be sourced first.
local function enable()
  if require('spine.config').get().enable then
    vim.lsp.enable('spine_lsp')
  end
end

if vim.v.vim_did_enter == 1 then
  enable()
  -- Loaded late, by a plugin manager: the files that are open already have had their FileType event.
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if require('spine.detect').may_be(bufnr) then
      require('spine.attach').watch(bufnr)
    end
  end
else
  vim.api.nvim_create_autocmd('VimEnter', { group = group, once = true, callback = enable })
end
