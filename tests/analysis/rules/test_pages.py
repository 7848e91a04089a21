"""The packaged page of each rule is what the rule says of itself. SPINE_UPDATE=1 writes them anew."""

from __future__ import annotations

import os

import pytest

from spine_lsp.analysis.catalogue import RULES
from spine_lsp.analysis.rules.pages import PAGES, page_path


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
