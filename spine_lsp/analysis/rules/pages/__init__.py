"""The pages of the rules as Markdown files, for editors to open; generated from the rules, `tests/` compares."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

PAGES = Path(str(files(__name__)))


def page_path(code: str) -> Path:
    """The file with the page of a rule."""
    return PAGES / f"{code}.md"
