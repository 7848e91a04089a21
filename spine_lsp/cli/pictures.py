"""Pictures of a group for standard output, in the formats that `plan` and `graph` share."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from typing import cast

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cli.output import CannotRunError, is_terminal, note, write, write_bytes, write_raw
from spine_lsp.drawing.mermaid import MOST_EDGES
from spine_lsp.drawing.model import Direction
from spine_lsp.ide.commands.render import Format, render_graph

_STYLE = re.compile(r"(<style>.*?</style>)", re.DOTALL)
_SIZE = re.compile(r' (?:width|height)="([\d.]+)"')
_MOST_PIXELS = 32_000_000
_COLOR = re.compile(r"(--[\w-]+): ([^;]+);")
_VARIABLE = re.compile(r"var\((--[\w-]+)\)")


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
    """Print the picture of a group in any format but JSON, and say what a reader of it will not take."""
    try:
        drawn = render_graph(
            workspace,
            group.uri,
            cast("Format", "svg" if form == "png" else form),
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
    if form == "png":
        write_bytes(_png(drawn.text))
        return
    text = drawn.text if drawn.text.endswith("\n") else drawn.text + "\n"
    if form == "text":
        write(text)
        return
    write_raw(text)
    if form == "mermaid":
        edges = sum("> n" in line for line in text.splitlines())  # labels hold no `>`
        if edges > MOST_EDGES:
            note(f"{edges:,} edges: Mermaid draws {MOST_EDGES} unless its setting `maxEdges` says more")


def _png(svg: str) -> bytes:
    """A drawing as pixels, twice as many as it has units: screens are fine, and pages scale down well."""
    if is_terminal(sys.stdout):
        raise CannotRunError("a PNG is no text for a terminal: write it to a file, `> graph.png`")
    try:
        import resvg_py
    except ImportError:
        raise CannotRunError("PNG needs the library resvg: pip install 'spine-lsp[png]'") from None
    head, style, body = _STYLE.split(svg, maxsplit=1)
    light = dict(_COLOR.findall(style.partition("}")[0]))  # the library knows no variables; a page is light
    style = _VARIABLE.sub(lambda found: light.get(found[1], "black"), style)
    wide, high = (float(found) for found in _SIZE.findall(head)[:2])
    zoom = min(2, (_MOST_PIXELS / max(wide * high, 1)) ** 0.5)
    return bytes(resvg_py.svg_to_bytes(svg_string=f"{head}{style}{body}", zoom=zoom, background="white"))
