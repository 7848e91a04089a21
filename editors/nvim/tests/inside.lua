-- A server inside the Neovim that is tested, in the place of a program: `cmd` of its configuration.

---@param answer fun(method: string, reply: fun(result: any)) what it does with a request; `shutdown` is answered here
---@return fun(dispatchers: vim.lsp.rpc.Dispatchers): table
return function(answer)
  return function(dispatchers)
    local closing, id = false, 0
    return {
      request = function(method, _, callback, no_longer_pending)
        id = id + 1
        local this = id
        local function reply(result)
          if no_longer_pending then
            no_longer_pending(this)
          end
          callback(nil, result)
        end
        if method == 'shutdown' then
          reply(nil)
        else
          answer(method, reply)
        end
        return true, id
      end,
      notify = function(method)
        if method == 'exit' then
          closing = true
          dispatchers.on_exit(0, 0)
        end
        return true
      end,
      is_closing = function()
        return closing
      end,
      terminate = function()
        closing = true
      end,
    }
  end
end
