"""The kinds of documents: which one a document is, where its steps stand, and what its schema says."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from spine_lsp.orchestration.kinds import GROUP, KINDS, WORKFLOW, Kind, declared_by, kind_of, list_paths
from spine_lsp.orchestration.kinds.workflow import STEP_TYPES, vocabulary as words
from spine_lsp.orchestration.problems import CODES
from spine_lsp.orchestration.schema import field_doc, field_docs, keys_of, load_schema, properties, role
from spine_lsp.orchestration.structure import structural_problems
from spine_lsp.orchestration.vocabulary import DECLARING

API = "spine.io/v1"


@pytest.mark.parametrize(
    ("head", "steps", "kind"),
    [
        ({"apiVersion": API, "kind": "PipelineGroup"}, [], GROUP),
        ({"apiVersion": API, "kind": "Workflow"}, [], WORKFLOW),
        ({"apiVersion": "spine.io/v2", "kind": "Workflow"}, [], WORKFLOW),
        ({"apiVersion": API, "kind": "Workflo"}, [], WORKFLOW),
        ({"apiVersion": API, "kind": "PipelineGrop"}, [], GROUP),
        ({"apiVersion": API, "kind": "Sensor"}, [{"name": "a", "pipeline": "p"}], None),
        ({"apiVersion": API}, [], GROUP),
        ({"apiVersion": API}, [{"name": "a", "pipeline": "p"}], GROUP),
        ({"apiVersion": API}, [{"name": "a", "operation": "p"}], WORKFLOW),
        ({"apiVersion": API}, [{"name": "a", "type": "choice"}], WORKFLOW),
        ({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}, [{"name": "a", "operation": "p"}], None),
        ({"apiVersion": "v1", "kind": "Workflow"}, [{"name": "a", "operation": "p"}], None),
        ({"apiVersion": "v1", "kind": "PipelineGroup"}, [], GROUP),
        ({"kind": "Workflow"}, [{"name": "a", "operation": "p"}], WORKFLOW),
        ({"kind": "Workflow"}, [{"name": "a", "type": "lambda"}], WORKFLOW),
        ({"kind": "Workflow"}, [{"name": "a", "run": "make"}], None),
        ({"kind": "Workflow"}, [], None),
        ({"kind": "PipelineGroup"}, [], GROUP),
        ({"kind": "Deployment"}, [{"name": "a", "pipeline": "p"}], None),
        ({}, [{"name": "a", "pipeline": "p"}], GROUP),
        ({}, [{"name": "a", "type": "pipeline", "pipeline": "p"}], WORKFLOW),
        ({}, [{"name": "a", "pipeline": "p"}, {"name": "b", "type": "lambda", "handler": "m.f"}], WORKFLOW),
        ({}, [{"name": "a", "operation": "p"}], WORKFLOW),
        ({}, [{"name": "a", "operation": "p", "then_step": None, "depends_on": None}], WORKFLOW),
        ({}, [{"name": "a", "operation": "p", "depends_on": [None]}], WORKFLOW),
        ({}, [{"name": "a", "handler": "m.f"}], WORKFLOW),
        ({}, [{"name": "a", "condition": "not late"}], WORKFLOW),
        ({}, [{"name": "a", "operation": "p"}, {"name": "b", "operation": "q", "retries": 3}], None),
        ({}, [{"name": "a", "operation": "p"}, {"name": "b", "type": "http"}], None),
        ({}, [{"name": "a", "operation": "p", "depends_on": "b"}], None),
        ({}, [{"name": "a", "operation": {"insert": 1}}], None),
        ({}, [{"id": "a", "operation": "p"}], None),
        ({"on": "push"}, [{"name": "a", "operation": "p"}], None),
        ({}, [{"name": "a", "handler_ref": "m:f"}], WORKFLOW),
        ({}, [{"name": "a", "condition_ref": "m:f"}, {"name": "b", "run": "make"}], WORKFLOW),
        ({"on": "push"}, [{"name": "a", "then_step": "b"}], WORKFLOW),
        ({}, [{"name": "a", "else_step": "b", "retries": 3}], None),
        ({}, [{"name": "a", "iterator_workflow": "w2"}], WORKFLOW),
        ({}, [{"name": "a", "pipeline": "p"}, {"name": "b", "then_step": "a"}], WORKFLOW),
        ({}, [{"name": "a", "pipeline": "p"}, {"name": "b", "handler": "m.f"}], WORKFLOW),
        ({}, [{"name": "a", "pipeline": "p"}, {"name": "b", "operation": "q"}], GROUP),
        ({}, [{"name": "a", "pipeline": "p", "handler": "m.f"}], GROUP),
        ({}, [{"name": "a", "type": "wait"}], None),
    ],
)
def test_the_kind_of_a_document(head: dict[str, Any], steps: list[Any], kind: Kind | None) -> None:
    """Told by apiVersion and kind; where these leave it open, by the steps; what others write is none of ours."""
    assert kind_of({**head, "name": "x", "steps": steps}) is kind


def test_only_a_kind_that_nobody_means_is_unknown() -> None:
    """Of our apiVersion, and like none of ours."""
    assert declared_by({"apiVersion": API, "kind": "Sensor"}).unknown
    assert not declared_by({"apiVersion": "apps/v1", "kind": "Sensor"}).unknown
    assert not declared_by({"apiVersion": API, "kind": "workflow"}).unknown


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("kind: Workflow\nspec:\n  steps: []\n", WORKFLOW),
        ("apiVersion: x\nkind : 'Workflow'  # so\n", WORKFLOW),
        ("spec:\n  steps: []\nkind: Workflow\n", GROUP),
        ("steps: []\nkind: Workflow\n", GROUP),
        ("kind: PipelineGroup\n", GROUP),
        ("", GROUP),
    ],
)
def test_where_steps_may_stand_is_told_from_what_stands_above_them(text: str, kind: Kind) -> None:
    """And from nothing below, which may change while the steps do."""
    assert list_paths(text) == kind.list_paths


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_schema_that_knows_its_forms(kind: Kind) -> None:
    """It is valid, allows its own kind alone, and has the keys that the value names."""
    schema = load_schema(kind.schema)
    jsonschema_rs.meta.validate(schema)
    for form in kind.forms:
        assert properties(form.definition)["kind"]["enum"] == [kind.name]
        assert {*kind.runs, *kind.branches, *kind.parameters} <= keys_of(form.step)
        for path in form.list_paths:
            assert role(kind.definition_at(path, form)) == "steps"
            assert kind.definition_at((*path, 3), form) == form.step
    assert keys_of(kind.nested.definition) == {*DECLARING, "metadata", "spec"}


def test_the_words_of_a_workflow_are_those_of_its_schema() -> None:
    """No word is written that the schema does not have."""
    maps = ("flat.step", "policy", "flat", "flat.policy")
    keys = frozenset().union(*(keys_of(f"workflow.{name}") for name in maps))
    values = {value for value, _ in (field_doc("workflow.step", "type") or field_docs("")[0]).values}
    assert values == STEP_TYPES
    known = keys | values | {words.WORKFLOW_KIND, words.RUNNER, words.THEN, words.ELSE}
    written = {value for name, value in vars(words).items() if name.isupper() and isinstance(value, str)}
    assert written <= known


@pytest.mark.parametrize("definition", ["nested", "flat", "metadata", "spec", "step", "flat.step", "policy"])
def test_every_field_of_a_workflow_is_documented(definition: str) -> None:
    """With a sentence, words for its type, and a sentence for each value it allows."""
    for field in field_docs(f"workflow.{definition}"):
        assert field.description.endswith(".")
        assert field.type_words
        assert all(documentation.endswith(".") for _, documentation in field.values)


def workflow(*steps: dict[str, Any], **policy: Any) -> dict[str, Any]:
    return {
        "apiVersion": API,
        "kind": "Workflow",
        "metadata": {"name": "w"},
        "spec": {"steps": list(steps), "policy": policy},
    }


EVERY_TYPE = (
    {"name": "a", "operation": "x.y"},
    {"name": "b", "type": "operation", "operation": "x.y", "params": {"n": 1}, "depends_on": ["a"]},
    {"name": "c", "type": "pipeline", "pipeline": "x.y", "config": {"n": None}},
    {"name": "d", "type": "lambda", "handler_ref": "m:f", "config": None},
    {"name": "e", "type": "choice", "condition_ref": "m:f", "then_step": "f", "else_step": None},
    {"name": "f", "type": "wait", "duration_seconds": 60, "on_error": "continue"},
    {"name": "g", "type": "map", "items_path": "$.x", "iterator_workflow": "w2", "max_concurrency": 4},
)


def test_every_field_of_a_workflow_is_allowed() -> None:
    """All step types, in both dialects, and the whole policy."""
    data = workflow(*EVERY_TYPE, execution="parallel", max_concurrency=2, on_failure="continue", timeout_seconds=60)
    assert structural_problems(data, WORKFLOW.nested.definition) == []
    assert jsonschema_rs.validator_for(load_schema(WORKFLOW.schema)).is_valid(data)


TYPES = "`operation`, `pipeline`, `lambda`, `choice`, `wait` or `map`"
MADE = "of which spine-core 0.4 makes an operation that no code registers"
LIST = "`depends_on` must be a list of step names"
SECONDS = "`duration_seconds` must be a whole number of seconds"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"depends_on": "a"}, f"wrong-type depends_on: {LIST}, not the string `a`; write [a]"),
        ({"type": "wiat"}, f"unknown-step-type type: `type` must be {TYPES}, not `wiat`, {MADE}; did you mean `wait`?"),
        ({"then": "a"}, "unknown-key then: unknown key `then` in a step; did you mean `then_step`?"),
        ({"handler": "m.f"}, "unknown-key handler: unknown key `handler` in a step; did you mean `handler_ref`?"),
        ({"on_failure": ""}, "unknown-key on_failure: unknown key `on_failure` in a step; it belongs under `policy`"),
        ({"config": []}, "wrong-type config: `config` must be a mapping of keys, not a list"),
        ({"duration_seconds": 1.5}, f"wrong-type duration_seconds: {SECONDS}, not the number 1.5"),
    ],
)  # fmt: skip
def test_a_faulty_step_of_a_workflow_is_told_what_to_do(changes: dict[str, Any], expected: str) -> None:
    """In the words of its own schema."""
    found = structural_problems({"name": "s", "operation": "o", **changes}, WORKFLOW.nested.step)
    assert [f"{p.code} {'.'.join(map(str, p.path))}: {p.message}" for p in found] == [expected]
    assert {problem.code for problem in found} <= set(CODES)


def test_messages_say_what_kind_a_document_is() -> None:
    """A workflow is called one, with the keys of its own policy."""
    data = {"apiVersion": API, "kind": "Workflow", "spec": {"steps": [], "policy": {"timeout_minutes": 3}}}
    assert [problem.message for problem in structural_problems(data, WORKFLOW.nested.definition)] == [
        "a workflow needs the key `metadata` (a mapping of keys)",
        "`steps` must have at least one entry",
        "unknown key `timeout_minutes` in `policy`; did you mean `timeout_seconds`?",
    ]
