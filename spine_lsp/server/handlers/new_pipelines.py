"""A pipeline that nobody has written yet is begun in the file that the user chooses: by a command, as one edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types as lsp

from spine_lsp.analysis.uris import is_python, path_of
from spine_lsp.disk.config_files import system_path
from spine_lsp.disk.reading import UnusableFileError, bytes_of
from spine_lsp.ide.pipelines.skeleton import added, new_text, params_of, places
from spine_lsp.pysource import decoding
from spine_lsp.server import to_lsp
from spine_lsp.server.framework import InvalidParamsError, RefusedError, SpineServer
from spine_lsp.server.handlers.common import text_of
from spine_lsp.server.rpc import wire
from spine_lsp.server.session import Snapshot
from spine_lsp.server.to_lsp import JsonObject
from spine_lsp.syntax.text import Text


def create_pipeline(ls: SpineServer, argument: Mapping[str, Any]) -> wire.Json | None:
    """`spine.createPipeline`: which files there are for a pipeline, or with `file`, the pipeline begun in it."""
    snap, uri, name = ls.session.snapshot(), text_of(argument, "uri") or "", text_of(argument, "pipeline")
    if not name:
        raise InvalidParamsError("spine.createPipeline needs `pipeline`, the name of a pipeline")
    document, known = snap.workspace.documents.get(uri), snap.workspace.project.pipelines
    if document is None or known is None:
        return None
    chosen = text_of(argument, "file")
    if chosen is None:
        found = places(known, name)
        listed = [{"uri": each.uri, "path": system_path(each.path), "new": each.is_new} for each in found]
        return wire.Json(wire.dumps({"pipeline": name, "files": listed}))
    if not snap.client.apply_edit:
        raise RefusedError("this editor applies no edits of a server", code=wire.REQUEST_FAILED)
    if not places(known, name) or not is_python(chosen) or path_of(chosen) is None:
        raise InvalidParamsError(f"no pipeline can be called `{name}`, or `{chosen}` is no file of Python")
    edit = ls.protocol.typed(_edit(snap, chosen, name, params_of(document, name)), lsp.WorkspaceEdit)
    shown = lsp.ShowDocumentParams(uri=chosen, take_focus=True)

    def show(result: lsp.ApplyWorkspaceEditResult | None) -> None:
        if result is not None and result.applied and snap.client.show_document:
            ls.window_show_document(shown, callback=lambda _: None)

    ls.workspace_apply_edit(lsp.ApplyWorkspaceEditParams(edit=edit, label=f"Create the pipeline {name}"), callback=show)
    return wire.Json(wire.dumps({"pipeline": name, "files": []}))


def _edit(snap: Snapshot, uri: str, name: str, params: object) -> JsonObject:
    """The edit that begins the pipeline in a file; one that is not there is made. Raises RefusedError."""
    document = snap.workspace.documents.get(uri)
    text = document.text if document is not None else _text_of_disk(uri)
    if text is None:
        if not snap.client.creates_files:
            raise RefusedError("this editor makes no files for a server", code=wire.REQUEST_FAILED)
        return to_lsp.new_file(uri, new_text(name, params))
    edits = added(text.source, name, params)
    if edits is None:
        raise RefusedError(f"{path_of(uri)} does not parse as Python: mend it first", code=wire.REQUEST_FAILED)
    made = to_lsp.text_edits(text, edits, snap.client.encoding)
    if not snap.client.document_changes:
        return {"changes": {uri: made}}
    version = document.version if document is not None else None
    return {"documentChanges": [{"textDocument": {"uri": uri, "version": version}, "edits": made}]}


def _text_of_disk(uri: str) -> Text | None:
    """The text of a file that is not open; None where there is none."""
    try:
        return Text(decoding.decoded(bytes_of(system_path(path_of(uri) or ""), decoding.MAX_BYTES)))
    except FileNotFoundError:
        return None
    except (UnusableFileError, decoding.UnreadableError) as exc:
        raise RefusedError(f"{path_of(uri)} cannot be read: {exc}", code=wire.REQUEST_FAILED) from exc
