"""What holds for every test: failures of helpers speak, what is compiled is kept, hypothesis repeats itself."""

import gc
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.examples import load_profile

# Hundreds of tests start Python. Where nothing may be written beside the sources, as in many containers, each of
# those processes would compile all that it imports.
os.environ.pop("PYTHONUNBUFFERED", None)  # users' output is buffered, and what is left of it is written at the end
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    _KEPT = os.environ.setdefault(
        "PYTHONPYCACHEPREFIX", str(Path(__file__).resolve().parent.parent / ".cache" / "pycache")
    )
    sys.pycache_prefix, sys.dont_write_bytecode = _KEPT, False

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

load_profile()


def pytest_collection_finish() -> None:
    """The garbage collector need not look at thousands of collected tests again and again while they run."""
    gc.collect()
    gc.freeze()
