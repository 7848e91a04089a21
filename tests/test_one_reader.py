"""One reader: `check` finds an error where the loader refuses and nowhere else, and both read what PyYAML reads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import yaml
from hypothesis import given, strategies as st

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Severity
from spine_lsp.ide.values import shown_order
from spine_lsp.orchestration import PipelineGroup, PlanResolver, groups_from_text
from spine_lsp.orchestration.exceptions import GroupError
from spine_lsp.orchestration.vocabulary import LIST_PATHS
from spine_lsp.syntax.text import Text
from tests.syntax.trees import almost_yaml


def document_of(text: str) -> Document:
    return Document.read("file:///g.yaml", 0, Text(text))


def errors_of(document: Document) -> list[str]:
    return [f"{f.code}: {f.message}" for f in diagnose(document) if f.severity == Severity.ERROR]


def loaded(text: str) -> list[PipelineGroup] | GroupError:
    """The groups of a text that can be planned, or the first refusal."""
    try:
        groups = groups_from_text(text)
        for group in groups:
            PlanResolver(validate_pipelines=False).resolve(group)
    except GroupError as error:
        return error
    return groups


def by_pyyaml(text: str) -> object:
    """What the safe loader makes of a text; an exception where it raises, whatever that is."""
    try:
        return yaml.safe_load(text)
    except Exception as error:  # it lets ValueError, KeyError and others through
        return error


def same(one: object, other: object) -> bool:
    """Equal, of equal types; a number that is none equals another."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, (list, tuple)) and type(one) is type(other):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


def params_of(data: object) -> Iterator[object]:
    """The parameters of each step, and the defaults, of plain data that are a group."""
    assert isinstance(data, dict)
    body = data["spec"] if "metadata" in data else data
    yield body.get("defaults") or {}
    for path in LIST_PATHS:
        steps: object = data
        for key in path:
            steps = steps.get(key) if isinstance(steps, dict) else None
        if isinstance(steps, list):
            yield from (step.get("params") or {} for step in steps)
            return


def check_alike(text: str) -> bool:
    """The three ways agree about a text; the answer is whether it is a group that can be planned."""
    document = document_of(text)
    if not document.is_spine:
        return False
    errors = errors_of(document)
    found = loaded(text)
    assert isinstance(found, GroupError) == bool(errors), (found, errors)
    if isinstance(found, GroupError):
        return False
    assert len(found) == len(document.groups)
    for group, shown in zip(found, document.groups, strict=True):
        plan = PlanResolver(validate_pipelines=False).resolve(group)
        assert [step.step_name for step in plan.steps] == [shown.steps[n].name for n in shown_order(shown)]
        assert same([dict(step.params) for step in group.steps], [dict(step.params) for step in shown.steps])
    read = by_pyyaml(text)
    if len(document.file.parts) == 1:
        assert not isinstance(read, Exception), read
        assert same(list(params_of(read)), [found[0].defaults, *(step.params for step in found[0].steps)])
    return True


