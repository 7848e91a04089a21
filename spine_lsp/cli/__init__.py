"""The command line: serve, check, plan, graph, rules, schema."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command `spine-lsp` and exit.

    What editors start, `serve` over standard input and output, goes past the command line library: its import is
    a third of the time to the first answer.
    """
    if sys.argv[1:] in (["serve"], ["serve", "--stdio"]):
        from spine_lsp.server.serve import main as serve

        serve()
        return
    from spine_lsp.cli.command_line import main as run

    run()
