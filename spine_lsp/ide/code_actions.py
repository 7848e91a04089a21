"""What can be done at a place: quick fixes of its findings, rewritings of its step, actions on the whole file.

The findings are found anew from the snapshot, whatever the client says that it shows. What is offered has been tried
on a copy of the text, as far as a list may cost; the rest is tried when it is asked for: an `Action` knows how, and
`resolve` finds the action again from its `data`, which a client may keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import OutOfTimeError, is_cut, while_time_is_left
from spine_lsp.ide.edits.trial import CHECKS, Trial
from spine_lsp.ide.fix_all import find_safe_fix, fix_all
from spine_lsp.ide.fixes.catalogue import fixes_of, suppressions_of
from spine_lsp.ide.fixes.fix import in_title
from spine_lsp.ide.offer import FIX_ALL, QUICK_FIX, REWRITE, SORT_STEPS
from spine_lsp.ide.refactorings.catalogue import rewritings_at
from spine_lsp.syntax.text import Edit

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.ide.pipelines.skeleton import NewFile

HARMFUL = "nothing was changed: the action would cause a new error"
"""The sentence for an action that was only tried when its edits were asked for, and that does harm."""

Edits = dict[str, list[Edit]]
_FINDINGS_AT_ONE_PLACE = 20
_LATER_CHECKS = 1_000_000  # for a client that cannot ask for the edits of an action later


class BegunPipeline(NamedTuple):
    """A pipeline that is begun in a file that exists, or without one in that which the user chooses."""

    pipeline: str
    file: str | None


@dataclass(frozen=True, slots=True)
class Action:
    """One action. `data` is plain JSON from which `resolve` finds it again; `finding` is what a quick fix mends.

    One with a `new_file` makes that file instead of edits, which only some clients can; `begins` is for a command.
    An action with a `disabled` reason cannot be taken: it says why something is missing from the list.
    """

    title: str
    kind: str
    data: Mapping[str, object]
    preferred: bool = False
    finding: Finding | None = None
    disabled: str = ""
    new_file: NewFile | None = None
    begins: BegunPipeline | None = None
    _make: Callable[[], list[Edit] | None] = field(default=lambda: None, repr=False, compare=False)

    @property
    def edits(self) -> Edits:
        """The edits by uri; they refer to the snapshot that the action is of, and do not overlap."""
        made = self._make()
        return {str(self.data["uri"]): made} if made else {}


def code_actions(
    workspace: Workspace,
    uri: str,
    span: Span,
    only_kinds: Sequence[str] | None = None,
    *,
    resolvable: bool = True,
) -> list[Action]:
    """The actions for a span of a file, quick fixes first; `only_kinds` keeps those kinds and what is below them.

    Where the list would cost too much to try all of it, the rest is tried when its edits are asked for; without
    `resolvable`, for a client that wants all edits at once, that rest is not offered.
    """
    document = workspace.documents.get(uri)
    if document is None or not document.is_served:
        return []

    def wanted(kind: str) -> bool:
        return not only_kinds or any(not only or kind == only or kind.startswith(f"{only}.") for only in only_kinds)

    checks = CHECKS if resolvable else _LATER_CHECKS
    config, project = workspace.config_of(document.uri), workspace.project
    offers = _Offers(Trial(document, config, project, checks=checks), span, resolvable=resolvable)
    found: list[Action] = []
    if wanted(QUICK_FIX):
        found += while_time_is_left(_quick_fixes(offers))
        found += while_time_is_left(_new_files(workspace, offers))
    if wanted(REWRITE) or wanted(SORT_STEPS):
        for rewriting in while_time_is_left(rewritings_at(document, span)):
            if wanted(rewriting.kind):
                made = offers.made_later(rewriting.title, rewriting.kind, rewriting.make)
                found += while_time_is_left(made)
    if wanted(FIX_ALL) and not is_cut() and any(while_time_is_left(_safe_fixes(offers.trial))):
        title = "Fix all auto-fixable problems"
        found.append(offers.action(title, FIX_ALL, lambda: fix_all(document, config, project)))
    if offers.trial.is_cut or is_cut():
        found.append(offers.left_out("More can be done here", "trying the rest takes too long in this file"))
    return found


def _safe_fixes(trial: Trial) -> Iterator[bool]:
    yield find_safe_fix(trial) is not None


def resolve(workspace: Workspace, data: Mapping[str, object]) -> Edits | None:
    """The edits of the action that `data` stands for, none where they would do harm.

    None if the file has changed since, or `data` is not ours.
    """
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
    if is_cut():
        raise OutOfTimeError  # it may have been among those that were left out
    return None


class _Offers:
    """Makes the actions of one list from what they would do, and leaves out what does harm."""

    def __init__(self, trial: Trial, span: Span, *, resolvable: bool) -> None:
        self.trial = trial
        self.span = span
        self._resolvable = resolvable

    def action(
        self,
        title: str,
        kind: str,
        make: Callable[[], list[Edit] | None],
        finding: Finding | None = None,
        *,
        preferred: bool = False,
    ) -> Action:
        """An action that is sure to be of use."""
        return Action(title, kind, self.data(title, kind), preferred, finding, _make=make)

    def left_out(self, title: str, reason: str) -> Action:
        """An entry that says that the list is not all."""
        return Action(title, QUICK_FIX, self.data(title, QUICK_FIX), disabled=reason)

    def made_later(self, title: str, kind: str, make: Callable[[], list[Edit] | None]) -> Iterator[Action]:
        """The action, if its edits can be made and do no harm; where that costs too much, it is seen later."""
        trial = self.trial
        if trial.affords_making():
            yield from self.fix(title, kind, make() or [])
        elif self._resolvable:
            yield self.action(title, kind, lambda: _permitted(trial, make() or []))
        else:
            trial.is_cut = True

    def fix(
        self,
        title: str,
        kind: str,
        edits: list[Edit],
        finding: Finding | None = None,
        *,
        preferred: bool = False,
    ) -> Iterator[Action]:
        """The action, if its edits do no harm, and take the finding away."""
        trial = self.trial
        if not edits or not trial.can_try(edits):
            return
        if trial.affords(edits, finding):
            if trial.permits(edits, finding):
                yield self.action(title, kind, lambda: edits, finding, preferred=preferred)
        elif self._resolvable:
            make = partial(_permitted, trial, edits, finding)
            yield self.action(title, kind, make, finding, preferred=preferred)
        else:
            trial.is_cut = True

    def data(self, title: str, kind: str) -> dict[str, object]:
        """From which `resolve` finds an action again."""
        document, (start, end) = self.trial.document, self.span
        return {
            "uri": document.uri,
            "version": document.version,
            "start": start,
            "end": end,
            "kind": kind,
            "title": title,
        }


def _permitted(trial: Trial, edits: list[Edit], finding: Finding | None = None) -> list[Edit] | None:
    return edits if edits and trial.can_try(edits) and trial.permits(edits, finding) else None


def _quick_fixes(offers: _Offers) -> Iterator[Action]:
    trial = offers.trial
    findings = [finding for finding in trial.findings if _concerns(finding, offers.span)]
    left_out = len(findings) - _FINDINGS_AT_ONE_PLACE
    titles: set[str] = set()  # an action is known by its title; of two that say the same one is enough
    for fixes in (fixes_of, suppressions_of):
        for finding in findings[:_FINDINGS_AT_ONE_PLACE]:
            for fix in fixes(trial, finding):
                if fix.title in titles:
                    continue
                for action in offers.fix(fix.title, QUICK_FIX, fix.edits, finding, preferred=fix.preferred):
                    titles.add(fix.title)
                    yield action
    if left_out > 0:
        reason = f"only the first {_FINDINGS_AT_ONE_PLACE} findings are listed: select less text"
        yield offers.left_out(f"{left_out:,} more findings in this selection", reason)


def _new_files(workspace: Workspace, offers: _Offers) -> Iterator[Action]:
    """Files for the pipelines that steps here name and nobody has written."""
    document = offers.trial.document
    unknown = (finding for finding in offers.trial.findings if finding.code == "unknown-pipeline")
    for finding in (each for each in unknown if _concerns(each, offers.span)):
        from spine_lsp.ide.pipelines.skeleton import new_pipeline, places

        group = document.group_at(finding.start)
        step = group.step_at(finding.start) if group is not None else None
        if group is not None and step is not None and (made := new_pipeline(workspace, group, step)):
            name, pipelines = group.steps[step].pipeline or "", workspace.project.pipelines
            doing = f"Create the pipeline {in_title(name)} in"
            title = f"{doing} {in_title(made.name)}"
            yield Action(title, QUICK_FIX, offers.data(title, QUICK_FIX), finding=finding, new_file=made)
            for place in places(pipelines, name)[:1] if pipelines is not None else ():
                if not place.is_new:
                    title = f"{doing} {in_title('/'.join(place.path.split('/')[-2:]))}"
                    data = offers.data(title, QUICK_FIX)
                    yield Action(title, QUICK_FIX, data, finding=finding, begins=BegunPipeline(name, place.uri))
            title = f"{doing} a file to choose…"
            data = offers.data(title, QUICK_FIX)
            yield Action(title, QUICK_FIX, data, finding=finding, begins=BegunPipeline(name, None))
        return  # one is enough


def _concerns(finding: Finding, span: Span) -> bool:
    """Whether a finding touches a span; a cycle also at each of its edges."""
    if finding.start <= span.end and span.start <= finding.end:
        return True
    return finding.code == "dependency-cycle" and any(
        place.start <= span.end and span.start <= place.end for place in finding.related
    )
