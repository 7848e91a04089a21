"""A new file for a pipeline that is not written yet."""

from __future__ import annotations

import ast

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.span import Span
from spine_lsp.ide.code_actions import Action, code_actions
from tests.fixture import Fixture, fixture, project_of
from tests.ide.pipelines.workspaces import group


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
