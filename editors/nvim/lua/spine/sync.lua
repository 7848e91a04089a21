-- The server's text is the buffer's text, also where Neovim has stopped listening.
-- Neovim lets go of a buffer that changes while no client is attached, and does not notice that it has to listen
-- again when one attaches (`attached_buffers` in its vim/lsp.lua): every later change would be lost. This listens
-- too, and sends the whole text after a change that Neovim missed.

local M = {}

local ENDS = { unix = '\n', dos = '\r\n', mac = '\r' }

---@type table<integer, true>
local listening = {}

---@type table<integer, true> buffers whose text is about to be sent
local waiting = {}

---The text of a buffer as Neovim sends it when it opens a document.
---@param bufnr integer
---@return string
local function whole_text(bufnr)
  local ending = ENDS[vim.bo[bufnr].fileformat]
  local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)
  if vim.bo[bufnr].endofline or (vim.bo[bufnr].fixendofline and not vim.bo[bufnr].binary) then
    lines[#lines + 1] = ''
  end
  return table.concat(lines, ending)
end

---@param bufnr integer
---@param notify fun(method: string, params: table)
---@param version integer
local function send(bufnr, notify, version)
  vim.lsp.util.buf_versions[bufnr] = version
  notify('textDocument/didChange', {
    textDocument = { uri = vim.uri_from_bufnr(bufnr), version = version },
    contentChanges = { { text = whole_text(bufnr) } },
  })
end

---Listens to a buffer from now on, until it is unloaded.
---@param bufnr integer a loaded buffer, to which Neovim listens already if it listens at all
---@param notifier fun(bufnr: integer): (fun(method: string, params: table))? how the server of the buffer is told,
---nil while none is attached
---@param just_opened boolean whether the server has been given the text in this moment
function M.listen(bufnr, notifier, just_opened)
  if listening[bufnr] then
    return
  end
  listening[bufnr] = true
  local function catch_up()
    local notify = vim.api.nvim_buf_is_loaded(bufnr) and notifier(bufnr)
    if notify then
      send(bufnr, notify, vim.api.nvim_buf_get_changedtick(bufnr))
    end
  end
  vim.api.nvim_buf_attach(bufnr, false, {
    on_lines = function(_, _, version)
      -- Neovim began to listen earlier than this did, so it was told of this change earlier too.
      if vim.lsp.util.buf_versions[bufnr] == version or not notifier(bufnr) then
        return
      end
      vim.lsp.util.buf_versions[bufnr] = version -- no edit that was made for the text before fits any more
      if not waiting[bufnr] then -- once for all changes of one command
        waiting[bufnr] = true
        vim.schedule(function()
          waiting[bufnr] = nil
          catch_up()
        end)
      end
    end,
    on_reload = catch_up,
    on_detach = function()
      listening[bufnr] = nil
    end,
  })
  if not just_opened then
    catch_up()
  end
end

return M
