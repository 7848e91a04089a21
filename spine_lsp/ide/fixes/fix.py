"""What a quick fix is, and where a finding stands in its group."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.group import Group
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.syntax.text import Edit

_LONGEST_NAME = 60  # in a title


class Fix(NamedTuple):
    """One way out of a finding: the words, the edits of its file, and how sure it is.

    `preferred`: the one that a person would choose. `safe`: right without anybody looking, so "fix all" takes it.
    """

    title: str
    edits: list[Edit]
    preferred: bool = False
    safe: bool = False


Fixer = Callable[[Trial, Group, Finding], Iterator[Fix]]


def offer(title: str, edits: list[Edit] | None, *, preferred: bool = False, safe: bool = False) -> Iterator[Fix]:
    """The fix, if its edits could be made."""
    if edits:
        yield Fix(title, edits, preferred, safe)


def in_title(name: str) -> str:
    """A name as a title shows it: on one line, in backquotes, and cut where it is long."""
    shown = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    return "`" + "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in shown) + "`"


def letters(name: str) -> str:
    """A name without case, dashes, underscores and blanks: names that share it are one, spelt in two ways."""
    return re.sub(r"[-_\s]", "", name.casefold())


def edge_of(group: Group, finding: Finding) -> tuple[int, int] | None:
    """The step and the entry of its `depends_on` that a finding stands on."""
    step = group.step_at(finding.start)
    if step is None:
        return None
    base = group.base_of(step)
    for entry, span in enumerate(group.steps[step].edge_spans):
        if span.start + base == finding.start and span.end + base == finding.end:
            return step, entry
    return None
