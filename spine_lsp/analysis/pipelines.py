"""The pipelines that steps run: what is known of each name, and what a step makes of it, kept with the step's text."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.analysis.findings import Report
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.header import Header
from spine_lsp.analysis.kept import kept
from spine_lsp.analysis.lazy import lazy
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import Step
from spine_lsp.analysis.templates import OPENING
from spine_lsp.orchestration.vocabulary import DEFAULTS, PARAMS
from spine_lsp.syntax.scalars import scalar_value
from spine_lsp.syntax.tree import Node

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.pysource.declarations import Registration
    from spine_lsp.pysource.index import PipelineIndex

BATCH_ID = "batch_id"
"""The parameter that Spine's runner gives every step, whatever the file says."""

_STRETCH = 200  # steps of which all is known, or none
_MOST_TERMS = 16  # sets of defaults that are remembered for one pipeline
_LONGEST_MISSPELT = 100  # characters
_MOST_COMPARED = 50  # names that are looked at segment by segment
_MOST_SUGGESTED = 3
_LEAST_BEGUN = 3  # letters that a name has to begin with
_MOST_GUESSED = 500  # names for which it is looked what they look like; more is no slip of the hand


@dataclass(frozen=True, eq=False)
class Contract:
    """What is known of one name of a pipeline.

    `runnable` are its registrations that a step can run, `elsewhere` those in the registry of functions, which no step
    reaches. `doubted` tells whether something that cannot be known may register it too. `suggestions` are the names
    that a name without registration looks like.
    """

    name: str
    runnable: tuple[Registration, ...] = ()
    elsewhere: tuple[Registration, ...] = ()
    doubted: bool = False
    suggestions: tuple[str, ...] = ()

    def says_as(self, other: Contract) -> bool:
        """Whether another contract of the same name says the same."""
        return (self.runnable, self.elsewhere, self.doubted, self.suggestions) == (
            other.runnable,
            other.elsewhere,
            other.doubted,
            other.suggestions,
        )

    @lazy
    def takes(self) -> tuple[Takes, ...]:
        """The parameters by each registration; empty where these are not known."""
        return tuple(Takes(each) for each in self.runnable) if not self.doubted else ()

    @lazy
    def _terms(self) -> dict[frozenset[object], Terms]:
        return {}

    def under(self, defaults: frozenset[object]) -> Terms:
        """The contract beside defaults of these names; for the same names the same object."""
        if (known := self._terms.get(defaults)) is None:
            if len(self._terms) >= _MOST_TERMS:
                self._terms.clear()
            known = self._terms[defaults] = Terms(self, defaults)
        return known


class Terms:
    """All that decides what is to be said of a step's text: a contract, and which defaults there are."""

    __slots__ = ("contract", "defaults", "nothing")

    def __init__(self, contract: Contract, defaults: frozenset[object]) -> None:
        self.contract = contract
        self.defaults = defaults
        self.nothing = Said(self, (), ())  # one object for all steps of which nothing is to be said


class Takes:
    """The parameters that one registration takes."""

    def __init__(self, registration: Registration) -> None:
        signature = registration.signature
        self.registration = registration
        self.specified = {spec.name: spec for spec in signature.parameters}
        self.is_specified = signature.specified
        self.is_closed = not signature.open
        self.read = {read.name for read in signature.reads}
        guarded = {read.name for read in signature.reads if not read.needed}
        self.needed = self.read - guarded - self.specified.keys()
        self.names = self.specified.keys() | self.read | {BATCH_ID}
        self.required = {name for name, spec in self.specified.items() if spec.required}


