"""Pictures of a group: every format, and the places of names in the text drawing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spine_lsp.ide.render import FORMATS, Format, render_graph, to_json
from tests.fixture import fixture

CORPUS = sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))

GROUP = """
    name: daily
    steps:
      - {name: fetch, pipeline: p}
      - {name: clean, pipeline: p, depends_on: [fetch, nowhere]}
"""


@pytest.mark.parametrize(
    ("format", "start"),
    [("mermaid", "flowchart TD"), ("dot", 'digraph "daily"'), ("html", "<!DOCTYPE html>")],
)
def test_formats_for_other_programs(format: Format, start: str) -> None:
    """Mermaid, DOT and HTML come as their programs read them, without places."""
    fix = fixture(GROUP)
    found = render_graph(fix.workspace, fix.uri, format)
    assert found is not None
    assert found.text.lower().startswith(start.lower())
    assert "fetch" in found.text
    assert list(to_json(found, list)) == ["group", "format", "text"]


@pytest.mark.parametrize("options", [{}, {"ascii_only": True}, {"direction": "right"}, {"width": 30}])
def test_places_of_names(options: dict[str, Any]) -> None:
    """In the text drawing each name stands where its place says, and leads to its name in the file."""
    fix = fixture(GROUP)
    found = render_graph(fix.workspace, fix.uri, "text", **options)
    assert found is not None
    assert found.places is not None
    lines = found.text.split("\n")
    seen = {}
    for place in found.places:
        assert lines[place.line][place.start : place.end] == place.name
        seen[place.name] = place.span and fix.source[slice(*place.span)]
    assert seen == {"fetch": "fetch", "clean": "clean", "nowhere": None}
    assert found.text.isascii() == bool(options.get("ascii_only"))
    answer: dict[str, Any] = to_json(found, list)
    assert list(answer) == ["group", "format", "text", "places"]
    assert list(answer["places"][0]) == ["line", "start", "end", "name", "range"]


def test_colors_only_when_asked() -> None:
    """Escape sequences are in the text only with `color`."""
    fix = fixture(GROUP)
    drawn = [render_graph(fix.workspace, fix.uri, "text", color=color) for color in (False, True)]
    assert ["\x1b[" in found.text for found in drawn if found is not None] == [False, True]


def test_direction() -> None:
    """`right` turns the picture."""
    fix = fixture(GROUP)
    found = render_graph(fix.workspace, fix.uri, "mermaid", direction="right")
    assert found is not None
    assert found.text.startswith("flowchart LR")


def test_no_group_and_no_format() -> None:
    """Without a group there is no picture; an unknown format is an error that names those there are."""
    fix = fixture(GROUP)
    assert render_graph(fix.workspace, fix.uri, "dot", "other") is None
    with pytest.raises(ValueError, match="mermaid, dot, text, html, not as 'pdf'"):
        render_graph(fix.workspace, fix.uri, "pdf")  # type: ignore[arg-type]  # what a client may send


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_corpus_can_be_drawn(path: Path) -> None:
    """Every format draws real groups."""
    fix = fixture(path.read_text(encoding="utf-8"))
    for format in FORMATS:
        found = render_graph(fix.workspace, fix.uri, format)
        assert found is not None
        assert found.text.endswith("\n")
