"""`spine-lsp effective`: a group as it runs, as a YAML document."""

from __future__ import annotations

from pathlib import Path

import click

from spine_lsp.cli import exits
from spine_lsp.cli.groups import group_option, open_group
from spine_lsp.cli.output import write_json, write_raw
from spine_lsp.ide.commands.effective import effective_text


@click.command()
@click.argument("file", metavar="FILE")
@group_option
@click.option("--json", "json", is_flag=True, help="Print one JSON object with the text.")
def command(*, file: str, name: str | None, json: bool) -> int:
    """Print a group as it runs: every step with its merged parameters, the policy with its defaults.

    What is printed is a group itself; comments say when each step runs, and which values are defaults.

    \b
    Exit code 0: printed
              2: could not run

    \b
    Examples:
      spine-lsp effective daily.yaml
      spine-lsp effective daily.yaml | spine-lsp plan -
    """
    _, group = open_group(file, name)
    text = effective_text(group, Path(file).name)
    if json:
        write_json({"group": group.name, "text": text})
    else:
        write_raw(text)
    return exits.OK
