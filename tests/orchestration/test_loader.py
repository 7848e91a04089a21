"""Texts, files and folders to groups and back, and what is said of faulty ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.orchestration import (
    ExecutionPolicy,
    InvalidGroupSpecError,
    PipelineGroup,
    PipelineStep,
    PlanResolver,
    group_from_data,
    group_to_yaml,
    groups_from_text,
    load_group_from_yaml,
    load_groups_from_directory,
    load_groups_from_yaml,
    validate_yaml_schema,
)
from tests.examples import examples

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "schemas" / "examples"
CORPUS = ROOT / "tests" / "corpus"
AT_FAULT = ("broken_refresh", "cycle")

NESTED = """
apiVersion: spine.io/v1
kind: PipelineGroup
metadata: {name: g, domain: d, version: 2, description: text, tags: [t]}
spec:
  defaults: {tier: A}
  pipelines:
    - {name: a, pipeline: p.a}
    - {name: b, pipeline: p.b, depends_on: a, params: {k: [1, 2]}}
  policy: {execution: parallel, max_concurrency: 2, on_failure: continue, timeout_minutes: 5}
"""

FLAT = """
name: g
domain: d
version: 2
description: text
tags: [t]
defaults: {tier: A}
steps:
  - {name: a, pipeline: p.a}
  - {name: b, pipeline: p.b, depends_on: [a], params: {k: [1, 2]}}
