"""`spine-lsp graph`: the picture of a group, for terminals, documents and browsers."""

from __future__ import annotations

from dataclasses import replace

import click

from spine_lsp.cli import exits
from spine_lsp.cli.groups import group_option, open_group
from spine_lsp.cli.output import (
    PIPE_WIDTH,
    CannotRunError,
    can_print,
    color_option,
    colored,
    width,
    write_json,
)
from spine_lsp.cli.pictures import print_picture
from spine_lsp.cli.steps import picked, steps_option
from spine_lsp.ide.commands.graph_model import model_of
from spine_lsp.ide.commands.group_graph import graph_of, to_json
from spine_lsp.ide.commands.render import part_around
from spine_lsp.ide.commands.selection import part_of


@click.command()
@click.argument("file", metavar="FILE")
@group_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "dot", "svg", "html", "json", "png"]),
    default="text",
    show_default=True,
    help="How to draw.",
)
@click.option(
    "--direction",
    type=click.Choice(["down", "right"]),
    default="down",
    show_default=True,
    help="Where it flows.",
)
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only (text).")
@click.option(
    "--width",
    "columns",
    type=click.IntRange(24, 10_000),
    metavar="COLUMNS",
    help=f"The width to keep to (text; default: the variable COLUMNS, the terminal's, or {PIPE_WIDTH} in a pipe).",
)
@click.option(
    "--around", metavar="STEP", help="Draw only what this step waits for and what waits for it, up to --hops."
)
@click.option(
    "-n",
    "--hops",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    metavar="N",
    help="How many edges from --around to go, up and down.",
)
@click.option("--json", "json", is_flag=True, help="The same as --format json.")
@steps_option
@color_option
def command(
    *,
    file: str,
    name: str | None,
    form: str,
    direction: str,
    ascii_only: bool,
    columns: int | None,
    color: str,
    around: str | None,
    hops: int,
    json: bool,
    selector: str | None,
) -> int:
    """Draw the graph of a group; broken ones too: cycles marked, missing steps as ghosts.

    \b
    Exit code 0: drawn
              2: could not run

    \b
    Examples:
      spine-lsp graph daily.yaml
      spine-lsp graph daily.yaml --format html > daily.html
      spine-lsp graph daily.yaml --format png > daily.png
      spine-lsp graph daily.yaml --steps 'state:blocked +report'
    """
    if around is not None and selector is not None:
        raise CannotRunError("--around and --steps exclude each other; `-n N` of STEP is `--steps N+STEP+N`")
    form = "json" if json else form
    workspace, group = open_group(file, name)
    steps = picked(workspace, group, selector)
    part = None if steps is None else part_of(model_of(group), group, steps)
    if around is not None:
        try:
            part = part_around(model_of(group), around, hops)
        except ValueError as exc:  # there is no such step
            raise CannotRunError(f"{file}: {exc}") from None
    if form == "json":
        graph = graph_of(workspace, group.uri, group.name or None)
        assert graph is not None  # the group was found in this very document
        if part is not None:
            graph = replace(graph, model=part)
        text = group.text
        write_json(to_json(graph, lambda span: _lines(text.position(span.start), text.position(span.end))))
    else:
        print_picture(
            workspace,
            group,
            form,
            direction=direction,
            ascii_only=ascii_only or (form == "text" and not can_print("┌")),
            color=colored(color),
            width=columns or width() or PIPE_WIDTH,
            around=around,
            hops=hops,
            steps=steps,
        )
    return exits.OK


def _lines(start: tuple[int, int], end: tuple[int, int]) -> dict[str, object]:
    """A range as the protocol writes it, columns in code points."""
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }
