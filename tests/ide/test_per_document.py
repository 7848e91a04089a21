"""A file in which a question fails costs the other files nothing."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.groups import list_groups
from spine_lsp.ide.symbols import workspace_symbols
from spine_lsp.syntax.text import Text
from tests.soak.texts import chain


@pytest.mark.parametrize("fault", [RecursionError, OverflowError, ValueError])
def test_a_file_at_fault_is_left_out(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The groups and names of the others are there, and the log says which file failed."""
    good, bad = (Document.read(f"file:///{name}", 1, Text(chain(2))) for name in ("good", "bad"))
    read = Document.groups.__get__

    def groups(document: Document) -> object:
        if document is bad:
            raise fault
        return read(document, Document)

    monkeypatch.setattr(Document, "groups", property(groups))
    workspace = Workspace({"file:///bad": bad, "file:///good": good})
    assert [entry.uri for entry in list_groups(workspace)] == ["file:///good"]
    assert {symbol.uri for symbol in workspace_symbols(workspace, "s1")} == {"file:///good"}
    assert "file:///bad cannot be read" in caplog.text
