"""`spine-lsp graph`: the picture of a group, for terminals, documents and browsers."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import replace
from typing import cast

import click

from spine_lsp.cli.files import CannotRun
from spine_lsp.cli.groups import open_group
from spine_lsp.ide.draw.model import Direction, GraphModel
from spine_lsp.ide.graph_model import graph_of, model_of, to_json
from spine_lsp.ide.render import Format, part_around, render_graph


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--group", "name", metavar="NAME", help="The group, where the file holds several.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "dot", "html", "json"]),
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
    type=click.IntRange(24),
    metavar="COLUMNS",
    help="The width to keep to (text; default: the terminal's).",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour cycles, gaps and blocked steps (text).",
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
def command(
    file: str,
    name: str | None,
    form: str,
    direction: str,
    ascii_only: bool,
    width: int | None,
    color: str,
    around: str | None,
    hops: int,
) -> None:
    """Draw the graph of a group; broken ones too: cycles marked, missing steps as ghosts.

    Exit code 0: drawn, 2: could not run.
    """
    workspace, group = open_group(file, name)
    uri = group.uri
    if form == "json":
        graph = graph_of(workspace, uri, group.name or None)
        assert graph is not None  # the group was found in this very document
        if around is not None:
            graph = replace(graph, model=_part(graph.model, around, hops, file))
        text = group.text
        drawn = json.dumps(
            to_json(graph, lambda span: _lines(text.position(span.start), text.position(span.end))),
            indent=2,
            ensure_ascii=False,
            default=str,
        )
    else:
        if around is not None:
            _part(model_of(group), around, hops, file)  # or say that there is no such step
        rendering = render_graph(
            workspace,
            uri,
            cast(Format, form),
            group.name or None,
            ascii_only=ascii_only or (form == "text" and not _can_print("┌")),
            color=color == "always"
            or (color == "auto" and sys.stdout.isatty() and "NO_COLOR" not in os.environ),
            direction=cast(Direction, direction),
            width=width or (shutil.get_terminal_size().columns if sys.stdout.isatty() else None),
            around=around,
            hops=hops,
        )
        assert rendering is not None  # as above
        drawn = rendering.text
    click.echo(drawn, nl=not drawn.endswith("\n"), color=True)


def _part(model: GraphModel, step: str, hops: int, file: str) -> GraphModel:
    """The part of a graph around a step; raises CannotRun where there is no such step."""
    try:
        return part_around(model, step, hops)
    except ValueError as error:
        raise CannotRun(f"{file}: {error}") from None


def _lines(start: tuple[int, int], end: tuple[int, int]) -> dict[str, object]:
    """A range as the protocol writes it, columns in code points."""
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


def _can_print(char: str) -> bool:
    try:
        char.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
