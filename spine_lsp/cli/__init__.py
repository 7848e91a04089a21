"""The command line: serve, check, plan, graph, rules, schema."""

from spine_lsp.cli.main import main

__all__ = ["main"]
