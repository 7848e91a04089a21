"""Configuration files as bytes, by their paths of the project (see analysis/project.py)."""

from __future__ import annotations

from pathlib import Path

from spine_lsp.configuration.files import MAX_BYTES
from spine_lsp.disk.reading import UnusableFileError, absolute, bytes_of


def read_config(path: str) -> bytes | None:
    """The bytes of a small regular file; None where there is none that can be read."""
    try:
        return bytes_of(system_path(path), MAX_BYTES)
    except (OSError, UnusableFileError, ValueError):  # ValueError: a zero byte in the path
        return None


def system_path(path: str) -> str:
    """A path of the project as the system takes it."""
    return path if path[1:2] == ":" else f"/{path}"


def project_path(path: str | Path) -> str:
    """A path of the system as one of the project; relative ones start from the working folder."""
    whole = Path(absolute(path)).as_posix()
    return whole[:1].lower() + whole[1:] if whole[1:2] == ":" else whole.lstrip("/")
