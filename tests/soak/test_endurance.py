"""A short day at the real server leaves it as it was: `make soak` does the same for longer."""

from __future__ import annotations

from tests.soak import texts
from tests.soak.endurance import Day

GROWTH = 25.0
"""Megabytes that a server may keep of what it has loaded on the way: lists of tokens and formats are warm then."""


def test_a_day_leaves_nothing_behind() -> None:
    """Edits, requests of every kind, many documents, others' YAML: memory, threads and descriptors as before."""
    day = Day()
    try:
        day.edit(20)
        day.open_and_close(20, at_once=20)
        before = day.state()
        day.edit(60)
        day.edit(10, texts.foreign(1_000))
        day.edit(10, texts.flow(100))
        day.open_and_close(100, at_once=100)
        day.open_and_close(20)
        after = day.state()
        assert after.memory < before.memory + GROWTH
        assert after.threads <= before.threads + 1  # the thread that gives memory back may be at work
        assert after.descriptors == before.descriptors
        assert day.client.shut_down() == 0
    finally:
        day.client.kill()
