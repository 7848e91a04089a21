"""Groups, steps and policies as values, and the registry of groups."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from spine_lsp import orchestration
from spine_lsp.orchestration import (
    ExecutionMode,
    ExecutionPolicy,
    FailurePolicy,
    GroupNotFoundError,
    GroupRunStatus,
    PipelineGroup,
    PipelineStep,
    clear_group_registry,
    get_group,
    get_registry_stats,
    group_exists,
    list_groups,
    register_group,
)


@pytest.fixture(autouse=True)
def _empty_registry() -> Iterator[None]:
    clear_group_registry()
    yield
    clear_group_registry()


def group(name: str = "g", domain: str = "") -> PipelineGroup:
    return PipelineGroup(name=name, domain=domain, steps=[PipelineStep("a", "p.a"), PipelineStep("b", "p.b", "a")])


@pytest.mark.parametrize("entries", [["a", "b"], ("a", "b")])
def test_depends_on_becomes_a_tuple(entries: Any) -> None:
    """Whatever it was given as; one name stands for a list of it."""
    assert PipelineStep("s", "p", entries).depends_on == ("a", "b")
    assert PipelineStep("s", "p", "ab").depends_on == ("ab",)
    assert PipelineStep.from_dict({"name": "s", "pipeline": "p", "depends_on": "ab"}).depends_on == ("ab",)


def test_a_step_goes_to_a_dict_and_back() -> None:
    """What is empty is left out."""
    step = PipelineStep("s", "p", ["a"], {"k": 1})
    assert step.to_dict() == {"name": "s", "pipeline": "p", "depends_on": ["a"], "params": {"k": 1}}
    assert PipelineStep.from_dict(step.to_dict()) == step
    assert PipelineStep("s", "p").to_dict() == {"name": "s", "pipeline": "p"}


def test_policies_have_their_defaults_and_factories() -> None:
    """Sequential, four at a time if parallel, stop at a failure."""
    assert ExecutionPolicy() == ExecutionPolicy(ExecutionMode.SEQUENTIAL, 4, FailurePolicy.STOP, None)
    assert ExecutionPolicy.parallel(8).mode is ExecutionMode.PARALLEL
    assert ExecutionPolicy.sequential(on_failure=FailurePolicy.CONTINUE).on_failure == "continue"


@pytest.mark.parametrize("number", [0, -1])
def test_a_policy_refuses_fewer_than_one_step_at_a_time(number: int) -> None:
    """ValueError."""
    with pytest.raises(ValueError, match="at least 1"):
        ExecutionPolicy(max_concurrency=number)


def test_run_states_have_their_words() -> None:
    """As stored by other Spine code."""
    assert [state.value for state in GroupRunStatus] == [
        "pending",
        "running",
        "completed",
        "failed",
        "cancelled",
    ]


def test_a_group_refuses_two_steps_of_one_name() -> None:
    """ValueError, naming each repeated name once."""
    with pytest.raises(ValueError, match=r"^Duplicate step names: a, b$"):
        PipelineGroup(name="g", steps=[PipelineStep(name, "p") for name in "abcaba"])


def test_a_group_finds_its_steps() -> None:
    """By name, in order."""
    made = group()
    assert made.step_names == ["a", "b"]
    assert made.get_step("b") is made.steps[1]
    assert made.get_step("c") is None
    assert PipelineGroup.from_steps("g", made.steps, version=2).version == 2


def test_a_group_goes_to_a_dict_and_back() -> None:
    """In the flat form."""
    made = PipelineGroup("g", group().steps, "d", "text", 3, {"k": 1}, ExecutionPolicy.parallel(2), ["t"])
    assert PipelineGroup.from_dict(made.to_dict()) == made


@pytest.mark.parametrize("key", ["steps", "pipelines"])
def test_the_flat_form_calls_its_steps_either_way(key: str) -> None:
    """`steps` or `pipelines`."""
    assert PipelineGroup.from_dict({"name": "g", key: [{"name": "a", "pipeline": "p"}]}).step_names == ["a"]


def test_a_registered_group_is_found() -> None:
    """Directly registered."""
    made = register_group(group())
    assert get_group("g") is made
    assert group_exists("g")
    assert not group_exists("h")


def test_a_decorated_function_registers_what_it_returns() -> None:
    """The name is then the group."""

    @register_group
    def daily() -> PipelineGroup:
        return group("daily")

    assert get_group("daily") is daily


def test_a_taken_name_is_refused() -> None:
    """ValueError, and the first stays."""
    first = register_group(group())
    with pytest.raises(ValueError, match="already registered"):
        register_group(group())
    assert get_group("g") is first


@pytest.mark.parametrize("thing", [3, lambda: 3])
def test_what_is_no_group_is_refused(thing: Any) -> None:
    """TypeError, naming what it was."""
    with pytest.raises(TypeError, match="not int"):
        register_group(thing)


def test_groups_are_listed_by_domain() -> None:
    """Sorted by name."""
    for name, domain in (("z", "one"), ("a", "one"), ("m", "")):
        register_group(group(name, domain))
    assert list_groups() == ["a", "m", "z"]
    assert list_groups(domain="one") == ["a", "z"]
    assert get_registry_stats() == {"total_groups": 3, "groups_by_domain": {"one": 2, "(no domain)": 1}}


def test_an_unknown_group_is_an_error_that_says_what_was_perhaps_meant() -> None:
    """GroupNotFoundError with the name asked for."""
    register_group(group("daily"))
    with pytest.raises(GroupNotFoundError, match="did you mean 'daily'") as caught:
        get_group("dialy")
    assert caught.value.group_name == "dialy"


def test_registering_is_logged() -> None:
    """As the structlog event `group_registered`."""
    with capture_logs() as events:
        register_group(group())
    assert {"event": "group_registered", "name": "g", "domain": "", "steps": 2, "log_level": "info"} in events


def test_every_public_name_can_be_imported() -> None:
    """From the package, and it is the one that its module has."""
    for name in orchestration.__all__:
        assert getattr(orchestration, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = orchestration.nothing


def test_what_type_checkers_see_is_what_is_exported() -> None:
    """The imports under TYPE_CHECKING and the lazy table name the same things from the same modules."""
    tree = ast.parse(Path(orchestration.__file__).read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("spine_lsp.orchestration.")
        for alias in node.names
    }
    assert seen == {name: f"spine_lsp.orchestration.{module}" for name, module in orchestration._MODULE_OF.items()}
    assert sorted(seen) == orchestration.__all__


def test_inspecting_a_graph_loads_nothing_that_is_slow() -> None:
    """Importing the package and its graph brings no library with it."""
    code = (
        "import sys, spine_lsp.orchestration, spine_lsp.orchestration.graph as g;"
        "g.inspect_graph(['a', 'b'], [['b'], ['a']]);"
        "slow = ('structlog', 'ruamel', 'yaml', 'jsonschema_rs', 'rapidfuzz', 'logging');"
        "print([name for name in slow if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
