"""All findings of a document: every rule run, levels applied, in the order of the text."""

from __future__ import annotations

from dataclasses import replace

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.rules.catalogue import RULES

DEFAULT = Config()


def diagnose(doc: Document, config: Config = DEFAULT) -> list[Finding]:
    """Every finding of `doc`, by place; nothing for a file that holds no pipeline group."""
    if not doc.is_spine:
        return []
    found: list[Finding] = []
    for rule in RULES:
        if rule.code in config.levels:
            level = config.levels[rule.code]
            if level is not None:
                found += [replace(finding, severity=level) for finding in rule.check(doc)]
        elif rule.on:
            found += rule.check(doc)
    found.sort(key=lambda finding: (finding.start, finding.end, finding.severity, finding.code))
    return found
