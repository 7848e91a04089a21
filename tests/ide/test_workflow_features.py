"""Every feature over the same workflow: what groups have, workflows have."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.ide.call_hierarchy import EdgeCall, incoming_calls, outgoing_calls
from spine_lsp.ide.commands.effective import effective_text
from spine_lsp.ide.commands.explain import explain_path
from spine_lsp.ide.commands.render import render_graph
from spine_lsp.ide.commands.resolved_order import resolved_order
from spine_lsp.ide.commands.simulation import simulate_group
from spine_lsp.ide.completion.completion import completions
from spine_lsp.ide.completion.snippets import without_stops
from spine_lsp.ide.cursor import At
from spine_lsp.ide.definition import Target, definition
from spine_lsp.ide.highlight import highlight
from spine_lsp.ide.hover.hover import hover
from spine_lsp.ide.hover.markup import render
from spine_lsp.ide.inlay_hints import inlay_hints
from spine_lsp.ide.linked_editing import linked_editing
from spine_lsp.ide.offer import TOKEN_TYPES
from spine_lsp.ide.references import references
from spine_lsp.ide.rename import Renaming, rename
from spine_lsp.ide.semantic_tokens import semantic_tokens
from spine_lsp.ide.symbols import document_symbols
from spine_lsp.syntax.text import apply_edits
from tests.fixture import Fixture, fixture

TEXT = """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: tides
spec:
  defaults:
    gauge: pier
  steps:
    - name: fetch
      operation: tides.fetch
      params: {day: "1"}
    - name: ask
      type: choice
      condition_ref: m:f
      then_step: publish
      else_step: repair
    - name: repair
      type: lambda
      handler_ref: m:g
      config: {gap: 3}
    - name: publish
      operation: tides.publish
      depends_on: [repair]
"""
URI = "file:///group.yaml"


def at(mark: str, text: str = TEXT) -> tuple[Fixture, At]:
    """The workflow with the cursor where `mark` has a `$0`."""
    fix = fixture(text.replace(mark.replace("$0", ""), mark, 1))
    return fix, fix.at


def test_nothing_is_said_of_a_sound_workflow() -> None:
    """Neither by the rules of groups nor by its own."""
    assert diagnose(fixture(TEXT).document) == []


@pytest.mark.parametrize(
    ("mark", "line"),
    [
        ("then_step: pub$0lish", "    - name: publish"),
        ("else_step: rep$0air", "    - name: repair"),
        ("depends_on: [rep$0air]", "    - name: repair"),
    ],
)
def test_a_branch_leads_to_its_step(mark: str, line: str) -> None:
    """As an entry of `depends_on` does."""
    fix, where = at(mark)
    found = definition(fix.workspace, where)
    assert found is not None
    (target,) = found.targets
    assert isinstance(target, Target)
    number, _ = fix.document.text.position(target.name_span.start)
    assert fix.document.text.line_text(number) == line


def test_a_step_has_its_branches_among_its_references() -> None:
    """Beside the entries of `depends_on`, and its own name."""
    fix, where = at("- name: rep$0air")
    found = references(fix.workspace, where, with_definition=True)
    lines = [fix.document.text.line_text(fix.document.text.position(one.span.start)[0]) for one in found]
    assert [line.strip() for line in lines] == ["else_step: repair", "- name: repair", "depends_on: [repair]"]


@pytest.mark.parametrize("mark", ["then_step: pub$0lish", "- name: pub$0lish"])
def test_a_rename_takes_the_branches_along(mark: str) -> None:
    """Asked for at the step or at the branch."""
    fix, where = at(mark)
    found = rename(fix.workspace, where, "send")
    assert isinstance(found, Renaming)
    after = apply_edits(fix.source, sorted(found.edits, reverse=True))
    assert after == fix.source.replace("publish", "send", 2).replace("tides.send", "tides.publish") or (
        "then_step: send" in after and "- name: send" in after and "operation: tides.publish" in after
    )
    assert diagnose(fixture(after).document) == []


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("then_step: $0publish", ["publish", "repair", "fetch"]),
        ("      operation: tides.p$0ublish", ["tides.fetch"]),
        ("type: ch$0oice", ["choice"]),
        ("depends_on: [$0repair]", ["ask", "fetch"]),
    ],
)
def test_what_can_be_written_is_offered(mark: str, expected: list[str]) -> None:
    """Targets below a choice come first; types are those of the schema; operations those of other steps."""
    fix, where = at(mark)
    labels = [item.label for item in completions(fix.workspace, where).items]
    assert [label for label in expected if label not in labels] == []
    if "then_step" in mark:
        assert labels.index("publish") < labels.index("fetch")


def test_keys_of_a_step_are_those_of_a_workflow() -> None:
    """With the branches and references, and no keys of a group alone."""
    fix, _ = at("      $0condition_ref")
    labels = {item.label for item in completions(fix.workspace, fix.at).items}
    assert {"handler_ref", "config", "on_error"} <= labels
    fix = fixture(TEXT + "  policy:\n    $0\n")
    labels = {item.label for item in completions(fix.workspace, fix.at).items}
    assert labels == {"execution", "max_concurrency", "on_failure", "timeout_seconds"}


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("- name: as$0k", ["#2 of 4", "publish", "repair"]),
        ("then_step: pub$0lish", ["tides.publish", "#4 of 4"]),
        ("type: ch$0oice", ["condition_ref"]),
        ("on: ti$0des.fetch", ["tides.fetch"]),
        ("else_$0step", ["when its condition is false"]),
    ],
)
def test_a_hover_says_what_stands_there(mark: str, words: list[str]) -> None:
    """Of steps, branches, types and keys."""
    fix, where = at(mark)
    found = hover(fix.workspace, where)
    assert found is not None
    text = render(found, markdown=True)
    assert [word for word in words if word not in text.replace("\\", "")] == []


def test_the_order_is_the_one_in_which_the_runner_takes_the_steps() -> None:
    """That of the file; and under `parallel` the levels."""
    fix = fixture(TEXT)
    order = resolved_order(fix.workspace, URI)
    assert order is not None
    assert list(order.levels) == [("fetch",), ("ask",), ("repair",), ("publish",)]
    against = TEXT.replace("operation: tides.fetch\n", "operation: tides.fetch\n      depends_on: [publish]\n")
    swapped = resolved_order(fixture(against).workspace, URI)
    assert swapped is not None
    assert swapped.levels == order.levels
    parallel = resolved_order(fixture(TEXT + "  policy: {execution: parallel}\n").workspace, URI)
    assert parallel is not None
    assert parallel.levels == (("fetch", "ask", "repair"), ("publish",))


def test_parameters_are_merged_as_for_groups() -> None:
    """A step's own `config` or `params` over the defaults."""
    fix = fixture(TEXT)
    order = resolved_order(fix.workspace, URI, params={"gauge": "dock"})
    assert order is not None
    assert order.steps[2].params == {"gauge": ("dock", "run"), "gap": (3, "step")}


