"""Rename: every form is rewritten as it was written, what cannot be done is refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At
from spine_lsp.ide.rename import Refusal, Renameable, Renaming, prepare_rename, rename
from spine_lsp.syntax.text import Text, apply_edits
from tests.examples import examples
from tests.fixture import fixture


def check_rename(text: str, new: str, expected: str) -> None:
    """Renaming what is at the cursor makes `expected` of the text."""
    fix = fixture(text)
    done = rename(fix.workspace, fix.at, new)
    assert isinstance(done, Renaming), done
    assert apply_edits(fix.source, done.edits) == fixture(expected).source


def check_refusal(text: str, new: str, reason: str) -> None:
    """Renaming what is at the cursor is refused, and the reason holds these words."""
    fix = fixture(text)
    done = rename(fix.workspace, fix.at, new)
    assert isinstance(done, Refusal), done
    assert reason in done.reason


STEPS = """
name: g
defaults: {week: 1}
steps:
- name: fet$0ch
  pipeline: fetch # fetch
  params: {fetch: "fetch {{ params.fetch }}"}
- {name: b, depends_on: [fetch, 'fetch']}
- name: c
  depends_on:
    - "fetch"  # why
- name: d
  depends_on: fetch
"""


def test_every_form_of_an_edge_is_renamed() -> None:
    """Quotes and comments stay; pipelines and parameters of that name are others."""
    check_rename(
        STEPS,
        "load",
        """
        name: g
        defaults: {week: 1}
        steps:
        - name: load
          pipeline: fetch # fetch
          params: {fetch: "fetch {{ params.fetch }}"}
        - {name: b, depends_on: [load, 'load']}
        - name: c
          depends_on:
            - "load"  # why
        - name: d
          depends_on: load
        """,
    )


@pytest.mark.parametrize(
    ("new", "plain", "single", "double"),
    [
        ("1.0", '"1.0"', "'1.0'", '"1.0"'),
        ("no", '"no"', "'no'", '"no"'),
        ("null", '"null"', "'null'", '"null"'),
        ("2024-01-01", '"2024-01-01"', "'2024-01-01'", '"2024-01-01"'),
        ("a, b", '"a, b"', "'a, b'", '"a, b"'),
        ("a: b", '"a: b"', "'a: b'", '"a: b"'),
        ("a #b", '"a #b"', "'a #b'", '"a #b"'),
        ("it's", '"it\'s"', "'it''s'", '"it\'s"'),
        ('"q"', "'\"q\"'", "'\"q\"'", '"\\"q\\""'),
        ("back\\slash", "'back\\slash'", "'back\\slash'", '"back\\\\slash"'),
        ("prüfen 🚀", '"prüfen 🚀"', "'prüfen 🚀'", '"prüfen 🚀"'),
        ("a\u2028b", '"a\\u2028b"', '"a\\u2028b"', '"a\\u2028b"'),
    ],
)
def test_quotes_come_where_the_new_name_needs_them(new: str, plain: str, single: str, double: str) -> None:
    """A name that YAML would read as something else is quoted, and every place still means that name."""
    text = "name: g\nsteps:\n- name: a$0\n  pipeline: p\n- {name: b, depends_on: [a, 'a', \"a\"]}\n"
    check_rename(
        text,
        new,
        f"name: g\nsteps:\n- name: {plain}\n  pipeline: p\n- {{name: b, depends_on: [{plain}, {single}, {double}]}}\n",
    )


def test_aliases_follow_what_they_mean() -> None:
    """An alias of the name stays; one whose anchor is something else becomes the name."""
    check_rename(
        """
        name: g
        defaults: {x: &x fetch, all: &all [fetch, b]}
        steps:
        - {name: &f fetch$0, pipeline: p}
        - {name: b, depends_on: [*f, *x]}
        - {name: c, depends_on: *all}
        """,
        "load",
        """
        name: g
        defaults: {x: &x fetch, all: &all [load, b]}
        steps:
        - {name: &f load, pipeline: p}
        - {name: b, depends_on: [*f, load]}
        - {name: c, depends_on: *all}
        """,
    )


def test_aliases_inside_anchored_lists() -> None:
    """A list that steps share is renamed where it is written, an alias in it only if its anchor is not."""
    check_rename(
        """
        name: g
        defaults: {x: &x fetch, all: &all [*f, *x, b], f: &f fetch}
        steps:
        - {name: fetch$0, pipeline: p}
        - {name: c, depends_on: *all}
        """,
        "load",
        """
        name: g
        defaults: {x: &x fetch, all: &all [load, load, b], f: &f fetch}
        steps:
        - {name: load, pipeline: p}
        - {name: c, depends_on: *all}
        """,
    )


def test_anchors_inside_one_step() -> None:
    """A step that waits for itself through an alias follows its own name."""
    text = """
        name: g
        steps:
        - name: &n {name}
          pipeline: p
          params: {{l: &l [{entry}, b]}}
          depends_on: {on}
        """
    for on, entry in (("*l", "load"), ("[*n]", "fetch")):
        expected = text.format(name="load", entry=entry, on=on)
        check_rename(text.format(name="fetch$0", entry="fetch", on=on), "load", expected)


def test_a_duplicate_is_renamed_alone() -> None:
    """Nothing waits for the second step of a name, so only its name changes; the first keeps the dependents."""
    text = """
        name: g
        steps:
        - {{name: {one}, pipeline: p}}
        - {{name: {two}, pipeline: p}}
        - {{name: b, depends_on: {on}}}
        """
    check_rename(text.format(one="a", two="a$0", on="a"), "c", text.format(one="a", two="c", on="a"))
    check_rename(text.format(one="a$0", two="a", on="a"), "c", text.format(one="c", two="a", on="c"))


def test_a_parameter_is_renamed_with_templates_and_overrides() -> None:
    """The default's key, what overrides it, and every template change together."""
    check_rename(
        """
        name: g
        defaults:
          week: 1
        steps:
        - name: a
          pipeline: p
          params:
            'week': 2
            path: "week {{ params.week }}/{{params.weekly}}"
        - {name: b, pipeline: p, params: {path: "{{ params.we$0ek }}"}}
        """,
        "day",
        """
        name: g
        defaults:
          day: 1
        steps:
        - name: a
          pipeline: p
          params:
            'day': 2
            path: "week {{ params.day }}/{{params.weekly}}"
        - {name: b, pipeline: p, params: {path: "{{ params.day }}"}}
        """,
    )


