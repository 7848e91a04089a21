"""Templates: where `params.x` is referred to, and where it only looks so."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.templates import can_be_named
from spine_lsp.ide.templates import template_in, templates
from spine_lsp.ide.trees import tree_at
from tests.fixture import fixture

GROUP = """
name: g
defaults: {{a: 1}}
steps:
- name: s
  pipeline: p
  params:
    v: {value}
policy: {{execution: parallel}} # {{{{ params.comment }}}}
"""


def check_templates(value: str, *drawn: str) -> None:
    """The templates in a parameter's value, each as its text with ``<`` and ``>`` around the name."""
    fix = fixture(GROUP.format(value=value))
    found = []
    for one in templates(fix.document.groups[0]):
        (start, end), (name_start, name_end) = one.span, one.name_span
        assert fix.source[name_start:name_end] == one.name
        closed = "" if one.closed else " (open)"
        found.append(f"{fix.source[start:name_start]}<{one.name}>{fix.source[name_end:end]}{closed}")
    assert found == list(drawn)


def test_in_every_kind_of_scalar() -> None:
    """Quoted, plain, block and unquoted template text are looked into; spans are exact."""
    check_templates('"{{ params.a }}"', "{{ params.<a> }}")
    check_templates("x{{params.a}}y", "{{params.<a>}}")
    check_templates("{{ params.a }}", "{{ params.<a> }}")
    check_templates("|\n      one\n      {{ params.a }}\n", "{{ params.<a> }}")
    check_templates("['{{ params.a }}', {k: '{{ params.b }}'}]", "{{ params.<a> }}", "{{ params.<b> }}")


def test_several_in_one_template() -> None:
    """An expression may refer to several parameters, with filters and hyphens in names."""
    check_templates(
        '"{{ params.a | upper ~ params.week-end }}"',
        "{{ params.<a> | upper ~ params.week-end }}",
        "{{ params.a | upper ~ params.<week-end> }}",
    )


def test_one_that_is_not_closed() -> None:
    """A reference counts while its braces are still being typed."""
    check_templates('"x {{ params.a"', '{{ params.<a>" (open)')


def test_what_only_looks_so() -> None:
    """Text outside of braces, other objects, and comments refer to nothing."""
    check_templates('"params.a {{ other.params.a }} {{ xparams.a }} {{ params }}"')


def test_the_template_under_the_cursor() -> None:
    """The cursor may be on the name or on `params.`, not on the braces."""
    for marked, name in (("{{ pa$0rams.a }}", "a"), ("{{ params.a$0 }}", "a"), ("{$0{ params.a }}", None)):
        fix = fixture(GROUP.format(value=f'"{marked}"'))
        tree = tree_at(fix.document.groups[0], fix.at.offset)
        assert tree is not None
        one = template_in(tree, fix.at.offset)
        assert (one and one.name) == name


@pytest.mark.parametrize(
    ("name", "fits"),
    [("week", True), ("a-b", True), ("é1", True), ("1a", False), ("a b", False), ("a-", False)],
)
def test_names_that_a_template_can_say(name: str, fits: bool) -> None:
    """A name that is not a word cannot follow `params.`."""
    assert can_be_named(name) is fits
