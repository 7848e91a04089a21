"""spine-lsp: a language server, linter and planner for Spine pipeline groups in YAML."""

__version__ = "0.1.0"
