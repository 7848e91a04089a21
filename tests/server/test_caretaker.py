"""Memory is given back in a pause, once, and never while there is work."""

from __future__ import annotations

from collections.abc import Callable

from spine_lsp.server.memory import Caretaker, give_memory_back


def test_memory_is_given_back_in_a_pause() -> None:
    """Many closes are one occasion; while there is work it waits; all is collected only when nothing is open."""
    timers: list[Callable[[], None]] = []
    given: list[bool] = []

    def give_back(*, everything: bool) -> None:
        given.append(everything)

    state = {"busy": True, "open": True}
    caretaker = Caretaker(
        lambda seconds, what: timers.append(what), lambda: state["busy"], lambda: state["open"], give_back
    )
    for _ in range(5):
        caretaker.freed()
    assert len(timers) == 1
    timers.pop()()
    assert (len(timers), given) == (1, [])
    state["busy"] = False
    timers.pop()()
    assert (timers, given) == ([], [False])
    state["open"] = False
    caretaker.freed()
    timers.pop()()
    assert given == [False, True]


def test_giving_back_is_harmless() -> None:
    """It works on every system, whatever its C library."""
    give_memory_back(everything=True)
    give_memory_back(everything=False)