def test_branches_are_drawn_dashed_and_say_when() -> None:
    """In every format."""
    fix = fixture(TEXT)
    drawn = {kind: render_graph(fix.workspace, URI, kind).text for kind in ("mermaid", "dot", "text", "html")}  # type: ignore[union-attr]  # there is a graph
    assert "-.->|then|" in drawn["mermaid"]
    assert 'style=dashed, label="else"' in drawn["dot"]
    assert "ask → repair: else" in drawn["text"]
    assert 'class="edge branch"' in drawn["html"]
    assert ">then</text>" in drawn["html"]


@pytest.mark.parametrize(
    ("branches", "expected"),
    [
        ({}, "fetch ask publish | repair"),
        ({"ask": "then"}, "fetch ask publish | repair"),
        ({"ask": "else"}, "fetch ask repair publish | "),
    ],
)
def test_a_run_is_played_for_the_branch_that_is_chosen(branches: dict[str, str], expected: str) -> None:
    """What a choice jumps over is skipped; the rest goes in the order of the file."""
    fix = fixture(TEXT)
    found = simulate_group(fix.workspace, URI, branches=branches)
    assert found is not None
    ran = sorted((step.start, step.name) for step in found.run.steps if step.start is not None)
    drawn = f"{' '.join(name for _, name in ran)} | {' '.join(found.run.skipped)}"
    assert drawn == expected
    assert [step.name for step in found.run.steps] == ["fetch", "ask", "repair", "publish"]


def test_a_failure_ends_a_run_one_by_one_whatever_the_policy_says() -> None:
    """As the runner has it."""
    fix = fixture(TEXT + "  policy: {on_failure: continue}\n")
    found = simulate_group(fix.workspace, URI, fails=["ask"], branches={"ask": "else"})
    assert found is not None
    assert {step.name: step.state for step in found.run.steps}["publish"] == "never-started"


def test_why_says_that_the_order_of_the_file_counts() -> None:
    """Where that contradicts what a step waits for."""
    text = TEXT.replace("operation: tides.fetch\n", "operation: tides.fetch\n      depends_on: [publish]\n")
    found = explain_path(fixture(text).workspace, URI, "fetch", "publish")
    assert found is not None
    assert found.message.endswith("spine-core 0.4 runs the steps in the order of the file all the same")


def test_the_effective_form_is_a_workflow_that_says_the_same() -> None:
    """With all keys of each step, in its own words."""
    fix = fixture(TEXT)
    text = effective_text(fix.document.groups[0], "w.yaml")
    assert [one.code for one in diagnose(fixture(text).document)] == ["unused-concurrency"]  # all is written out
    for line in ("kind: Workflow", "operation: tides.fetch", "then_step: publish", "handler_ref:"):
        assert line in text


