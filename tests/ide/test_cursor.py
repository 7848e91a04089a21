"""What is under the cursor: step names, edges in every form, keys, the header."""

from __future__ import annotations

import pytest

from spine_lsp.ide.cursor import cursor_at
from tests.fixture import fixture

GROUP = """
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily
    spec:
      pipelines:
        - name: fetch
          pipeline: prices.fetch
        - name: clean
          pipeline: prices.clean
          depends_on: {depends_on}
      policy:
        execution: parallel
"""


@pytest.mark.parametrize("written", ["[$0fetch]", "fet$0ch", "['fetch'$0]", "\n            - fe$0tch"])
def test_an_edge_is_found_in_every_form(written: str) -> None:
    """A `depends_on` entry is an edge in flow lists, block lists and as a single text."""
    fix = fixture(GROUP.format(depends_on=written))
    cursor = cursor_at(fix.workspace, fix.at)
    assert cursor is not None
    assert (cursor.role, cursor.step_name) == ("edge", "fetch")


@pytest.mark.parametrize(
    ("old", "new", "role"),
    [
        ("name: clean", "name: cl$0ean", "step-name"),
        ("pipeline: prices.clean", "pipeline: prices$0.clean", "pipeline"),
        ("pipeline: prices.clean", "pipe$0line: prices.clean", "key"),
        ("name: daily", "name: $0daily", "group-name"),
        ("execution: parallel", "execution: parallel$0", "value"),
        ("policy:", "pol$0icy:", "key"),
    ],
)
def test_roles(old: str, new: str, role: str) -> None:
    """Every token has its role, in the steps and behind them."""
    fix = fixture(GROUP.format(depends_on="[fetch]").replace(old, new))
    cursor = cursor_at(fix.workspace, fix.at)
    assert cursor is not None
    assert cursor.role == role
    assert fix.source[slice(*cursor.span(cursor.node))] in new.replace("$0", "")


def test_nothing_is_found_in_other_yaml() -> None:
    """YAML that is no pipeline group has no cursor context."""
    fix = fixture("jobs:\n  bu$0ild: {}\n")
    assert cursor_at(fix.workspace, fix.at) is None


def test_where_nothing_is_written_there_is_a_context_without_nodes() -> None:
    """Between two steps of a group nothing has a role, and nothing is named."""
    fix = fixture(GROUP.format(depends_on="[fetch]").replace("  policy:", "$0\n  policy:", 1))
    cursor = cursor_at(fix.workspace, fix.at)
    assert cursor is not None
    assert (cursor.group.name, cursor.symbol) == ("daily", None)
