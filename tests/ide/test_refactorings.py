"""Rewritings that keep the graph and every comment."""

from __future__ import annotations

from tests.ide.actions import check_action


def test_inserting_on_an_edge() -> None:
    """A step is put between two others: the new one waits for the first, the second for the new one."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            # of b
            - name: b
              pipeline: p.b
              depends_on:
                - $0a # why
        """,
        "Insert a step between `a` and `b`",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: new_step
              pipeline: p.new_step
              depends_on: [a]
            # of b
            - name: b
              pipeline: p.b
              depends_on:
                - new_step # why
        """,
    )


def test_inserting_before() -> None:
    """A step put before another takes over what that waited for."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b

            - na$0me: c
              pipeline: p.c
              depends_on: # both
                - a # one
                - b # two
        """,
        "Insert a step before `c`",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b

            - name: new_step
              pipeline: p.new_step
              depends_on: [a, b]

            - name: c
              pipeline: p.c
              depends_on: # both
                - new_step # one
                # two
        """,
    )


def test_inserting_after() -> None:
    """A step put after another takes over what waited for that."""
    check_action(
        """
          pipelines:
            - na$0me: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: "a"
            - {name: c, pipeline: p.c, depends_on: [b, a]}
        """,
        "Insert a step after `a`",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: new_step
              pipeline: p.new_step
              depends_on: [a]
            - name: b
              pipeline: p.b
              depends_on: "new_step"
            - {name: c, pipeline: p.c, depends_on: [b, new_step]}
        """,
    )


def test_independence() -> None:
    """An independent step waits for nothing."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - na$0me: b
              pipeline: p.b
              depends_on: [a] # why
        """,
        "Make `b` independent (it waits for nothing then)",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              # why
        """,
    )


def test_deleting() -> None:
    """What waited for a deleted step waits for what that waited for; its comments stay."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: x
              pipeline: p.x
            # of b
            - na$0me: b
              pipeline: p.b # of its pipeline
              depends_on: [a, x]
            - name: c
              pipeline: p.c
              depends_on: [a, b]
            - name: d
              pipeline: p.d
              depends_on: b
        """,
        "Delete `b` and reconnect what waits for it",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: x
              pipeline: p.x
            # of b
            # of its pipeline
            - name: c
              pipeline: p.c
              depends_on: [a, x]
            - name: d
              pipeline: p.d
              depends_on: [a, x]
        """,
    )


def test_deleting_the_last() -> None:
    """With the last step the blank line above it goes."""
    check_action(
        """
        name: daily
        steps:
          - name: a
            pipeline: p.a

          - name: b$0
            pipeline: p.b
        """,
        "Delete `b`",
        """
        name: daily
        steps:
          - name: a
            pipeline: p.a
        """,
    )


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


def test_deleting_behind_its_dependent() -> None:
    """The line above the deleted step may go as well."""
    check_action(
        """
        name: daily
        steps:
          - name: a
            pipeline: p.a
            depends_on: [b]
          - na$0me: b
            pipeline: p.b
        """,
        "Delete `b` and reconnect what waits for it",
        """
        name: daily
        steps:
          - name: a
            pipeline: p.a
        """,
    )
