"""Selectors: one small language that picks steps of a graph, wherever steps are asked for (docs/selectors.md).

A union of intersections: `a b` is what either selects, `a,b` what both select, `!a` all but what `a` selects,
parentheses group. `+a` and `a+` add what `a` waits for and what waits for it, `2+a+1` within so many edges, `@a` adds
what waits for `a` and all that this needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from typing import NamedTuple

from spine_lsp.orchestration.graph import GraphInspection
from spine_lsp.orchestration.problems import did_you_mean, meant, quoted
from spine_lsp.orchestration.queries import dependents_of_all

NAME, LEVEL, STATE, PIPELINE, CHANGED = METHODS = ("name", "level", "state", "pipeline", "changed")
STATES = ("ok", "blocked", "cycle", "missing", "duplicate")

MOST_CHARACTERS = 10_000
_MOST_TERMS = 500
_DEEPEST = 50
_ALL = -1
"""Hops without an end."""

_LEVELS = re.compile(r"(?P<low>[0-9]{1,9})?(?P<range>\.\.)?(?P<high>[0-9]{1,9})?\Z")
_BEFORE = re.compile(r"@|[0-9]{0,9}\+")
_AFTER = re.compile(r"\+(?P<hops>[0-9]{0,9})")
_METHOD = re.compile(r"(?P<name>[A-Za-z_]+):")
_WORD = re.compile(r"""[^\s,()"'!]+""")
_PLAIN = re.compile(r"""(?!@|[0-9]*\+)[^\s,()"'!:*?\[\\]+\Z""")
_ENDS_IN_HOPS = re.compile(r"\+[0-9]*\Z")


class SelectorError(ValueError):
    """A selector that is none, or that names what there is not: a sentence, and where in the text it is meant."""

    def __init__(self, message: str, text: str, start: int, end: int, *, is_unknown: bool = False) -> None:
        super().__init__(message)
        self.is_unknown = is_unknown
        """Whether it names what there is not, and would be a selector of another group."""
        self.text = text
        self.start = start
        self.end = max(end, start + 1)


@dataclass(frozen=True)
class Selectable:
    """The steps that a selector picks from.

    `state` tells that of a step, one of `STATES`. `changed` gives the steps that are not as they were in a revision,
    and raises ValueError with a sentence for one that cannot be had; without it nothing can be asked of revisions.
    """

    graph: GraphInspection
    pipelines: Sequence[str | None]
    state: Callable[[int], str]
    changed: Callable[[str], Collection[int]] | None = None
    steps: frozenset[int] = field(init=False)
    """Those that have a name."""

    def __post_init__(self) -> None:
        named = frozenset(i for i, name in enumerate(self.graph.names) if name and not name.startswith("\0"))
        object.__setattr__(self, "steps", named)


class _Match(NamedTuple):
    """The steps of a name, a pipeline, a level, a state, or that have changed; `pattern` where stars count."""

    method: str
    value: str
    start: int
    end: int
    pattern: bool


class _Reach(NamedTuple):
    """A part with what lies around it: hops up and down, `_ALL` for any number."""

    part: _Part
    up: int
    down: int
    whole: bool
    """All that waits for it, and all that this needs."""


class _Not(NamedTuple):
    part: _Part


class _Both(NamedTuple):
    parts: list[_Part]


class _Either(NamedTuple):
    parts: list[_Part]


_Part = _Match | _Reach | _Not | _Both | _Either


def select(text: str, steps: Selectable) -> list[int]:
    """The steps that a selector picks, in the order of the file; raises SelectorError.

    Takes time in proportion to the graph, for each term of the selector.
    """
    part = _Parser(text).parse()
    return sorted(_Evaluation(text, steps).of(part))


def revisions(text: str) -> list[str]:
    """The revisions that the `changed:` of a selector name, each once; none of what is no selector."""
    try:
        parts = [_Parser(text).parse()]
    except SelectorError:
        return []
    found: dict[str, None] = {}
    while parts:
        match parts.pop():
            case _Either(inner) | _Both(inner):
                parts += reversed(inner)
            case _Not(part) | _Reach(part):
                parts.append(part)
            case _Match(method, value) if method == CHANGED:
                found[value] = None
    return list(found)


