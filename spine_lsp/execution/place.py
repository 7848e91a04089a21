"""Where the history of runs is, told without a look into it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from spine_lsp.user_folders import data_folder

VARIABLE = "SPINE_LSP_HISTORY"
"""The variable of the environment that names another place."""


class HistoryError(Exception):
    """The history cannot be used: one sentence."""


def default_path() -> Path:
    """The history of this user: `history.db` in the folder for data of programs."""
    return data_folder() / "history.db"


def history_place(environment: Mapping[str, str] = os.environ) -> str:
    """The place that holds where nobody names another: a path, or the URL of a database."""
    return environment.get(VARIABLE) or str(default_path())


def stamp_of(place: str) -> object:
    """What is another when the history has changed; None where there is none. A database that is no file has one."""
    if "://" in place:
        return place
    found = []
    for ending in ("", "-wal"):
        try:
            info = Path(place + ending).expanduser().stat()
        except OSError:
            continue
        found.append((ending, info.st_mtime_ns, info.st_size))
    return tuple(found) if found and found[0][0] == "" else None
