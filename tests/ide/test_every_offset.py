"""Navigation answers for every text and every offset: nothing raises, and spans lie in the text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At
from spine_lsp.syntax.text import Text
from tests.ide.answers import CURSOR_FEATURES, DOCUMENT_FEATURES, spans_of

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
FILES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*.yaml"))
NOISE = "\t\n\r\"'{}[]&*!|>%@`#:-,?~ \0\u2028\ufeff😀a"
RICH = """\
# about https://example.com/a.
name: g
defaults: &d
  week: &w "{{ params.week }}"
  list: &l [a, 'b']
steps:
  - name: &a a
    pipeline: p.q # https://example.com/b
    params: {<<: *d, x: "{{ params.week }} {{ params.z"}
  - name: b
    pipeline: p
    depends_on: [*a, a, 'a', "a"
    ]
  - {name: c, pipeline: p, depends_on: *l}
  - pipeline: |
      long
      text
    depends_on:
      - a
      - ghost
policy:
  execution: parallel
---
kind: PipelineGroup
metadata: {name: h}
spec: {pipelines: [{name: 'it''s', pipeline: p, depends_on: "it's"}]}
"""


def mutants(source: str, count: int, seed: int) -> Iterator[str]:
    """The text with a line deleted, cut short, or with noise in it."""
    luck = random.Random(seed)
    yield source
    for _ in range(count):
        lines = source.splitlines(keepends=True)
        at = luck.randrange(len(source) + 1)
        kind = luck.randrange(3)
        if kind == 0 and lines:
            del lines[luck.randrange(len(lines))]
            yield "".join(lines)
        elif kind == 1:
            yield source[:at]
        else:
            noise = "".join(luck.choice(NOISE) for _ in range(luck.randrange(1, 4)))
            yield source[:at] + noise + source[at + luck.randrange(3) :]


def check_text(source: str, offsets: Iterator[int] | range) -> None:
    """Every feature answers at these offsets, within the text."""
    workspace = Workspace().with_document("u", 1, Text(source), None)
    for feature in DOCUMENT_FEATURES:
        check_spans(source, feature(workspace, "u"))
    for offset in offsets:
        for ask in CURSOR_FEATURES:
            check_spans(source, ask(workspace, At("u", offset)))


def check_spans(source: str, answer: object) -> None:
    for span in spans_of(answer):
        assert 0 <= span.start <= span.end <= len(source), (span, answer)
    assert "\0" not in repr(answer)


@pytest.mark.parametrize("file", FILES)
def test_corpus_files_with_faults(file: str) -> None:
    """Broken versions of real files have answers at places all over."""
    source = (CORPUS / file).read_text(encoding="utf-8")
    for number, mutant in enumerate(mutants(source, 6, seed=len(file))):
        check_text(mutant, range(number % 7, len(mutant) + 1, max(len(mutant) // 40, 1)))


def test_every_offset_of_a_rich_text() -> None:
    """A text with all forms of everything has an answer at each offset."""
    check_text(RICH, range(len(RICH) + 1))


@pytest.mark.parametrize("seed", range(5))
def test_a_rich_text_with_faults(seed: int) -> None:
    """So do its broken versions."""
    for mutant in mutants(RICH, 12, seed):
        check_text(mutant, range(seed, len(mutant) + 1, 9))


@pytest.mark.parametrize("source", ["", "\n", "\ufeff", "---", "kind: PipelineGroup", "\0", "steps:\n-", "<<<<<<< a\n"])
def test_next_to_nothing(source: str) -> None:
    """Texts that hold next to nothing have answers."""
    check_text(source, range(len(source) + 1))
