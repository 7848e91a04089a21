"""Quick fixes of policy, parameters, templates and suppressions."""

from __future__ import annotations

from tests.ide.actions import check_fix


def test_useless_parallel() -> None:
    """`parallel` on a chain becomes `sequential`, and the limit goes with it."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: [a]
          policy:
            execution: par$0allel
            max_concurrency: 4 # four
            on_failure: stop
        """,
        "Use `execution: sequential`",
        """
        -     execution: parallel
        -     max_concurrency: 4 # four
        +     execution: sequential
        +     # four
        """,
    )


def test_an_unused_limit() -> None:
    """A limit that nothing reads goes, and the policy with it if it says nothing else."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
          policy:
            max_concurrency: $04
        """,
        "Remove `max_concurrency`",
        """
        -   policy:
        -     max_concurrency: 4
        """,
    )


def test_a_limit_too_wide() -> None:
    """A limit that is never reached is lowered to what can run."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
          policy:
            execution: parallel
            max_concurrency: $09
        """,
        "Lower it to 2",
        """
        -     max_concurrency: 9
        +     max_concurrency: 2
        """,
    )


def test_a_repeated_default() -> None:
    """A parameter that repeats the default goes, with `params` if it was the only one."""
    check_fix(
        """
          defaults:
            tier: A
          pipelines:
            - name: a
              pipeline: p.a
              params:
                ti$0er: A
            - name: b
              pipeline: p.b
        """,
        "Remove `tier` and follow the default",
        """
        -       params:
        -         tier: A
        """,
    )


def test_an_unused_default() -> None:
    """A default that no step gets goes."""
    check_fix(
        """
          defaults:
            ti$0er: A
            day: x
          pipelines:
            - name: a
              pipeline: p.a
              params: {tier: B}
        """,
        "Remove the default",
        """
        -     tier: A
        """,
    )


def test_an_open_template() -> None:
    """The braces that are missing are written."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                day: "$0{{ params.day }"
        """,
        "Close the template with `}}`",
        """
        -         day: "{{ params.day }"
        +         day: "{{ params.day }}"
        """,
    )


def test_a_template_without_beginning() -> None:
    """The braces are put before the word."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                day: x/params.day }}$0
        """,
        "Open the template with `{{`",
        """
        -         day: x/params.day }}
        +         day: x/{{ params.day }}
        """,
    )


def test_an_idle_suppression() -> None:
    """A suppression comment that suppresses nothing goes; so does one code of several."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: x # spine: ignore[unknown-dependency, blocked$0-step]
        """,
        "Remove `blocked-step` from the comment",
        """
        -       depends_on: x # spine: ignore[unknown-dependency, blocked-step]
        +       depends_on: x # spine: ignore[unknown-dependency]
        """,
    )


def test_an_idle_comment() -> None:
    """The only code takes the comment along, and what it says besides stays."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a # spine: ignore[blocked$0-step] for now
        """,
        "Remove the suppression comment",
        """
        -       pipeline: p.a # spine: ignore[blocked-step] for now
        +       pipeline: p.a # for now
        """,
    )


def test_a_misspelt_code() -> None:
    """A code that does not exist is replaced."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: x # spine: ignore[unknown-dependncy$0]
        """,
        "Replace with `unknown-dependency`",
        """
        -       depends_on: x # spine: ignore[unknown-dependncy]
        +       depends_on: x # spine: ignore[unknown-dependency]
        """,
    )


def test_silencing_a_line() -> None:
    """A finding can be silenced on its line, beside what is silenced there already."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: [a, x$0] # spine: ignore[self-dependency]
        """,
        "Ignore `unknown-dependency` on this line",
        """
        -       depends_on: [a, x] # spine: ignore[self-dependency]
        +       depends_on: [a, x] # spine: ignore[self-dependency, unknown-dependency]
        """,
    )


def test_silencing_above_a_text() -> None:
    """Where the line runs on, the comment stands above it."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: "$0x
                y"
        """,
        "Ignore `unknown-dependency` on this line",
        """
                pipeline: p.a
        +       # spine: ignore-next-line[unknown-dependency]
        """,
    )
