"""`spine-lsp diff`: what is different between two versions of pipeline groups."""

from __future__ import annotations

import click

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cli import exits
from spine_lsp.cli.output import (
    CannotRunError,
    color_option,
    colored,
    note,
    width,
    write,
    write_json,
    write_raw,
)
from spine_lsp.cli.reports.differences import as_json, as_markdown, as_mermaid, as_text
from spine_lsp.cli.versions import of_paths, of_revisions, pairs
from spine_lsp.ide.commands.differences import difference


@click.command()
@click.argument("paths", nargs=-1, metavar="[OLD NEW | PATH]")
@click.option(
    "--git",
    "revisions",
    multiple=True,
    metavar="REV",
    help="Compare PATH in this revision with PATH as it is; given twice, with PATH in the second one.",
)
@click.option("--group", "name", metavar="NAME", help="Only this group.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "mermaid"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option("--json", "json", is_flag=True, help="The same as --format json.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything is different.")
@color_option
def command(
    *,
    paths: tuple[str, ...],
    revisions: tuple[str, ...],
    name: str | None,
    form: str,
    json: bool,
    exit_code: bool,
    color: str,
) -> int:
    """Show what is different between two versions of pipeline groups: two files, two folders, or revisions of git.

    Steps, what they wait for, their order and levels, parameters after the merge, and what cannot run any more. Groups
    are matched by file and name; what only stands elsewhere, or is written otherwise, is no difference.

    \b
    Exit code 0: compared
              1: something is different, with --exit-code
              2: could not run

    \b
    Examples:
      spine-lsp diff daily.yaml new/daily.yaml
      spine-lsp diff --git main
      spine-lsp diff --git v1.0 --git v1.1 pipelines/ --format markdown
    """
    if len(revisions) > 2:
        raise click.UsageError("--git is given once or twice")
    if revisions and len(paths) > 1:
        raise click.UsageError("with --git there is one PATH at most")
    if not revisions and len(paths) != 2:
        raise click.UsageError("OLD and NEW are needed, or --git REV")
    if revisions:
        old, new = of_revisions(paths[0] if paths else ".", revisions)
    else:
        old, new = of_paths(*paths)
    workspace = Workspace()
    matched = [pair for pair in pairs(old, new) if name is None or name in {each[1].name for each in pair if each}]
    if name is not None and not matched:
        raise CannotRunError(f"nothing that is compared holds a group called `{name}`")
    compared = [difference(workspace, *pair) for pair in matched]
    found = [each for each in compared if each.differs]
    if form == "json" or json:
        write_json(as_json(found, len(compared)))
    elif form == "markdown":
        write_raw(as_markdown(found, len(compared)))
    elif form == "mermaid":
        if len(found) > 1:
            raise CannotRunError(f"{len(found):,} groups differ, and a diagram shows one; choose it with --group")
        write_raw(as_mermaid(found[0]) if found else 'flowchart TD\n  same["No difference"]\n')
    else:
        write(as_text(found, len(compared), width(), color=colored(color)))
    if not matched and not revisions:
        note("nothing that was compared holds a pipeline group")
    return exits.FOUND if found and exit_code else exits.OK
