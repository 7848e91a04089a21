"""What is read otherwise than it looks, files of several documents, and helpers at the top."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.orchestration import InvalidGroupSpecError, groups_from_text
from spine_lsp.syntax.text import Text

GROUP = "kind: PipelineGroup\nmetadata: {name: g}\nspec:\n  pipelines:\n  - {name: a, pipeline: p}\n"


def codes(text: str) -> list[str]:
    document = Document.read("file:///g.yaml", 0, Text(text))
    assert document.is_spine
    return [finding.code for finding in diagnose(document)]


def test_what_is_no_text_is_an_error_where_a_text_is_needed_and_said_quietly_elsewhere() -> None:
    """Names, pipelines and edges; parameters, defaults, keys, and numbers that are written oddly."""
    text = (
        "kind: PipelineGroup\nname: g\nversion: 1_0\ndefaults: {day: 2026-01-09, ok: 42, sure: true, at: '12:30'}\n"
        "steps:\n- name: yes\n  pipeline: p\n- name: b\n  pipeline: p\n  params: {t: 12:30, on: 1, e: 1e3, n: 3.5}\n"
    )
    document = Document.read("file:///g.yaml", 0, Text(text))
    said = [(text[f.start : f.end], f"{f.severity.word}[{f.code}]: {f.message}") for f in diagnose(document)]
    quietly = "information[misleading-value]:"
    assert said == [
        ("1_0", f"{quietly} `1_0` is read as the number 10: quote it if a string is meant"),
        (
            "2026-01-09",
            f"{quietly} `2026-01-09` is read as the date 2026-01-09: quote it if a string is meant",
        ),
        ("yes", 'error[wrong-type]: `name` must be a string, not the value true; put it in quotes: "yes"'),
        ("12:30", f"{quietly} `12:30` is read as the number 750: quote it if a string is meant"),
        ("on", f"{quietly} `on` is read as true: quote it if a string is meant"),
        ("1e3", f"{quietly} `1e3` is read as a string: write 1000.0 if the number is meant, or quote it"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "", 0),
        ("---\n", "", 0),
        ("# licence\n---\n", "...\n", 0),
        ("%YAML 1.1\n---\n", "...\n# end\n", 0),
        ("---\n---\n", "", 1),
        ("# licence\n---\n# more\n---\n", "", 1),
        ("kind: Deployment\n---\n", "", 1),
        ("", "---\n", 1),
        ("", "---\nkind: Deployment\n---\nkind: Service\n", 1),
        ("a: 1\n...\n%YAML 1.1\n---\n", "", 1),
        ("a: 1\n...\n", "", 1),
    ],
)
def test_the_group_of_a_file_is_found_wherever_it_stands(before: str, after: str, said: int) -> None:
    """By the editor and by the loader; that Spine takes one document only is said once, quietly."""
    text = before + GROUP + after
    assert codes(text) == ["several-documents"] * said
    assert [group.name for group in groups_from_text(text)] == ["g"]


@pytest.mark.parametrize(
    "helper",
    [
        "x: &d {k: 1}",
        ".x: &d [a]",
        "x-defaults:\n  a: &d 1",
        "lists: [&d [a], &e b]",
        "anchors:\n- &d {k: 1}",
    ],
)
def test_a_key_at_the_top_that_holds_anchors_is_no_unknown_key(helper: str) -> None:
    """In both forms, in the editor and in the loader; without an anchor it is one."""
    flat = "name: g\nsteps:\n- {name: a, pipeline: p, params: {k: *d}}\n"
    nested = GROUP.replace("pipeline: p", "pipeline: p, params: {k: *d}")
    for text in (f"{helper}\n{flat}", f"{helper}\n{nested}"):
        assert codes(text) == []
        assert len(groups_from_text(text)) == 1
        bare = text.replace("&d ", "").replace("&e ", "").replace("*d", "1")
        assert "unknown-key" in codes(bare)


def test_policy_metadata_and_steps_come_through_merge_keys_and_aliases() -> None:
    """Wherever they are written, both readers find them."""
    text = (
        "p: &p {execution: parallel}\nm: &m {domain: d}\ns: &s\n- {name: a, pipeline: p}\n- {name: b, pipeline: p}\n"
        "kind: PipelineGroup\nmetadata: {<<: *m, name: g}\n"
        "spec: {pipelines: *s, policy: {<<: *p, max_concurrency: 2}}\n"
    )
    (group,) = groups_from_text(text)
    document = Document.read("file:///g.yaml", 0, Text(text))
    assert (group.domain, group.policy.mode.value, group.step_names) == ("d", "parallel", ["a", "b"])
    assert [step.name for step in document.groups[0].steps] == ["a", "b"]
    assert [finding for finding in diagnose(document) if finding.severity == 1] == []


def test_many_aliases_make_nothing_empty() -> None:
    """3,000 steps that share what 30 maps hold: a policy behind them is read, in both places."""
    maps = ", ".join(f"m{n}: {{a: {n}, b: [1, 2]}}" for n in range(30))
    steps = "".join(f"- {{name: s{n}, pipeline: p, params: {{x: *d}}}}\n" for n in range(3_000))
    text = f"name: g\ndefaults: &d {{{maps}}}\nsteps:\n{steps}policy: {{execution: parallel}}\n"
    (group,) = groups_from_text(text)
    document = Document.read("file:///g.yaml", 0, Text(text))
    assert group.policy.mode.value == document.groups[0].header.section("policy")["execution"] == "parallel"
    assert [finding for finding in diagnose(document) if finding.severity == 1] == []


@pytest.mark.parametrize(
    "value",
    ["2026-01-09", "2026-01-09 12:30:45", "!!binary aGk=", "!!set {a, b}", "yes", "12:30", "[a]", "text"],
)
@pytest.mark.parametrize(
    "place",
    ["params: {}", "defaults: {}", "policy: {}", "tags: {}", "timeout", "steps", "metadata"],
)
def test_what_json_has_no_word_for_fits_no_key(place: str, value: str) -> None:
    """A date, bytes or a set where a map, a list or a number is needed: an error here, and a refusal there."""
    step = "{name: a, pipeline: p}"
    if place == "metadata":
        text = f"kind: PipelineGroup\nmetadata: {value}\nspec: {{pipelines: [{step}]}}\n"
    elif place == "timeout":
        text = f"name: g\nsteps: [{step}]\npolicy: {{timeout_minutes: {'text' if value == '12:30' else value}}}\n"
    elif place == "steps":
        text = f"kind: PipelineGroup\nname: g\nsteps: {'text' if value == '[a]' else value}\n"
    elif place.startswith("params"):
        text = f"name: g\nsteps:\n- name: a\n  pipeline: p\n  params: {value}\n"
    else:
        value = "text" if place.startswith("tags") and value == "[a]" else value
        text = f"name: g\nsteps: [{step}]\n{place.replace('{}', value)}\n"
    assert codes(text)[0] in ("wrong-type", "missing-key")
    with pytest.raises(InvalidGroupSpecError):
        groups_from_text(text)


@pytest.mark.parametrize("value", ["", "[1, 2]", "{a: b}", "*x", "!foo", "!!binary aGk=", "[a", "2026-01-09"])
def test_a_step_with_the_key_pipeline_makes_a_file_ours(value: str) -> None:
    """Whatever its value: the loader refuses the file, so the editor says why."""
    text = f"name: g\nsteps:\n- name: a\n  pipeline: {value}\n"
    document = Document.read("file:///g.yaml", 0, Text(text))
    assert any(finding.severity == 1 for finding in diagnose(document))
    with pytest.raises(InvalidGroupSpecError):
        groups_from_text(text)


@pytest.mark.parametrize(
    "deep",
    ["[" * 150 + "]" * 150, "{a: " * 150 + "}" * 150, "[" * 60 + "{a: " * 60 + "b" + "}" * 60 + "]" * 60],
)
def test_a_group_that_is_nested_too_deep_says_so(deep: str) -> None:
    """In one place of it; the rest is read."""
    step = GROUP.replace("{name: a, pipeline: p}", f"name: a\n    pipeline: p\n    params: {deep}")
    for text in (step, f"x: {deep}\n{GROUP}"):
        document = Document.read("file:///g.yaml", 0, Text(text))
        assert any("nested deeper" in finding.message for finding in diagnose(document))
        with pytest.raises(InvalidGroupSpecError, match="nested deeper"):
            groups_from_text(text)


def test_merges_that_stand_for_too_much_are_said_once() -> None:
    """Ten lines of nine merges each: counted before they are followed, and nothing is said of what comes behind."""
    lines = "".join(f"m{i}: &m{i} {{<<: [{', '.join([f'*m{i - 1}'] * 9)}]}}\n" for i in range(1, 11))
    text = f"m0: &m0 {{k: v}}\n{lines}{GROUP.replace('pipeline: p', 'pipeline: p, params: {<<: *m10}')}"
    document = Document.read("file:///g.yaml", 0, Text(text))
    messages = [finding.message for finding in diagnose(document)]
    assert messages == ["here the aliases stand for more than 2,000,000 values, which is not read"]
    with pytest.raises(InvalidGroupSpecError, match="2,000,000"):
        groups_from_text(text)
