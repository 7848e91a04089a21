"""The list of groups: all open documents, with their numbers."""

from __future__ import annotations

from typing import Any

from spine_lsp.ide.commands.groups import list_groups, to_json
from tests.fixture import fixture

FILES = """
#- /b.yaml
name: flat
steps:
  - {name: a, pipeline: p, depends_on: [nowhere]}
---
apiVersion: spine.io/v1
kind: PipelineGroup
metadata: {name: nested, domain: d, version: 7}
spec:
  pipelines:
    - {name: x, pipeline: p}
    - {name: y, pipeline: p, depends_on: [x]}
#- /a.yaml
name: first
domain: [1]
version: true
steps: [{name: a, pipeline: p}]
#- /ci.yaml
jobs: {}
"""


def test_all_groups_of_all_documents() -> None:
    """Each group with its version, domain, number of steps and of problems; other YAML is not listed."""
    fix = fixture(FILES)
    answer: dict[str, Any] = to_json(
        list_groups(fix.workspace), lambda document, span: document.text.source[slice(*span)]
    )
    drawn = [
        (g["uri"], g["group"], g["version"], g["domain"], g["steps"], g["problems"]) for g in answer["groups"]
    ]
    assert drawn == [
        ("file:///a.yaml", "first", None, None, 1, 2),
        ("file:///b.yaml", "flat", 1, None, 1, 1),
        ("file:///b.yaml", "nested", 7, "d", 2, 0),
    ]
    assert " ".join(answer["groups"][0]) == "group version domain uri range steps problems"
    assert answer["groups"][2]["range"].startswith("apiVersion")
    assert answer["groups"][1]["range"].endswith("[nowhere]}")


def test_no_documents() -> None:
    """With nothing open there is no group."""
    assert to_json(list_groups(fixture("jobs: {}").workspace), lambda *_: None) == {"groups": []}


def test_the_groups_of_one_document() -> None:
    """A client that follows the cursor asks for those of the file at hand."""
    workspace = fixture(FILES).workspace
    assert [entry.group for entry in list_groups(workspace, "file:///b.yaml")] == ["flat", "nested"]
    assert list_groups(workspace, "file:///ci.yaml") == list_groups(workspace, "file:///no.yaml") == ()