def test_a_steps_own_parameter_is_renamed_alone() -> None:
    """Without a default or a template, the same key of another step is another parameter."""
    text = "name: g\nsteps:\n- {{name: a, pipeline: p, params: {{{one}: 1}}}}\n- {{name: b, params: {{force: 1}}}}\n"
    check_rename(text.format(one="for$0ce"), "hard", text.format(one="hard"))


def test_an_anchor_is_renamed_with_its_aliases() -> None:
    """Another anchor of the same name further down keeps its name and aliases."""
    text = "name: g\nsteps:\n- {{name: a, pipeline: p, params: {{a: &{x} 1, b: *{y}, c: &it 2, d: *it}}}}\n"
    check_rename(text.format(x="it", y="i$0t"), "one", text.format(x="one", y="one"))


def test_a_group_is_renamed() -> None:
    """The name of the group is one place."""
    check_rename("kind: PipelineGroup\nmetadata: {name: 'g$0'}\n", "h", "kind: PipelineGroup\nmetadata: {name: 'h'}\n")


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("a\nb", "line break"),
        (" a", "whitespace"),
        ("b", "already has a step `b`"),
        ("ghost", "`z` waits for `ghost`"),
    ],
)
def test_unusable_names_are_refused(new: str, reason: str) -> None:
    """Nothing that would break the file, or change what waits for what, is done."""
    check_refusal(STEPS + "- {name: z, depends_on: ghost}\n", new, reason)


def test_refusals_of_parameters_anchors_groups_and_pipelines() -> None:
    """Each kind of name has its own limits."""
    steps = "name: g\ndefaults: {wee$0k: 1, day: '{{ params.week }}'}\nsteps: [{name: a, pipeline: p}]\n"
    check_refusal(steps, "day", "is already a parameter")
    check_refusal(steps, "a week", "template")
    check_refusal("name: g\ndefaults: {a: &x$0 1, b: &y 2}\nsteps: [{pipeline: p}]\n", "y", "is already an anchor")
    check_refusal("name: g\ndefaults: {a: &x$0 1}\nsteps: [{pipeline: p}]\n", "a b", "cannot be an anchor")
    check_refusal("name: g\nsteps: [{name: a, pipeline: p$0}]\n", "q", "Python")
    check_refusal(
        "name: g$0\nsteps: [{pipeline: p}]\n---\nname: h\nsteps: [{pipeline: p}]\n", "h", "is already a group"
    )


