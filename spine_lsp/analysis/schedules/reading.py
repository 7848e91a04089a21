"""A file of schedules, read from its YAML: the fields of each schedule with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from spine_lsp.analysis.header import GroupPart
from spine_lsp.analysis.locate import Finder, problem_span
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import DuplicateKey, duplicate_keys
from spine_lsp.orchestration.kinds.workflow.vocabulary import OPERATION
from spine_lsp.orchestration.problems import Problem
from spine_lsp.orchestration.structure import structural_problems
from spine_lsp.orchestration.vocabulary import NAME, PIPELINE
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.text import Text
from spine_lsp.syntax.tree import Node, written_at
from spine_lsp.syntax.values import read_values

if TYPE_CHECKING:
    from spine_lsp.analysis.document import Document

SCHEDULES = "schedules"
FILE, SCHEDULE = "schedules.file", "schedules.schedule"
CRON, INTERVAL, TIMEZONE = "cron", "interval", "timezone"
ENABLED = "enabled"
RUNS = (PIPELINE, OPERATION)
WORKFLOW = "workflow"
TARGETS = (*RUNS, WORKFLOW)

_TEMPLATE = re.compile(r"\{\{|\{%|<%|[$%][({]")
"""What other programs fill in before Spine reads a file: nobody knows what will stand there."""
_MENTIONS = re.compile(r"""^[{ ]*["']?schedules["']?[ \t]*:""", re.MULTILINE)


class ScheduleField(NamedTuple):
    """A key of a schedule: its value, the places of both, and the node of the value."""

    value: Any
    key: Span
    span: Span
    node: Node


@dataclass(frozen=True)
class ScheduleEntry:
    """One schedule; ``span`` is all of it."""

    span: Span
    fields: Mapping[str, ScheduleField]

    def text(self, key: str) -> str | None:
        """The text of a key; None where there is none, or another value."""
        found = self.fields.get(key)
        return found.value if found is not None and isinstance(found.value, str) else None

    def written(self, key: str) -> str | None:
        """As `text`, but None where a template stands, which is filled in before anybody reads it."""
        text = self.text(key)
        return text if text is not None and _TEMPLATE.search(text) is None else None

    @property
    def target(self) -> tuple[str, str] | None:
        """By which key it names what it runs, and the name."""
        return next(((key, name) for key in TARGETS if (name := self.text(key))), None)

    @property
    def head(self) -> Span:
        """What stands for the whole of it: its name, or its first key."""
        name = self.fields.get(NAME)
        if name is not None and not name.node.is_empty:
            return name.span
        return next((each.key for each in self.fields.values()), self.span)


@dataclass(frozen=True)
class ScheduleList:
    """The schedules of a YAML document, and what its structure lacks, each problem with its place.

    `part` is that document, of the file whose text is `text`.
    """

    text: Text
    part: GroupPart
    span: Span
    schedules: tuple[ScheduleEntry, ...]
    problems: tuple[tuple[Problem, Span], ...] = field(default=())
    faults: tuple[Fault, ...] = ()
    duplicate_keys: tuple[DuplicateKey, ...] = ()


def schedule_at(document: Document, offset: int) -> ScheduleEntry | None:
    """The schedule around an offset; at the end of its last line, and below it, it is still the one."""
    if not document.has_schedules_at(offset):
        return None
    schedules = [each for listed in document.schedules for each in listed.schedules]
    return next((each for each in reversed(schedules) if each.span.start <= offset), None)


def list_at(document: Document, offset: int) -> ScheduleList | None:
    """The list of schedules in whose YAML document an offset is."""
    if not document.has_schedules_at(offset):
        return None
    return next((each for each in document.schedules if each.part.start <= offset <= each.part.end), None)


def lists_of(document: Document) -> tuple[ScheduleList, ...]:
    """The lists of schedules of a file; none without a schedule that says what is run and when."""
    source = document.text.source
    if SCHEDULES not in source or _MENTIONS.search(source) is None:
        return ()
    return tuple(_lists(document))


def _lists(document: Document) -> Iterator[ScheduleList]:
    others = {id(group.part) for group in (*document.groups, *document.unread)}
    for part in document.file.parts:
        if id(part) in others:
            continue
        root = part.skeleton.root
        listed = root.get(SCHEDULES) if root is not None and root.kind == "map" else None
        if root is None or listed is None or listed.kind != "seq":
            continue
        reading = read_values(root, part.head + part.tail)
        value = reading.value
        items = value.get(SCHEDULES) if isinstance(value, dict) else None
        if not isinstance(items, list) or not any(_is_ours(item) for item in items):
            continue

        def place(span: Span, moved: Any = part.file_span) -> Span:
            return Span(*moved(span.start, span.end))

        schedules = tuple(
            _schedule(node, item, place)
            for node, item in zip(listed.items, items, strict=False)
            if isinstance(item, dict) and node.kind == "map"
        )
        faults = (*part.skeleton.faults, *reading.faults)
        # What cannot be read has values that nobody wrote.
        found = structural_problems({SCHEDULES: items}, FILE, written=partial(written_at, root)) if not faults else ()
        finder = Finder(root)
        problems = tuple(
            (problem, place(problem_span(finder, problem))) for problem in found if _is_told(problem, finder)
        )
        yield ScheduleList(
            document.text,
            part,
            place(Span(root.start, root.end)),
            schedules,
            problems,
            faults,
            duplicate_keys(reading),
        )


def _is_told(problem: Problem, finder: Finder) -> bool:
    """Whether a problem of structure is one: nobody has written down all keys, and templates may become anything."""
    if problem.code == "unknown-key":
        return bool(problem.suggestions)
    found = finder.find(problem.path)
    return found is None or found.node.kind != "scalar" or _TEMPLATE.search(found.node.text) is None


def _is_ours(item: object) -> bool:
    """Whether an item of a list says what is run and when, in our words: others have lists of schedules too."""
    return (
        isinstance(item, dict) and any(key in item for key in TARGETS) and any(key in item for key in (CRON, INTERVAL))
    )


def _schedule(node: Node, value: Mapping[Any, Any], place: Any) -> ScheduleEntry:
    fields = {
        key.text: ScheduleField(
            value.get(key.text), place(Span(key.start, key.end)), place(Span(inner.start, inner.end)), inner
        )
        for key, inner in node.entries
        if key.kind == "scalar"
    }
    merged = next((inner for key, inner in node.entries if key.text == "<<"), None)
    if merged is not None:  # what comes by a merge stands where the merge does
        at = place(Span(merged.start, merged.end))
        fields.pop("<<")
        fields |= {key: ScheduleField(value[key], at, at, merged) for key in value if key not in fields}
    return ScheduleEntry(place(Span(node.start, node.end)), fields)
