"""Groups as workflows and back: the same order, the same parameters, every comment, and a word of what is lost."""

# ruff: noqa: E501 - a text on one line

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.findings import Severity
from spine_lsp.analysis.span import Span
from spine_lsp.ide.code_actions import code_actions
from spine_lsp.ide.commands.resolved_order import resolved_order
from spine_lsp.ide.refactorings.migration import Migration, NotMigrated, migrated
from spine_lsp.orchestration.kinds import GROUP, WORKFLOW, Kind
from tests.fixture import fixture

pytestmark = pytest.mark.any_version

GROUP_TEXT = """\
apiVersion: spine.io/v1
kind: PipelineGroup  # soon another
metadata:
  name: g
spec:
  defaults: {tier: one}
  # the steps
  pipelines:
    - name: load
      pipeline: x.load  # last
      depends_on: fetch
    # first of all
    - name: fetch
      pipeline: x.fetch
      params: {n: 1}
  policy:
    timeout_minutes: 2  # short
"""
WORKFLOW_TEXT = """\
apiVersion: spine.io/v1
kind: Workflow  # soon another
metadata:
  name: g
spec:
  defaults: {tier: one}
  # the steps
  steps:
    # first of all
    - name: fetch
      operation: x.fetch
      params: {n: 1}
    - name: load
      operation: x.load  # last
      depends_on: [fetch]
  policy:
    timeout_seconds: 120  # short
"""


def convert(text: str, to: Kind) -> Migration | NotMigrated:
    return migrated(fixture(text).document.groups[0], to)


def order(text: str) -> object:
    """What runs in which order with which parameters."""
    fix = fixture(text)
    found = resolved_order(fix.workspace, fix.uri)
    assert found is not None
    return [(step.name, step.pipeline, dict(step.params)) for step in found.steps]


def test_a_group_becomes_a_workflow_that_runs_the_same() -> None:
    """Sorted, for a workflow's steps run in the order of the file; and it is said that no time limit holds."""
    found = convert(GROUP_TEXT, WORKFLOW)
    assert isinstance(found, Migration)
    assert found.text == WORKFLOW_TEXT
    assert order(found.text) == order(GROUP_TEXT)
    assert found.notes == ("`timeout_seconds` stands for `timeout_minutes`, but spine-core 0.4 keeps no time limit",)


def test_a_workflow_becomes_a_group_that_runs_the_same() -> None:
    """With its types gone, its `config` among the parameters, and what did nothing left out."""
    text = WORKFLOW_TEXT.replace("operation: x.load", "type: operation\n      operation: x.load").replace(
        "params: {n: 1}", "config: {n: 1}\n      on_error: continue"
    )
    found = convert(text, GROUP)
    assert isinstance(found, Migration)
    assert order(found.text) == order(text)
    assert found.notes == ("`on_error` did nothing, and is left out",)
    assert [one.code for one in diagnose(fixture(found.text).document) if one.severity <= Severity.WARNING] == []
    for comment in ("# soon another", "# the steps", "# first of all", "# last", "# short"):
        assert comment in found.text


@pytest.mark.parametrize(
    ("text", "to", "reason"),
    [
        (
            WORKFLOW_TEXT.replace("operation: x.load", "type: wait"),
            GROUP,
            "`load` is a `wait` step, which a group does not have",
        ),
        (WORKFLOW_TEXT, WORKFLOW, "it is a workflow already"),
        (
            GROUP_TEXT.replace("depends_on: fetch", "depends_on: fetsh"),
            WORKFLOW,
            "it has errors: mend them first",
        ),
    ],
)
def test_what_would_run_otherwise_stays_as_it_is(text: str, to: Kind, reason: str) -> None:
    """And it is said why."""
    assert convert(text, to) == NotMigrated(reason)


def test_the_flat_form_is_converted_by_way_of_the_nested_one() -> None:
    """For a workflow is loaded in that alone."""
    text = "# head\nname: g\nsteps:\n  - name: a  # why\n    pipeline: p\n    params: {n: 1}\n"
    found = convert(text, WORKFLOW)
    assert isinstance(found, Migration)
    assert order(found.text) == order(text)
    assert "kind: Workflow" in found.text
    assert "# head" in found.text
    assert "# why" in found.text


def workflow(*steps: str, policy: str = "") -> str:
    """A workflow of these steps, each a line of flow text."""
    listed = "".join(f"    - {step}\n" for step in steps)
    end = f"  policy: {{{policy}}}\n" if policy else ""
    return f"apiVersion: spine.io/v1\nkind: Workflow\nmetadata: {{name: g}}\nspec:\n  steps:\n{listed}{end}"


