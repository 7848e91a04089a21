"""Handlers in this process: what a client cannot take is not sent to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from spine_lsp.ide.code_actions import HARMFUL
from tests.soak.inside import Inside

A = "file:///a.yaml"
GROUP = """\
kind: PipelineGroup
name: daily
steps:
- {name: ingest, pipeline: p}
- {name: tidy, pipeline: p, depends_on: [ingst]}
"""
ON_THE_MISTAKE = {"start": {"line": 4, "character": 43}, "end": {"line": 4, "character": 43}}


def opened(capabilities: dict[str, Any] | None = None, **params: Any) -> Inside:
    """A server with the group open, and a client of these abilities."""
    client = Inside(capabilities, **params)
    client.open(A, GROUP)
    return client


def actions(client: Inside) -> Any:
    params = {"textDocument": {"uri": A}, "range": ON_THE_MISTAKE, "context": {"diagnostics": []}}
    return client.call("textDocument/codeAction", params)


def test_actions_go_to_clients_that_can_take_them() -> None:
    """As edits, as commands that ask the client to apply edits, or not at all."""
    literals: dict[str, Any] = {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}
    assert "edit" in actions(opened({"textDocument": literals}))[0]
    assert actions(opened({"workspace": {"applyEdit": True}}))[0]["command"] == "spine.applyAction"
    assert actions(opened()) is None


def test_no_edit_is_sent_to_a_client_that_applies_none() -> None:
    """The command of an action is refused with a reason, and nothing is asked of the client."""
    argument = actions(opened({"workspace": {"applyEdit": True}}))[0]["arguments"][0]
    client = opened()
    refused = client.call("workspace/executeCommand", {"command": "spine.applyAction", "arguments": [argument]})
    assert refused == {"error": {"code": -32803, "message": "this editor applies no edits of a server"}}
    assert client.told == []


OWN_VIEWS = {
    "client": {
        "commands": [
            "spine.client.showResolvedOrder",
            "spine.client.showGraph",
            "spine.client.showReferences",
        ]
    },
    "codeLens": {"dependents": True},
}


def resolved_lenses(client: Inside) -> list[Any]:
    """The commands of all lenses of the file, as they are shown."""
    lenses = client.call("textDocument/codeLens", {"textDocument": {"uri": A}})
    resolved = [client.call("codeLens/resolve", lens) for lens in lenses]
    assert [lens["range"] for lens in lenses] == [lens["range"] for lens in resolved]
    return [lens["command"] for lens in resolved]


def test_lenses_open_the_views_of_the_client() -> None:
    """Its own commands where it has them; the places of what a lens counts go with it."""
    commands = resolved_lenses(opened(initializationOptions=OWN_VIEWS))
    by_name = {command["command"]: command for command in commands}
    assert by_name["spine.client.showResolvedOrder"]["arguments"] == [{"uri": A, "group": "daily"}]
    assert by_name["spine.client.showGraph"]["arguments"] == [{"uri": A, "group": "daily"}]
    shown = [c["arguments"][0] for c in commands if c["command"] == "spine.client.showReferences"]
    problems = [problem for argument in shown for problem in argument.get("problems", ())]
    assert [problem["code"] for problem in problems] == ["unknown-dependency"]
    assert all(argument["uri"] == A and argument["locations"] for argument in shown)


def test_lenses_of_a_client_without_views_open_documents() -> None:
    """What it cannot show at all is words without a command."""
    commands = resolved_lenses(opened())
    assert {command["command"] for command in commands} == {"spine.openResolvedOrder", "spine.openGraph", ""}
    assert all(command["title"] for command in commands)


def test_a_lens_of_a_text_that_is_gone_says_nothing() -> None:
    """Its group was removed while the editor still showed it."""
    client = opened()
    (lens, *_) = client.call("textDocument/codeLens", {"textDocument": {"uri": A}})
    client.change(A, 2, {"text": "other: yaml\n"})
    assert client.call("codeLens/resolve", lens)["command"] == {"title": "", "command": ""}
    assert client.call("codeLens/resolve", {"range": lens["range"]})["command"]["command"] == ""


def place(token: str, inside: str = "") -> dict[str, Any]:
    """The params of a request about the place right after the first letter of `inside`, where `token` first stands."""
    offset = GROUP.index(token) + (token.index(inside) if inside else 0) + 1
    before = GROUP[:offset]
    position = {"line": before.count("\n"), "character": offset - before.rfind("\n") - 1}
    return {"textDocument": {"uri": A}, "position": position}


def written(client: Inside, range_: dict[str, Any], text: str = GROUP) -> str:
    """What stands in a range of one line."""
    line = text.splitlines()[range_["start"]["line"]]
    assert range_["start"]["line"] == range_["end"]["line"]
    return str(line[range_["start"]["character"] : range_["end"]["character"]])


CHAIN = GROUP.replace("ingst", "ingest")


def test_the_calls_of_a_step_are_its_dependencies() -> None:
    """Who waits for it comes in, what it waits for goes out; an item of nobody's making leads nowhere."""
    client = opened()
    client.change(A, 2, {"text": CHAIN})
    (ingest,) = client.call("textDocument/prepareCallHierarchy", place("name: ingest", "ingest"))
    ((tidy, ranges),) = [
        (call["from"], call["fromRanges"]) for call in client.call("callHierarchy/incomingCalls", {"item": ingest})
    ]
    assert (tidy["name"], [written(client, one, CHAIN) for one in ranges]) == ("tidy", ["ingest"])
    (call,) = client.call("callHierarchy/outgoingCalls", {"item": tidy})
    assert call["to"]["name"] == "ingest"
    for method in ("callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"):
        assert client.call(method, {"item": {**ingest, "data": None}}) is None


