"""Inlay hints: what they say, where, and that only what is asked for is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from spine_lsp.analysis.span import Span
from spine_lsp.ide.inlay_hints import HintKind, inlay_hints
from tests.fixture import fixture

CORPUS = sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))

BROKEN = """
    name: daily
    defaults: {tier: one, day: {of: week}}
    steps:
      - name: a
        pipeline: p
        params:
          tier: two
          day:
            of: year
          other: 1
      - {name: b, pipeline: p, depends_on: [a]}
      - {name: c, pipeline: p, depends_on: [a]}
      - {name: knot, pipeline: p, depends_on: [tied]}
      - {name: tied, pipeline: p, depends_on: knot}
      - {name: own, pipeline: p, depends_on: [own]}
      - {name: gap, pipeline: p, depends_on: [nowhere]}
      - {name: behind, pipeline: p, depends_on: [b, gap, own]}
      - {name: a, pipeline: p}
      - {pipeline: nameless}
"""


def check_hints(text: str, *expected: str, kinds: set[HintKind] | None = None, span: Span | None = None) -> None:
    """Each hint with the rest of the line it stands behind."""
    fix = fixture(text)
    found = inlay_hints(fix.workspace, fix.uri, span, *([kinds] if kinds is not None else []))
    drawn = []
    for hint in found:
        start = fix.source.rfind("\n", 0, hint.offset) + 1
        drawn.append(f"{fix.source[start : hint.offset].strip(' -{')} <{hint.label}>")
    assert drawn == list(expected)


ORDER = ["name: a <#1 · level 1>", "name: b <#2 · level 2>", "name: c <#3 · level 2>"]
SHADOWED = ["tier: two <default: one>", "day: <default: {of: week}>"]
BLOCKED = [
    "name: knot <in a cycle>",
    "name: tied <in a cycle>",
    "name: own <waits for itself>",
    "name: gap <no step nowhere>",
    "name: behind <blocked by gap, own>",
    "name: a <not planned>",
]


def test_all_hints() -> None:
    """Steps that run have order and level, the others their reason; own parameters show the default they replace."""
    check_hints(BROKEN, ORDER[0], *SHADOWED, *ORDER[1:], *BLOCKED)


@pytest.mark.parametrize(("kind", "expected"), [("order", ORDER), ("blocked", BLOCKED), ("shadowed", SHADOWED)])
def test_each_kind_alone(kind: HintKind, expected: list[str]) -> None:
    """Each kind can be had without the others."""
    check_hints(BROKEN, *expected, kinds={kind})
    check_hints(BROKEN, kinds=set())


def test_only_where_the_order_is_not_that_of_the_file() -> None:
    """A step that runs right after the one above it has no hint; what cannot run in between does not count."""
    check_hints(
        """
        name: g
        steps:
          - {name: c, pipeline: p, depends_on: [b]}
          - {name: a, pipeline: p}
          - {name: gap, pipeline: p, depends_on: [none]}
          - {name: b, pipeline: p, depends_on: [a]}
          - {name: d, pipeline: p, depends_on: [c]}
        """,
        "name: c <#3 · level 3>",
        "name: a <#1 · level 1>",
        "name: d <#4 · level 4>",
        kinds={"moved"},
    )
    check_hints("name: g\nsteps:\n- {name: a, pipeline: p}\n- {name: b, pipeline: p}\n", kinds={"moved"})


def test_only_a_part_of_the_file() -> None:
    """Asked for a span, only what lies in it answers, also in a file that is not cut into steps."""
    source = fixture(BROKEN).source
    at = source.index("name: c")
    check_hints(BROKEN, "name: c <#3 · level 2>", span=Span(at, at + 20))
    check_hints("name: x\nsteps: [{name: a, pipeline: p}]", "name: x\nsteps: [{name: a <#1 · level 1>"[8:])
    check_hints(BROKEN, span=Span(0, 5))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_pieces_have_the_hints_of_the_whole(path: Path) -> None:
    """Hints asked for piece by piece are those of the whole file."""
    fix = fixture(path.read_text(encoding="utf-8"))
    whole = inlay_hints(fix.workspace, fix.uri)
    size = len(fix.source) // 5 + 1
    pieces = [
        hint
        for start in range(0, len(fix.source), size)
        for hint in inlay_hints(fix.workspace, fix.uri, Span(start, start + size - 1))
    ]
    assert tuple(pieces) == whole
    steps = sum(len(group.steps) for group in fix.document.groups)
    assert len([hint for hint in whole if hint.kind != "shadowed"]) == steps


def test_other_yaml_has_no_hints() -> None:
    """Files that hold no group have none."""
    check_hints("jobs: {}\n")
