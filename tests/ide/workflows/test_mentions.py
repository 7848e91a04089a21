"""Functions and workflows that steps name: offered, found, described and checked across the files of a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.disk.project_files import ProjectFiles
from spine_lsp.ide.code_actions import code_actions
from spine_lsp.ide.completion.completion import completions
from spine_lsp.ide.cursor import At
from spine_lsp.ide.definition import FileTarget, Target, definition
from spine_lsp.ide.hover.hover import hover
from spine_lsp.ide.hover.markup import render
from spine_lsp.ide.references import references, references_elsewhere
from spine_lsp.syntax.text import Text, apply_edits

HANDLERS = '''\
from shop.other import moved

LIMIT = 5


def clean(ctx, config):
    """Cleans the rows.

    All of them.
    """


def ok(ctx): ...


class Tool:
    def run(self, ctx, config):
        """Runs."""
'''
PART = """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: {name}
spec:
  steps:
    - name: each
      type: map
      items_path: $.x
      iterator_workflow: {part}
    - name: tidy
      type: lambda
      handler_ref: shop.handlers:clean
"""
STEP = """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: w
spec:
  steps:
    - name: a
      {lines}
"""


class Folder:
    """A folder of files, read as the server reads it, and one open file, `w.yaml`, with a cursor."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.files = ProjectFiles(pytest.fail)
        for name, text in {
            "shop/__init__.py": "",
            "shop/handlers.py": HANDLERS,
            "shop/other.py": 'def moved(ctx, config):\n    """Moved here."""\n',
            "b.yaml": PART.format(name="b", part="c"),
            "c.yaml": PART.format(name="c", part="w"),
        }.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def uri(self, name: str) -> str:
        return (self.top / name).as_uri()

    def open(self, marked: str) -> tuple[Workspace, At]:
        """The workspace with the open file, and the place of its `^`."""
        offset = marked.index("^")
        uri, text = self.uri("w.yaml"), Text(marked.replace("^", ""))
        path = path_of(uri)
        top = path_of(self.top.as_uri())
        assert path is not None
        assert top is not None
        for work in (self.files.scan([top]), self.files.opened(path, Document.read(uri, 1, text))):
            for _ in work:
                pass
        workspace = Workspace().with_document(uri, 1, text, None).with_project(self.files.project)
        return workspace, At(uri, offset)

    def step(self, lines: str) -> tuple[Workspace, At]:
        return self.open(STEP.format(lines=lines.replace("\n", "\n      ")))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def codes(workspace: Workspace, at: At) -> list[str]:
    document = workspace.documents[at.uri]
    return [f"{each.code}: {each.message}" for each in diagnose(document, project=workspace.project)]


@pytest.mark.parametrize(
    ("reference", "place", "words"),
    [
        ("shop.handlers:cl^ean", ("shop/handlers.py", 5), ["clean(ctx, config)", "Cleans the rows.", "All of them."]),
        ("shop.handlers:To^ol.run", ("shop/handlers.py", 16), ["run(self, ctx, config)", "Runs."]),
        ("shop.handlers:To^ol", ("shop/handlers.py", 15), ["Tool"]),
        ("shop.handlers:mo^ved", ("shop/other.py", 0), ["Moved here.", "other.py:1"]),
        ("shop.handlers:cle^an_all", ("shop/handlers.py", 0), ["defines no"]),
        ("elsewhere.x:cl^ean", None, ["not in the workspace"]),
    ],
)  # fmt: skip
def test_a_reference_leads_to_its_function(
    folder: Folder, reference: str, place: tuple[str, int] | None, words: list[str]
) -> None:
    """Through imports too, into files that mention nothing of Spine; of one that is unknown, into its module."""
    workspace, at = folder.step(f"type: lambda\nhandler_ref: {reference}")
    found = definition(workspace, at)
    if place is None:
        assert found is None
    else:
        assert found is not None
        (target,) = found.targets
        assert isinstance(target, FileTarget)
        assert (target.uri, target.name_place.line) == (folder.uri(place[0]), place[1])
    shown = hover(workspace, at)
    assert shown is not None
    text = render(shown, markdown=True).replace("\\", "")
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("shop.handlers:^clean", ""),
        ("shop.handlers:^moved", ""),
        ("shop.handlers:^Tool.run", ""),
        ("shop.handlers:^claen", "`shop.handlers` defines no `claen`"),
        ("shop.handlers:^LIMIT", "`shop.handlers:LIMIT` is no function"),
        ("shop.handlres:^clean", "`shop` has no module `handlres`"),
        ("shop.made_later:^clean", ""),
        ("elsewhere:^clean", ""),
    ],
)
def test_what_names_nothing_is_told(folder: Folder, reference: str, said: str) -> None:
    """Of files that mention nothing of Spine too; nothing of what may be made or installed elsewhere."""
    workspace, at = folder.step(f"type: lambda\nhandler_ref: {reference}")
    found = codes(workspace, at)
    assert len(found) == bool(said)
    assert all(each.startswith(f"unresolved-reference: {said}") for each in found)


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        ('type: lambda\nhandler_ref: "shop.handlers:^"', ["shop.handlers:clean", "shop.handlers:ok"]),
        ("type: lambda\nhandler_ref: shop.handlers:c^", ["shop.handlers:clean", "shop.handlers:ok"]),
        ('type: choice\ncondition_ref: "shop.handlers:^"', ["shop.handlers:ok", "shop.handlers:clean"]),
        ("type: lambda\nhandler_ref: ^", ["shop.handlers:clean", "shop.handlers:ok", "shop.other:", "shop:"]),
        ("type: map\niterator_workflow: ^", ["b", "c"]),
    ],
)  # fmt: skip
def test_functions_and_workflows_are_offered(folder: Folder, lines: str, labels: list[str]) -> None:
    """Those with as many arguments as the key wants first; of modules that nobody named only their names."""
    workspace, at = folder.step(lines)
    items = completions(workspace, at).items
    assert [item.label for item in items] == labels
    begun = next((item for item in items if item.label == "shop:"), None)
    assert begun is None or (begun.insert, begun.retrigger) == ('"shop:$0"', True)


