-- The server for Neovim 0.11 and later: what `vim.lsp.config('spine_lsp', { ... })` is merged over.

---@type vim.lsp.Config
return {
  cmd = { 'spine-lsp', 'serve' },
  filetypes = { 'yaml', 'python' },
  root_dir = function(bufnr, on_dir)
    require('spine.attach').root_dir(bufnr, on_dir)
  end,
  capabilities = { workspace = { textDocumentContent = { dynamicRegistration = false } } },
  handlers = {
    ['workspace/textDocumentContent/refresh'] = function(_, params)
      require('spine.live').changed(params.uri)
      return vim.NIL
    end,
    ['spine/runEvents'] = function(_, params)
      require('spine.run').on_events(params)
    end,
    ['spine/runRefused'] = function(_, params)
      require('spine.run').on_refused(params)
    end,
  },
  init_options = {
    client = {
      -- The server puts these into its lenses and actions only for a client that says it has them.
      commands = {
        'spine.client.showResolvedOrder',
        'spine.client.showGraph',
        'spine.client.showReferences',
        'spine.client.run',
        'spine.client.createPipeline',
        'spine.client.debugStep',
      },
      runs = true,
    },
  },
  -- The settings go with the first message too, so that they hold for the first diagnostics, and so that the
  -- server does not offer what another one is said to do.
  before_init = function(params, config)
    local settings = vim.tbl_get(config, 'settings', 'spine') or {}
    params.initializationOptions = vim.tbl_deep_extend('force', settings, params.initializationOptions or {})
    local client = params.initializationOptions.client or {}
    params.initializationOptions.client = client
    client.trusted = require('spine.run').trusts(config.root_dir)
  end,
  commands = {
    ['spine.client.showResolvedOrder'] = function(command)
      require('spine.lens').show('order', command)
    end,
    ['spine.client.showGraph'] = function(command)
      require('spine.lens').show('graph', command)
    end,
    ['spine.client.run'] = function(command)
      require('spine.lens').run(command)
    end,
    ['spine.client.createPipeline'] = function(command)
      require('spine.lens').create_pipeline(command)
    end,
    ['spine.client.debugStep'] = function(command)
      require('spine.debug').lens(command)
    end,
    ['spine.client.showReferences'] = function(command, context)
      require('spine.lens').references(command, context)
    end,
  },
  settings = { spine = vim.empty_dict() },
}
