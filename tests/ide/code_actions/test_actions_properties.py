"""What holds of every action on every text: edits lie in it, findings go, graphs and comments stay."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.code_actions import code_actions, resolve
from spine_lsp.ide.fix_all import fix_all
from spine_lsp.ide.refactorings.catalogue import rewritings_at
from spine_lsp.orchestration.queries import upstream
from spine_lsp.syntax.text import Text
from tests.examples import examples
from tests.ide.actions import applied, error_count, mutated, read, small_groups
from tests.ide.edit_checks import check_actions, check_formatting, check_renames
from tests.ide.texts import any_text

pytestmark = pytest.mark.any_version

some = settings(max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow])
few = settings(some, max_examples=examples(20))
texts = mutated() | small_groups() | st.builds(any_text, st.randoms(use_true_random=False))


@pytest.mark.timeout(600)  # thousands of actions are tried: on a busy machine minutes
@few
@given(texts, st.randoms(use_true_random=False))
def test_no_action_does_harm(source: str, rng: Random) -> None:
    """Every action has edits that leave no new error and no lost comment, and take away what they are to mend."""
    assert [found for found in check_actions(rng, source) if found[1]] == []


@few
@given(texts, st.randoms(use_true_random=False))
def test_no_rename_does_harm(source: str, rng: Random) -> None:
    """Whatever the new name, a rename leaves no new error and every comment, or is refused."""
    assert [found for found in check_renames(rng, source) if found[1]] == []


@few
@given(texts, st.randoms(use_true_random=False))
def test_no_formatting_does_harm(source: str, rng: Random) -> None:
    """Whole texts and ranges say the same after they are formatted."""
    assert [found for found in check_formatting(rng, source) if found[1]] == []


@some
@given(texts)
def test_fixing_all_ends(source: str) -> None:
    """After all safe fixes at once there is none left, and the file has no error more."""
    document = read(source)
    after = applied(source, fix_all(document))
    assert fix_all(read(after)) == []
    assert error_count(after) <= error_count(source)


@some
@given(small_groups(sound=True), st.floats(0, 1))
def test_a_rewriting_keeps_the_graph(source: str, place: float) -> None:
    """Form, place and parameters change no edge; deleting and inserting change no path between the others."""
    document = read(source)
    at = int(place * len(source))
    for rewriting in rewritings_at(document, Span(at, at)):
        edits = rewriting.make()
        if edits is None:
            continue
        after = read(applied(source, edits))
        verb = rewriting.title.split()[0]
        if verb in ("Write", "Move", "Rewrite", "Sort"):
            assert edges(after) == edges(document)
        elif verb == "Delete":
            name = rewriting.title.split("`")[1]
            assert paths(after) == without(paths(document), name)
        elif verb == "Insert":
            assert without(paths(after), "new_step") == paths(document)
        if verb == "Sort":
            assert after.groups[0].graph.order == list(range(after.groups[0].step_count))


@some
@given(mutated(), st.floats(0, 1), st.floats(0, 1))
def test_every_place_of_every_text_has_an_answer(source: str, one: float, other: float) -> None:
    """Nothing raises, and an action that is asked for again gives the same edits."""
    workspace = Workspace().with_document("file:///group.yaml", 1, Text(source), None)
    start, end = sorted((int(one * len(source)), int(other * len(source))))
    for action in code_actions(workspace, "file:///group.yaml", Span(start, min(end, start + 60)))[:12]:
        assert resolve(workspace, action.data) == action.edits


def edges(document: Document) -> dict[str, frozenset[str]]:
    """What each step waits for, by name."""
    graph = document.groups[0].graph
    return {name: frozenset(graph.depends_on[step]) for name, step in graph.first.items()}


def paths(document: Document) -> dict[str, frozenset[str]]:
    """All that each step waits for, directly or not, by name."""
    graph = document.groups[0].graph
    return {name: frozenset(graph.names[on] for on in upstream(graph, step)) for name, step in graph.first.items()}


def without(found: dict[str, frozenset[str]], name: str) -> dict[str, frozenset[str]]:
    return {key: names - {name} for key, names in found.items() if key != name}