SOUND = [
    *(
        "a",
        "x y",
        "'a'",
        '"b"',
        "yes",
        "on",
        "null",
        "~",
        "",
        "1",
        "010",
        "1_000",
        "0b101",
        "0x1F",
        "12:30",
        "1.5",
    ),
    *(
        "2026-01-09",
        "2026-01-09 12:30:45",
        "1e3",
        ".inf",
        ".nan",
        "0o17",
        "-1",
        "!!int '3'",
        "!!str 3",
        "!!bool yes",
    ),
    *(
        "!!binary aGk=",
        "! '12'",
        "!!float 1",
        "!!null x",
        "*d",
        "*l",
        "[a, b]",
        "[a, {k: v}]",
        "{}",
        "{k: v}",
        "{a}",
    ),
    *(
        "{<<: *d}",
        "{<<: [*d, *e], k: 2}",
        "{<<: *d, <<: *e}",
        "!!set {a, b}",
        "!!omap [a: 1, b: 2]",
        "!!seq [a]",
    ),
    *(
        "!!pairs [a: 1, a: 2]",
        "!!map {a: 1}",
        "{1: a, '1': b}",
        "{2026-01-09: x}",
        "{~: x}",
        "{? a : b}",
        "{a:, b: 1}",
    ),
    *(
        "'a\tb'",
        "a # b\tc",
        "'{{ params.x }}'",
        "|\n{i}  text\n{i}   more",
        ">-\n{i}  a\n{i}  b",
        "|\n{i} \ttab",
    ),
    *(
        "a\n{i}  b",
        "'a\n{i}  b'",
        "'\u2028'",
        "[a,\n{i}  b]",
        "[*d, *d]",
        "{*n : x}",
        "{=: 1}",
        "!!set {<<: *d}",
    ),
]
ODD = [
    *(
        "2026-13-45",
        "=",
        "<<",
        "-",
        "!env HOME",
        "!!int x",
        "!!timestamp x",
        "!!set",
        "!!python/name:os.system",
        "*none",
    ),
    *(
        "&d again",
        "{<<: text}",
        "{<<: *l}",
        "{<<: [*d, x]}",
        "{<<: }",
        "{[a]: b}",
        "{{a: b}: c}",
        "!!omap {a: 1}",
    ),
    *(
        "!!map [a]",
        "!!str [a]",
        "{a: 1, a: 2}",
        "{yes: 1, on: 2}",
        "{1: a, 01: b}",
        "[a?b]",
        "{u: http://x/?q}",
        "a\tb",
    ),
    *(
        "a\t",
        "\ta",
        "a: b",
        "{{ params.x }}",
        ">#x\n{i}  a",
        "\u2028a",
        "a\u2028b",
        "&r {y: *r}",
        "&r [*r]",
        "[*n]",
    ),
    *(
        "0x" + "f" * 300,
        "9" * 400,
        "\ufeff",
        "\x07",
        "@a",
        "%a",
        "`a",
        "[",
        "}",
        "'",
        '"',
        "[!!str, b]",
        "{a b: c, d}",
    ),
    *(
        "!!bool maybe",
        "!!binary é",
        "!<x> a",
        "&a.b c",
        "- a",
        "? a",
        "[a]b",
        "'a'b",
        "# gone",
        "[[[[a]]]]",
        "*d x",
    ),
]
FIRST = ["", "", "---\n", "# licence\n---\n", "%YAML 1.1\n---\n", "\ufeff", "--- # first\n"]
ODD_FIRST = ["---\n---\n", "\t\n", "%YAML 2.0\n---\n", "%FOO\n---\n", "a: 1\n---\n", "...\n", "[]\n...\n"]
LAST = ["", "", "...\n", "...\n# end\n", "# end\n"]
ODD_LAST = [
    "---\n",
    "---\nkind: Deployment\n",
    "---\nname: h\nsteps: [{name: a, pipeline: p}]\n",
    "...\nname: h\n",
    "\t\n",
    "}\n",
]
HEADS = [
    "  version: 2\n",
    "  version: 1_0\n",
    "  tags: [a, 'yes']\n",
    "  domain: '010'\n",
    "  <<: {domain: d}\n",
    "",
]
ODD_HEADS = [
    "  tags: [a, yes]\n",
    "  domain: 010\n",
    "\tx: 1\n",
    "  nmae: x\n",
    "  version: 0\n",
    "  <<: *l\n",
    " x: 1\n",
]
POLICIES = [
    "",
    "",
    "execution: parallel",
    "max_concurrency: 1_0",
    "timeout_minutes: 12:30",
    "<<: {on_failure: stop}",
]
ODD_POLICIES = [
    "max_concurrency: yes",
    "execution: on",
    "max_concurrency: 010.",
    "timeout_minutes: 0",
    "<<: *d",
    "mode: x",
]
KEYS = [
    "k",
    "j",
    "h",
    "'k'",
    "on",
    "1",
    "01",
    "<<",
    "=",
    "? k",
    "!!str 1",
    "&k k",
    "2026-01-09",
    "a b",
    "~",
    "*n",
    "[a]",
]


