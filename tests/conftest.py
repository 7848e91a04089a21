"""Lets tests import the helpers beside them, as `tests.fixture`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
