"""The call hierarchy between steps and pipelines, across files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spine_lsp.analysis.group_index import GroupIndex, indexed
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.call_hierarchy import CallItem
from spine_lsp.ide.cursor import At
from spine_lsp.ide.pipelines.calls import pipelines_at, pipelines_run_by, steps_that_run
from tests.fixture import Fixture, fixture, project_of

FILES = """
#- /a.yaml
kind: PipelineGroup
name: a
steps:
- {name: one, pipeline: prices.$0fetch}
- {name: two, pipeline: gone}
- {pipeline: prices.fetch}
#- /b.yaml
kind: PipelineGroup
name: b
steps:
- {name: other, pipeline: prices.fetch}
#- /jobs/p.py
from spine.framework.registry import register_pipeline
from spine.orchestration import PipelineGroup, PipelineStep
@register_pipeline("prices.fetch")
class Fetch: ...
GROUP = PipelineGroup(name="built", steps=[PipelineStep("in_python", "prices.fetch")])
"""


def workspace() -> tuple[Fixture, Workspace]:
    """The files, of which `b.yaml` is not open."""
    fix = fixture(FILES)
    groups = GroupIndex()
    for uri, document in fix.workspace.documents.items():
        groups = groups.with_file(path_of(uri) or "", indexed(document))
    known = fix.workspace.without_document("file:///b.yaml")
    return fix, known.with_project(replace(project_of(fix.python), groups=groups))


def test_a_step_leads_to_its_pipeline() -> None:
    """To the class, from the name that the step gives; to nothing where the pipeline or the step is not there."""
    fix, known = workspace()
    (call,) = pipelines_run_by(known, "file:///a.yaml", 0, "one")
    place = call.item.place  # type: ignore[union-attr]  # a pipeline
    assert (call.item.name, call.item.detail, place.uri) == (
        "prices.fetch",
        "Fetch · p.py",
        "file:///jobs/p.py",
    )
    assert fix.python["jobs/p.py"][place.place.start : place.place.end] == "Fetch"
    text = known.documents["file:///a.yaml"].text.source
    assert text[call.where.place.start : call.where.place.end] == "prices.fetch"
    for name in ("two", "gone"):
        assert pipelines_run_by(known, "file:///a.yaml", 0, name) == ()


def test_a_pipeline_is_called_by_its_steps() -> None:
    """Of open files, of those that are not open, and of groups built in Python."""
    _, known = workspace()
    calls = list(steps_that_run(known, "prices.fetch"))
    assert [(call.item.name, call.item.detail) for call in calls] == [
        ("one", "prices.fetch · level 1"),
        ("a step without a name", "a · a.yaml"),
        ("other", "b · b.yaml"),
        ("in_python", "built · p.py"),
    ]
    assert [isinstance(call.item, CallItem) for call in calls] == [True, False, False, False]
    assert [call.item.name for call in steps_that_run(known, "gone")] == ["two"]


@pytest.mark.parametrize("named", ["yaml", "decorator", "class"])
def test_a_hierarchy_begins_on_either_side(named: str) -> None:
    """At the name in YAML, at the one under the decorator, at the class; nowhere else in Python."""
    fix, known = workspace()
    source = fix.python["jobs/p.py"]
    known = known.with_document("file:///jobs/p.py", 1, fixture(f"#- /x.yaml\n{source}").document.text, None)
    places = {
        "yaml": fix.at,
        "decorator": At("file:///jobs/p.py", source.index("prices.fetch")),
        "class": At("file:///jobs/p.py", source.index("Fetch")),
    }
    assert [item.name for item in pipelines_at(known, places[named])] == ["prices.fetch"]
    assert pipelines_at(known, At("file:///jobs/p.py", 0)) == ()
    assert pipelines_at(known, At("file:///a.yaml", 0)) == ()
