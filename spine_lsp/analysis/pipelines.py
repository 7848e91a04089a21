"""The pipelines that steps run: what is known of each name, and which names one looks like that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.analysis.findings import Report
from spine_lsp.analysis.lazy import lazy
from spine_lsp.analysis.templates import OPENING

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.pysource.declarations import Registration
    from spine_lsp.pysource.index import PipelineIndex

BATCH_ID = "batch_id"
"""The parameter that Spine's runner gives every step, whatever the file says."""

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


class Said(NamedTuple):
    """What the rules say of a step under some terms; `settled` are the starts of values that are as they shall be."""

    terms: Terms
    reports: tuple[tuple[str, Report], ...]
    settled: tuple[int, ...]


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
    ends = [other for other in names if _ends_in(_segments(other), parts) or _ends_in(parts, _segments(other))]
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
