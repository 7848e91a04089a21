"""Linked editing: a step's name and its uses change together."""

from __future__ import annotations

import re

from spine_lsp.ide.linked_editing import WORD, linked_editing
from tests.fixture import fixture


def check_linked(text: str) -> None:
    """What is edited together at the cursor is what stands in ``<`` and ``>``; nothing if nothing does."""
    expected = fixture(text).source
    fix = fixture(text.replace("<", "").replace(">", ""))
    found = linked_editing(fix.workspace, fix.at)
    drawn = fix.source
    for span in reversed(found.spans if found is not None else ()):
        drawn = f"{drawn[: span.start]}<{drawn[span.start : span.end]}>{drawn[span.end :]}"
    assert drawn == expected


def test_name_and_uses_inside_their_quotes() -> None:
    """Only the text inside quotes is linked, so that all places hold the same."""
    check_linked("""
        name: g
        steps:
        - {name: <fe$0tch>, pipeline: fetch}
        - {name: b, depends_on: ["<fetch>", '<fetch>', fetcher]}
        - {name: c, depends_on: <fetch>}
    """)


def test_a_dependency_is_edited_alone() -> None:
    """Typing in a dependency chooses another step, so the one that was meant keeps its name."""
    check_linked("name: g\nsteps:\n- {name: a, pipeline: p}\n- {name: b, depends_on: [a$0]}\n")


def test_a_name_without_uses_is_not_linked() -> None:
    """Alone, and as a second step of a name, a name is edited by itself."""
    check_linked("name: g\nsteps:\n- {name: a$0, pipeline: p}\n")
    check_linked("name: g\nsteps:\n- {name: a, pipeline: p}\n- {name: a$0}\n- {name: b, depends_on: [a]}\n")


def test_places_that_spell_it_otherwise_are_left_out() -> None:
    """A name that is escaped somewhere is not edited there."""
    check_linked('name: g\nsteps:\n- {name: a$0, pipeline: p}\n- {name: b, depends_on: ["\\x61"]}\n')


def test_the_word_ends_where_quotes_would_be_needed() -> None:
    """Names of every plain form go on, a colon or a bracket ends the linked editing."""
    assert re.fullmatch(WORD, "prices.daily_2-é")
    assert not re.fullmatch(WORD, "a: b")
    assert not re.fullmatch(WORD, "a]")
