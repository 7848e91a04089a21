"""Quick fixes of the findings of workflows: what each makes of the text."""

# ruff: noqa: E501 - a text on one line

from __future__ import annotations

import pytest

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.span import Span
from spine_lsp.ide.code_actions import code_actions
from spine_lsp.syntax.text import apply_edits
from tests.fixture import fixture

HEAD = "apiVersion: spine.io/v1\nkind: Workflow\nmetadata:\n  name: w\nspec:\n"
ORDER = """\
  steps:
    # the second
    - name: b
      operation: x.b
      depends_on: [a]
    - name: a  # the first
      operation: x.a
"""
CHOICE = """\
  steps:
    - name: ask
      type: choice
      condition_ref: m:f
      then_step: b
      else_step: c
    - name: c
      operation: x.c
    - name: b
      operation: x.b
      depends_on: [c]
  policy:
    execution: parallel  # why
"""


@pytest.mark.parametrize(
    ("body", "code", "title", "expected"),
    [
        (
            ORDER,
            "ignored-order",
            "Sort the steps by what they wait for",
            "  steps:\n    - name: a  # the first\n      operation: x.a\n    # the second\n    - name: b\n      operation: x.b\n      depends_on: [a]\n",
        ),
        (
            ORDER,
            "ignored-order",
            "Run the steps by what they wait for: `execution: parallel`",
            "  policy:\n    execution: parallel\n" + ORDER,
        ),
        (
            "  steps:\n    - name: a\n      operation: o\n      on_error: stop  # as ever\n",
            "dropped-key",
            "Remove `on_error`, which does nothing",
            "  steps:\n    - name: a\n      operation: o\n      # as ever\n",
        ),
        (
            "  steps:\n    - name: a\n      operation: o\n  policy:\n    timeout_seconds: 5\n    on_failure: stop\n",
            "dropped-key",
            "Remove `timeout_seconds`, which does nothing",
            "  steps:\n    - name: a\n      operation: o\n  policy:\n    on_failure: stop\n",
        ),
        (
            "  steps:\n    - name: a\n      handler_ref: m:f\n",
            "missing-operation",
            "Make this a `lambda` step",
            "  steps:\n    - name: a\n      type: lambda\n      handler_ref: m:f\n",
        ),
        (
            "  steps:\n    - name: a\n      type: lambda\n      handler_ref: m.n.f\n",
            "unresolved-reference",
            "Change to `m.n:f`",
            '  steps:\n    - name: a\n      type: lambda\n      handler_ref: "m.n:f"\n',
        ),
        (CHOICE, "choice-in-parallel", "Run the steps one by one: `execution: sequential`", CHOICE.replace("parallel ", "sequential ")),
        (
            "  steps:\n    - {name: a, operation: o}\n    - {name: b, operation: o}\n    - {name: c, type: pipeline, pipeline: o}\n",
            "mixed-dialects",
            "Write `operation` everywhere",
            "  steps:\n    - {name: a, operation: o}\n    - {name: b, operation: o}\n    - {name: c, type: operation, operation: o}\n",
        ),
        (
            "  steps:\n    - {name: a, operation: o}\n    - {name: b, pipeline: o}\n",
            "mixed-dialects",
            "Write `pipeline` everywhere",
            "  steps:\n    - {name: a, pipeline: o}\n    - {name: b, pipeline: o}\n",
        ),
        (
            "  steps:\n    - name: a\n      type: wiat\n      duration_seconds: 3\n",
            "unknown-step-type",
            "Replace with `wait`",
            "  steps:\n    - name: a\n      type: wait\n      duration_seconds: 3\n",
        ),
        (CHOICE.replace("then_step: b", "then_step: bb").replace("parallel", "sequential"), "unknown-branch-target", "Change to `b`", CHOICE.replace("parallel", "sequential")),
    ],
)  # fmt: skip
def test_a_fix_makes_the_text_right(body: str, code: str, title: str, expected: str) -> None:
    """The finding is gone after it, nothing else is there, and no comment is lost."""
    fix = fixture(HEAD + body)
    finding = next(one for one in diagnose(fix.document, Config()) if one.code == code)
    actions = code_actions(fix.workspace, fix.uri, Span(finding.start, finding.end))
    (action,) = [action for action in actions if action.title == title]
    after = apply_edits(fix.source, sorted(action.edits[fix.uri], reverse=True))
    assert after == HEAD + expected
    assert code not in {one.code for one in diagnose(fixture(after).document, Config())}
