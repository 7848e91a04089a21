"""Rewritings of form and parameters: no edge changes, every comment stays."""

from __future__ import annotations

from tests.ide.actions import check_action


def test_to_brackets() -> None:
    """A list of lines is written in brackets."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b$0
              pipeline: p.b
              depends_on:
                - a
                - 'c'
              params: {}
            - name: c
              pipeline: p.c
        """,
        "Write `depends_on` as a list in brackets",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: [a, 'c']
              params: {}
            - name: c
              pipeline: p.c
        """,
    )


def test_to_lines() -> None:
    """A list in brackets is written on lines; the comment stays behind the key."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b$0
              pipeline: p.b
              depends_on: [a, 'c'] # why
            - name: c
              pipeline: p.c
        """,
        "Write `depends_on` as a list of lines",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: # why
                - a
                - 'c'
            - name: c
              pipeline: p.c
        """,
    )


def test_to_one_name() -> None:
    """A list of one is written as a single name."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b$0
              pipeline: p.b
              depends_on: [a]
        """,
        "Write `depends_on` as a single name",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: a
        """,
    )
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b$0
              pipeline: p.b
              depends_on: [a]
        """,
        "Write `depends_on` as a list of lines",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on:
                - a
        """,
    )


def test_shared_parameters() -> None:
    """Parameters that all steps share move into the defaults, which are made above the steps."""
    check_action(
        """
          # of the steps
          pipelines:
            - name: a
              pipeline: p.a
              params:
                tier$0: A # which
                own: 1
                day: "{{ params.day }}"
            - {name: b, pipeline: p.b, params: {day: "{{ params.day }}", tier: A}}
        """,
        "Move `tier`, `day` from all steps into `defaults` (a run can override it there)",
        """
          defaults:
            tier: A
            day: "{{ params.day }}"
          # of the steps
          pipelines:
            - name: a
              pipeline: p.a
              params:
                # which
                own: 1
            - {name: b, pipeline: p.b}
        """,
    )


def test_shared_parameters_into_defaults() -> None:
    """Where there are defaults, the parameters join them."""
    check_action(
        """
          defaults:
            day: x # day
          pipelines:
            - name: a
              pipeline: p.a
              params: {$0tier: A}
            - name: b
              pipeline: p.b
              params: {tier: A, own: 2}
        """,
        "Move `tier` from all steps into `defaults` (a run can override it there)",
        """
          defaults:
            day: x # day
            tier: A
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              params: {own: 2}
        """,
    )


def test_a_default_back_into_the_steps() -> None:
    """A default moves into every step that has no value of its own."""
    check_action(
        """
          defaults:
            ti$0er: A
            day: x
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              params: {tier: B}
            - name: c
              pipeline: p.c
              params:
                own: 1
            - {name: d, pipeline: p.d}
        """,
        "Move the default `tier` into every step (a run cannot override it there)",
        """
          defaults:
            day: x
          pipelines:
            - name: a
              pipeline: p.a
              params:
                tier: A
            - name: b
              pipeline: p.b
              params: {tier: B}
            - name: c
              pipeline: p.c
              params:
                own: 1
                tier: A
            - {name: d, pipeline: p.d, params: {tier: A}}
        """,
    )


def test_the_nested_form() -> None:
    """A flat file gets `metadata` and `spec`; every comment stays with its key."""
    check_action(
        """
        # of the file
        name: daily # name
        # of the steps
        steps:
        - name: a
          pipeline: p.a
          params:
            text: |
              some
                text
        # of the version
        version: 2
        policy:$0 # policy
          on_failure: stop
        """,
        "Rewrite in the nested form (`metadata` and `spec`)",
        """
        # of the file
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily # name
          # of the version
          version: 2
        spec:
          # of the steps
          pipelines:
          - name: a
            pipeline: p.a
            params:
              text: |
                some
                  text
          policy: # policy
            on_failure: stop
        """,
    )
