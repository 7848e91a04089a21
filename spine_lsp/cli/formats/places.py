"""Places of a text as people and programs count them: from one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from spine_lsp.analysis.findings import Finding
from spine_lsp.disk.config_files import system_path
from spine_lsp.syntax.text import Encoding, Text


def position(text: Text, start: int, end: int, encoding: Encoding = "utf-32") -> dict[str, int]:
    """A span as lines and columns from 1, columns in units of `encoding`; the end is after the last character."""
    return _position(text.position(start, encoding), text.position(end, encoding))


class RelatedPlace(NamedTuple):
    """A place that belongs to a finding: the file as it is shown, lines and columns as in `position`, and its words."""

    path: str
    at: dict[str, int]
    message: str


def related_places(path: str, text: Text, finding: Finding, encoding: Encoding = "utf-32") -> Iterator[RelatedPlace]:
    """Those of the finding's own file, which is shown as `path`, and then those of others."""
    for place in finding.related:
        yield RelatedPlace(path, position(text, place.start, place.end, encoding), place.message)
    for other in finding.elsewhere:
        yield RelatedPlace(_shown(other.path), _position(*other.place.range(encoding)), other.message)


def _position(start: tuple[int, int], end: tuple[int, int]) -> dict[str, int]:
    return {"line": start[0] + 1, "column": start[1] + 1, "end_line": end[0] + 1, "end_column": end[1] + 1}


def _shown(path: str) -> str:
    """A path of the project, from the working folder if it is in there."""
    whole, here = Path(system_path(path)), Path.cwd()
    return str(whole.relative_to(here) if here in whole.parents else whole)