def test_definitions_are_links_where_the_client_knows_them() -> None:
    """A link has the whole step as its target; a plain location has its name."""
    link = {"textDocument": {"definition": {"linkSupport": True}}}
    for capabilities in (None, link):
        client = opened(capabilities)
        client.change(A, 2, {"text": CHAIN})
        (found,) = client.call("textDocument/definition", place("[ingst", "ingst"))
        shown = found["range"] if capabilities is None else found["targetSelectionRange"]
        assert written(client, shown, CHAIN) == "ingest"
    assert written(client, found["originSelectionRange"], CHAIN) == "ingest"
    assert client.call("textDocument/definition", {**place("kind"), "position": {"line": 0, "character": 0}}) is None


def test_the_outline_is_a_tree_where_the_client_knows_trees() -> None:
    """Else it is a list in which each names what holds it."""
    tree = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}
    params = {"textDocument": {"uri": A}}
    (group,) = opened(tree).call("textDocument/documentSymbol", params)
    steps = [child["name"] for child in group["children"] if child["kind"] == 12]
    flat = opened().call("textDocument/documentSymbol", params)
    assert steps == ["ingest", "tidy"]
    assert {"ingest", "tidy"} <= {item["name"] for item in flat if item.get("containerName") == "daily"}
    assert [item["name"] for item in opened().call("workspace/symbol", {"query": "tid"})] == ["tidy"]


def test_tokens_are_sent_as_what_has_changed() -> None:
    """Against the last answer; all of them where that is not known."""
    client = opened()
    document = {"textDocument": {"uri": A}}
    first = client.call("textDocument/semanticTokens/full", document)
    client.change(A, 2, {"text": CHAIN})
    changed = client.call("textDocument/semanticTokens/full/delta", {**document, "previousResultId": first["resultId"]})
    data = list(first["data"])
    for edit in changed["edits"]:
        data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit["data"]
    assert data == client.call("textDocument/semanticTokens/full", document)["data"]
    unknown = client.call("textDocument/semanticTokens/full/delta", {**document, "previousResultId": "old"})
    assert unknown["data"] == data


def test_a_new_line_is_indented_as_the_formatter_has_it() -> None:
    """On the trigger, and nothing on any other letter."""
    client = opened()
    text = "kind: PipelineGroup\nname: g\nsteps:\n  - name: a\n    pipeline: p\n    params:\n\n"
    client.change(A, 2, {"text": text})
    params = {
        "textDocument": {"uri": A},
        "position": {"line": 6, "character": 0},
        "options": {"tabSize": 2, "insertSpaces": True},
    }
    edits = client.call("textDocument/onTypeFormatting", {**params, "ch": "\n"})
    assert [edit["newText"].strip(" ") for edit in edits] == [""]
    assert not client.call("textDocument/onTypeFormatting", {**params, "ch": "x"})


