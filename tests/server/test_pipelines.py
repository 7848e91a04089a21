"""Requests about pipelines, whose places lie in Python files that need not be open."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from spine_lsp.analysis.group_index import GroupIndex, indexed
from tests.fixture import project_of
from tests.ide.pipelines.workspaces import PYTHON
from tests.soak.inside import Inside

GROUP = "file:///group.yaml"
TEXT = "kind: PipelineGroup\nname: g\nsteps:\n- {name: a, pipeline: prices.fetch}\n"
CODE = PYTHON.partition("prices.py\n")[2]
PY = "file:///jobs/prices.py"


def opened(capabilities: dict[str, Any] | None = None, text: str = TEXT) -> Inside:
    """A server that knows the Python, with the group open."""
    client = Inside(capabilities)
    client.session.change_project(project_of({"jobs/prices.py": CODE}))
    client.open(GROUP, text)
    return client


def at(line: int, character: int, uri: str = GROUP, **more: Any) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}, **more}


def lines(locations: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Where each location is, and the text that it marks."""
    texts = {GROUP: TEXT, PY: CODE}
    found = []
    for location in locations:
        start, end = location["range"]["start"], location["range"]["end"]
        line = texts[location["uri"]].split("\n")[start["line"]]
        found.append((location["uri"], line[start["character"] : end["character"]]))
    return found


def test_definition_and_implementation_lie_in_python() -> None:
    """As locations, or as links that select the class."""
    client = opened()
    for method in ("textDocument/definition", "textDocument/implementation"):
        assert lines(client.call(method, at(3, 24))) == [(PY, "Fetch")]
    linking = opened({"textDocument": {"definition": {"linkSupport": True}}})
    (link,) = linking.call("textDocument/definition", at(3, 24))
    assert lines([{"uri": link["targetUri"], "range": link["targetSelectionRange"]}]) == [(PY, "Fetch")]


def test_references_come_from_both_sides() -> None:
    """The steps of files and of Python, and the registration where it is asked for."""
    client = opened()
    for declaration in (True, False):
        params = at(3, 24, context={"includeDeclaration": declaration})
        found = lines(client.call("textDocument/references", params))
        assert found == [(GROUP, "prices.fetch")] + [(PY, "prices.fetch")] * (1 + declaration)


def test_a_hover_links_into_python() -> None:
    """With lines of the file, in a client that shows Markdown."""
    client = opened({"textDocument": {"hover": {"contentFormat": ["markdown"]}}})
    value = client.call("textDocument/hover", at(3, 24))["contents"]["value"]
    assert f"[prices.py\\:14](<{PY}#L14,21>)" in value


def python_open(capabilities: dict[str, Any] | None = None, **params: Any) -> Inside:
    """As `opened`, with the Python file open too."""
    client = Inside(capabilities, **params)
    client.session.change_project(project_of({"jobs/prices.py": CODE}))
    client.open(GROUP, TEXT)
    client.open(PY, CODE)
    return client


