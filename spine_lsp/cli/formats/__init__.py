"""The formats of `check`: one module each, with one function `show(run, *, color)` that prints a whole run."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

NAMES = ("text", "json", "github")
TELLING = ("text", "json")
"""Those that say by themselves what was passed over."""


def format_of(name: str) -> ModuleType:
    """The module of a format, imported when it is asked for."""
    return import_module(f"{__name__}.as_{name}")
