"""A run on paper: the group's policy and others, failures, durations, and questions that make no sense."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spine_lsp.ide.commands.simulation import simulate_group, to_json
from tests.fixture import fixture

GROUP = """
    name: daily
    steps:
      - {name: a, pipeline: p}
      - {name: b, pipeline: p, depends_on: [a]}
      - {name: c, pipeline: p, depends_on: [a]}
      - {name: d, pipeline: p, depends_on: [b]}
      - {pipeline: nameless, depends_on: [a]}
      - {name: gap, pipeline: p, depends_on: [nowhere]}
    policy: {execution: parallel, max_concurrency: 2}
"""


def check_run(*slots: str, **question: Any) -> dict[str, Any]:
    """The run's slots, each as what runs in it."""
    fix = fixture(GROUP)
    found = simulate_group(fix.workspace, fix.uri, **question)
    assert found is not None
    answer: dict[str, Any] = to_json(found)
    drawn = [f"{s['start']:g}-{s['end']:g} {' '.join(s['steps'])}" for s in answer["slots"]]
    assert drawn == list(slots)
    assert "\\u0000" not in json.dumps(answer, allow_nan=False)
    return answer


def test_the_group_runs_under_its_own_policy() -> None:
    """Two at once, by level; what cannot run is blocked; a step without name is no part of it."""
    answer = check_run("0-1 a", "1-2 b c", "2-3 d")
    assert {step["name"]: step["state"] for step in answer["steps"]} == {
        **dict.fromkeys("abcd", "succeeded"),
        "gap": "blocked",
    }
    assert answer["critical_path"] == {"steps": ["a", "b", "d"], "length": 3}
    assert answer["makespan"] == 3


def test_a_long_run_ends_at_a_number_that_people_write() -> None:
    """No exponent, whatever the unit of the durations."""
    found = simulate_group(fixture(GROUP).workspace, fixture(GROUP).uri, durations={"a": 86_400_000})
    assert found is not None
    assert "it ends after 86400002" in found.message


@pytest.mark.parametrize(
    ("durations", "unit", "said"),
    [
        ({}, "units of time", "it ends after 3 units of time"),
        ({"a": 2.5}, "units of time", "it ends after 4.5 units of time"),
        ({"a": "90 s", "b": "2h", "*": 1}, "minutes", "it ends after 122.5 minutes"),
        ({"*": "0.5 d"}, "minutes", "it ends after 2160 minutes"),
        ({"*": "10m", "d": "1"}, "minutes", "it ends after 21 minutes"),
        (
            {"a": "2 weeks", "b": "-1", "c": "1e400", "d": True},
            "units of time",
            "`a`, `b`, `c` and `d` took 1",
        ),
    ],
)
def test_times_have_a_unit(durations: dict[str, object], unit: str, said: str) -> None:
    """Minutes as soon as one duration has a unit, whichever; `*` is every other step."""
    fix = fixture(GROUP)
    found = simulate_group(fix.workspace, fix.uri, durations=durations)
    assert found is not None
    assert to_json(found)["unit"] == unit
    assert said in found.message


def test_a_run_that_takes_too_long_says_so() -> None:
    """The policy's timeout is in minutes, so only minutes are compared with it."""
    fix = fixture(GROUP.replace("max_concurrency: 2", "max_concurrency: 2, timeout_minutes: 60"))
    late = simulate_group(fix.workspace, fix.uri, durations={"*": "30 min"})
    early = simulate_group(fix.workspace, fix.uri, durations={"*": 30})
    assert late is not None
    assert early is not None
    assert late.message.endswith("after 90 minutes; that is over the timeout of 60 minutes")
    assert "timeout" not in early.message


@pytest.mark.parametrize(
    ("question", "slots"),
    [
        ({"execution": "sequential"}, ["0-1 a", "1-2 b", "2-3 c", "3-4 d"]),
        ({"max_concurrency": 1}, ["0-1 a", "1-2 b", "2-3 c", "3-4 d"]),
        ({"durations": {"b": 3}}, ["0-1 a", "1-2 b c", "2-4 b", "4-5 d"]),
        ({"fails": ["b"]}, ["0-1 a", "1-2 b c"]),
        ({"fails": ["a"], "on_failure": "continue"}, ["0-1 a"]),
        ({"execution": "sideways", "max_concurrency": 0, "on_failure": "?"}, ["0-1 a", "1-2 b c", "2-3 d"]),
    ],
)
def test_other_policies_failures_and_durations(question: dict[str, Any], slots: list[str]) -> None:
    """What the question says counts in the place of the policy's own, as far as it is possible."""
    check_run(*slots, **question)


def test_what_a_failure_stops() -> None:
    """Under `stop` the rest never starts, under `continue` what waits for the failure is skipped."""
    stopped = check_run("0-1 a", "1-2 b c", fails=["b"])
    assert (stopped["never_started"], stopped["skipped"]) == (["d"], [])
    skipped = check_run("0-1 a", "1-2 b c", fails=["b"], on_failure="continue")
    assert (skipped["never_started"], skipped["skipped"]) == ([], ["d"])


def test_what_cannot_be_used_is_said() -> None:
    """Names of no step and durations that are none are named in the message; the run is made without them."""
    answer = check_run("0-1 a", "1-2 b c", "2-3 d", fails=["zz"], durations={"a": -1, "b": "long", "q": 2})
    assert answer["message"].endswith(
        "; no step is called `zz` or `q`; "
        "a duration is a number from 0 up or one with s, min, h or d, so `a` and `b` took 1"
    )


def test_json_has_the_documented_keys() -> None:
    """The JSON has exactly the keys of docs/commands.md; no group, no answer."""
    answer = check_run("0-1 a", "1-2 b c", "2-3 d")
    keys = "group policy makespan unit slots steps critical_path never_started skipped message"
    assert " ".join(answer) == keys
    assert " ".join(answer["steps"][0]) == "name state start end worker"
    fix = fixture(GROUP)
    assert simulate_group(fix.workspace, fix.uri, "other") is None
