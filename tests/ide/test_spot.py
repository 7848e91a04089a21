"""What stands at a place: step names, edges in every form, keys, the header."""

from __future__ import annotations

import pytest

from spine_lsp.ide.spot import spot_at
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
    spot = spot_at(fix.workspace, fix.at)
    assert spot is not None
    assert (spot.role, spot.step_name) == ("edge", "fetch")


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
    spot = spot_at(fix.workspace, fix.at)
    assert spot is not None
    assert spot.role == role
    assert fix.source[slice(*spot.span(spot.node))] in new.replace("$0", "")


def test_nothing_is_found_in_other_yaml() -> None:
    """YAML that is no pipeline group has no spots."""
    fix = fixture("jobs:\n  bu$0ild: {}\n")
    assert spot_at(fix.workspace, fix.at) is None
