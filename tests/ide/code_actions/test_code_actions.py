"""Code actions as a list: kinds, order, what is preferred, and edits that are made when they are asked for."""

from __future__ import annotations

import gc
import json

import pytest

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.config import Config
from spine_lsp.analysis.span import Span
from spine_lsp.ide.code_actions import Action, code_actions, resolve
from spine_lsp.ide.fixes.catalogue import FIXERS
from spine_lsp.syntax.text import Edit
from tests.fixture import Fixture, fixture
from tests.ide.actions import applied

GROUP = """
    name: daily
    steps:
      - name: b
        pipeline: p.b
        depends_on: [$0a, a, ingset]
      - name: a
        pipeline: p.a
      - name: ingest
        pipeline: {{ p }}
"""


def actions_of(fix: Fixture, only: list[str] | None = None) -> list[Action]:
    return code_actions(fix.workspace, fix.uri, Span(fix.at.offset, fix.at.offset), only)


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (["quickfix"], {"quickfix"}),
        (["refactor"], {"refactor.rewrite"}),
        (["source"], {"source.fixAll.spine", "source.sortSteps.spine"}),
        (["source.fixAll"], {"source.fixAll.spine"}),
        (["source.fixAll.other"], set()),
        (["sourc"], set()),
        ([""], {"quickfix", "refactor.rewrite", "source.fixAll.spine", "source.sortSteps.spine"}),
        (None, {"quickfix", "refactor.rewrite", "source.fixAll.spine", "source.sortSteps.spine"}),
    ],
)
def test_kinds(only: list[str] | None, kinds: set[str]) -> None:
    """A kind that is asked for brings those below it, and nothing else."""
    fix = fixture(GROUP.replace("[$0a, a", "[a, $0a"))
    assert {action.kind for action in actions_of(fix, only)} == kinds


def test_a_finding_far_away_brings_nothing() -> None:
    """Quick fixes are those of the findings that the span touches."""
    fix = fixture(GROUP.replace("$0", "").replace("name: daily", "na$0me: daily"))
    assert actions_of(fix, ["quickfix"]) == []


def test_a_fix_names_the_finding_that_it_mends() -> None:
    """A quick fix carries the finding, found anew from the text."""
    fix = fixture(GROUP.replace("$0", "").replace("ingset", "ing$0set"))
    first = actions_of(fix, ["quickfix"])[0]
    assert first.title == "Replace with `ingest`"
    assert first.preferred
    assert first.finding is not None
    assert first.finding.code == "unknown-dependency"


def test_a_cycle_can_be_broken_at_each_of_its_edges() -> None:
    """The ways out of a cycle are offered wherever the cycle passes."""
    text = """
        name: daily
        steps:
          - {name: a, pipeline: p, depends_on: [b]}
          - {name: b, pipeline: p, depends_on: [$0a]}
    """
    titles = [action.title for action in actions_of(fixture(text), ["quickfix"])]
    assert sum(title.startswith("Break the cycle") for title in titles) == 2


def test_the_data_of_an_action_is_plain_json() -> None:
    """A client may keep the data as JSON and bring it back for the edits."""
    fix = fixture(GROUP)
    for action in actions_of(fix):
        data = json.loads(json.dumps(action.data))
        assert resolve(fix.workspace, data) == action.edits


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"uri": "file:///other.yaml"},
        {"title": "something else"},
        {"start": "0"},
        {"kind": None},
        {"uri": None},
    ],
)
def test_data_that_fits_nothing_resolves_to_nothing(change: dict[str, object]) -> None:
    """Data of an older text, or that is not ours, has no edits."""
    fix = fixture(GROUP)
    data = {**actions_of(fix)[0].data, **change}
    assert not resolve(fix.workspace, data)


def test_fixing_all_makes_all_that_is_certain() -> None:
    """Every safe fix of the file is made at once; what only may be meant is left."""
    fix = fixture("""
        name: daily
        steps:
          - name: b$0
            pipeline: p.b # spine: ignore[self-dependency]
            depends_on: [a, a, a, ingset]
          - name: a
            pipeline: {{ p }}
          - name: 2024
            pipeline: p
            Params: {}
    """)
    (action,) = actions_of(fix, ["source.fixAll"])
    assert (
        applied(fix.source, action.edits[fix.uri])
        == """\
name: daily
steps:
  - name: b
    pipeline: p.b
    depends_on: [a, ingset]
  - name: a
    pipeline: "{{ p }}"
  - name: "2024"
    pipeline: p
    params: {}
"""
    )


