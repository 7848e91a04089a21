"""Diagnosis as a whole: order, levels, what cannot be labelled in a fixture, and totality."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose, diagnose_in_steps
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.analysis.rules.redundant_dependency import MARKED
from spine_lsp.syntax.text import Edit, Text
from tests.fixture import fixture

CORPUS = sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))
GROUP = "name: daily\nsteps:\n  - name: a\n    pipeline: p.a\n    depends_on: [x, a, a]\n"

CONFLICTS = """\
name: d
<<<<<<< ours
version: 1
=======
version: 2
>>>>>>> theirs
steps:
<<<<<<< ours
- name: a
=======
- name: b
>>>>>>> theirs
  pipeline: p
"""


def read(source: str) -> Document:
    return Document.read("file:///group.yaml", 1, Text(source))


def told(source: str, config: Config | None = None) -> list[tuple[str, str]]:
    """Codes and the text that each finding stands on."""
    found = diagnose(read(source), config or Config())
    return [(finding.code, source[finding.start : finding.end]) for finding in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("kind: PipelineGroup\nmetadata: {}\nspec: {pipelines: []}\n", [("missing-key", "metadata")]),
        ("name: d\nneeds: []\nsteps:\n- name: a\n  pipeline: p\n", [("unknown-key", "needs")]),
        ("kind: PipelineGroup\nname: d\nsteps:\n- name: a\n\tpipeline: p\n", [("yaml-syntax", "\t")]),
        (
            CONFLICTS,
            [("yaml-syntax", "<<<<<<< ours"), ("yaml-syntax", "<<<<<<< ours")],
        ),
    ],
    ids=["group without name", "key at the top", "tab", "conflicts"],
)
def test_findings_at_the_start_of_a_line(source: str, expected: list[tuple[str, str]]) -> None:
    """What stands in column 0 is reported on the token alone."""
    assert told(source) == expected


def test_a_cycle_links_every_edge() -> None:
    """The related places of a cycle are its edges, each on its token, in the order of the path."""
    fix = fixture("""
        name: d
        steps:
          - {name: a, pipeline: p, depends_on: [c]}
          - {name: b, pipeline: p, depends_on: a}
          - name: c
            pipeline: p
            depends_on:
              - b
    """)
    (found,) = diagnose(fix.document)
    assert [(fix.source[place.start : place.end], place.message) for place in found.related] == [
        ("c", "`a` waits for `c`"),
        ("b", "`c` waits for `b`"),
        ("a", "`b` waits for `a`"),
    ]


def test_findings_are_in_the_order_of_the_text() -> None:
    """Findings come by place, whatever rule found them."""
    assert [text for _, text in told(GROUP)] == ["x", "a", "a", "a"]


def test_a_level_of_the_configuration_is_the_severity() -> None:
    """A rule that is configured reports at that level, and not at all when it is off."""
    found = diagnose(read(GROUP), Config.of({"unknown-dependency": "hint", "self-dependency": "off"}))
    assert [(finding.code, finding.severity) for finding in found] == [
        ("unknown-dependency", Severity.HINT),
        ("duplicate-dependency", Severity.WARNING),
    ]


def test_redundant_entries_beyond_the_first_are_counted() -> None:
    """In a large group the last marked entry says how many more there are."""
    steps = "".join(
        f"  - {{name: s{n}, pipeline: p, depends_on: [{', '.join(f's{k}' for k in range(n))}]}}\n" for n in range(30)
    )
    found = [f for f in diagnose(read(f"name: d\nsteps:\n{steps}")) if f.code == "redundant-dependency"]
    assert len(found) == MARKED
    assert sum("more entries are redundant" in f.message for f in found) == 1
    assert any(f"({sum(range(29)) - MARKED:,} more" in f.message for f in found)


def test_diagnosis_yields_between_rules() -> None:
    """The work can be dropped between two rules, and ends with what `diagnose` answers."""
    work = diagnose_in_steps(read(GROUP))
    pauses = 0
    found = None
    while found is None:
        found, pauses = _advance(work), pauses + 1
    assert found == diagnose(read(GROUP))
    assert pauses > 10


def _advance(work: Generator[None, None, list[Finding]]) -> list[Finding] | None:
    try:
        next(work)
    except StopIteration as done:
        found: list[Finding] = done.value
        return found
    return None


@given(st.data())
def test_an_edited_document_says_what_a_fresh_one_says(data: st.DataObject) -> None:
    """After any edit of a corpus file the findings are those of the same text read from nothing."""
    source = data.draw(st.sampled_from(CORPUS)).read_text(encoding="utf-8")
    document = read(source)
    diagnose(document)
    for _ in range(data.draw(st.integers(1, 3))):
        source = document.text.source
        start = data.draw(st.integers(0, len(source)))
        end = data.draw(st.integers(start, min(len(source), start + 40)))
        new = data.draw(
            st.sampled_from(
                [
                    "",
                    "x",
                    "\n",
                    "  ",
                    "- ",
                    ": ",
                    '"',
                    "[",
                    "]",
                    "{{ a",
                    "}}",
                    "*a",
                    "&a ",
                    "# spine: ignore\n",
                ]
            )
        )
        edit = Edit(start, end, new)
        document = document.changed(2, document.text.replaced(*edit), [edit])
        for finding in diagnose(document):
            assert 0 <= finding.start <= finding.end <= len(document.text.source)
    assert diagnose(document) == diagnose(read(document.text.source))


@given(st.text(alphabet=" \n\t-:#[]{}'\"&*|>ab,\\%!\u2028\r", max_size=60))
def test_every_text_has_an_answer(text: str) -> None:
    """Nothing that is typed into a group makes the diagnosis raise."""
    diagnose(read(text))
    diagnose(read(f"apiVersion: spine.io/v1\n{text}\nspec:\n  pipelines:\n    - name: {text}\n"))
