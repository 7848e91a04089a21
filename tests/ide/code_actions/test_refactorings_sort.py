"""Sorting the steps into run order."""

from __future__ import annotations

from tests.ide.actions import check_action


def test_sorting() -> None:
    """The steps come in run order, each with its comments; the policy below keeps its own."""
    check_action(
        """
          pipelines: # all
            # of c
            - name: c$0
              pipeline: p.c
              depends_on: [b]
              # in c

            - name: b # b
              pipeline: p.b
              depends_on: [a]
            # of a
            # more of a
            - name: a
              pipeline: p.a
          # of the policy
          policy: {on_failure: stop}
        """,
        "Sort the steps of `daily` into run order",
        """
          pipelines: # all
            # of a
            # more of a
            - name: a
              pipeline: p.a

            - name: b # b
              pipeline: p.b
              depends_on: [a]
            # of c
            - name: c
              pipeline: p.c
              depends_on: [b]
              # in c
          # of the policy
          policy: {on_failure: stop}
        """,
    )


def test_sorting_a_flat_list() -> None:
    """Steps of a list that is not indented are sorted as well."""
    check_action(
        """
        name: daily
        steps:
        - name: b$0
          pipeline: p.b
          depends_on: a
        - name: a
          pipeline: p.a
        """,
        "Sort the steps of `daily` into run order",
        """
        name: daily
        steps:
        - name: a
          pipeline: p.a
        - name: b
          pipeline: p.b
          depends_on: a
        """,
    )


def test_sorting_what_cannot_run() -> None:
    """Steps that cannot run come last, as they stand."""
    check_action(
        """
        name: daily
        steps:
        - {name: c, pipeline: p.c, depends_on: nowhere}
        - {name: b, pipeline: p.b, depends_on: a}
        - {name: a$0, pipeline: p.a}
        """,
        "Sort the steps of `daily` into run order",
        """
        name: daily
        steps:
        - {name: a, pipeline: p.a}
        - {name: b, pipeline: p.b, depends_on: a}
        - {name: c, pipeline: p.c, depends_on: nowhere}
        """,
    )
