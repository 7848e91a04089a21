"""The graph in DOT, the language of Graphviz."""

from __future__ import annotations

from spine_lsp.drawing import marks
from spine_lsp.drawing.labels import clean, shorten
from spine_lsp.drawing.layering import levels_of
from spine_lsp.drawing.model import Direction, GraphModel, waits_for_itself

_NODES = {
    "ghost": 'style="rounded,dashed", color="#bf8700", fontcolor="#bf8700"',
    "cycle": 'color="#cf222e", penwidth=2',
    "self": 'color="#cf222e", penwidth=2',
    "missing": 'color="#bf8700", penwidth=2',
    "blocked": 'color="#8c959f", fontcolor="#6e7781"',
    "duplicate": 'color="#8250df", penwidth=2',
}
_EDGES = {
    "cycle": 'color="#cf222e", penwidth=2',
    "self": 'color="#cf222e", penwidth=2',
    "missing": 'color="#bf8700"',
    "redundant": 'color="#8c959f", style=dotted',
    "branch": "style=dashed",
}


def draw_dot(model: GraphModel, *, direction: Direction = "down") -> str:
    """The source of a digraph. Nodes are called n0, n1, ...; nodes of one level stand in one rank.

    An edge that closes a cycle runs back to a level above and has no part in the ranks.
    """
    nodes = model.unique_nodes()
    own = waits_for_itself(model)
    level = levels_of(model)
    number = {node.id: place for place, node in enumerate(nodes)}
    lines = [
        f"digraph {_quoted(model.group)} {{",
        f"  graph [rankdir={'TB' if direction == 'down' else 'LR'}];",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
    ]
    if model.cut:
        lines.insert(0, f"// {model.cut}")
    for place, node in enumerate(nodes):
        state = marks.state_of(node, own)
        mark = marks.mark(state, ascii_only=False)
        text = shorten(clean(node.name), 80) + (f" {mark}" if mark else "")
        parts = [f"label={_quoted(text)}", f"tooltip={_quoted(node.pipeline or node.name)}"]
        if state in _NODES:
            parts.append(_NODES[state])
        lines.append(f"  n{place} [{', '.join(parts)}];")
    for edge in model.known_edges():
        parts = [_EDGES[edge.state]] if edge.state in _EDGES else []
        if edge.label:
            parts.append(f"label={_quoted(edge.label)}")
        if level[number[edge.source]] >= level[number[edge.target]]:
            parts.append("constraint=false")
        suffix = f" [{', '.join(parts)}]" if parts else ""
        lines.append(f"  n{number[edge.source]} -> n{number[edge.target]}{suffix};")
    ranks: dict[int, list[str]] = {}
    for place, at in enumerate(level):
        ranks.setdefault(at, []).append(f"n{place};")
    same = (ranks[at] for at in sorted(ranks) if len(ranks[at]) > 1)
    lines.extend(f"  {{ rank=same; {' '.join(members)} }}" for members in same)
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    """A quoted string: backslashes would be escapes, and ampersands entities, in labels."""
    safe = clean(text) if text else ""
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") + '"'
