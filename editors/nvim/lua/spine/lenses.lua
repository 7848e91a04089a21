-- Code lenses that are true to the text: Neovim 0.11 forgets a refresh that comes while another one is under way.

local M = {}

---Asks for the titles of lenses that have none; the server makes them only when they are asked for.
---@param client vim.lsp.Client
---@param bufnr integer
---@param lenses lsp.CodeLens[]
---@param done fun(lenses: lsp.CodeLens[])
local function resolve(client, bufnr, lenses, done)
  local waiting = 1
  local function one_less()
    waiting = waiting - 1
    if waiting == 0 then
      done(vim.tbl_filter(function(lens)
        return lens.command ~= nil
      end, lenses))
    end
  end
  for _, lens in ipairs(lenses) do
    if not lens.command and not client:is_stopped() then
      waiting = waiting + 1
      local sent = client:request('codeLens/resolve', lens, function(_, resolved)
        lens.command = resolved and resolved.command
        one_less()
      end, bufnr)
      if not sent then
        one_less()
      end
    end
  end
  one_less()
end

---Shows the lenses of a buffer, and shows them again after each change, until the client lets go of it.
---@param client vim.lsp.Client
---@param bufnr integer
function M.keep_fresh(client, bufnr)
  if vim.lsp.codelens.enable then -- Neovim 0.12 does it all
    vim.lsp.codelens.enable(true, { bufnr = bufnr })
    return
  end
  local busy, stale = false, false
  local function refresh()
    if client:is_stopped() or not vim.lsp.buf_is_attached(bufnr, client.id) then
      return
    end
    stale = busy
    if busy then
      return
    end
    busy = true
    local params = { textDocument = vim.lsp.util.make_text_document_params(bufnr) }
    local sent = client:request('textDocument/codeLens', params, function(failure, lenses, context)
      resolve(client, bufnr, lenses or {}, function(resolved)
        busy = false
        if stale then
          refresh()
        elseif vim.lsp.buf_is_attached(bufnr, client.id) then
          vim.lsp.codelens.on_codelens(failure, resolved, context)
        end
      end)
    end, bufnr)
    busy = sent
  end

  local group = vim.api.nvim_create_augroup('spine.lenses.' .. bufnr, {})
  -- The server publishes what it found after a change, and its lenses may tell of it.
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged', 'DiagnosticChanged' }, {
    group = group,
    buffer = bufnr,
    callback = refresh,
  })
  vim.api.nvim_create_autocmd('LspDetach', {
    group = group,
    buffer = bufnr,
    callback = function(event)
      if event.data.client_id == client.id then
        vim.api.nvim_del_augroup_by_id(group)
      end
    end,
  })
  refresh()
end

return M