def test_outline_hints_and_colours_know_the_steps() -> None:
    """As for groups."""
    fix = fixture(TEXT)
    (group,) = document_symbols(fix.workspace, URI)
    assert [child.name for child in group.children if child.kind == "step"] == [
        "fetch",
        "ask",
        "repair",
        "publish",
    ]
    assert [hint.label for hint in inlay_hints(fix.workspace, URI) if hint.kind == "order"]
    kinds = {fix.source[t.start : t.start + t.length]: TOKEN_TYPES[t.type] for t in semantic_tokens(fix.workspace, URI)}
    assert (kinds["publish"], kinds["tides.fetch"], kinds["choice"]) == ("function", "class", "enumMember")


@pytest.mark.parametrize(
    ("dialect", "text", "offered", "absent"),
    [
        ("auto", TEXT + "    - name: x\n      $0\n", "operation", "pipeline"),
        ("auto", TEXT.replace("operation:", "pipeline:") + "    - name: x\n      $0\n", "pipeline", "operation"),
        ("pipeline", TEXT.replace("operation:", "x:") + "    - name: x\n      $0\n", "pipeline", "operation"),
        ("pipeline", TEXT.replace("operation:", "x:") + "    - name: x\n      type: $0\n", "pipeline", "operation"),
        ("operation", TEXT + "    - name: x\n      pipeline: p\n      $0\n", "operation", ""),
    ],
)  # fmt: skip
def test_words_of_one_dialect_are_offered(dialect: str, text: str, offered: str, absent: str) -> None:
    """That of the file's steps; where none shows one, that of the setting."""
    fix = fixture(text, Config.of({}, dialect))
    labels = [item.label for item in completions(fix.workspace, fix.at).items]
    assert offered in labels
    assert absent not in labels


@pytest.mark.parametrize("dialect", ["operation", "pipeline"])
def test_whole_workflows_are_offered_and_nothing_is_wrong_with_them(dialect: str) -> None:
    """In an empty file, in the dialect of the setting."""
    config = Config.of({"missing-parameter": "off"}, dialect)
    fix = fixture("$0", config)
    found = [item for item in completions(fix.workspace, fix.at).items if "workflow" in item.label]
    assert [item.label for item in found] == ["new workflow", "new workflow with a choice"]
    for item in found:
        assert f" {dialect}: " in item.insert
        assert diagnose(fixture(without_stops(item.insert)).document, config) == []


@pytest.mark.parametrize("kind", ["lambda", "choice", "wait"])
def test_a_step_of_each_type_is_offered(kind: str) -> None:
    """With the keys that the type needs, below the others."""
    fix = fixture(TEXT + "    - $0\n")
    (item,) = [item for item in completions(fix.workspace, fix.at).items if item.label == f"new {kind} step"]
    source = fix.source
    written = without_stops(item.insert).replace("\n", "\n    ")  # editors keep the indentation of the line
    after = source[: item.span.start] + written + source[item.span.end :]
    step = fixture(after).document.groups[0].steps[-1]
    assert step.fields["type"].text == kind
    assert {finding.code for finding in diagnose(fixture(after).document)} <= {
        "unknown-branch-target"
    }  # of the placeholders


def test_the_call_hierarchy_goes_along_branches_too() -> None:
    """Both ways, with the places of the names."""
    fix = fixture(TEXT)

    def drawn(calls: tuple[EdgeCall, ...]) -> list[tuple[str, list[str]]]:
        return [(call.item.name, [fix.source[slice(*span)] for span in call.from_spans]) for call in calls]

    assert drawn(outgoing_calls(fix.workspace, URI, 0, "ask")) == [
        ("publish", ["publish"]),
        ("repair", ["repair"]),
    ]
    assert drawn(incoming_calls(fix.workspace, URI, 0, "publish")) == [("ask", ["publish"])]
    assert drawn(incoming_calls(fix.workspace, URI, 0, "repair")) == [
        ("ask", ["repair"]),
        ("publish", ["repair"]),
    ]
    assert drawn(outgoing_calls(fix.workspace, URI, 0, "publish")) == [("repair", ["repair"])]


def test_a_branch_is_marked_and_edited_together_with_its_step() -> None:
    """As an entry of `depends_on` is."""
    fix, where = at("else_step: rep$0air")
    marked = [fix.source[slice(*one.span)] for one in highlight(fix.workspace, where)]
    assert marked == ["repair", "repair", "repair"]
    fix, where = at("- name: rep$0air")
    found = linked_editing(fix.workspace, where)
    assert found is not None
    assert [fix.source[slice(*span)] for span in found.spans] == ["repair"] * 3
