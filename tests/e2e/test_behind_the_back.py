"""Files that change behind the editor's back: every answer afterwards is that of a server that was started after it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.server.rawclient import RawClient, did_change

GROUP = """\
kind: PipelineGroup
name: daily
steps:
- {name: fetch, pipeline: prices.fetch}
- {name: report, pipeline: prices.report, depends_on: [fetch]}
"""
PIPELINE = """\
from spine.framework.registry import register_pipeline
from spine.framework.pipelines import Pipeline


@register_pipeline("prices.fetch")
class Fetch(Pipeline):
    pass
"""
REFRESHING = {"workspace": {"codeLens": {"refreshSupport": True}}}
WATCHING = {
    "workspace": {
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
        "codeLens": {"refreshSupport": True},
    }
}


PUBLISH = "textDocument/publishDiagnostics"
MOST_TRIES = 1_000


class Workspace:
    """A folder on the disk, and servers that read it."""

    def __init__(self, top: Path, stack: ExitStack) -> None:
        self.top = top
        self._stack = stack

    def write(self, name: str, text: str) -> None:
        file = self.top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def uri(self, name: str) -> str:
        return (self.top / name).as_uri()

    def connected(self, capabilities: dict[str, Any], *folders: str) -> RawClient:
        """A server for these folders, which has read nothing yet."""
        return self._started(capabilities, *(folders or ("",)))

    def alone(self, capabilities: dict[str, Any]) -> RawClient:
        """A server without a folder."""
        return self._started(capabilities)

    def _started(self, capabilities: dict[str, Any], *folders: str) -> RawClient:
        code = "from spine_lsp.cli.serving import serve_and_exit; serve_and_exit()"
        client = RawClient([sys.executable, "-c", code])
        self._stack.callback(client.kill)
        named = [{"uri": self.uri(folder), "name": folder} for folder in folders]
        client.initialize(capabilities, workspaceFolders=named)
        return client

    def server(self, capabilities: dict[str, Any] | None = None, *folders: str) -> RawClient:
        """A server that has read the folders, whose client has the group open."""
        client = self.connected(capabilities or REFRESHING, *folders)
        client.open(self.uri("daily.yaml"), GROUP)
        client.until(lambda message: message.get("method") == "workspace/codeLens/refresh")
        return client


def answers(client: RawClient, uri: str) -> dict[str, Any]:
    """All that a client is told of the workspace."""

    def asked(method: str, **params: Any) -> Any:
        return client.call(method, params)

    document = {"textDocument": {"uri": uri}}
    return {
        "groups": asked("workspace/executeCommand", command="spine.listGroups", arguments=[{}]),
        "symbols": asked("workspace/symbol", query=""),
        "outline": asked("textDocument/documentSymbol", **document),
        "hover": asked("textDocument/hover", position={"line": 3, "character": 30}, **document),
        "definition": asked("textDocument/definition", position={"line": 3, "character": 30}, **document),
        "lenses": asked("textDocument/codeLens", **document),
    }


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A group of which one pipeline is registered, and another group."""
    with ExitStack() as stack:
        made = Workspace(tmp_path, stack)
        made.write("daily.yaml", GROUP)
        made.write("other/weekly.yaml", GROUP.replace("daily", "weekly"))
        made.write("src/prices/pipelines.py", PIPELINE)
        yield made


def change_much(workspace: Workspace) -> list[str]:
    """Edit, create, rename and delete files and folders; answers the paths that a watcher would tell."""
    workspace.write("src/prices/pipelines.py", PIPELINE.replace("prices.fetch", "prices.report"))
    workspace.write("new/deep/hourly.yaml", GROUP.replace("daily", "hourly"))
    workspace.write("new/deep/jobs.py", PIPELINE.replace("prices.fetch", "prices.hourly"))
    workspace.write(".gitignore", "ignored\n")
    workspace.write("ignored/x.yaml", GROUP.replace("daily", "ignored"))
    (workspace.top / "other").rename(workspace.top / "moved")
    workspace.write("gone.yaml", GROUP)
    (workspace.top / "gone.yaml").unlink()
    return [
        "src/prices/pipelines.py",
        "new/deep/hourly.yaml",
        "new/deep/jobs.py",
        ".gitignore",
        "other/weekly.yaml",
        "moved/weekly.yaml",
        "gone.yaml",
    ]


def published(client: RawClient, uri: str) -> Any:
    """What was published last for a document."""
    found = [one["params"] for one in client.received_so_far() if one.get("method") == PUBLISH]
    return [one["diagnostics"] for one in found if one["uri"] == uri][-1]


def expect_fresh(workspace: Workspace, client: RawClient, *folders: str) -> None:
    """The answers of a server, and what it publishes, become those of one that has just been started."""
    uri = workspace.uri("daily.yaml")
    fresh = workspace.server(None, *folders)
    for _ in range(MOST_TRIES):
        expected, found = (
            {**answers(server, uri), "diagnostics": published(server, uri)} for server in (fresh, client)
        )
        if found == expected and len(expected["symbols"]) > 3:  # a busy server may still be reading
            break
    assert found == expected
    assert len(expected["symbols"]) > 3


