"""Rewritings of a step that keep the graph of the others, and every comment."""

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
