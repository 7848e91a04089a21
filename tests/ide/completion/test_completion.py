"""Completion: step names, keys, values and pieces, in finished and in half-typed text."""

from __future__ import annotations

from pathlib import Path

import pytest

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.completion import completions, resolve
from spine_lsp.ide.completion.items import CompletionItem, CompletionList
from spine_lsp.ide.completion.matching import ranked
from spine_lsp.ide.cursor import At
from spine_lsp.orchestration.graph import inspect_graph
from spine_lsp.orchestration.queries import downstream, waiting_for
from spine_lsp.syntax.text import Edit, Text, apply_edits
from tests.fixture import Fixture, fixture

CORPUS = sorted((Path(__file__).parent.parent.parent / "corpus").rglob("*.yaml"))

GROUP = """
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily
    spec:
      defaults:
        tier: one
        day: "{{ params.day }}"
      pipelines:
        - name: fetch
          pipeline: prices.fetch
        - name: clean
          pipeline: prices.clean
          params: {force: true, day: today}
        - name: new
{lines}
        - name: after
          pipeline: prices.after
          depends_on: [new]
        - name: last
          pipeline: prices.last
          depends_on: [after]
      policy:
        execution: parallel
"""


def in_step(lines: str) -> str:
    return GROUP.replace("{lines}", "\n".join(f"          {line}" for line in lines.split("\n")))


def check_items(text: str, expected: str, **options: bool | int) -> tuple[Fixture, CompletionList]:
    """The labels at the cursor, in the order that `sort_text` gives them."""
    fix = fixture(text)
    found = completions(fix.workspace, fix.at, **options)  # type: ignore[arg-type]
    ordered = sorted(found.items, key=lambda item: item.sort_text)
    assert [item.label for item in ordered] == expected.split()
    return fix, found


def check_text(text: str, label: str, line: str, **options: bool | int) -> None:
    """Choosing the item gives this line (or these lines) in the place of the cursor's."""
    fix = fixture(text)
    item = next(i for i in completions(fix.workspace, fix.at, **options).items if i.label == label)  # type: ignore[arg-type]
    assert chosen(fix, item) == line


def chosen(fix: Fixture, item: CompletionItem) -> str:
    text = fix.document.text
    number = text.line_of(fix.at.offset)
    indent = len(text.line_text(number)) - len(text.line_text(number).lstrip(" "))
    insert = item.insert.replace("\n", "\n" + " " * indent)
    after = apply_edits(fix.source, [Edit(*item.span, insert)])
    end = len(after) - (len(fix.source) - text.line_end(number))
    return after[text.line_start(number) : end].strip()


FORMS = [
    ("depends_on: [$0]", "depends_on: [fetch]"),
    ("depends_on: [$0", "depends_on: [fetch"),
    ("depends_on: [f$0", "depends_on: [fetch"),
    ("depends_on: [clean, $0", "depends_on: [clean, fetch"),
    ("depends_on: [clean, $0, x]", "depends_on: [clean, fetch, x]"),
    ("depends_on: [f$0oo, clean]", "depends_on: [fetch, clean]"),
    ("depends_on: ['$0']", "depends_on: ['fetch']"),
    ('depends_on: ["f$0', 'depends_on: ["fetch"'),
    ('depends_on: ["f$0, clean]', 'depends_on: ["fetch", clean]'),
    ("depends_on: 'f$0", "depends_on: 'fetch'"),
    ("depends_on: $0", "depends_on: [fetch]"),
    ("depends_on:$0", "depends_on: [fetch]"),
    ("depends_on: f$0", "depends_on: fetch"),
    ('depends_on: "$0"', 'depends_on: "fetch"'),
    ("depends_on:\n  $0", "- fetch"),
    ("depends_on:\n  f$0", "- fetch"),
    ("depends_on:\n  -$0", "- fetch"),
    ("depends_on:\n  - $0", "- fetch"),
    ("depends_on:\n  - clean\n  - f$0", "- fetch"),
    ("depends_on:\n  - clean\n  $0", "- fetch"),
    ("depends_on:\n- $0", "- fetch"),
]


@pytest.mark.parametrize("tail", ["", "\npipeline: prices.new", "\npipeline: [{"])
@pytest.mark.parametrize(("lines", "line"), FORMS)
def test_a_step_can_be_chosen_in_every_form(lines: str, line: str, tail: str) -> None:
    """In lists, open lists, fresh items, single texts, quotes: choosing writes what YAML reads as the entry."""
    check_text(in_step(lines + tail), "fetch", line)