def test_a_client_that_watches_nothing(workspace: Workspace) -> None:
    """A request finds all that has changed, and the diagnostics follow."""
    client = workspace.server()
    change_much(workspace)
    expect_fresh(workspace, client)
    (workspace.top / ".gitignore").unlink()
    workspace.write("src/prices/pipelines.py", PIPELINE)
    shutil.rmtree(workspace.top / "new")
    expect_fresh(workspace, client)


def test_a_client_that_watches(workspace: Workspace) -> None:
    """It is asked to tell of the files of its folders, and what it tells is one change."""
    client = workspace.server(WATCHING)
    asked = client.until(lambda one: one.get("method") == "client/registerCapability")["params"]
    [registration] = asked["registrations"]
    patterns = {one["globPattern"]["pattern"] for one in registration["registerOptions"]["watchers"]}
    assert "**/*.{yaml,yml,py}" in patterns
    changes = [{"uri": workspace.uri(name), "type": 2} for name in change_much(workspace)]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    client.until(lambda message: message.get("method") == "workspace/codeLens/refresh")
    expect_fresh(workspace, client)


def test_files_and_folders_that_the_editor_moves(workspace: Workspace) -> None:
    """File operations, and folders of the workspace that come and go."""
    client = workspace.server(None, "src", "other")
    (workspace.top / "other/weekly.yaml").rename(workspace.top / "src/weekly.yaml")
    files = [{"oldUri": workspace.uri("other/weekly.yaml"), "newUri": workspace.uri("src/weekly.yaml")}]
    client.notify("workspace/didRenameFiles", {"files": files})
    expect_fresh(workspace, client, "src", "other")
    workspace.write("third/more.yaml", GROUP.replace("daily", "third"))
    event = {
        "added": [{"uri": workspace.uri("third"), "name": "third"}],
        "removed": [{"uri": workspace.uri("other"), "name": "other"}],
    }
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    expect_fresh(workspace, client, "src", "third")


def test_open_texts_of_both_kinds_win(workspace: Workspace) -> None:
    """Typed Python is what steps can run, saved or not; closed without saving, the disk says it again."""
    client = workspace.server()
    uri, python = workspace.uri("daily.yaml"), workspace.uri("src/prices/pipelines.py")
    client.open(python, PIPELINE.replace("prices.fetch", "prices.report"))
    client.until(lambda one: _reports(one, uri, "prices.fetch"))
    client.send(did_change(python, 2, {"text": PIPELINE.replace("prices.fetch", "prices.none")}))
    client.until(lambda one: _reports(one, uri, "prices.fetch", "prices.report"))
    client.notify("textDocument/didClose", {"textDocument": {"uri": python}})
    client.until(lambda one: _reports(one, uri, "prices.report"))
    assert "unknown-key" not in str(client.received_so_far())


def _reports(message: dict[str, Any], uri: str, *pipelines: str) -> bool:
    """Whether these pipelines, and no others, are published as unknown."""
    if message.get("method") != PUBLISH or message["params"]["uri"] != uri:
        return False
    found = [one["message"] for one in message["params"]["diagnostics"] if one["code"] == "unknown-pipeline"]
    return len(found) == len(pipelines) and all(
        pipeline in said for pipeline, said in zip(pipelines, found, strict=True)
    )


def test_a_checkout_is_one_change(workspace: Workspace) -> None:
    """However many files it changes, the client is asked once for its views."""
    for number in range(1_000):
        workspace.write(f"many/g{number}.yaml", GROUP.replace("daily", f"g{number}"))
    client = workspace.server(WATCHING)
    changes = []
    for number in range(1_000):
        workspace.write(f"many/g{number}.yaml", GROUP.replace("daily", f"h{number}"))
        changes.append({"uri": workspace.uri(f"many/g{number}.yaml"), "type": 2})
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    client.until(lambda message: message.get("method") == "workspace/codeLens/refresh")
    groups = client.call("workspace/executeCommand", {"command": "spine.listGroups", "arguments": [{}]})
    assert sum(entry["group"].startswith("h") for entry in groups["groups"]) == 1_000
    again = [one for one in client.received_so_far() if one.get("method") == "workspace/codeLens/refresh"]
    assert again == []


def test_a_scan_that_is_cancelled_claims_nothing(workspace: Workspace) -> None:
    """The progress of a long scan can be cancelled; the server goes on with what it knows."""
    for number in range(2_000):
        workspace.write(f"many/g{number}.yaml", GROUP.replace("daily", f"g{number}"))
    client = workspace.connected({"window": {"workDoneProgress": True}})
    token = client.until(lambda one: one.get("method") == "window/workDoneProgress/create")["params"]["token"]
    client.notify("window/workDoneProgress/cancel", {"token": token})
    end = client.until(lambda one: one.get("method") == "$/progress" and one["params"]["value"]["kind"] == "end")
    assert end["params"]["token"] == token
    client.open(workspace.uri("daily.yaml"), GROUP)
    assert client.published(workspace.uri("daily.yaml"))["diagnostics"] == []
