"""`spine-lsp schema`: the JSON Schema, for other tools."""

from __future__ import annotations

import click

from spine_lsp.cli import exits
from spine_lsp.cli.output import write_raw
from spine_lsp.orchestration.schema import schema_path


@click.command()
def command() -> int:
    """Print the JSON Schema (2020-12) of pipeline groups."""
    write_raw(schema_path().read_text(encoding="utf-8"))
    return exits.OK
