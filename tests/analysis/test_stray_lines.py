"""A slip between two steps costs no step: the order, the graph and the lenses go on with all of them."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.syntax.text import Text

FLAT = ("name: g\nsteps:\n", "  ")
NESTED = ("apiVersion: spine.io/v1\nkind: PipelineGroup\nmetadata:\n  name: g\nspec:\n  pipelines:\n", "    ")
BESIDE = ("name: g\nsteps:\n", "")
DEEPER = ("name: g\nsteps:\n", "      ")
STEPS = ("- name: a\n  pipeline: p.a", "- name: b\n  pipeline: p.b", "- name: c\n  pipeline: p.c")
STRAY = ["gate", "gate: x", "gate on", "[x", "- ", "-gate", '"gate', "{{ params.x }}", "depends_on: [a]"]


def group(form: tuple[str, str], stray: str, column: int) -> str:
    """Three steps, and behind the first a line that does not belong there."""
    head, indent = form
    steps = [indent + step.replace("\n", f"\n{indent}") + "\n" for step in STEPS]
    return head + steps[0] + " " * column + stray + "\n" + "".join(steps[1:])


@pytest.mark.parametrize(
    ("form", "stray"),
    [(form, stray) for form in (FLAT, NESTED, BESIDE, DEEPER) for stray in STRAY],
)
def test_a_line_at_the_dashes_costs_no_step(form: tuple[str, str], stray: str) -> None:
    """One fault at most for each line that is wrong, and every other step is there."""
    document = Document.read("file:///g.yaml", None, Text(group(form, stray, len(form[1]))))
    (found,) = document.groups
    assert {"a", "b", "c"} <= set(found.names)
    assert any(finding.code in ("yaml-syntax", "missing-key", "wrong-type") for finding in diagnose(document))


@pytest.mark.parametrize("key", ["gate:", "gate: |", "gate: &x", "gate: # c", "? gate", 'gate: "'])
def test_a_key_that_may_hold_what_follows_ends_the_list(key: str) -> None:
    """Beside the list's own key, a key without a value on its line has the items below it for its value."""
    document = Document.read("file:///g.yaml", None, Text(group(BESIDE, key, 0)))
    (found,) = document.groups
    assert list(found.names) == ["a"]


def test_a_key_behind_the_list_is_none_of_its_steps() -> None:
    """Beside the list's own key, what no item follows is a key of the group."""
    text = group(BESIDE, "", 0) + "version: 3\npolicy: {execution: parallel}\n"
    (found,) = Document.read("file:///g.yaml", None, Text(text)).groups
    assert list(found.names) == ["a", "b", "c"]
    assert found.header.version == 3


@pytest.mark.parametrize("column", [3, 4, 5, 6])
def test_a_word_left_of_the_dashes_costs_no_step(column: int) -> None:
    """Wherever it stands between the key of the list, in column 2, and the keys of a step, in column 6."""
    text = group(NESTED, "gate", column)
    document = Document.read("file:///g.yaml", None, Text(text))
    (found,) = document.groups
    assert list(found.names) == ["a", "b", "c"]
    (finding,) = (finding for finding in diagnose(document) if finding.code == "yaml-syntax")
    assert text[finding.start : finding.end] == "gate"
    assert finding.message.startswith("`gate` needs a `:` and a value")
