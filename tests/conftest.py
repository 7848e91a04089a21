"""Failures of the helper modules speak: pytest shows the values of their asserts as it does in test modules."""

import os
import signal

import pytest
from hypothesis import settings

pytest.register_assert_rewrite(
    "tests.fixture",
    "tests.ide.actions",
    "tests.ide.answers",
    "tests.drawing.draw_tracing",
    "tests.server.rawclient",
)

# Shells start what runs in the background deaf to Ctrl-C, and what a test starts would be so too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What tests read is kept nowhere, but by those that name a folder.
os.environ["SPINE_LSP_CACHE"] = "off"

# No timed verdicts, and CI repeats itself.
settings.register_profile("spine", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)  # to look for trouble by hand
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "spine"))
