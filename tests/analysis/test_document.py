"""A document and its groups: what keeps what alive, and which steps a span meets."""

from __future__ import annotations

import gc
from weakref import ref

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.span import Span
from spine_lsp.syntax.text import Text

GROUP = "kind: PipelineGroup\nname: g\nsteps:\n- {name: a, pipeline: p}\n- {name: b, pipeline: p, depends_on: [a, x]}\n"
CUT = "name: g\nsteps:\n  - name: a\n    pipeline: p\n  - name: b\n    pipeline: p\n  - name: c\n    pipeline: p\n"


def test_a_document_goes_when_nobody_holds_it() -> None:
    """No cycle keeps the versions of a file waiting for a full collection, whatever was asked of them."""
    document = Document.read("f", 1, Text(GROUP))
    assert diagnose(document)
    gone = ref(document)
    gc.disable()
    try:
        del document
        assert gone() is None
    finally:
        gc.enable()


def test_a_group_outlives_its_document() -> None:
    """Who keeps a group has all that it needs."""
    (group,) = Document.read("f", 1, Text(GROUP)).groups
    assert (group.uri, group.text.source, group.names) == ("f", GROUP, ["a", "b"])


@pytest.mark.parametrize("text", [CUT, CUT.replace("steps:", "steps: !!seq")], ids=["cut", "whole"])
def test_the_steps_in_a_span_are_at_least_those_whose_item_meets_it(text: str) -> None:
    """None is left out, in whichever way the document was read; a narrow span of one that is cut has few."""
    group = Document.read("f", 1, Text(text)).groups[0]
    assert group.is_cut == (text == CUT)
    for start in range(len(text)):
        steps = group.steps_in(Span(start, start + 2))
        assert {
            step
            for step in range(group.step_count)
            if group.item_span(step).start < start + 2 and start < group.item_span(step).end
        } <= {*steps}
        assert len(steps) <= (2 if group.is_cut else group.step_count)
