"""All fixes that need nobody to look at them, as one set of edits of a file."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import DEFAULT
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.project import NO_PROJECT, Project
from spine_lsp.ide.edits.trial import SINGLE, Trial, are_sound, edited
from spine_lsp.ide.fixes.catalogue import safe_fix
from spine_lsp.ide.fixes.fix import Fix
from spine_lsp.syntax.text import Edit

Pick = Callable[[Trial, Finding], "Fix | None"]
"""Chooses the fix of a finding, None for one that is left."""

_ROUNDS = 20  # one fix may uncover or touch another; a file that needs more is fixed by asking again
_TRIALS = 40  # in all, to find those that cannot be made together; fewer where one costs much
_PROBED = 20  # fixes that are tried to see whether there is anything to do


def find_safe_fix(trial: Trial, pick: Pick = safe_fix) -> list[Edit] | None:
    """The edits of some fix that `pick` chooses and that can be made; None if there seems to be none."""
    probed = 0
    for finding in trial.findings:
        fix = pick(trial, finding)
        if fix is None or not trial.can_try(fix.edits):
            continue
        may = trial.affords(fix.edits, finding) and trial.permits(fix.edits, finding)
        if may and trial.permits_all(fix.edits):  # which lets nothing show that was hidden
            return fix.edits
        probed += 1
        if probed == _PROBED:
            break
    return None


def fix_all(
    document: Document, config: Config = DEFAULT, project: Project = NO_PROJECT, pick: Pick = safe_fix
) -> list[Edit]:
    """The edits of all fixes together that leave no new error, of each finding the one that `pick` chooses.

    Empty if there is nothing to do.
    """
    pieces = Pieces(document.text.source)
    now = document
    search, trials = SINGLE // 2, [_TRIALS]
    for number in range(_ROUNDS):
        trial = Trial(now, config, project, search=search)
        edits = _one_round(trial, trials, pick) or (None if number else find_safe_fix(trial, pick))
        if not edits:
            break
        search = trial.left_to_search
        pieces.apply(edits)
        now = edited(now, edits)
    return pieces.edits()


def _one_round(trial: Trial, left: list[int], pick: Pick) -> list[Edit]:
    """The fixes that do not touch each other and do no harm together; `left` counts the trials that are left."""
    taken: list[Edit] = []  # in the order of the text
    groups: list[list[Edit]] = []
    for finding in trial.findings:
        fix = pick(trial, finding)
        if fix is not None and are_sound(trial.document.text.source, fix.edits) and _fits(taken, fix.edits):
            for edit in fix.edits:
                insort(taken, edit)
            groups.append(fix.edits)
    return _harmless(trial, groups, left) if groups and trial.can_try(taken) else []


def _fits(taken: list[Edit], edits: list[Edit]) -> bool:
    """Whether edits touch none of those taken."""
    for edit in edits:
        at = bisect_left(taken, edit)
        if any(_touch(edit, other) for other in taken[max(at - 1, 0) : at + 1]):
            return False
    return True


def _touch(one: Edit, other: Edit) -> bool:
    return one.start <= other.end and other.start <= one.end


def _harmless(trial: Trial, groups: list[list[Edit]], left: list[int], base: Sequence[Edit] = ()) -> list[Edit]:
    """Those of some fixes that leave no new error beside the edits of `base`, found by halves; `left` counts trials."""
    edits = [edit for group in groups for edit in group]
    left[0] -= 1 + trial.cost(edits) * _TRIALS // SINGLE
    if left[0] < 0:
        return []
    if trial.permits_all([*base, *edits]):
        return edits
    if len(groups) == 1:
        return []
    half = len(groups) // 2
    first = _harmless(trial, groups[:half], left, base)
    return [*first, *_harmless(trial, groups[half:], left, [*base, *first])]


class Pieces:
    """A text as pieces of the original and of what was put in, so that edits of edits are edits of the original."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._pieces: list[tuple[int, int] | str] = [(0, len(source))]

    def apply(self, edits: Iterable[Edit]) -> None:
        """Apply edits that refer to the text as it is now and do not overlap."""
        rest = deque(self._pieces)
        done: list[tuple[int, int] | str] = []
        at = 0
        for edit in sorted(edits):
            done += _taken(rest, edit.start - at)
            for _ in _taken(rest, edit.end - edit.start):
                pass
            done += [edit.text] if edit.text else []
            at = edit.end
        self._pieces = [*done, *rest]

    def edits(self) -> list[Edit]:
        """What was done, as edits of the original."""
        found: list[Edit] = []
        at = 0
        new = ""
        for piece in [*self._pieces, (len(self._source), len(self._source))]:
            if isinstance(piece, str):
                new += piece
                continue
            start, end = piece
            if new or start > at:
                if self._source[at:start] != new:
                    found.append(Edit(at, start, new))
                new = ""
            at = end
        return found


def _taken(pieces: deque[tuple[int, int] | str], length: int) -> Iterator[tuple[int, int] | str]:
    """The pieces that make the first `length` characters, taken off; the last of them may be parted."""
    while length > 0 and pieces:
        piece = pieces.popleft()
        size = len(piece) if isinstance(piece, str) else piece[1] - piece[0]
        if size <= length:
            yield piece
        elif isinstance(piece, str):
            pieces.appendleft(piece[length:])
            yield piece[:length]
        else:
            start, end = piece
            pieces.appendleft((start + length, end))
            yield start, start + length
        length -= size
