"""Templates in parameters: which are filled in, with what, and which stay."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from spine_lsp.orchestration.filling import fill, unfilled
from spine_lsp.orchestration.models import PipelineGroup, PipelineStep
from spine_lsp.orchestration.planner import PlanResolver, merge_params

RUN = {"week": date(2026, 1, 9), "n": 3, "force": True, "none": None, "odd": "{{ params.n }}", "a-b": "x"}
DEFAULTS = {
    "tier": "T1",
    "n": 1,
    "path": "/data/{{ params.tier }}",
    "loop": "{{params.pool}}",
    "pool": "{{params.loop}}",
}


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("{{ params.week }}", date(2026, 1, 9)),
        ("{{params.n}}", 3),
        ("n={{ params.n }}, {{ params.force }}, {{ params.none }}", "n=3, true, null"),
        ("week {{ params.week }}", "week 2026-01-09"),
        ({"a": ["{{ params.n }}", 1]}, {"a": [3, 1]}),
        ("{{ params.path }}/x", "/data/T1/x"),
        ("{{ params.odd }}", "{{ params.n }}"),
        ("{{ params.a-b }}", "x"),
        ("{{ params.loop }}", "{{params.loop}}"),
        ("{{ params.nothing }}", "{{ params.nothing }}"),
        ("{{ params.n | upper }}", "{{ params.n | upper }}"),
        ("{{ env.n }} {n} {{", "{{ env.n }} {n} {{"),
    ],
)
def test_what_is_filled_in(value: Any, filled: Any) -> None:
    """The run's value or the default's; types are kept; what is not known, circular or more than a name stays."""
    assert fill(value, RUN, DEFAULTS) == filled
    assert type(fill(value, RUN, DEFAULTS)) is type(filled)


def test_the_plan_is_filled_in() -> None:
    """In defaults and in the parameters of a step, by one function for all."""
    step = PipelineStep("a", "p", params={"when": "{{ params.week }}", "both": "{{ params.week }}/{{ params.tier }}"})
    group = PipelineGroup("g", [step], defaults={"tier": "T1", "week": "{{ params.week }}"})
    plan = PlanResolver(validate_pipelines=False).resolve(group, {"week": "w"})
    assert plan.steps[0].params == {"tier": "T1", "week": "w", "when": "w", "both": "w/T1"}
    bare = PlanResolver(validate_pipelines=False).resolve(group)
    assert sorted(unfilled(bare.steps[0].params)) == ["{{ params.week }}"] * 3
    assert merge_params({}, {}, {"x": "{{ params.y | z }}"})["x"] == ("{{ params.y | z }}", "step")


@given(st.text(alphabet="{} params.xy\n"), st.dictionaries(st.sampled_from("xy"), st.text() | st.integers()))
def test_every_text_has_an_answer(text: str, run: dict[str, Any]) -> None:
    """And one without templates is itself."""
    filled = fill(text, run, {"x": text, "y": text})
    assert "{{" in text or filled == text
