"""`spine-lsp doctor`: what is known of a workspace, and what is not and why."""

from __future__ import annotations

import click

from spine_lsp.cli import exits
from spine_lsp.cli.doctor_report import as_json, as_text
from spine_lsp.cli.output import color_option, colored, write, write_json
from spine_lsp.cli.workspace import FolderContent


def _names(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not all(part.isidentifier() for part in value.split(".")):
            raise click.BadParameter(f"`{value}` is no name in Python")
    return values


@click.command()
@click.argument("path", default=".", metavar="[PATH]")
@click.option(
    "--root",
    "roots",
    multiple=True,
    metavar="DIR",
    help="A folder in PATH that Python's imports start from, before those that are guessed; may be repeated.",
)
@click.option(
    "--decorator",
    "decorators",
    multiple=True,
    callback=_names,
    metavar="NAME",
    help="A decorator that registers pipelines beside Spine's: `name`, or `package.module.name`; may be repeated.",
)
@click.option("--json", "json", is_flag=True, help="Print one JSON object.")
@color_option
def command(path: str, *, roots: tuple[str, ...], decorators: tuple[str, ...], json: bool, color: str) -> int:
    """Show what is known of the workspace in the folder PATH, and what is not and why.

    Which options hold and where each comes from, which files were read, which pipelines their Python registers and
    with which parameters, which pipelines the groups name that are not among them, and how much `check` finds.
    Code is read, never run. Nothing that is shown here fails the run.

    \b
    Exit code 0: shown
              2: could not run: PATH is no folder

    \b
    Examples:
      spine-lsp doctor
      spine-lsp doctor services/prices --json
    """
    content = FolderContent(path, roots, decorators)
    if json:
        write_json(as_json(content))
    else:
        write(as_text(content, color=colored(color)))
    return exits.OK
