"""What must hold of every edit that the server offers, whatever the text; each fault is said in a sentence."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.code_actions import Action, code_actions, resolve
from spine_lsp.ide.cursor import At
from spine_lsp.ide.formatting.formatting import format_document, format_range
from spine_lsp.ide.rename import Renaming, prepare_rename, rename
from spine_lsp.syntax.comments import find_comments
from spine_lsp.syntax.text import Edit, Text, apply_edits

URI = "file:///group.yaml"
NEW_NAMES = [
    "other", "#", "a.b", '"', "'", "&x", "*x", "yes", "a: b", "", " ", "with space", "new\nline", "é",
    "日本語", "x" * 10_000, "12", "1.5", "null", "~", "2026-01-09", "1_000", "12:30", "a #b", "[", "{x}",
    "- d", "-", "?", "!t", "|", "\\", "a\tb", "\x07", "\u2028", "\ufeff", "\ud800", "{{ x }}", "}}", "=",
    "<<", "@", "`", "%", "a,b", "a b", "a/b", "a-b", "_", ".", "tier", "fetch", "a", "daily", "\x85", "x:",
    ":", "x#y", "\U0001f600", "params.x", "a" + "b" * 300,
]  # fmt: skip


def read(source: str) -> Document:
    return Document.read(URI, 1, Text(source))


def errors(source: str) -> Counter[str]:
    """The errors of a text by code."""
    return Counter(f.code for f in diagnose(read(source)) if f.severity == Severity.ERROR)


def comments(source: str) -> Counter[str]:
    return Counter(source[c.start : c.end].strip() for c in find_comments(source))


def new_errors(before: Counter[str], after: Counter[str], *, mends_yaml: bool) -> Counter[str]:
    """The errors that are new; what a fault of the YAML hid may show, as long as there are no more errors."""
    if mends_yaml and after["yaml-syntax"] < before["yaml-syntax"] and after.total() <= before.total():
        return Counter()
    return after - before


def is_json(source: str) -> bool:
    """Whether a text is a JSON object."""
    try:
        return isinstance(json.loads(source.removeprefix("\ufeff")), dict)
    except ValueError:
        return False


def misplaced(source: str, edits: Sequence[Edit]) -> Iterator[str]:
    """Edits that lie outside the text, overlap, part a line break or do nothing."""
    last = -1
    for edit in sorted(edits):
        if not 0 <= edit.start <= edit.end <= len(source):
            yield f"outside the text: {edit}"
        if edit.start < last:
            yield f"overlapping: {edit}"
        if source[edit.start : edit.end] == edit.text:
            yield f"does nothing: {edit}"
        for place in (edit.start, edit.end):
            if source[place - 1 : place + 1] == "\r\n" and place:
                yield f"parts a line break: {edit}"
        last = edit.end
    if not edits:
        yield "no edit"


def broken_breaks(source: str, after: str) -> Iterator[str]:
    """Line breaks that the text does not use."""
    was, now = (set(re.findall(r"\r\n|\r|\n", text)) for text in (source, after))
    if was and now - was:
        yield f"other line breaks: {now - was}"


def faults_of_action(source: str, before: list[Finding], action: Action, edits: Sequence[Edit]) -> Iterator[str]:
    """What is wrong with one action on a text whose findings are `before`."""
    faults = [*misplaced(source, edits)]
    yield from faults
    if faults:
        return
    after_text = apply_edits(source, edits)
    after = diagnose(read(after_text))
    if len(read(after_text).groups) < len(read(source).groups):
        yield "a group is gone"
    if is_json(source) and not is_json(after_text):
        yield "no JSON any more"
    was, now = (Counter(f.code for f in found if f.severity == Severity.ERROR) for found in (before, after))
    code = action.finding.code if action.finding is not None else ""
    if fresh := new_errors(was, now, mends_yaml=code == "yaml-syntax"):
        yield f"new errors: {dict(fresh)}"
    yield from broken_breaks(source, after_text)
    if action.finding is not None:
        key = (action.finding.code, action.finding.message)
        gone = Counter((f.code, f.message) for f in after)[key] < Counter((f.code, f.message) for f in before)[key]
        fewer = Counter(f.code for f in after)[code] < Counter(f.code for f in before)[code]
        if not gone and not fewer:
            yield "the finding is still there"
    if not was["yaml-syntax"] and (lost := comments(source) - comments(after_text)) and not _about_comments(action):
        yield f"lost comments: {dict(lost)}"


def _about_comments(action: Action) -> bool:
    """Whether an action may take comments away: those that ask for nothing."""
    if action.finding is None:
        return action.kind == "source.fixAll.spine"
    return action.finding.code == "unused-suppression" or action.title.startswith("Ignore")


def places(rng: random.Random, document: Document, findings: list[Finding], most: int) -> list[int]:
    """Offsets where something may be offered: findings, steps, and some anywhere."""
    found = [place for f in findings for place in (f.start, f.end)]
    for group in document.groups:
        for step in range(group.step_count):
            found.append(group.name_span(step).start)
            found += [group.edge_span(step, n).start for n in range(len(group.steps[step].edge_spans))]
            found.append(group.item_span(step).end - 1)
    length = len(document.text)
    found += [rng.randint(0, length) for _ in range(4)]
    found = [at for at in dict.fromkeys(found) if 0 <= at <= length]
    rng.shuffle(found)
    return found[:most]


def check_actions(rng: random.Random, source: str, most: int = 6) -> Iterator[tuple[str, list[str]]]:
    """Every action at some places of a text and on the whole, each with its faults."""
    workspace = Workspace().with_document(URI, 1, Text(source), None)
    document = workspace.documents[URI]
    if not document.is_spine:
        return
    findings = diagnose(document)
    spans = [Span(at, at) for at in places(rng, document, findings, most)] + [Span(0, len(source))]
    seen: set[tuple[Edit, ...]] = set()
    for span in spans:
        for action in code_actions(workspace, URI, span):
            if action.disabled:
                continue
            edits = action.edits.get(URI, [])
            faults = []
            if tuple(edits) not in seen or not edits:
                faults = [*faults_of_action(source, findings, action, edits)]
                seen.add(tuple(edits))
            if resolve(workspace, action.data) != action.edits:
                faults.append("resolved otherwise")
            yield f"{action.title} @{span.start}..{span.end}", faults


def check_renames(rng: random.Random, source: str, most: int = 6) -> Iterator[tuple[str, list[str]]]:
    """Renames at some places of a text to some new names."""
    workspace = Workspace().with_document(URI, 1, Text(source), None)
    document = workspace.documents[URI]
    if not document.is_spine:
        return
    before = errors(source)
    for at in [*places(rng, document, [], most), *(source.find(s) + 1 for s in "&*" if s in source)]:
        if not prepare_rename(workspace, At(URI, at)):
            continue
        for new in rng.sample(NEW_NAMES, 4):
            found = rename(workspace, At(URI, at), new)
            if not isinstance(found, Renaming) or not found.edits:
                continue
            faults = [*misplaced(source, found.edits)]
            if not faults:
                after_text = apply_edits(source, found.edits)
                if fresh := errors(after_text) - before:
                    faults.append(f"new errors: {dict(fresh)}")
                if lost := comments(source) - comments(after_text):
                    faults.append(f"lost comments: {dict(lost)}")
            yield f"rename @{at} to {new[:30]!r}", faults


def check_formatting(rng: random.Random, source: str) -> Iterator[tuple[str, list[str]]]:
    """The whole and some ranges of a text formatted."""
    document = read(source)
    if not document.is_spine:
        return
    before, words = errors(source), comments(source)
    ways = [("format", format_document(document))]
    for _ in range(2):
        start, end = sorted((rng.randint(0, len(source)), rng.randint(0, len(source))))
        ways.append((f"format {start}..{end}", format_range(document, Span(start, end))))
    for title, edits in ways:
        if not edits:
            continue
        faults = [*misplaced(source, edits)]
        if not faults:
            after = apply_edits(source, edits)
            if fresh := new_errors(before, errors(after), mends_yaml=True):  # it takes out some tabs
                faults.append(f"new errors: {dict(fresh)}")
            if comments(after) != words:
                faults.append("comments changed")
            faults += broken_breaks(source, after)
        yield title, faults