def written(name: str) -> str:
    """The selector of the steps of one name, in quotes where it would mean something else."""
    if _PLAIN.match(name) and not _ENDS_IN_HOPS.search(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def completions(text: str, steps: Selectable, limit: int = 100) -> list[str]:
    """The selectors that a beginning may become, one word further: names, methods, and what a method takes."""
    begin, word = _last_word(text)
    before = _BEFORE.match(word)
    if before is not None:
        begin, word = begin + before.group(), word[before.end() :]
    method = _METHOD.match(word)
    if method is not None and method["name"] in METHODS:
        begin, word = begin + method.group(), word[method.end() :]
        values = _values_of(method["name"], steps)
    else:
        names = dict.fromkeys(steps.graph.names[step] for step in sorted(steps.steps))
        values = [*map(written, names), *(f"{name}:" for name in METHODS[1:])]
    bare = word.lstrip("\"'").lower()
    fitting = (value for value in values if value.lstrip('"').lower().startswith(bare))
    return [begin + value for value, _ in zip(fitting, range(limit), strict=False)]


def _values_of(method: str, steps: Selectable) -> list[str]:
    match method:
        case "name":
            return [written(name) for name in dict.fromkeys(steps.graph.names[i] for i in sorted(steps.steps))]
        case "pipeline":
            return [written(name) for name in dict.fromkeys(filter(None, steps.pipelines))]
        case "level":
            return [str(level) for level in range(1, len(steps.graph.levels) + 1)]
        case "state":
            return list(STATES)
        case _:
            return ["HEAD"]


def _last_word(text: str) -> tuple[str, str]:
    """A text cut before its last word: behind the last blank, comma, bracket or `!` that is not in quotes."""
    cut, quote, escaped = 0, "", False
    for at, char in enumerate(text):
        if escaped:
            escaped = False
        elif quote:
            escaped = char == "\\"
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char.isspace() or char in ",()!":
            cut = at + 1
    return text[:cut], text[cut:]


class _Parser:
    """Reads a selector from left to right; every complaint says where it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.terms = 0

    def parse(self) -> _Part:
        if len(self.text) > MOST_CHARACTERS:
            raise self._error(f"a selector has at most {MOST_CHARACTERS:,} characters", MOST_CHARACTERS)
        part = self._either()
        if self.at < len(self.text):
            raise self._error("this `)` closes nothing")
        return part

    def _either(self) -> _Part:
        parts = []
        self._blanks()
        while self.at < len(self.text) and self.text[self.at] != ")":
            parts.append(self._both())
            self._blanks()
        if not parts:
            raise self._error("a selector names at least one step; `*` is all of them")
        return parts[0] if len(parts) == 1 else _Either(parts)

    def _both(self) -> _Part:
        parts = [self._not()]
        while self._next() == ",":
            self.at += 1
            if not self._next() or self._next().isspace():
                raise self._error("a comma stands between two selectors without blanks", self.at - 1)
            parts.append(self._not())
        end = self.at
        self._blanks()
        if self._next() == ",":
            raise self._error("a comma stands between two selectors without blanks")
        self.at = end
        return parts[0] if len(parts) == 1 else _Both(parts)

    def _not(self) -> _Part:
        negated = False
        while self._next() == "!":
            self.at += 1
            negated = not negated
        part = self._reach()
        return _Not(part) if negated else part

    def _reach(self) -> _Part:
        self.terms += 1
        if self.terms > _MOST_TERMS:
            raise self._error(f"a selector has at most {_MOST_TERMS} terms")
        start = self.at
        before = _BEFORE.match(self.text, self.at)
        whole, up = False, 0
        if before is not None:
            self.at = before.end()
            whole = before.group() == "@"
            up = 0 if whole else _hops(before.group()[:-1])
        part = self._primary()
        after = _AFTER.match(self.text, self.at)
        down = 0
        if after is not None:
            self.at = after.end()
            down = _hops(after["hops"])
        if self._next() and not (self._next().isspace() or self._next() in ",)"):
            raise self._error("two selectors stand side by side; a blank between them selects both", self.at)
        if whole and down:
            raise self._error("`@` goes down already, all the way; leave out the `+` at the end", start)
        return _Reach(part, up, down, whole) if up or down or whole else part

    def _primary(self) -> _Part:
        if self._next() == "(":
            opened = self.at
            self.depth += 1
            if self.depth > _DEEPEST:
                raise self._error(f"brackets may stand in {_DEEPEST} others at most")
            self.at += 1
            part = self._either()
            if self._next() != ")":
                raise self._error("this `(` is never closed", opened)
            self.at += 1
            self.depth -= 1
            return part
        return self._match()

    def _match(self) -> _Part:
        start = self.at
        found = _METHOD.match(self.text, self.at)
        method = NAME
        if found is not None:
            method = found["name"]
            if method not in METHODS:
                guess = meant(did_you_mean(method, METHODS)) or f"; there are {quoted(METHODS, 'and')};"
                raise self._error(
                    f"nothing is selected by `{method}`{guess} a name with a colon stands in quotes",
                    start,
                    found.end("name"),
                )
            self.at = found.end()
        if self._next() in ('"', "'"):
            value, pattern = self._quoted(), False
        else:
            word = _WORD.match(self.text, self.at)
            value = word.group() if word is not None else ""
            hops = _ENDS_IN_HOPS.search(value)
            if hops is not None:
                value = value[: hops.start()]
            self.at += len(value)
            pattern = any(char in value for char in "*?[")
        if not value and method != NAME:
            raise self._error(f"`{method}:` needs what to look for", start, self.at)
        if not value:
            raise self._error("here a step's name is missing", self.at)
        return _Match(method, value, start, self.at, pattern)

    def _quoted(self) -> str:
        opened = self.at
        quote = self.text[self.at]
        out = []
        self.at += 1
        while self._next() != quote:
            if not self._next():
                raise self._error("this quote is never closed", opened)
            if self._next() == "\\" and self.at + 1 < len(self.text):
                self.at += 1
            out.append(self._next())
            self.at += 1
        self.at += 1
        return "".join(out)

    def _blanks(self) -> None:
        while self._next().isspace():
            self.at += 1

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _error(self, message: str, start: int | None = None, end: int = 0) -> SelectorError:
        return SelectorError(message, self.text, self.at if start is None else start, end)


def _hops(digits: str) -> int:
    return int(digits) if digits else _ALL


class _Evaluation:
    """Selects from one graph; what several terms need is worked out once."""

    def __init__(self, text: str, steps: Selectable) -> None:
        self.text = text
        self.steps = steps
        self._dependents: list[list[int]] | None = None

    def of(self, part: _Part) -> frozenset[int]:
        match part:
            case _Either(parts):
                return frozenset().union(*map(self.of, parts))
            case _Both(parts):
                return frozenset.intersection(*map(self.of, parts))
            case _Not(inner):
                return self.steps.steps - self.of(inner)
            case _Reach():
                return self._reach(part)
            case _Match():
                return frozenset(self._match(part)) & self.steps.steps

    def _reach(self, part: _Reach) -> frozenset[int]:
        inner = self.of(part.part)
        if part.whole:
            return self._walk(self._walk(inner, _ALL, self._down), _ALL, self.steps.graph.waits_for)
        up = self._walk(inner, part.up, self.steps.graph.waits_for) if part.up else inner
        return up | self._walk(inner, part.down, self._down) if part.down else up

    def _down(self, step: int) -> list[int]:
        if self._dependents is None:
            self._dependents = dependents_of_all(self.steps.graph)
        return self._dependents[step]

    def _walk(self, start: Iterable[int], hops: int, next_of: Callable[[int], Iterable[int]]) -> frozenset[int]:
        seen = set(start)
        frontier = list(seen)
        while frontier and hops:
            further = []
            for step in frontier:
                for other in next_of(step):
                    if other not in seen:
                        seen.add(other)
                        further.append(other)
            frontier = further
            hops -= 1
        return frozenset(seen) & self.steps.steps

    def _match(self, part: _Match) -> Iterator[int]:
        graph = self.steps.graph
        match part.method:
            case "name":
                yield from self._named(part, graph.names, "no step is called")
            case "pipeline":
                yield from self._named(part, self.steps.pipelines, "no step runs the pipeline")
            case "level":
                low, high = self._levels(part)
                yield from (step for level in graph.levels[low - 1 : high] for step in level)
            case "state":
                if part.value not in STATES:
                    guess = meant(did_you_mean(part.value, STATES)) or f"; there are {quoted(STATES, 'and')}"
                    raise self._error(part, f"no step has the state `{part.value}`{guess}")
                yield from (step for step in self.steps.steps if self.steps.state(step) == part.value)
            case _:
                yield from self._changed(part)

    def _named(self, part: _Match, names: Sequence[str | None], nothing: str) -> Iterator[int]:
        if part.pattern:
            try:
                fits = re.compile(translate(part.value)).match
            except re.error:
                raise self._error(part, f"`{part.value}` is no pattern") from None
            yield from (step for step, name in enumerate(names) if name and fits(name))
            return
        found = [step for step, name in enumerate(names) if name == part.value]
        if not found:
            known = dict.fromkeys(names[step] or "" for step in sorted(self.steps.steps))
            message = f"{nothing} `{part.value}`{meant(did_you_mean(part.value, known))}"
            raise SelectorError(message, self.text, part.start, part.end, is_unknown=True)
        yield from found

    def _levels(self, part: _Match) -> tuple[int, int]:
        """The first and the last level that are meant, counted from 1 as people are shown them."""
        found = _LEVELS.match(part.value)
        if found is None or not (found["low"] or found["high"]) or (found["high"] and not found["range"]):
            raise self._error(part, "a level is a number from 1 up, or several: `level:1..3`, `level:2..`, `level:..2`")
        low = int(found["low"] or 1)
        high = int(found["high"] or len(self.steps.graph.levels)) if found["range"] else low
        if 0 in (low, int(found["high"] or 1)):
            raise self._error(part, "levels are counted from 1: `level:1` waits for nothing")
        return low, high

    def _changed(self, part: _Match) -> Iterable[int]:
        if self.steps.changed is None:
            raise self._error(part, "nothing is known of revisions here, so `changed:` selects nothing")
        try:
            return self.steps.changed(part.value)
        except SelectorError:
            raise
        except ValueError as exc:
            raise self._error(part, str(exc)) from None

    def _error(self, part: _Match, message: str) -> SelectorError:
        return SelectorError(message, self.text, part.start, part.end)
