"""A new file for a pipeline that is not written yet."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import cast

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.pipelines import pipelines_of
from spine_lsp.analysis.span import Span
from spine_lsp.ide.code_actions import Action, code_actions
from spine_lsp.ide.pipelines.skeleton import added, places
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.syntax.text import Edit
from tests.fixture import Fixture, fixture, project_of
from tests.ide.pipelines.workspaces import group


def apply(source: str, edits: list[Edit]) -> str:
    """A text with all edits made."""
    for edit in reversed(edits):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source


def created(fix: Fixture) -> list[Action]:
    found = code_actions(fix.workspace, fix.uri, Span(fix.at.offset, fix.at.offset), ["quickfix"])
    return [action for action in found if action.new_file is not None]


def test_the_new_file_registers_the_pipeline_with_the_parameters_of_the_step() -> None:
    """Beside the file whose names are most like it; with it nothing is left to report."""
    fix = group(
        "name: g\nsteps:\n- name: a\n  pipeline: prices.pub$0lish_all\n"
        '  params: {day: "2026-01-09", n: 3, batch_id: x, ratio: 0.5, "not a name": 1}\n'
    )
    (action,) = created(fix)
    assert action.title == "Create the pipeline `prices.publish_all` in `publish_all.py`"
    made = action.new_file
    assert made is not None
    assert made.uri == "file:///jobs/publish_all.py"
    ast.parse(made.text)
    assert max(map(len, made.text.split("\n"))) <= 100
    project = project_of({**fix.python, "jobs/publish_all.py": made.text})
    codes = {finding.code for finding in diagnose(fix.document, project=project)}
    assert codes == {"overwritten-parameter", "unknown-parameter"}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("prices.prices", "prices_2.py"),
        ("prices.class", "pipeline_class.py"),
        ("prices/2nd", "pipeline_2nd.py"),
        ("other.thing", "thing.py"),
    ],
)
def test_the_file_has_a_name_that_is_free_and_can_be_imported(name: str, file: str) -> None:
    """Whatever the pipeline is called."""
    (action,) = created(group(f"name: g\nsteps: [{{name: a, pipeline: $0{name}}}]\n"))
    assert action.new_file is not None
    assert action.new_file.name == file
    ast.parse(action.new_file.text)


def test_nothing_is_made_where_nothing_is_known_to_be_missing() -> None:
    """A pipeline that is there, one that cannot be written so, and a workspace without Python."""
    assert created(group("name: g\nsteps: [{name: a, pipeline: prices.fe$0tch}]\n")) == []
    assert created(group('name: g\nsteps: [{name: a, pipeline: "a $0b"}]\n')) == []
    assert created(fixture("name: g\nsteps: [{name: a, pipeline: prices.$0nope}]\n")) == []


MODULES = {
    "empty": "",
    "a docstring alone": '"""Jobs."""\n',
    "a comment alone": "# jobs",
    "without an end of the last line": "from spine.framework.pipelines import Pipeline\nX = 1",
    "names under others": "from spine.framework.registry import register_pipeline as rp\nimport spine as s\n",
    "all there": (
        "from spine.framework.params import ParamDef, PipelineSpec\n"
        "from spine.framework.pipelines import Pipeline, PipelineResult\n"
        "from spine.framework.registry import register_pipeline\n"
    ),
    "imports over several lines": "from __future__ import annotations\nfrom os import (\n    path,\n)\n\nX = 1\n",
    "with a main": 'import os\n\n\ndef main(): ...\n\n\nif __name__ == "__main__":\n    main()\n',
    "a class of the name": "class PublishAll: ...\n\n\nclass PublishAllPipeline: ...\n",
    "lines of Windows": "import os\r\n\r\nX = 1\r\n",
    "imports after others": "X = 1\nimport os\n",
    "a decorator first": "@print\nclass A: ...\n",
    "blanks at the end": "import os\n\n\n\n   \n",
}


@pytest.mark.parametrize("source", MODULES.values(), ids=MODULES)
@pytest.mark.parametrize("params", [None, {"day": "2026-01-09", "n": 3}], ids=["without", "with"])
def test_a_file_that_exists_registers_the_pipeline_too(source: str, params: dict[str, object] | None) -> None:
    """Whatever is in it stays, every name is imported once, and the pipeline is known with its parameters."""
    edits = added(source, "prices.publish_all", params)
    assert edits is not None
    text = apply(source, edits)
    tree = ast.parse(text)
    assert ("\r\n" in source) == ("\r\n" in text)
    assert text.count("\r\n") in (0, text.count("\n"))
    kept = [ast.dump(each) for each in ast.parse(source).body]
    assert [each for each in map(ast.dump, tree.body) if each in kept] == kept
    classes = [each.name for each in tree.body if isinstance(each, ast.ClassDef)]
    assert len(classes) == len(set(classes))
    imported = [alias.name for each in tree.body if isinstance(each, ast.ImportFrom) for alias in each.names]
    assert len(imported) == len(set(imported))
    new = [each.module for each in tree.body if isinstance(each, ast.ImportFrom) and ast.dump(each) not in kept]
    assert len(new) == len(set(new))  # one statement for each module
    compile(text, "p.py", "exec")  # what comes from the future stands first
    index = project_of({"p.py": text}).python
    assert index is not None
    (registration,) = index.named("prices.publish_all")
    assert [each.name for each in registration.signature.parameters] == list(params or {})


def test_the_edit_can_be_undone_and_a_file_that_does_not_parse_has_none() -> None:
    """All edits are of one text, in order, and do not overlap."""
    assert added("def f(:", "a.b", None) is None
    edits = added("import os\n", "a.b", None)
    assert edits is not None
    assert all(one.end <= other.start for one, other in pairwise(edits))


def test_the_files_to_choose_from_begin_with_the_likeliest() -> None:
    """Those that register pipelines of the same domain, no tests, and a new one at the end."""
    head = "from spine.framework import Pipeline, register_pipeline\n"

    def module(*names: str) -> str:
        return head + "".join(
            f"@register_pipeline({name!r})\nclass C{n}(Pipeline): ...\n" for n, name in enumerate(names)
        )

    files = {
        "a.py": module("other.one"),
        "b/prices.py": module("prices.load"),
        "c/daily.py": module("prices.daily.load", "prices.daily.clean"),
        "tests/test_a.py": module("prices.daily.fake"),
        "d.py": head,
    }
    found = places(pipelines_of(cast("PipelineIndex", project_of(files).python)), "prices.daily.publish")
    assert [(each.path, each.is_new) for each in found] == [
        ("c/daily.py", False),
        ("b/prices.py", False),
        ("a.py", False),
        ("c/publish.py", True),
    ]
    assert places(pipelines_of(cast("PipelineIndex", project_of(files).python)), "no name\n") == []
