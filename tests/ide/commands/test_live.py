"""Live documents: what a uri of ours asks for, and what it gets."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis.catalogue import RULES
from spine_lsp.ide.commands.live import Live, live_text, live_uri, read_live
from spine_lsp.ide.offer import (
    LIVE_EFFECTIVE as EFFECTIVE,
    LIVE_GRAPH as GRAPH,
    LIVE_ORDER as ORDER,
    LIVE_SCHEMES,
)
from tests.fixture import Fixture, fixture

TWO = """
#- /of-two.yaml
name: first
steps:
  - {name: a, pipeline: p}
---
name: second
steps:
  - {name: only, pipeline: p}
"""


def text_of(fix: Fixture, uri: str) -> str:
    live = read_live(uri)
    assert live is not None
    return live_text(fix.workspace, live)


@given(st.sampled_from([ORDER, GRAPH, EFFECTIVE]), st.text(max_size=80), st.text(max_size=80))
def test_every_uri_leads_back(scheme: str, uri: str, name: str) -> None:
    """Whatever document and group are called, and also when a client writes the uri in its own way."""
    source = f"{TWO}---\nname: {name!r}\nsteps:\n- {{name: x, pipeline: y}}\n"
    document = fixture(source.replace("#- /of-two.yaml", "")).document
    for group in document.groups:
        made = live_uri(scheme, document, group)
        assert read_live(made) == Live(scheme, document.uri, group.name)
        rewritten = made.partition("?")[0] + "?" + quote(unquote(made.partition("?")[2]), safe="/:{}\"',")
        assert read_live(rewritten) == Live(scheme, document.uri, group.name)


@given(
    st.text(max_size=40)
    | st.sampled_from(LIVE_SCHEMES).flatmap(lambda one: st.text(max_size=40).map(f"{one}:{{}}".format))
)
def test_any_text_is_read_or_refused(uri: str) -> None:
    """No uri is an error, and each of ours has a text."""
    live = read_live(uri)
    assert live is None or live_text(fixture(TWO).workspace, live)


def test_the_only_group_of_a_file_may_change_its_name() -> None:
    """Its uri names no group, so that the document lives on while the name is typed."""
    document = fixture("name: g\nsteps:\n  - {name: a, pipeline: p}\n").document
    live = read_live(live_uri(EFFECTIVE, document, document.groups[0]))
    assert live == Live(EFFECTIVE, document.uri, None)


def test_a_uri_can_be_typed() -> None:
    """The path of the file, and the group behind a question mark; without one the first."""
    fix = fixture(TWO)
    assert "name: only" in text_of(fix, "spine-effective:///of%2Dtwo.yaml?second")
    assert "name: a" in text_of(fix, "spine-effective:///of-two.yaml")
    assert "second" in text_of(fix, "spine-order:/of%2Dtwo.yaml?second")
    assert "only" in text_of(fix, "spine-graph:/of%2Dtwo.yaml?second")


def test_what_is_not_there_is_said() -> None:
    """A file that is not open, a group that is gone, a file without any; as a comment where YAML is expected."""
    fix = fixture(TWO)
    assert text_of(fix, "spine-effective:///none.yaml") == "# none.yaml is not open\n"
    assert text_of(fix, "spine-order:///of-two.yaml?gone") == "of-two.yaml holds no group `gone`\n"
    assert (
        text_of(fixture("#- /k8s.yaml\nkind: Pod\n"), "spine-graph:///k8s.yaml") == "k8s.yaml holds no pipeline group\n"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_page_of_each_rule(rule: object) -> None:
    """With and without the ending of a file."""
    code, page = rule.code, rule.page  # type: ignore[attr-defined]  # a Rule; pytest's ids take objects
    assert text_of(fixture(TWO), f"spine-rule:/{code}.md") == text_of(fixture(TWO), f"spine-rule:{code}") == page


def test_an_unknown_rule_and_none_list_all() -> None:
    """No path leads out of the rules."""
    assert "did you mean `dependency-cycle`" in text_of(fixture(TWO), "spine-rule:/dependency-cycl.md")
    assert "There is no rule `../../secret`" in text_of(fixture(TWO), "spine-rule:/../../secret.md")
    for rule in RULES:
        assert f"(spine-rule:/{rule.code}.md)" in text_of(fixture(TWO), "spine-rule:/")
