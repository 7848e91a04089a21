"""The schema file itself, structural problems, and the documentation of fields."""

from __future__ import annotations

from datetime import date
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, strategies as st

from spine_lsp.orchestration.models import ExecutionMode, ExecutionPolicy, FailurePolicy
from spine_lsp.orchestration.problems import CODES
from spine_lsp.orchestration.schema import field_doc, field_docs, load_schema
from spine_lsp.orchestration.structure import structural_problems
from spine_lsp.orchestration.vocabulary import form_of

DEFINITIONS = ("nested", "flat", "metadata", "spec", "step", "policy")


def check_step(data: object, *expected: str) -> None:
    """Each of ``expected`` is ``"code path: message"``."""
    drawn = [f"{p.code} {'.'.join(map(str, p.path))}: {p.message}" for p in structural_problems(data, "step")]
    assert drawn == list(expected)


LIST = "a list of step names, or one name"


def step(**changes: Any) -> dict[str, Any]:
    return {"name": "a", "pipeline": "p", **changes}


@pytest.mark.parametrize(
    "data",
    [
        step(),
        step(depends_on="x"),
        step(depends_on=["x", "y"]),
        step(depends_on=[]),
        step(params={}),
        step(params={"any": {"thing": [date(2026, 1, 2), {1, 2}, float("nan"), None]}}),
    ],
)
def test_a_good_step_has_no_problems(data: object) -> None:
    """Under `params` everything is allowed, even what JSON has no word for."""
    check_step(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (step(name=""), "bad-value name: `name` must not be empty"),
        (step(name=True), 'wrong-type name: `name` must be a string, not the value true; put it in quotes: "true"'),
        (step(name=None), "wrong-type name: `name` must be a string, and here it is empty"),
        (step(depends_on=None), f"wrong-type depends_on: `depends_on` must be {LIST}, and here it is empty"),
        (step(depends_on=[["x"]]), "wrong-type depends_on.0: an entry of `depends_on` must be a string, not a list"),
        (step(depends_on={}), f"wrong-type depends_on: `depends_on` must be {LIST}, not a mapping"),
        (step(params=[]), "wrong-type params: `params` must be a mapping of keys, not a list"),
        (step(dependsOn=[]), "unknown-key dependsOn: unknown key `dependsOn` in a step; did you mean `depends_on`?"),
        (step(execution=1), "unknown-key execution: unknown key `execution` in a step; it belongs under `policy`"),
        ({"name": "a"}, "missing-key : a step needs the key `pipeline` (a string)"),
        ([], "wrong-type : a step must be a mapping of keys, not a list"),
    ],
)  # fmt: skip
def test_a_faulty_step_is_told_what_to_do(data: object, expected: str) -> None:
    """What is there, what should be, and where it is easy, how."""
    check_step(data, expected)


def test_an_unknown_key_is_addressed_as_a_key() -> None:
    """So that an editor can underline it and put another in its place."""
    (problem,) = structural_problems(step(parms={}), "step", ("spec", "pipelines", 4))
    assert problem.on_key
    assert problem.path == ("spec", "pipelines", 4, "parms")
    assert problem.suggestions == ("params",)


@pytest.mark.parametrize(
    ("data", "path", "code"),
    [
        ({"execution": "Parallel"}, ("execution",), "bad-value"),
        ({"max_concurrency": 0}, ("max_concurrency",), "bad-value"),
        ({"max_concurrency": 1.5}, ("max_concurrency",), "wrong-type"),
        ({"max_concurrency": True}, ("max_concurrency",), "wrong-type"),
        ({"on_failure": 3}, ("on_failure",), "wrong-type"),
        ({"timeout_minutes": 0.5}, ("timeout_minutes",), "bad-value"),
        ({"retry": 3}, ("retry",), "unknown-key"),
        ({"retries": -1}, ("retries",), "bad-value"),
        ({"backoff": "soon"}, ("backoff",), "wrong-type"),
    ],
)
def test_each_fault_of_a_policy_is_one_problem(data: object, path: tuple[str, ...], code: str) -> None:
    """A value of the wrong type is not also called a bad one."""
    (problem,) = structural_problems(data, "policy")
    assert (problem.path, problem.code) == (path, code)


def test_the_form_is_told_by_its_keys() -> None:
    """`metadata` or `spec` make it nested."""
    assert [form_of(data).definition for data in ({"metadata": 1}, {"spec": 1}, {"name": 1}, {})] == [
        "nested", "nested", "flat", "flat",
    ]  # fmt: skip


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.dates(),
        st.binary(max_size=3),
        st.sampled_from(["stop", "parallel", "spine.io/v1", "PipelineGroup"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.integers(),
                st.text(max_size=3),
                st.sampled_from(["name", "pipeline", "depends_on", "metadata", "spec", "pipelines", "policy", "steps"]),
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=20,
)


@given(JSON, st.sampled_from(DEFINITIONS))
def test_nothing_raises_and_every_problem_is_well_formed(data: object, definition: str) -> None:
    """For any data at all; deterministic, and each path leads into the data."""
    found = structural_problems(data, definition)
    assert found == structural_problems(data, definition)
    for problem in found:
        assert problem.code in CODES
        assert problem.message
        at: Any = data
        for part in problem.path:
            if not isinstance(at, (list, tuple)):
                at = {str(key): value for key, value in at.items()}[str(part)]
            else:
                assert isinstance(part, int)
                at = at[part]


def test_data_that_contain_themselves_are_survived() -> None:
    """As an alias of YAML can make them."""
    loop: dict[Any, Any] = {}
    loop["a"] = loop[3] = loop
    assert {p.code for p in structural_problems(step(name=loop, depends_on=[loop], params=loop), "step")} == {
        "wrong-type"
    }


def test_the_schema_is_a_valid_schema() -> None:
    """Of draft 2020-12, and as a whole it agrees with the definition of each form."""
    schema = load_schema()
    jsonschema_rs.meta.validate(schema)
    whole = jsonschema_rs.validator_for(schema)
    texts: tuple[dict[str, Any], ...] = (
        {"name": "g", "steps": []},
        {"metadata": {"name": "g"}, "spec": {"pipelines": []}},
        {"name": "g"},
        {"spec": {}},
    )
    for data in texts:
        assert whole.is_valid(data) == (structural_problems(data, form_of(data).definition) == [])


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_every_field_is_documented(definition: str) -> None:
    """With a sentence, words for its type, and a sentence for each value it allows."""
    for field in field_docs(definition):
        assert field.description.endswith(".")
        assert field.type_words
        assert all(documentation.endswith(".") for _, documentation in field.values)


def test_the_schema_and_the_models_have_the_same_values_and_defaults() -> None:
    """Two places that must not drift apart."""
    defaults = {field.key: field.default for field in field_docs("policy")}
    assert defaults == ExecutionPolicy().to_dict() | {"retries": 0, "backoff": 1}
    assert ExecutionPolicy(retries=2).to_dict() == defaults | {"retries": 2}
    modes, failures = field_doc("policy", "execution"), field_doc("policy", "on_failure")
    assert modes is not None
    assert failures is not None
    assert [value for value, _ in modes.values] == [mode.value for mode in ExecutionMode]
    assert [value for value, _ in failures.values] == [policy.value for policy in FailurePolicy]
    assert field_doc("policy", "nothing") is None
