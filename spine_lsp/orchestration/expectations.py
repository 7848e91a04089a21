"""Expectations of a plan: sentences of which each holds or does not, and why not (docs/command-line.md).

One in a line: `a before b`, `level of a is 0`, `exactly these steps a b c`, and the other `FORMS`; `#` begins a
comment, names with blanks stand in quotes, commas between names are as good as blanks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from spine_lsp.orchestration.graph import GraphInspection
from spine_lsp.orchestration.problems import did_you_mean, meant, quoted
from spine_lsp.orchestration.queries import upstream

_TOKEN = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(#.*)|([^\s,"'#][^\s,]*)|(,))""")
_SHOWN = 6
FORMS = (
    "a before b",
    "a not before b",
    "a waits for b",
    "a does not wait for b",
    "level of a is 0",
    "a runs",
    "a cannot run",
    "order is a b c",
    "exactly these steps a b c",
)


class Outcome(NamedTuple):
    """A sentence and its line from 1; `fault` says why it does not hold, and is empty where it does."""

    line: int
    sentence: str
    fault: str


class ExpectationError(ValueError):
    """A line that is no expectation: a sentence, with its number from 1; 0 for a whole text that says none."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}" if line else message)
        self.line = line


def check_expectations(text: str, graph: GraphInspection) -> list[Outcome]:
    """Whether each sentence of a text holds for a graph, in order; raises ExpectationError for what is none."""
    outcomes = []
    for number, line in enumerate(text.splitlines(), 1):
        words = _words(number, line)
        if words:
            outcomes.append(Outcome(number, line.split(" #")[0].strip(), _fault(number, words, graph)))
    return outcomes


class _Word(NamedTuple):
    text: str
    is_quoted: bool


def _words(number: int, line: str) -> list[_Word]:
    words = []
    at = 0
    line = line.rstrip()
    while at < len(line):
        found = _TOKEN.match(line, at)
        if found is None:
            raise ExpectationError(number, "a quote is never closed")
        at = found.end()
        double, single, _, plain, _ = found.groups()
        if double is not None:
            words.append(_Word(re.sub(r"\\(.)", r"\1", double), is_quoted=True))
        elif single is not None:
            words.append(_Word(single, is_quoted=True))
        elif plain is not None:
            words.append(_Word(plain, is_quoted=False))
    return words


def _fault(number: int, words: Sequence[_Word], graph: GraphInspection) -> str:
    for pattern, check in _SENTENCES:
        names = _matched(pattern, words)
        if names is None:
            continue
        if pattern[-1] != "*":
            named = names if "N" not in pattern else names[:-1]
            unknown = [name for name in dict.fromkeys(named) if name not in graph.first]
            if unknown:
                return f"no step is called `{unknown[0]}`{meant(did_you_mean(unknown[0], graph.first))}"
        return check(graph, *names)
    forms = "; ".join(FORMS)
    raise ExpectationError(number, f"this is no expectation; there are: {forms}")


def _matched(pattern: Sequence[str], words: Sequence[_Word]) -> list[str] | None:
    """The names of a sentence: `A` takes one, `N` a number, `*` all that are left."""
    names: list[str] = []
    for place, expected in enumerate(pattern):
        if expected == "*":
            rest = words[place:]
            return [*names, *(word.text for word in rest)] if rest else None
        if place >= len(words):
            return None
        word = words[place]
        if expected in "AN":
            if expected == "N" and not (word.text.isascii() and word.text.isdigit() and len(word.text) < 10):
                return None
            names.append(word.text)
        elif word.is_quoted or word.text.lower().rstrip(":") != expected:
            return None
    return names if len(words) == len(pattern) else None


def _before(graph: GraphInspection, a: str, b: str) -> str:
    """`a` runs before `b` under every policy: `b` waits for it, directly or through others."""
    first, second = graph.first[a], graph.first[b]
    for name, step in ((a, first), (b, second)):
        if graph.level[step] < 0:
            return f"`{name}` cannot run"
    if first in upstream(graph, second):
        return ""
    if second in upstream(graph, first):
        return f"it is `{b}` that comes before `{a}`"
    return f"nothing keeps `{b}` from running before `{a}`: it does not wait for it"


def _not_before(graph: GraphInspection, a: str, b: str) -> str:
    return f"`{b}` waits for `{a}`" if graph.first[a] in upstream(graph, graph.first[b]) else ""


def _waits(graph: GraphInspection, a: str, b: str) -> str:
    return "" if graph.first[b] in upstream(graph, graph.first[a]) else f"`{a}` does not wait for `{b}`"


def _waits_not(graph: GraphInspection, a: str, b: str) -> str:
    return _not_before(graph, b, a)


def _level(graph: GraphInspection, a: str, level: str) -> str:
    found = graph.level[graph.first[a]]
    if found < 0:
        return f"`{a}` cannot run"
    return "" if found == int(level) else f"the level of `{a}` is {found}"


def _runs(graph: GraphInspection, a: str) -> str:
    return "" if graph.level[graph.first[a]] >= 0 else f"`{a}` cannot run"


def _runs_not(graph: GraphInspection, a: str) -> str:
    return f"`{a}` can run" if graph.level[graph.first[a]] >= 0 else ""


def _order(graph: GraphInspection, *names: str) -> str:
    found = [graph.names[step] for step in graph.order]
    if found == list(names):
        return ""
    place = next(
        (at for at, (a, b) in enumerate(zip(found, names, strict=False)) if a != b),
        min(len(found), len(names)),
    )
    here = f"`{found[place]}`" if place < len(found) else "nothing more"
    wanted = f"`{names[place]}`" if place < len(names) else "nothing more"
    return f"number {place + 1} in the order is {here}, not {wanted}"


def _exactly(graph: GraphInspection, *names: str) -> str:
    missing = [name for name in names if name not in graph.first]
    further = [name for name in graph.first if name not in set(names)]
    faults = []
    if missing:
        faults.append(f"there is no {_some(missing)}")
    if further:
        faults.append(f"there {'is' if len(further) == 1 else 'are'} also {_some(further)}")
    return "; ".join(faults)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return quoted(names[:_SHOWN], "and") + more if not more else ", ".join(f"`{n}`" for n in names[:_SHOWN]) + more


_Check = Callable[..., str]
_SENTENCES: tuple[tuple[tuple[str, ...], _Check], ...] = (
    (("level", "of", "A", "is", "N"), _level),
    (("exactly", "these", "steps", "*"), _exactly),
    (("exactly", "*"), _exactly),
    (("order", "is", "*"), _order),
    (("A", "before", "A"), _before),
    (("A", "not", "before", "A"), _not_before),
    (("A", "waits", "for", "A"), _waits),
    (("A", "does", "not", "wait", "for", "A"), _waits_not),
    (("A", "runs"), _runs),
    (("A", "cannot", "run"), _runs_not),
)
