"""The outline of a document, group by group and step by step, and the search for names in the workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.schedules.reading import CRON, INTERVAL, ScheduleEntry, ScheduleList
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.uris import uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import check_cancelled, while_time_is_left
from spine_lsp.ide.definition import covering
from spine_lsp.ide.per_document import from_each
from spine_lsp.ide.trees import Tree, param_entries, skeleton, tree_of_step
from spine_lsp.ide.words import level_words, shorten
from spine_lsp.orchestration.graph import Repeats, Status
from spine_lsp.orchestration.problems import counted
from spine_lsp.orchestration.vocabulary import DEFAULTS, NAME, PARAMS, POLICY
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.syntax.tree import Node

OutlineKind = Literal["group", "step", "section", "param", "field", "schedule"]
SymbolKind = Literal["group", "step", "pipeline", "schedule"]

_COMPARED = 200  # characters of a name that are compared with a query
_AT_ONCE = 2_000  # names compared without a break: nothing else runs meanwhile
MOST_STEPS = 10_000  # of a group; what does not fit into the outline is found by its name
MOST_PARAMS = 500  # of a step
MAX_STEPS_WITH_PARAMS = 500  # in a group with more of them, steps are shown without their parameters
_LEAST_SCORE = 60  # out of 100, for a name to count as found
_SHOWN_OF_A_VALUE = 40
NO_NAME = "(no name)"


class OutlineItem(NamedTuple):
    """One line of the outline; `name_span` lies in `span`."""

    name: str
    kind: OutlineKind
    detail: str
    span: Span
    name_span: Span
    children: tuple[OutlineItem, ...] = ()


class FoundSymbol(NamedTuple):
    """A group, step or pipeline found by its name; `container` is the step's group, or what is registered.

    `where` is a span of an open document, or a place in any file.
    """

    name: str
    kind: SymbolKind
    container: str
    uri: str
    where: Span | SourcePlace


def document_symbols(workspace: Workspace, uri: str) -> tuple[OutlineItem, ...]:
    """The groups of a document with their sections and steps, or its schedules, as the text has them; faults or not.

    What does not fit, or would take too long, is left out, and a last item says so.
    """
    document = workspace.documents.get(uri)
    groups = document.groups if document is not None else ()
    found = list(while_time_is_left(map(_group, _first_groups(groups))))
    if len(found) < len(groups):
        left = _whole(groups[len(found)])
        found.append(_left_out(len(found), len(groups), "group", Span(left.start, left.start)))
    for listed in document.schedules if document is not None else ():
        found += (_schedule(listed, schedule) for schedule in listed.schedules)
    found.sort(key=lambda item: item.span.start)
    return tuple(found)


def _schedule(listed: ScheduleList, schedule: ScheduleEntry) -> OutlineItem:
    params = schedule.fields.get(PARAMS)
    tree = Tree(listed, None)
    interval = schedule.fields.get(INTERVAL)
    every = f"every {interval.value} min" if interval is not None and interval.value is not None else ""
    target = schedule.target
    details = (schedule.text(CRON) or every, target[1] if target is not None else "")
    return OutlineItem(
        _shown(schedule.text(NAME)),
        "schedule",
        " · ".join(shorten(each, _SHOWN_OF_A_VALUE) for each in details if each),
        schedule.span,
        _inside(schedule.head, schedule.span),
        _entries(tree, params.node, "param") if params is not None else (),
    )


def _first_groups(groups: Sequence[Group]) -> Iterator[Group]:
    """The groups that fit into an outline."""
    count = 0
    for group in groups:
        yield group
        count += group.step_count + 1
        if count > MOST_STEPS:
            return


def workspace_symbols(workspace: Workspace, query: str, limit: int = 200) -> tuple[FoundSymbol, ...]:
    """What is called like `query` in the workspace, best first; without a query anything.

    The groups, steps and schedules of open documents and of other files, and the pipelines that are registered.
    """
    known = [*from_each(workspace, _named), *_in_files(workspace)]
    wanted = query.strip().lower()
    if not wanted:
        return tuple(known[:limit])
    from rapidfuzz import fuzz, process  # rare, so not at every start

    names = [symbol.name[:_COMPARED].lower() for symbol in known]
    best: list[tuple[str, float, int]] = []
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        found = process.extract(wanted, part, scorer=fuzz.WRatio, score_cutoff=_LEAST_SCORE, limit=limit * 2)
        best += [(name, score, start + index) for name, score, index in found]
    best.sort(key=lambda match: (-_closeness(wanted, match[0]), -match[1], match[2]))
    return tuple(known[index] for _, _, index in best[:limit])


def _named(document: Document) -> Iterator[FoundSymbol]:
    for group in document.groups:
        node = group.header.name_node
        if group.name.strip() and node is not None:
            yield FoundSymbol(group.name, "group", "", document.uri, skeleton(group).span(node))
        for number, step in enumerate(group.steps):
            if step.name and step.name.strip() and step.name_span is not None:
                span = step.name_span.moved(group.base_of(number))
                yield FoundSymbol(step.name, "step", group.name, document.uri, span)
    for schedule in (each for listed in document.schedules for each in listed.schedules):
        if name := schedule.text(NAME):
            yield FoundSymbol(name, "schedule", "", document.uri, schedule.head)


def _in_files(workspace: Workspace) -> Iterator[FoundSymbol]:
    project, opened = workspace.project, workspace.open_paths
    for path, group in project.groups.groups():
        if path in opened:
            continue
        uri = uri_of(path)
        if group.name.strip() and group.name_place is not None:
            yield FoundSymbol(group.name, "group", "", uri, group.name_place)
        for step in group.steps:
            if step.name.strip() and step.name_place is not None:
                yield FoundSymbol(step.name, "step", group.name, uri, step.name_place)
    for path, listed in project.groups.schedules():
        for step in listed.steps if path not in opened else ():
            if step.name.strip() and step.name_place is not None:
                yield FoundSymbol(step.name, "schedule", "", uri_of(path), step.name_place)
    for each in project.python.registrations() if project.python is not None else ():
        spot = each.name.spot
        yield FoundSymbol(str(each.name.value), "pipeline", each.symbol, uri_of(spot.path), spot.place)


def _closeness(wanted: str, name: str) -> int:
    """What counts before likeness: the same name, one that begins so, one that holds it."""
    return (name == wanted) + name.startswith(wanted) + (wanted in name)


def _group(group: Group) -> OutlineItem:
    tree = skeleton(group)
    children = [*_sections(group, tree), *_steps(group)]
    children.sort(key=lambda symbol: symbol.span)
    span = _whole(group)
    node = group.header.name_node
    name_span = tree.span(node) if node is not None else Span(span.start, span.start)
    levels = len(group.graph.levels)
    detail = f"{counted(group.step_count, 'step')}, {counted(levels, 'level')}"
    return OutlineItem(_shown(group.header.name), "group", detail, span, _inside(name_span, span), tuple(children))


def _whole(group: Group) -> Span:
    """The text of the group's YAML document without blanks around it."""
    source = group.text.source
    text = source[group.part.start : group.part.end]
    start = group.part.start + len(text) - len(text.lstrip())
    return Span(start, max(group.part.start + len(text.rstrip()), start))


