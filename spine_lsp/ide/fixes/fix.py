"""What a quick fix is, where a finding stands in its group, and the check that a fix does what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document, Group
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.syntax.text import Edit, Text, apply_edits


class Fix(NamedTuple):
    """One way out of a finding: the words, the edits of its file, and how sure it is.

    `preferred`: the one that a person would choose. `safe`: right without anybody looking, so "fix all" takes it.
    `later` makes the edits where that takes long.
    """

    title: str
    edits: list[Edit]
    preferred: bool = False
    safe: bool = False
    later: Callable[[], list[Edit]] | None = None

    def make(self) -> list[Edit]:
        """The edits."""
        return self.later() if self.later is not None else list(self.edits)


def edge_of(group: Group, finding: Finding) -> tuple[int, int] | None:
    """The step and the entry of its `depends_on` that a finding stands on."""
    step = group.step_at(finding.start)
    if step is None:
        return None
    for entry in range(len(group.steps[step].edge_spans)):
        if group.edge_span(step, entry) == (finding.start, finding.end):
            return step, entry
    return None


def edited(document: Document, edits: Iterable[Edit]) -> Document:
    """The document after edits that all refer to its text."""
    edits = sorted(edits, key=lambda edit: (edit.start, edit.end))
    source = apply_edits(document.text.source, edits)
    # From the last to the first, each edit also refers to the text that the others left.
    return document.changed(document.version, Text(source), edits[::-1])


def changed_by(document: Document, edit: Edit) -> Document:
    """The document after one edit, read as a keystroke is."""
    return document.changed(document.version, document.text.replaced(*edit), [edit])


def errors_of(document: Document) -> Counter[str]:
    """How many errors of each code a document has."""
    return Counter(f.code for f in diagnose(document) if f.severity == Severity.ERROR)


def best_edit(document: Document, code: str, candidates: Iterable[Edit]) -> Edit | None:
    """The first of the candidates that leaves the fewest errors, and fewer of `code` than there are; or None.

    For faults whose right correction depends on what is around them: each is tried on the text itself.
    """
    before = errors_of(document)
    best: tuple[int, Edit] | None = None
    for edit in dict.fromkeys(candidates):
        after = errors_of(changed_by(document, edit))
        if after[code] < before[code] and (best is None or after.total() < best[0]):
            best = (after.total(), edit)
    return best[1] if best else None


def offered(*fixes: tuple[str, list[Edit] | None, bool, bool]) -> Iterator[Fix]:
    """Those of some fixes whose edits could be made."""
    for title, edits, preferred, safe in fixes:
        if edits:
            yield Fix(title, edits, preferred, safe)
