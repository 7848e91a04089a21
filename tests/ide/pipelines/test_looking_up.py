"""From a pipeline or a parameter in a file to what Python says of it: hover, definition, references."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import indexed
from spine_lsp.analysis.project import Project
from spine_lsp.ide.definition import FileTarget, definition
from spine_lsp.ide.hover.hover import hover
from spine_lsp.ide.hover.markup import FileLink, NameLink, render
from spine_lsp.ide.pipelines.places import FilePlace
from spine_lsp.ide.references import references_elsewhere
from spine_lsp.syntax.text import Text
from tests.fixture import Fixture
from tests.ide.pipelines.workspaces import group, marked


def hovered(fix: Fixture, *, markdown: bool = True) -> list[str]:
    found = hover(fix.workspace, fix.at)
    return render(found, markdown=markdown).split("\n") if found is not None else []


def test_the_hover_of_a_pipeline_says_what_its_class_says() -> None:
    """Description, docstring, parameters as a table with the required first, data, place and uses; all escaped."""
    fix = group("name: g\nsteps: [{name: a, pipeline: prices.fe$0tch}]\n")
    assert hovered(fix) == [
        "pipeline `prices.fetch`",
        "",
        "All prices",
        "",
        r"Fetches prices \| of a \*day\*.",
        "",
        r"Twice \`at\` most.",
        "",
        "| parameter | type | default | meaning |",
        "| --- | --- | --- | --- |",
        "| `day` | `str` | **required** | The day |",
        r"| `market` | `str` | `stocks` | Which \<one\>; one of `stocks`, `bonds` |",
        r"| `limit` | `int \| None` | `null` | At most |",
        "| `force` | `bool` | `false` | Again |",
        "",
        "Its code also takes `capture_id`.",
        "",
        "Needs data:",
        "- `calendar.days`: open days (optional)",
        "",
        "class `Fetch`, registered in `prices.py:14`",
        "",
        "Also run by:",
        "- `again` of `weekly`",
    ]
    assert "- day, str, required, The day" in hovered(fix, markdown=False)


@pytest.mark.parametrize(
    ("pipeline", "line"),
    [
        ("prices.cle$0an", "One run at a time for each `clean:{day}`."),
        ("prices.cle$0an", "Its code takes `day`."),
        ("send_m$0ail", "A task of `spine.execution`, which no step can run: registered in `prices.py:44`."),
        ("pri$0ces", "No Python file of the workspace registers it."),
    ],
)
def test_what_a_hover_says_besides(pipeline: str, line: str) -> None:
    """Locks, parameters that only the code knows, what no step can run, and what is not there."""
    assert line in hovered(group(f"name: g\nsteps: [{{name: a, pipeline: {pipeline}}}]\n"))


def test_a_hover_claims_nothing_before_all_is_read() -> None:
    """What is known is shown; what is missing may still come."""
    fix = group("name: g\nsteps: [{name: a, pipeline: pri$0ces}]\n")
    unread = fix.workspace.with_project(Project(fix.workspace.project.python, ready=False))
    found = hover(unread, fix.at)
    assert found is not None
    assert render(found) == "pipeline `prices`\n\nNo other step of the open files runs it."


def test_links_of_a_hover_lead_into_the_python_file() -> None:
    """Where the client follows links."""
    fix = group("name: g\nsteps: [{name: a, pipeline: prices.fe$0tch}]\n")
    found = hover(fix.workspace, fix.at)
    assert found is not None

    def target(link: NameLink | FileLink) -> str:
        assert isinstance(link, FileLink)
        return f"{link.uri}#L{link.place.line + 1}"

    assert "[prices.py\\:14](<file:///jobs/prices.py#L14>)" in render(found, link=target)


def test_the_hover_of_a_parameter_says_what_the_pipeline_says() -> None:
    """On the key of a step, on its value, and of a default for all pipelines that take it."""
    said = "`prices.fetch`: `str`, optional, default `stocks`. Which \\<one\\>; one of `stocks`, `bonds`"
    said += " (`prices.py:26`)"
    assert said in hovered(group("name: g\nsteps: [{name: a, pipeline: prices.fetch, params: {mar$0ket: bonds}}]\n"))
    assert said in hovered(group("name: g\nsteps: [{name: a, pipeline: prices.fetch, params: {market: bo$0nds}}]\n"))
    steps = "steps: [{name: a, pipeline: prices.fetch}, {name: b, pipeline: prices.clean}]"
    lines = hovered(group(f"name: g\ndefaults: {{d$0ay: x}}\n{steps}\n"))
    assert "`prices.fetch`: `str`, required. The day (`prices.py:24`)" in lines
    assert "`prices.clean`: its code takes it, `prices.py:41`" in lines


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("steps: [{name: a, pipeline: prices.fe$0tch}]", ["jobs/prices.py: Fetch"]),
        ("steps: [{name: a, pipeline: send$0_mail}]", ["jobs/prices.py: send_mail"]),
        ("steps: [{name: a, pipeline: nothi$0ng}]", []),
        ("steps: [{name: a, pipeline: prices.fetch, params: {mar$0ket: bonds}}]", ["jobs/prices.py: market"]),
        ("steps: [{name: a, pipeline: prices.clean, params: {d$0ay: x}}]", ["jobs/prices.py: day"]),
        (
            "defaults: {d$0ay: x}\nsteps: [{name: a, pipeline: prices.clean}, {name: b, pipeline: prices.fetch}]",
            ["jobs/prices.py: day", "jobs/prices.py: day"],
        ),
    ],
)
def test_definitions_lie_in_python(text: str, targets: list[str]) -> None:
    """Of a pipeline its class or function, of a parameter its key in the specification or where code takes it."""
    fix = group(f"name: g\n{text}\n")
    found = definition(fix.workspace, fix.at)
    told = [each for each in (found.targets if found is not None else ()) if isinstance(each, FileTarget)]
    assert [marked(fix, FilePlace(each.uri, each.name_place)) for each in told] == targets


def test_references_are_those_of_python_and_of_files_that_are_not_open() -> None:
    """The registration comes first where declarations are asked for; an open file is not named twice."""
    fix = group("name: g\nsteps: [{name: a, pipeline: prices.fe$0tch}]\n")
    other = Document.read("file:///other.yaml", None, Text("name: o\nsteps: [{name: x, pipeline: prices.fetch}]\n"))
    groups = fix.workspace.project.groups.with_file("other.yaml", indexed(other))
    groups = groups.with_file("group.yaml", indexed(fix.document))
    workspace = fix.workspace.with_project(Project(fix.workspace.project.python, ready=True, groups=groups))
    found = references_elsewhere(workspace, fix.at, with_definition=True)
    assert [place.uri for place in found] == [
        "file:///jobs/prices.py",
        "file:///other.yaml",
        "file:///jobs/prices.py",
    ]
    assert marked(fix, found[0]) == "jobs/prices.py: prices.fetch"
    assert found[0] not in references_elsewhere(workspace, fix.at)
