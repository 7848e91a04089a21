"""Diagnostics of the whole workspace, for a client that asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_behind_the_back import GROUP, PIPELINE, Workspace
from tests.server.rawclient import RawClient

CAN = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}
METHOD = "workspace/diagnostic"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Two groups, one pipeline of theirs, and YAML of others."""
    with ExitStack() as stack:
        made = Workspace(tmp_path, stack)
        made.write("daily.yaml", GROUP)
        made.write("deep/weekly.yaml", GROUP.replace("daily", "weekly"))
        made.write("src/pipelines.py", PIPELINE)
        made.write("compose.yaml", "services: {}\n")
        yield made


def asked(client: RawClient, previous: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """The reports by the names of the files."""
    ids = [{"uri": uri, "value": value} for uri, value in (previous or {}).items()]
    answer = client.call(METHOD, {"identifier": "spine", "previousResultIds": ids})
    return {item["uri"]: item for item in answer["items"]}


def codes(report: dict[str, Any]) -> list[str]:
    return [item["code"] for item in report["items"]]


def test_closed_files_are_reported_and_what_is_known_is_not(workspace: Workspace) -> None:
    """Each with its id; an open document is none of them, a file that is gone has nothing left."""
    client = workspace.connected(CAN)
    daily, weekly, python = map(workspace.uri, ("daily.yaml", "deep/weekly.yaml", "src/pipelines.py"))
    found = asked(client)
    assert {uri: codes(report) for uri, report in found.items()} == {
        daily: ["unknown-pipeline"],
        weekly: ["unknown-pipeline"],
        python: [],
    }
    assert all(report["version"] is None for report in found.values())
    ids = {uri: report["resultId"] for uri, report in found.items()}
    assert {report["kind"] for report in asked(client, ids).values()} == {"unchanged"}
    client.open(daily, GROUP)
    workspace.write("deep/weekly.yaml", GROUP.replace("daily", "weekly").replace("prices.report", "prices.fetch"))
    for _ in range(1_000):
        if (changed := asked(client, ids))[weekly]["kind"] == "full":
            break
    assert (set(changed), changed[weekly]["kind"]) == ({weekly, python}, "full")
    assert codes(changed[weekly]) == []
    (workspace.top / "deep/weekly.yaml").unlink()
    for _ in range(1_000):
        if (gone := asked(client, ids)[weekly])["kind"] == "full":
            break
    assert gone["items"] == []


def test_parts_follow_for_as_long_as_the_question_stands(workspace: Workspace) -> None:
    """A client that takes parts gets all at first and then what is new, and no answer until it gives up."""
    client = workspace.connected(CAN)
    weekly = workspace.uri("deep/weekly.yaml")
    question = client.start_request(METHOD, {"previousResultIds": [], "partialResultToken": "t"})

    def part(uri: str) -> Any:
        def has(message: dict[str, Any]) -> bool:
            params = message.get("params") or {}
            return message.get("method") == "$/progress" and any(
                item["uri"] == uri for item in params["value"].get("items", ())
            )

        items = client.until(has)["params"]["value"]["items"]
        return next(item for item in items if item["uri"] == uri)

    assert codes(part(weekly)) == ["unknown-pipeline"]
    workspace.write("src/pipelines.py", PIPELINE + PIPELINE.replace("prices.fetch", "prices.report"))
    changes = [{"uri": workspace.uri("src/pipelines.py"), "type": 2}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    assert codes(part(weekly)) == []
    python = workspace.uri("src/pipelines.py")
    twice = PIPELINE + PIPELINE.split("\n\n", 1)[1]
    workspace.write("src/pipelines.py", twice)
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    assert codes(part(python))
    client.open(python, twice)
    assert codes(part(python)) == []  # an open one is asked for by itself, under another registration
    client.notify("$/cancelRequest", {"id": question})
    assert client.answer(question)["error"]["code"] == -32800
    last = client.start_request(METHOD, {"previousResultIds": [], "partialResultToken": "u"})
    assert client.shut_down() == 0
    assert client.answer(last)["error"]["code"] == -32800


def test_without_a_folder_there_is_nothing(workspace: Workspace) -> None:
    """A client that has only files open is answered too."""
    client = workspace.alone(CAN)
    assert asked(client) == {}
