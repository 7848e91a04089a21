"""A finding: what a rule has to say about a span of a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

from spine_lsp.pysource.places import SourcePlace


class Severity(IntEnum):
    """How much a finding matters; the numbers are the protocol's.

    ERROR: the group cannot be planned, or a step of it fails. WARNING: likely a mistake.
    INFORMATION: probably not meant. HINT: meant, but there is a simpler way, or worth knowing.
    """

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4

    @property
    def word(self) -> str:
        """The severity as configuration and output write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Place:
    """Another span of the same document that belongs to a finding."""

    start: int
    end: int
    message: str

    def moved(self, by: int) -> Place:
        """The same place `by` code points further on."""
        return Place(self.start + by, self.end + by, self.message)


class Elsewhere(NamedTuple):
    """A place in another file, by its path of the project, that belongs to a finding."""

    path: str
    place: SourcePlace
    message: str


class Report(NamedTuple):
    """What a rule's check has to say about one span; the rule makes it a finding.

    `suggestions` could stand in the place of the span, best first. `kind` tells reports of one rule apart where a
    fix needs to know (the kind of a YAML fault). `severity` is for one that is not the rule's own.
    """

    start: int
    end: int
    message: str
    related: tuple[Place, ...] = ()
    suggestions: tuple[str, ...] = ()
    unnecessary: bool = False
    kind: str = ""
    elsewhere: tuple[Elsewhere, ...] = ()
    severity: Severity | None = None

    def moved(self, by: int) -> Report:
        """The same report `by` code points further on."""
        related = tuple(place.moved(by) for place in self.related)
        return self._replace(start=self.start + by, end=self.end + by, related=related)


@dataclass(frozen=True, slots=True)
class Finding:
    """A report of the rule `code`, with the severity that the rule has, or the user gave it."""

    code: str
    severity: Severity
    start: int
    end: int
    message: str
    related: tuple[Place, ...] = ()
    suggestions: tuple[str, ...] = ()
    unnecessary: bool = False
    kind: str = ""
    elsewhere: tuple[Elsewhere, ...] = ()

    def moved(self, by: int) -> Finding:
        """The same finding `by` code points further on."""
        related = tuple(place.moved(by) for place in self.related)
        return replace(self, start=self.start + by, end=self.end + by, related=related)


def most_severe(findings: Sequence[Finding], most: int) -> Sequence[Finding]:
    """The first `most` of the findings, the severe ones before the others; in the order in which they came."""
    if len(findings) <= most:
        return findings
    by_severity = sorted(range(len(findings)), key=lambda number: findings[number].severity)
    return [findings[number] for number in sorted(by_severity[:most])]


class JudgedFile(NamedTuple):
    """A file of another kind of which something was found when it was read: of configuration, say."""

    path: str
    text: str
    findings: tuple[Finding, ...]
