"""Rules of the graph: cycles, gaps, repetitions, order."""

# ruff: noqa: E501 - a label holds the whole message

from __future__ import annotations

from spine_lsp.analysis.config import Config
from tests.fixture import check_diagnostics


def test_one_cycle() -> None:
    """A cycle is one finding on the first entry of its path, with the closed path in the message."""
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
              depends_on: [c]
        #                  ^ error[dependency-cycle]: `a` → `c` → `b` → `a`: each waits for the next, so none can start
            - name: b
              pipeline: p.b
              depends_on:
                - a
            - name: c
              pipeline: p.c
              depends_on: "b"
        """
    )


def test_two_cycles_apart() -> None:
    """Each cycle of the file is reported once."""
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
              depends_on: [b]
        #                  ^ error[dependency-cycle]: `a` → `b` → `a`: each waits for the other, so none can start
            - name: b
              pipeline: p.b
              depends_on: [a]
            - name: c
              pipeline: p.c
              depends_on: [d]
        #                  ^ error[dependency-cycle]: `c` → `d` → `c`: each waits for the other, so none can start
            - name: d
              pipeline: p.d
              depends_on: [c]
        """
    )


def test_a_knot_of_two_cycles() -> None:
    """Cycles that share steps are one finding, with the shortest path and the names of the others."""
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
              depends_on: [b, c]
        #                  ^ error[dependency-cycle]: `a` → `b` → `a`: each waits for the other, so none can start (`c` belongs to the same cycle)
            - name: b
              pipeline: p.b
              depends_on: [a]
            - name: c
              pipeline: p.c
              depends_on: [b]
        """
    )


def test_behind_a_cycle() -> None:
    """A step behind a cycle is blocked, and never called cyclic."""
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
              depends_on: [b]
        #                  ^ error[dependency-cycle]: `a` → `b` → `a`: each waits for the other, so none can start
            - name: b
              pipeline: p.b
              depends_on: [a]
            - name: c
        #           ^ information[blocked-step]: `c` cannot run: it waits for `b`, which is in a cycle
              pipeline: p.c
              depends_on: [b]
            - name: d
        #           ^ information[blocked-step]: `d` cannot run: it waits for `c`, which cannot run because `b` is in a cycle
              pipeline: p.d
              depends_on: [c]
        """
    )


def test_a_cycle_beside_a_missing_step() -> None:
    """A missing dependency does not hide a cycle, not even in the same step."""
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
              depends_on: [nowhere, b]
        #                  ^^^^^^^ error[unknown-dependency]: no step is called `nowhere`
        #                           ^ error[dependency-cycle]: `a` → `b` → `a`: each waits for the other, so none can start
            - name: b
              pipeline: p.b
              depends_on: [a]
        """
    )


def test_a_cycle_beside_a_syntax_error() -> None:
    """A syntax error elsewhere does not hide a cycle."""
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
              depends_on: [b]
        #                  ^ error[dependency-cycle]: `a` → `b` → `a`: each waits for the other, so none can start
            - name: b
              pipeline: p.b
              depends_on: [a]
            - name: c
              pipeline: {p.c
        #               ^^^^ error[yaml-syntax]: this `{` is never closed by `}`
        """
    )


def test_a_missing_step() -> None:
    """A name that no step has is reported on its token, with the names that look like it."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: ingest
              pipeline: p.ingest
            - name: clean
              pipeline: p.clean
              depends_on: [ingset, 'far away']
        #                  ^^^^^^ error[unknown-dependency]: no step is called `ingset`; did you mean `ingest`?
        #                          ^^^^^^^^^^ error[unknown-dependency]: no step is called `far away`
            - name: store
        #           ^^^^^ information[blocked-step]: `store` cannot run: it waits for `clean`, which waits for `ingset`, a step that does not exist
              pipeline: p.store
              depends_on: [clean]
        """
    )


def test_a_step_that_waits_for_itself() -> None:
    """Waiting for oneself has its own words, and is no cycle."""
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
              depends_on: [a]
        #                  ^ error[self-dependency]: `a` waits for itself, so it can never start
            - name: b
        #           ^ information[blocked-step]: `b` cannot run: it waits for `a`, which waits for itself
              pipeline: p.b
              depends_on: a
        """
    )


def test_two_steps_of_a_name() -> None:
    """The second step of a name is reported on its name; dependents mean the first."""
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
            - name: a
        #           ^ error[duplicate-step]: a step called `a` already exists; this one is not planned, rename it or remove it
              pipeline: p.b
            - name: b
              pipeline: p.b
              depends_on: [a]
        """
    )


def test_an_entry_listed_twice() -> None:
    """The later entry of a repeated name is reported."""
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
            - name: b
              pipeline: p.b
              depends_on:
                - a
                - a
        #         ^ warning[duplicate-dependency]: `a` is listed twice; once is enough
        """
    )


def test_redundant_edges() -> None:
    """An entry that another entry of the step implies is faded."""
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
            - name: b
              pipeline: p.b
              depends_on: [a]
            - name: c
              pipeline: p.c
              depends_on: [b]
            - name: d
              pipeline: p.d
              depends_on: [a, b, c]
        #                  ^ hint[redundant-dependency]: `d` waits for `a` already, because it waits for `b`; this entry changes nothing
        #                     ^ hint[redundant-dependency]: `d` waits for `b` already, because it waits for `c`; this entry changes nothing
        """
    )


def test_parallel_entries_are_not_redundant() -> None:
    """The two sides of a diamond imply nothing of each other."""
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
            - name: b
              pipeline: p.b
              depends_on: [a]
            - name: c
              pipeline: p.c
              depends_on: [a]
            - name: d
              pipeline: p.d
              depends_on: [b, c]
        """
    )


def test_late_definitions() -> None:
    """With the rule on, a dependency on a step further down is a hint; inside a cycle it is not."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: b
              pipeline: p.b
              depends_on: [a]
        #                  ^ hint[late-definition]: `a` is defined further down; this step would read better below it
            - name: a
              pipeline: p.a
            - name: x
              pipeline: p.x
              depends_on: [y]
        #                  ^ error[dependency-cycle]: `x` → `y` → `x`: each waits for the other, so none can start
            - name: y
              pipeline: p.y
              depends_on: [x]
        """,
        Config.of({"late-definition": "hint"}),
    )


def test_two_groups_in_one_file() -> None:
    """Each document of a file is judged alone."""
    check_diagnostics(
        """
        metadata: {name: one}
        spec:
          pipelines:
            - name: a
              pipeline: p.a
        # spine: ignore-next-line[several-documents]
        ---
        metadata: {name: two}
        spec:
          pipelines:
            - name: b
              pipeline: p.b
              depends_on: [a]
        #                  ^ error[unknown-dependency]: no step is called `a`
        """
    )
