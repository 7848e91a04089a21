"""Typing: whoever types a group and never looks at a list gets exactly what was typed."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.examples import examples
from tests.ide.typist import EDITORS, Habits, Typist

GROUPS = {
    "nested": """\
apiVersion: spine.io/v1
kind: PipelineGroup
metadata:
  name: sales.daily
  domain: sales
  version: 1
  description: What the shops sold, by day
  tags: [sales, daily]
spec:
  defaults:
    tier: gold
    day: "{{ params.day }}"
    force: true
  pipelines:
    - name: ingest
      pipeline: sales.ingest
    - name: ingest_eu
      pipeline: sales.ingest_eu
      depends_on: [ingest]
    - name: tidy
      pipeline: sales.tidy
      depends_on:
        - ingest
        - ingest_eu
      params:
        tier: go
        force: false
        day: "{{ params.day }}"
    - name: publish
      pipeline: sales.pub
      depends_on: [tidy, ingest]
  policy:
    execution: parallel
    max_concurrency: 2
    on_failure: continue
    timeout_minutes: 30
""",
    "names that begin alike": """\
name: g
steps:
  - name: ingestion
    pipeline: sales.ingestion
  - name: ingest
    pipeline: sales.ingest
    depends_on:
      - ingestion
  - name: ing
    pipeline: sales.ing
    depends_on:
      - ingest
  - name: clean
    pipeline: sales.cleanup
  - name: c
    pipeline: sales.clean
    depends_on:
      - ing
      - clean
  - name: hr
    pipeline: hr.ingest
  - name: invest
    pipeline: sales.invest
  - name: sales
    pipeline: sales
    depends_on: c
  - name: s
    pipeline: s
    depends_on:
    - hr
    - sales
""",
    "flat, lists at the key": """\
# a group of two
name: two
version: 2
steps:
- name: a
  pipeline: p.a   
- name: b   
  pipeline: p.b # like a
  depends_on:   
  - a
  params:   
    note: |
      name: of the rose
      de

      - a
    long: one
      two three
      pipeline
    quoted: "first
      policy
      a"
policy:

  execution: sequential
  on_failure: stop
""",  # noqa: W291 - blanks at the ends of lines are what this is about
    "flow": """\
apiVersion: spine.io/v1
kind: PipelineGroup
metadata: {name: a.b, tags: [x, y]}
spec:
  defaults: {tier: 1, day: "x"}
  pipelines:
    - {name: a, pipeline: p}
    - {name: b, pipeline: p.a, depends_on: [a]}
    - {name: c, pipeline: p.b, depends_on: [a, b], params: {tier: 2, day: "{{ params.day }}"}}
    - name: 'd'
      pipeline: "p.c"
      depends_on: ['a', "b"]
  policy: {execution: parallel, max_concurrency: 3}
""",
    "flow over lines": """\
name: wide
steps:
  - name: a
    pipeline: p
  - name: b
    pipeline: p
    depends_on:
      [
        a,
      ]
    params:
      {
        x: 1,
        y: a
      }
  - {
      name: c,
      pipeline: p,
    }
""",
    "JSON": """\
{
  "apiVersion": "spine.io/v1",
  "kind": "PipelineGroup",
  "metadata": {
    "name": "a.b",
    "tags": ["x"]
  },
  "spec": {
    "pipelines": [
      {
        "name": "a",
        "pipeline": "p"
      },
      {
        "name": "b",
        "pipeline": "p.a",
        "depends_on": [
          "a"
        ],
        "params": {
          "n": 1
        }
      },
      {"name": "c", "pipeline": "p.b", "depends_on": ["a", "b"]}
    ],
    "policy": {
      "execution": "parallel"
    }
  }
}
""",
    "one line of JSON": '{"name": "x", "steps": [{"name": "a", "pipeline": "p"}, '
    '{"name": "b", "pipeline": "q", "depends_on": ["a"]}], "policy": {"execution": "parallel"}}\n',
    "workflow": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: harbor.tides
  domain: harbor
spec:
  defaults:
    gauge: pier 4
  steps:
    - name: fetch
      type: operation
      operation: tides.fetch
      params:
        day: "{{ params.day }}"
    - name: fetch_eu
      operation: tides.fetch_eu
    - name: whole
      type: choice
      condition_ref: jobs.checks:whole
      then_step: publish
      else_step: repair
    - name: repair
      type: lambda
      handler_ref: jobs.handlers:repair
      config:
        longest: 30
    - name: settle
      type: wait
      duration_seconds: 60
    - name: tell
      type: map
      items_path: fetch.rows
      iterator_workflow: harbor.tell
    - name: publish
      operation: tides.pub
      depends_on: [repair, fetch]
      on_error: continue
  policy:
    execution: parallel
    max_concurrency: 2
""",
    "workflow in the older words": """kind: Workflow
name: w
steps:
- {name: a, pipeline: p.ab}
- name: ab
  type: choice
  condition_ref: m:f
  then_step: a
- name: b
  pipeline: p.a
  depends_on:
  - a
""",
    "several documents": """\
---
# the first
name: one
steps:
  - name: a
    pipeline: p
---
name: two
steps:
  - name: ab
    pipeline: p.q
  - name: a
    pipeline: p
    depends_on: ab
...
""",
}


