"""Semantic tokens: what each token means, drawn as text:type."""

from __future__ import annotations

from itertools import pairwise

from spine_lsp.analysis.span import Span
from spine_lsp.ide.offer import TOKEN_MODIFIERS, TOKEN_TYPES
from spine_lsp.ide.semantic_tokens import semantic_tokens
from tests.fixture import Fixture, fixture


def drawn(fix: Fixture, within: Span | None = None) -> list[str]:
    """A word for each line with tokens: `text:type`, with a `!` behind what is declared."""
    lines: dict[int, list[str]] = {}
    tokens = semantic_tokens(fix.workspace, fix.uri, within)
    for one, other in pairwise(tokens):
        assert one.start + one.length <= other.start
    for token in tokens:
        line, _ = fix.document.text.position(token.start)
        text = fix.source[token.start : token.start + token.length]
        assert text.strip()
        assert "\n" not in text
        mark = "!" if token.modifiers & 1 << TOKEN_MODIFIERS.index("declaration") else ""
        lines.setdefault(line, []).append(f"{text}:{TOKEN_TYPES[token.type]}{mark}")
    return ["  ".join(words) for words in lines.values()]


def check_tokens(text: str, *lines: str) -> None:
    """The tokens of the fixture, a line for each of its lines."""
    assert drawn(fixture(text)) == list(lines)


def test_a_group_in_the_nested_form() -> None:
    """Names, dependencies, pipelines, fixed values, numbers and templates each have their type."""
    check_tokens(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
          version: 2
        spec:
          defaults:
            week: "w {{ params.week | upper }}."
          pipelines:
            - name: fetch # name
              pipeline: prices.fetch
            - name: 'clean'
              depends_on: [fetch, "b"]
              params: {force: true, none: ~, n: 1.5, deep: {week: x}}
          policy:
            execution: parallel
            on_failure: panic
        """,
        "apiVersion:property  spine.io/v1:enumMember",
        "kind:property  PipelineGroup:enumMember",
        "metadata:property",
        "name:property  daily:namespace!",
        "version:property  2:number",
        "spec:property",
        "defaults:property",
        'week:parameter!  "w :string  {{:operator  params:variable  week:parameter  }}:operator  .":string',
        "pipelines:property",
        "name:property  fetch:function!",
        "pipeline:property  prices.fetch:class",
        "name:property  'clean':function!",
        'depends_on:property  fetch:function  "b":function',
        "params:property  force:parameter  true:keyword  none:parameter  ~:keyword  n:parameter  1.5:number  "
        "deep:parameter  week:property  x:string",
        "policy:property",
        "execution:property  parallel:enumMember",
        "on_failure:property  panic:string",
    )


def test_the_flat_form_with_anchors() -> None:
    """A group that is not cut has the same tokens; anchors are declared, aliases that are edges are steps."""
    check_tokens(
        """
        name: g
        steps:
        - name: &f fetch
          pipeline: p
        - {name: b, depends_on: *f, params: {a: &x 1, b: *x}}
        """,
        "name:property  g:namespace!",
        "steps:property",
        "name:property  &f:variable!  fetch:function!",
        "pipeline:property  p:class",
        "name:property  b:function!  depends_on:property  *f:function  params:property  a:parameter  &x:variable!  "
        "1:number  b:parameter  *x:variable",
    )


def test_texts_over_lines() -> None:
    """A token never runs over a line break; a block text shows only its templates."""
    check_tokens(
        """
        name: g
        steps:
        - pipeline: p
          params:
            sql: |
              select 1
              from {{ params.x }}
            text: "one
              two"
        """,
        "name:property  g:namespace!",
        "steps:property",
        "pipeline:property  p:class",
        "params:property",
        "sql:parameter",
        "{{:operator  params:variable  x:parameter  }}:operator",
        'text:parameter  "one:string',
        'two":string',
    )


def test_a_span_has_the_tokens_of_the_whole() -> None:
    """What is asked for a part is what the whole has there."""
    fix = fixture(
        "name: g\nsteps:\n"
        + "".join(f"- name: s{i}\n  pipeline: p\n  depends_on: [s{i - 1}]\n" for i in range(9))
        + "policy:\n  execution: parallel\n"
    )
    whole = semantic_tokens(fix.workspace, fix.uri)
    for start in range(0, len(fix.source), 7):
        span = Span(start, min(start + 40, len(fix.source)))
        expected = tuple(t for t in whole if t.start < span.end and span.start < t.start + t.length)
        assert semantic_tokens(fix.workspace, fix.uri, span) == expected


def test_other_yaml_has_no_tokens() -> None:
    """A document that is no group keeps the editor's own colours."""
    check_tokens("jobs: {build: 1}\n")
