"""Files of configuration that are not open: what is wrong in them is shown there, and gone when it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_behind_the_back import GROUP, PUBLISH, Workspace
from tests.server.pull.test_closed_files import CAN, asked
from tests.server.rawclient import RawClient

WRONG = '[project]\nname = "x"\n\n[tool.spine-lsp]\n"é" = 1\ninclud = ["*.yaml"]\n'
MENDED = '[project]\nname = "x"\n\n[tool.spine-lsp]\ninclude = ["*.yaml"]\n'
KEY = {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 6}}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A group below a folder with a wrong file of configuration, and another such file in a folder without any."""
    with ExitStack() as stack:
        made = Workspace(tmp_path, stack)
        made.write("pyproject.toml", WRONG)
        made.write("deep/daily.yaml", GROUP)
        made.write("other/spine-lsp.toml", 'index.enabled = "no"\n')
        yield made


def tell(client: RawClient, *uris: str) -> None:
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2} for uri in uris]})


def is_told(uri: str, *messages: str) -> Any:
    """Whether a message publishes diagnostics of a file that begin so."""

    def wanted(message: dict[str, Any]) -> bool:
        params = message.get("params") or {}
        if message.get("method") != PUBLISH or params["uri"] != uri:
            return False
        found = [one["message"] for one in params["diagnostics"]]
        return len(found) == len(messages) and all(map(str.startswith, found, messages))

    return wanted


def test_a_client_that_is_told_gets_them_without_opening_anything(workspace: Workspace) -> None:
    """At the place of the key; they go when the file is mended, and when it is gone."""
    client = workspace.connected({})
    project, other = workspace.uri("pyproject.toml"), workspace.uri("other/spine-lsp.toml")
    wrong = "there is no option `é`", "there is no option `includ`; did you mean `include`?"
    told = client.until(is_told(project, *wrong))["params"]
    assert told["diagnostics"][1]["range"] == KEY
    assert "version" not in told
    client.until(is_told(other, "`index.enabled` must be true or false"))
    workspace.write("pyproject.toml", MENDED)
    (workspace.top / "other/spine-lsp.toml").unlink()
    tell(client, project, other)
    client.until(is_told(project))
    client.until(is_told(other))
    workspace.write("pyproject.toml", MENDED.replace("include", "exclud"))
    tell(client, project)
    client.until(is_told(project, "there is no option `exclud`"))


def test_an_open_one_says_what_the_editor_shows(workspace: Workspace) -> None:
    """And again what the disk has when it is closed without being saved."""
    client = workspace.connected({})
    project = workspace.uri("pyproject.toml")
    client.until(is_told(project, "there", "there"))
    client.open(project, MENDED)
    client.until(is_told(project))
    client.notify("textDocument/didClose", {"textDocument": {"uri": project}})
    client.until(is_told(project, "there", "there"))


def test_a_client_that_asks_gets_them_with_the_workspace(workspace: Workspace) -> None:
    """And nothing unasked; a file that is open is not among them."""
    client = workspace.connected(CAN)
    project, other = workspace.uri("pyproject.toml"), workspace.uri("other/spine-lsp.toml")
    found = asked(client)
    assert [one["range"] for one in found[project]["items"]][1] == KEY
    assert [one["code"] for one in found[other]["items"]] == ["configuration"]
    ids = {uri: report["resultId"] for uri, report in found.items()}
    workspace.write("pyproject.toml", MENDED)
    tell(client, project)
    for _ in range(1_000):
        if (report := asked(client, ids)[project])["kind"] == "full":
            break
    assert report["items"] == []
    client.open(other, "")
    assert asked(client, ids).get(other, {"items": []})["items"] == []
    assert not [one for one in client.received_so_far() if one.get("method") == PUBLISH]