def test_prepare_offers_the_name_without_quotes() -> None:
    """The box shows the bare name; pipelines are refused, keys are nothing."""
    for text, expected in [
        ('- {name: "a$0", pipeline: p}', "a"),
        ("- {name: $0a, pipeline: p}", "a"),
        ("- {name: a, pipeline: p, params: {x: '{{ params.w$0 }}'}}", "w"),
    ]:
        fix = fixture(f"name: g\nsteps:\n{text}\n")
        got = prepare_rename(fix.workspace, fix.at)
        assert isinstance(got, Renameable)
        assert fix.source[slice(*got.span)] == got.name == expected
    fix = fixture("name: g\nsteps:\n- {name: a, pipeline: $0p}\n")
    assert isinstance(prepare_rename(fix.workspace, fix.at), Refusal)
    fix = fixture("name: g\nst$0eps:\n- {name: a, pipeline: p}\n")
    assert prepare_rename(fix.workspace, fix.at) is None


NAMES = st.sampled_from(["a", "b", "c", "a b", "it's", "x-1", "é"])
FORMS = st.sampled_from(["{}", "'{}'", '"{}"'])


@st.composite
def groups(draw: st.DrawFn) -> str:
    """A small group in mixed forms, with comments, duplicates, cycles and gaps."""

    def written(name: str) -> str:
        form = draw(FORMS)
        return form.format(name.replace("'", "''") if form[0] == "'" else name)

    lines = ["name: g", "steps:"]
    for name in draw(st.lists(NAMES, min_size=1, max_size=5)):
        lines += [f"- name: {written(name)} # {name}", "  pipeline: a"]
        edges = [written(edge) for edge in draw(st.lists(NAMES, max_size=3))]
        form = draw(st.sampled_from(["none", "flow", "block", "single"]))
        if form == "flow":
            lines.append(f"  depends_on: [{', '.join(edges)}] # a")
        elif form == "block" and edges:
            lines += ["  depends_on:", *(f"  - {edge}" for edge in edges)]
        elif form == "single" and edges:
            lines.append(f"  depends_on: {edges[0]}")
    return "\n".join(lines) + "\n"


NEW_NAMES = st.one_of(
    st.sampled_from(["new", "1", "true", "no", "- x", "{{x}}", "'", '"', "*a", "&a", "!a", "~", "a#b", "#"]),
    st.text(max_size=6),
)


@given(groups(), st.integers(0, 10), NEW_NAMES)
@settings(max_examples=examples(150))
def test_after_a_rename_the_graph_is_the_same(source: str, pick: int, new: str) -> None:
    """Only the name changed: edges, faults, comments and every other value are what they were."""
    workspace = Workspace().with_document("u", 1, Text(source), None)
    group = workspace.documents["u"].groups[0]
    number = pick % len(group.steps)
    step = group.steps[number]
    assert step.name is not None
    done = rename(workspace, At("u", group.name_span(number).start), new)
    if isinstance(done, Refusal):
        taken = new in group.graph.first or any(new in one.depends_on for one in group.steps)
        assert taken or new != new.strip() or not new or not new.isprintable()
        return
    assert isinstance(done, Renaming)
    document = Document.read("u", 2, Text(apply_edits(source, done.edits)))
    after = document.groups[0]
    assert _shape(after) == _shape(group)
    assert after.steps[number].name == new
    now = document.text.source.split("\n")
    for was, line in zip(source.split("\n"), now, strict=True):
        assert line.rpartition(" # ")[2] == was.rpartition(" # ")[2] or " # " not in was
    for before_step, after_step in zip(group.steps, after.steps, strict=True):
        for old, got in zip(before_step.depends_on, after_step.depends_on, strict=True):
            assert got == old or (old, got) == (step.name, new)


def _shape(group: Group) -> object:
    graph = group.graph
    waits = [graph.waits_for(number) for number in range(len(group.steps))]
    return waits, graph.missing, graph.duplicate_entries  # cycles follow; a duplicate may be planned now


@pytest.mark.parametrize("new", ["#", "a.b", '"', "&x", "*", "é", "a b", "x,y", "{", "a:", "a\u2028b"])
def test_an_anchor_has_a_name_that_the_run_time_reads(new: str) -> None:
    """Letters, digits, dash and underscore: all else would break the file, and is refused."""
    fix = fixture("name: g\ndefaults: &$0d {a: 1}\nsteps:\n- {name: s, pipeline: p, params: *d}\n")
    refusal = rename(fix.workspace, fix.at, new)
    assert isinstance(refusal, Refusal)
    assert refusal.reason.endswith("cannot be an anchor: use letters from a to z, digits, `_` and `-`")
