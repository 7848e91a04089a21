"""The graph as one page for a browser that needs no network and runs nothing but its own script."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from spine_lsp.cancellation import check_cancelled
from spine_lsp.drawing import marks
from spine_lsp.drawing.labels import clean
from spine_lsp.drawing.layering import crossings, levels_of
from spine_lsp.drawing.model import Direction, GraphModel, waits_for_itself
from spine_lsp.drawing.svg import Svg, draw_svg, label_of, says_of
from spine_lsp.orchestration.problems import counted

MOST_NODES = 2500  # above, or above so many edges, the page lists the levels instead
MOST_EDGES = 6000
MOST_CROSSINGS = 25_000  # levels that all edges cross together

_TOOLS = """<div class="tools" role="toolbar" aria-label="Graph">
<input type="search" placeholder="Search ( / )" aria-label="Search steps; Enter goes to the next" spellcheck="false">
<output aria-live="polite"></output>
<button id="near" aria-pressed="false" title="Only what is near the chosen step ( F )">Near</button>
<button id="closer" aria-label="Zoom in" title="Zoom in ( + )">+</button>
<button id="farther" aria-label="Zoom out" title="Zoom out ( - )">\u2212</button>
<button id="fit" title="Show everything ( 0 )">Fit</button></div>"""


def draw_html(model: GraphModel, *, direction: Direction = "down") -> str:
    """A whole page: the drawing with zoom, search and keyboard, dark or light as the browser is.

    Its Content-Security-Policy allows exactly the style and the script of the page, by their hashes. Names
    reach the page as escaped text and escaped JSON only. A graph too large to be drawn is listed by level; the page
    itself draws what is near a step, in either case.
    """
    if not model.nodes:
        return _page(model, '<div class="list"><p>This group has no steps.</p></div>', tools="", script="")
    drawn = None if is_large(model) else draw_svg(model, direction=direction)
    script = (
        f'<script type="application/json" id="data">{_data(model, drawn, direction)}</script>\n'
        f"<script>{_file('page.js')}</script>"
    )
    main = _list(model) if drawn is None else drawn.text
    aside = '<aside hidden tabindex="-1" aria-label="Details of the step"></aside>'
    return _page(model, f"{main}\n{aside}", tools=_TOOLS, script=script)


def is_large(model: GraphModel) -> bool:
    """Whether a graph is too large to be laid out in a few seconds."""
    nodes, edges = len(model.unique_nodes()), len(model.known_edges())
    return nodes > MOST_NODES or edges > MOST_EDGES or crossings(model) > MOST_CROSSINGS


def page_style() -> str:
    """The style of the page."""
    return _file("page.css")


def _page(model: GraphModel, main: str, *, tools: str, script: str) -> str:
    name, style = escape(clean(model.group)), _file("page.css")
    policy = [
        "default-src 'none'",
        f"style-src 'sha256-{_hash(style)}'",
        f"script-src 'sha256-{_hash(_file('page.js'))}'" if script else "script-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    legend = "".join(f"<span>{escape(entry)}</span>" for entry in marks.legend(model, ascii_only=False))
    counts = ((model.step_count(), "step"), (len(model.known_edges()), "edge"), (len(model.levels), "level"))
    facts = [", ".join(counted(number, what) for number, what in counts), model.policy, model.cut]
    about = escape(clean(" · ".join(fact for fact in facts if fact)))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{"; ".join(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{name}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{name}</h1><p>{about}</p>{tools}</header>
<main>
{main}
</main>
{f"<footer>{legend}</footer>" if legend else ""}
{script}
</body>
</html>
"""


@cache
def _file(name: str) -> str:
    """The text of a file beside this module; it stands in an element of the page, and must not end that."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _data(model: GraphModel, drawn: Svg | None, direction: Direction) -> str:
    nodes, edges = model.unique_nodes(), model.known_edges()
    own = waits_for_itself(model)
    number = {node.id: place for place, node in enumerate(nodes)}
    sideways = direction == "right"
    places: list[tuple[int, float]] = (
        [(row, at) for at, row in enumerate(levels_of(model))]
        if drawn is None
        else [(box.row, box.middle.y if sideways else box.middle.x) for box in drawn.boxes]
    )
    data = {
        "sideways": sideways,
        "nodes": [
            {
                "name": clean(node.name),
                "label": label_of(node, state := marks.state_of(node, own)),
                "state": state,
                "pipeline": clean(node.pipeline) if node.pipeline else "",
                "says": says_of(state),
                "order": node.order,
                "level": node.level,
                "because": [clean(name) for name in node.because],
                "params": [[clean(key), clean(value)] for key, value in node.params],
                "row": row,
                "at": at,
            }
            for node, (row, at) in zip(nodes, places, strict=True)
        ],
        "edges": [[number[edge.source], number[edge.target]] for edge in edges],
        "states": [edge.state for edge in edges],
    }
    text = json.dumps(data, separators=(",", ":"))  # ASCII only, so that no line end of Unicode is in it
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _list(model: GraphModel) -> str:
    nodes = model.unique_nodes()
    level = levels_of(model)
    own = waits_for_itself(model)
    named = {node.id: escape(clean(node.name)) for node in nodes}
    waits: dict[str, list[str]] = {}
    for edge in model.known_edges():
        waits.setdefault(edge.target, []).append(named[edge.source])
    levels: dict[int, list[str]] = {}
    for number, node in enumerate(nodes):
        check_cancelled()
        mark = marks.mark(marks.state_of(node, own), ascii_only=False)
        after = waits.get(node.id, [])
        more = f" and {len(after) - 20} more" if len(after) > 20 else ""
        tail = f" <small>← {', '.join(after[:20])}{more}</small>" if after else ""
        entry = f"<button>{' '.join(filter(None, [named[node.id], mark]))}</button>{tail}"
        levels.setdefault(level[number], []).append(f'<li data-n="{number}">{entry}</li>')
    parts = [f"<h2>Level {at + 1}</h2>\n<ul>\n" + "\n".join(items) + "\n</ul>" for at, items in sorted(levels.items())]
    counts = f"{counted(model.step_count(), 'step')} and {counted(len(model.known_edges()), 'edge')}"
    note = f"<p>{counts} are too many to draw at once: Near draws what is around the step that you choose.</p>"
    return f'<div class="list">{note}\n' + "\n".join(parts) + "</div>"