def _sections(group: Group, tree: Tree) -> list[OutlineItem]:
    found = []
    for section in (DEFAULTS, POLICY):
        path = group.header.form.path_of(section)
        parent = group.header.node(*path[:-1])
        entry = parent.entry(section) if parent is not None else None
        if entry is None:
            continue
        kind: OutlineKind = "param" if section == DEFAULTS else "field"
        children = _entries(tree, entry.value, kind)
        span = tree.moved(entry.key.start, max(entry.value.end, entry.key.end))
        detail = counted(len(children), "parameter") if section == DEFAULTS else ""
        found.append(OutlineItem(section, "section", detail, span, tree.span(entry.key), children))
    return found


def _entries(tree: Tree, node: Node | None, kind: OutlineKind) -> tuple[OutlineItem, ...]:
    """The first `MOST_PARAMS` entries of a map; a last item says that there are more."""
    entries = param_entries(node)
    found = tuple(
        OutlineItem(
            _shown(key.text),
            kind,
            _shown_value(value),
            tree.moved(key.start, max(value.end, key.end)),
            tree.span(key),
        )
        for key, value in entries[:MOST_PARAMS]
    )
    if len(found) == len(entries):
        return found
    return (*found, _left_out(len(found), len(entries), kind, tree.span(entries[len(found)].key)))


