"""What the steps of a group run, and what is said of each: kept with the step's text, and of stretches of steps."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from spine_lsp.analysis.findings import Report
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.header import Header
from spine_lsp.analysis.kept import kept
from spine_lsp.analysis.pipelines import Contract, Pipelines, Said, Takes, Terms
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import Step
from spine_lsp.orchestration.vocabulary import DEFAULTS, PARAMS
from spine_lsp.syntax.scalars import scalar_value
from spine_lsp.syntax.tree import Node

_STRETCH = 200  # steps of which all is known, or none


class Given(NamedTuple):
    """A parameter that a file gives: its value, the key's place, and the node of the value if it is written there."""

    name: str
    value: object
    key: Span
    node: Node | None
    value_span: Span | None = None  # where it is not a node of YAML

    @property
    def span(self) -> Span:
        """Where the value stands; the key, where the value takes several lines or is not there."""
        node = self.node
        if self.value_span is not None:
            return self.value_span
        if node is None or node.is_empty or node.style == "block" or node.style in "|>":
            return self.key
        return Span(node.start, node.end)


class StepCall(NamedTuple):
    """A step and what is known of the pipeline that it names. Spans are relative to the step's text."""

    group: Group
    number: int
    step: Step
    terms: Terms

    @property
    def contract(self) -> Contract:
        """What is known of the pipeline."""
        return self.terms.contract

    @property
    def pipeline_span(self) -> Span:
        """Where the pipeline is named."""
        return self.step.pipeline_span or self.step.anchor_span

    def given(self) -> Iterator[Given]:
        """The step's own parameters that have a text for a name, in the order of the file."""
        params = self.step.params
        if not params:
            return
        root = self.group.node_of(self.number)
        node = root.get(PARAMS) if root is not None else None
        yield from _given(params, node, self.pipeline_span)


class GroupCalls(NamedTuple):
    """What the steps of a group run. `calls` are the different pairs of a pipeline and the parameters that are given.

    `is_whole` tells whether all steps are among them: each can be read, and what it runs is known.
    """

    group: Group
    calls: frozenset[tuple[Contract, frozenset[object]]]
    is_whole: bool

    def defaults(self) -> Iterator[Given]:
        """The group's defaults, with places in the skeleton."""
        header = self.group.header
        node = header.node(*header.form.path_of(DEFAULTS))
        if node is not None and node.kind == "map":
            yield from _given(header.section(DEFAULTS), node, Span(node.start, node.end))

    def of_defaults(self, check: Callable[[Takes, Given], Iterator[Report]]) -> Iterator[Report]:
        """What a check first says of each default to a pipeline that gets it, as offsets of the file."""
        for given in self.defaults():
            for contract in self.receivers(given.name):
                found = next(agreed(contract, partial(_checked, check, given)), None)
                if found is not None:
                    start, end = self.group.part.file_span(found.start, found.end)
                    yield found._replace(start=start, end=end)
                    break

    def receivers(self, name: str) -> list[Contract]:
        """The pipelines of the steps that get a default, each once, by name."""
        found = {contract.name: contract for contract, keys in self.calls if name not in keys}
        return [found[key] for key in sorted(found)]


def _given(params: Mapping[object, object], node: Node | None, elsewhere: Span) -> Iterator[Given]:
    """The parameters of a map; what is merged in or aliased is said at `elsewhere`."""
    written: dict[str, tuple[Node, Node]] = {}
    if node is not None and node.kind == "map":
        for key, value in node.entries:
            name = scalar_value(key) if key.kind == "scalar" else None
            if isinstance(name, str):
                written.setdefault(name, (key, value))
    for given, plain in params.items():
        if not isinstance(given, str):
            continue
        at = written.get(given)
        if at is None:
            yield Given(given, plain, elsewhere, None)
        else:
            yield Given(given, plain, Span(at[0].start, at[0].end), at[1])


def _checked(check: Callable[[Takes, Given], Iterator[Report]], given: Given, takes: Takes) -> Iterator[Report]:
    return check(takes, given)


class Judged(NamedTuple):
    """What is said of the steps of a group, as offsets of the file, and what the group as a whole runs."""

    reports: list[tuple[str, Report]]
    settled: frozenset[int]
    calls: GroupCalls


OfStep = Callable[[StepCall], Iterator[Report]]


class _Stretch(NamedTuple):
    """Steps that follow each other, of which all is known: those with something to say, by their place among them."""

    steps: list[Step]
    said: tuple[tuple[int, Said], ...]
    calls: frozenset[tuple[Contract, frozenset[object]]]
    is_whole: bool


