"""The list of groups: those of open documents with their numbers, and those of other files."""

from __future__ import annotations

from typing import Any

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import indexed
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.uris import uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.groups import list_groups, to_json
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.syntax.text import Text
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
        list_groups(fix.workspace), lambda document, span: document and document.text.source[slice(*span)]
    )
    drawn = [(g["uri"], g["group"], g["version"], g["domain"], g["steps"], g["problems"]) for g in answer["groups"]]
    assert drawn == [
        ("file:///a.yaml", "first", None, None, 1, 2),
        ("file:///b.yaml", "flat", 1, None, 1, 1),
        ("file:///b.yaml", "nested", 7, "d", 2, 0),
    ]
    assert " ".join(answer["groups"][0]) == "group version domain uri open range steps problems"
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


def with_files(workspace: Workspace, files: dict[str, str]) -> Workspace:
    """A workspace that knows these files beside its open documents."""
    groups = workspace.project.groups
    for path, text in files.items():
        groups = groups.with_file(path, indexed(Document.read(uri_of(path), None, Text(text))))
    return workspace.with_project(Project(ready=True, groups=groups))


def test_groups_of_files_that_are_not_open() -> None:
    """They are listed by what is known of them; of a file that is open its document counts, whatever was saved."""
    saved = "name: saved\nsteps: [{name: x, pipeline: p}]\n"
    workspace = with_files(
        fixture(FILES).workspace, {"b.yaml": saved, "ab.yaml": "# \u00e9\n" + saved, "z.yaml": saved}
    )
    entries = list_groups(workspace)
    assert [(entry.uri[8:], entry.group, entry.document is not None) for entry in entries] == [
        ("a.yaml", "first", True),
        ("ab.yaml", "saved", False),
        ("b.yaml", "flat", True),
        ("b.yaml", "nested", True),
        ("z.yaml", "saved", False),
    ]
    assert (entries[1].steps, entries[1].problems) == (1, None)
    assert isinstance(entries[1].where, SourcePlace)
    assert entries[1].where.range("utf-8") == ((1, 0), (2, 31))
    assert [entry.group for entry in list_groups(workspace, "file:///z.yaml")] == ["saved"]


def test_a_file_of_a_kind_that_is_not_read_holds_no_group() -> None:
    """Though there is something to say of it."""
    fix = fixture("apiVersion: spine.io/v1\nkind: Schedule\nmetadata: {name: s}\nspec: {}\n")
    assert [finding.code for finding in diagnose(fix.document)] == ["unknown-kind"]
    assert list_groups(fix.workspace, fix.uri) == ()
