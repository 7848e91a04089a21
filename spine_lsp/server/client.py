"""What the client can do, resolved once from its `initialize` params into one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spine_lsp.syntax.text import Encoding

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


@dataclass(frozen=True, slots=True)
class Client:
    """The abilities that change what we send; each is false or empty unless the client said so."""

    name: str = ""
    encoding: Encoding = "utf-16"
    process_id: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    """The uris of the folders that were open at the start."""

    snippets: bool = False
    insert_modes: frozenset[int] = frozenset()
    insert_mode: int = 0
    label_details: bool = False
    completion_markdown: bool = False
    completion_resolve: frozenset[str] | None = None  # None if the client does not say
    hover_markdown: bool = False
    hierarchical_symbols: bool = False
    definition_links: bool = False
    implementation_links: bool = False

    related_information: bool = False
    code_description: bool = False
    diagnostic_tags: frozenset[int] = frozenset()

    code_action_literals: bool = False
    code_action_data: bool = False
    code_action_disabled: bool = False
    code_action_preferred: bool = False
    code_action_resolve: frozenset[str] = frozenset()

    apply_edit: bool = False
    document_changes: bool = False
    change_annotations: bool = False
    creates_files: bool = False

    configuration: bool = False
    lens_refresh: bool = False
    hint_refresh: bool = False
    pulls: bool = False
    diagnostic_refresh: bool = False
    progress: bool = False
    registers: frozenset[str] = frozenset()  # methods that it lets us register later
    watches: bool = False
    watches_relative: bool = False
    show_document: bool = False
    live_documents: bool = False

    @property
    def own_commands(self) -> frozenset[str]:
        """The commands of ours that the client runs itself (`client.commands` of its initialization options)."""
        listed = self._of_itself("commands")
        if not isinstance(listed, list):
            return frozenset()
        return frozenset(name for name in listed if isinstance(name, str))

    @property
    def trusts_workspace(self) -> bool:
        """Whether the user trusts the code of the workspace (`client.trusted` of the initialization options)."""
        return self._of_itself("trusted") is True

    @property
    def shows_runs(self) -> bool:
        """Whether the client takes `spine/runEvents` and shows runs by itself (`client.runs`)."""
        return self._of_itself("runs") is True

    @property
    def completes_while_typing(self) -> bool:
        """Whether it asks for completions by itself too, and calls that "invoked" (`client.completesWhileTyping`)."""
        return self._of_itself("completesWhileTyping") is True

    def _of_itself(self, key: str) -> object:
        about = self.options.get("client")
        return about.get(key) if isinstance(about, Mapping) else None

    @property
    def resolves_edits(self) -> bool:
        """Whether the client asks for the edits of a code action when they are wanted."""
        return self.code_action_data and "edit" in self.code_action_resolve


_LATER = {
    "textDocument/didOpen": "textDocument.synchronization",
    "textDocument/hover": "textDocument.hover",
    "textDocument/definition": "textDocument.definition",
    "textDocument/implementation": "textDocument.implementation",
    "textDocument/documentSymbol": "textDocument.documentSymbol",
    "textDocument/references": "textDocument.references",
    "textDocument/codeLens": "textDocument.codeLens",
    "textDocument/completion": "textDocument.completion",
    "textDocument/prepareCallHierarchy": "textDocument.callHierarchy",
    "textDocument/diagnostic": "textDocument.diagnostic",
}
"""Where a client says that it lets a method be registered later (LSP 3.17)."""


def resolve_client(params: Mapping[str, Any]) -> Client:
    """Read the params of `initialize`; whatever has a wrong type counts as not said."""
    can = _Lookup(params.get("capabilities"))
    info = params.get("clientInfo")
    options = params.get("initializationOptions")
    return Client(
        name=_text(info.get("name")) if isinstance(info, dict) else "",
        encoding=_encoding(can.texts("general.positionEncodings")),
        process_id=_process_id(params.get("processId")),
        options=options if isinstance(options, dict) else {},
        folders=_folders(params),
        snippets=can.flag("textDocument.completion.completionItem.snippetSupport"),
        insert_modes=frozenset(can.numbers("textDocument.completion.completionItem.insertTextModeSupport.valueSet")),
        insert_mode=can.number("textDocument.completion.insertTextMode"),
        label_details=can.flag("textDocument.completion.completionItem.labelDetailsSupport"),
        completion_markdown=_prefers_markdown(can.texts("textDocument.completion.completionItem.documentationFormat")),
        completion_resolve=None
        if not can.present("textDocument.completion.completionItem.resolveSupport")
        else frozenset(can.texts("textDocument.completion.completionItem.resolveSupport.properties")),
        hover_markdown=_prefers_markdown(can.texts("textDocument.hover.contentFormat")),
        hierarchical_symbols=can.flag("textDocument.documentSymbol.hierarchicalDocumentSymbolSupport"),
        definition_links=can.flag("textDocument.definition.linkSupport"),
        implementation_links=can.flag("textDocument.implementation.linkSupport"),
        related_information=can.flag("textDocument.publishDiagnostics.relatedInformation"),
        code_description=can.flag("textDocument.publishDiagnostics.codeDescriptionSupport"),
        diagnostic_tags=frozenset(can.numbers("textDocument.publishDiagnostics.tagSupport.valueSet")),
        code_action_literals=can.present("textDocument.codeAction.codeActionLiteralSupport"),
        code_action_data=can.flag("textDocument.codeAction.dataSupport"),
        code_action_disabled=can.flag("textDocument.codeAction.disabledSupport"),
        code_action_preferred=can.flag("textDocument.codeAction.isPreferredSupport"),
        code_action_resolve=frozenset(can.texts("textDocument.codeAction.resolveSupport.properties")),
        apply_edit=can.flag("workspace.applyEdit"),
        document_changes=can.flag("workspace.workspaceEdit.documentChanges"),
        creates_files=can.flag("workspace.workspaceEdit.documentChanges")
        and "create" in can.texts("workspace.workspaceEdit.resourceOperations"),
        change_annotations=can.present("workspace.workspaceEdit.changeAnnotationSupport"),
        configuration=can.flag("workspace.configuration"),
        lens_refresh=can.flag("workspace.codeLens.refreshSupport"),
        hint_refresh=can.flag("workspace.inlayHint.refreshSupport"),
        # Who cannot be told to ask again would keep what was true before another file changed: to them it is sent.
        pulls=can.present("textDocument.diagnostic") and can.flag("workspace.diagnostics.refreshSupport"),
        diagnostic_refresh=can.flag("workspace.diagnostics.refreshSupport"),
        progress=can.flag("window.workDoneProgress"),
        registers=frozenset(method for method, ability in _LATER.items() if can.flag(f"{ability}.dynamicRegistration")),
        watches=can.flag("workspace.didChangeWatchedFiles.dynamicRegistration"),
        watches_relative=can.flag("workspace.didChangeWatchedFiles.relativePatternSupport"),
        show_document=can.flag("window.showDocument.support"),
        live_documents=can.present("workspace.textDocumentContent"),
    )


class _Lookup:
    """Reads a nested plain object by dotted path and never fails."""

    def __init__(self, value: object) -> None:
        self._value = value

    def _get(self, path: str) -> object:
        value = self._value
        for key in path.split("."):
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    def flag(self, path: str) -> bool:
        return self._get(path) is True

    def present(self, path: str) -> bool:
        return isinstance(self._get(path), dict)

    def texts(self, path: str) -> tuple[str, ...]:
        value = self._get(path)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    def number(self, path: str) -> int:
        value = self._get(path)
        return value if isinstance(value, int) else 0

    def numbers(self, path: str) -> tuple[int, ...]:
        value = self._get(path)
        return tuple(item for item in value if isinstance(item, int)) if isinstance(value, list) else ()


def _folders(params: Mapping[str, Any]) -> tuple[str, ...]:
    """The uris of `workspaceFolders`; of a client that knows one folder only, `rootUri` or the older `rootPath`."""
    folders, root, path = params.get("workspaceFolders"), params.get("rootUri"), params.get("rootPath")
    if isinstance(folders, list):
        uris = (folder.get("uri") for folder in folders if isinstance(folder, dict))
        return tuple(dict.fromkeys(uri for uri in uris if isinstance(uri, str)))
    if isinstance(root, str):
        return (root,)
    if not isinstance(path, str) or not PurePath(path).is_absolute():
        return ()
    return (PurePath(path).as_uri(),)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _prefers_markdown(formats: tuple[str, ...]) -> bool:
    """The client lists the formats that it can show best first."""
    return next((name == "markdown" for name in formats if name in ("markdown", "plaintext")), False)


def _encoding(offered: tuple[str, ...]) -> Encoding:
    # The client lists its encodings best first; without a list the protocol means UTF-16.
    return next((ours for theirs in offered for ours in ENCODINGS if ours == theirs), "utf-16")


def _process_id(value: object) -> int | None:
    # Zero and below mean process groups to the system, so they are never asked about.
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 31 else None
