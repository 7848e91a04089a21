"""All findings of a document: every rule run, levels applied, suppressions heeded, in the order of the text."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple
from weakref import WeakKeyDictionary

from spine_lsp.analysis.cancellation import check_cancelled
from spine_lsp.analysis.config import Config
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.analysis.header import GroupPart
from spine_lsp.analysis.rules.catalogue import BY_CODE, RULES
from spine_lsp.analysis.rules.registry import Rule
from spine_lsp.analysis.suppressions import CODE as UNUSED
from spine_lsp.analysis.suppressions import apply_suppressions

DEFAULT = Config()
_KNOWN = set(BY_CODE)
_OF_GROUPS = [rule for rule in RULES if not rule.of_file]
_OF_FILES = [rule for rule in RULES if rule.of_file]


def diagnose(doc: Document, config: Config = DEFAULT) -> list[Finding]:
    """Every finding of `doc`, by place; nothing for a file that holds no pipeline group."""
    work = diagnose_in_steps(doc, config)
    try:
        while True:
            next(work)
    except StopIteration as done:
        found: list[Finding] = done.value
        return found


def diagnose_in_steps(
    doc: Document, config: Config = DEFAULT, *, quick: bool = False
) -> Generator[None, None, list[Finding]]:
    """As `diagnose`, as a generator that yields between two rules: whoever runs it may stop or drop it there.

    With `quick`, rules that are too dear for a keystroke say what they can at once; see `is_settled`.
    """
    if not doc.is_spine:
        return []
    found: list[Finding] = []
    levels = {rule.code: level for rule in RULES if (level := _level(rule, config)) is not None}
    asked = set(levels)
    if doc.file.faults:  # of the file as a whole, which no group has alone
        found = yield from _run(doc, RULES, levels, config, quick=quick)
    else:
        for group in doc.groups:
            kept = _KEPT.get(group.part.origin)
            if kept is None or kept.config != config:
                alone = yield from _run(doc.with_only(group), _OF_GROUPS, levels, config, quick=quick)
                kept = _Kept(config, group.part.start, alone)
                if not quick or group.knows_redundant_edges:
                    _KEPT[group.part.origin] = kept
            elif kept.start != group.part.start:
                by = group.part.start - kept.start
                kept = _Kept(config, group.part.start, [finding.moved(by) for finding in kept.findings])
                _KEPT[group.part.origin] = kept
            found += kept.findings
        found += yield from _run(doc, _OF_FILES, levels, config, quick=quick)
    found = apply_suppressions(doc, found, _KNOWN, asked, _level(BY_CODE[UNUSED], config))
    found.sort(key=lambda finding: (finding.start, finding.end, finding.severity, finding.code))
    return found


class _Kept(NamedTuple):
    """What the rules said of a group that starts there."""

    config: Config
    start: int
    findings: list[Finding]


_KEPT: WeakKeyDictionary[GroupPart, _Kept] = WeakKeyDictionary()
"""Findings before suppression, for as long as the text of their group stays: of many, only the changed one is run."""


def _run(
    doc: Document, rules: Iterable[Rule], levels: Mapping[str, Severity], config: Config, *, quick: bool
) -> Generator[None, None, list[Finding]]:
    """What some rules say of a document."""
    found: list[Finding] = []
    for rule in rules:
        if rule.code not in levels:
            continue
        check_cancelled()
        check = rule.quick if quick and rule.quick is not None else rule.check
        if rule.code in config.levels:
            found += [replace(finding, severity=levels[rule.code]) for finding in check(doc)]
        else:
            found += check(doc)
        yield
    return found


def is_settled(doc: Document) -> bool:
    """Whether a quick diagnosis of `doc` says all that there is to say."""
    return all(group.knows_redundant_edges for group in doc.groups)


def _level(rule: Rule, config: Config) -> Severity | None:
    """The severity at which a rule runs; None if it does not."""
    if rule.code in config.levels:
        return config.levels[rule.code]
    return rule.severity if rule.on else None
