"""Workflows as values: made in Python, read from YAML, written back."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from os.path import exists
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.orchestration import (
    ErrorPolicy,
    ExecutionMode,
    FailurePolicy,
    InvalidGroupSpecError,
    Step,
    StepType,
    Workflow,
    WorkflowExecutionPolicy,
    load_workflow_from_yaml,
    workflow_from_text,
    workflows_from_text,
)
from tests.examples import examples

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples" / "workflows"
TIDES = """\
apiVersion: spine.io/v1
kind: Workflow
metadata: {name: tides, domain: sea, version: 2, description: text, tags: [t]}
spec:
  defaults: {gauge: pier}
  steps:
    - {name: fetch, operation: tides.fetch, params: {day: 1}}
    - {name: ask, type: choice, condition_ref: "m:f", then_step: load, else_step: mend}
    - {name: mend, type: lambda, handler_ref: "m:g", config: {gap: 3}, params: {gap: 4}}
    - {name: rest, type: wait, duration_seconds: 5}
    - {name: all, type: map, items_path: $.x, iterator_workflow: one}
    - {name: load, operation: tides.load, depends_on: [mend], on_error: continue}
  policy: {execution: parallel, max_concurrency: 2, on_failure: continue, timeout_seconds: 60}
"""
MADE = Workflow(
    name="tides",
    domain="sea",
    version=2,
    description="text",
    tags=["t"],
    defaults={"gauge": "pier"},
    steps=[
        Step.operation("fetch", "tides.fetch", params={"day": 1}),
        Step.choice("ask", "m:f", then_step="load", else_step="mend"),
        Step.lambda_("mend", "m:g", config={"gap": 3}),
        Step.wait("rest", 5),
        Step.map("all", "$.x", "one"),
        Step.operation("load", "tides.load", depends_on=["mend"], on_error=ErrorPolicy.CONTINUE),
    ],
    execution_policy=WorkflowExecutionPolicy(
        mode=ExecutionMode.PARALLEL, max_concurrency=2, on_failure=FailurePolicy.CONTINUE, timeout_seconds=60
    ),
)


def test_a_text_is_the_workflow_that_it_says() -> None:
    """Every field of every type of step; `params` beside `config` are dropped, as the runner does."""
    assert Workflow.from_yaml(TIDES) == MADE
    assert [step.step_type.value for step in MADE.steps] == [
        "operation",
        "choice",
        "lambda",
        "wait",
        "map",
        "operation",
    ]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_workflows(path: Path) -> None:
    """In both dialects and the flat form; the broken one is refused with all that is wrong."""
    if path.stem.startswith("broken"):
        with pytest.raises(InvalidGroupSpecError) as caught:
            load_workflow_from_yaml(path)
        assert caught.value.problems
        return
    workflow = load_workflow_from_yaml(path)
    assert Workflow.from_yaml(workflow.to_yaml()) == workflow
    assert Workflow.from_dict(workflow.to_dict()) == workflow


def test_the_older_dialect_has_pipelines() -> None:
    """Told from the key where there is no type."""
    text = TIDES.replace("operation:", "pipeline:")
    workflow = workflow_from_text(text)
    assert workflow.steps[0].step_type is StepType.PIPELINE
    assert workflow.operation_names() == ["tides.fetch", "tides.load"]
    assert "pipeline: tides.fetch" in workflow.to_yaml()
    assert Workflow.from_yaml(workflow.to_yaml()) == workflow


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([("a", {}), ("a", {})], "a step called `a` already exists"),
        ([("a", {"depends_on": ["b"]})], "`b`"),
        ([("a", {"depends_on": ["a"]})], "itself"),
        ([("a", {"depends_on": ["b"]}), ("b", {"depends_on": ["a"]})], "`a` → `b` → `a`"),
        ([("a", {"type": "choice", "then_step": "bb", "condition_ref": "m:f"}), ("b", {})], "did you mean `b`?"),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_is_said(steps: list[tuple[str, dict[str, Any]]], words: str) -> None:
    """The same sentence for a workflow made in Python and for a text, where it has its place."""
    content = [{"name": name, **({} if "type" in rest else {"operation": "o"}), **rest} for name, rest in steps]
    with pytest.raises(ValueError, match="`") as made:
        Workflow(name="w", steps=[Step.from_dict(each) for each in content])
    assert words in str(made.value)
    head = "kind: Workflow\napiVersion: spine.io/v1\nmetadata: {name: w}\n"
    with pytest.raises(InvalidGroupSpecError) as caught:
        workflow_from_text(f"{head}spec: {{steps: {content!r}}}")
    assert any(words in problem.message for problem in caught.value.problems)
    assert caught.value.field is not None
    assert caught.value.field.startswith("spec.steps[")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("- a", "expected a workflow"),
        ("kind: PipelineGroup\nname: g\nsteps: []\n", "a document of another kind"),
        (TIDES.replace("type: wait", "type: pause"), "`type` must be"),
        (TIDES.replace("duration_seconds: 5", "duration: 5"), "unknown key `duration`"),
        (TIDES + "---\n" + TIDES, "2 workflows"),
        (TIDES.replace("spec:", "spec: ["), "is not valid YAML"),
    ],
)
def test_what_is_no_workflow_is_refused(text: str, words: str) -> None:
    """With one sentence, never another error."""
    with pytest.raises(InvalidGroupSpecError) as caught:
        Workflow.from_yaml(text)
    assert words.lower() in str(caught.value).lower()


def test_of_several_one_is_chosen_by_name(tmp_path: Path) -> None:
    """And a group beside them is passed over."""
    group = "kind: PipelineGroup\nname: g\nsteps:\n  - {name: a, pipeline: p}\n"
    path = tmp_path / "w.yaml"
    path.write_text("---\n".join([TIDES, group, TIDES.replace("name: tides", "name: ebbs")]), encoding="utf-8")
    assert [each.name for each in workflows_from_text(path.read_text(encoding="utf-8"))] == ["tides", "ebbs"]
    assert load_workflow_from_yaml(path, "ebbs").name == "ebbs"
    with pytest.raises(InvalidGroupSpecError, match="no workflow called 'x'"):
        load_workflow_from_yaml(path, "x")


def test_values_never_change() -> None:
    """What was made stays so, and what is given as a list is no longer shared."""
    given_steps = [Step.operation("a", "o")]
    workflow = Workflow("w", given_steps)
    given_steps.append(Step.operation("b", "o"))
    assert workflow.step_names() == ["a"]
    for value, key in ((workflow, "name"), (workflow.steps[0], "name"), (workflow.execution_policy, "mode")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, key, "x")
    with pytest.raises(ValueError, match="at least 1"):
        WorkflowExecutionPolicy(max_concurrency=0)


def test_functions_are_kept_as_references() -> None:
    """A lambda has none, and nothing is called."""
    assert Step.lambda_("a", exists).handler_ref == f"{exists.__module__}:exists"
    assert Step.choice("a", lambda _: 1 / 0, "b").condition_ref is None
    assert "handler_ref" not in Step.lambda_("a", None).to_dict()


def test_the_order_is_that_of_the_runner() -> None:
    """Of the file one by one; by levels under `parallel`."""
    steps = [Step.operation("b", "o", depends_on=["a"]), Step.operation("a", "o")]
    one_by_one = Workflow("w", steps)
    assert [one_by_one.step_names()[step] for step in one_by_one.inspect().order] == ["b", "a"]
    parallel = WorkflowExecutionPolicy(ExecutionMode.PARALLEL)
    assert Workflow("w", steps, execution_policy=parallel).inspect().order == [1, 0]
    assert one_by_one.topological_order() == ["a", "b"]
    assert one_by_one.dependency_graph() == {"a": ["b"]}
    assert one_by_one.step_index("a") == 1
    assert one_by_one.step_index("x") == -1


names = st.sampled_from(["a", "b", "c", "d"])
values = st.dictionaries(st.sampled_from(["k", "yes", "12"]), st.integers() | st.text(max_size=4) | st.booleans())
step_values = st.one_of(
    st.builds(Step.operation, names, st.text(min_size=1, max_size=5), values),
    st.builds(Step.pipeline, names, st.text(min_size=1, max_size=5), values),
    st.builds(Step.lambda_, names, st.none() | st.just("m:f"), values, st.sampled_from(ErrorPolicy)),
    st.builds(Step.wait, names, st.integers(0, 9)),
    st.builds(Step.map, names, st.just("$.x"), st.none() | st.just("w"), st.integers(1, 9), st.just("row")),
)  # fmt: skip


@given(st.lists(step_values, min_size=1, max_size=4, unique_by=lambda step: step.name), values)
@settings(max_examples=examples(60))
def test_what_is_written_is_what_is_read(steps: list[Step], defaults: dict[str, Any]) -> None:
    """As YAML and as plain values, whatever the steps are."""
    workflow = Workflow("w", steps, defaults=defaults)
    assert Workflow.from_dict(workflow.to_dict()) == workflow
    assert Workflow.from_yaml(workflow.to_yaml()) == workflow
