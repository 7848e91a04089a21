"""The groups of all files of a workspace by file, name and pipeline that they run, as one immutable value."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.lazy import lazy
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import Step
from spine_lsp.orchestration.kinds.workflow.vocabulary import OPERATION
from spine_lsp.orchestration.vocabulary import DOMAIN, METADATA, NAME, PIPELINE
from spine_lsp.pysource.places import NOWHERE, SourcePlace
from spine_lsp.pysource.table import Stored, Table, rekeyed, sets_of
from spine_lsp.syntax.text import Text

if TYPE_CHECKING:
    from spine_lsp.analysis.schedules.reading import ScheduleList


class Mention(NamedTuple):
    """What a step names beside its pipeline, a Python function or another workflow, by the step's key."""

    key: str
    text: str
    place: SourcePlace


class IndexedStep(NamedTuple):
    """A step that names something, with the places; an empty text stands for what is not written."""

    name: str
    name_place: SourcePlace | None
    pipeline: str
    pipeline_place: SourcePlace | None
    mentions: tuple[Mention, ...] = ()


class IndexedGroup(NamedTuple):
    """A group, known without its text. `number` is its place among the groups of the file, `place` all of it.

    `name_place` is where its name stands, None where it has none. `step_count` counts all steps, those too that have
    neither name nor pipeline, which `steps` leaves out: a tuple, or `OpenSteps`.
    """

    number: int
    kind: str
    name: str
    domain: str | None
    version: int | float | str | None
    place: SourcePlace
    name_place: SourcePlace | None
    step_count: int
    steps: Sequence[IndexedStep]

    @property
    def pipelines(self) -> frozenset[str]:
        """The names of the pipelines that its steps run."""
        steps = self.steps
        return steps.pipelines if isinstance(steps, OpenSteps) else _run_by(steps)

    @property
    def mentioned(self) -> frozenset[str]:
        """The functions and workflows that its steps name."""
        steps = self.steps
        if isinstance(steps, OpenSteps):
            return steps.mentioned
        return frozenset([each.text for step in steps for each in step.mentions])


class OpenSteps(Sequence[IndexedStep]):
    """The steps of a group that is open, whose places are worked out when somebody asks: at a keystroke nobody does."""

    def __init__(self, text: Text, group: Group) -> None:
        self._text = text
        self._group = group

    @lazy
    def pipelines(self) -> frozenset[str]:
        """The names of the pipelines that they run."""
        return _run_by(self._group.steps)

    @lazy
    def mentioned(self) -> frozenset[str]:
        """The functions and workflows that they name."""
        return frozenset([text for step in self._group.steps for _, text, _ in _mentions(self._group, step)])

    @lazy
    def _steps(self) -> tuple[IndexedStep, ...]:
        return _indexed_steps(self._text, self._group)

    @overload
    def __getitem__(self, index: int) -> IndexedStep: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[IndexedStep]: ...

    def __getitem__(self, index: int | slice) -> IndexedStep | Sequence[IndexedStep]:
        return self._steps[index]

    def __len__(self) -> int:
        return len(self._steps)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._steps == tuple(other)

    def __hash__(self) -> int:
        return hash(self._steps)


class GroupInFile(NamedTuple):
    """A group and the path of its file."""

    path: str
    group: IndexedGroup


class PipelineUse(NamedTuple):
    """A step that runs a pipeline, in a group of a file."""

    path: str
    group: IndexedGroup
    step: IndexedStep


class MentionInFile(NamedTuple):
    """A function or workflow that a step of a file names."""

    path: str
    group: IndexedGroup
    step: IndexedStep
    mention: Mention


SCHEDULES_KIND = "Schedules"
"""The kind of a list of schedules, which the index has as a group without a name whose steps are the schedules."""

_Paths = Table[str, None]
_NONE: _Paths = Table()
_BY_KEY = ("_by_name", "_by_pipeline", "_by_mention")


