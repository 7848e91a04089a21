-- Semantic tokens of a buffer that a client has attached to again. Neovim 0.11 throws away the tokens that it had, but
-- not the difference to them that has arrived and waits for its turn: it then fails on an assertion
-- (`process_response` in its vim/lsp/semantic_tokens.lua).

local M = {}

local FULL = 'textDocument/semanticTokens/full'
local DELTA = FULL .. '/delta'

---@type table<integer, true> the clients that are guarded, by id
local guarded = {}

---Keeps from Neovim each difference to tokens that it has asked for in full since.
---@param client vim.lsp.Client
function M.guard(client)
  if guarded[client.id] then
    return
  end
  guarded[client.id] = true
  local request = client.request
  local asked = {} ---@type table<integer, integer> how often a buffer's tokens were asked for in full

  ---@param self vim.lsp.Client
  ---@param method string
  ---@param params table?
  ---@param handler lsp.Handler?
  ---@param bufnr integer?
  client.request = function(self, method, params, handler, bufnr)
    local buffer = bufnr or 0
    if self == client and method == FULL then
      asked[buffer] = (asked[buffer] or 0) + 1
    elseif self == client and method == DELTA and handler then
      local answer, base = handler, asked[buffer]
      handler = function(...)
        if asked[buffer] == base then
          return answer(...)
        end
      end
    end
    return request(self, method, params, handler, bufnr)
  end
end

return M