@pytest.mark.parametrize(("lines", "line"), FORMS)
def test_what_was_chosen_is_waited_for(lines: str, line: str) -> None:
    """After any choice the group read anew has the edge, and none of the text that was being typed."""
    fix = fixture(in_step(lines))
    for item in completions(fix.workspace, fix.at).items:
        after = apply_edits(fix.source, [Edit(*item.span, item.insert)])
        steps = Workspace().with_document(fix.uri, 1, Text(after), None).documents[fix.uri].groups[0].steps
        depends_on = next(step.depends_on for step in steps if step.name == "new")
        assert item.label in depends_on
        assert not {"f", "foo"} & set(depends_on)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("depends_on: [$0]", "clean fetch after last"),
        ("depends_on: [clean, $0]", "fetch after last"),
        ("depends_on:\n  - fetch\n  - $0", "clean after last"),
        ("depends_on: $0", "clean fetch after last"),
        ("depends_on: [f$0, fetch]", "clean after last"),
    ],
)
def test_not_itself_not_twice_and_cycles_last(lines: str, expected: str) -> None:
    """The step itself and what it lists are left out; what waits for it comes last, the nearest above first."""
    check_items(in_step(lines), expected)


def test_a_cycle_is_shown_with_its_path() -> None:
    """An item that would close a cycle says which; the others say what they run."""
    _, found = check_items(in_step("depends_on: [$0]"), "clean fetch after last")
    detail = {item.label: item.detail for item in found.items}
    assert detail["fetch"] == "prices.fetch"
    assert detail["after"] == "would close a cycle: new → after → new"
    assert detail["last"] == "would close a cycle: new → last → after → new"


def test_a_step_with_a_fault_elsewhere_still_knows_its_cycles() -> None:
    """An unknown entry (the one being typed) does not hide what waits for the step."""
    _, found = check_items(in_step("depends_on: [nowhere, la$0]"), "clean fetch last after")
    assert {i.label for i in found.items if i.note == "closes a cycle"} == {"after", "last"}


@pytest.mark.parametrize(
    "edges", [["", "0", "1", "2"], ["3", "0", "1", "2"], ["9", "0", "0 1", "0 7"], ["", "", "0 1", "9"]]
)
def test_what_waits_for_a_step_is_what_the_graph_says(edges: list[str]) -> None:
    """The quick walk finds the same steps as the planner's question, in sound and broken graphs."""
    found = inspect_graph([str(i) for i in range(len(edges))], [line.split() for line in edges])
    for step in range(len(edges)):
        expected = {found.names[i] for i in downstream(found, step)} - {found.names[step]}
        via = waiting_for(found, step)
        assert set(via) == expected
        assert all(on in found.depends_on[found.first[name]] for name, on in via.items())


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("$0", "pipeline depends_on params retries backoff"),
        ("pipeline: p\n$0", "depends_on params retries backoff"),
        ("de$0\npipeline: p", "depends_on params retries backoff"),
        ("params:\n  $0", "tier day force"),
        ("params: {tier: 1, $0}", "day force"),
        ("pipeline: p\n    $0", ""),
    ],
)
def test_keys_of_a_step(lines: str, expected: str) -> None:
    """A step is offered the keys it lacks, required ones first; its `params` those that others have."""
    check_items(in_step(lines), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apiVersion: spine.io/v1\nkind: PipelineGroup\n$0", "metadata spec"),
        (
            "apiVersion: spine.io/v1\nkind: PipelineGroup\nmetadata:\n  $0",
            "name domain version description tags",
        ),
        ("apiVersion: spine.io/v1\nmetadata:\n  name: x\nspec:\n  $0", "pipelines defaults policy"),
        (
            "name: x\nsteps:\n  - {name: a, pipeline: p}\n$0",
            "apiVersion kind domain version description tags defaults policy",
        ),
        (
            "name: x\nsteps: []\npolicy:\n  $0\n  execution: parallel",
            "max_concurrency on_failure timeout_minutes retries backoff",
        ),
        (
            "name: x\nsteps: []\npolicy: {execution: parallel, $0}",
            "max_concurrency on_failure timeout_minutes retries backoff",
        ),
        ("name: x\nsteps: []\npolicy:\n  execution: $0", "sequential parallel"),
        ("name: x\nsteps: []\npolicy:\n  on_failure: c$0", "continue stop"),
        ("name: x\nsteps: []\npolicy: {on_failure: $0", "stop continue"),
        ("apiVersion: $0", "spine.io/v1"),
        ("kind: Pipe$0", "PipelineGroup Workflow"),
        ("apiVersion: spine.io/v1\nkind: $0", "PipelineGroup Workflow"),
        ("apiVersion: spine.io/v1\nkind: W$0", "Workflow PipelineGroup"),
    ],
)
def test_keys_and_values_of_the_header(text: str, expected: str) -> None:
    """Each level has its own keys and values, in both forms, in block and flow."""
    check_items(text, expected)