@dataclass(frozen=True)
class GroupIndex:
    """What the group files of a workspace hold, by the paths of a `Project`.

    It never changes; `with_file` and `without_file` make the next one, which costs what the file holds, however many
    others there are.
    """

    files: Table[str, tuple[IndexedGroup, ...]] = field(default_factory=Table)
    _by_name: Table[str, _Paths] = field(default_factory=Table)
    _by_pipeline: Table[str, _Paths] = field(default_factory=Table)
    _by_mention: Table[str, _Paths] = field(default_factory=Table)

    def kept(self, numbers: Mapping[str, int], add: Callable[[bytes], int]) -> Generator[None, None, Any]:
        """The index as a value of JSON, for `of_kept`: lines are handed to `add`, which says their numbers.

        `numbers` has one for each file. It pauses after each file. Raises ValueError for what JSON does not hold.
        """
        files = {}
        for path, number in numbers.items():
            if path in self.files:
                groups = self.files.as_stored(path)
                files[number] = add(groups.data if isinstance(groups, Stored) else packed_groups(groups))
            yield
        keys = {}
        for name in _BY_KEY:
            table = {key: [numbers[path] for path in paths] for key, paths in getattr(self, name).items()}
            keys[name] = add(json.dumps(table, separators=(",", ":")).encode())
            yield
        return {"files": files, "keys": keys}

    @classmethod
    def of_kept(cls, kept: Any, paths: Sequence[str], lines: Sequence[bytes]) -> GroupIndex:
        """The index that `kept` was made of; `paths` are those of the numbers."""
        files = {paths[int(number)]: Stored(lines[at], groups_of) for number, at in kept["files"].items()}
        tables: dict[str, Any] = {name: sets_of(json.loads(lines[at]), paths) for name, at in kept["keys"].items()}
        return cls(Table.of(files), **tables)

    def with_file(self, path: str, groups: tuple[IndexedGroup, ...]) -> GroupIndex:
        """The index in which a file holds these groups; one that holds none is not kept."""
        before = self.file(path)
        is_open = any(isinstance(group.steps, OpenSteps) for group in (*before, *groups))
        if not is_open and before == groups:  # to compare open ones would work out where all steps stand
            return self
        return replace(
            self,
            files=self.files.with_item(path, groups) if groups else self.files.without(path),
            _by_name=rekeyed(self._by_name, path, _names(before), _names(groups)),
            _by_pipeline=rekeyed(self._by_pipeline, path, _pipelines(before), _pipelines(groups)),
            _by_mention=rekeyed(self._by_mention, path, _mentioned(before), _mentioned(groups)),
        )

    def without_file(self, path: str) -> GroupIndex:
        """The index without a file."""
        return self.with_file(path, ())

    def file(self, path: str) -> tuple[IndexedGroup, ...]:
        """The groups of a file and its lists of schedules, in its order."""
        groups: tuple[IndexedGroup, ...] = self.files.get(path, ())
        return groups

    def file_groups(self, path: str) -> list[IndexedGroup]:
        """The groups of a file, in its order."""
        return [group for group in self.file(path) if group.kind != SCHEDULES_KIND]

    def groups(self) -> Iterator[GroupInFile]:
        """All groups, by path and in the order of each file."""
        for path in sorted(self.files):
            for group in self.file_groups(path):
                yield GroupInFile(path, group)

    def schedules(self) -> Iterator[GroupInFile]:
        """All lists of schedules, by path and in the order of each file."""
        for path in sorted(self.files):
            for group in self.files[path]:
                if group.kind == SCHEDULES_KIND:
                    yield GroupInFile(path, group)

    def named(self, name: str) -> list[GroupInFile]:
        """The groups of a name, by path and place."""
        return [
            GroupInFile(path, group)
            for path in self.files_naming(name)
            for group in self.file(path)
            if group.name == name
        ]

    def files_naming(self, name: str) -> list[str]:
        """The files that hold a group of this name, by path."""
        return sorted(self._by_name.get(name) or _NONE)

    def uses(self, pipeline: str) -> list[PipelineUse]:
        """The steps that run a pipeline, by path and place."""
        return [
            PipelineUse(path, group, step)
            for path in self.files_running(pipeline)
            for group in self.file(path)
            for step in group.steps
            if step.pipeline == pipeline
        ]

    def files_running(self, pipeline: str) -> list[str]:
        """The files with a step that runs a pipeline, by path."""
        return sorted(self._by_pipeline.get(pipeline) or _NONE)

    def pipelines(self) -> list[str]:
        """The names of all pipelines that steps run, sorted."""
        return sorted(self._by_pipeline)

    def mentioned(self) -> Table[str, _Paths]:
        """The functions and workflows that steps name, by file; the same object while they are the same."""
        return self._by_mention

    def mentions(self, text: str) -> Iterator[MentionInFile]:
        """The steps that name a function or a workflow, by path and place."""
        for path in sorted(self._by_mention.get(text) or _NONE):
            for group in self.file(path):
                for step in group.steps if text in group.mentioned else ():
                    for each in step.mentions:
                        if each.text == text:
                            yield MentionInFile(path, group, step, each)


def indexed(document: Document, *, is_open: bool = False) -> tuple[IndexedGroup, ...]:
    """The groups of a document as the index keeps them; of an open one they hold on to its text."""
    groups = tuple(
        _indexed(document.text, number, group, is_open=is_open) for number, group in enumerate(document.groups)
    )
    lists = (_listed(document.text, number, each) for number, each in enumerate(document.schedules, len(groups)))
    return (*groups, *lists)


