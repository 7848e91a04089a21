---@brief
---
--- HOMEPAGE
---
--- Language server for Spine pipeline groups in YAML. It says nothing about other YAML.
---
--- `spine-lsp` can be installed with `pipx`:
--- ```sh
--- pipx install spine-lsp
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'spine-lsp', 'serve' },
  filetypes = { 'yaml' },
  root_markers = { 'spine-lsp.toml', 'pyproject.toml', '.git' },
}
