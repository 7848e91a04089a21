"""Failures of the helper modules speak: pytest shows the values of their asserts as it does in test modules."""

import os

import pytest
from hypothesis import settings

pytest.register_assert_rewrite(
    "tests.fixture",
    "tests.ide.actions",
    "tests.ide.answers",
    "tests.drawing.draw_tracing",
    "tests.server.rawclient",
)

# No timed verdicts, and CI repeats itself.
settings.register_profile("spine", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)  # to look for trouble by hand
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "spine"))