def _listed(text: Text, number: int, listed: ScheduleList) -> IndexedGroup:
    """A list of schedules; of each of them what it runs."""
    steps = []
    for schedule in listed.schedules:
        key, target = schedule.target or ("", "")
        named, ran = schedule.fields.get(NAME), schedule.fields.get(key)
        place = place_of(text, ran.span) if ran is not None else NOWHERE
        runs = key in (PIPELINE, OPERATION)
        steps.append(
            IndexedStep(
                schedule.text(NAME) or "",
                place_of(text, named.span) if named is not None else None,
                target if runs else "",
                place if runs else None,
                (Mention(key, target, place),) if target and not runs else (),
            )
        )
    return IndexedGroup(
        number, SCHEDULES_KIND, "", None, None, place_of(text, listed.span), None, len(steps), tuple(steps)
    )


def _indexed(text: Text, number: int, group: Group, *, is_open: bool) -> IndexedGroup:
    header = group.header
    domain, version = header.section(METADATA).get(DOMAIN), header.version
    name_node = header.name_node
    return IndexedGroup(
        number,
        group.header.kind.name,
        group.name,
        domain if isinstance(domain, str) else None,
        version if isinstance(version, (int, float, str)) and not isinstance(version, bool) else None,
        place_of(text, group.span),
        place_of(text, group.header_span(name_node)) if name_node is not None else None,
        group.step_count,
        OpenSteps(text, group) if is_open else _indexed_steps(text, group),
    )


def _indexed_steps(text: Text, group: Group) -> tuple[IndexedStep, ...]:
    steps = []
    for at, step in enumerate(group.steps):
        base = group.base_of(at)
        mentions = tuple(
            Mention(key, named, place_of(text, span.moved(base))) for key, named, span in _mentions(group, step)
        )
        if not step.name and not step.pipeline and not mentions:
            continue
        named = step.name_span if step.name else None
        running = step.pipeline_span if step.pipeline else None
        steps.append(
            IndexedStep(
                step.name or "",
                place_of(text, named.moved(base)) if named is not None else None,
                step.pipeline or "",
                place_of(text, running.moved(base)) if running is not None else None,
                mentions,
            )
        )
    return tuple(steps)


def _mentions(group: Group, step: Step) -> Iterator[tuple[str, str, Span]]:
    """The functions and workflows that a step names, by key, with their places in its text."""
    if step.fields:
        kind = group.header.kind
        for key in (*kind.references, *kind.parts):
            field = step.fields.get(key)
            if field is not None and field.text is not None and field.span is not None:
                yield key, field.text, field.span


def place_of(text: Text, span: Span) -> SourcePlace:
    """The place of a span, which says its lines and columns without the text."""
    line, column = text.position(span.start)
    end_line, end_column = text.position(span.end)
    wide: tuple[int, ...] = ()
    if len(text.pieces) == 1 and text.pieces[0].text.isascii():  # as in nearly all files
        return SourcePlace(span.start, span.end, line, column, end_line, end_column)
    first, last = text.line_text(line), text.line_text(end_line)
    if not (first.isascii() and last.isascii()):
        wide = (
            text.position(span.start, "utf-8")[1],
            text.position(span.end, "utf-8")[1],
            text.position(span.start, "utf-16")[1],
            text.position(span.end, "utf-16")[1],
        )
        if wide == (column, end_column, column, end_column):
            wide = ()
    return SourcePlace(span.start, span.end, line, column, end_line, end_column, wide)


def _names(groups: tuple[IndexedGroup, ...]) -> set[str]:
    return {group.name for group in groups if group.name}


def _pipelines(groups: tuple[IndexedGroup, ...]) -> set[str]:
    return set().union(*(group.pipelines for group in groups))


def _mentioned(groups: tuple[IndexedGroup, ...]) -> set[str]:
    return set().union(*(group.mentioned for group in groups))


def _run_by(steps: Iterable[IndexedStep | Step]) -> frozenset[str]:
    return frozenset([step.pipeline for step in steps if step.pipeline])


def packed_groups(groups: tuple[IndexedGroup, ...]) -> bytes:
    """The groups of a file as one line. Raises ValueError for what JSON does not hold."""
    return json.dumps(groups, separators=(",", ":"), default=list).encode()  # list: OpenSteps


def groups_of(line: bytes) -> tuple[IndexedGroup, ...]:
    """The groups of a file as they are kept."""
    return tuple(_group_of(*kept) for kept in json.loads(line))


def _group_of(*kept: Any) -> IndexedGroup:
    number, kind, name, domain, version, place, name_place, step_count, steps = kept
    return IndexedGroup(
        number,
        kind,
        name,
        domain,
        version,
        SourcePlace.of_kept(place) or NOWHERE,
        SourcePlace.of_kept(name_place),
        step_count,
        tuple([_step_of(*step) for step in steps]),
    )


def _step_of(
    name: str, name_place: Any, pipeline: str, pipeline_place: Any, mentions: Sequence[tuple[str, str, Any]]
) -> IndexedStep:
    return IndexedStep(
        name,
        SourcePlace.of_kept(name_place),
        pipeline,
        SourcePlace.of_kept(pipeline_place),
        tuple([Mention(key, text, SourcePlace.of_kept(place) or NOWHERE) for key, text, place in mentions]),
    )
