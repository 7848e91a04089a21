-- What a user's init.lua would hold, and ears for everything that Neovim says.

---@type { text: string, level: integer }[]
_G.notes = {}
local notify = vim.notify
---@diagnostic disable-next-line: duplicate-set-field
vim.notify = function(text, level, options)
  table.insert(_G.notes, { text = text, level = level or vim.log.levels.INFO })
  return notify(text, level, options)
end

vim.opt.runtimepath:prepend(vim.env.SPINE_PLUGIN)
vim.o.completeopt = 'menuone,noselect,popup'
vim.o.swapfile = false

vim.lsp.config('spine_lsp', { cmd = vim.json.decode(vim.env.SPINE_COMMAND) })
if vim.env.SPINE_EXTRA then
  dofile(vim.env.SPINE_EXTRA)
end
