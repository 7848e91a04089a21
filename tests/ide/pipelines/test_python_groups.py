"""Groups that are built in Python, in the editor: as those of a file, at their places in the code."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st

from spine_lsp.analysis.project import Project
from spine_lsp.analysis.python_view import PythonView
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.group_graph import compare_graphs, graph_of
from spine_lsp.ide.commands.live import Live, live_text
from spine_lsp.ide.commands.resolved_order import resolved_order
from spine_lsp.ide.cursor import At
from spine_lsp.ide.hover.markup import FileLink, Paragraph, render
from spine_lsp.ide.pipelines.python_documents import (
    group_lenses,
    python_definition,
    python_hover,
    python_outline,
    python_references,
    resolve_group_lens,
)
from spine_lsp.ide.pipelines.python_groups import python_view, seen, view_of_text
from spine_lsp.ide.symbols import OutlineItem
from spine_lsp.pysource.declarations import PythonGroup
from spine_lsp.pysource.places import NOWHERE, SourcePlace
from spine_lsp.pysource.targets import Spot
from spine_lsp.syntax.text import Text
from tests.fixture import project_of

URI = "file:///jobs/daily.py"
SOURCE = '''\
from spine.framework.registry import register_pipeline
from spine.framework.pipelines import Pipeline
from spine.framework.params import ParamDef, PipelineSpec
from spine.orchestration import ExecutionPolicy, PipelineGroup, PipelineStep, register_group

NAME = "prices.daily"
FIRST = [PipelineStep("fetch", "prices.fetch", params={"day": "2026-01-09", "limit": 3})]


@register_pipeline("prices.fetch")
class Fetch(Pipeline):
    """Fetches prices."""

    spec = PipelineSpec({"day": ParamDef("day", str, "The day")}, {"limit": ParamDef("limit", int, "At most")})


daily = PipelineGroup(
    name=NAME,
    steps=[
        *FIRST,
        PipelineStep(name="clean", pipeline="prices.clean", depends_on=["fetch"]),
        PipelineStep("report", "prices.report", depends_on=["clean", "nope"]),
    ],
    defaults={"tag": f"{NAME}!"},
    policy=ExecutionPolicy.parallel(max_concurrency=2),
)

weekly = PipelineGroup.from_steps("prices.weekly", [PipelineStep("again", "prices.fetch", params={"day": today()})])
loose = PipelineGroup("prices.loose", make_steps())
'''


def opened(source: str = SOURCE, project: Project | None = None) -> Workspace:
    """The workspace of one open Python file, of which all has been read."""
    workspace = Workspace().with_document(URI, 1, Text(source), None)
    return workspace.with_project(project or project_of({"jobs/daily.py": source}))


def at(marked: str) -> At:
    """The place of `$` in a piece of the source."""
    before, _, after = marked.partition("$")
    assert SOURCE.count(before + after) == 1, marked
    return At(URI, SOURCE.index(before + after) + len(before))


def text(place: SourcePlace) -> str:
    return SOURCE[place.start : place.end]


def test_the_order_is_that_of_the_group() -> None:
    """With merged parameters, levels, policy, and what keeps the rest from running."""
    workspace = seen(opened(), URI)
    order = resolved_order(workspace, URI, "prices.daily")
    assert order is not None
    assert order.levels == (("fetch",), ("clean",))
    assert (order.policy.max_concurrency, order.defaults) == (2, {"tag": "prices.daily!"})
    assert [step.name for step in order.blocked] == ["report"]
    assert "unknown-dependency" in [problem.code for problem in order.problems]
    view = python_view(opened(), URI)
    assert view is not None
    assert [text(view.place(step.span)) for step in order.steps] == [
        'PipelineStep("fetch", "prices.fetch", params={"day": "2026-01-09", "limit": 3})',
        'PipelineStep(name="clean", pipeline="prices.clean", depends_on=["fetch"])',
    ]
    other = resolved_order(workspace, URI, "prices.weekly")
    assert other is not None
    assert other.steps[0].params["day"][0] == "today()"
    assert resolved_order(workspace, URI, "prices.loose") is None


def test_the_graph_is_that_of_the_group_and_is_compared() -> None:
    """With the group in another text of the file."""
    workspace = opened()
    graph = graph_of(seen(workspace, URI), URI, "prices.daily")
    assert graph is not None
    assert [node.name for node in graph.model.nodes] == ["fetch", "clean", "report", "nope"]
    before = view_of_text(workspace, URI, SOURCE.replace(', depends_on=["fetch"]', ""))
    assert before is not None
    compared = compare_graphs(seen(workspace, URI), URI, before.document.text.source, "prices.daily")
    assert compared is not None
    assert compared.edge_changes == {("fetch", "clean"): "added"}
    assert "prices.daily" in live_text(seen(workspace, URI), Live("spine-order", URI, "prices.daily"))


@pytest.mark.parametrize(
    ("marked", "said", "shown"),
    [
        ('PipelineStep("fe$tch", "prices', "fetch", "level 1"),
        ('depends_on=["fet$ch"])', "fetch", "level 1"),
        ('"day": "2026-01-09", "li$mit"', "limit", "At most"),
        ('"no$pe"', "nope", "Steps of this group"),
    ],
)
def test_hover_says_what_it_says_in_a_file(marked: str, said: str, shown: str) -> None:
    """Of steps, dependencies and parameters; on the word, with links into the Python file."""
    found = python_hover(opened(), at(marked))
    assert found is not None
    assert found.span is not None
    assert SOURCE[found.span.start : found.span.end] == said
    assert shown in render(found, markdown=False, link=lambda link: None)
    for part in (part for block in found.blocks if isinstance(block, Paragraph) for part in block.text):
        if isinstance(part, FileLink) and part.uri == URI:
            assert text(part.place) in (part.text, "limit")


def test_definition_and_references_lead_through_the_code() -> None:
    """From a dependency to its step, from a step to what waits for it, from a parameter to its specification."""
    workspace = opened()
    assert [text(each.place) for each in python_definition(workspace, at('depends_on=["fet$ch"])'))] == ["fetch"]
    (target,) = python_definition(workspace, at('"li$mit": 3'))
    assert SOURCE[target.place.start - 1 :].startswith('"limit": ParamDef')
    for with_definition in (True, False):
        found = python_references(workspace, at('name="cle$an"'), with_definition=with_definition)
        assert [text(each.place) for each in found] == ["clean"] * (1 + with_definition)
    assert python_definition(workspace, at("make_st$eps()")) == ()


def test_the_outline_has_groups_and_steps() -> None:
    """Those that are known whole; every name lies in what it names, wherever that is written."""
    groups = python_outline(opened(), URI)
    assert [group.name for group in groups] == ["prices.daily", "prices.weekly"]
    steps = [child.name for child in groups[0].children if child.kind == "step"]
    assert sorted(steps) == ["clean", "fetch", "report"]

    def check(item: OutlineItem) -> None:
        assert item.span.start <= item.name_span.start <= item.name_span.end <= item.span.end <= len(SOURCE)
        for child in item.children:
            check(child)

    for group in groups:
        check(group)


def test_lenses_stand_above_the_groups() -> None:
    """Order, problems and graph, with places of the file."""
    workspace = opened()
    found = group_lenses(workspace, URI, {"order", "graph", "problems"})
    assert [SOURCE[lens.span.start :].partition("(")[0] for lens in found] == (
        ["PipelineGroup"] * 3 + ["PipelineGroup.from_steps"] * 3
    )
    titles = [resolve_group_lens(workspace, lens.data) for lens in found[:3]]
    assert [title.title.partition(":")[0] for title in titles if title is not None] == [
        "Resolved order",
        "Show graph",
        "3 problems",
    ]
    problems = resolve_group_lens(workspace, found[2].data)
    assert problems is not None
    assert [SOURCE[span.start : span.end] for span in problems.spans] == [
        "prices.clean",
        "prices.report",
        "nope",
    ]


def test_nothing_is_said_of_another_text() -> None:
    """What is known is of the text that was read last."""
    moved = opened("# a line\n" + SOURCE, project_of({"jobs/daily.py": SOURCE}))
    assert python_view(moved, URI) is None
    assert python_outline(moved, URI) == ()
    assert group_lenses(moved, URI, {"order"}) == []
    assert python_view(opened().with_project(Project()), URI) is None


PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PARAMS = st.dictionaries(st.text(max_size=5), VALUES, max_size=3)
NAMES = st.text(min_size=1, max_size=6)
STEP = st.fixed_dictionaries({"name": NAMES, "pipeline": NAMES}, optional={"params": PARAMS})
GROUP = st.fixed_dictionaries(
    {"name": NAMES, "steps": st.lists(STEP, min_size=1, max_size=3)}, optional={"defaults": PARAMS}
)


@given(GROUP)
def test_every_group_is_written_so_that_it_is_read_back(data: dict[str, Any]) -> None:
    """Whatever texts and values it holds."""
    spot = Spot("jobs/daily.py", NOWHERE)
    view = PythonView(URI, 1, [PythonGroup(data, {}, (), False, spot)])
    source = view.document.text.source
    assert view.place(Span(0, len(source))) == NOWHERE
    assert yaml.safe_load(source) == {"apiVersion": "spine.io/v1", "kind": "PipelineGroup", **data}
    (group,) = view.document.groups
    assert [step.name for step in group.steps] == [step["name"] for step in data["steps"]]
