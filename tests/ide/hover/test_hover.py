"""Hover: what each token of a group has to say, as Markdown and as plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from spine_lsp.ide.cursor import At
from spine_lsp.ide.hover.hover import hover
from spine_lsp.ide.hover.markup import FileLink, Hover, NameLink, render
from spine_lsp.ide.markdown import code, escape
from tests.fixture import fixture

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
          depends_on: [fetch]
          params: {tier: two, "week": "{{ params.tier }} {{ params.week }}"}
        - name: report
          pipeline: prices.clean
          depends_on: clean
        - name: other
          pipeline: prices.other
      policy:
        execution: parallel
        max_concurrency: 2
        on_failure: continue
"""

BROKEN = """
    name: broken
    steps:
      - {name: a, pipeline: p, depends_on: [b]}
      - {name: b, pipeline: p, depends_on: [a]}
      - {name: own, pipeline: p, depends_on: [own]}
      - {name: gap, pipeline: p, depends_on: [nowhere]}
      - {name: behind, pipeline: p, depends_on: [gap, a]}
      - {name: a, pipeline: second}
      - {pipeline: "`x`"}
"""


def check_hover(text: str, *expected: str) -> Hover:
    """The hover at the cursor as plain text, line by line."""
    fix = fixture(text)
    found = hover(fix.workspace, fix.at)
    assert found is not None
    assert render(found, markdown=False).split("\n") == list(expected)
    return found


CLEAN = [
    "clean runs prices.clean",
    "#3 of 4 · level 2",
    "Waits for (1): fetch",
    "Waited for by (1): report",
    "Parameters:",
    "- tier = two (step), in place of the default one",
    "- day = {{ params.day }} (default)",
    "- week = one {{ params.week }} (step)",
]


@pytest.mark.parametrize(
    ("old", "new"), [("name: clean", "name: cl$0ean"), ("depends_on: clean", "depends_on: $0clean")]
)
def test_a_step_and_its_uses_say_the_same(old: str, new: str) -> None:
    """On a name and on a dependency: place in the order, neighbours, and parameters with their origin."""
    check_hover(GROUP.replace(old, new), *CLEAN)


def test_direct_and_all_neighbours_are_counted() -> None:
    """What waits indirectly is counted, what waits directly is listed."""
    check_hover(
        GROUP.replace("name: fetch", "name: $0fetch")
        .replace("tier: one", "x: 1")
        .replace('        day: "{{ params.day }}"\n', ""),
        "fetch runs prices.fetch",
        "#1 of 4 · level 1",
        "Waits for nothing.",
        "Waited for by (1 directly, 2 in all): clean",
        "Parameters:",
        "- x = 1 (default)",
    )


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        ("name: a", "Cannot run.|At fault:|- a → b → a: none of these can start"),
        ("name: own", "Cannot run.|At fault:|- it waits for itself"),
        ("name: gap", "Cannot run.|At fault:|- no step is called nowhere"),
        ("name: behind", "Cannot run.|Blocked by gap, a"),
    ],
)
def test_what_cannot_run_says_why(old: str, expected: str) -> None:
    """A step at fault names the fault, a blocked one what it is blocked by."""
    fix = fixture(BROKEN.replace(old, old + "$0", 1))
    found = hover(fix.workspace, fix.at)
    assert found is not None
    text = render(found, markdown=False).split("\n")
    shown = expected.split("|")
    assert text[1 : 1 + len(shown)] == shown


