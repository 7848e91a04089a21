"""Where the system has programs keep what is the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_NAME = "spine-lsp"


def data_folder() -> Path:
    """The folder for what is to stay; RuntimeError where there is no home, as of all functions here."""
    if sys.platform == "win32":
        return _local() / _NAME
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / _NAME
    return xdg_folder("XDG_DATA_HOME", ".local/share") / _NAME


def cache_folder() -> Path:
    """The folder for what can be made anew."""
    if sys.platform == "win32":
        return _local() / _NAME / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / _NAME
    return xdg_folder("XDG_CACHE_HOME", ".cache") / _NAME


def xdg_folder(variable: str, otherwise: str) -> Path:
    """The folder that a variable of the XDG base directories names, else one at home; a relative one is no answer."""
    given = os.environ.get(variable, "")
    return Path(given) if given and Path(given).is_absolute() else Path.home() / otherwise


def _local() -> Path:
    return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