@pytest.mark.parametrize(
    ("text", "label", "line", "snippets"),
    [
        (in_step("dep$0"), "depends_on", "depends_on: [$0]", True),
        (in_step("dep$0"), "depends_on", "depends_on:", False),
        (in_step("pi$0pe: x"), "pipeline", "pipeline: x", True),
        (in_step("$0"), "params", "params:\n        $0", True),
        ("name: x\nsteps:\n  - $0", "params", "- params:\n      $0", True),
        ("name: x\nsteps:\n  - $0", "new step", "- name: ${1:name}\n    pipeline: ${2:pipeline}$0", True),
        ("name: x\nsteps:\n  -$0", "new step", "- name: ${1:name}\n    pipeline: ${2:pipeline}$0", True),
        ("name: x\nsteps:\n  $0", "new step", "- name: ${1:name}\n    pipeline: ${2:pipeline}$0", True),
        ("name: x\nsteps:\n  $0", "new step", "- name: name\n    pipeline: pipeline", False),
        ("name: x\nsteps: [$0", "new step", "steps: [{name: ${1:name}, pipeline: ${2:pipeline}}$0", True),
        ("name: x\nsteps: []\npolicy:\n  $0", "execution", "execution: ${1|sequential,parallel|}$0", True),
        ("name: x\nsteps: []\npolicy:\n  $0", "max_concurrency", "max_concurrency: ${1:4}$0", True),
        ("apiVersion: spine.io/v1\n$0", "kind", "kind: PipelineGroup", False),
        ("apiVersion: spine.io/v1\nkind:$0", "PipelineGroup", "kind: PipelineGroup", False),
    ],
)
def test_what_an_item_writes(text: str, label: str, line: str, snippets: bool) -> None:
    """Keys come with a place for their value; lines below stand under their key; an existing colon is kept."""
    check_text(text, label, line, snippets=snippets)


@pytest.mark.parametrize("text", ["$0", "# a note\n$0", "---\n$0", "pip$0"])
def test_an_empty_file_is_offered_a_whole_group(text: str) -> None:
    """Where nothing is written yet, a group in both forms; without snippets only its keys."""
    fix = fixture(text)
    labels = [item.label for item in completions(fix.workspace, fix.at).items]
    assert labels[:2] == ["new pipeline group", "new pipeline group, flat"]
    assert "new pipeline group" not in [i.label for i in completions(fix.workspace, fix.at, snippets=False).items]


@pytest.mark.parametrize(
    "text",
    [
        "jobs:\n  $0",
        "jobs: {}\n$0",
        "apiVersion: apps/v1\nkind: $0",
        "name: CI\non: push\nsteps:\n  - $0",
        "name: CI\nsteps:\n  - script: x\n    $0",
    ],
)
def test_other_yaml_is_left_alone(text: str) -> None:
    """Files of other tools get nothing, even where they look alike."""
    fix = fixture(text)
    assert completions(fix.workspace, fix.at) == CompletionList()


@pytest.mark.parametrize(
    ("lines", "label", "line"),
    [
        ('params:\n  x: "{{ $0', "params.day", 'x: "{{ params.day }}'),
        ('params:\n  x: "{{$0}}"', "params.day", 'x: "{{ params.day}}"'),
        ('params:\n  x: "{{ par$0ams.da }}"', "params.day", 'x: "{{ params.day }}"'),
        ('params:\n  x: "{{ params.$0 }}"', "params.tier", 'x: "{{ params.tier }}"'),
        ("params:\n  x: {{ $0", "params.day", "x: {{ params.day }}"),
        ("params:\n  tier: $0", '"{{ params.tier }}"', 'tier: "{{ params.tier }}"'),
        ("params:\n  force: $0", "false", "force: false"),
        ("pipeline: $0", "prices.fetch", "pipeline: prices.fetch"),
        ('pipeline: "pri$0"', "prices.last", 'pipeline: "prices.last"'),
    ],
)
def test_values(lines: str, label: str, line: str) -> None:
    """Templates, values that a parameter has elsewhere, and pipelines in use can be chosen."""
    check_text(in_step(lines), label, line)


def test_pipelines_of_all_open_files_are_offered() -> None:
    """Those of this file come first, and not what is being typed."""
    text = "#- /a.yaml\nname: a\nsteps:\n  - {name: x, pipeline: p.x}\n  - {name: y, pipeline: p$0}\n"
    text += "#- /b.yaml\nname: b\nsteps:\n  - {name: z, pipeline: a.z}\n"
    check_items(text, "p.x a.z")


