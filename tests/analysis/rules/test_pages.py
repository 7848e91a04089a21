"""The packaged page of each rule, and the list of all of them, are what the rules say of themselves.

SPINE_UPDATE=1 writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spine_lsp.analysis.catalogue import RULES
from spine_lsp.analysis.rule import Rule
from spine_lsp.analysis.rules.pages import PAGES, page_path

ROOT = Path(__file__).resolve().parents[3]
LIST = ROOT / "docs" / "rules.md"
BEGIN, END = "<!-- rules: make update writes this -->\n", "<!-- end of rules -->\n"


@pytest.mark.generated
def test_every_rule_has_its_page_and_no_page_is_stale() -> None:
    """One Markdown file for each rule, generated from the docstring."""
    if os.environ.get("SPINE_UPDATE"):
        for old in PAGES.glob("*.md"):
            old.unlink()
        for rule in RULES:
            page_path(rule.code).write_text(rule.page, encoding="utf-8")
    assert {path.stem: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")} == {
        rule.code: rule.page for rule in RULES
    }


@pytest.mark.generated
def test_the_list_has_every_rule_and_leads_to_its_page() -> None:
    """By subject, in the order in which they are listed, each link to a file that is there."""
    page = LIST.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    made = f"{before}{BEGIN}{''.join(_tables())}\n{END}{rest.partition(END)[2]}"
    if os.environ.get("SPINE_UPDATE"):
        LIST.write_text(made, encoding="utf-8")
    assert LIST.read_text(encoding="utf-8") == made
    assert all((LIST.parent / _target(rule)).is_file() for rule in RULES)


def _tables() -> list[str]:
    lines = []
    for title, package in (
        ("Any file", ""),
        ("Pipelines in Python", "pipelines"),
        ("Workflows", "workflows"),
        ("Schedules", "schedules"),
    ):
        lines.append(f"\n## {title}\n\n| rule | default | |\n|---|---|---|\n")
        lines.extend(_row(rule) for rule in RULES if _package(rule) == package)
    return lines


def _row(rule: Rule) -> str:
    default = rule.severity.word if rule.on else f"off ({rule.severity.word})"
    return f"| [`{rule.code}`]({_target(rule)}) | {default} | {rule.summary} |\n"


def _target(rule: Rule) -> str:
    return Path(os.path.relpath(page_path(rule.code), LIST.parent)).as_posix()


def _package(rule: Rule) -> str:
    """The folder below `rules/` that holds the rule."""
    return rule.check.__module__.partition(".rules.")[2].rpartition(".")[0]
