"""`spine-lsp explain`: the page of one rule."""

from __future__ import annotations

import click

from spine_lsp.cli.output import color_option
from spine_lsp.cli.rules import show_rules


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from spine_lsp.analysis.catalogue import BY_CODE

    return [code for code in BY_CODE if code.startswith(incomplete)]


@click.command()
@click.argument("code", metavar="CODE", shell_complete=_complete)
@click.option("--json", "json", is_flag=True, help="Print one JSON object.")
@color_option
def command(code: str, *, json: bool, color: str) -> int:
    """Explain the rule CODE: what it says and why, an example, how to fix it, how to silence it.

    \b
    Exit code 0: explained
              2: could not run: there is no such rule

    \b
    Examples:
      spine-lsp explain dependency-cycle
      spine-lsp explain unknown-key --json
    """
    return show_rules(code, "json" if json else "text", color)
