"""Fixes of pipelines and parameters: each leaves the finding gone, and the file as somebody would have written it."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.span import Span
from spine_lsp.ide.code_actions import Action, code_actions
from spine_lsp.syntax.text import apply_edits
from tests.analysis.rules.test_pipeline_rules import PYTHON
from tests.fixture import Fixture, fixture

GIVEN_BY_THE_RUN = 'defaults:\n  day: "{{ params.day }}"\n  market: "{{ params.market }}"\n'


def group(steps: str) -> Fixture:
    return fixture(f"{PYTHON}\n#- /group.yaml\nname: g\n{steps}")


def fixes(fix: Fixture) -> list[Action]:
    """The quick fixes of the finding at the cursor, but those that silence it."""
    found = code_actions(fix.workspace, fix.uri, Span(fix.at.offset, fix.at.offset), ["quickfix"])
    return [action for action in found if not action.title.startswith(("Ignore", "Suppress", "Silence"))]


def check(before: str, title: str, after: str) -> None:
    fix = group(before)
    (action,) = (action for action in fixes(fix) if action.title == title)
    assert apply_edits(fix.source, action.edits[fix.uri]) == f"name: g\n{after}"


@pytest.mark.parametrize(
    ("before", "title", "after"),
    [
        (
            "steps:\n- name: a\n  pipeline: prices.an$0ythin # here\n",
            "Replace with `prices.anything`",
            "steps:\n- name: a\n  pipeline: prices.anything # here\n",
        ),
        (
            "steps:\n- {name: a, pipeline: prices.clean, params: {day: x, st$0rickt: true}}\n",
            "Replace with `strict`",
            "steps:\n- {name: a, pipeline: prices.clean, params: {day: x, strict: true}}\n",
        ),
        (
            "steps:\n- name: a\n  pipeline: prices.clean\n  params:\n    day: x\n    o$0ther: 1 # why\n",
            "Remove the parameter `other`",
            "steps:\n- name: a\n  pipeline: prices.clean\n  params:\n    day: x\n    # why\n",
        ),
        (
            "steps:\n- name: a\n  pipeline: prices.anything\n  params:\n    batch$0_id: 1\n",
            "Remove the parameter `batch_id`",
            "steps:\n- name: a\n  pipeline: prices.anything\n",
        ),
        (
            "defaults:\n  strict: false\nsteps:\n- name: a\n  pipeline: prices.$0clean\n",
            "Say in `defaults` that the run gives `day`",
            'defaults:\n  strict: false\n  day: "{{ params.day }}"\nsteps:\n- name: a\n  pipeline: prices.clean\n',
        ),
        (
            "steps:\n- {name: a, pipeline: prices.$0fetch}\n",
            "Say in `defaults` that the run gives `day, market`",
            GIVEN_BY_THE_RUN + "steps:\n- {name: a, pipeline: prices.fetch}\n",
        ),
        (
            "steps:\n- {name: a, pipeline: prices.fetch, params: {market: bonds, day: 2026$0-01-09}}\n",
            "Put the value in quotes",
            'steps:\n- {name: a, pipeline: prices.fetch, params: {market: bonds, day: "2026-01-09"}}\n',
        ),
        (
            "steps:\n- {name: a, pipeline: prices.fetch, params: {market: bonds, day: x, pause: 1$02}}\n",
            "Write `12.0`",
            "steps:\n- {name: a, pipeline: prices.fetch, params: {market: bonds, day: x, pause: 12.0}}\n",
        ),
        (
            "steps:\n- {name: a, pipeline: prices.fetch, params: {market: bonds, day: x, retries: '$03'}}\n",
            "Write `3` without quotes",
            "steps:\n- {name: a, pipeline: prices.fetch, params: {market: bonds, day: x, retries: 3}}\n",
        ),
        (
            "steps:\n- {name: a, pipeline: prices.fetch, params: {market: bo$0nd, day: x}}\n",
            "Replace with `bonds`",
            "steps:\n- {name: a, pipeline: prices.fetch, params: {market: bonds, day: x}}\n",
        ),
        (
            'steps:\n- name: a\n  pipeline: prices.clean\n  params:\n    day: "{{ par$0ams.day }}"\n',
            "Move `day` into `defaults`",
            'defaults:\n  day: "{{ params.day }}"\nsteps:\n- name: a\n  pipeline: prices.clean\n',
        ),
    ],
)
def test_a_fix_writes_what_was_meant(before: str, title: str, after: str) -> None:
    """Comments stay, and flow text stays flow text."""
    check(before, title, after)


def test_all_values_of_an_enum_are_offered_where_none_is_close() -> None:
    """None of them is preferred."""
    fix = group("steps:\n- {name: a, pipeline: prices.fetch, params: {market: fu$0tures, day: x}}\n")
    found = [action for action in fixes(fix) if action.title.startswith("Replace")]
    assert [(action.title, action.preferred) for action in found] == [
        ("Replace with `stocks`", False),
        ("Replace with `bonds`", False),
    ]


def test_fix_all_quotes_dates_and_writes_floats() -> None:
    """What is certain is done for the whole file at once."""
    fix = group("steps:\n- {name: a$0, pipeline: prices.fetch, params: {market: bonds, day: 2026-01-09, pause: 1}}\n")
    (action,) = code_actions(fix.workspace, fix.uri, Span(0, 0), ["source.fixAll"])
    assert apply_edits(fix.source, action.edits[fix.uri]).endswith('{market: bonds, day: "2026-01-09", pause: 1.0}}\n')