def test_an_action_that_does_harm_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user is told; the client gets the action as it was."""
    resolving = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
    literals: dict[str, Any] = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}
    client = opened({"textDocument": {"codeAction": {**literals, **resolving}}})
    action = next(action for action in actions(client) if action["title"] == "Replace with `ingest`")
    assert client.call("codeAction/resolve", action)["edit"]["changes"][A][0]["newText"] == "ingest"
    monkeypatch.setattr("spine_lsp.server.handlers.code_actions.resolve", lambda workspace, data: {})
    assert "edit" not in client.call("codeAction/resolve", action)
    assert [message["params"]["message"] for message in client.told] == [HARMFUL]
    monkeypatch.setattr("spine_lsp.ide.code_actions.resolve", lambda workspace, data: {})
    client = opened({"workspace": {"applyEdit": True}})
    params = {"command": "spine.applyAction", "arguments": [action["data"]]}
    assert client.call("workspace/executeCommand", params)["error"]["message"] == HARMFUL


def test_documentation_comes_at_once_for_a_client_that_never_asks() -> None:
    """A client that resolves other things only has it in the list."""
    item = {"resolveSupport": {"properties": ["detail"]}}
    client = opened({"textDocument": {"completion": {"completionItem": item}}})
    items = client.call("textDocument/completion", place("[ingst", "ingst"))["items"]
    assert all("documentation" in item for item in items if item["label"] == "ingest")
    assert all("data" not in item for item in items)


QUESTIONS = (
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/linkedEditingRange",
    "textDocument/prepareCallHierarchy",
    "textDocument/prepareRename",
    "textDocument/foldingRange",
    "textDocument/documentSymbol",
    "textDocument/codeLens",
    "textDocument/documentLink",
    "textDocument/semanticTokens/full",
)


@pytest.mark.parametrize("method", QUESTIONS)
def test_a_file_that_is_not_open_has_no_answers(method: str) -> None:
    """`null`, whatever is asked of it."""
    params = {"textDocument": {"uri": "file:///other.yaml"}, "position": {"line": 0, "character": 0}}
    assert opened().call(method, params) is None


def test_other_questions_of_a_file_that_is_not_open() -> None:
    """Those with more params."""
    client, document = opened(), {"textDocument": {"uri": "file:///other.yaml"}}
    at = {"line": 0, "character": 0}
    span = {"start": at, "end": at}
    assert client.call("textDocument/selectionRange", {**document, "positions": [at]}) is None
    assert client.call("textDocument/semanticTokens/range", {**document, "range": span}) is None
    assert client.call("textDocument/inlayHint", {**document, "range": span}) is None
    options = {"tabSize": 2, "insertSpaces": True}
    assert client.call("textDocument/formatting", {**document, "options": options}) is None
    assert client.call("textDocument/rename", {**document, "position": at, "newName": "x"}) is None
    delta = {**document, "previousResultId": "1"}
    assert client.call("textDocument/semanticTokens/full/delta", delta) is None


def test_names_that_belong_together_are_typed_together() -> None:
    """The step and its edges, and nowhere else."""
    client = opened()
    client.change(A, 2, {"text": CHAIN})
    found = client.call("textDocument/linkedEditingRange", place("name: ingest", "ingest"))
    assert [written(client, one, CHAIN) for one in found["ranges"]] == ["ingest", "ingest"]
    assert (
        client.call("textDocument/linkedEditingRange", {**place("kind"), "position": {"line": 0, "character": 0}})
        is None
    )


def test_what_is_left_out_of_a_list_of_actions_is_said_where_it_can_be_shown() -> None:
    """A disabled action says why; a client that knows none gets the rest alone."""
    steps = "".join(f"- {{name: s{n}, pipeline: p, depends_on: [x{n}]}}\n" for n in range(25))
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 28, "character": 0}}
    params = {"textDocument": {"uri": A}, "range": whole, "context": {"diagnostics": []}}
    left_out = []
    for knows in (True, False):
        literals: dict[str, Any] = {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
            "disabledSupport": knows,
        }
        client = Inside({"textDocument": {"codeAction": literals}})
        client.open(A, f"kind: PipelineGroup\nname: g\nsteps:\n{steps}")
        found = client.call("textDocument/codeAction", params)
        left_out.append([action["title"] for action in found if "disabled" in action])
    assert left_out == [["5 more findings in this selection"], []]


def test_an_item_that_is_not_known_has_no_documentation() -> None:
    """It comes back as it was sent."""
    item = {"label": "x", "data": {"what": "nothing"}}
    assert opened().call("completionItem/resolve", item) == item


def test_a_list_goes_on_where_the_client_can_open_it_anew() -> None:
    """After a key whose values are known, by the client's own command."""
    asked = {"textDocument": {"uri": A}, "position": {"line": 5, "character": 2}}
    step = "- name: a\n  pipeline: p\n  \n- name: b\n  pipeline: q\n"
    goes_on = []
    for options in ({"client": {"commands": ["editor.action.triggerSuggest"]}}, {}):
        client = Inside(initializationOptions=options)
        client.open(A, f"kind: PipelineGroup\nname: g\nsteps:\n{step}")
        items = client.call("textDocument/completion", asked)["items"]
        goes_on.append([item["label"] for item in items if "command" in item])
    assert goes_on == [["depends_on"], []]


