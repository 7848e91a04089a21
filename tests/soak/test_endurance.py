"""A short day at the real server leaves it as it was: `make soak` does the same for longer."""

from __future__ import annotations

import pytest

from tests.soak import texts
from tests.soak.endurance import SHAPES, Day

pytestmark = pytest.mark.any_version

GROWTH = 25.0
"""Megabytes that a server may keep of what it has loaded on the way: lists of tokens and formats are warm then."""


KEPT = 20.0
"""Megabytes that may be left of thousands of keys, however long they are typed."""


def test_keys_and_saves_leave_nothing_behind() -> None:
    """2,000 keys and 200 saves in files of ten shapes: the server is as large as after the first few."""
    day = Day()
    try:
        for make in SHAPES.values():
            day.type_and_save(make(), keys=8, saves=2)
        before = day.memory()
        for make in SHAPES.values():
            day.type_and_save(make(), keys=200, saves=20)
        assert day.memory() < before + KEPT
        assert day.client.shut_down() == 0
    finally:
        day.client.kill()


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