def _left_out(shown: int, count: int, kind: OutlineKind, span: Span) -> OutlineItem:
    """An item that says that the list above it is not all, at the first that is not in it."""
    return OutlineItem(f"only the first {shown:,} of {count:,} are listed", kind, "", span, span)


def _steps(group: Group) -> list[OutlineItem]:
    graph = group.graph
    steps = group.steps
    levels = [*map(level_words, range(len(graph.levels))), ""]  # the last for what cannot run
    params = _params_of(group)
    bases = group.part.block_starts if group.is_cut else [group.part.start] * len(steps)
    found = []
    for number, (step, base) in enumerate(islice(zip(steps, bases, strict=False), MOST_STEPS)):
        start, end = step.node_start + base, step.end + base
        span = Span(start, max(end, start))
        name_start, name_end = step.anchor_span
        name_span = Span(name_start + base, name_end + base)
        if name_span.start < start or name_span.end > span.end:
            name_span = _inside(name_span, span)
        name = step.name
        found.append(
            OutlineItem(
                name if name and not name.isspace() else NO_NAME,
                "step",
                _step_detail(
                    step.pipeline,
                    levels[graph.level[number]] or _kept_back(graph.status(number)),
                    len(step.depends_on),
                ),
                span,
                name_span,
                params(number),
            )
        )
        check_cancelled()
    if len(found) < len(steps):
        found.append(_left_out(len(found), len(steps), "step", group.name_span(len(found))))
    return found


def _kept_back(status: Status) -> str:
    return "duplicate, not planned" if isinstance(status, Repeats) else "cannot run"


def _step_detail(pipeline: str | None, state: str, waits: int) -> str:
    text = f"{pipeline} · {state}" if pipeline else state
    return f"{text} · waits for {waits}" if waits else text


def _params_of(group: Group) -> Callable[[int], tuple[OutlineItem, ...]]:
    """A way to the parameters of a step that reads no tree where there are none, and none in a huge group."""
    if group.is_cut:
        with_params = [number for number, block in enumerate(group.part.blocks) if PARAMS in block.text]
    else:
        with_params = list(range(group.step_count))
    wanted = frozenset(with_params if len(with_params) <= MAX_STEPS_WITH_PARAMS else ())

    def params(number: int) -> tuple[OutlineItem, ...]:
        node = group.node_of(number) if number in wanted else None
        return _entries(tree_of_step(group, number), node.get(PARAMS), "param") if node is not None else ()

    return params


def _inside(name_span: Span, span: Span) -> Span:
    """The span of a name, or where it lies outside of what it names (merged in, or left out) the start of that."""
    found = covering(span, name_span)
    return name_span if found is span else Span(span.start, min(span.start + 1, span.end))


def _shown(name: str | None) -> str:
    return name if name and name.strip() else NO_NAME


def _shown_value(node: Node) -> str:
    if node.kind == "map":
        return counted(len(node.entries), "key")
    if node.kind == "seq":
        return counted(len(node.items), "item")
    return shorten(f"*{node.text}" if node.kind == "alias" else node.text, _SHOWN_OF_A_VALUE)
