"""Which interpreter runs the pipelines of a project, where nobody names one."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def interpreter_of(folder: Path, otherwise: str | None = None) -> str:
    """That of the active environment, of `.venv` or `venv` in the project's folder, or `otherwise`, or the system's."""
    inner = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
    environments = [folder / ".venv", folder / "venv"]
    if active := os.environ.get("VIRTUAL_ENV"):
        environments.insert(0, Path(active))
    for environment in environments:
        if (program := environment.joinpath(*inner)).exists():
            return str(program.absolute())
    return otherwise or shutil.which("python3") or shutil.which("python") or sys.executable