def test_unknown_and_second_steps() -> None:
    """A dependency that names nothing says so, a second step of a name is not planned."""
    check_hover(BROKEN.replace("[nowhere]", "[no$0where]"), "Steps of this group:", "a, b, own, gap, behind")
    fix = fixture(BROKEN.replace("a, pipeline: second", "$0a, pipeline: second"))
    found = hover(fix.workspace, fix.at)
    assert found is not None
    assert "Not planned: an earlier step has this name." in render(found, markdown=False)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("policy:", "pol$0icy:", "Here: parallel, 2 at once; the widest level has 2 steps. If every step"),
        ("execution: parallel", "execution: para$0llel", "Every step starts as soon as"),
        ("execution: parallel", "execution: sequen$0tial", "Here: 4 steps, one after the other."),
        ("max_concurrency: 2", "max_concurrency: $02", "the run takes 3 times as long as one step, not 4."),
        ("on_failure: continue", "on_fail$0ure: continue", "what waits for it is skipped"),
        ("depends_on: clean", "depen$0ds_on: clean", "must have succeeded before this one starts"),
        ("metadata:", "meta$0data:", "what the group is"),
        ("kind: PipelineGroup", "kind: Pipe$0lineGroup", "A set of pipelines that run together"),
        ("name: daily", "name: da$0ily", "4 steps, 3 levels"),
        ("pipelines:", "pipe$0lines:", "4 steps, 3 levels"),
        ("prices.fetch", "prices$0.fetch", "No other step of the open files runs it."),
        ("pipeline: prices.clean", "pipeline: prices$0.clean", "- report of daily"),
        ("tier: one", "ti$0er: one", "1 of 4 steps has a value of its own."),
        ("{tier: two", "{ti$0er: two", "Stands in the place of the default one."),
        ("{tier: two", "{tier: t$0wo", "Stands in the place of the default one."),
        ('"{{ params.tier }}', '"{{ par$0ams.tier }}', "Without it the group's default is used: one"),
        (
            "{{ params.week }}",
            "{{ params.we$0ek }}",
            "A run has to give it; the group has no default for it.",
        ),
    ],
)
def test_keys_values_and_templates(old: str, new: str, expected: str) -> None:
    """Keys have the schema's documentation, values say what they mean for this group, templates what stands in."""
    fix = fixture(GROUP.replace(old, new, 1))
    found = hover(fix.workspace, fix.at)
    assert found is not None
    assert expected.casefold() in render(found, markdown=False).casefold()
    assert found.span is not None
    assert found.span.start <= fix.at.offset <= found.span.end


def test_names_are_links_where_the_client_can_follow_them() -> None:
    """With a `link` callback neighbours are links to their names; without they are code."""
    fix = fixture(GROUP.replace("name: clean", "name: $0clean"))
    found = hover(fix.workspace, fix.at)
    assert found is not None

    def to_target(link: NameLink | FileLink) -> str:
        assert isinstance(link, NameLink)
        return f"{link.uri}#{fix.source[slice(*link.span)]}"

    assert "[fetch](<file:///group.yaml#fetch>)" in render(found, link=to_target)
    assert "Waits for (1): `fetch`" in render(found)


def test_nothing_of_a_file_becomes_markdown() -> None:
    """Names and values are code with a fence they cannot leave, or escaped in links."""
    assert code("a`b") == "``a`b``"
    assert code("`a`") == "`` `a` ``"
    assert escape("[x](y) *b* <i>") == r"\[x\](y) \*b\* \<i\>"
    assert escape("_a_b_") == r"\_a_b\_"
    text = 'name: g\nsteps:\n  - {name: "[x](http://e)", pipeline: p}\n  - {name: b$0, pipeline: "`**p**`", depends_on: ["[x](http://e)"]}\n'
    fix = fixture(text)
    found = hover(fix.workspace, fix.at)
    assert found is not None
    assert "`` `**p**` ``" in render(found)
    assert "[\\[x\\](http\\://e)](<here>)" in render(found, link=lambda _: "here")


def test_many_neighbours_are_cut() -> None:
    """Of many names ten are shown, and the number of the others."""
    steps = "".join(f"  - {{name: s{i}, pipeline: p, depends_on: [root]}}\n" for i in range(30))
    fix = fixture(f"name: g\nsteps:\n  - {{name: $0root, pipeline: p}}\n{steps}")
    found = hover(fix.workspace, fix.at)
    assert found is not None
    assert "Waited for by (30): s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 20 more" in render(found, markdown=False)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_place_of_the_corpus_is_answered(path: Path) -> None:
    """Anywhere in real files hover answers or is silent, and never shows a name that nobody wrote."""
    fix = fixture(path.read_text(encoding="utf-8"))
    said = 0
    for offset in range(0, len(fix.source), 11):
        found = hover(fix.workspace, At(fix.uri, offset))
        if found is not None:
            said += 1
            assert "\0" not in render(found)
    assert said


def test_every_prefix_and_other_yaml() -> None:
    """Half-typed groups answer at their end, other YAML is left alone."""
    for text in (GROUP, BROKEN):
        source = fixture(text).source
        for end in range(0, len(source), 2):
            fix = fixture(source[:end])
            for offset in (end, end - 1, end - 5):
                hover(fix.workspace, At(fix.uri, max(offset, 0)))
    fix = fixture("jobs:\n  bu$0ild: {}\n")
    assert hover(fix.workspace, fix.at) is None
