"""Rules of policy and parameters against what the steps do."""

# ruff: noqa: E501 - a label holds the whole message

from __future__ import annotations

from tests.fixture import check_diagnostics


def test_parallel_on_a_chain() -> None:
    """`parallel` is useless where every step waits for the one before."""
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
          policy:
            execution: parallel
        #              ^^^^^^^^ information[useless-parallel]: each of the 2 steps waits for the one before it, so none can run beside another; `sequential` says the same
            max_concurrency: 4
        """
    )


def test_parallel_with_room() -> None:
    """`parallel` is right where two steps can run at once, and a limit below the width too."""
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
          policy:
            execution: parallel
            max_concurrency: 2
        """
    )


def test_a_limit_beside_sequential() -> None:
    """`max_concurrency` beside `sequential` is not read."""
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
          policy:
            max_concurrency: 2
        #                    ^ information[unused-concurrency]: `max_concurrency` counts only when `execution` is `parallel`; without `execution` steps run one by one
        """
    )


def test_a_limit_above_the_width() -> None:
    """A limit that is never reached is a hint. Here b, c and d can overlap."""
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
          policy:
            execution: parallel
            max_concurrency: 4
        #                    ^ hint[unused-concurrency]: at most 3 of the steps can run at the same time, so a limit of 4 limits nothing
        """
    )


def test_the_width_is_not_the_widest_level() -> None:
    """No level holds three steps here, and yet three can run at once."""
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
          policy:
            execution: parallel
            max_concurrency: 3
        """
    )


def test_nothing_is_said_of_a_broken_graph() -> None:
    """A graph that cannot run says nothing of its policy."""
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
              depends_on: [nowhere]
        #                  ^^^^^^^ error[unknown-dependency]: no step is called `nowhere`
            - name: b
        #           ^ information[blocked-step]: `b` cannot run: it waits for `a`, which waits for `nowhere`, a step that does not exist
              pipeline: p.b
              depends_on: [a]
          policy:
            execution: parallel
        """
    )


def test_repeated_defaults() -> None:
    """A parameter that repeats the default is a hint; 1 and true are not the same, nor are 1 and "1"."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          defaults:
            tier: A
        #   ^^^^ information[unused-default]: every step has a `tier` of its own, so no step gets this default
            force: true
            list: [1, 2]
        #   ^^^^ information[unused-default]: every step has a `list` of its own, so no step gets this default
            map:
              x: 1
          pipelines:
            - name: a
              pipeline: p.a
              params:
                tier: A
        #       ^^^^^^^ hint[repeated-default]: `tier` already has this value from the group's `defaults` (a run can override it there, but not here)
                force: 1
                list: [1, 2]
        #       ^^^^^^^^^^^^ hint[repeated-default]: `list` already has this value from the group's `defaults` (a run can override it there, but not here)
                map:
        #       ^^^ hint[repeated-default]: `map` already has this value from the group's `defaults` (a run can override it there, but not here)
                  x: 1
            - name: b
              pipeline: p.b
              params: {tier: "A", list: [2, 1]}
        #              ^^^^^^^^^ hint[repeated-default]: `tier` already has this value from the group's `defaults` (a run can override it there, but not here)
        """
    )


def test_a_default_is_used_by_its_own_name_only() -> None:
    """A reference to a parameter whose name begins as the default's is none to it; one outside of braces may be."""
    check_diagnostics(
        """
        name: daily
        defaults:
          day: 1
        # ^^^ information[unused-default]: every step has a `day` of its own, so no step gets this default
          day-end: 1
          week: 1
        steps:
          - name: a
            pipeline: p.a
            params: {day: 2, day-end: 2, week: 2, x: "{{ params.day-end }} {{ params.day2 }} {{ xparams.day }}"}
          - name: b
            pipeline: p.b
            params: {day: 2, day-end: 2, week: 2, x: "defaults.week > 3"}
        """
    )


def test_unused_defaults() -> None:
    """A default that every step overrides is reported, unless a template names it."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          defaults:
            tier: A
        #   ^^^^ information[unused-default]: every step has a `tier` of its own, so no step gets this default
            day: "2024"
            week: 7
          pipelines:
            - name: a
              pipeline: p.a
              params: {tier: B, day: x, week: 8}
            - name: b
              pipeline: p.b
              params: {tier: C, day: "{{ params.day }}"}
        """
    )
