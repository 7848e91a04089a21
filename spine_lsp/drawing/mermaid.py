"""The graph as a Mermaid flowchart, for pages that render Mermaid, GitHub's among them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spine_lsp.drawing import marks
from spine_lsp.drawing.labels import clean, shorten
from spine_lsp.drawing.model import Direction, GraphModel, waits_for_itself

# Strokes only: fills and text keep the colours of the page's theme, light or dark.
_CLASSES = {
    "ghost": "stroke:#bf8700,stroke-dasharray:4 3",
    "cycle": "stroke:#cf222e,stroke-width:3px",
    "self": "stroke:#cf222e,stroke-width:3px",
    "missing": "stroke:#bf8700,stroke-width:2px",
    "blocked": "opacity:0.6,stroke-dasharray:1 2",
    "duplicate": "stroke:#8250df,stroke-width:2px",
}
_ARROWS = {"cycle": "==>", "self": "==>", "redundant": "-.->", "branch": "-.->"}
_LINKS = {
    "cycle": "stroke:#cf222e",
    "self": "stroke:#cf222e",
    "missing": "stroke:#bf8700",
    "redundant": "opacity:0.5",
}
_CHANGES = {
    "added": ("+ ", "stroke:#1a7f37,stroke-width:3px"),
    "removed": ("− ", "stroke:#cf222e,stroke-dasharray:4 3,opacity:0.7"),
    "changed": ("~ ", "stroke:#9a6700,stroke-width:3px"),
}
_LOOKS = {**_CLASSES, **{change: look for change, (_, look) in _CHANGES.items()}}
_CHANGED_LINKS = {"added": "stroke:#1a7f37,stroke-width:3px", "removed": "stroke:#cf222e,opacity:0.7"}
MOST_EDGES = 500  # Mermaid's default `maxEdges`, which a diagram may not raise by itself


def draw_mermaid(
    model: GraphModel,
    *,
    direction: Direction = "down",
    node_changes: Mapping[str, str] = MappingProxyType({}),
    edge_changes: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> str:
    """The source of a Mermaid flowchart.

    Changes say which nodes, by id, and edges, by their ends, are `added`, `removed` or `changed`; a removed edge is
    dotted.

    Nodes are called n0, n1, ... and names stand in quoted labels with every character that Mermaid or Markdown
    might read written as an entity code, so that no name can break the diagram. Redundant edges are left out
    where Mermaid would refuse the diagram for the number of its edges.
    """
    lines = [f"flowchart {'TD' if direction == 'down' else 'LR'}"]
    if model.cut:
        lines.append(f"  %% {model.cut}")
    nodes = model.unique_nodes()
    if not nodes:
        return "\n".join([*lines, '  empty["This group has no steps"]']) + "\n"
    own = waits_for_itself(model)
    number = {node.id: f"n{place}" for place, node in enumerate(nodes)}
    used: dict[str, None] = {}
    for node in nodes:
        state = marks.state_of(node, own)
        mark = marks.mark(state, ascii_only=False)
        text = shorten(clean(node.name), 80) + (f" {mark}" if mark else "")
        change = node_changes.get(node.id, "")
        if change:
            state, text = change, _CHANGES[change][0] + text
        shape = ('(["', '"])') if node.kind == "ghost" else ('["', '"]')
        suffix = f":::{state}" if state in _LOOKS else ""
        if suffix:
            used[state] = None
        lines.append(f"  {number[node.id]}{shape[0]}{escape(text)}{shape[1]}{suffix}")
    edges = model.known_edges()
    if len(edges) > MOST_EDGES:
        edges = tuple(edge for edge in edges if edge.state != "redundant")
    styled: dict[str, list[str]] = {}
    for place, edge in enumerate(edges):
        change = edge_changes.get((edge.source, edge.target), "")
        arrow = "-.->" if change == "removed" else _ARROWS.get(edge.state, "-->")
        label = f"|{escape(edge.label)}|" if edge.label else ""
        lines.append(f"  {number[edge.source]} {arrow}{label} {number[edge.target]}")
        look = _CHANGED_LINKS.get(change) or _LINKS.get(edge.state)
        if look is not None:
            styled.setdefault(look, []).append(str(place))
    lines += [f"  classDef {state} {_LOOKS[state]}" for state in used]
    lines += [f"  linkStyle {','.join(places)} {style}" for style, places in styled.items()]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """TextPiece for a quoted label: letters, digits, `_` and what is not ASCII stay, the rest become `#code;`.

    `-` and `.` stay inside a word; before a blank they could begin a Markdown list, which labels do not allow.
    """
    out = []
    for at, char in enumerate(text):
        inside = char in "-." and 0 < at < len(text) - 1 and text[at + 1] != " "
        if char.isalnum() or char in "_ " or not char.isascii() or inside:
            out.append(char)
        else:
            out.append(f"#{ord(char)};")
    return "".join(out)