def on(text: str) -> dict[str, Any]:
    """A place in the middle of a text of the Python file."""
    before = CODE[: CODE.index(text) + len(text) // 2].split("\n")
    return at(len(before) - 1, len(before[-1]), PY)


def test_a_lens_in_python_leads_to_who_runs_the_pipeline() -> None:
    """Above each registration that a step can run; a click shows the steps, where the client can."""
    client = python_open(initializationOptions={"client": {"commands": ["spine.client.showReferences"]}})
    lenses = client.call("textDocument/codeLens", {"textDocument": {"uri": PY}})
    shown = [client.call("codeLens/resolve", lens)["command"] for lens in lenses]
    assert [command["title"].partition(":")[0] for command in shown] == [
        "used by 2 groups",
        "used by no group",
        "Resolved order",
        "Show graph",
        "No problems",
    ]
    (argument,) = shown[0]["arguments"]
    assert lines(argument["locations"]) == [(GROUP, "prices.fetch"), (PY, "prices.fetch")]
    assert shown[1]["command"] == ""
    plain = python_open()
    lens = plain.call("textDocument/codeLens", {"textDocument": {"uri": PY}})[0]
    assert plain.call("codeLens/resolve", lens)["command"] == {"title": "used by 2 groups", "command": ""}


def test_python_is_hovered_and_followed() -> None:
    """On the name, on the class, and on the pipeline of a step of a group built there."""
    client = python_open()
    for place in (on('"prices.fetch")'), on("class Fetch(")):
        value = client.call("textDocument/hover", place)["contents"]["value"]
        assert "Its code also takes capture_id." in value
        assert "Run by:\n- a of g\n- again of weekly" in value
    found = client.call("textDocument/references", {**on('"prices.fetch")'), "context": {"includeDeclaration": True}})
    assert lines(found) == [(PY, "prices.fetch"), (GROUP, "prices.fetch"), (PY, "prices.fetch")]
    assert lines(client.call("textDocument/definition", on('"again", "prices.fetch"'[9:]))) == [(PY, "Fetch")]
    assert client.call("textDocument/hover", on("from enum")) is None


def test_a_group_built_in_python_is_outlined_and_asked_for() -> None:
    """Its steps in the outline; order, graph and drawing by the commands, with ranges in the Python file."""
    client = python_open({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}})
    (group,) = client.call("textDocument/documentSymbol", {"textDocument": {"uri": PY}})
    assert (group["name"], [child["name"] for child in group["children"]]) == ("weekly", ["again"])
    assert lines([{"uri": PY, "range": group["selectionRange"]}]) == [(PY, "weekly")]

    def run(command: str, **more: Any) -> Any:
        argument = {"uri": PY, "group": "weekly", **more}
        return client.call("workspace/executeCommand", {"command": command, "arguments": [argument]})

    order = run("spine.showResolvedOrder")
    assert (order["levels"], order["steps"][0]["params"]) == (
        [["again"]],
        {"day": {"value": "x", "origin": "step"}},
    )
    assert lines([{"uri": PY, "range": order["steps"][0]["range"]}])[0][1].startswith("PipelineStep(")
    (node,) = run("spine.graph")["nodes"]
    assert lines([{"uri": PY, "range": node["range"]}])[0][1].startswith(("PipelineStep(", "again"))
    assert "again" in run("spine.renderGraph", format="mermaid")["text"]
    assert run("spine.simulate")["steps"]
    assert run("spine.compareGraph", base=CODE)["nodes"][0].get("change") in (None, "same")
    assert "built in Python" in run("spine.editGraph", edit={"kind": "add-step"})["refusal"]


def test_nothing_stale_is_said_of_python() -> None:
    """While what is known is of the text before an edit."""
    client = python_open()
    client.change(PY, 2, {"text": "# one more line\n" + CODE})
    assert client.call("textDocument/codeLens", {"textDocument": {"uri": PY}}) == []
    assert client.call("textDocument/hover", on("class Fetch(")) is None


def test_an_open_python_file_has_its_findings() -> None:
    """A name that is registered twice, with the other place; no empty list for a file without any."""
    twice = CODE + '\n\n@register_pipeline("prices.clean")\nclass Again(Pipeline): ...\n'
    client = Inside({"textDocument": {"publishDiagnostics": {"relatedInformation": True}}})
    client.session.change_project(project_of({"jobs/prices.py": twice}))
    client.open(PY, twice)
    (found,) = client.shown[PY]["diagnostics"]
    assert found["code"] == "duplicate-pipeline"
    assert found["relatedInformation"][0]["location"]["uri"] == PY


def test_nothing_of_yaml_is_offered_in_python() -> None:
    """A file that is empty, as a group file may be before it is written."""
    client = Inside()
    client.open("file:///new.py", "")
    assert client.call("textDocument/completion", at(0, 0, "file:///new.py")) is None
    assert (
        client.call(
            "textDocument/formatting",
            {**at(0, 0, "file:///new.py"), "options": {"tabSize": 2, "insertSpaces": True}},
        )
        is None
    )


def test_a_client_that_lets_us_is_asked_for_python_files() -> None:
    """With what we have to say there, and nothing else."""
    later = {"dynamicRegistration": True}
    abilities = {"synchronization": later, "hover": later, "codeLens": later, "formatting": later}
    abilities["diagnostic"] = later
    client = Inside({"textDocument": abilities})
    (asked,) = [one["params"] for one in client.told if one["method"] == "client/registerCapability"]
    assert [each["method"] for each in asked["registrations"]] == [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/codeLens",
        "textDocument/diagnostic",
        "textDocument/hover",
    ]
    assert all(
        each["registerOptions"]["documentSelector"][0]["language"] == "python" for each in asked["registrations"]
    )
    (pulled,) = [each for each in asked["registrations"] if each["method"] == "textDocument/diagnostic"]
    assert pulled["registerOptions"]["workspaceDiagnostics"] is False  # which is asked for once, with the groups
    assert [one for one in Inside().told if one["method"] == "client/registerCapability"] == []


