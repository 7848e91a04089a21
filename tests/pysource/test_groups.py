"""Groups that are built in Python: the planner takes them as it takes files, and every path has a place."""

from __future__ import annotations

import pytest

from spine_lsp.orchestration.models import ExecutionPolicy, PipelineGroup, PipelineStep
from spine_lsp.orchestration.planner import PlanResolver, graph_problems, inspect
from spine_lsp.pysource.declarations import Computed, PythonGroup
from tests.pysource.workspaces import files_of, index_of, marked

HEAD = """\
from spine.orchestration import ExecutionMode, ExecutionPolicy, FailurePolicy
from spine.orchestration import PipelineGroup, PipelineStep, register_group
"""


def groups_of(text: str) -> list[PythonGroup]:
    return list(index_of(HEAD + text).groups())


def reasons(group: PythonGroup) -> list[str]:
    return [gap.reason for gap in group.gaps]


A = "PipelineStep('a', 'p.a')"
B = "PipelineStep('b', 'p.b', depends_on=['a'], params={'k': 1})"
STEPS = [PipelineStep("a", "p.a"), PipelineStep("b", "p.b", ["a"], {"k": 1})]

READ = {
    "by keyword": (
        f"PipelineGroup(name='g', domain='d', version=2, tags=['t'], defaults={{'x': None}}, steps=[{A}, {B}])",
        PipelineGroup("g", STEPS, domain="d", version=2, tags=["t"], defaults={"x": None}),
    ),
    "by position": (f"PipelineGroup('g', [{A}, {B}], 'd', 'text')", PipelineGroup("g", STEPS, "d", "text")),
    "from_steps": (f"PipelineGroup.from_steps('g', [{A}, {B}])", PipelineGroup("g", STEPS)),
    "from_dict": (
        "PipelineGroup.from_dict({'name': 'g', 'steps': [{'name': 'a', 'pipeline': 'p.a'}]})",
        PipelineGroup("g", STEPS[:1]),
    ),
    "names and steps of constants": (
        f"D = 'd'\nFIRST = {A}\nALL = [FIRST] + [{B}]\nPipelineGroup(name=f'{{D}}.g', steps=[*ALL])",
        PipelineGroup("d.g", STEPS),
    ),
    "one dependency as a text": (
        f"PipelineGroup('g', [{A}, PipelineStep(name='b', pipeline='p.b', depends_on='a', params=dict(k=1))])",
        None,
    ),
    "a tuple of dependencies": (
        f"PipelineGroup('g', steps=({A}, PipelineStep('b', 'p.b', ('a',), {{'k': 1}})))",
        PipelineGroup("g", STEPS),
    ),
    "parallel": (
        (
            f"PipelineGroup('g', [{A}], "
            "policy=ExecutionPolicy.parallel(max_concurrency=3, on_failure=FailurePolicy.CONTINUE))"
        ),
        None,
    ),
    "sequential": (
        f"PipelineGroup('g', [{A}], policy=ExecutionPolicy.sequential())",
        PipelineGroup("g", STEPS[:1], policy=ExecutionPolicy()),
    ),
    "a policy of its own": (
        (
            "POLICY = ExecutionPolicy(mode=ExecutionMode.PARALLEL, timeout_minutes=5)\n"
            f"PipelineGroup('g', [{A}], policy=POLICY)"
        ),
        None,
    ),
}


@pytest.mark.parametrize("case", READ.values(), ids=READ)
def test_a_literal_group_is_the_planners_group(case: tuple[str, PipelineGroup | None]) -> None:
    """The same value as the code would make, as far as it can be written down here."""
    text, expected = case
    (group,) = groups_of(text)
    assert reasons(group) == []
    made = PipelineGroup.from_dict(group.data)
    assert PlanResolver().resolve(made).step_count == len(made.steps)
    if expected is not None:
        assert made == expected


