"""What a run does next: who starts, who waits, what a failure stops, and that asking changes nothing."""

from __future__ import annotations

from copy import deepcopy

import pytest

from spine_lsp.orchestration.models import ExecutionPolicy, FailurePolicy
from spine_lsp.orchestration.scheduling import Interrupt, Retry, Schedule, Start, next_steps
from spine_lsp.orchestration.simulate import play
from tests.growth import assert_growth, seconds

DIAMOND = [[], [0], [0], [1, 2]]
CONTINUE = FailurePolicy.CONTINUE


def test_asking_twice_answers_the_same() -> None:
    """Nothing is started by asking, and the state is what it was."""
    schedule = Schedule([[] for _ in range(9)], ExecutionPolicy.parallel(4))
    before = deepcopy(vars(schedule))
    assert next_steps(schedule) == next_steps(schedule) == [Start(n, 1, n) for n in range(4)]
    assert vars(schedule) == before


def test_the_first_in_the_plan_starts_on_the_first_free_worker() -> None:
    """A worker that is free again is the next to be used, and steps start in plan order."""
    schedule = Schedule([[], [], [0], []], ExecutionPolicy.parallel(2))
    for action in next_steps(schedule):
        assert isinstance(action, Start)
        schedule.started(action)
    schedule.ended(1, "completed")
    (third,) = next_steps(schedule)
    assert third == Start(3, 1, 1)
    with pytest.raises(ValueError, match="not the next"):
        schedule.started(Start(2, 1, 1))


@pytest.mark.parametrize(
    ("policy", "progress"),
    [
        (ExecutionPolicy.parallel(2), ["completed", "failed", "completed", "pending"]),
        (ExecutionPolicy.parallel(2, CONTINUE), ["completed", "failed", "completed", "skipped"]),
        (ExecutionPolicy.sequential(), ["completed", "failed", "pending", "pending"]),
        (ExecutionPolicy.sequential(CONTINUE), ["completed", "failed", "completed", "skipped"]),
    ],
)
def test_what_a_failure_stops(policy: ExecutionPolicy, progress: list[str]) -> None:
    """What runs beside it comes to its end; what waits for it is skipped, or all that has not begun."""
    schedule = Schedule(DIAMOND, policy)
    play(schedule, lambda step, _: (1, "failed" if step == 1 else "completed"))
    assert schedule.progress == progress
    assert schedule.over


def test_a_step_is_tried_again_after_longer_and_longer_pauses() -> None:
    """Once, twice, four times the backoff; other steps use the time, and what waits for it runs at last."""
    schedule = Schedule([[], [0], []], ExecutionPolicy.parallel(1), [Retry(3, 10), Retry(), Retry()])
    attempts = play(schedule, lambda step, number: (1, "failed" if step == 0 and number < 4 else "completed"))
    assert [(each.step, each.number, each.start) for each in attempts] == [
        (0, 1, 0), (2, 1, 1), (0, 2, 11), (0, 3, 32), (0, 4, 73), (1, 1, 74),
    ]  # fmt: skip
    assert schedule.progress == ["completed"] * 3


def test_one_by_one_nothing_overtakes_a_step_that_is_tried_again() -> None:
    """The order of a sequential run is the plan's, whatever has to be tried again."""
    schedule = Schedule([[], []], ExecutionPolicy.sequential(), [Retry(1, 5), Retry()])
    attempts = play(schedule, lambda step, number: (1, "failed" if (step, number) == (0, 1) else "completed"))
    assert [(each.step, each.start) for each in attempts] == [(0, 0), (0, 6), (1, 7)]


def test_what_cannot_come_out_otherwise_is_not_tried_again() -> None:
    """Bad parameters stay bad."""
    schedule = Schedule([[]], ExecutionPolicy(), [Retry(5)])
    schedule.started(Start(0, 1, 0))
    schedule.ended(0, "failed", may_retry=False)
    assert schedule.progress == ["failed"]


def test_a_step_that_waits_when_the_run_stops_has_failed() -> None:
    """It ran, so it is not skipped, and it is not tried again."""
    schedule = Schedule([[], []], ExecutionPolicy.parallel(2), [Retry(5, 100), Retry()])
    play(schedule, lambda step, _: (1 + step, "failed"))
    assert schedule.progress == ["failed", "failed"]
    assert schedule.given_up == [0]


def test_a_halted_run_stops_what_runs_and_says_so_once() -> None:
    """Nothing starts; each running step is named until it has been told."""
    schedule = Schedule([[], [], []], ExecutionPolicy.parallel(2))
    for action in next_steps(schedule):
        assert isinstance(action, Start)
        schedule.started(action)
    schedule.halt("cancelled")
    schedule.halt("timed_out")
    stops = next_steps(schedule)
    assert stops == [Interrupt(0, "cancelled"), Interrupt(1, "cancelled")]
    schedule.stopping(Interrupt(0, "cancelled"))
    assert next_steps(schedule) == [Interrupt(1, "cancelled")]
    schedule.ended(0, "cancelled")
    schedule.ended(1, "completed")
    assert schedule.over
    assert schedule.close() == (2,)
    assert schedule.progress == ["cancelled", "completed", "skipped"]


def test_what_is_done_is_not_run() -> None:
    """Kept steps count as completed from the start."""
    schedule = Schedule(DIAMOND, ExecutionPolicy.sequential(), done=[0, 1])
    assert [each.step for each in play(schedule, lambda *_: (1, "completed"))] == [2, 3]


def test_the_cost_of_a_run_grows_with_its_steps() -> None:
    """Many ready steps with few workers, where a scan of all for each would show."""

    def measure(size: int) -> float:
        waits_for: list[list[int]] = [[] for _ in range(size)]
        return seconds(lambda: play(Schedule(waits_for, ExecutionPolicy.parallel(3)), lambda *_: (1, "completed")))

    assert_growth(measure, 1_000, times=16)