def test_who_names_a_function_is_found_in_every_file(folder: Folder) -> None:
    """Open or not, with the function itself."""
    workspace, at = folder.step("type: lambda\nhandler_ref: shop.handlers:cl^ean")
    assert len(references(workspace, at)) == 1
    found = references_elsewhere(workspace, at, with_definition=True)
    assert [(place.uri, place.place.line) for place in found] == [
        (folder.uri("shop/handlers.py"), 5),
        (folder.uri("b.yaml"), 12),
        (folder.uri("c.yaml"), 12),
    ]


def test_a_workflow_is_found_from_where_it_is_run_and_back(folder: Folder) -> None:
    """From the step to the name, and from the name to the steps."""
    workspace, at = folder.step("type: map\nitems_path: $.x\niterator_workflow: b^")
    found = definition(workspace, at)
    assert found is not None
    (target,) = found.targets
    assert isinstance(target, FileTarget)
    assert (target.uri, target.name_place.line) == (folder.uri("b.yaml"), 3)
    shown = hover(workspace, at)
    assert shown is not None
    assert "b.yaml" in render(shown, markdown=True)
    workspace, at = folder.open(PART.format(name="w^", part="b"))
    (use,) = references_elsewhere(workspace, at)
    assert use.uri == folder.uri("c.yaml")
    workspace, at = folder.open(PART.format(name="w", part="w^"))
    found = definition(workspace, at)
    assert found is not None
    assert isinstance(found.targets[0], Target)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("w", "`w` would run itself for each item, without end"),
        ("b", "`w` → `b` → `c` → `w`: each runs the next, so a run would never end"),
        ("c", "`w` → `c` → `w`: each runs the next, so a run would never end"),
    ],
)
def test_a_workflow_that_comes_back_to_itself_is_told_with_the_way(folder: Folder, part: str, said: str) -> None:
    """Through the other files, and no more once one of them changes."""
    text = PART.format(name="w", part=f"^{part}")
    assert f"recursive-workflow: {said}" in codes(*folder.open(text))
    folder.write("c.yaml", PART.format(name="c", part="elsewhere"))
    changed = codes(*folder.open(text))
    assert any(each.startswith("recursive-workflow") for each in changed) == (part == "w")


def test_a_sub_workflow_that_is_misspelt_is_told_and_mended(folder: Folder) -> None:
    """Once all files are read; with a name that is there, and never with that of the workflow itself."""
    folder.write("d.yaml", PART.format(name="prices.daily", part="b"))
    text = PART.format(name="prices.dailly", part="prices.dialy^")
    workspace, at = folder.open(text)
    said = "no workflow is called `prices.dialy`; did you mean `prices.daily`?"
    assert f"unknown-workflow: {said}" in codes(workspace, at)
    offered = code_actions(workspace, at.uri, Span(at.offset, at.offset), ["quickfix"])
    (fix,) = (each for each in offered if each.title.startswith("Change to"))
    changed = apply_edits(text.replace("^", ""), fix.edits[at.uri])
    assert changed == text.replace("prices.dialy^", "prices.daily")
    reading = workspace.with_project(replace(workspace.project, ready=False))
    assert not any(each.startswith("unknown-workflow") for each in codes(reading, at))
    alone, at = folder.open(PART.format(name="harbor.fortnight", part="harbor.fortnihgt^"))
    assert not any(each.startswith("unknown-workflow") for each in codes(alone, at))
