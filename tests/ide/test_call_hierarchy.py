"""Call hierarchy: what waits for a step, and what it waits for."""

from __future__ import annotations

import pytest

from spine_lsp.ide.call_hierarchy import incoming_calls, outgoing_calls, prepare_call_hierarchy
from tests.fixture import fixture

GROUP = """
name: other
steps: [{{name: clean, pipeline: p}}]
---
name: g
steps:
- name: {fetch}
  pipeline: prices.fetch
- name: clean
  pipeline: prices.clean
  depends_on: [{on}, 'fetch', ghost]
- {{name: {report}, pipeline: p, depends_on: [clean, fetch]}}
- {{pipeline: p, depends_on: clean}}
- {{name: x, pipeline: p, depends_on: x}}
"""


def check_hierarchy(cursor: str, item: str, incoming: list[str], outgoing: list[str]) -> None:
    """The step at the cursor; what waits for it, and what it waits for, each with the text of the entries."""
    names = {
        "fetch": "fetch",
        "on": "fetch",
        "report": "report",
        cursor: f"{'fetch' if cursor == 'on' else cursor}$0",
    }
    fix = fixture(GROUP.format(**names))
    found = prepare_call_hierarchy(fix.workspace, fix.at)
    assert found is not None
    assert f"{found.group} {found.name}: {found.detail}" == item
    assert fix.source[slice(*found.name_span)] == found.name
    for ask, expected in ((incoming_calls, incoming), (outgoing_calls, outgoing)):
        calls = ask(fix.workspace, found.uri, found.group, found.name)
        drawn = [
            f"{call.item.name} by {', '.join(fix.source[slice(*span)] for span in call.from_spans)}" for call in calls
        ]
        assert drawn == expected


@pytest.mark.parametrize("cursor", ["fetch", "on"])
def test_what_waits_for_a_step(cursor: str) -> None:
    """From the name and from a dependency, the dependents come in, each with all its entries."""
    check_hierarchy(cursor, "1 fetch: prices.fetch · level 1", ["clean by fetch, 'fetch'", "report by fetch"], [])


def test_what_a_step_waits_for() -> None:
    """Outgoing are the steps that its entries name."""
    check_hierarchy("report", "1 report: p · cannot run", [], ["clean by clean", "fetch by fetch"])


def test_gaps_and_nameless_steps_are_left_out() -> None:
    """A dependency on nothing leads nowhere, and a step without a name cannot be shown."""
    fix = fixture(GROUP.format(fetch="fetch", on="fetch", report="report"))
    assert [call.item.name for call in incoming_calls(fix.workspace, fix.uri, 1, "clean")] == ["report"]
    assert [call.item.name for call in outgoing_calls(fix.workspace, fix.uri, 1, "clean")] == ["fetch"]
    assert [call.item.name for call in outgoing_calls(fix.workspace, fix.uri, 1, "x")] == ["x"]


@pytest.mark.parametrize(
    ("uri", "group", "name"), [("file:///gone", 0, "a"), ("", 9, "clean"), ("", 1, "gone"), ("", 1, "\0003")]
)
def test_a_step_that_is_gone_has_no_calls(uri: str, group: int, name: str) -> None:
    """The text may have changed since the item was made."""
    fix = fixture(GROUP.format(fetch="fetch", on="fetch", report="report"))
    assert incoming_calls(fix.workspace, uri or fix.uri, group, name) == ()
    assert outgoing_calls(fix.workspace, uri or fix.uri, group, name) == ()
