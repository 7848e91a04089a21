"""Folding: what folds, drawn as the lines that stay and the lines that go."""

from __future__ import annotations

from spine_lsp.ide.folding import folding
from tests.fixture import fixture


def check_folding(text: str, *folds: str) -> None:
    """The folds are these: ``first line … last line``, without indentation; comments have a ``#`` before."""
    fix = fixture(text)
    lines = fix.source.split("\n")
    drawn = [
        f"{'#' if fold.kind == 'comment' else ''}{lines[fold.start_line].strip()} … {lines[fold.end_line].strip()}"
        for fold in folding(fix.workspace, fix.uri)
    ]
    assert drawn == list(folds)


def test_sections_steps_and_block_texts() -> None:
    """All that has deeper lines folds, without the blank lines and comments behind it."""
    check_folding(
        """
        # one
        # two
        name: g
        steps:
          - name: a
            pipeline: p
            params:
              sql: |
                select 1

                from x
              codes: [
                1,
                2,
              ]

          # alone
          - name: b
            pipeline: p

        policy:
          execution: parallel
        """,
        "## one … # two",
        "steps: … pipeline: p",
        "- name: a … ]",
        "params: … ]",
        "sql: | … from x",
        "codes: [ … 2,",
        "- name: b … pipeline: p",
        "policy: … execution: parallel",
    )


def test_items_as_deep_as_their_key() -> None:
    """A list may stand at the indentation of its key."""
    check_folding(
        """
        name: g
        steps:
        - name: a
          pipeline: p
          depends_on:
          - b
          - c
        policy: {}
        """,
        "steps: … - c",
        "- name: a … - c",
        "depends_on: … - c",
    )


def test_comments_at_the_end_and_other_documents() -> None:
    """Comments at the end fold; documents that are no group do not."""
    check_folding(
        """
        jobs:
          build: {}
        ---
        name: g
        steps: [{name: a, pipeline: p}]
        # one
        # two
        """,
        "## one … # two",
    )


def test_broken_text_folds() -> None:
    """A fault in one line costs no fold."""
    check_folding(
        """
        name: g
        steps:
        - name: "a
          pipeline: p
        - pipeline: [p
          depends_on: }
        """,
        "steps: … depends_on: }",
        '- name: "a … pipeline: p',
        "- pipeline: [p … depends_on: }",
    )