def check_typed(text: str, habits: Habits, line_break: str = "\n") -> Typist:
    """After all keys the text is what was typed, and no list took one of them."""
    typist = Typist(habits, line_break=line_break)
    typist.type(text)
    assert typist.accepted == []
    assert typist.source == text.replace("\n", line_break)
    return typist


OVER_LINES = (
    "flat, lists at the key",
    "flow over lines",
    "JSON",
)  # else typed where brackets close by themselves
CASES = [(name, "VS Code") for name in GROUPS] + [
    (name, editor)
    for editor, habits in EDITORS.items()
    for name in (
        "names that begin alike",
        "workflow",
        "one line of JSON" if habits.closes else "flat, lists at the key",
    )
    if editor != "VS Code"
]


@pytest.mark.parametrize(("name", "editor"), CASES)
def test_a_group_is_what_was_typed(name: str, editor: str) -> None:
    """Enter is a new line at every line's end, and no name becomes another one, whatever the editor."""
    check_typed(GROUPS[name], EDITORS[editor])


@pytest.mark.parametrize("name", ["flat, lists at the key", "flow over lines"])
def test_also_with_the_line_breaks_of_windows(name: str) -> None:
    """Lines that end with CR LF are no different."""
    check_typed(GROUPS[name], EDITORS["VS Code"], "\r\n")


NAMES = [
    "a",
    "ab",
    "abc",
    "a_b",
    "ba",
    "in",
    "ingest",
    "ingest_eu",
    "ingested",
    "tidy",
    "new step",
    "name",
    "p",
]
PIPELINES = ["p", "p.a", "p.ab", "p.a_b", "p.ba", "q", "p.ingest", "p.ingest_eu", "p.ingestion", "p/a", "pa"]
VALUES = ["1", "x", "xy", "true", "tr", '"{{ params.t }}"', "'x'", "p.a", "2026-01-09", "12"]
ENDS = st.sampled_from(["", "", "", " ", "  ", " # a", " # p: [ab]"])


@st.composite
def steps(draw: st.DrawFn, form: str, known: list[str], indent: str) -> str:
    """A step in one of the forms; it waits only for steps above it."""
    name = draw(st.sampled_from(NAMES))
    pipeline = draw(st.sampled_from(PIPELINES))
    on: list[str] = draw(st.lists(st.sampled_from(known), max_size=3, unique=True)) if known else []
    in_block = draw(st.booleans())
    params = draw(st.dictionaries(st.sampled_from(["t", "tier", "to"]), st.sampled_from(VALUES), max_size=2))
    known.append(name)
    if form == "json":
        text = json.dumps({"name": name, "pipeline": pipeline, "depends_on": on, "params": {"t": name}})
        return f"{indent}- {text}"
    if form == "flow":
        pairs = ", ".join(f"{key}: {value}" for key, value in params.items())
        return f"{indent}- {{name: {name}, pipeline: {pipeline}, depends_on: [{', '.join(on)}], params: {{{pairs}}}}}"
    quote = draw(st.sampled_from(["", "", "'", '"']))
    lines = [f"- name: {quote}{name}{quote}{draw(ENDS)}", f"  pipeline: {pipeline}{draw(ENDS)}"]
    if on and not in_block:
        lines.append(f"  depends_on: [{', '.join(on)}]{draw(ENDS)}")
    elif on:
        more = draw(st.sampled_from(["", "  "]))
        lines.append(f"  depends_on:{draw(ENDS)}")
        lines += [f"  {more}- {quote}{one}{quote}{draw(ENDS)}" for one in on]
    if params:
        lines.append(f"  params:{draw(ENDS)}")
        lines += [f"    {key}: {value}{draw(ENDS)}" for key, value in params.items()]
    if draw(st.integers(0, 4)) == 0:
        lines += ["  # name: in", "", "  "]
    return "\n".join(f"{indent}{line}" for line in lines)


@st.composite
def groups(draw: st.DrawFn) -> str:
    """A group of a few steps, flat or nested."""
    nested = draw(st.booleans())
    indent = draw(st.sampled_from(["", "  "])) + ("  " if nested else "")
    known: list[str] = []
    listed = [
        draw(steps(draw(st.sampled_from(["block", "block", "flow", "json"])), known, indent))
        for _ in range(draw(st.integers(1, 4)))
    ]
    policy = draw(
        st.sampled_from(["", "policy:\n  execution: parallel\n  max_concurrency: 1", "policy: {execution: sequential}"])
    )
    if not nested:
        return "\n".join(["name: a", "steps:", *listed, policy, ""])
    head = [
        "apiVersion: spine.io/v1",
        "kind: PipelineGroup",
        "metadata:",
        "  name: a.b",
        "spec:",
        "  pipelines:",
    ]
    return "\n".join([*head, *listed, *(f"  {line}" for line in policy.splitlines()), ""])


@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.too_slow])
@given(groups(), st.sampled_from(sorted(EDITORS)), st.sampled_from(["\n", "\r\n"]))
def test_any_group_is_what_was_typed(text: str, editor: str, line_break: str) -> None:
    """Names that begin alike, in all forms, with blanks and comments at the ends of lines."""
    check_typed(text, EDITORS[editor], line_break)
