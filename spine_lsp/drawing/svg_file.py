"""The drawing of a graph as an SVG file, with a style and a size of its own."""

from __future__ import annotations

import re
from html import escape

from spine_lsp.drawing.html import is_large, page_style
from spine_lsp.drawing.model import Direction, GraphModel
from spine_lsp.drawing.svg import draw_svg

_RULE = re.compile(r"(?m)^((?::root|\.node|\.edge|marker|#head)[^{}]*)\{([^{}]*)\}")
_VIEW = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')
_EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><title>This group has no steps</title></svg>'
_NOT_IN_A_FILE = re.compile(r"focus-visible|chosen|\.lit|:hover")


def draw_svg_file(model: GraphModel, *, direction: Direction = "down") -> str:
    """The whole file; ValueError, in a sentence, for a graph that is too large to be laid out."""
    if is_large(model):
        raise ValueError("this graph is too large to be drawn; choose a part of it")
    if not model.nodes:
        return f"{_EMPTY}\n"
    text = draw_svg(model, direction=direction).text
    found = _VIEW.search(text)
    assert found is not None  # every drawing has one
    size = f'width="{found[1]}" height="{found[2]}" '
    rules = (f"{head}{{{body}}}" for head, body in _RULE.findall(page_style()) if not _NOT_IN_A_FILE.search(head))
    text = text.replace("viewBox=", f"{size}viewBox=", 1)
    if model.cut:  # where a viewer shows it
        text = text.replace("<defs>", f"<title>{escape(model.cut)}</title>\n<defs>", 1)
    return text.replace("<defs>", f"<style>{' '.join(' '.join(rules).split())}</style>\n<defs>", 1) + "\n"
