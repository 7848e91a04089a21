"""Where a cursor stands, told from the lines: every form, finished and half-typed."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.group import Group
from spine_lsp.ide.completion.scan import contexts_at
from tests.fixture import fixture

STEP = """
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily
    spec:
      pipelines:
        - name: a
          pipeline: p.a
        - name: b
{lines}
        - name: c
          pipeline: p.c
      policy:
        execution: parallel
"""


def check_contexts(text: str, *expected: str) -> None:
    """The contexts as `role path <prefix|rest> taken` and what has to be written before."""
    fix = fixture(text)
    part = next(p for p in reversed(fix.document.file.parts) if p.start <= fix.at.offset)
    drawn = []
    contexts = contexts_at(Group(fix.document.uri, fix.document.text, part), fix.at.offset)
    for found in contexts or ():
        rest = fix.source[fix.at.offset : found.span.end]
        path = ".".join(map(str, found.path))
        lead = f" lead={found.separator!r}" if found.separator else ""
        quote = f" quote={found.quote}" if found.quote else ""
        taken = ",".join(found.siblings)
        drawn.append(f"{found.role} {path} <{found.prefix}|{rest}> [{taken}]{quote}{lead}")
    assert drawn == list(expected)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("depends_on: [a, $0]", "item spec.pipelines.1.depends_on <|> [a]"),
        ("depends_on: [a, $0", "item spec.pipelines.1.depends_on <|> [a]"),
        ("depends_on: [$0", "item spec.pipelines.1.depends_on <|> []"),
        ("depends_on: [a, x$0y, c]", "item spec.pipelines.1.depends_on <x|y> [a,c]"),
        ("depends_on: [a, $0, c]", "item spec.pipelines.1.depends_on <|> [a,c]"),
        ("depends_on: [a,$0c]", "item spec.pipelines.1.depends_on <|c> [a]"),
        ('depends_on: [a, "x$0', 'item spec.pipelines.1.depends_on <x|> [a] quote="'),
        ("depends_on: ['a', 'x$0']", "item spec.pipelines.1.depends_on <x|> [a] quote='"),
        ("depends_on: [a,\n  x$0\n", "item spec.pipelines.1.depends_on <x|> [a]"),
        ("depends_on: [a,\n  x$0\npipeline: p", "item spec.pipelines.1.depends_on <x|> [a]"),
        ("depends_on: $0", "value spec.pipelines.1.depends_on <|> []"),
        ("depends_on:$0", "value spec.pipelines.1.depends_on <|> [] lead=' '"),
        ("depends_on: x$0", "value spec.pipelines.1.depends_on <x|> []"),
        ("depends_on: 'x$0'", "value spec.pipelines.1.depends_on <x|> [] quote='"),
        ("depends_on: &d x$0y # no", "value spec.pipelines.1.depends_on <x|y> []"),
        ("depends_on:\n  $0", "below spec.pipelines.1.depends_on <|> []"),
        ("depends_on:\n  x$0", "below spec.pipelines.1.depends_on <x|> []"),
        ("depends_on:\n  - a\n  $0", "item spec.pipelines.1.depends_on <|> [a] lead='- '"),
        ("depends_on:\n  - a\n  -$0", "item spec.pipelines.1.depends_on <|> [a] lead=' '"),
        ("depends_on:\n  $0\n  - a", "below spec.pipelines.1.depends_on <|> [a]"),
        ("$0\npipeline: p.b", "key spec.pipelines.1 <|> [name,pipeline]"),
        ("pipeline: p.b\n$0", "key spec.pipelines.1 <|> [name,pipeline]"),
        ("pipe$0\ndepends_on: [a]", "key spec.pipelines.1 <pipe|> [name,depends_on]"),
        ("pi$0pe: p.b\ndepends_on: [a]", "key spec.pipelines.1 <pi|pe> [name,depends_on]"),
        ("params:\n  x: 1\n  $0", "key spec.pipelines.1.params <|> [x]"),
        ("params: {x: 1, $0}", "key spec.pipelines.1.params <|> [x]"),
        ("params: {x: $0}", "value spec.pipelines.1.params.x <|> []"),
        ("params: {x:$0", "value spec.pipelines.1.params.x <|> [] lead=' '"),
        ('params:\n  x: "{{ par$0', 'value spec.pipelines.1.params.x <{{ par|> [] quote="'),
        ("params:\n  x: {{ par$0", "value spec.pipelines.1.params.x <{{ par|> []"),
    ],
)
def test_inside_a_step(lines: str, expected: str) -> None:
    """Entries, values and keys of a step are told apart in every form, also where the text does not parse."""
    indented = "\n".join(f"          {line}" for line in lines.split("\n"))
    check_contexts(STEP.format(lines=indented), expected)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "depends_on:\n  - a\n  - $0",
            ("item spec.pipelines.1.depends_on <|> [a]", "below spec.pipelines.1.depends_on.1 <|> []"),
        ),
        (
            "depends_on:\n  - x$0\n  - a",
            ("item spec.pipelines.1.depends_on <x|> [a]", "below spec.pipelines.1.depends_on.0 <x|> []"),
        ),
        (
            "depends_on:\n- a\n$0",
            (
                "item spec.pipelines.1.depends_on <|> [a] lead='- '",
                "key spec.pipelines.1 <|> [name,depends_on]",
            ),
        ),
    ],
)
def test_an_item_may_also_be_a_map(lines: str, expected: tuple[str, ...]) -> None:
    """Where an item begins both an entry and a key may be meant; what the list is for decides later."""
    indented = "\n".join(f"          {line}" for line in lines.split("\n"))
    check_contexts(STEP.format(lines=indented), *expected)


@pytest.mark.parametrize(
    "lines",
    [
        "depends_on: [a] $0",
        "depends_on: [a] # x$0",
        "# depends_on: [$0",
        "pipeline: p.b\n    $0",
        "params:\n  sql: |\n    select $0",
        "params:\n  sql: >-\n    x\n    $0",
        "depends_on: [a, # x$0\n  c]",
    ],
)
def test_nothing_can_be_written(lines: str) -> None:
    """Comments, block texts and the place behind a finished value have no context."""
    indented = "\n".join(f"          {line}" for line in lines.split("\n"))
    check_contexts(STEP.format(lines=indented))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$0", ("key  <|> []",)),
        ("# note\nap$0", ("key  <ap|> []",)),
        ("apiVersion: $0\nkind: PipelineGroup", ("value apiVersion <|> []",)),
        ("name: x\n$0\nsteps: []", ("key  <|> [name,steps]",)),
        ("name: x\nsteps:\n  - {name: a, $0}", ("key steps.0 <|> [name]",)),
        ("name: x\nsteps:\n  - {name: a, depends_on: [b, $0", ("item steps.0.depends_on <|> [b]",)),
        ("name: x\nsteps: [{name: a}, {na$0me: b, pipeline: p}]", ("key steps.1 <na|me> [pipeline]",)),
        ("name: x\nsteps:\n  $0", ("below steps <|> []",)),
        ("name: x\nsteps:\n- name: a\n  $0", ("key steps.0 <|> [name]",)),
        ("name: x\r\nsteps:\r\n- name: a\r\n  $0\r\n  pipeline: b\r\n", ("key steps.0 <|> [name,pipeline]",)),
        (
            "a: 1\n---\nname: x\nsteps:\n  - name: a\n    depends_on: [$0]",
            ("item steps.0.depends_on <|> []",),
        ),
    ],
)
def test_outside_the_steps(text: str, expected: tuple[str, ...]) -> None:
    """The header, flat and flow files, files that have only begun."""
    check_contexts(text, *expected)


@pytest.mark.parametrize(
    ("cursor", "expected"),
    [
        ("      policy:\n        execution: parallel\n        $0", "key spec.policy <|> [execution]"),
        ("      policy:\n        execution: par$0", "value spec.policy.execution <par|> []"),
        ("      $0", "key spec <|> [pipelines]"),
        ("    $0", "key  <|> [apiVersion,kind,metadata,spec]"),
    ],
)
def test_behind_the_steps(cursor: str, expected: str) -> None:
    """What follows the list of steps belongs to the levels that were open before it."""
    text = STEP.format(lines="          pipeline: p.b").replace("      policy:\n        execution: parallel", cursor)
    check_contexts(text, expected)


@pytest.mark.parametrize("end", ["", "policy:\n  execution: parallel\n"])
def test_in_long_lists_only_the_step_at_the_cursor_is_read(end: str) -> None:
    """Where the file is not cut into steps (an alias reaches into it) each step has the context it has alone."""
    for number in (0, 1, 60, 99):
        lines = [f"- name: s{i}\n  params: *all\n  depends_on: [x{'$0' if i == number else ''}]\n" for i in range(100)]
        text = "name: x\ndefaults: &all {q: 1}\nsteps:\n" + "".join(lines) + end
        check_contexts(text, f"item steps.{number}.depends_on <x|> []")
    behind = [] if end else ["item steps <|> [] lead='- '"]
    taken = "name,defaults,steps,policy" if end else "name,defaults,steps"
    check_contexts(text.replace("$0", "") + "$0", *behind, f"key  <|> [{taken}]")
