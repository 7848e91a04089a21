"""How states look in a terminal: marks that need no colour, colours for those who have them, the legend."""

from __future__ import annotations

from collections.abc import Iterable

from spine_lsp.drawing.canvas import Style, Weight
from spine_lsp.drawing.labels import clean, shorten
from spine_lsp.drawing.model import GraphModel, GraphNode, waits_for_itself

_MARKS = {  # state: (Unicode, ASCII, meaning)
    "ghost": ("?", "?", "no step has this name"),
    "cycle": ("↻", "@", "in a cycle"),
    "self": ("↺", "&", "waits for itself"),
    "missing": ("!", "!", "waits for a step that does not exist"),
    "blocked": ("⊘", "#", "blocked: what it waits for cannot run"),
    "duplicate": ("≡", "=", "second step of this name, not planned"),
}
_IN_LEGEND = 30  # cells of a name
_MOST_BRANCHES = 12
_REDUNDANT = ("┈┈", "..", "redundant: a longer way leads there too")
_BRANCH = ("┈┈", "..", "branch of a choice")


def state_of(node: GraphNode, own: frozenset[str]) -> str:
    """What to say of a node: its state, or `ghost`, or `self` for one that waits for itself."""
    if node.kind == "ghost":
        return "ghost"
    return "self" if node.id in own else node.state


def mark(state: str, *, ascii_only: bool) -> str:
    """The mark after a name of this state, or nothing."""
    return _MARKS[state][ascii_only] if state in _MARKS else ""


def meaning(state: str) -> str:
    """What the mark of this state means, in words, or nothing."""
    return _MARKS[state][2] if state in _MARKS else ""


def label(node: GraphNode, limit: int, *, ascii_only: bool) -> str:
    """The name of a node as it is shown, in at most `limit` cells."""
    return shorten(clean(node.name), limit, ascii_only=ascii_only)


def node_style(state: str) -> Style:
    """The colour of a node."""
    styles: dict[str, Style] = {
        "ghost": "yellow",
        "missing": "yellow",
        "cycle": "red",
        "self": "red",
        "blocked": "dim",
        "duplicate": "magenta",
    }
    return styles.get(state, "")


def line_look(state: str) -> tuple[Weight, Style]:
    """Weight and colour of an edge."""
    looks: dict[str, tuple[Weight, Style]] = {
        "cycle": ("heavy", "red"),
        "missing": ("light", "yellow"),
        "redundant": ("dotted", "dim"),
        "branch": ("dotted", ""),
    }
    return looks.get(state, ("light", ""))


def legend(model: GraphModel, *, ascii_only: bool, redundant: bool = True) -> list[str]:
    """One entry for each mark that the picture of `model` uses."""
    own = waits_for_itself(model)
    used = {state_of(node, own) for node in model.nodes}
    entries = [f"{_MARKS[state][ascii_only]} {_MARKS[state][2]}" for state in _MARKS if state in used]
    if redundant and any(edge.state == "redundant" for edge in model.known_edges()):
        entries.append(f"{_REDUNDANT[ascii_only]} {_REDUNDANT[2]}")
    named = {node.id: shorten(clean(node.name), _IN_LEGEND, ascii_only=ascii_only) for node in model.nodes}
    branches = [edge for edge in model.known_edges() if edge.state == "branch"]
    if branches:
        entries.append(f"{_BRANCH[ascii_only]} {_BRANCH[2]}")
    arrow = "->" if ascii_only else "→"
    entries += (
        f"{named[edge.source]} {arrow} {named[edge.target]}: {edge.label}" for edge in branches[:_MOST_BRANCHES]
    )
    return entries


def rails(*, ascii_only: bool) -> list[str]:
    """How to read the form `rows`, where a step's line may end on rails in several ways."""
    if ascii_only:
        return [
            "| a step that others wait for",
            "> v waits for the rails that lead to it",
            "o waits for this rail too",
        ]
    return [
        "│ a step that others wait for",
        "▶ ▼ waits for the rails that lead to it",
        "• waits for this rail too",
    ]


def wrap(entries: Iterable[str], limit: int | None) -> list[str]:
    """Entries side by side, in lines of at most `limit` characters where an entry fits at all."""
    lines: list[str] = []
    for entry in entries:
        if lines and (limit is None or len(lines[-1]) + 3 + len(entry) <= limit):
            lines[-1] += "   " + entry
        else:
            lines.append(entry)
    return lines
