"""What can be done at a place: quick fixes of its findings, rewritings of its step, actions on the whole file.

The findings are found anew from the snapshot, whatever the client says that it shows. Edits are made when they are
asked for: an `Action` knows how, and `resolve` finds the action again from its `data`, which a client may keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.symbols import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.fix_all import fix_all
from spine_lsp.ide.fixes.catalogue import fixes_of, safe_fix
from spine_lsp.ide.fixes.fix import Fix
from spine_lsp.ide.fixes.suppress import suppress
from spine_lsp.ide.refactorings.catalogue import rewritings_at
from spine_lsp.syntax.text import Edit

QUICK_FIX = "quickfix"
REWRITE = "refactor.rewrite"
FIX_ALL = "source.fixAll.spine"
SORT_STEPS = "source.sortSteps.spine"
KINDS = (QUICK_FIX, REWRITE, FIX_ALL, SORT_STEPS)
"""The kinds that there are, as a server declares them."""

Edits = dict[str, list[Edit]]
_FINDINGS_AT_ONE_PLACE = 20


@dataclass(frozen=True, slots=True)
class Action:
    """One action. `data` is plain JSON from which `resolve` finds it again; `finding` is what a quick fix mends."""

    title: str
    kind: str
    data: Mapping[str, object]
    preferred: bool = False
    finding: Finding | None = None
    _make: Callable[[], list[Edit] | None] = field(default=lambda: None, repr=False, compare=False)

    @property
    def edits(self) -> Edits:
        """The edits by uri; they refer to the snapshot that the action is of, and do not overlap."""
        made = self._make()
        return {str(self.data["uri"]): made} if made else {}


def code_actions(
    workspace: Workspace, uri: str, span: Span, only_kinds: Sequence[str] | None = None
) -> list[Action]:
    """The actions for a span of a file, quick fixes first; `only_kinds` keeps those kinds and what is below them."""
    document = workspace.documents.get(uri)
    if document is None or not document.is_spine:
        return []

    def wanted(kind: str) -> bool:
        return not only_kinds or any(
            not only or kind == only or kind.startswith(f"{only}.") for only in only_kinds
        )

    found: list[Action] = []
    if wanted(QUICK_FIX):
        found += _quick_fixes(workspace, document, span)
    if wanted(REWRITE) or wanted(SORT_STEPS):
        for rewriting in rewritings_at(document, span):
            if wanted(rewriting.kind):
                data = _data(document, span, rewriting.kind, rewriting.title)
                found.append(Action(rewriting.title, rewriting.kind, data, _make=rewriting.make))
    if wanted(FIX_ALL) and _has_safe_fix(workspace, document):
        title = "Fix all that is certain"
        data = _data(document, span, FIX_ALL, title)
        found.append(Action(title, FIX_ALL, data, _make=lambda: fix_all(document, workspace.config)))
    return found


def resolve(workspace: Workspace, data: Mapping[str, object]) -> Edits | None:
    """The edits of the action that `data` stands for; None if the file has changed since, or `data` is not ours."""
    uri, version, kind, title = (data.get(key) for key in ("uri", "version", "kind", "title"))
    start, end = data.get("start"), data.get("end")
    document = workspace.documents.get(uri) if isinstance(uri, str) else None
    if document is None or document.version != version or not isinstance(kind, str):
        return None
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    for action in code_actions(workspace, document.uri, Span(start, end), [kind]):
        if action.title == title and action.kind == kind:
            return action.edits
    return None


def _quick_fixes(workspace: Workspace, document: Document, span: Span) -> Iterator[Action]:
    findings = [f for f in diagnose(document, workspace.config) if _concerns(f, span)]
    findings = findings[:_FINDINGS_AT_ONE_PLACE]
    titles: set[str] = set()  # an action is known by its title; of two that say the same one is enough
    for offers in (fixes_of, suppress):
        for finding in findings:
            for action in _actions(document, span, finding, offers(document, finding)):
                if action.title not in titles:
                    titles.add(action.title)
                    yield action


def _actions(document: Document, span: Span, finding: Finding, fixes: Iterator[Fix]) -> Iterator[Action]:
    for fix in fixes:
        data = _data(document, span, QUICK_FIX, fix.title)
        yield Action(fix.title, QUICK_FIX, data, fix.preferred, finding, fix.make)


def _concerns(finding: Finding, span: Span) -> bool:
    """Whether a finding touches a span; a cycle also at each of its edges."""
    if finding.start <= span.end and span.start <= finding.end:
        return True
    return finding.code == "dependency-cycle" and any(
        place.start <= span.end and span.start <= place.end for place in finding.related
    )


def _has_safe_fix(workspace: Workspace, document: Document) -> bool:
    return any(safe_fix(document, finding) for finding in diagnose(document, workspace.config))


def _data(document: Document, span: Span, kind: str, title: str) -> dict[str, object]:
    return {
        "uri": document.uri,
        "version": document.version,
        "start": span.start,
        "end": span.end,
        "kind": kind,
        "title": title,
    }