@pytest.mark.parametrize(
    ("text", "lines", "notes"),
    [
        (
            workflow("{name: a, operation: o}", "{name: b, operation: o, depends_on: [a]}", "{name: c, operation: o}"),
            ["{name: a, pipeline: o}", "{name: b, pipeline: o, depends_on: [a]}", "{name: c, pipeline: o, depends_on: [b]}"],
            ["`c` waits for the step above, to run behind it as before"],
        ),
        (
            workflow("{name: a, operation: o, depends_on: [b]}", "{name: b, operation: o}"),
            ["{name: a, pipeline: o}", "{name: b, pipeline: o}"],
            ["what `a` waited for further down was not heeded, and is left out"],
        ),
        (
            workflow("{name: a, operation: o}", "{name: b, operation: o}", policy="execution: parallel"),
            ["{name: a, pipeline: o}", "{name: b, pipeline: o}", "policy: {execution: sequential}"],
            ["without any `depends_on` the steps ran one by one: `execution` is `sequential`"],
        ),
        (
            workflow("{name: a, operation: o}", "{name: b, operation: o}", "{name: c, operation: o, depends_on: [a]}"),
            ["{name: a, pipeline: o}", "{name: b, pipeline: o}", "{name: c, pipeline: o, depends_on: [a]}"],
            [],
        ),
        (
            workflow("{name: a, operation: o}", "{name: b, operation: o, depends_on: [c, a]}", "{name: c, operation: o}", "{name: d, operation: o}"),
            ["{name: a, pipeline: o}", "{name: b, pipeline: o, depends_on: [a]}", "{name: c, pipeline: o, depends_on: [b]}", "{name: d, pipeline: o, depends_on: [c]}"],
            [
                "what `b` waited for further down was not heeded, and is left out",
                "each of `c` and `d` waits for the step above, to run behind it as before",
            ],
        ),
    ],
)  # fmt: skip
def test_the_order_of_the_file_is_carried_over(text: str, lines: list[str], notes: list[str]) -> None:
    """With what a step has to wait for in a group, and no more; what was never heeded goes, and it is said."""
    found = convert(text, GROUP)
    assert isinstance(found, Migration)
    assert [line.strip().removeprefix("- ") for line in found.text.splitlines()[5:]] == lines
    assert list(found.notes) == notes
    assert order(found.text) == order(text)


NAMES = ["a", "b", "c", "d", "e"]


@given(st.data())
def test_every_group_runs_the_same_as_a_workflow_and_back(data: st.DataObject) -> None:
    """Whatever its graph and its policy: the order, the levels side by side, and the parameters."""
    lines = [
        "apiVersion: spine.io/v1",
        "kind: PipelineGroup",
        "metadata: {name: g}",
        "spec:",
        "  defaults: {t: 1}",
        "  pipelines:",
    ]
    shuffled = data.draw(st.permutations(NAMES))
    for name in shuffled:
        above = [other for other in NAMES if other < name]
        waits = data.draw(st.lists(st.sampled_from(above), unique=True, max_size=2)) if above else []
        lines += [f"    - name: {name}", f"      pipeline: p.{name}"]
        lines += [f"      depends_on: [{', '.join(waits)}]"] if waits else []
        lines += [f"      params: {{n: {len(waits)}}}"] if data.draw(st.booleans()) else []
    mode = data.draw(st.sampled_from(["sequential", "parallel"]))
    text = "\n".join([*lines, f"  policy: {{execution: {mode}}}"]) + "\n"
    there = convert(text, WORKFLOW)
    if isinstance(there, NotMigrated):  # side by side without any edge, which a workflow runs one by one
        assert there.reason.startswith("its steps run side by side")
        assert mode == "parallel"
        assert "depends_on" not in text
        return
    assert order(there.text) == order(text)
    back = convert(there.text, GROUP)
    assert isinstance(back, Migration)
    assert order(back.text) == order(text)


@given(st.data())
def test_every_workflow_runs_the_same_as_a_group(data: st.DataObject) -> None:
    """Whatever its steps wait for, heeded or not: in the order of the file, or by levels."""
    steps = []
    for name in data.draw(st.permutations(NAMES)):
        above = [other for other in NAMES if other < name]
        waits = data.draw(st.lists(st.sampled_from(above), unique=True, max_size=2)) if above else []
        steps.append(f"{{name: {name}, operation: o, depends_on: [{', '.join(waits)}], params: {{n: 1}}}}")
    mode = data.draw(st.sampled_from(["sequential", "parallel"]))
    text = workflow(*steps, policy=f"execution: {mode}")
    found = convert(text, GROUP)
    assert isinstance(found, Migration)
    assert order(found.text) == order(text)
    assert all(one.severity > Severity.ERROR for one in diagnose(fixture(found.text).document))


def test_it_is_offered_among_the_rewritings() -> None:
    """Once, for the kind that the document is not."""
    fix = fixture(GROUP_TEXT)
    titles = [action.title for action in code_actions(fix.workspace, fix.uri, Span(0, 0))]
    assert [title for title in titles if title.startswith("Convert")] == ["Convert to a workflow (`kind: Workflow`)"]


def test_the_command_line_shows_a_diff_and_writes_when_it_is_told_to(tmp_path: Path) -> None:
    """And says what stays, with an exit code."""
    from tests.cli.runner import run

    file = tmp_path / "g.yaml"
    file.write_text(GROUP_TEXT)
    shown = run("migrate", "--to", "workflow", str(file))
    assert shown.code == 0
    assert "+kind: Workflow  # soon another" in shown.out
    assert "keeps no time limit" in shown.err
    assert file.read_text() == GROUP_TEXT
    assert run("migrate", "--to", "workflow", "--write", str(file)).err.endswith("1 document in 1 file converted\n")
    assert file.read_text() == WORKFLOW_TEXT
    file.write_text(WORKFLOW_TEXT.replace("operation: x.load", "type: wait"))
    refused = run("migrate", "--to", "group", str(file))
    assert refused.code == 1
    assert "g stays as it is: `load` is a `wait` step" in refused.err
