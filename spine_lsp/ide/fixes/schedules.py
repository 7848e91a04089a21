"""Fixes of the findings of schedules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.schedules.cron import cron_faults, last_day_meant, repaired
from spine_lsp.analysis.schedules.reading import (
    CRON,
    ENABLED,
    INTERVAL,
    TARGETS,
    ScheduleEntry,
    ScheduleField,
    ScheduleList,
    list_at,
    schedule_at,
)
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.edits.yaml_edits import insert_in_braces, quotes_of, remove_entry
from spine_lsp.ide.fixes.fix import Fix, in_title, letters, offer
from spine_lsp.ide.fixes.pipelines import fix_by_suggestion, fix_wrong_parameter_type
from spine_lsp.ide.fixes.syntax import fix_yaml_syntax
from spine_lsp.ide.trees import Tree
from spine_lsp.orchestration.vocabulary import NAME, PARAMS
from spine_lsp.syntax.lines import line_break
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit
from spine_lsp.syntax.tree import Node, walk

ScheduleFixer = Callable[[Trial, Finding], Iterator[Fix]]

_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def _fix_cron(trial: Trial, finding: Finding) -> Iterator[Fix]:
    """The expression that was likely meant."""
    found = _field(trial, finding)
    if found is None or not isinstance(found[1].value, str):
        return
    _, field = found
    expression = field.value
    faults = cron_faults(expression)
    fault = next((each for each in faults if each.message == finding.message), None)
    wishes = repaired(expression, fault) if fault is not None else []
    for wish in wishes:
        yield from _rewrite(trial, field, wish, preferred=len(wishes) == 1)


def _fix_never_runs(trial: Trial, finding: Finding) -> Iterator[Fix]:
    """The last day that its months have."""
    found = _field(trial, finding)
    if found is not None and isinstance(found[1].value, str) and (wish := last_day_meant(found[1].value)):
        yield from _rewrite(trial, found[1], wish, preferred=False)


def _rewrite(trial: Trial, field: ScheduleField, text: str, *, preferred: bool) -> Iterator[Fix]:
    old = trial.document.text.source[slice(*field.span)]
    # A plain text that starts with a digit and holds blanks is a text for every reader of YAML.
    edit = Edit(*field.span, text if field.node.style == "plain" and text[:1].isdigit() else write(text, old))
    yield from offer(f"Replace with {in_title(text)}", [edit], preferred=preferred)


def _fix_as_suggested(trial: Trial, finding: Finding) -> Iterator[Fix]:
    yield from fix_by_suggestion(trial, None, finding)


def _fix_wrong_parameter_type(trial: Trial, finding: Finding) -> Iterator[Fix]:
    yield from fix_wrong_parameter_type(trial, None, finding)


def _fix_unknown_key(trial: Trial, finding: Finding) -> Iterator[Fix]:
    """The key that was meant, or none."""
    source = trial.document.text.source
    old = source[finding.start : finding.end]
    sure = len(finding.suggestions) == 1
    for wish in finding.suggestions:
        safe = sure and letters(wish) == letters(old)
        edit = Edit(finding.start, finding.end, write(wish, old))
        yield from offer(f"Rename the key to {in_title(wish)}", [edit], preferred=sure, safe=safe)
    yield from _without_key(trial, finding)


def _fix_bad_schedule(trial: Trial, finding: Finding) -> Iterator[Fix]:
    """Of two targets or two times one or the other."""
    found = _field(trial, finding)
    if found is None or found[1].key.start != finding.start:
        return
    schedule, field = found
    key = _text(trial, field.key)
    group = TARGETS if key in TARGETS else (CRON, INTERVAL) if key in (CRON, INTERVAL) else ()
    given = [each for each in group if each in schedule.fields and schedule.fields[each].value is not None]
    for each in given if len(given) == 2 else ():
        edits = _removed(trial, schedule.fields[each].key.start)
        yield from offer(f"Remove the key {in_title(each)}", edits)


def _fix_wrong_type(trial: Trial, finding: Finding) -> Iterator[Fix]:
    """The same value in the type of its key, where it says no other."""
    found = _field(trial, finding)
    if found is None or found[1].node.kind != "scalar":
        return
    schedule, field = found
    key, old = _text(trial, field.key), _text(trial, field.span)
    text = field.node.text.strip()
    wish = None
    if key == ENABLED and text.lower() in _TRUE | _FALSE:
        wish = "true" if text.lower() in _TRUE else "false"
    elif key == INTERVAL and text.isascii() and text.isdigit():
        wish = str(int(text))
    elif field.node.style == "plain" and key not in (ENABLED, INTERVAL, PARAMS):
        wish = write(old, '"')
    if wish is not None and key in schedule.fields:
        yield from offer(f"Write {in_title(wish)}", [Edit(*field.span, wish)], preferred=True, safe=True)


def _fix_missing_key(trial: Trial, finding: Finding) -> Iterator[Fix]:
    """A name that says what is run."""
    schedule = schedule_at(trial.document, finding.start)
    listed = list_at(trial.document, finding.start)
    node = _node_of(listed, schedule) if listed is not None and schedule is not None else None
    if NAME not in finding.suggestions or listed is None or schedule is None or node is None:
        return
    tree = Tree(listed, None)
    names = {each.text(NAME) for each in listed.schedules}
    wish = base = schedule.target[1] if schedule.target is not None else "schedule"
    number = 2
    while wish in names:
        wish, number = f"{base}.{number}", number + 1
    quotes = quotes_of(tree, node)
    entry = f"{write(NAME, quotes)}: {write(wish, quotes)}"
    if node.style == "flow":
        edits = insert_in_braces(tree, node, entry, 0)
    else:
        source, start = trial.document.text.source, tree.at(node.start)
        column = start - max(source.rfind("\n", 0, start), source.rfind("\r", 0, start)) - 1
        edits = [Edit(start, start, f"{entry}{line_break(source)}{' ' * column}")]
    yield from offer(f"Add `{NAME}`", edits, preferred=True)


def _without_key(trial: Trial, finding: Finding) -> Iterator[Fix]:
    found = _field(trial, finding)
    if found is not None and found[1].key.start == finding.start:
        title = f"Remove the key {in_title(_text(trial, found[1].key))}"
        yield from offer(title, _removed(trial, finding.start))


def _fix_duplicate_key(trial: Trial, finding: Finding) -> Iterator[Fix]:
    """Without the second."""
    title = f"Remove the second {in_title(_text(trial, (finding.start, finding.end)))}"
    yield from offer(title, _removed(trial, finding.start))


def _field(trial: Trial, finding: Finding) -> tuple[ScheduleEntry, ScheduleField] | None:
    """The field of a schedule that a finding stands on."""
    schedule = schedule_at(trial.document, finding.start)
    for field in schedule.fields.values() if schedule is not None else ():
        for span in (field.key, field.span) if field.key != field.span else ():  # not what was merged in
            if schedule is not None and span.start <= finding.start and finding.end <= span.end:
                return schedule, field
    return None


def _text(trial: Trial, span: tuple[int, int]) -> str:
    return trial.document.text.source[slice(*span)].strip("\"'")


def _node_of(listed: ScheduleList, schedule: ScheduleEntry) -> Node | None:
    """The map of a schedule in the tree of its document."""
    root, tree = listed.part.skeleton.root, Tree(listed, None)
    nodes = (node for node in walk(root) if node.kind == "map") if root is not None else iter(())
    return next((node for node in nodes if tree.span(node) == schedule.span), None)


def _removed(trial: Trial, start: int) -> list[Edit] | None:
    """The edits that take the entry out of its map whose key starts at an offset."""
    for listed in trial.document.schedules:
        tree = Tree(listed, None)
        for node in walk(listed.part.skeleton.root) if listed.part.skeleton.root is not None else ():
            for number, (key, _) in enumerate(node.entries):
                if tree.span(key).start == start:
                    return remove_entry(tree, node, number)
    return None


SCHEDULE_FIXERS: dict[str, ScheduleFixer] = {
    "yaml-syntax": lambda trial, finding: fix_yaml_syntax(trial, None, finding),
    "duplicate-key": _fix_duplicate_key,
    "bad-cron": _fix_cron,
    "never-runs": _fix_never_runs,
    "bad-schedule": _fix_bad_schedule,
    "unknown-timezone": _fix_as_suggested,
    "unknown-workflow": _fix_as_suggested,
    "unknown-pipeline": _fix_as_suggested,
    "unknown-parameter": _fix_as_suggested,
    "bad-parameter-value": _fix_as_suggested,
    "wrong-parameter-type": _fix_wrong_parameter_type,
    "unknown-key": _fix_unknown_key,
    "missing-key": _fix_missing_key,
    "wrong-type": _fix_wrong_type,
}
"""A rule without an entry leaves it to somebody what is right."""