def test_names_are_quoted_where_yaml_needs_it() -> None:
    """A name that would be read as something else is written in quotes, inside quotes it is escaped."""
    steps = '  - {name: "yes: 1", pipeline: p}\n  - {name: "1.5", pipeline: p}\n'
    text = f"name: x\nsteps:\n{steps}  - {{name: b, pipeline: p, depends_on: [$0]}}\n"
    check_text(text, "yes: 1", '- {name: b, pipeline: p, depends_on: ["yes: 1"]}')
    check_text(text, "1.5", '- {name: b, pipeline: p, depends_on: ["1.5"]}')
    check_text(text.replace("[$0]", "'$0'"), "1.5", "- {name: b, pipeline: p, depends_on: '1.5'}")


def test_steps_without_a_name_and_second_ones_are_not_offered_twice() -> None:
    """A step without a name cannot be waited for, and two of one name are one name."""
    steps = "  - {pipeline: p}\n  - {name: a, pipeline: p}\n  - {name: a, pipeline: q}\n"
    check_items(f"name: x\nsteps:\n{steps}  - {{name: b, pipeline: p, depends_on: [$0]}}\n", "a")


def test_groups_of_one_file_do_not_mix() -> None:
    """Names come from the document under the cursor, and documentation too."""
    one = "name: one\nsteps:\n  - {name: a, pipeline: p.one}\n"
    two = "name: two\nsteps:\n  - {name: a, pipeline: p.two}\n  - {name: b, pipeline: p, depends_on: [$0"
    fix, found = check_items(f"{one}---\n{two}", "a")
    documentation = resolve(fix.workspace, found.items[0].data)
    assert documentation is not None
    assert "p.two" in documentation


def test_documentation_comes_from_the_schema_and_the_plan() -> None:
    """Every item that is offered has documentation when it is asked for."""
    for lines in ("$0", "depends_on: [$0", "params:\n  $0", "pipeline: $0"):
        fix = fixture(in_step(lines))
        for item in completions(fix.workspace, fix.at).items:
            assert resolve(fix.workspace, item.data)
            plain = resolve(fix.workspace, item.data, markdown=False)
            assert plain is not None
            assert "`" not in plain
    assert resolve(fix.workspace, {"kind": "step", "uri": "file:///gone.yaml", "group": 0, "step": "a"}) is None
    assert resolve(fix.workspace, {}) is None


def test_big_groups_answer_in_part_and_find_what_is_typed() -> None:
    """More names than the limit make the list incomplete; typing narrows it, and slips of the finger are forgiven."""
    steps = "".join(f"  - {{name: step_{i:04}, pipeline: p}}\n" for i in range(500))
    text = f"name: x\nsteps:\n{steps}  - {{name: z, pipeline: p, depends_on: [$0]}}\n"
    fix = fixture(text)
    found = completions(fix.workspace, fix.at)
    assert (len(found.items), found.incomplete, found.items[0].label) == (200, True, "step_0499")
    fix = fixture(text.replace("$0", "0123$0"))
    assert [i.label for i in completions(fix.workspace, fix.at).items] == ["step_0123"]
    fix = fixture(text.replace("$0", "setp_012$0"))
    item = completions(fix.workspace, fix.at).items[0]
    assert item.filter_text == "setp_012"


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", "clean fetch refetch"),
        ("fe", "fetch refetch clean"),
        ("ft", "fetch refetch clean"),
        ("fecth", "fetch refetch"),
    ],
)
def test_ranking(prefix: str, expected: str) -> None:
    """What begins with the typed text, then what holds it, then its letters in order; else what is close to it."""
    matches, _ = ranked(["clean", "fetch", "refetch"], prefix, 10)
    assert [match.name for match in matches] == expected.split()


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_place_of_the_corpus_has_an_answer(path: Path) -> None:
    """Anywhere in real files the answer is sound: spans on one line around the cursor, no nameless names."""
    fix = fixture(path.read_text(encoding="utf-8"))
    for offset in range(0, len(fix.source) + 1, 7):
        check_sound(fix, offset)


def test_every_state_of_typing_has_an_answer() -> None:
    """While a group is typed from its first letter on, each state has a sound answer at its end."""
    source = fixture(in_step("pipeline: p\ndepends_on:\n  - fetch\n  - 'clean'")).source
    for end in range(len(source) + 1):
        fix = Fixture(Workspace().with_document("file:///g.yaml", 1, Text(source[:end]), None), {})
        check_sound(fix, end)
        if source[:end].endswith(("metadata:\n  ", "pipelines:\n    ", "- ", "depends_on: [", "execution: ")):
            assert completions(fix.workspace, At(fix.uri, end)).items, source[:end][-40:]


def check_sound(fix: Fixture, offset: int) -> None:
    for item in completions(fix.workspace, At(fix.uri, offset)).items:
        assert item.span == Span(*item.span)
        assert item.span.start <= offset <= item.span.end
        assert "\n" not in fix.source[slice(*item.span)]
        assert "\0" not in item.label + item.insert
