"""The command that starts this package once more, by the same interpreter and from the same places."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

_BOOT = (
    "import json, runpy, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)


def own_command(module: str, arguments: Sequence[str]) -> list[str]:
    """The command that runs a module of ours as this process found it: another one may be installed, or none."""
    where = str(Path(__file__).resolve().parents[2])
    paths = list(dict.fromkeys([*(path for path in sys.path if path), where]))
    return [sys.executable, "-I", "-c", _BOOT, json.dumps(paths), module, *arguments]
