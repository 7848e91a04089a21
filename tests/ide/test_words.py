"""The words of the server: one form of each, and every answer has them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from spine_lsp.ide.commands.group_graph import graph_of
from spine_lsp.ide.commands.order_text import order_text
from spine_lsp.ide.commands.resolved_order import resolved_order, to_json
from spine_lsp.ide.commands.simulation import simulate_group, to_json as run_json
from spine_lsp.ide.words import cut_words, policy_words, shorten
from spine_lsp.orchestration.models import ExecutionMode, ExecutionPolicy, FailurePolicy
from tests.fixture import fixture

STOP, CONTINUE = FailurePolicy.STOP, FailurePolicy.CONTINUE


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (ExecutionPolicy(), "sequential, on failure stop"),
        (ExecutionPolicy.parallel(1), "parallel, 1 at once, on failure stop"),
        (
            ExecutionPolicy(ExecutionMode.PARALLEL, 8, CONTINUE, 90),
            "parallel, 8 at once, on failure continue, at most 90 minutes",
        ),
        (ExecutionPolicy(timeout_minutes=1), "sequential, on failure stop, at most 1 minute"),
        (ExecutionPolicy(retries=1), "sequential, on failure stop, tried again once"),
        (ExecutionPolicy(retries=2, backoff=9), "sequential, on failure stop, tried again 2 times"),
        (ExecutionPolicy(timeout_minutes=1.0), "sequential, on failure stop, at most 1 minute"),
        (ExecutionPolicy(timeout_minutes=1.5), "sequential, on failure stop, at most 1.5 minutes"),
        (ExecutionPolicy(timeout_minutes=10_000), "sequential, on failure stop, at most 10,000 minutes"),
    ],
)
def test_a_policy_in_words(policy: ExecutionPolicy, words: str) -> None:
    """What counts under the mode, a limit with its unit, singular where there is one."""
    assert policy_words(policy) == words


def test_every_answer_has_the_policy_in_the_same_words() -> None:
    """The order, the graph, a run, and the order as a document."""
    fix = fixture("""
        name: g
        policy: {execution: parallel, max_concurrency: 3, timeout_minutes: 1}
        defaults: {tier: one}
        steps:
          - {name: a, pipeline: p, params: {tier: two}}
    """)
    words = "parallel, 3 at once, on failure stop, at most 1 minute"
    order = resolved_order(fix.workspace, fix.uri, None, {"day": 1, "tier": 2})
    graph, run = graph_of(fix.workspace, fix.uri), simulate_group(fix.workspace, fix.uri)
    assert order is not None
    assert graph is not None
    assert run is not None
    answered = [to_json(order, None)["policy"], run_json(run)["policy"]]
    assert [policy["words"] for policy in answered if isinstance(policy, dict)] == [words] * 2
    assert graph.model.policy == words
    text = order_text(order)
    assert f"\n1 step in 1 level; {words}.\n" in text
    assert "From this run `day=1`, `tier=2` (in the place of `one`)." in text
    assert "| 1 | 1 | `a` | `p` | - | `tier=two` |" in text


def test_what_is_left_out_is_said_in_words() -> None:
    """Only what is cut is mentioned."""
    assert cut_words((3, 3, "steps")) == ""
    assert cut_words((1000, 124750, "edges")) == "only the first 1,000 of 124,750 edges"
    assert (
        cut_words((3, 6, "steps"), (4, 4, "x"), (4, 15, "edges"))
        == "only the first 3 of 6 steps and the first 4 of 15 edges"
    )


@given(st.text(max_size=40), st.integers(1, 30))
def test_a_text_is_shortened_to_one_line(text: str, limit: int) -> None:
    """Never longer than asked for, and as it is where it fits."""
    short = shorten(text, limit)
    line = " ".join(text.split())
    assert len(short) <= limit
    assert short == line or (short.endswith("…") and line.startswith(short[:-1]))