def test_policies_are_those_of_the_code() -> None:
    """Mode, width, failure and time."""
    (group,) = groups_of(READ["parallel"][0])
    policy = PipelineGroup.from_dict(group.data).policy
    assert (policy.mode.value, policy.max_concurrency, policy.on_failure.value) == ("parallel", 3, "continue")
    (group,) = groups_of(READ["a policy of its own"][0])
    policy = PipelineGroup.from_dict(group.data).policy
    assert (policy.mode.value, policy.timeout_minutes) == ("parallel", 5)


OPEN = {
    "a name that is worked out": (
        f"PipelineGroup(make(), [{A}])",
        "`make` works it out when the program runs",
    ),
    "steps of a comprehension": (
        "PipelineGroup('g', [PipelineStep(n, n) for n in 'ab'])",
        "`[PipelineStep(n, n) for n in 'ab']` is a comprehension",
    ),
    "a step that a function makes": (
        "PipelineGroup('g', [make()])",
        "`make` makes a step when the program runs",
    ),
    "steps of an argument": (
        "def make(steps):\n    return PipelineGroup('g', steps)",
        "`steps` is an argument of `make`, which every call gives anew",
    ),
    "unpacked": (f"PipelineGroup(**X, steps=[{A}])", "it unpacks arguments"),
    "a policy that a function makes": (
        f"PipelineGroup('g', [{A}], policy=make())",
        "its policy is made when the program runs",
    ),
}


@pytest.mark.parametrize("case", OPEN.values(), ids=OPEN)
def test_a_group_that_is_not_literal_says_why(case: tuple[str, str]) -> None:
    """What is known of it stays."""
    text, reason = case
    (group,) = groups_of(text)
    assert reasons(group) == [reason]


def test_problems_have_places() -> None:
    """What the planner says by path is at the word in the Python file."""
    text = HEAD + (
        "GROUP = PipelineGroup(name='g', steps=[\n    PipelineStep('a', 'p.é', depends_on=['b', 'ghost']),\n"
        "    PipelineStep(name='b', pipeline='p.b', depends_on=('a',)),\n])\n"
    )
    (group,) = index_of(text).groups()
    files = files_of(text)
    steps = PipelineGroup.from_dict(group.data).steps
    found = {
        problem.code: marked(files, group.places[problem.path])
        for problem in graph_problems(inspect(steps), ("steps",))
    }
    assert found == {"unknown-dependency": "ghost", "dependency-cycle": "b"}
    assert marked(files, group.places["name",]) == "g"
    assert marked(files, group.places["steps", 0, "pipeline"]) == "p.é"


def test_what_is_registered_is_told() -> None:
    """By a call, by a call around it, by a decorator of a factory."""
    groups = groups_of(
        f"ONE = PipelineGroup('one', [{A}])\nregister_group(ONE)\nregister_group(PipelineGroup('two', [{A}]))\n"
        f"@register_group\ndef three():\n    return PipelineGroup('three', [{A}])\n"
        f"FOUR = PipelineGroup('four', [{A}])\n"
    )
    assert {group.name: group.registered for group in groups} == {
        "one": True,
        "two": True,
        "three": True,
        "four": False,
    }


def test_another_class_of_that_name_is_none() -> None:
    """Only Spine's."""
    text = "from acme import PipelineGroup\nPipelineGroup(name='g', steps=[])\n"
    assert list(index_of(text).groups()) == []


def test_a_value_that_is_worked_out_is_given_all_the_same() -> None:
    """By how it is written; nothing else of the parameters is lost, nor where they are."""
    source = "PipelineGroup('g', [PipelineStep('a', 'p', params={'k': now(), **dict(n=3)})], defaults={'d': [x]})"
    (group,) = groups_of(source)
    assert reasons(group) == []
    assert group.data["steps"][0]["params"] == {"k": "now()", "n": 3}
    assert group.data["defaults"] == {"d": "x"}
    known = group.data["steps"][0]["params"]
    assert [type(value) for value in known.values()] == [Computed, int]
    assert set(group.keys) == {("steps", 0, "params", "k"), ("steps", 0, "params", "n"), ("defaults", "d")}
