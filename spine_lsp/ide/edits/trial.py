"""The trial of an edit: it is made on a copy of the text, and what the copy says decides whether it is offered.

An edit that is offered leaves no new error and no lost comment, and a fix takes its finding away. Edits are made so
that they do; the trial is the last line of defence, and tells apart the candidates where the right edit depends on
what is around it. What a trial costs is estimated beforehand, so that no file can make a request last.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from weakref import WeakKeyDictionary

from spine_lsp.analysis.catalogue import BY_CODE, RULES
from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import DEFAULT, diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.locate import Finder, located_problems
from spine_lsp.analysis.project import NO_PROJECT, Project
from spine_lsp.analysis.rules.unused_suppression import CODE as UNUSED
from spine_lsp.analysis.steps import read_item
from spine_lsp.analysis.suppressions import Suppression, suppressions
from spine_lsp.orchestration.problems import Problem
from spine_lsp.syntax.comments import find_comments
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.splice import MAX_SPLICES
from spine_lsp.syntax.text import Edit, Text, apply_edits
from spine_lsp.syntax.tree import Node, walk

SEARCH = 300_000
"""What the search for the right edits may cost in one request, in microseconds of work as they are estimated."""
CHECKS = 100_000
"""What it may cost to try the edits of a list of actions before they are offered."""
SINGLE = 1_000_000
"""The most that one trial may cost: an edit whose trial would cost more is not offered."""

_PER_CHARACTER = 2  # to read a text that is not cut into steps
_PER_STEP = 1  # to look at what an edit inside the steps left
_PER_STEP_CUT_ANEW = 6
_PER_FINDING = 10
_PER_EDGE = 1
_PER_EDGE_OF_PATHS = 5  # to look for another way beside each edge


class Tally(NamedTuple):
    """How many errors of each code a text has, and of one code the findings by their messages."""

    errors: Counter[str]
    messages: Counter[str]


class _TrialMemory:
    """What is known of one version of a document, for as long as it lives; it does not hold the document."""

    def __init__(self, document: Document, config: Config, project: Project) -> None:
        self.config = config
        self.project = project
        self.findings = diagnose(document, config, project)
        self.verdicts: dict[tuple[object, ...], bool] = {}
        self.tallies: dict[str, Tally] = {}
        self.suppressions: list[Suppression] | None = None
        self.is_json: bool | None = None


_known: WeakKeyDictionary[Document, _TrialMemory] = WeakKeyDictionary()


class Trial:
    """Tries edits of one document, within a budget. `is_cut`: something was left out that would have cost too much."""

    def __init__(
        self,
        document: Document,
        config: Config = DEFAULT,
        project: Project = NO_PROJECT,
        *,
        search: int = SEARCH,
        checks: int = CHECKS,
    ) -> None:
        self.document = document
        self.config = config
        self.project = project
        self.is_cut = False
        self._search = search
        self._checks = checks
        self._problems: dict[tuple[str, int], list[tuple[Problem, int | None]]] | None = None
        self._finder: Finder | None = None
        self._keys: tuple[Node, dict[int, list[tuple[Node, int]]]] | None = None
        self._made: dict[str, list[Edit] | None] = {}
        known = _known.get(document)
        if known is None or known.config != config or known.project is not project:
            known = _known[document] = _TrialMemory(document, config, project)
        self._known = known

    @property
    def findings(self) -> list[Finding]:
        """All findings of the document, by place."""
        return self._known.findings

    @property
    def suppressions(self) -> list[Suppression]:
        """The suppression comments of the document."""
        if self._known.suppressions is None:
            self._known.suppressions = suppressions(self.document)
        return self._known.suppressions

    @property
    def problems(self) -> Mapping[tuple[str, int], list[tuple[Problem, int | None]]]:
        """The problems of structure by code and place, each with its step (None: the header)."""
        if self._problems is None:
            self._problems = {}
            for group in self.document.groups:
                for problem, step, span in located_problems(group):
                    self._problems.setdefault((problem.code, span.start), []).append((problem, step))
        return self._problems

    @property
    def is_json(self) -> bool:
        """Whether the text is JSON, which it has to stay."""
        if self._known.is_json is None:
            self._known.is_json = _is_json(self.document.text.source)
        return self._known.is_json

    def finder(self, root: Node) -> Finder:
        """What finds nodes below `root`; for one tree always the same."""
        if self._finder is None or self._finder.root is not root:
            self._finder = Finder(root)
        return self._finder

    def keys_at(self, root: Node, offset: int, place: Callable[[int], int]) -> list[tuple[Node, int]]:
        """The map and number of the entries below `root` whose key starts at an offset of the file."""
        if self._keys is None or self._keys[0] is not root:
            keys: dict[int, list[tuple[Node, int]]] = {}
            for node in walk(root):
                for number, (key, _) in enumerate(node.entries):
                    keys.setdefault(key.start, []).append((node, number))
            self._keys = (root, {place(start): found for start, found in keys.items()})
        return self._keys[1].get(offset, [])

    @property
    def left_to_search(self) -> int:
        """What is left of the budget for the search."""
        return self._search

    def once(self, name: str, make: Callable[[], list[Edit] | None]) -> list[Edit] | None:
        """Edits that many findings share, made once in a request; the name tells them apart."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def affords(self, edits: Sequence[Edit], finding: Finding | None = None) -> bool:
        """Whether the budget for checks allows to try `edits`; what that costs is taken off."""
        if (finding, *edits) in self._known.verdicts:
            return True
        return self._afford(self.cost(edits, finding))

    def affords_making(self) -> bool:
        """Whether the budget for checks allows to make and to try edits that may touch every neighbour of a step."""
        cost = self.cost(())
        for group in self.document.groups:
            part, steps = group.part, max(group.step_count, 1)
            cost += _PER_CHARACTER * _edges(group) * (part.end - part.start) // steps**2
        return self._afford(cost)

    def _afford(self, cost: int) -> bool:
        if cost > self._checks:
            return False
        self._checks -= cost
        return True

    def can_try(self, edits: Sequence[Edit]) -> bool:
        """Whether edits can be tried at all, in a request of their own."""
        if self.cost(edits) > SINGLE:
            self.is_cut = True
            return False
        return True

    def permits(self, edits: Sequence[Edit], finding: Finding | None = None) -> bool:
        """Whether edits that all refer to the text may be offered: no new error, no lost comment, the finding gone.

        Where a fault of the YAML goes, what it hid may show, as long as there are no more errors than before.
        """
        key = (finding, *edits)
        verdict = self._known.verdicts.get(key)
        if verdict is None:
            verdict = self._known.verdicts[key] = self._judge(edits, finding)
        return verdict

    def permits_all(self, edits: Sequence[Edit]) -> bool:
        """Whether the edits of several fixes together leave no new error, whatever they mend."""
        key = ("all", *edits)
        if key not in self._known.verdicts:
            self._known.verdicts[key] = self._judge_all(edits)
        return self._known.verdicts[key]

    def best(self, finding: Finding, candidates: Iterable[Edit]) -> Edit | None:
        """The first of the candidates that leaves the fewest errors, and fewer of the finding's code than there are.

        For faults whose right correction depends on what is around them. None if no candidate will do, or if it
        would take too long to find out.
        """
        best: tuple[int, Edit] | None = None
        for edit in dict.fromkeys(candidates):
            left = self._left_near(edit, finding)
            if left is not None and (best is None or left < best[0]):
                best = (left, edit)
                if not left:
                    break
        return best[1] if best else None

    def _judge(self, edits: Sequence[Edit], finding: Finding | None) -> bool:
        source = self.document.text.source
        if not edits or not are_sound(source, edits):
            return False
        code = finding.code if finding is not None else ""
        after = edited(self.document, edits)
        if _has_less(after, self.document):
            return False
        before, now = self._tally(code), tally(after, self.config, code, self._heeded(code))
        if not _is_better(before, now, code):
            return False
        if finding is not None and not _is_gone(finding, before, now):
            return False
        if self.is_json and not _is_json(after.text.source):
            return False
        if code == UNUSED or not any("#" in source[edit.start : edit.end] for edit in edits):
            return True
        return _comments(source) <= _comments(after.text.source)

    def _judge_all(self, edits: Sequence[Edit]) -> bool:
        source = self.document.text.source
        if not edits or not are_sound(source, edits):
            return False
        after = edited(self.document, edits)
        if _has_less(after, self.document) or (self.is_json and not _is_json(after.text.source)):
            return False
        return not tally(after, self.config).errors - self._tally("").errors

    def _tally(self, code: str) -> Tally:
        if code not in self._known.tallies:
            self._known.tallies[code] = tally(self.document, self.config, code, self._heeded(code))
        return self._known.tallies[code]

    def _heeded(self, code: str) -> Project:
        """The workspace that a trial heeds: as it is for a fix that is about it, else an empty one.

        A step that is made for somebody to complete may name a pipeline that is not there yet.
        """
        rule = BY_CODE.get(code)
        of_workspace = rule is not None and rule.scope in ("project", "workspace")
        # A target of a schedule is there already, whichever rule says so.
        of_schedules = self.document.schedules and not self.document.groups
        return self.project if code == UNUSED or of_workspace or of_schedules else NO_PROJECT

    def _left_near(self, edit: Edit, finding: Finding) -> int | None:
        """How many errors are left where an edit was made; None if no fewer of the finding's code, or not known."""
        document = self.document
        group = document.group_at(edit.start)
        part = group.part if group is not None else None
        number = part.block_at(edit.start) if part is not None and part.path is not None else None
        if part is None or number is None or edit.end >= part.block_starts[number + 1]:
            return self._left_anywhere(edit, finding)
        text = part.blocks[number].text
        self._search -= 50 + _PER_CHARACTER * len(text)
        if self._search < 0:
            self.is_cut = True
            return None
        start = part.block_starts[number]
        before = _item_errors(text)
        after = _item_errors(text[: edit.start - start] + edit.text + text[edit.end - start :])
        code = finding.code
        return after.total() if after[code] < before[code] else None

    def _left_anywhere(self, edit: Edit, finding: Finding) -> int | None:
        self._search -= self.cost([edit])
        if self._search < 0:
            self.is_cut = True
            return None
        after = tally(edited(self.document, [edit]), self.config, finding.code)
        before = self._tally(finding.code)
        return after.errors.total() if after.messages.total() < before.messages.total() else None

    def cost(self, edits: Sequence[Edit], finding: Finding | None = None) -> int:
        """What a trial costs, in microseconds of work, roughly."""
        document = self.document
        cost = _PER_FINDING * len(self.findings)
        needs_paths = finding is not None and finding.code == "redundant-dependency"
        for group in document.groups:
            part = group.part
            cost += (_PER_EDGE_OF_PATHS if needs_paths else _PER_EDGE) * _edges(group)
            if part.path is None:
                cost += _PER_CHARACTER * (part.end - part.start)
                continue
            inside = all(part.block_starts[0] <= e.start and e.end <= part.block_starts[-1] for e in edits)
            single = inside and len(document.file.parts) == 1 and len(edits) <= MAX_SPLICES
            cost += (_PER_STEP if single else _PER_STEP_CUT_ANEW) * len(part.blocks)
            if not single:
                cost += _PER_CHARACTER * (len(part.head) + len(part.tail))
            touched = {part.block_at(edit.start) for edit in edits}
            cost += sum(_PER_CHARACTER * part.block_lengths[n] for n in touched if n is not None)
        return cost


