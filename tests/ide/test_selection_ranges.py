"""Selection ranges: what a selection grows to, step by step."""

from __future__ import annotations

from itertools import pairwise

from spine_lsp.ide.selection_ranges import selection_at
from tests.fixture import fixture

GROUP = """\
kind: PipelineGroup
spec:
  pipelines:
    - name: a
      pipeline: p
    - name: b
      pipeline: p
      depends_on: [{edge}, 'c']
      params: {{x: "{{{{ params.{week} }}}}"}}
  policy:
    execution: {mode}
"""


def check_selection(expected: list[str], **cursor: str) -> None:
    """The selections around the cursor, the innermost first; of long ones only the first and last line are told."""
    fix = fixture(GROUP.format(**{"edge": "a", "week": "week", "mode": "parallel", **cursor}))
    spans = selection_at(fix.workspace, fix.at)
    for inner, outer in pairwise(spans):
        assert outer.start <= inner.start <= inner.end <= outer.end
        assert inner != outer
    drawn = []
    for span in spans:
        lines = fix.source[slice(*span)].strip().split("\n")
        drawn.append(lines[0].strip() if len(lines) == 1 else f"{lines[0].strip()} … {lines[-1].strip()}")
    assert drawn == expected


STEP_OUT = [
    'name: b … params: {x: "{{ params.week }}"}',
    '- name: b … params: {x: "{{ params.week }}"}',
    '- name: a … params: {x: "{{ params.week }}"}',
    'pipelines: … params: {x: "{{ params.week }}"}',
    "pipelines: … execution: parallel",
    "spec: … execution: parallel",
    "kind: PipelineGroup … execution: parallel",
    "kind: PipelineGroup … execution: parallel",  # the file, with its last line break
]


def test_from_a_dependency() -> None:
    """Token, list without and with brackets, entry, step, item, all items, their section, spec, file."""
    check_selection(["a", "a, 'c'", "[a, 'c']", "depends_on: [a, 'c']", *STEP_OUT], edge="$0a")


def test_from_a_template() -> None:
    """The name in a template, the template, the text without and with quotes, and on."""
    check_selection(
        [
            "week",
            "{{ params.week }}",
            '"{{ params.week }}"',
            'x: "{{ params.week }}"',
            '{x: "{{ params.week }}"}',
            'params: {x: "{{ params.week }}"}',
            *STEP_OUT,
        ],
        week="we$0ek",
    )


def test_from_the_policy() -> None:
    """Behind the steps it grows to the section, and from there to what holds the steps too."""
    check_selection(
        [
            "parallel",
            "execution: parallel",
            "policy: … execution: parallel",
            "pipelines: … execution: parallel",
            "spec: … execution: parallel",
            "kind: PipelineGroup … execution: parallel",
            "kind: PipelineGroup … execution: parallel",
        ],
        mode="para$0llel",
    )


def test_where_there_is_nothing() -> None:
    """In other YAML and past the end there is the whole text."""
    fix = fixture("jobs: x$0\n")
    assert selection_at(fix.workspace, fix.at) == ((0, 8),)
    assert selection_at(fix.workspace, fix.at._replace(offset=99)) == ((0, 8),)
