"""Settings: of the editor and of files, applied at once, and faults in them said once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.soak.inside import Inside

REFRESHING = {
    "configuration": True,
    "codeLens": {"refreshSupport": True},
    "inlayHint": {"refreshSupport": True},
}
GROUP = "kind: PipelineGroup\nname: g\nsteps:\n- {name: a, pipeline: p, depends_on: [b]}\n"
BLOCKED = (
    "kind: PipelineGroup\nname: g\nsteps:\n- {name: a, pipeline: p, depends_on: [zzzz]}\n"
    "- {name: b, pipeline: p, depends_on: [a]}\n"
)


def opened(client: Inside, path: Path, text: str) -> str:
    uri = path.as_uri()
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    return uri


def codes(client: Inside, uri: str) -> list[str]:
    return [each["code"] for each in client.shown.get(uri, {}).get("diagnostics", [])]


def messages(client: Inside) -> list[str]:
    return [each["params"]["message"] for each in client.told if each["method"] == "window/showMessage"]


@pytest.mark.parametrize(
    ("settings", "refreshed"),
    [
        ({"codeLens": {"dependents": True}}, ["workspace/codeLens/refresh"]),
        ({"inlayHints": {"order": False}}, ["workspace/inlayHint/refresh"]),
        ({"rules": {"blocked-step": "off"}}, []),
        ({}, []),
    ],
)
def test_views_are_refreshed_when_their_settings_change(settings: dict[str, object], refreshed: list[str]) -> None:
    """Each view alone, and none where nothing changed."""
    client = Inside({"workspace": REFRESHING})
    client.told.clear()
    for _ in range(2):
        client.notify("workspace/didChangeConfiguration", {"settings": {"spine": settings}})
    assert [message["method"] for message in client.told] == refreshed


def test_settings_are_asked_for_where_they_are_not_sent() -> None:
    """At the start, and when a notification has none; a client that cannot be asked is not."""
    client = Inside({"workspace": REFRESHING})
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    assert [message["method"] for message in client.told] == ["workspace/configuration"] * 2
    silent = Inside()
    silent.notify("workspace/didChangeConfiguration", {"settings": None})
    assert silent.told == []


def test_what_is_not_set_any_more_is_what_it_was_at_the_start() -> None:
    """A later word of the editor replaces the one before; the initialization options stay below it."""
    client = Inside(initializationOptions={"completion": {"limit": 7}, "client": {"commands": []}})

    def limit() -> int:
        return client.session.snapshot().settings_of("file:///x.yaml").completion_limit

    assert limit() == 7
    for settings, expected in (({"completion": {"limit": 9}}, 9), ({}, 7)):
        client.notify("workspace/didChangeConfiguration", {"settings": {"spine": settings}})
        assert limit() == expected
    assert messages(client) == []


def test_a_fault_in_the_settings_is_one_message_and_costs_nothing_else() -> None:
    """Said once, however often the client sends it; keys of the clients are none of the server's business."""
    client = Inside()
    given: dict[str, Any] = {
        "rules": {"blokced-step": "off", "late-definition": "hint"},
        "inlayHnts": {},
        "server": {"python": "x"},
        "trace": {"server": "off"},
        "graph": {"direction": "auto"},
    }
    for _ in range(2):
        client.notify("workspace/didChangeConfiguration", {"settings": {"spine": given}})
    assert messages(client) == [
        "Spine's settings: there is no rule `blokced-step`; did you mean `blocked-step`? (and 1 more fault)"
    ]
    assert client.session.snapshot().settings_of("file:///x").rules == {"late-definition": "hint"}


@pytest.mark.parametrize("name", ["spine-lsp.toml", "pyproject.toml"])
def test_the_nearest_file_holds_for_a_document(tmp_path: Path, name: str) -> None:
    """Two documents under two files, one server."""
    (tmp_path / "quiet" / "deep").mkdir(parents=True)
    header = "[tool.spine-lsp]\n" if name == "pyproject.toml" else ""
    (tmp_path / "quiet" / name).write_text(f"{header}rules.blocked-step = 'off'\ncodeLens.order = false\n")
    client = Inside()
    quiet = opened(client, tmp_path / "quiet" / "deep" / "g.yaml", BLOCKED)
    loud = opened(client, tmp_path / "g.yaml", BLOCKED)
    assert codes(client, quiet) == ["unknown-dependency"]
    assert codes(client, loud) == ["unknown-dependency", "blocked-step"]

    def lenses(uri: str) -> int:
        return len(client.call("textDocument/codeLens", {"textDocument": {"uri": uri}}))

    assert lenses(quiet) == lenses(loud) - 1


def test_a_file_applies_when_it_is_saved(tmp_path: Path) -> None:
    """Whoever wrote it: the editor that says so, or another program before some other file is saved."""
    client = Inside({"workspace": REFRESHING})
    uri = opened(client, tmp_path / "g.yaml", BLOCKED)
    assert codes(client, uri) == ["unknown-dependency", "blocked-step"]
    client.told.clear()
    config = tmp_path / "spine-lsp.toml"
    for text, expected in (
        ("rules.blocked-step = 'off'", ["unknown-dependency"]),
        ("rules.blocked-step = ", ["unknown-dependency"]),  # until it can be read again
        ("inlayHints.order = 'all'", ["unknown-dependency", "blocked-step"]),
    ):
        config.write_text(text)
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        assert codes(client, uri) == expected
    assert [each["method"] for each in client.told] == [
        "window/showMessage",
        "workspace/inlayHint/refresh",
    ]
    assert messages(client) == [f"{config}: line 1: this is no valid TOML: invalid value at the end"]


def test_an_open_file_of_configuration_has_its_diagnostics(tmp_path: Path) -> None:
    """While it is typed, in the place of a message; nothing else of ours is offered in it."""
    config = tmp_path / "spine-lsp.toml"
    client = Inside()
    uri = opened(client, config, "dialect = 'pipeline'\ninlayHnts.order = 'all'\n")
    assert codes(client, uri) == ["configuration"]
    shown = client.shown[uri]["diagnostics"][0]
    assert shown["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 9}}
    assert shown["message"] == "there is no option `inlayHnts`; did you mean `inlayHints`?"
    place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    assert client.call("textDocument/completion", place) is None
    change = {
        "textDocument": {"uri": uri, "version": 2},
        "contentChanges": [{"text": "dialect = 'pipeline'"}],
    }
    client.notify("textDocument/didChange", change)
    assert codes(client, uri) == []
    assert messages(client) == []


def test_a_fault_in_a_closed_file_is_one_message(tmp_path: Path) -> None:
    """With the place, when the first document below it is opened."""
    (tmp_path / "pyproject.toml").write_text("[tool.spine-lsp]\ndialect = 'pipelin'\nzzz = 1\n")
    client = Inside()
    for name in ("a.yaml", "b.yaml"):
        opened(client, tmp_path / name, GROUP)
    assert messages(client) == [
        (
            f"{tmp_path / 'pyproject.toml'}: line 2: `dialect` must be `auto`, `pipeline` or `operation`, not"
            " `pipelin`; did you mean `pipeline`? (and 1 more fault)"
        )
    ]
