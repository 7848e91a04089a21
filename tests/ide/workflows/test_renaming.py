"""Functions and workflows renamed in every file that names them, from YAML, schedules and open files or closed ones."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.disk.config_files import system_path
from spine_lsp.disk.documents import read_python
from spine_lsp.disk.project_files import ProjectFiles
from spine_lsp.ide.cursor import At
from spine_lsp.ide.pipelines.places import FilePlace
from spine_lsp.ide.pipelines.python_documents import python_definition, python_references
from spine_lsp.ide.pipelines.renaming import WideRenaming
from spine_lsp.ide.references import references, references_elsewhere
from spine_lsp.ide.rename import Refusal, Renameable, Renaming, prepare_rename, rename
from spine_lsp.ide.schedules import (
    prepare_schedule_rename,
    rename_schedule_target,
    schedule_definition,
    schedule_references,
)
from spine_lsp.syntax.text import Edit, Text, apply_edits
from tests.soak.inside import Inside

HANDLERS = '''\
"""clean is a word here."""
from functools import wraps
import shop.other

__all__ = ["clean", "ok"]


def clean(ctx, config):
    """clean: stays."""
    return ctx.clean(clean=config)


def ok(ctx):
    clean = 5
    return [clean for clean in ctx] and (lambda clean: clean)


class Cleaner:
    def clean(self):
        return clean(self, {})

    again = clean


HOOKS = {"clean": clean, "x": lambda c: clean(c, "shop.handlers:clean")}
'''
USER = """\
# é clean
from shop.handlers import (
    clean,  # clean
    ok as fine,
)
from shop import handlers as h
import shop.handlers


def run(clean=clean):
    return clean, h.clean, shop.handlers.clean, other.clean


def again():
    x = "é"; return x, clean(1, 2), 'shop.handlers.clean'
"""
APART = "def clean(): ...\n\n\nclean()\n"
WORKFLOW = """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: {name}
spec:
  steps:
    - name: a
      type: map
      items_path: $.x
      iterator_workflow: "{part}"
    - {{name: b, type: lambda, handler_ref: 'shop.handlers:clean'}} # clean
    - name: c
      type: lambda
      handler_ref: shop:clean
    - name: d
      type: choice
      condition_ref: shop.handlers:ok
      then_step: b
    - name: e
      type: lambda
      handler_ref: shop.handlers.clean
"""
BUILT = """\
from spine.orchestration import Step, Workflow
from shop.handlers import clean

outer = Workflow(name="built.outer", steps=[
    Step.map("m", items_path="$.x", iterator_workflow="part.one"),
    Step.lambda_("n", clean),
])
"""
SCHEDULES = """\
schedules:
  - name: nightly
    workflow: part.one  # part.one
    cron: "0 6 * * *"
  - {name: other, workflow: 'built.outer', interval: 5}