policy: {execution: parallel, max_concurrency: 2, on_failure: continue, timeout_minutes: 5}
"""


def check_faults(text: str, *expected: str) -> None:
    """Each of ``expected`` is ``"code path: message"``; together they are all faults of the text."""
    with pytest.raises(InvalidGroupSpecError) as caught:
        groups_from_text(dedent(text))
    drawn = [f"{p.code} {'.'.join(map(str, p.path))}: {p.message}" for p in caught.value.problems]
    assert drawn == list(expected)


def test_nested_and_flat_are_two_ways_to_write_one_group() -> None:
    """With `depends_on` as a list or as one name."""
    assert groups_from_text(NESTED) == groups_from_text(FLAT)


def test_a_text_holds_one_group_a_document() -> None:
    """Empty documents between them do not count."""
    groups = groups_from_text(f"---\n{NESTED}\n---\n---\n{FLAT.replace('name: g', 'name: h', 1)}\n---\n")
    assert [group.name for group in groups] == ["g", "h"]


def test_every_fault_of_a_text_is_reported_with_its_path() -> None:
    """Not only the first."""
    check_faults(
        """
        apiVersion: spine.io/v2
        kind: Group
        metadata: {nmae: g, version: 0}
        spec:
          max_concurrency: 3
          pipelines:
            - {name: a, pipeline: p, needs: x}
            - {name: 3, pipeline: }
            - {name: a, pipeline: p, depends_on: [1, b]}
            - text
          policy: {execution: paralell}
        """,
        "unsupported-version apiVersion: unsupported apiVersion `spine.io/v2`: this planner reads `spine.io/v1`",
        "unknown-kind kind: expected kind 'PipelineGroup', not 'Group'",
        "missing-key metadata: `metadata` needs the key `name` (a string)",
        "unknown-key metadata.nmae: unknown key `nmae` in `metadata`; did you mean `name`?",
        "bad-value metadata.version: `version` must be at least 1, not 0",
        "unknown-key spec.max_concurrency: unknown key `max_concurrency` in `spec`; it belongs under `policy`",
        "unknown-key spec.pipelines.0.needs: unknown key `needs` in a step; did you mean `depends_on`?",
        'wrong-type spec.pipelines.1.name: `name` must be a string, not the number 3; put it in quotes: "3"',
        "wrong-type spec.pipelines.1.pipeline: `pipeline` must be a string, and here it is empty",
        "wrong-type spec.pipelines.2.depends_on.0: an entry of `depends_on` must be a string, "
        'not the number 1; put it in quotes: "1"',
        "wrong-type spec.pipelines.3: a step must be a mapping of keys, not the string `text`",
        "bad-value spec.policy.execution: `execution` must be `sequential` or `parallel`, "
        "not `paralell`; did you mean `parallel`?",
        "duplicate-step spec.pipelines.2.name: a step called `a` already exists; "
        "this one is not planned, rename it or remove it",
    )


def test_keys_given_twice_are_all_found_wherever_they_are() -> None:
    """A YAML reader would keep the last of each and say nothing."""
    check_faults(
        """
        name: g
        name: h
        steps:
          - {name: a, pipeline: p, pipeline: q}
          - name: b
            pipeline: p
            params: {x: {y: 1, z: 2, y: 3}}
        """,
        "duplicate-key name: the key `name` is already in this map; only one of the two can count",
        "duplicate-key steps.0.pipeline: the key `pipeline` is already in this map; only one of the two can count",
        "duplicate-key steps.1.params.x.y: the key `y` is already in this map; only one of the two can count",
    )


@pytest.mark.parametrize(
    ("text", "sentence", "field"),
    [
        ("", "Expected dict, and f is empty", "root"),
        ("- a\n- b", "Expected dict (a mapping of keys), found a list (at the top in f)", "root"),
        (
            "just words",
            "Expected dict (a mapping of keys), found the string `just words` (at the top in f)",
            "root",
        ),
        (
            "a: b: c: [",
            (
                "f is not valid YAML: this text holds a `: `, which starts a value in YAML: quote the text "
                "(line 1, column 4)"
            ),
            "root",
        ),
        ("name: g", "A group needs its steps: add `steps` or `pipelines` (at the top in f)", "root"),
        (
            "name: g\nsteps: {}\n---\nname: ''\nsteps: []",
            "`steps` must be a list of steps, not a mapping (at steps of document 1 in f, and one more fault)",
            "steps",
        ),
        (
            "name: g\nsteps: [{name: 2026-01-02, pipeline: p}]",
            '`name` must be a string, not a date; put it in quotes: "2026-01-02" (at steps[0].name in f)',
            "steps[0].name",
        ),
    ],
)
def test_the_error_is_one_sentence_with_the_place(text: str, sentence: str, field: str) -> None:
    """Of the first fault, and how many more there are."""
    with pytest.raises(InvalidGroupSpecError) as caught:
        groups_from_text(text, "f")
    assert (str(caught.value), caught.value.field) == (sentence, field)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100_000, "nested deeper than 100 levels"),
        ("a: " + "{a: " * 200 + "}" * 200, "nested deeper than 100 levels"),
        ("- " * 5_000 + "x", "nested deeper than 100 levels"),
        ("a: &a [*a]", "`&a` would contain itself"),
        (
            "a0: &a0 x\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 350)),
            "nested deeper than 100",
        ),
        (
            "m0: &m0 {k: v}\n"
            + "".join(f"m{i}: &m{i} {{<<: [{', '.join([f'*m{i - 1}'] * 9)}]}}\n" for i in range(1, 11)),
            "aliases stand for more than",
        ),
        ("a: 0x" + "f" * 3_600, "too large to be used"),
        (
            "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{k}: &{k} [{', '.join([f'*{j}'] * 10)}]\n" for j, k in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "aliases stand for more than 2,000,000 values",
        ),
        ("x" * 16_000_001, "16,000,001 characters"),
    ],
    ids=[
        "flow lists",
        "flow maps",
        "block lists",
        "self",
        "deep aliases",
        "merges",
        "number",
        "laughs",
        "size",
    ],
)
def test_a_hostile_text_is_refused_before_it_is_loaded(text: str, reason: str) -> None:
    """Nothing of it is built."""
    with pytest.raises(InvalidGroupSpecError, match=reason):
        groups_from_text(text)


@pytest.mark.parametrize("text", ["name: !!python/object:os.system x", "name: \x00", "name: 2026-13-45", "%YAML 9"])
def test_what_yaml_cannot_say_safely_is_a_fault_not_a_crash(text: str) -> None:
    """No tag runs code, and every refusal is an InvalidGroupSpecError."""
    with pytest.raises(InvalidGroupSpecError):
        groups_from_text(text)


def test_anchors_and_merge_keys_are_read() -> None:
    """As long as they are modest."""
    (group,) = groups_from_text(
        "name: g\nsteps:\n- {name: a, pipeline: p, params: &x {k: 1}}\n- {name: b, pipeline: p, params: {<<: *x, j: 2}}"
    )
    assert group.steps[1].params == {"k": 1, "j": 2}


def test_a_file_that_cannot_be_had_is_one_clear_sentence(tmp_path: Path) -> None:
    """Missing, a folder, not text."""
    with pytest.raises(FileNotFoundError, match="there is no file"):
        load_group_from_yaml(tmp_path / "none.yaml")
    with pytest.raises(InvalidGroupSpecError, match="is a folder"):
        load_group_from_yaml(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9")
    with pytest.raises(InvalidGroupSpecError, match=r"is not UTF-8 text: byte 9 .* save the file as UTF-8"):
        load_group_from_yaml(str(tmp_path / "latin.yaml"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_content(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with and without it, UTF-16."""
    (tmp_path / "g.yaml").write_text(NESTED, encoding=encoding)
    assert load_group_from_yaml(tmp_path / "g.yaml").name == "g"


def test_of_several_groups_in_a_file_one_is_chosen_by_name(tmp_path: Path) -> None:
    """Without a name that is an error which lists them."""
    path = tmp_path / "two.yml"
    path.write_text(f"{NESTED}---{FLAT.replace('name: g', 'name: h', 1)}")
    assert [group.name for group in load_groups_from_yaml(path)] == ["g", "h"]
    assert load_group_from_yaml(path, "h").name == "h"
    with pytest.raises(InvalidGroupSpecError, match=r"holds 2 groups \(g, h\)"):
        load_group_from_yaml(path)
    with pytest.raises(InvalidGroupSpecError, match="no group called 'x'"):
        load_group_from_yaml(path, "x")