def test_fix_all_mends_a_name_that_is_only_spelt_otherwise() -> None:
    """Case, dashes and underscores are surely a slip where one step alone can be meant; other letters are not."""
    fix = fixture("""
        name: daily
        steps:
          - {name: fetch_prices, pipeline: p}
          - {name: v1.2, pipeline: p}
          - {name: 语a, pipeline: p}
          - {name: b$0, pipeline: p, depends_on: [Fetch-Prices, v12, 文a, fetch_price]}
    """)
    (action,) = actions_of(fix, ["source.fixAll"])
    after = applied(fix.source, action.edits[fix.uri])
    assert "depends_on: [fetch_prices, v12, 文a, fetch_price]" in after


def test_a_finding_can_be_silenced_for_the_file() -> None:
    """The request for the whole file stands at its top."""
    fix = fixture(GROUP.replace("$0", "").replace("ingset", "ing$0set"))
    (action,) = [a for a in actions_of(fix, ["quickfix"]) if a.title.endswith("in this file")]
    assert applied(fix.source, action.edits[fix.uri]) == (f"# spine: ignore-file[unknown-dependency]\n{fix.source}")


def test_a_rule_that_is_off_has_no_fixes() -> None:
    """Actions follow the configuration, as findings do."""
    text = GROUP.replace("[$0a, a", "[a, $0a")
    off = Config.of({"duplicate-dependency": "off"})
    assert [action.title for action in actions_of(fixture(text, off), ["quickfix"])] == []


def test_a_late_definition_is_mended_by_sorting() -> None:
    """Where the rule is on, its fix puts the steps into run order."""
    fix = fixture(
        "name: d\nsteps:\n- {name: b, pipeline: p, depends_on: [$0a]}\n- {name: a, pipeline: p}\n",
        Config.of({"late-definition": "hint"}),
    )
    action = next(a for a in actions_of(fix, ["quickfix"]) if a.title == "Sort the steps into run order")
    assert applied(fix.source, action.edits[fix.uri]) == (
        "name: d\nsteps:\n- {name: a, pipeline: p}\n- {name: b, pipeline: p, depends_on: [a]}\n"
    )


def test_an_action_outlives_its_snapshot() -> None:
    """The edits of an action can be made after the document has changed on."""
    fix = fixture("""
        name: d
        steps:
          - {name: a, pipeline: p}
          - {name: b, pipeline: p, depends_on: [a]}
          - {name: c, pipeline: p, depends_on: [$0a, b]}
          - {name: d, pipeline: p, depends_on: [a, c]}
    """)
    found = actions_of(fix, ["quickfix"])
    uri, source = fix.uri, fix.source
    del fix
    gc.collect()
    edits = {action.title: action.edits for action in found}
    everything = edits["Remove all 2 redundant dependencies of the group"][uri]
    assert "depends_on: [c]" in applied(source, everything)


def test_every_rule_has_a_fix_or_says_why_not() -> None:
    """These have none: they go with their cause, or what is right is for somebody to choose."""
    without = {
        "blocked-step",
        "several-documents",
        "duplicate-pipeline",
        "overlooked-file",
        "similar-names",
    } | {"duplicate-group"}
    choices = {"choice-falls-through", "choice-jumps-back", "choice-without-else", "unreachable-step"}
    without |= choices | {"unsupported-map", "recursive-workflow", "duplicate-group"}
    without |= {
        "bad-cron",
        "never-runs",
        "unknown-timezone",
        "bad-schedule",
    }  # when something runs is a choice
    assert BY_CODE.keys() - FIXERS.keys() == without


def test_other_yaml_has_no_actions() -> None:
    """A file that is no pipeline group is left alone."""
    assert actions_of(fixture("jobs:\n  bu$0ild: {needs: [a, a]}\n")) == []


def test_edits_of_several_rounds_refer_to_the_text_as_it_is() -> None:
    """Edits of edits are given as edits of the original."""
    from spine_lsp.ide.fix_all import Pieces

    pieces = Pieces("abcdef")
    pieces.apply([Edit(1, 3, "XY"), Edit(5, 5, "_")])  # aXYde_f
    pieces.apply([Edit(2, 4, ""), Edit(0, 0, ">")])  # >aXe_f
    assert applied("abcdef", pieces.edits()) == ">aXe_f"
    assert pieces.edits() == [Edit(0, 0, ">"), Edit(1, 4, "X"), Edit(5, 5, "_")]
