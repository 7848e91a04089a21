"""Requests about pipelines, whose places lie in Python files that need not be open."""

from __future__ import annotations

from typing import Any

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