def _has_less(after: Document, before: Document) -> bool:
    """Whether an edit made something of a file unreadable."""
    listed, once = ([each.schedules for each in document.schedules] for document in (after, before))
    return len(after.groups) < len(before.groups) or list(map(len, listed)) != list(map(len, once))


def _edges(group: Group) -> int:
    """The number of entries in all `depends_on` of a group."""
    return sum(len(step.depends_on) for step in group.steps)


def are_sound(source: str, edits: Sequence[Edit]) -> bool:
    """Whether edits lie in the text, do not overlap, part no line break, and each does something."""
    last = 0
    for edit in sorted(edits):
        if not last <= edit.start <= edit.end <= len(source) or source[edit.start : edit.end] == edit.text:
            return False
        if any(at and source.startswith("\r\n", at - 1) for at in (edit.start, edit.end)):
            return False
        last = edit.end
    return True


def edited(document: Document, edits: Iterable[Edit]) -> Document:
    """The document after edits that all refer to its text."""
    edits = sorted(edits, key=lambda edit: (edit.start, edit.end))
    if len(edits) == 1:
        return document.changed(document.version, document.text.replaced(*edits[0]), edits)
    source = apply_edits(document.text.source, edits)
    # From the last to the first, each edit also refers to the text that the others left.
    return document.changed(document.version, Text(source), edits[::-1])