def test_a_rename_asks_before_it_changes_python() -> None:
    """Where the client can ask; files that are not open have no version."""
    abilities = {"workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {}}}
    client = Inside({"workspace": abilities})
    client.session.change_project(project_of({"jobs/prices.py": CODE}))
    client.open(GROUP, TEXT)
    edit = client.call("textDocument/rename", at(3, 24, newName="market.fetch"))
    (annotation,) = edit["changeAnnotations"].values()
    assert annotation["needsConfirmation"] is True
    assert [each["textDocument"] for each in edit["documentChanges"]] == [
        {"uri": PY, "version": None},
        {"uri": GROUP, "version": 1},
    ]
    plain = opened()
    assert set(plain.call("textDocument/rename", at(3, 24, newName="market.fetch"))["changes"]) == {PY, GROUP}


def test_a_new_pipeline_is_offered_to_clients_that_make_files() -> None:
    """As a file that is created and then filled; to others it is not offered."""
    text = TEXT.replace("prices.fetch", "prices.nope")
    literals: dict[str, Any] = {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}
    making = {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]}}
    where = {"start": {"line": 3, "character": 24}, "end": {"line": 3, "character": 24}}
    params = {"textDocument": {"uri": GROUP}, "range": where, "context": {"diagnostics": []}}
    client = opened({"textDocument": literals, "workspace": making}, text)
    (edit,) = [
        action["edit"]
        for action in client.call("textDocument/codeAction", params)
        if action["title"].startswith("Create the pipeline")
    ]
    create, fill = edit["documentChanges"]
    assert (create["kind"], create["uri"]) == ("create", "file:///jobs/nope.py")
    assert '@register_pipeline("prices.nope")' in fill["edits"][0]["newText"]
    titles = [
        action["title"] for action in opened({"textDocument": literals}, text).call("textDocument/codeAction", params)
    ]
    assert not any(title.startswith("Create the pipeline") for title in titles)


ASKING: dict[str, Any] = {
    "capabilities": {
        "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
        "workspace": {
            "applyEdit": True,
            "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
        },
    },
    "commands": ["spine.client.createPipeline"],
}


def creating(*, asks: bool, apply: bool = True) -> tuple[Inside, list[dict[str, Any]]]:
    """A client at a pipeline that is not there, and the actions that create it."""
    abilities = deepcopy(ASKING["capabilities"])
    abilities["workspace"]["applyEdit"] = apply
    options = {"client": {"commands": ASKING["commands"] if asks else []}}
    client = Inside(abilities, initializationOptions=options)
    client.session.change_project(project_of({"jobs/prices.py": CODE}))
    client.open(GROUP, TEXT.replace("prices.fetch", "prices.nope"))
    where = {"start": {"line": 3, "character": 24}, "end": {"line": 3, "character": 24}}
    params = {"textDocument": {"uri": GROUP}, "range": where, "context": {"diagnostics": []}}
    found = client.call("textDocument/codeAction", params)
    return client, [each for each in found if each["title"].startswith("Create the pipeline")]


def create(client: Inside, **argument: Any) -> Any:
    argument = {"uri": GROUP, "pipeline": "prices.nope", **argument}
    return client.call("workspace/executeCommand", {"command": "spine.createPipeline", "arguments": [argument]})


def test_a_client_that_asks_gets_the_file_of_the_users_choice() -> None:
    """The action leads to its own command; the files are those of the server, and the edit is one."""
    client, actions = creating(asks=True)
    assert [action["title"].partition(" in ")[2] for action in actions] == ["`nope.py`", "a file to choose…"]
    command = actions[1]["command"]
    assert command["command"] == "spine.client.createPipeline"
    assert command["arguments"] == [{"uri": GROUP, "pipeline": "prices.nope"}]
    files = create(client)["files"]
    assert [(each["uri"], each["new"]) for each in files] == [(PY, False), ("file:///jobs/nope.py", True)]
    client.open(PY, CODE, version=7)
    create(client, file=PY)
    (asked,) = [each["params"] for each in client.told if each.get("method") == "workspace/applyEdit"]
    assert asked["label"] == "Create the pipeline prices.nope"
    (changed,) = asked["edit"]["documentChanges"]
    assert changed["textDocument"] == {"uri": PY, "version": 7}
    assert '@register_pipeline("prices.nope")' in changed["edits"][-1]["newText"]