"""


class Folder:
    """A folder read as the server reads it, of which some files are open."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.texts: dict[str, str] = {}
        for name, text in {
            "shop/__init__.py": "from shop.handlers import clean, ok\n",
            "shop/handlers.py": HANDLERS,
            "shop/other.py": APART,
            "shop/user.py": USER,
            "jobs/built.py": BUILT,
            "main.yaml": WORKFLOW.format(name="main", part="part.one"),
            "part.yaml": WORKFLOW.format(name="part.one", part="built.outer").replace("\n", "\r\n"),
            "schedules.yaml": SCHEDULES,
            "foreign.yaml": "on: part.one\njobs: [part.one, 'shop.handlers:clean']\n",
        }.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        self.texts[name] = text

    def uri(self, name: str) -> str:
        return (self.top / name).as_uri()

    def open(self, *names: str) -> Workspace:
        files = ProjectFiles(pytest.fail)
        top = path_of(self.top.as_uri())
        assert top is not None
        for _ in files.scan([top]):
            pass
        workspace = Workspace()
        for name in names:
            text = Text(self.texts[name])
            for _ in files.opened(path_of(self.uri(name)) or "", Document.read(self.uri(name), 1, text)):
                pass
            workspace = workspace.with_document(self.uri(name), 1, text, None)
        return workspace.with_project(files.project)

    def at(self, name: str, marked: str) -> At:
        """The place of the `^` in a stretch of a file."""
        before, after = marked.split("^")
        return At(self.uri(name), self.texts[name].index(before + after) + len(before))

    def after(self, done: object) -> dict[str, str]:
        """The texts of the files that a rename changes."""
        assert isinstance(done, WideRenaming), done
        edits: dict[str, list[Edit]] = {}
        for place, text in done.edits:
            edits.setdefault(place.uri, []).append(Edit(place.place.start, place.place.end, text))
        return {
            name: apply_edits(text, edits.pop(self.uri(name)))
            for name, text in self.texts.items()
            if self.uri(name) in edits
        }

    def said(self, places: tuple[FilePlace, ...]) -> list[str]:
        """The lines of places, by file."""
        return sorted(f"{place.uri.rpartition('/')[2]}:{place.place.line + 1}" for place in places)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_function_is_renamed_in_python_and_in_every_workflow(folder: Folder) -> None:
    """Its definition, imports, uses and `__all__`; not what has the same name and is another thing."""
    workspace = folder.open("main.yaml", "shop/user.py")
    at = folder.at("main.yaml", "'shop.handlers:cle^an'")
    ready = prepare_rename(workspace, at)
    assert isinstance(ready, Renameable)
    start, end = ready.span
    assert (ready.name, folder.texts["main.yaml"][start:end]) == ("clean", "clean")
    done = rename(workspace, at, "tidy", read_python)
    assert isinstance(done, WideRenaming)
    assert "Python" in done.label
    after = folder.after(done)
    in_yaml = {":clean": ":tidy", "handlers.clean": "handlers.tidy"}
    expected = {
        "shop/__init__.py": "from shop.handlers import tidy, ok\n",
        "shop/handlers.py": HANDLERS.replace('["clean"', '["tidy"')
        .replace("def clean(ctx, config)", "def tidy(ctx, config)")
        .replace("return clean(self", "return tidy(self")
        .replace('"clean": clean, "x": lambda c: clean(c, "s', '"clean": tidy, "x": lambda c: tidy(c, "s')
        .replace('handlers:clean")', 'handlers:tidy")'),
        "shop/user.py": USER.replace("    clean,  #", "    tidy,  #")
        .replace("(clean=clean)", "(clean=tidy)")
        .replace("h.clean, shop.handlers.clean, other", "h.tidy, shop.handlers.tidy, other")
        .replace("clean(1, 2), 'shop.handlers.clean'", "tidy(1, 2), 'shop.handlers.tidy'"),
        "jobs/built.py": BUILT.replace("clean", "tidy"),
    }  # fmt: skip
    for name in ("main.yaml", "part.yaml"):
        text = folder.texts[name]
        for old, new in in_yaml.items():
            text = text.replace(old, new)
        expected[name] = text
    assert after == expected
    for name, text in after.items():
        if name.endswith(".py"):
            ast.parse(text)
    for name, text in after.items():
        folder.write(name, text)
    renamed = folder.open("main.yaml")
    found = diagnose(renamed.documents[folder.uri("main.yaml")], project=renamed.project)
    before = diagnose(workspace.documents[folder.uri("main.yaml")], project=workspace.project)
    assert [(each.code, each.start) for each in found if each.code == "unresolved-reference"] == [
        (each.code, each.start - 3 + 1) for each in before if each.code == "unresolved-reference"
    ]


def test_a_function_is_renamed_from_another_module_that_hands_it_on(folder: Folder) -> None:
    """The same edits, whichever of its references was asked about."""
    workspace = folder.open("main.yaml")
    one = rename(workspace, folder.at("main.yaml", "shop:cle^an"), "tidy", read_python)
    other = rename(workspace, folder.at("main.yaml", "shop.handlers:cle^an"), "shop.handlers:tidy", read_python)
    assert folder.after(one) == folder.after(other)


