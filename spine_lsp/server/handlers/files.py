"""Files and folders of the workspace: what the client says of them, and what it is asked to say."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from spine_lsp.configuration.files import is_config_file
from spine_lsp.ide.commands.expectations import ENDING
from spine_lsp.ide.pipelines.python_completion import TRIGGERS
from spine_lsp.server.capabilities import DIAGNOSTICS, SYNC_INCREMENTAL
from spine_lsp.server.framework import SpineServer

_READ = "**/*.{yaml,yml,py}"
_EXPECTATIONS = f"**/*{ENDING}"
_IGNORES = "**/{.gitignore,.ignore,spine-lsp.toml,pyproject.toml}"
_WATCHERS = "spine-files"


def watch_files(ls: SpineServer) -> None:
    """Have a client that can watch files tell us of those that are read, in each folder (LSP 3.17)."""
    client = ls.session.client
    if not client.watches:
        return
    globs = (_READ, _IGNORES, _EXPECTATIONS)
    bases = client.folders if client.watches_relative else ()
    patterns: list[lsp.Pattern | lsp.RelativePattern] = [
        lsp.RelativePattern(base, pattern) for base in bases for pattern in globs
    ] or list(globs)
    options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(each) for each in patterns])
    registration = lsp.Registration(_WATCHERS, lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, ls.protocol.plain(options))
    ls.client_register_capability(lsp.RegistrationParams([registration]), callback=lambda _: None)


_PYTHON: list[dict[str, str]] = [{"language": "python", "scheme": "file"}]
_SYNC = ("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose")


def serve_python(ls: SpineServer) -> None:
    """Have a client send us its open Python files too, and ask there for what we know; none of the rest is for them.

    What was announced at the start is for files of groups alone: nobody formats Python here.
    """
    can = ls.session.client.registers
    if _SYNC[0] not in can:
        return
    options: dict[str, dict[str, Any]] = {method: {} for method in (*_SYNC, *sorted(can - {_SYNC[0]}))}
    options["textDocument/didChange"] = {"syncKind": SYNC_INCREMENTAL}
    if "textDocument/codeLens" in options:
        options["textDocument/codeLens"] = {"resolveProvider": True}
    if "textDocument/completion" in options:
        options["textDocument/completion"] = {"triggerCharacters": list(TRIGGERS)}
    if "textDocument/diagnostic" in options:
        # The workspace is asked for where the groups are: whoever asks for it twice shows all of it twice.
        options["textDocument/diagnostic"] = DIAGNOSTICS | {"workspaceDiagnostics": False}
    registrations = [
        lsp.Registration(f"spine-python-{method}", method, {"documentSelector": _PYTHON, **more})
        for method, more in options.items()
    ]
    ls.client_register_capability(lsp.RegistrationParams(registrations), callback=lambda _: None)


def on_did_change_watched_files(ls: SpineServer, params: lsp.DidChangeWatchedFilesParams) -> None:
    """`workspace/didChangeWatchedFiles`: however many they are, they are one change."""
    _touched(ls, [change.uri for change in params.changes])


def on_did_create_files(ls: SpineServer, params: lsp.CreateFilesParams) -> None:
    """`workspace/didCreateFiles`."""
    _touched(ls, [file.uri for file in params.files])


def on_did_delete_files(ls: SpineServer, params: lsp.DeleteFilesParams) -> None:
    """`workspace/didDeleteFiles`."""
    _touched(ls, [file.uri for file in params.files])


def on_did_rename_files(ls: SpineServer, params: lsp.RenameFilesParams) -> None:
    """`workspace/didRenameFiles`."""
    _touched(ls, [uri for file in params.files for uri in (file.old_uri, file.new_uri)])


def on_did_change_workspace_folders(ls: SpineServer, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """`workspace/didChangeWorkspaceFolders`."""
    if (keeper := ls.endpoint.keeper) is not None:
        added = [folder.uri for folder in params.event.added]
        keeper.change_folders(added, [folder.uri for folder in params.event.removed])


def _touched(ls: SpineServer, uris: list[str]) -> None:
    if any(map(is_config_file, uris)):
        ls.endpoint.configuration_files_changed()
    if any(uri.endswith(ENDING) for uri in uris):
        ls.refresh_views(hints=False)  # lenses say how plans compare with them
    if (keeper := ls.endpoint.keeper) is not None:
        keeper.touched(uris)


_FILES_AND_FOLDERS = lsp.FileOperationRegistrationOptions(
    [
        lsp.FileOperationFilter(lsp.FileOperationPattern(_READ, lsp.FileOperationPatternKind.File), "file"),
        lsp.FileOperationFilter(lsp.FileOperationPattern("**", lsp.FileOperationPatternKind.Folder), "file"),
    ]
)

FEATURES = (
    (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, on_did_change_watched_files, None),
    (lsp.WORKSPACE_DID_CREATE_FILES, on_did_create_files, _FILES_AND_FOLDERS),
    (lsp.WORKSPACE_DID_DELETE_FILES, on_did_delete_files, _FILES_AND_FOLDERS),
    (lsp.WORKSPACE_DID_RENAME_FILES, on_did_rename_files, _FILES_AND_FOLDERS),
    (lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, on_did_change_workspace_folders, None),
)