def test_a_folder_is_read_in_order_of_paths(tmp_path: Path) -> None:
    """`.yaml` and `.yml`, at any depth; a pattern narrows it; a folder that is not there holds nothing."""
    (tmp_path / "sub").mkdir()
    for name, path in (("b", "b.yml"), ("a", "sub/a.yaml"), ("c", "c.yaml")):
        (tmp_path / path).write_text(f"name: {name}\nsteps: []\n")
    assert [group.name for group in load_groups_from_directory(tmp_path)] == ["b", "c", "a"]
    assert [group.name for group in load_groups_from_directory(tmp_path, pattern="*.yml")] == ["b"]
    assert load_groups_from_directory(tmp_path / "none") == []


def test_a_faulty_file_of_a_folder_is_raised_or_passed_over(tmp_path: Path) -> None:
    """As asked."""
    (tmp_path / "bad.yaml").write_text("a: b: [")
    (tmp_path / "good.yaml").write_text("name: g\nsteps: []\n")
    assert [group.name for group in load_groups_from_directory(tmp_path, ignore_errors=True)] == ["g"]
    with pytest.raises(InvalidGroupSpecError, match=r"bad\.yaml is not valid YAML"):
        load_groups_from_directory(tmp_path)


@pytest.mark.parametrize(
    ("data", "sentences"),
    [
        ({"metadata": {"name": "g"}, "spec": {"pipelines": [{"name": "a", "pipeline": "p"}]}}, []),
        ({"name": "g", "pipelines": [{"name": "a", "pipeline": "p"}]}, []),
        ({"metadata": {}, "spec": {}}, ["metadata.name is required", "spec.pipelines is required"]),
        (
            {"metadata": {"name": "g"}, "spec": {"pipelines": [{"pipeline": "p"}, {"name": "a"}]}},
            ["spec.pipelines[0].name is required", "spec.pipelines[1].pipeline is required"],
        ),
        ({"steps": []}, ["name is required"]),
        ({"name": "g"}, ["steps or pipelines is required"]),
        (
            {"name": "g", "steps": [], "tags": "x"},
            ["tags: `tags` must be a list of words, not the string `x`; write [x]"],
        ),
        ([], ["expected dict (a mapping of keys), found a list"]),
    ],
)
def test_plain_data_are_held_against_the_schema(data: object, sentences: list[str]) -> None:
    """One sentence for each fault, none for a group."""
    assert validate_yaml_schema(data) == sentences


def test_faulty_plain_data_make_no_group() -> None:
    """The error has every problem."""
    with pytest.raises(InvalidGroupSpecError) as caught:
        group_from_data({"name": 3, "steps": None})
    assert [problem.path for problem in caught.value.problems] == [("name",), ("steps",)]


@pytest.mark.parametrize(
    "path",
    [path for path in (*EXAMPLES.glob("*.yaml"), *CORPUS.rglob("*.yaml")) if path.stem not in AT_FAULT],
    ids=lambda path: path.name,
)
def test_good_files_load_plan_and_survive_being_written(path: Path) -> None:
    """The examples, and the corpus."""
    for group in load_groups_from_yaml(path):
        assert PlanResolver().resolve(group).step_count == len(group.steps) > 1
        assert groups_from_text(group_to_yaml(group)) == [group]


def test_the_broken_example_is_broken_as_it_says() -> None:
    """A step twice keeps it from loading; a cycle alone would not, for that is the planner's to say."""
    with pytest.raises(InvalidGroupSpecError) as caught:
        load_group_from_yaml(EXAMPLES / "broken_refresh.yaml")
    assert [problem.code for problem in caught.value.problems] == ["duplicate-step"]
    assert load_group_from_yaml(CORPUS / "cycle.yaml").name == "museum.catalogue"


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["yes", "null", "1e3", "0o17", "1_000", "12:30:45", "2026-01-02", "~", "<<", "=", "- x", "a: b", "#"]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), WORDS, st.just(date(2026, 1, 2))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(WORDS.filter(lambda key: key != "<<"), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=examples(40))  # two pure Python parsers and a writer each time
@given(st.lists(WORDS.filter(bool), min_size=1, max_size=4, unique=True), VALUES, WORDS)
def test_what_is_written_is_read_again(names: list[str], value: object, text: str) -> None:
    """Whatever the names, texts and parameters look like to a YAML reader."""
    steps = [PipelineStep(name, name, names[:i], {"k": value}) for i, name in enumerate(names)]
    group = PipelineGroup(names[0], steps, text, text, 1, {text: value}, ExecutionPolicy.parallel(2), [names[0]])
    if "<<" in group.defaults:
        return  # a merge key, which no writer can quote for every reader
    assert groups_from_text(group_to_yaml(group)) == [group]
