"""References: every use of a name, in whatever form it is written."""

from __future__ import annotations

from spine_lsp.ide.references import references
from tests.fixture import fixture


def check_references(text: str, *, with_definition: bool = False) -> None:
    """The references of what is at the cursor are what stands in ``<`` and ``>``."""
    marked = fixture(text)
    clean = text.replace("<", "").replace(">", "")
    fix = fixture(clean)
    found = references(fix.workspace, fix.at, with_definition=with_definition)
    drawn = fix.source
    for one in sorted(found, key=lambda one: one.span, reverse=True):
        drawn = f"{drawn[: one.span.start]}<{drawn[one.span.start : one.span.end]}>{drawn[one.span.end :]}"
    assert drawn == marked.source


def test_uses_of_a_step_in_every_form() -> None:
    """Flow lists, block lists, single texts and quotes are found, other names are not."""
    check_references("""
        name: g
        steps:
          - {name: fe$0tch, pipeline: fetch}
          - {name: fetcher, pipeline: p, depends_on: [<fetch>, other]}
          - name: b
            depends_on:
              - <'fetch'>
              - fetcher # fetch
          - {name: c, depends_on: <"fetch">}
          - {name: d, depends_on: <fetch>, params: {fetch: fetch}}
    """)


def test_the_definition_is_told_on_request() -> None:
    """With the definition, the step's own name is among them, also when asked from a use."""
    check_references(
        """
        name: g
        steps:
          - {name: <fetch>, pipeline: p}
          - {name: b, depends_on: [<fet$0ch>]}
        """,
        with_definition=True,
    )


def test_aliases_are_uses() -> None:
    """An alias of the name, and entries of an anchored list, are uses."""
    check_references("""
        name: g
        defaults:
          all: &all [<fetch>, b]
        steps:
          - {name: &f fe$0tch, pipeline: p}
          - {name: b, depends_on: [<*f>]}
          - {name: c, depends_on: <*all>}
    """)


def test_uses_of_a_parameter() -> None:
    """A default is used by templates and by the steps that override it."""
    check_references("""
        name: g
        defaults:
          we$0ek: "{{ params.<week> }}"
          other: "params.week {{ params.weekly }}" # {{ params.week }}
        steps:
          - name: a
            pipeline: p
            params:
              <week>: 1
              path: out/{{ params.<week> }}-{{params.<week>|upper}}.csv
              "text": |
                in a block {{ params.<week> }}
          - {name: week, pipeline: p}
    """)


def test_uses_of_a_pipeline_in_all_documents() -> None:
    """Steps that run the same pipeline are its uses."""
    fix = fixture("""
        #- /a.yaml
        name: a
        steps:
          - {name: one, pipeline: p.$0q}
        #- /b.yaml
        name: b
        steps:
          - {name: two, pipeline: 'p.q'}
          - {name: three, pipeline: p.r}
    """)
    found = references(fix.workspace, fix.at)
    assert [one.uri for one in found] == ["file:///a.yaml", "file:///b.yaml"]


def test_nothing_where_nothing_is_named() -> None:
    """A key of the format has no references."""
    check_references("name: g\nste$0ps:\n  - {name: a, pipeline: p}\n")