@st.composite
def groups(draw: st.DrawFn) -> str:
    """A group of some steps that is sound but for a few places, at most."""
    left = draw(st.sampled_from([0, 0, 1, 1, 2, 4]))

    def one_of(sound: Sequence[str], odd: Sequence[str], indent: str = "") -> str:
        nonlocal left
        if left and draw(st.integers(0, 5)) == 0:
            left -= 1
            return draw(st.sampled_from(odd)).replace("{i}", indent)
        return draw(st.sampled_from(sound)).replace("{i}", indent)

    def entries(indent: str) -> str:
        keys = draw(st.lists(st.sampled_from(KEYS[:4]), max_size=3, unique_by=lambda key: key.strip("'")))
        keys = [one_of([key], KEYS) for key in keys]
        return "".join(f"{indent}{key}: {one_of(SOUND, ODD, indent)}\n" for key in keys)

    nested = draw(st.booleans())
    dash = draw(st.sampled_from(["    ", "  "] if nested else ["", "  "]))
    steps = ""
    for name in ["a", "'b'", '"c"', "e f"][: draw(st.integers(1, 4))]:
        steps += f"{dash}- name: {one_of([name], [*SOUND, *ODD], dash + '  ')}\n"
        steps += f"{dash}  pipeline: {one_of(['p.q', 'p'], [*SOUND, *ODD], dash + '  ')}\n"
        if draw(st.booleans()):
            on = one_of(
                ["[]", "[a]", "*l"] if name != "a" else ["[]"],
                ["a", "[yes]", "[a, 1]", "[*n]", *SOUND, *ODD],
                dash,
            )
            steps += f"{dash}  depends_on: {on}\n"
        if draw(st.booleans()) and (params := entries(f"{dash}    ")):
            steps += f"{dash}  params:\n{params}"
    helpers = "x: &d {k: 1, m: [1]}\n.y: &e {i: 3}\nz: [&l [a], &n a]\n"
    name = one_of(["g", "'g'"], [*SOUND, *ODD], "    ")
    head = one_of(HEADS, ODD_HEADS)
    policy = one_of(POLICIES, ODD_POLICIES)
    if nested:
        body = f"apiVersion: spine.io/v1\nkind: PipelineGroup\n{helpers}metadata:\n  name: {name}\n{head}spec:\n"
        if defaults := entries("    "):
            body += f"  defaults:\n{defaults}"
        body += f"  pipelines:\n{steps}" + (f"  policy:\n    {policy}\n" if policy else "")
    else:
        body = f"{helpers}name: {name}\n{'policy: {' + policy + '}' if policy else ''}\nsteps:\n{steps}"
    return one_of(FIRST, ODD_FIRST) + body + one_of(LAST, ODD_LAST)


GROUPS = groups()
MUTATED = st.builds(
    lambda text, at, cut, signs: text[: at % (len(text) + 1)] + signs + text[at % (len(text) + 1) + cut :],
    GROUPS,
    st.integers(0, 2_000),
    st.integers(0, 4),
    st.text(alphabet="\t \n-:?,[]{}#&*!|>'\"%@ax\u2028\r", max_size=3),
)


@given(GROUPS)
def test_three_ways_to_read_a_group_agree(text: str) -> None:
    """Types, tags, anchors, merges, tabs, documents, flow and block, sound and broken."""
    check_alike(text)


@given(MUTATED)
def test_three_ways_to_read_a_slip_agree(text: str) -> None:
    """A group with a few characters more and a few less."""
    check_alike(text)


@given(almost_yaml)
def test_three_ways_to_read_odd_lines_agree(text: str) -> None:
    """Lines that stand in groups, in any order."""
    check_alike(text)