class Pipelines:
    """The names of a workspace's pipelines, each looked up once; `for_tests` if it is a group of tests that asks."""

    def __init__(self, index: PipelineIndex, *, for_tests: bool = True) -> None:
        self.index = index
        self._for_tests = for_tests
        self._contracts: dict[str, Contract] = {}
        self._guessed = 0

    @lazy
    def names(self) -> list[str]:
        """The names that a step can run, sorted."""
        return self.index.runnable_names()

    @lazy
    def domains(self) -> frozenset[str]:
        """What the names begin with, before the first `.` or `/`."""
        return frozenset(first_segment(name) for name in self.names)

    def contract(self, name: str) -> Contract:
        """What is known of a name."""
        known = self._contracts.get(name)
        if known is None:
            known = self._contracts[name] = self._look_up(name)
        return known

    def _look_up(self, name: str) -> Contract:
        registered = self.index.named(name)
        runnable = tuple(each for each in registered if each.is_runnable)
        elsewhere = tuple(each for each in registered if not each.is_runnable)
        # A registry takes a name once, so what has one is no more in doubt by others.
        gaps = self.index.doubts(name, of_tests=self._for_tests)
        doubted = any(gap.name is not None for gap in gaps) if runnable else bool(gaps)
        suggestions: tuple[str, ...] = ()
        if not runnable and not doubted and self._guessed < _MOST_GUESSED:
            self._guessed += 1
            suggestions = similar_pipelines(name, self.names)
        return Contract(name, runnable, elsewhere, doubted, suggestions)


def pipelines_of(index: PipelineIndex, *, for_tests: bool = True) -> Pipelines:
    """The pipelines of an index; for one index always the same."""
    key = "names for tests" if for_tests else "names"
    known: Pipelines = index.notes.setdefault(key, Pipelines(index, for_tests=for_tests))
    return known


def similar_pipelines(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """Equally close names for one that is misspelt, segment by segment: a long common beginning makes none close.

    Or else the names that end in it, or that it ends in: a domain that was left out, or is one too many.
    """
    if len(name) > _LONGEST_MISSPELT:
        return ()
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    parts = _segments(_folded(name))
    cutoff = sum(_slips(part) for part in parts)
    close = process.extract(
        name, names, scorer=OSA.distance, processor=_folded, score_cutoff=cutoff, limit=_MOST_COMPARED
    )
    found = [(distance, other) for other, distance, _ in close if _is_close(parts, _segments(_folded(other)))]
    if found:
        best = min(found)[0]
        return tuple(other for distance, other in found if distance == best)[:_MOST_SUGGESTED]
    ends = [
        other for other in names if _ends_in(_segments(other), parts) or _ends_in(parts, _segments(other))
    ]
    begun = [
        other
        for other in names
        if min(len(name), len(other)) >= _LEAST_BEGUN and (other.startswith(name) or name.startswith(other))
    ]
    return tuple((ends or begun)[:_MOST_SUGGESTED])


def _folded(name: str) -> str:
    """A name without what is no difference to people: capitals, and which mark parts its words."""
    return name.casefold().replace("/", ".").replace("-", "_")


def _segments(name: str) -> list[str]:
    return name.replace("/", ".").split(".")


def _slips(part: str) -> int:
    """How many slips a segment may have: one for each three letters, and at least one."""
    return max(1, (len(part) + 1) // 3) if len(part) > 1 else 0


def _is_close(parts: list[str], others: list[str]) -> bool:
    from rapidfuzz.distance import OSA

    return len(parts) == len(others) and all(
        OSA.distance(part, other) <= _slips(part) for part, other in zip(parts, others, strict=True)
    )


def _ends_in(parts: list[str], end: list[str]) -> bool:
    return len(end) < len(parts) and parts[len(parts) - len(end) :] == end


def kind_in_words(registration: Registration) -> str:
    """What is registered with `spine.execution`, as a sentence names it, with its article."""
    kind = registration.kind if registration.kind != "pipeline" else "function"
    return f"an {kind}" if kind == "operation" else f"a {kind}"


def first_segment(name: str) -> str:
    """The domain of a name: all before its first `.` or `/`."""
    return _segments(name)[0]


def is_template(value: object) -> bool:
    """Whether a value is a text that holds a template, so that nobody knows what will stand there."""
    return isinstance(value, str) and OPENING in value


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


def _checked(
    check: Callable[[Takes, Given], Iterator[Report]], given: Given, takes: Takes
) -> Iterator[Report]:
    return check(takes, given)


class Said(NamedTuple):
    """What the rules say of a step under some terms; `settled` are the starts of values that are as they shall be."""

    terms: Terms
    reports: tuple[tuple[str, Report], ...]
    settled: tuple[int, ...]


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