@pytest.mark.parametrize(
    ("python", "new", "reason"),
    [
        (HANDLERS, "ok", "`ok` is already the name of something in"),
        (HANDLERS, "no name", "cannot be a function"),
        (HANDLERS, "class", "cannot be a function"),
        (
            HANDLERS + "\n\ndef f():\n    global clean\n",
            "tidy",
            "is no function of the workspace that is known",
        ),
        (
            HANDLERS + "\n\ntry: ...\nexcept ValueError as clean: ...\n",
            "tidy",
            "binds the name to something else",
        ),
        (
            HANDLERS.replace("def clean(ctx", "from shop.other import clean as ware\ndef ware(ctx"),
            "x",
            "no function",
        ),
        (
            "from shop.other import clean as ok\nfrom shop.other import clean as clean\n",
            "ok",
            "is already the name",
        ),
    ],
)
def test_a_function_that_cannot_be_renamed_for_sure_stays(folder: Folder, python: str, new: str, reason: str) -> None:
    """With the reason in a sentence."""
    folder.write("shop/handlers.py", python)
    workspace = folder.open("main.yaml")
    done = rename(workspace, folder.at("main.yaml", "'shop.handlers:cle^an'"), new, read_python)
    assert isinstance(done, Refusal), done
    assert reason in done.reason


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("def (", "user.py names it and cannot be read"),
        ("def f():\n    global clean\n    clean = 5\n", "of user.py binds it in a scope around"),
    ],
)
def test_a_file_whose_uses_cannot_be_told_keeps_a_function_from_being_renamed(
    folder: Folder, more: str, reason: str
) -> None:
    """They would be lost."""
    folder.write("shop/user.py", f"{USER}\n{more}")
    workspace = folder.open("main.yaml")
    done = rename(workspace, folder.at("main.yaml", "'shop.handlers:cle^an'"), "tidy", read_python)
    assert isinstance(done, Refusal)
    assert reason in done.reason


PLACES = [
    ("main.yaml", 'iterator_workflow: "part^.one"'),
    ("part.yaml", "name: part^.one"),
    ("schedules.yaml", "workflow: part.o^ne"),
]


@pytest.mark.parametrize(("name", "marked"), PLACES)
@pytest.mark.parametrize("others", [(), ("part.yaml",), ("main.yaml", "schedules.yaml")])
def test_a_workflow_is_renamed_in_every_file_that_names_it(
    folder: Folder, name: str, marked: str, others: tuple[str, ...]
) -> None:
    """Open or not; comments and files of others stay."""
    workspace = folder.open(*dict.fromkeys((name, *others)))
    at = folder.at(name, marked)
    in_list = name == "schedules.yaml"
    ready = (prepare_schedule_rename if in_list else prepare_rename)(workspace, at)
    assert isinstance(ready, Renameable)
    assert ready.name == "part.one"
    done = rename_schedule_target(workspace, at, "p.two") if in_list else rename(workspace, at, "p.two")
    assert folder.after(done) == {
        "main.yaml": folder.texts["main.yaml"].replace("part.one", "p.two"),
        "part.yaml": folder.texts["part.yaml"].replace("part.one", "p.two"),
        "jobs/built.py": BUILT.replace("part.one", "p.two"),
        "schedules.yaml": SCHEDULES.replace("workflow: part.one", "workflow: p.two"),
    }


def test_a_workflow_that_python_builds_is_renamed_there(folder: Folder) -> None:
    """As the literal that names it is plain."""
    workspace = folder.open("part.yaml")
    done = rename(workspace, folder.at("part.yaml", '"built^.outer"'), "built.new")
    assert set(folder.after(done)) == {"part.yaml", "jobs/built.py", "schedules.yaml"}


def test_names_that_are_taken_or_shared_are_not_given(folder: Folder) -> None:
    """Of two workflows of one name the header is renamed alone, which parts them again."""
    workspace = folder.open("part.yaml")
    at = folder.at("part.yaml", "name: part^.one")
    for new, reason in {
        "main": "already a workflow",
        "a b": "cannot be a workflow",
        "yes": "cannot be a",
    }.items():
        done = rename(workspace, at, new)
        assert isinstance(done, Refusal)
        assert reason in done.reason
    folder.write("copy.yaml", WORKFLOW.format(name="part.one", part="main"))
    workspace = folder.open("part.yaml", "main.yaml", "copy.yaml")
    assert isinstance(prepare_rename(workspace, folder.at("main.yaml", 'iterator_workflow: "part^.one"')), Refusal)
    alone = rename(workspace, folder.at("copy.yaml", "name: part^.one"), "a name of its own")
    assert isinstance(alone, Renaming)
    assert len(alone.edits) == 1


