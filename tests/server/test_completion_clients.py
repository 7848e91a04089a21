"""Completion for every combination of what a client says that it can: each gets text that is right as it takes it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types as lsp

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.server.asking import CompletionMemory
from spine_lsp.server.client import resolve_client
from spine_lsp.server.handlers.completion import on_completion, on_resolve
from spine_lsp.server.session import Session

URI = "file:///g.yaml"
SOURCE = "name: g\nsteps:\n  - name: a\n    pipeline: p.a\n  - name: b\n    pipeline: p.b\n    \n"
AT = (6, 4)

Item = dict[str, Any]


def client_of(**can: Any) -> dict[str, Any]:
    mode = can.pop("insertTextMode", None)
    completion: dict[str, Any] = {"completionItem": can}
    if mode:
        completion["insertTextMode"] = mode
    return {"textDocument": {"completion": completion}}


def items_for(
    capabilities: dict[str, Any],
    *,
    position: tuple[int, int] = AT,
    source: str = SOURCE,
    options: Any = None,
) -> tuple[dict[str, Item], list[Item]]:
    """The items as they come, by label, and as they are after the client asked for more."""
    session = Session(Workspace, strict=True)
    session.start(resolve_client({"capabilities": capabilities, "initializationOptions": options}))
    session.open({"textDocument": {"uri": URI, "version": 1, "languageId": "yaml", "text": source}})
    protocol = SimpleNamespace(plain=dict)
    ls: Any = SimpleNamespace(session=session, completions=CompletionMemory(), protocol=protocol)
    at = lsp.Position(*position)
    answer = on_completion(ls, lsp.CompletionParams(lsp.TextDocumentIdentifier(URI), at))
    assert answer is not None
    items = json.loads(answer)["items"]
    resolved: Any = [on_resolve(ls, item) for item in items]
    return {item["label"]: item for item in items}, resolved


# What the client says, what newText for `params` is, the mode that is sent, whether it is a snippet.
INDENTED, RELATIVE, PLAIN = "params:\n      $0", "params:\n  $0", "params:"
TABLE = [
    ({}, PLAIN, None),
    ({"snippetSupport": True}, RELATIVE, None),
    ({"snippetSupport": True, "insertTextMode": 1}, INDENTED, None),
    ({"snippetSupport": True, "insertTextMode": 2}, RELATIVE, None),
    ({"snippetSupport": True, "insertTextModeSupport": {"valueSet": [1]}}, INDENTED, 1),
    ({"snippetSupport": True, "insertTextModeSupport": {"valueSet": [2]}}, RELATIVE, 2),
    ({"snippetSupport": True, "insertTextModeSupport": {"valueSet": [1, 2]}}, RELATIVE, 2),
    ({"snippetSupport": True, "insertTextModeSupport": {"valueSet": [1]}, "insertTextMode": 2}, INDENTED, 1),
    (
        {"snippetSupport": True, "insertTextModeSupport": {"valueSet": []}, "insertTextMode": 1},
        INDENTED,
        None,
    ),
]


@pytest.mark.parametrize(("can", "text", "mode"), TABLE, ids=[str(row[0]) for row in TABLE])
def test_lines_are_indented_as_the_client_takes_them(can: dict[str, Any], text: str, mode: int | None) -> None:
    """No mode that the client does not know, and whole lines for one that takes text as it is."""
    items, _ = items_for(client_of(**can))
    item = items["params"]
    assert item["textEdit"]["newText"] == text
    assert item.get("insertTextMode") == mode
    assert item.get("insertTextFormat") == (2 if "$" in text else None)
    for other in items.values():
        assert other.get("insertTextMode") in (None, mode)
        assert "insertTextFormat" not in other or can.get("snippetSupport")
        assert "insert" not in other["textEdit"]


def test_a_whole_step_for_a_client_that_can_nothing() -> None:
    """Plain text of several lines stands as it has to, with the line breaks of the file."""
    source = "name: g\r\nsteps:\r\n  - name: a\r\n    pipeline: p.a\r\n  - \r\n"
    items, resolved = items_for({}, position=(4, 4), source=source)
    edit = items["new step"]["textEdit"]
    assert edit["newText"] == "name: name\r\n    pipeline: pipeline"
    for item in [*items.values(), *resolved]:
        assert not {"labelDetails", "insertTextFormat", "insertTextMode", "command", "commitCharacters"} & item.keys()
        assert not {"tags", "deprecated", "preselect", "additionalTextEdits"} & item.keys()
        assert "$" not in item["textEdit"]["newText"]
        assert item.get("documentation", {"kind": "plaintext"})["kind"] == "plaintext"


@pytest.mark.parametrize(
    ("can", "at_once", "kind"),
    [
        ({"documentationFormat": ["markdown"]}, False, "markdown"),
        ({"documentationFormat": ["plaintext", "markdown"]}, False, "plaintext"),
        (
            {"documentationFormat": ["markdown"], "resolveSupport": {"properties": ["documentation"]}},
            False,
            "markdown",
        ),
        (
            {"documentationFormat": ["markdown"], "resolveSupport": {"properties": ["command"]}},
            True,
            "markdown",
        ),
        ({"resolveSupport": {"properties": []}}, True, "plaintext"),
    ],
    ids=str,
)
def test_documentation_comes_when_the_client_takes_it(can: dict[str, Any], at_once: bool, kind: str) -> None:
    """With the item where it is never asked for later; in the format that the client lists first."""
    items, resolved = items_for(client_of(**can))
    assert all(("documentation" in item) == at_once for item in items.values())
    assert [item["documentation"]["kind"] for item in resolved] == [kind] * len(resolved) != []


@pytest.mark.parametrize("can", [True, False])
def test_label_details(can: bool) -> None:
    """Only where they are shown; the detail says it too."""
    items, _ = items_for(client_of(labelDetailsSupport=can))
    assert all(("labelDetails" in item) <= can for item in items.values())
    assert items["depends_on"]["detail"]


def test_the_list_is_opened_anew_by_clients_that_say_how() -> None:
    """A key that wants a choice opens the next list, where the client lists the command that does it."""
    options = {"client": {"commands": ["editor.action.triggerSuggest"]}}
    items, _ = items_for({}, options=options)
    commands = {label: item.get("command", {}).get("command") for label, item in items.items()}
    assert commands.pop("depends_on") == "editor.action.triggerSuggest"
    assert commands
    assert not any(commands.values())
    items, _ = items_for({})
    assert not any("command" in item for item in items.values())
