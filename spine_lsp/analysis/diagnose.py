"""All findings of a document: every rule run, levels applied, suppressions heeded, in the order of the text."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.analysis.rules.catalogue import BY_CODE, RULES
from spine_lsp.analysis.rules.registry import Rule
from spine_lsp.analysis.suppressions import CODE as UNUSED
from spine_lsp.analysis.suppressions import apply_suppressions

DEFAULT = Config()
_KNOWN = set(BY_CODE)


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
    asked: set[str] = set()
    for rule in RULES:
        level = _level(rule, config)
        if level is None:
            continue
        asked.add(rule.code)
        check = rule.quick if quick and rule.quick is not None else rule.check
        if rule.code in config.levels:
            found += [replace(finding, severity=level) for finding in check(doc)]
        else:
            found += check(doc)
        yield
    found = apply_suppressions(doc, found, _KNOWN, asked, _level(BY_CODE[UNUSED], config))
    found.sort(key=lambda finding: (finding.start, finding.end, finding.severity, finding.code))
    return found


def is_settled(doc: Document) -> bool:
    """Whether a quick diagnosis of `doc` says all that there is to say."""
    return all(group.knows_redundant_edges for group in doc.groups)


def _level(rule: Rule, config: Config) -> Severity | None:
    """The severity at which a rule runs; None if it does not."""
    if rule.code in config.levels:
        return config.levels[rule.code]
    return rule.severity if rule.on else None
