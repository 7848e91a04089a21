"""The catalogue and the page of every rule: unique codes, fixed headings, examples that do what they say."""

from __future__ import annotations

import re

import pytest

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Severity
from spine_lsp.analysis.rules.catalogue import BY_CODE, RULES
from spine_lsp.analysis.rules.registry import Rule
from spine_lsp.orchestration.problems import CODES
from spine_lsp.syntax.text import Text

HEADINGS = ["What it does", "Why is this bad?", "Example", "Use instead", "How to fix"]
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def test_codes_are_unique() -> None:
    """No two rules share a code."""
    assert len(BY_CODE) == len(RULES)


def test_every_problem_of_the_planner_has_a_rule() -> None:
    """What the planner can say, the editor can say."""
    assert set(CODES) <= BY_CODE.keys()


@every_rule
def test_a_page_has_the_fixed_headings(rule: Rule) -> None:
    """A page opens with one sentence and has the five headings in their order."""
    assert re.fullmatch(r"Checks for [^.]+\.", rule.summary)
    assert re.findall(r"^## (.+)$", rule.documentation, re.MULTILINE) == HEADINGS
    sections = re.split(r"^## .+$", rule.documentation, flags=re.MULTILINE)
    assert all(section.strip() for section in sections)


@every_rule
def test_the_example_fires_the_rule(rule: Rule) -> None:
    """The example shows the fault, and no fault beside it that counts as an error or a warning."""
    codes = found_in(rule, "Example")
    assert rule.code in codes
    assert {
        code for code in codes if BY_CODE[code].severity <= Severity.WARNING and code != rule.code
    } <= SIDE_EFFECTS.get(rule.code, set())


SIDE_EFFECTS = {"blocked-step": {"unknown-dependency"}}
"""Codes that an example cannot do without."""


@every_rule
def test_the_use_instead_is_sound(rule: Rule) -> None:
    """What the page recommends gives no finding at all."""
    assert found_in(rule, "Use instead") == set()


def found_in(rule: Rule, heading: str) -> set[str]:
    section = rule.documentation.split(f"## {heading}\n", 1)[1]
    example = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert example is not None
    document = Document.read("file:///example.yaml", 1, Text(example.group(1)))
    on = Config({rule.code: rule.severity})
    return {finding.code for finding in diagnose(document, on)}
