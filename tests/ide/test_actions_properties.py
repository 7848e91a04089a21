"""What holds of every action on every text: edits lie in it, findings go, graphs and comments stay."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.symbols import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.code_actions import code_actions, resolve
from spine_lsp.ide.fix_all import fix_all
from spine_lsp.ide.fixes.catalogue import fixes_of
from spine_lsp.ide.fixes.suppress import suppress
from spine_lsp.ide.refactorings.catalogue import rewritings_at
from spine_lsp.orchestration.queries import upstream
from spine_lsp.syntax.text import Text
from tests.ide.actions import applied, comments, error_count, mutated, read, small_groups

some = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FINDINGS = 10  # looked at in one text
TAKES_COMMENTS = {"unknown-key", "duplicate-key", "yaml-syntax", "unused-suppression"}
"""Rules whose fixes may take a comment along, or make one of what was none before."""


@some
@given(mutated() | small_groups())
def test_a_fix_takes_its_finding_away(source: str) -> None:
    """After a quick fix its finding is gone, no error is new, and no comment is lost."""
    document = read(source)
    found = diagnose(document)
    errors = error_count(source)
    before = Counter((finding.code, finding.message) for finding in found)
    broken = any(finding.code == "yaml-syntax" for finding in found)
    for finding in found[:FINDINGS]:
        for fix in fixes_of(document, finding):
            after_text = applied(source, fix.make())
            if broken and finding.code != "yaml-syntax":
                continue  # what is read of broken text may change with every letter
            after = Counter((other.code, other.message) for other in diagnose(read(after_text)))
            key = (finding.code, finding.message)
            codes = Counter(code for code, _ in after.elements())
            fewer = codes[finding.code] < Counter(code for code, _ in before.elements())[finding.code]
            assert after[key] < before[key] or fewer
            if finding.code not in ("yaml-syntax", "dependency-cycle", "unknown-key"):
                # What can be read again shows its faults; a knot may fall into two circles.
                assert error_count(after_text) <= errors
            if finding.code not in TAKES_COMMENTS:
                assert not Counter(comments(source)) - Counter(comments(after_text))


@some
@given(mutated() | small_groups())
def test_a_suppression_silences_its_finding(source: str) -> None:
    """The comment that a quick fix writes takes the finding away and brings no other."""
    document = read(source)
    found = diagnose(document)
    for finding in found[:FINDINGS]:
        for fix in suppress(document, finding):
            after = diagnose(read(applied(source, fix.make())))
            assert len(after) < len(found)


@some
@given(mutated() | small_groups())
def test_fixing_all_ends(source: str) -> None:
    """After all safe fixes at once there is none left, and the file has no error more."""
    document = read(source)
    after = applied(source, fix_all(document))
    assert fix_all(read(after)) == []
    if not any(finding.code == "yaml-syntax" for finding in diagnose(document)):
        assert error_count(after) <= error_count(source)


@some
@given(mutated() | small_groups(), st.floats(0, 1))
def test_a_rewriting_harms_nothing(source: str, place: float) -> None:
    """Whatever the text, a rewriting brings no error and keeps every comment."""
    at = int(place * len(source))
    for rewriting in rewritings_at(read(source), Span(at, at)):
        edits = rewriting.make()
        if edits is not None:
            after = applied(source, edits)
            assert error_count(after) <= error_count(source)
            assert not Counter(comments(source)) - Counter(comments(after))


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
    return {
        name: frozenset(graph.names[on] for on in upstream(graph, step)) for name, step in graph.first.items()
    }


def without(found: dict[str, frozenset[str]], name: str) -> dict[str, frozenset[str]]:
    return {key: names - {name} for key, names in found.items() if key != name}