def test_a_group_that_a_schedule_runs_is_renamed_with_it(folder: Folder) -> None:
    """Where no workflow has the name."""
    folder.write("group.yaml", "name: old.group\nsteps: [{name: a, pipeline: p}]\n")
    folder.write("more.yaml", "schedules:\n- {name: s, workflow: old.group, cron: '@daily'}\n")
    workspace = folder.open("group.yaml")
    done = rename(workspace, folder.at("group.yaml", "old^.group"), "new.group")
    assert set(folder.after(done)) == {"group.yaml", "more.yaml"}


def test_who_names_a_workflow_is_found_from_all_sides(folder: Folder) -> None:
    """From its header, a step, a schedule and Python, with its definition."""
    expected = ["built.py:5", "main.yaml:10", "part.yaml:4", "schedules.yaml:3"]
    for name, marked in PLACES:
        workspace = folder.open(name)
        at = folder.at(name, marked)
        if name == "schedules.yaml":
            own, elsewhere = schedule_references(workspace, at, with_definition=True)
            assert schedule_definition(workspace, at) is not None
        else:
            own = references(workspace, at, with_definition=True)
            elsewhere = references_elsewhere(workspace, at, with_definition=True)
        lines = [workspace.documents[one.uri].text.line_of(one.span.start) + 1 for one in own]
        found = [f"{one.uri.rpartition('/')[2]}:{line}" for one, line in zip(own, lines, strict=True)]
        assert sorted([*found, *folder.said(elsewhere)]) == expected
    workspace = folder.open("jobs/built.py", "main.yaml")
    at = folder.at("jobs/built.py", 'iterator_workflow="part^.one"')
    assert folder.said(python_references(workspace, at, with_definition=True)) == expected
    assert folder.said(python_definition(workspace, at)) == ["part.yaml:4"]
    at = folder.at("jobs/built.py", '"built^.outer"')
    assert folder.said(python_references(workspace, at, with_definition=False)) == [
        "part.yaml:10",
        "schedules.yaml:5",
    ]


def test_the_steps_that_name_a_function_are_found_from_its_definition(folder: Folder) -> None:
    """By whichever module they name it."""
    workspace = folder.open("shop/handlers.py", "main.yaml")
    found = python_references(workspace, folder.at("shop/handlers.py", "def cle^an(ctx"), with_definition=False)
    assert folder.said(found) == ["main.yaml:11", "main.yaml:14", "part.yaml:11", "part.yaml:14"]
    assert python_references(workspace, folder.at("shop/handlers.py", "class Clea^ner"), with_definition=False) == ()


def test_a_file_that_changed_since_it_was_read_is_not_written_over(folder: Folder) -> None:
    """Its places are those of another text."""
    workspace = folder.open("main.yaml", "schedules.yaml")
    uri = folder.uri("schedules.yaml")
    path = system_path(path_of(uri) or "")
    Path(path).write_text("# more\n" + SCHEDULES, encoding="utf-8")
    moved = workspace.with_document(uri, 2, Text("# more\n" + SCHEDULES), None)
    done = rename(moved, folder.at("main.yaml", '"part^.one"'), "p.two")
    assert folder.after(done)["schedules.yaml"].count("p.two") == 1


def test_the_server_shows_the_edits_before_they_are_made(folder: Folder) -> None:
    """In Python files that it reads from the disk, in steps and in schedules; each with an annotation."""
    workspace = folder.open("main.yaml", "schedules.yaml")
    asking = {"documentChanges": True, "changeAnnotationSupport": {}}
    client = Inside({"workspace": {"workspaceEdit": asking}})
    client.session.change_project(workspace.project)
    for name, marked, new, label, changed in (
        ("main.yaml", "'shop.handlers:cle^an'", "tidy", "Python", 6),
        ("schedules.yaml", "workflow: part.o^ne", "p.two", "workflow", 4),
    ):
        client.open(folder.uri(name), folder.texts[name])
        text = Text(folder.texts[name])
        line, character = text.position(folder.at(name, marked).offset, "utf-16")
        place = {
            "textDocument": {"uri": folder.uri(name)},
            "position": {"line": line, "character": character},
        }
        assert client.call("textDocument/prepareRename", place)["placeholder"]
        edit = client.call("textDocument/rename", {**place, "newName": new})
        (annotation,) = edit["changeAnnotations"].values()
        assert annotation["needsConfirmation"]
        assert label in annotation["label"]
        assert len(edit["documentChanges"]) == changed
        assert all(each["newText"] == new for change in edit["documentChanges"] for each in change["edits"])