def test_any_file_can_be_chosen() -> None:
    """One that is not there is made, with the pipeline in it; what is no Python is refused, and no name too."""
    client, _ = creating(asks=True)
    create(client, file="file:///elsewhere/new.py")
    (asked,) = [each["params"] for each in client.told if each.get("method") == "workspace/applyEdit"]
    made, filled = asked["edit"]["documentChanges"]
    assert (made["kind"], made["uri"]) == ("create", "file:///elsewhere/new.py")
    assert filled["edits"][0]["newText"].startswith('"""The pipeline `prices.nope`."""')
    assert "error" in create(client, file="file:///elsewhere/new.txt")
    assert "error" in create(client, pipeline="")
    client.open(PY, "def f(:")
    assert "does not parse" in create(client, file=PY)["error"]["message"]


def test_a_client_that_cannot_ask_gets_the_likeliest_file() -> None:
    """By a command of the server; without edits of a server only the file that the action itself makes."""
    client, actions = creating(asks=False)
    assert [action["title"].partition(" in ")[2] for action in actions] == ["`nope.py`", "`jobs/prices.py`"]
    (argument,) = actions[1]["command"]["arguments"]
    create(client, **argument)
    assert [each["method"] for each in client.told if each.get("id") is not None] == ["workspace/applyEdit"]
    client, actions = creating(asks=True, apply=False)
    assert len(actions) == 1
    assert "applies no edits" in create(client, file=PY)["error"]["message"]


def test_a_client_that_pulls_gets_the_findings_of_python() -> None:
    """In the answer to its request, as those of groups."""
    twice = CODE + '\n\n@register_pipeline("prices.clean")\nclass Again(Pipeline): ...\n'
    client = Inside(
        {
            "textDocument": {"diagnostic": {"dynamicRegistration": True}},
            "workspace": {"diagnostics": {"refreshSupport": True}},
        }
    )
    client.session.change_project(project_of({"jobs/prices.py": twice}))
    client.open(PY, twice)
    report = client.call("textDocument/diagnostic", {"textDocument": {"uri": PY}})
    assert [item["code"] for item in report["items"]] == ["duplicate-pipeline"]
    client.change(PY, 2, {"text": CODE})
    assert client.call("textDocument/diagnostic", {"textDocument": {"uri": PY}})["items"] == []


def test_calls_lead_from_a_step_to_its_pipeline_and_back() -> None:
    """A step calls its pipeline in Python, which is called by the steps that run it; asked for in either file."""
    client = opened()
    client.open(PY, CODE)
    line = next(number for number, text in enumerate(CODE.split("\n")) if '"prices.fetch"' in text)
    column = CODE.split("\n")[line].index("prices") + 2
    from_python = client.call("textDocument/prepareCallHierarchy", at(line, column, PY))
    (pipeline,) = client.call("textDocument/prepareCallHierarchy", at(3, 24))
    assert from_python == [pipeline]
    assert (pipeline["name"], pipeline["uri"], pipeline["kind"]) == ("prices.fetch", PY, 5)
    calls = client.call("callHierarchy/incomingCalls", {"item": pipeline})
    step = calls[0]["from"]
    assert (step["name"], step["uri"], lines([{"uri": GROUP, "range": calls[0]["fromRanges"][0]}])) == (
        "a",
        GROUP,
        [(GROUP, "prices.fetch")],
    )
    assert client.call("callHierarchy/outgoingCalls", {"item": pipeline}) is None
    (call,) = client.call("callHierarchy/outgoingCalls", {"item": step})
    assert call["to"] == pipeline


def test_names_are_completed_under_a_decorator() -> None:
    """In an open Python file, where a group runs a pipeline that nobody registers."""
    client = opened(text=TEXT + "- {name: b, pipeline: prices.missing}\n")
    code = 'from spine.framework.registry import register_pipeline\n@register_pipeline("'
    project = project_of({"jobs/prices.py": CODE, "jobs/new.py": code})
    index = GroupIndex().with_file("group.yaml", indexed(client.session.snapshot().workspace.documents[GROUP]))
    client.session.change_project(replace(project, groups=index))
    uri = "file:///jobs/new.py"
    client.open(uri, code)
    found = client.call("textDocument/completion", at(1, 20, uri))
    assert [item["label"] for item in found["items"]] == ["prices.missing"]
    assert found["items"][0]["textEdit"]["newText"] == "prices.missing"
    assert client.call("textDocument/completion", at(0, 0, uri)) is None
    assert client.call("textDocument/completion", at(0, 0, "file:///gone.py")) is None
