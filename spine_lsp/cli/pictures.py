"""Pictures of a group for standard output, in the formats that `plan` and `graph` share."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from spine_lsp.analysis.document import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cli.output import CannotRunError, note, write, write_raw
from spine_lsp.drawing.mermaid import MOST_EDGES
from spine_lsp.drawing.model import Direction
from spine_lsp.ide.commands.render import Format, render_graph


def print_picture(
    workspace: Workspace,
    group: Group,
    form: str,
    *,
    direction: str = "down",
    ascii_only: bool = False,
    color: bool = False,
    width: int | None = None,
    around: str | None = None,
    hops: int = 2,
    steps: Collection[int] | None = None,
) -> None:
    """Print the picture of a group as text, Mermaid, DOT or HTML, and say what a reader of it will not take."""
    try:
        drawn = render_graph(
            workspace,
            group.uri,
            cast("Format", form),
            group.name or None,
            ascii_only=ascii_only,
            color=color,
            direction=cast("Direction", direction),
            width=width,
            around=around,
            hops=hops,
            steps=steps,
        )
    except ValueError as exc:  # it is too large for this format
        raise CannotRunError(f"cannot draw {group.uri}: {exc}") from None
    assert drawn is not None  # the group was found in this very document
    text = drawn.text if drawn.text.endswith("\n") else drawn.text + "\n"
    if form == "text":
        write(text)
        return
    write_raw(text)
    if form == "mermaid":
        edges = sum("> n" in line for line in text.splitlines())  # labels hold no `>`
        if edges > MOST_EDGES:
            note(f"{edges:,} edges: Mermaid draws {MOST_EDGES} unless its setting `maxEdges` says more")
