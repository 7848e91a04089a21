"""A document and its groups: what keeps what alive."""

from __future__ import annotations

import gc
from weakref import ref

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.syntax.text import Text

GROUP = "kind: PipelineGroup\nname: g\nsteps:\n- {name: a, pipeline: p}\n- {name: b, pipeline: p, depends_on: [a, x]}\n"


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
