"""Files of schedules in the editor: when each next runs, what it runs, and what could be written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.schedules.cron import (
    UTC_NAME,
    ClockChange,
    clock_changes,
    cron_faults,
    in_words,
    is_ambiguous,
    never_comes,
    next_runs,
    zone_names,
    zone_of,
)
from spine_lsp.analysis.schedules.reading import (
    CRON,
    ENABLED,
    INTERVAL,
    SCHEDULE,
    TARGETS,
    TIMEZONE,
    WORKFLOW,
    ScheduleEntry,
    ScheduleField,
    schedule_at,
)
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.items import CompletionItem, CompletionList, ItemKind, sort_key
from spine_lsp.ide.completion.registered import registered_names
from spine_lsp.ide.cursor import At, SymbolKind
from spine_lsp.ide.definition import Definition, classes, workflows
from spine_lsp.ide.hover.hover import pipeline_hover
from spine_lsp.ide.hover.markup import Block, Code, Hover, Line, Paragraph, field_hover
from spine_lsp.ide.occurrences import Occurrence, named_in_open, written_at
from spine_lsp.ide.references import elsewhere
from spine_lsp.ide.rename import Refusal, Renameable, rename_shared, why_not
from spine_lsp.orchestration.kinds import KINDS
from spine_lsp.orchestration.schema import field_doc, field_docs
from spine_lsp.orchestration.vocabulary import NAME, PARAMS

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.ide.pipelines.places import FilePlace
    from spine_lsp.ide.pipelines.renaming import WideRenaming

_RUN_BY_NAME: ItemKind = "pipeline"
_RUNS_SHOWN = 5
_CHANGES_SHOWN = 2
_DAY, _TIME = "%A, %d %B %Y", "%H:%M"
_RUN = "%a %d %b %Y %H:%M"
_VALUE = re.compile(r"""[ \t]*(?:-[ \t]+)?(?P<key>\w+)[ \t]*:[ \t]+["']?(?P<begun>[^"'#]*)\Z""")
_KEY = re.compile(r"(?P<lead>[ \t]*(?:-[ \t]+)?)(?P<begun>\w*)\Z")


def _field_at(schedule: ScheduleEntry, offset: int) -> tuple[str, ScheduleField, bool] | None:
    """The field at an offset, by its key, and whether the offset is in its value."""
    for key, field in schedule.fields.items():
        if field.key.start <= offset <= field.key.end:
            return key, field, False
        if field.span.start <= offset <= field.span.end and not field.node.is_empty:
            return key, field, True
    return None


def schedule_hover(workspace: Workspace, at: At, now: datetime) -> Hover | None:
    """What there is to say of a token of a schedule; ``now`` has a zone."""
    document = workspace.documents[at.uri]
    schedule = schedule_at(document, at.offset)
    found = _field_at(schedule, at.offset) if schedule is not None else None
    if schedule is None or found is None:
        return None
    key, field, in_value = found
    if in_value and key in (CRON, INTERVAL, NAME, TIMEZONE):
        return Hover(field.span, _title(schedule), tuple(_coming(schedule, now)))
    target = schedule.target
    if in_value and target is not None and key == target[0]:
        if key != WORKFLOW:
            return pipeline_hover(workspace, target[1], field.span)
        return Hover(field.span, ("workflow ", Code(target[1])), ())
    doc = field_doc(SCHEDULE, key)
    if doc is None or in_value:
        return None
    hover = field_hover(doc, field.key)
    more = tuple(_coming(schedule, now)) if key in (CRON, INTERVAL) else ()
    return Hover(field.key, hover.title, (*hover.blocks, *more))


def _title(schedule: ScheduleEntry) -> Line:
    target = schedule.target
    runs: Line = (" runs ", Code(target[1])) if target is not None else ()
    return (Code(schedule.text(NAME) or "a schedule"), *runs)


def _coming(schedule: ScheduleEntry, now: datetime) -> Iterator[Block]:
    """When a schedule runs: in words, its next runs in both zones, and the days on which the clock changes."""
    enabled = schedule.fields.get(ENABLED)
    if enabled is not None and enabled.value is False:
        yield Paragraph(("It is switched off (", Code(f"{ENABLED}: false"), ")."))
    interval = schedule.fields.get(INTERVAL)
    if interval is not None and isinstance(interval.value, int) and not isinstance(interval.value, bool):
        yield Paragraph(
            ("Every minute." if interval.value == 1 else f"Every {interval.value} minutes, counted from its start.",)
        )
    expression = schedule.written(CRON)
    if expression is None or any(fault.sure for fault in cron_faults(expression)):
        return
    name = schedule.text(TIMEZONE) or UTC_NAME
    zone = zone_of(name)
    if words := in_words(expression):
        yield Paragraph((f"{words}, in ", Code(name if zone is not None else UTC_NAME), "."))
    if len(expression.split()) == 6:
        return
    if is_ambiguous(expression):
        yield Paragraph(("Crons differ in which days these are, so no runs are listed.",))
        return
    if zone is None:
        zone, name = timezone.utc, UTC_NAME
    runs = next_runs(expression, zone, now, _RUNS_SHOWN)
    if runs:
        yield Paragraph(("Next runs:",), tuple(_run(run, name) for run in runs))
    elif never_comes(expression):
        yield Paragraph(("It never runs.",))
    for change in clock_changes(expression, zone, now)[:_CHANGES_SHOWN]:
        yield Paragraph((_change(change, zone),))


def _run(run: datetime, zone: str) -> Line:
    in_utc = run.astimezone(timezone.utc)
    if zone == UTC_NAME:
        return (f"{in_utc:{_RUN}} UTC",)
    return (f"{in_utc:{_RUN}} UTC, ", f"{run:{_RUN}} ", Code(zone))


def _change(change: ClockChange, _zone: tzinfo) -> str:
    times = f"{change.first:{_TIME}}"
    if change.last != change.first:
        times = f"{times} to {change.last:{_TIME}}"
    happens = "does not exist, as the clock is put forward" if change.skipped else "comes twice, as it is put back"
    return f"On {change.first:{_DAY}}, {times} {happens}."


class ScheduleTarget(NamedTuple):
    """The pipeline or workflow that a token of a schedule names."""

    kind: SymbolKind
    name: str
    span: Span


def target_at(workspace: Workspace, at: At) -> ScheduleTarget | None:
    """What a schedule runs, where its name is under the cursor."""
    schedule = schedule_at(workspace.documents[at.uri], at.offset)
    found = _field_at(schedule, at.offset) if schedule is not None else None
    target = schedule.target if schedule is not None else None
    if found is None or target is None or not found[2] or found[0] != target[0]:
        return None
    return ScheduleTarget("workflow" if target[0] == WORKFLOW else "pipeline", target[1], found[1].span)


def schedule_definition(workspace: Workspace, at: At) -> Definition | None:
    """Where the target of a schedule is defined."""
    target = target_at(workspace, at)
    if target is None:
        return None
    look = workflows if target.kind == "workflow" else classes
    targets = tuple(look(workspace, target.name))
    return Definition(target.span, targets) if targets else None


def schedule_references(
    workspace: Workspace, at: At, *, with_definition: bool
) -> tuple[tuple[Occurrence, ...], tuple[FilePlace, ...]]:
    """All that names what a schedule runs: in open files of YAML, and elsewhere."""
    target = target_at(workspace, at)
    if target is None:
        return (), ()
    found = named_in_open(workspace, target.kind, target.name)
    own = tuple(one for one in found if with_definition or not one.is_definition)
    return own, elsewhere(workspace, target.kind, target.name, with_definition=with_definition)


def prepare_schedule_rename(workspace: Workspace, at: At) -> Renameable | Refusal | None:
    """What a rename at this place would rename: what the schedule runs."""
    target = target_at(workspace, at)
    if target is None:
        return None
    if (refusal := why_not(workspace, target.kind, target.name)) is not None:
        return refusal
    source = workspace.documents[at.uri].text.source
    written = written_at(at.uri, source, target.span, target.name, is_definition=False)
    return Renameable(written.name_span, target.name)


def rename_schedule_target(workspace: Workspace, at: At, new_name: str) -> WideRenaming | Refusal | None:
    """The edits that give what a schedule runs another name in all files, or the reason why not."""
    target = target_at(workspace, at)
    if target is None:
        return None
    return rename_shared(workspace, target.kind, target.name, new_name, lambda _: None)


def schedule_completions(workspace: Workspace, at: At, *, limit: int) -> CompletionList:
    """What could be written at a place of a file of schedules: keys, targets, time zones, and truth values."""
    document = workspace.documents[at.uri]
    schedule = schedule_at(document, at.offset)
    if schedule is None:
        return CompletionList()
    text = document.text
    line = text.line_of(at.offset)
    before = text.line_text(line)[: at.offset - text.line_start(line)]
    if (match := _VALUE.match(before)) is not None:
        span = Span(at.offset - len(match["begun"]), at.offset)
        return _listed(_values(workspace, match["key"]), match["begun"], span, limit)
    match = _KEY.match(before)
    if match is None or not _is_at_keys(document, schedule, len(match["lead"])):
        return CompletionList()
    span = Span(at.offset - len(match["begun"]), at.offset)
    colon = "" if text.line_text(line)[len(before) :].lstrip().startswith(":") else ": "
    taken = {key for key, field in schedule.fields.items() if not field.key.start <= at.offset <= field.key.end}
    items = tuple(
        CompletionItem(
            key, "key", span, f"{key}:" if key == PARAMS and colon else f"{key}{colon}", sort_key(number), key,
            doc.description,
        )
        for number, (key, doc) in enumerate((doc.key, doc) for doc in field_docs(SCHEDULE))
        if key not in taken and not (key in TARGETS and taken.intersection(TARGETS))
    )  # fmt: skip
    return CompletionList(items[:limit])


def _is_at_keys(document: Document, schedule: ScheduleEntry, column: int) -> bool:
    """Whether a column is that of the keys of a schedule."""
    first = next(iter(schedule.fields.values()), None)
    if first is None:
        return False
    return document.text.position(first.key.start)[1] == column


def _values(workspace: Workspace, key: str) -> tuple[ItemKind, list[tuple[str, str]]]:
    """What the value of a key could be, each with a word on it, and what kind of thing these are."""
    if key == TIMEZONE:
        return "value", [(name, "") for name in sorted(zone_names(), key=lambda name: ("/" not in name, name))]
    if key == ENABLED:
        return "value", [("true", ""), ("false", "")]
    if key == WORKFLOW:
        project = workspace.project
        found = {each.group.name for each in project.groups.groups() if each.group.name}
        found |= {name for kind in KINDS for name in project.python_names(kind.name)}
        return _RUN_BY_NAME, [(name, "") for name in sorted(found)]
    if key in TARGETS:
        return _RUN_BY_NAME, sorted(registered_names(workspace).items())
    return "value", []


def _listed(found: tuple[ItemKind, list[tuple[str, str]]], begun: str, span: Span, limit: int) -> CompletionList:
    """The values that hold what is begun, those that begin so first."""
    kind, values = found
    typed = begun.strip().lower()
    fitting = [(name, note) for name, note in values if typed in name.lower()]
    fitting.sort(key=lambda pair: not pair[0].lower().startswith(typed))
    items = tuple(
        CompletionItem(name, kind, span, name, sort_key(number), name, note)
        for number, (name, note) in enumerate(fitting[:limit])
    )
    return CompletionList(items, len(fitting) > limit)
