"""Workflows that are built in Python: what is said of them, and what the editor shows, at their places in the code."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.python_findings import diagnose_python
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.group_graph import graph_of
from spine_lsp.ide.commands.resolved_order import resolved_order
from spine_lsp.ide.cursor import At
from spine_lsp.ide.hover.markup import render
from spine_lsp.ide.pipelines.python_documents import (
    group_lenses,
    python_definition,
    python_hover,
    python_outline,
    python_references,
)
from spine_lsp.ide.pipelines.python_groups import seen
from spine_lsp.syntax.text import Text
from tests.fixture import project_of

PATH = "jobs/flows.py"
URI = f"file:///{PATH}"
HEAD = """\
from spine.orchestration import (
    ExecutionMode, FailurePolicy, ManagedWorkflow, Step, Workflow, WorkflowExecutionPolicy, register_workflow
)
from jobs import rules
def clean(ctx, config): ...

"""
SOURCE = (
    HEAD
    + """\
daily = Workflow(
    name="prices.daily",
    domain="prices",
    steps=[
        Step.operation("fetch", "prices.fetch", params={"day": "2026-01-09"}),
        Step.lambda_("clean", clean, config={"limit": 3}),
        Step.choice("is_full", rules.is_full, then_step="store", else_step="repair"),
        Step.lambda_("repair", lambda ctx, config: None),
        Step.wait("settle", 5),
        Step.operation("store", "prices.store", depends_on=["repair"]),
    ],
    defaults={"region": "eu"},
)
register_workflow(daily)
managed = ManagedWorkflow("prices.managed").step("first", clean, config={"n": 1}).step("last", rules.last).build()
"""
)


def findings(body: str, path: str = PATH, others: dict[str, str] | None = None) -> list[str]:
    """What is said of a Python file: code, and the text that it stands on."""
    source = HEAD + body
    files = {
        path: source,
        "jobs/rules.py": "def is_full(ctx): ...\ndef last(ctx, c): ...\n",
        **(others or {}),
    }
    found = diagnose_python(path, project_of(files))
    return [f"{one.code} {source[one.spot.place.start : one.spot.place.end]}" for one in found]


def opened() -> Workspace:
    workspace = Workspace().with_document(URI, 1, Text(SOURCE), None)
    return workspace.with_project(project_of({PATH: SOURCE}))


def at(marked: str) -> At:
    """The place of `$` in a piece of the source."""
    before, _, after = marked.partition("$")
    assert SOURCE.count(before + after) == 1, marked
    return At(URI, SOURCE.index(before + after) + len(before))


def flow(*steps: str, policy: str = "") -> str:
    more = f", execution_policy=WorkflowExecutionPolicy({policy})" if policy else ""
    return f"w = Workflow('w', [{', '.join(steps)}]{more})\n"


A, B = "Step.operation('a', 'x.a')", "Step.operation('b', 'x.b')"
B_AFTER_A = "Step.operation('b', 'x.b', depends_on=['a'])"
PARALLEL = "mode=ExecutionMode.PARALLEL"
MADE = "Workflow('w', [Step.operation('b', 'x', depends_on=['z'])])"
REGISTERED = "register_workflow(Workflow('w', [Step.operation('a', 'x')]))\n"


def test_nothing_is_said_of_sound_workflows() -> None:
    """Functions, lambdas, waits, defaults, chains of calls, and what `on_error` asks for."""
    assert findings(SOURCE.removeprefix(HEAD)) == []
    assert findings(flow("Step.operation('a', 'x.a', on_error=ErrorPolicy.CONTINUE)")) == []
    assert findings(flow(A, B_AFTER_A, policy=f"{PARALLEL}, on_failure=FailurePolicy.CONTINUE")) == []
    assert findings("w = Workflow.from_dict({'name': 'w', 'steps': [{'name': 'a', 'operation': 'x'}]})\n") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (flow(B_AFTER_A, A), "ignored-order a"),
        (flow(B_AFTER_A, A, policy=PARALLEL), ""),
        (flow(A, B, policy="on_failure=FailurePolicy.CONTINUE"), "ineffective-on-failure FailurePolicy.CONTINUE"),
        (flow(A, policy="timeout_seconds=60"), "dropped-key 60"),
        (flow("Step.choice('c', clean, 'a', 'b')", A, B), "choice-falls-through a"),
        (flow("Step.choice('c', clean, 'a')", A), "choice-without-else a"),
        (flow(A, "Step.choice('c', clean, 'b', 'a')", B), "choice-jumps-back a"),
        (flow("Step.choice('c', clean, 'z', 'a')", A), "unknown-branch-target z"),
        (flow("Step.choice('c', clean, 'a', 'b')", A, B, policy=PARALLEL), "choice-in-parallel Step.choice"),
        (flow("Step.map('m', '$.x', 'other')"), "unsupported-map Step.map"),
        (flow(A, A), "duplicate-step a"),
        (flow("Step.operation('a', 'x.a', depends_on=['b'])", B_AFTER_A), "dependency-cycle b"),
        (flow("Step.operation('a', 'x.a', depends_on=['z'])"), "unknown-dependency z"),
        (flow("Step.operation('fetch', 'x')", "Step.operation('Fetch', 'x')"), "similar-names Fetch"),
        (flow(A, "Step.pipeline('b', 'x.b')"), "mixed-dialects Step.pipeline"),
        (flow(A, A, "*more()"), "duplicate-step a"),
        (flow(B_AFTER_A, "*more()"), ""),
        ("m = ManagedWorkflow('m').step('a', clean).step('a', clean).build()\n", "duplicate-step a"),
        ("m = ManagedWorkflow('m').step('a', clean).on_fail('a').step('b', clean).build()\n", ""),
        ("m = ManagedWorkflow('m').step('a', clean).step('a', clean)\n", ""),
        (f"@register_workflow\ndef make():\n    return {MADE}\n", "unknown-dependency z"),
        (REGISTERED * 2, "duplicate-group w;duplicate-group w"),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_place(body: str, expected: str) -> None:
    """And nothing else is said, nor of what only a run would tell."""
    assert findings(body) == [one for one in expected.split(";") if one]


def test_operations_are_checked_like_pipelines() -> None:
    """Their names and their parameters, by the specification."""
    registered = (
        "from spine.framework.registry import register_operation\n"
        "from spine.framework.params import OperationSpec, ParamDef\n"
        "@register_operation('prices.fetch')\n"
        "class Fetch:\n    spec = OperationSpec({'day': ParamDef('day', str, '')}, {'n': ParamDef('n', int, '')})\n"
    )
    body = flow(
        "Step.operation('a', 'prices.fetch', params={'day': 'x', 'n': '3'})",
        "Step.operation('b', 'prices.fetsh', params={'day': today()})",
        "Step.operation('c', 'prices.fetch')",
        "Step.operation('d', 'prices.fetch', params={'day': today(), 'n': count()})",
    )
    assert findings(body, others={"jobs/ops.py": registered}) == [
        "wrong-parameter-type 3",
        "unknown-pipeline prices.fetsh",
        "missing-parameter prices.fetch",
    ]


def test_the_order_and_the_graph_are_the_runners() -> None:
    """With branches, and a chain of calls too."""
    workspace = seen(opened(), URI)
    order = resolved_order(workspace, URI, "prices.daily")
    assert order is not None
    names = ["fetch", "clean", "is_full", "repair", "settle", "store"]
    assert [step.name for step in order.steps] == names
    graph = graph_of(workspace, URI, "prices.daily")
    assert graph is not None
    assert [node.name for node in graph.model.nodes] == names
    assert {edge.label for edge in graph.model.edges if edge.label} == {"then", "else"}
    managed = resolved_order(workspace, URI, "prices.managed")
    assert managed is not None
    assert [step.name for step in managed.steps] == ["first", "last"]


def test_hover_definition_references_outline_and_lenses() -> None:
    """As those of groups; a branch leads to its step."""
    workspace = opened()
    found = python_hover(workspace, at('then_step="sto$re"'))
    assert found is not None
    assert "store" in render(found, markdown=False, link=lambda link: None)
    (target,) = python_definition(workspace, at('else_step="rep$air"'))
    assert SOURCE[target.place.start :].startswith('repair", lambda')
    places = python_references(workspace, at('Step.lambda_("rep$air"'), with_definition=True)
    assert [SOURCE[one.place.start : one.place.end] for one in places] == ["repair"] * 3
    outline = python_outline(workspace, URI)
    assert [(item.name, sum(child.kind == "step" for child in item.children)) for item in outline] == [
        ("prices.daily", 6),
        ("prices.managed", 2),
    ]
    lenses = group_lenses(workspace, URI, {"order", "graph"})
    assert {SOURCE[lens.span.start :].partition("(")[0] for lens in lenses} == {"Workflow", "ManagedWorkflow"}
