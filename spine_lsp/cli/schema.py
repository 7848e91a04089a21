"""`spine-lsp schema`: the JSON Schema, for other tools."""

from __future__ import annotations

import click

from spine_lsp.cli import exits
from spine_lsp.cli.output import write_json, write_raw
from spine_lsp.orchestration.kinds import GROUP, KINDS
from spine_lsp.orchestration.schema import schema_path

_SCHEMAS = {**{kind.name: kind.schema for kind in KINDS}, "Schedules": "schedules.schema.json"}


@click.command()
@click.option(
    "--kind",
    type=click.Choice(list(_SCHEMAS), case_sensitive=False),
    default=GROUP.name,
    show_default=True,
    help="The kind of document.",
)
@click.option(
    "--options",
    is_flag=True,
    help="The schema (draft-07) of spine-lsp.toml, and of [tool.spine-lsp] in pyproject.toml.",
)
def command(*, kind: str, options: bool) -> int:
    """Print the JSON Schema (2020-12) of pipeline groups, of workflows, or of files of schedules.

    \b
    Exit code 0: printed
              2: could not run

    \b
    Examples:
      spine-lsp schema
      spine-lsp schema --kind Workflow > workflow.schema.json
      spine-lsp schema --options > spine-lsp.schema.json
    """
    if options:
        from spine_lsp.configuration.schema import options_schema

        write_json(options_schema())
        return exits.OK
    write_raw(schema_path(_SCHEMAS[kind]).read_text(encoding="utf-8"))
    return exits.OK
