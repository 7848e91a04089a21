"""`spine-lsp schema`: the JSON Schema, for other tools."""

from __future__ import annotations

import click

from spine_lsp.orchestration.schema import schema_path


@click.command()
def command() -> None:
    """Print the JSON Schema (2020-12) of pipeline groups."""
    click.echo(schema_path().read_text(encoding="utf-8"), nl=False)
