"""Links: web addresses in values and comments."""

from __future__ import annotations

from spine_lsp.ide.links import links
from tests.fixture import fixture


def check_links(text: str, *targets: str) -> None:
    """The links of the fixture; each stands for what is written there."""
    fix = fixture(text)
    found = links(fix.workspace, fix.uri)
    assert [link.target for link in found] == list(targets)
    assert [fix.source[slice(*link.span)] for link in found] == list(targets)


def test_addresses_end_where_the_sentence_goes_on() -> None:
    """Punctuation, quotes and brackets around an address are not of it."""
    check_links(
        """
        # See https://example.com/a(b), or (http://example.org).
        name: g
        steps:
        - {name: a, pipeline: p, params: {u: "https://h:8080/x?y=1&z#f", v: [https://one.example/, 2]}}
        """,
        "https://example.com/a(b)",
        "http://example.org",
        "https://h:8080/x?y=1&z#f",
        "https://one.example/",
    )


def test_what_is_not_certain_is_no_link() -> None:
    """An address with a template in it, a bare scheme, and other schemes lead nowhere."""
    check_links(
        """
        name: g
        steps:
        - {name: a, pipeline: p, params: {u: "https://example.com/{{ params.x }}", v: "https://", w: "s3://b/c"}}
        """
    )


def test_other_yaml_has_no_links() -> None:
    """A document that is no group is left alone."""
    check_links("jobs: https://example.com\n")
