"""The graph as one page for a browser that needs no network and runs nothing but its own script."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from spine_lsp.drawing import marks
from spine_lsp.drawing.labels import clean
from spine_lsp.drawing.layering import crossings, levels_of
from spine_lsp.drawing.model import Direction, GraphModel, waits_for_itself
from spine_lsp.drawing.svg import Svg, draw_svg, says_of
from spine_lsp.orchestration.problems import counted

MOST_NODES = 1000  # above, or above so many edges, the page lists the levels instead
MOST_EDGES = 4000
MOST_CROSSINGS = 20_000  # levels that all edges cross together


def draw_html(model: GraphModel, *, direction: Direction = "down") -> str:
    """A whole page: the drawing with zoom, search and keyboard, dark or light as the browser is.

    Its Content-Security-Policy allows exactly the style and the script of the page, by their hashes. Names
    reach the page as escaped text and escaped JSON only. Large graphs are listed by level, without a script.
    """
    nodes, edges = model.unique_nodes(), model.known_edges()
    large = len(nodes) > MOST_NODES or len(edges) > MOST_EDGES or crossings(model) > MOST_CROSSINGS
    if not nodes or large:
        return _page(model, _list(model), tools="", script="")
    drawn = draw_svg(model, direction=direction)
    tools = (
        '<div class="tools"><label><input type="search" placeholder="Search ( / )" aria-label="Search steps">'
        '</label><output aria-live="polite"></output><button id="closer" aria-label="Zoom in">+</button>'
        '<button id="farther" aria-label="Zoom out">−</button><button id="fit">Fit</button></div>'
    )
    script = (
        f'<script type="application/json" id="data">{_data(model, drawn, direction)}</script>\n'
        f"<script>{_file('page.js')}</script>"
    )
    main = f'{drawn.text}\n<aside hidden aria-live="polite" aria-label="Step"></aside>'
    return _page(model, main, tools=tools, script=script)


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


def _data(model: GraphModel, drawn: Svg, direction: Direction) -> str:
    nodes = model.unique_nodes()
    own = waits_for_itself(model)
    number = {node.id: place for place, node in enumerate(nodes)}
    sideways = direction == "right"
    data = {
        "sideways": sideways,
        "nodes": [
            {
                "name": clean(node.name),
                "pipeline": clean(node.pipeline) if node.pipeline else "",
                "says": says_of(marks.state_of(node, own)),
                "order": node.order,
                "level": node.level,
                "because": [clean(name) for name in node.because],
                "params": [[clean(key), clean(value)] for key, value in node.params],
                "row": box.row,
                "at": box.middle.y if sideways else box.middle.x,
            }
            for node, box in zip(nodes, drawn.boxes, strict=True)
        ],
        "edges": [[number[edge.source], number[edge.target]] for edge in model.known_edges()],
    }
    text = json.dumps(data, separators=(",", ":"))  # ASCII only, so that no line end of Unicode is in it
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _list(model: GraphModel) -> str:
    nodes = model.unique_nodes()
    if not nodes:
        return '<div class="list"><p>This group has no steps.</p></div>'
    level = levels_of(model)
    own = waits_for_itself(model)
    named = {node.id: escape(clean(node.name)) for node in nodes}
    waits: dict[str, list[str]] = {}
    for edge in model.known_edges():
        waits.setdefault(edge.target, []).append(named[edge.source])
    levels: dict[int, list[str]] = {}
    for number, node in enumerate(nodes):
        mark = marks.mark(marks.state_of(node, own), ascii_only=False)
        after = waits.get(node.id, [])
        more = f" and {len(after) - 20} more" if len(after) > 20 else ""
        tail = f" <small>← {', '.join(after[:20])}{more}</small>" if after else ""
        levels.setdefault(level[number], []).append(f"<li>{named[node.id]} {mark}{tail}</li>")
    parts = [
        f"<h2>Level {at}</h2>\n<ul>\n" + "\n".join(items) + "\n</ul>" for at, items in sorted(levels.items())
    ]
    counts = f"{counted(model.step_count(), 'step')} and {counted(len(model.known_edges()), 'edge')}"
    note = f"<p>{counts} are too many to draw: listed by level.</p>"
    return f'<div class="list">{note}\n' + "\n".join(parts) + "</div>"