class _Last(NamedTuple):
    """What the steps of a group were judged by last, and what came of it, in stretches."""

    pipelines: Pipelines | None = None
    contracts: Mapping[str, Contract] = {}
    stretches: Sequence[_Stretch] = ()


class _Memory:
    """Holds what is known; it is replaced as a whole, for several threads may judge a group at once."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last = _Last()


@kept
def _memory(header: Header) -> _Memory:
    return _Memory()


def judge_steps(
    group: Group,
    pipelines: Pipelines,
    checks: Iterable[tuple[str, OfStep]],
    settles: Callable[[StepCall], Iterator[int]],
) -> Generator[None, None, Judged]:
    """What the checks say of each step of a group; of steps and pipelines that are as they were, it is known.

    A generator that yields between parts of a large group.
    """
    judge = _Judge(group, pipelines, tuple(checks), settles)
    known = judge.last.stretches if judge.last.pipelines is pipelines else ()
    steps, stretches = group.steps, list[_Stretch]()
    for number, first in enumerate(range(0, len(steps), _STRETCH)):
        part = steps[first : first + _STRETCH]
        if number < len(known) and known[number].steps == part:
            stretches.append(known[number])
        else:
            stretches.append((yield from judge.stretch(first, part)))
    _memory(group.header).last = _Last(pipelines, judge.contracts, stretches)
    reports: list[tuple[str, Report]] = []
    settled: list[int] = []
    for number, stretch in enumerate(stretches):
        for place, said in stretch.said:
            base = group.base_of(number * _STRETCH + place)
            reports += [(code, report.moved(base)) for code, report in said.reports]
            settled += [start + base for start in said.settled]
    calls = frozenset[tuple[Contract, frozenset[object]]]().union(*(stretch.calls for stretch in stretches))
    whole = all(stretch.is_whole for stretch in stretches)
    return Judged(reports, frozenset(settled), GroupCalls(group, calls, whole))


class _Judge:
    """Judges the steps of one group."""

    def __init__(
        self,
        group: Group,
        pipelines: Pipelines,
        checks: tuple[tuple[str, OfStep], ...],
        settles: Callable[[StepCall], Iterator[int]],
    ) -> None:
        self.last = _memory(group.header).last
        self._group = group
        self._pipelines = pipelines
        self._checks = checks
        self._settles = settles
        self._defaults = frozenset(group.header.section(DEFAULTS))
        same = self.last.pipelines is pipelines
        self.contracts: dict[str, Contract] = dict(self.last.contracts) if same else {}
        self._terms: dict[str, Terms] = {}

    def stretch(self, first: int, steps: list[Step]) -> Generator[None, None, _Stretch]:
        """What is said of steps that follow each other, the first of which has this number."""
        found: list[tuple[int, Said]] = []
        calls: set[tuple[Contract, frozenset[object]]] = set()
        is_whole = True
        for place, step in enumerate(steps):
            name = step.pipeline
            if name is None or step.broken:
                is_whole = False
                continue
            terms = self._terms.get(name)
            if terms is None:
                terms = self._terms[name] = self._contract(name).under(self._defaults)
                if not terms.contract.runnable:
                    yield  # it was compared with all names
            said = step.said
            if said is None or said.terms is not terms:
                said = step.said = self._said(first + place, step, terms)
            if self._defaults:
                calls.add((terms.contract, step.param_keys))
            if said.reports or said.settled:
                found.append((place, said))
        yield
        return _Stretch(steps, tuple(found), frozenset(calls), is_whole)

    def _contract(self, name: str) -> Contract:
        known = self.contracts.get(name)
        if known is None:
            known, before = self._pipelines.contract(name), self.last.contracts.get(name)
            if before is not None and before.says_as(known):
                known = before
            self.contracts[name] = known
        return known

    def _said(self, number: int, step: Step, terms: Terms) -> Said:
        call = StepCall(self._group, number, step, terms)
        reports = tuple((code, report) for code, check in self._checks for report in check(call))
        starts = tuple(self._settles(call)) if step.misleading or not self._group.is_cut else ()
        return Said(terms, reports, starts) if reports or starts else terms.nothing


def agreed(contract: Contract, check: Callable[[Takes], Iterable[Report]]) -> Iterator[Report]:
    """What a check says by every registration of a name: of several nobody knows which one is run."""
    takes = contract.takes
    if not takes:
        return
    first, *others = [list(check(each)) for each in takes]
    for report in first:
        if all(any((r.start, r.end) == (report.start, report.end) for r in other) for other in others):
            yield report
