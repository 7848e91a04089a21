"""The formats of `check`: one module each, with one function `show(run, *, color)` that prints a whole run.

One that shows what would mend a finding sets `REPAIRS`.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

NAMES = (
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "rdjson",
    "markdown",
)
TELLING = ("text", "concise", "json", "jsonl", "github", "sarif", "markdown")
"""Those that say by themselves how much was checked, or what was passed over."""


def format_of(name: str) -> ModuleType:
    """The module of a format, imported when it is asked for."""
    return import_module(f"{__name__}.as_{name}")