def tally(document: Document, config: Config = DEFAULT, code: str = "", project: Project = NO_PROJECT) -> Tally:
    """The errors of a document by code, and its findings of one code, as the user would see them."""
    if code != UNUSED:  # which depends on the findings of all rules
        levels = {
            rule.code: Severity.ERROR
            if Severity.ERROR in (rule.severity, config.levels.get(rule.code))
            else (Severity.HINT if rule.code == code else None)
            for rule in RULES
        }
        config = replace(config, levels=levels)
    found = diagnose(document, config, project)
    errors = Counter(f.code for f in found if f.severity == Severity.ERROR)
    return Tally(errors, Counter(f.message for f in found if f.code == code))


def _is_better(before: Tally, after: Tally, code: str) -> bool:
    """Whether no error is new; a fault of the YAML that goes may uncover what it hid."""
    if not after.errors - before.errors:
        return True
    mended = code == "yaml-syntax" and after.errors[code] < before.errors[code]
    return mended and after.errors.total() <= before.errors.total()


def _is_gone(finding: Finding, before: Tally, after: Tally) -> bool:
    """Whether there is less of what was found; where a cycle falls apart, others may remain."""
    if after.messages.total() < before.messages.total():
        return True
    message = finding.message
    return finding.code == "dependency-cycle" and after.messages[message] < before.messages[message]


def _item_errors(text: str) -> Counter[str]:
    """The errors of the text of one item alone, by code."""
    fragment = parse_fragment(text)
    step = read_item(text, fragment)
    found = Counter(problem.code for problem in step.problems)
    found["duplicate-key"] = len(step.duplicate_keys)
    found["yaml-syntax"] = len(fragment.faults) + len(step.faults)
    found["unclosed-template"] = len(step.open_braces)
    return found


def _comments(source: str) -> Counter[str]:
    return Counter(source[comment.start : comment.end].strip() for comment in find_comments(source))


def _is_json(source: str) -> bool:
    if source[:100].lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return False
    try:
        json.loads(source.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True
