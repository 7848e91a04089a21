"""Lets tests import the helpers beside them, as `tests.fixture`."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hypothesis import settings

# No timed verdicts, and CI repeats itself.
settings.register_profile("spine", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)  # to look for trouble by hand
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "spine"))
