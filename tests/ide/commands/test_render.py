"""Pictures of a group: every format, and the places of names in the text drawing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spine_lsp.ide.commands.render import FORMATS, Format, render_graph, to_json
from tests.fixture import fixture

CORPUS = sorted((Path(__file__).parent.parent.parent / "corpus").rglob("*.yaml"))

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
    assert list(answer) == ["group", "format", "text", "places", "mentions"]
    assert list(answer["places"][0]) == ["line", "start", "end", "id", "name", "range"]


def test_ways_of_edges_are_answered_when_asked_for() -> None:
    """Each edge with the characters that it runs through, by node ids."""
    fix = fixture(GROUP)
    found = render_graph(fix.workspace, fix.uri, "text", ways=True)
    assert found is not None
    answer: dict[str, Any] = to_json(found, list)
    assert [(way["from"], way["to"]) for way in answer["ways"]] == [("fetch", "clean"), ("?nowhere", "clean")]
    lines = found.text.split("\n")
    for way in answer["ways"]:
        drawn = "".join(lines[row][start:end] for row, start, end in way["stretches"])
        assert drawn.startswith("┬")
        assert drawn.endswith("▼")


CHAIN = """
    name: chain
    steps:
      - {name: a, pipeline: p}
      - {name: b, pipeline: p, depends_on: [a]}
      - {name: c, pipeline: p, depends_on: [b]}
      - {name: d, pipeline: p, depends_on: [c]}
      - {name: sibling, pipeline: p, depends_on: [a]}
"""


@pytest.mark.parametrize("format", FORMATS)
def test_only_the_neighbourhood_of_a_step(format: Format) -> None:
    """In every format, with what is left out said in words where there is room for words."""
    fix = fixture(CHAIN)
    found = render_graph(fix.workspace, fix.uri, format, around="c", hops=1)
    assert found is not None
    assert all(name in found.text for name in ("b", "c", "d"))
    assert "sibling" not in found.text
    if format == "text":
        assert "3 of 5 steps: within 1 edge of c" in found.text


def test_the_neighbourhood_of_a_step_that_there_is_not() -> None:
    """A sentence with a guess."""
    fix = fixture(CHAIN)
    with pytest.raises(ValueError, match=r"no step of this group is called `siblin`; did you mean `sibling`\?"):
        render_graph(fix.workspace, fix.uri, "text", around="siblin")


def test_names_behind_a_name_lead_to_their_steps() -> None:
    """In a list of levels the names that a step waits for are mentions, and its own name is its only place."""
    text = "name: g\nsteps:\n" + "".join(
        f"  - {{name: s{number}, pipeline: p, depends_on: [{f's{number - 1}' if number else ''}]}}\n"
        for number in range(1100)
    )
    fix = fixture(text)
    found = render_graph(fix.workspace, fix.uri, "text")
    assert found is not None
    assert found.places is not None
    lines = found.text.split("\n")
    assert len(found.places) == 1100
    assert [place.name for place in found.mentions] == [f"s{number}" for number in range(1099)]
    for place in found.mentions:
        assert lines[place.line][place.start : place.end] == place.name
        assert place.span is not None
        assert fix.source[slice(*place.span)] == place.name


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
    with pytest.raises(ValueError, match="mermaid, dot, text, html, svg, not as 'pdf'"):
        render_graph(fix.workspace, fix.uri, "pdf")  # type: ignore[arg-type]  # what a client may send


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_corpus_can_be_drawn(path: Path) -> None:
    """Every format draws real groups."""
    fix = fixture(path.read_text(encoding="utf-8"))
    for form in FORMATS:
        found = render_graph(fix.workspace, fix.uri, form)
        assert found is not None
        assert found.text.endswith("\n")