def test_nothing_is_indented_in_a_file_that_is_not_open() -> None:
    """`null`, as for every other question."""
    params = {**place("kind"), "ch": "\n", "options": {"tabSize": 2, "insertSpaces": True}}
    params["textDocument"] = {"uri": "file:///other.yaml"}
    assert opened().call("textDocument/onTypeFormatting", params) is None


def test_a_lens_compares_the_plan_with_the_file_beside_the_group(tmp_path: Path) -> None:
    """What it says follows both files; a click shows all of it; without the file there is none."""
    expected, uri = tmp_path / "daily.expect", (tmp_path / "daily.yaml").as_uri()
    group = GROUP.replace("ingst", "ingest")
    client = Inside({"window": {"showDocument": {"support": True}}}, answers=False)
    client.open(uri, group)

    def titles() -> list[str]:
        lenses = client.call("textDocument/codeLens", {"textDocument": {"uri": uri}})
        return [client.call("codeLens/resolve", lens)["command"]["title"] for lens in lenses]

    before = titles()
    expected.write_text("ingest before tidy\nlevel of tidy is 1\n", encoding="utf-8")
    assert titles() == ["Plan as expected (2)", *before]
    expected.write_text("tidy before ingest\n", encoding="utf-8")
    lens = client.call("textDocument/codeLens", {"textDocument": {"uri": uri}})[0]
    command = client.call("codeLens/resolve", lens)["command"]
    assert command["title"] == "Plan differs from what is expected: 1 of 1 expectation"
    client.call("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    (shown,) = (each["params"]["uri"] for each in client.told if each["method"] == "window/showDocument")
    page = Path(url2pathname(urlsplit(shown).path)).read_text(encoding="utf-8")
    assert "it is `ingest` that comes before `tidy`" in page
    expected.write_bytes(b"\xff")
    assert titles()[0] == "daily.expect: it is not UTF-8"
    expected.unlink()
    assert titles() == before
    assert client.call("codeLens/resolve", lens)["command"] == {"title": "", "command": ""}


def test_a_changed_file_of_expectations_has_the_lenses_asked_for_again() -> None:
    """A client that watches files tells us of them."""
    watching = {"didChangeWatchedFiles": {"dynamicRegistration": True}, "codeLens": {"refreshSupport": True}}
    client = opened({"workspace": watching})
    (patterns,) = (
        [watcher["globPattern"] for watcher in registration["registerOptions"]["watchers"]]
        for message in client.told
        if message["method"] == "client/registerCapability"
        for registration in message["params"]["registrations"]
        if registration["method"] == "workspace/didChangeWatchedFiles"
    )
    assert "**/*.expect" in patterns

    def refreshes() -> int:
        return sum(message["method"] == "workspace/codeLens/refresh" for message in client.told)

    before = refreshes()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": "file:///a.expect", "type": 2}]})
    assert refreshes() == before + 1
