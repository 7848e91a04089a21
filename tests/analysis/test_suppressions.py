"""Suppression comments: what they silence, and what is said of those that silence nothing."""

# ruff: noqa: E501 - a label holds the whole message

from __future__ import annotations

from spine_lsp.analysis.config import Config
from tests.fixture import check_diagnostics


def test_on_its_line() -> None:
    """`ignore[code]` silences the named rule on its line, and only there."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: [x, a] # spine: ignore[unknown-dependency]
        #                     ^ error[self-dependency]: `a` waits for itself, so it can never start
            - name: b
              pipeline: p.b
              depends_on: [x]
        #                  ^ error[unknown-dependency]: no step is called `x`
        """
    )


def test_several_codes() -> None:
    """Codes are listed by comma; a remark may stand before the request."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: [x, a] # they come later # spine: ignore[unknown-dependency]
        #                     ^ error[self-dependency]: `a` waits for itself, so it can never start
            - name: b
              pipeline: p.b
              depends_on: [x, b] # spine: ignore[unknown-dependency, self-dependency]
        """
    )


def test_all_codes() -> None:
    """Without brackets every finding of the line is silenced."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: [x, a] # spine: ignore
        """
    )


def test_the_next_line() -> None:
    """`ignore-next-line` silences the next line that is more than a comment."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: p.a
              # spine: ignore-next-line[unknown-dependency]
              # spine: ignore-next-line[self-dependency]
              depends_on: [x, a]
            - name: b
              pipeline: p.b
              depends_on: [x]
        #                  ^ error[unknown-dependency]: no step is called `x`
        """
    )


def test_the_file() -> None:
    """`ignore-file` silences a rule everywhere, wherever it stands."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: [x]
            - name: b
              pipeline: p.b
              depends_on: [x, b]
        #                     ^ error[self-dependency]: `b` waits for itself, so it can never start
        # spine: ignore-file[unknown-dependency]
        """
    )


def test_nothing_to_silence() -> None:
    """A request that silences nothing is reported, by code."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: p.a # spine: ignore[self-dependency]
        #                                   ^^^^^^^^^^^^^^^ warning[unused-suppression]: there is no `self-dependency` here that could be suppressed
              depends_on: [x] # spine: ignore[unknown-dependency, blocked-step]
        #                                                         ^^^^^^^^^^^^ warning[unused-suppression]: there is no `blocked-step` here that could be suppressed
            - name: b
              pipeline: p.b # spine: ignore
        #                   ^^^^^^^^^^^^^^^ warning[unused-suppression]: this comment suppresses nothing: there is no finding on its line
            - name: c
              pipeline: p.c # spine: ignore[]
        #                   ^^^^^^^^^^^^^^^^^ warning[unused-suppression]: the brackets name no rule, so this comment suppresses nothing
        """
    )


def test_unknown_codes() -> None:
    """A code that no rule has is said, with the one that was meant."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: [x] # spine: ignore[unknown-dependencies]
        #                  ^ error[unknown-dependency]: no step is called `x`
        #                                     ^^^^^^^^^^^^^^^^^^^^ warning[unused-suppression]: no rule has the code `unknown-dependencies`; did you mean `unknown-dependency`?
        """
    )


def test_rules_that_are_off() -> None:
    """A rule that did not run leaves its requests alone."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: p.a # spine: ignore[self-dependency]
            - name: b
              pipeline: p.b # spine: ignore[late-definition]
        """,
        Config.of({"self-dependency": "off"}),
    )


def test_no_comments() -> None:
    """What looks like a request inside quotes or a block text is none."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: "p # spine: ignore"
              depends_on: [x]
        #                  ^ error[unknown-dependency]: no step is called `x`
              params:
                one: 'it''s # spine: ignore'
                text: |
                  # spine: ignore-file
                  more
                folded: >-  # really
                  # spine: ignore-file
                quoted: "runs on
                  # spine: ignore-file
                  here"
                plain: a#b # spine: ignore[bad-value]
        #                                  ^^^^^^^^^ warning[unused-suppression]: there is no `bad-value` here that could be suppressed
        """
    )


def test_judged_by_nobody() -> None:
    """The findings about requests can be silenced for the file."""
    check_diagnostics(
        """
        # spine: ignore-file[unused-suppression]
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: p.a # spine: ignore
        """
    )
