"""All fixes that need nobody to look at them, as one set of edits of a file."""

from __future__ import annotations

from collections.abc import Iterable

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import DEFAULT, diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.ide.fixes.catalogue import safe_fix
from spine_lsp.ide.fixes.fix import edited
from spine_lsp.syntax.text import Edit

_ROUNDS = 20  # one fix may uncover or touch another; a file that needs more is fixed by asking again


def fix_all(document: Document, config: Config = DEFAULT) -> list[Edit]:
    """The edits of all safe fixes together; empty if there is nothing to do."""
    pieces = Pieces(document.text.source)
    now = document
    for _ in range(_ROUNDS):
        edits = _one_round(now, config)
        if not edits:
            break
        pieces.apply(edits)
        now = edited(now, edits)
    return pieces.edits()


def _one_round(document: Document, config: Config) -> list[Edit]:
    """The safe fixes that do not touch each other."""
    taken: list[Edit] = []
    for finding in diagnose(document, config):
        fix = safe_fix(document, finding)
        if fix is not None and not any(_touch(one, other) for one in fix.edits for other in taken):
            taken += fix.edits
    return taken


def _touch(one: Edit, other: Edit) -> bool:
    return one.start <= other.end and other.start <= one.end


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
