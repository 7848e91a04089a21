"""Highlight: what is marked when the cursor is on a name."""

from __future__ import annotations

from itertools import pairwise

from spine_lsp.ide.highlight import highlight
from tests.fixture import fixture, labelled

GROUP = """
name: g
defaults: {tier: &t one}
steps:
- name: fetch
  pipeline: p
  params: {tier: *t}
- name: clean
  pipeline: p
  depends_on: [fetch, "fetch"]
"""


def check_highlight(old: str, new: str, *lines: str) -> None:
    """The lines in which something is marked, with ``=`` below what is written and ``^`` below what is read."""
    fix = fixture(GROUP.replace(old, new, 1))
    found = highlight(fix.workspace, fix.at)
    drawn = []
    for kind, sign in (("write", "="), ("read", "^")):
        marked = labelled(fix.source, [one.span for one in found if one.kind == kind], sign).split("\n")
        for above, line in pairwise(marked):
            if line.strip() and not line.strip(f" {sign}"):
                drawn += [above, line]
    assert drawn == list(lines)


def test_a_step_is_written_once_and_read_by_dependents() -> None:
    """The name of the step is a write, its edges are reads."""
    check_highlight(
        "name: fetch",
        "name: $0fetch",
        "- name: fetch",
        "        =====",
        '  depends_on: [fetch, "fetch"]',
        "               ^^^^^  ^^^^^^^",
    )


def test_an_anchor_is_written_where_it_is_set() -> None:
    """An alias marks its anchor and itself."""
    check_highlight(
        "*t",
        "*$0t",
        "defaults: {tier: &t one}",
        "                  =",
        "  params: {tier: *t}",
        "                  ^",
    )


def test_nothing_else_is_marked() -> None:
    """On a key of the format nothing is marked."""
    check_highlight("depends_on", "depends$0_on")
