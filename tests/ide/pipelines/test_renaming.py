"""Rename of a pipeline: the literal in Python and every step, or a sentence why not."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import indexed
from spine_lsp.analysis.project import Project
from spine_lsp.ide.pipelines.renaming import WideRenaming
from spine_lsp.ide.rename import Refusal, Renameable, prepare_rename, rename
from spine_lsp.syntax.text import Edit, Text, apply_edits
from tests.fixture import Fixture, fixture
from tests.ide.pipelines.workspaces import group

HEAD = "from spine.framework.pipelines import Pipeline\nfrom spine.framework.registry import register_pipeline\n"


def applied(fix: Fixture, done: WideRenaming, others: dict[str, str]) -> dict[str, str]:
    """The texts of all files after the edits."""
    texts = {f"file:///{path}": text for path, text in fix.python.items()} | others
    texts |= {uri: document.text.source for uri, document in fix.workspace.documents.items()}
    edits: dict[str, list[Edit]] = {}
    for place, text in done.edits:
        edits.setdefault(place.uri, []).append(Edit(place.place.start, place.place.end, text))
    return {uri: apply_edits(texts[uri], found) for uri, found in edits.items()}


def test_both_sides_get_the_new_name() -> None:
    """The decorator, the class's own name, steps of Python, of open files in their quotes, and of files on disk."""
    fix = group('name: g\nsteps: [{name: a, pipeline: "prices.fe$0tch"}, {name: b, pipeline: prices.fetch}]\n')
    other = 'name: o\nsteps:\n- {name: é, pipeline: "prices.fetch"} # é\n- {name: y, pipeline: prices.fetch}\n'
    document = Document.read("file:///other.yaml", None, Text(other))
    groups = fix.workspace.project.groups.with_file("other.yaml", indexed(document))
    project = Project(fix.workspace.project.python, ready=True, groups=groups)
    workspace = fix.workspace.with_project(project)
    ready = prepare_rename(workspace, fix.at)
    assert isinstance(ready, Renameable)
    assert ready.name == "prices.fetch"
    done = rename(workspace, fix.at, "market.fetch")
    assert isinstance(done, WideRenaming)
    texts = applied(fix, done, {"file:///other.yaml": other})
    assert texts == {
        "file:///group.yaml": fix.source.replace("prices.fetch", "market.fetch"),
        "file:///other.yaml": other.replace("prices.fetch", "market.fetch"),
        "file:///jobs/prices.py": fix.python["jobs/prices.py"].replace("prices.fetch", "market.fetch"),
    }


def test_the_own_name_of_a_class_goes_along() -> None:
    """As the name that is registered and that of the class have to agree; a constant is renamed once."""
    code = f'{HEAD}NAME = "a.b"\n\n@register_pipeline(NAME)\nclass A(Pipeline):\n    name = NAME\n'
    fix = fixture(f"#- /p.py\n{code}\n#- /g.yaml\nname: g\nsteps: [{{name: a, pipeline: a$0.b}}]\n")
    done = rename(fix.workspace, fix.at, "a.c")
    assert isinstance(done, WideRenaming)
    assert applied(fix, done, {})["file:///p.py"] == fix.python["p.py"].replace("a.b", "a.c")


@pytest.mark.parametrize(
    ("code", "new", "reason"),
    [
        ('@register_pipeline("a.b")\nclass A(Pipeline): ...\n', "a b", "cannot be a pipeline"),
        ('@register_pipeline("a.b")\nclass A(Pipeline): ...\n', "", "cannot be a pipeline"),
        (
            '@register_pipeline("a.b")\nclass A(Pipeline): ...\n@register_pipeline("a.c")\nclass B(Pipeline): ...\n',
            "a.c",
            "there is already a pipeline `a.c`",
        ),
        (
            '@register_pipeline("a.b")\nclass A(Pipeline): ...\n@register_pipeline("a.b")\nclass B(Pipeline): ...\n',
            "a.c",
            "is registered more than once",
        ),
        ('D = "a"\n@register_pipeline(f"{D}.b")\nclass A(Pipeline): ...\n', "a.c", "is put together"),
        ('@register_pipeline("other")\nclass A(Pipeline): ...\n', "a.c", "has its name from the Python code"),
    ],
)
def test_a_rename_that_cannot_be_right_is_refused(code: str, new: str, reason: str) -> None:
    """With the reason, before anything is changed."""
    fix = fixture(f"#- /p.py\n{HEAD}{code}\n#- /g.yaml\nname: g\nsteps: [{{name: a, pipeline: a$0.b}}]\n")
    done = rename(fix.workspace, fix.at, new)
    assert isinstance(done, Refusal)
    assert reason in done.reason


def test_a_name_behind_an_alias_and_a_text_that_changed_are_refused() -> None:
    """An edit there would change what it was not asked to."""
    fix = group("name: g\nsteps: [{name: a, pipeline: &p prices.fe$0tch}, {name: b, pipeline: *p}]\n")
    done = rename(fix.workspace, fix.at, "x.y")
    assert isinstance(done, Refusal)
    assert "anchor" in done.reason
    fix = group("name: g\nsteps: [{name: a, pipeline: prices.fe$0tch}]\n")
    moved = "# one more line\n" + fix.python["jobs/prices.py"]
    workspace = fix.workspace.with_document("file:///jobs/prices.py", 2, Text(moved), None)
    done = rename(workspace, fix.at, "x.y")
    assert isinstance(done, Refusal)
    assert "changed just now" in done.reason
