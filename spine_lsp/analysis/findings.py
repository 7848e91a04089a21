"""A finding: what a rule has to say about a span of a document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding matters; the numbers are the protocol's.

    ERROR: the group cannot be planned. WARNING: likely a mistake. INFORMATION: probably not meant.
    HINT: meant, but there is a simpler way, or worth knowing.
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


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, at one span. `suggestions` could stand in the place of the span, best first.

    `kind` tells findings of one code apart where a fix needs to know (the kind of a YAML fault).
    """

    code: str
    severity: Severity
    start: int
    end: int
    message: str
    related: tuple[Place, ...] = ()
    suggestions: tuple[str, ...] = ()
    unnecessary: bool = False
    kind: str = ""

    def moved(self, by: int) -> Finding:
        """The same finding `by` code points further on."""
        related = tuple(place.moved(by) for place in self.related)
        return replace(self, start=self.start + by, end=self.end + by, related=related)
