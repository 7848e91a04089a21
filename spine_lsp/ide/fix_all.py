"""All fixes that need nobody to look at them, as one set of edits of a file."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import DEFAULT
from spine_lsp.analysis.document import Document
from spine_lsp.ide.edits.trial import SINGLE, Trial, are_sound, edited
from spine_lsp.ide.fixes.catalogue import safe_fix
from spine_lsp.syntax.text import Edit

_ROUNDS = 20  # one fix may uncover or touch another; a file that needs more is fixed by asking again
_TRIALS = 24  # in one round, to find those that cannot be made together
_PROBED = 20  # fixes that are tried to see whether there is anything to do


def find_safe_fix(trial: Trial) -> list[Edit] | None:
    """The edits of some safe fix that can be made; None if there seems to be none."""
    probed = 0
    for finding in trial.findings:
        fix = safe_fix(trial, finding)
        if fix is None or not trial.can_try(fix.edits):
            continue
        if trial.affords(fix.edits, finding) and trial.permits(fix.edits, finding):
            return fix.edits
        probed += 1
        if probed == _PROBED:
            break
    return None


def fix_all(document: Document, config: Config = DEFAULT) -> list[Edit]:
    """The edits of all safe fixes together that leave no new error; empty if there is nothing to do."""
    pieces = Pieces(document.text.source)
    now = document
    for _ in range(_ROUNDS):
        edits = _one_round(Trial(now, config, search=SINGLE))
        if not edits:
            break
        pieces.apply(edits)
        now = edited(now, edits)
    return pieces.edits()


def _one_round(trial: Trial) -> list[Edit]:
    """The safe fixes that do not touch each other and do no harm together."""
    taken: list[Edit] = []  # in the order of the text
    groups: list[list[Edit]] = []
    for finding in trial.findings:
        fix = safe_fix(trial, finding)
        if fix is not None and are_sound(trial.document.text.source, fix.edits) and _fits(taken, fix.edits):
            for edit in fix.edits:
                insort(taken, edit)
            groups.append(fix.edits)
    left = [_TRIALS]
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


def _harmless(
    trial: Trial, groups: list[list[Edit]], left: list[int], base: Sequence[Edit] = ()
) -> list[Edit]:
    """Those of some fixes that leave no new error beside the edits of `base`, found by halves; `left` counts trials."""
    edits = [edit for group in groups for edit in group]
    left[0] -= 1
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
        for edit in sorted(edits, reverse=True):
            before, rest = _split(self._pieces, edit.start)
            _, after = _split(rest, edit.end - edit.start)
            self._pieces = [*before, *([edit.text] if edit.text else []), *after]

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


def _split(
    pieces: list[tuple[int, int] | str], at: int
) -> tuple[list[tuple[int, int] | str], list[tuple[int, int] | str]]:
    """The pieces before and behind the offset `at` of the text that they make."""
    before: list[tuple[int, int] | str] = []
    for number, piece in enumerate(pieces):
        length = len(piece) if isinstance(piece, str) else piece[1] - piece[0]
        if at < length:
            if at == 0:
                return before, pieces[number:]
            if isinstance(piece, str):
                return [*before, piece[:at]], [piece[at:], *pieces[number + 1 :]]
            start, end = piece
            return [*before, (start, start + at)], [(start + at, end), *pieces[number + 1 :]]
        before.append(piece)
        at -= length
    return before, []
