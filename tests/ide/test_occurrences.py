"""Occurrences: what is named at a place, and each of its places with its form."""

from __future__ import annotations

import pytest

from spine_lsp.ide.cursor import symbol_at
from spine_lsp.ide.occurrences import occurrences
from tests.fixture import fixture

GROUP = """
metadata:
  name: "daily"
spec:
  defaults: &d
    week: &w 1
    again: *w
  pipelines:
    - name: &f fetch
      pipeline: prices.fetch
      params: {week: 2, "own": "{{ params.week }}"}
    - name: clean
      pipeline: prices.fetch
      depends_on: [*f, 'fetch', "f\\x65tch"]
    - name: "fetch"
      pipeline: p
      depends_on: |
        fetch
kind: PipelineGroup
"""


def check_occurrences(old: str, new: str, named: str, *drawn: str) -> None:
    """What is named at the cursor, as `kind name`, and its places as `form text`, with a ``=`` before definitions."""
    fix = fixture(GROUP.replace(old, new, 1))
    found = symbol_at(fix.workspace, fix.at)
    assert found is not None
    assert f"{found.kind} {found.name}" == named
    assert found.span.start <= fix.at.offset <= found.span.end
    places = [
        f"{'=' if one.is_definition else ''}{one.form} {fix.source[slice(*one.span)]}"
        for one in occurrences(fix.workspace, found)
    ]
    assert places == list(drawn)


def test_a_step_in_every_form() -> None:
    """Plain, quoted and escaped names and aliases are places of a step; a block text ends with a line break."""
    check_occurrences(
        "name: &f fetch",
        "name: &f fet$0ch",
        "step fetch",
        "=plain fetch",
        "alias *f",
        "quoted 'fetch'",
        'quoted "f\\x65tch"',
        '=quoted "fetch"',
    )
    check_occurrences("        fetch\n", "        fet$0ch\n", "step fetch\n", "block |\n        fetch")


@pytest.mark.parametrize("cursor", ["&$0w", "&w$0"])
def test_an_anchor(cursor: str) -> None:
    """An anchor is named at its sign and its name."""
    check_occurrences("&w", cursor, "anchor w", "=anchor w", "alias w")


def test_a_parameter() -> None:
    """The default, the key that overrides it and the template are places of one parameter."""
    check_occurrences("{week: 2", "{we$0ek: 2", "param week", "=plain week", "plain week", "template week")


def test_a_parameter_of_one_step() -> None:
    """Without a default, a step's key is a parameter of its own."""
    check_occurrences('"own"', '"o$0wn"', "param own", '=quoted "own"')


def test_a_group_and_a_pipeline() -> None:
    """The group's name is one place, a pipeline is used by every step that runs it."""
    check_occurrences('"daily"', '"dai$0ly"', "group daily", '=quoted "daily"')
    check_occurrences(
        "prices.fetch", "prices$0.fetch", "pipeline prices.fetch", "plain prices.fetch", "plain prices.fetch"
    )


@pytest.mark.parametrize("old", ["metadata", "pipelines", "kind", "params"])
def test_keys_of_the_format_name_nothing(old: str) -> None:
    """What the schema calls so is no name of the user's."""
    fix = fixture(GROUP.replace(old, f"{old[:2]}$0{old[2:]}", 1))
    assert symbol_at(fix.workspace, fix.at) is None
