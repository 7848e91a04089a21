"""Completion of what Python registers: pipelines, the parameters that they take, and values."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.completion import completions, resolve
from spine_lsp.ide.completion.items import CompletionItem
from spine_lsp.ide.completion.matching import Asking
from spine_lsp.ide.cursor import At
from spine_lsp.syntax.text import Text
from tests.fixture import Fixture, fixture, project_of
from tests.ide.pipelines.workspaces import PYTHON, group

TYPING = Asking(typing=True)
OTHER = "steps:\n  - {name: b, pipeline: send_mail, params: {other: 1}}\n"


def items(fix: Fixture, asking: Asking = TYPING, limit: int = 200) -> list[CompletionItem]:
    found = completions(fix.workspace, fix.at, asking=asking, limit=limit).items
    return sorted(found, key=lambda item: item.sort_text)


def labels(text: str, asking: Asking = TYPING) -> list[str]:
    return [item.label for item in items(group(text), asking)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("pr$0", ["prices.clean", "prices.fetch"]),
        ("prices.$0", ["prices.clean", "prices.fetch"]),
        ("fet$0", ["prices.fetch"]),
        ("p.f$0", ["prices.fetch"]),
        ("prices.fetch$0", []),
        ("send$0", []),
        ("nothing$0", []),
    ],
)
def test_names_come_from_python(typed: str, names: list[str]) -> None:
    """By the letters of their segments; what no step can run is not offered, and a name in full is done."""
    assert labels(f"name: g\nsteps:\n  - name: a\n    pipeline: {typed}\n") == names


def test_a_name_that_is_registered_nowhere_is_not_offered() -> None:
    """Though another step has it; until all is read it may be right."""
    text = "name: g\nsteps:\n  - {name: b, pipeline: prices.gone}\n  - name: a\n    pipeline: prices.$0\n"
    assert "prices.gone" not in labels(text)
    fix = fixture(f"#- /g.yaml\n{text}")
    assert [item.label for item in items(fix)] == ["prices.gone"]


def test_the_documentation_of_a_name_comes_when_it_is_asked_for() -> None:
    """What the hover says, made of the item's data."""
    fix = group("name: g\nsteps:\n  - name: a\n    pipeline: fetc$0\n")
    (item,) = items(fix)
    assert item.detail == "All prices"
    said = resolve(fix.workspace, item.data)
    assert said is not None
    assert "| `day` | `str` | **required** | The day |" in said
    assert "Run by:\n- `again` of `weekly`" in said
    assert resolve(Workspace(), item.data) is None


def test_many_names_are_offered_by_their_segments() -> None:
    """Those that follow what is typed come first, and open the list again."""
    code = "".join(
        f"@register_pipeline('{domain}.d{number}.run')\nclass {domain}{number}(Pipeline): ...\n"
        for domain in ("alpha", "beta")
        for number in range(20)
    )
    head = "from spine.framework.pipelines import Pipeline\nfrom spine.framework.registry import register_pipeline\n"
    fix = fixture(f"#- /p.py\n{head}{code}\n#- /g.yaml\nname: g\nsteps:\n  - name: a\n    pipeline: $0\n")
    found = items(fix, Asking(), limit=10)
    assert [(item.label, item.retrigger) for item in found[:2]] == [("alpha.", True), ("beta.", True)]
    assert len(found) == 10


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "steps:\n  - name: a\n    pipeline: prices.fetch\n    params:\n      $0\n",
            ["day", "market", "limit", "force", "capture_id"],
        ),
        (
            "steps:\n  - name: a\n    pipeline: prices.fetch\n    params:\n      day: x\n      m$0\n",
            ["market", "limit", "force", "capture_id"],
        ),
        ("steps:\n  - name: a\n    pipeline: prices.clean\n    params: {$0}\n", ["day"]),
        (
            "defaults:\n  $0\nsteps:\n  - {name: a, pipeline: prices.clean}\n",
            ["day"],
        ),
        (
            OTHER + "  - name: a\n    pipeline: prices.clean\n    params:\n      $0\n",
            ["day"],
        ),
    ],
)
def test_parameters_are_those_that_the_pipeline_takes(text: str, names: list[str]) -> None:
    """The required first, in the order of the specification, then what the code reads; none that is given."""
    assert labels(f"name: g\n{text}", Asking()) == names


def test_a_parameter_says_its_type_and_what_it_is() -> None:
    """In the list in a few words, and as documentation."""
    fix = group("name: g\nsteps:\n  - name: a\n    pipeline: prices.fetch\n    params:\n      $0\n")
    found = {item.label: item for item in items(fix, Asking())}
    assert [found[name].detail for name in ("day", "market", "capture_id")] == [
        "str, required",
        "str, default stocks",
        "read by the code",
    ]
    assert found["market"].insert == "market: "
    said = resolve(fix.workspace, found["market"].data)
    assert said is not None
    assert "one of `stocks`, `bonds`" in said


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("market: $0", ["stocks", "bonds"]),
        ("market: bo$0", ["bonds"]),
        ("market: bonds$0", []),
        ('market: "$0"', ["stocks", "bonds"]),
        ("force: $0", ["true", "false"]),
    ],
)
def test_values_are_those_that_the_pipeline_lets_through(value: str, found: list[str]) -> None:
    """Of an enum or true and false, whatever stands elsewhere."""
    text = (
        "name: g\nsteps:\n  - {name: b, pipeline: prices.fetch, params: {market: nonsense, force: 3}}\n"
        f"  - name: a\n    pipeline: prices.fetch\n    params:\n      {value}\n"
    )
    asking = Asking() if value.endswith(("$0", '"')) and "bo" not in value else TYPING
    assert labels(text, asking)[: len(found)] == found


NAMES = ["a.b", "a.b.c", "a.bc", "ab", "b.a", "a/b", "A.b"]
CODE = PYTHON.partition("prices.py\n")[2] + "".join(
    f"\n\n@register_pipeline({name!r})\nclass C{number}(Pipeline): ...\n" for number, name in enumerate(NAMES)
)


@given(st.sampled_from(NAMES))
def test_typing_a_name_in_full_leaves_it_alone(name: str) -> None:
    """At its last letter no list is open of which Enter would make another name."""
    text = f"name: g\nsteps:\n  - name: a\n    pipeline: {name}\n"
    workspace = Workspace().with_project(project_of({"p.py": CODE}))
    workspace = workspace.with_document("file:///g.yaml", 1, Text(text), None)
    for length in range(1, len(name) + 1):
        at = At("file:///g.yaml", text.index(name) + length)
        typed = text[: at.offset] + "\n"
        now = workspace.with_document("file:///g.yaml", 2, Text(typed), None)
        found = completions(now, at, asking=TYPING).items
        if name[:length] in NAMES:
            assert found == ()
        assert name not in {item.filter_text for item in found} or name[:length] not in NAMES
