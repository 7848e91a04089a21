"""Quick fixes of structure, policy, parameters and suppressions."""

from __future__ import annotations

from tests.ide.actions import check_action


def test_a_misspelt_key() -> None:
    """A misspelt key is renamed, or removed with its value."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              nee$0ds: # what for
                - a
        """,
        "Rename the key to `depends_on`",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: # what for
                - a
        """,
    )
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              nee$0ds: # what for
                - a
        """,
        "Remove the key `needs`",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              # what for
        """,
    )


def test_a_key_of_the_policy() -> None:
    """A key of the header is renamed."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
          policy:
            excu$0tion: parallel
        """,
        "Rename the key to `execution`",
        """
          pipelines:
            - name: a
              pipeline: p.a
          policy:
            execution: parallel
        """,
    )


def test_a_step_without_pipeline() -> None:
    """A missing key is added with a value like those of its neighbours."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: prices.a
            - name: b$0 # the second
        """,
        "Add `pipeline`",
        """
          pipelines:
            - name: a
              pipeline: prices.a
            - name: b # the second
              pipeline: prices.b
        """,
    )


def test_a_step_without_name() -> None:
    """A missing name is made of the pipeline."""
    check_action(
        """
          pipelines:
            - {pipe$0line: prices.fetch}
        """,
        "Add `name`",
        """
          pipelines:
            - {pipeline: prices.fetch, name: fetch}
        """,
    )


def test_a_group_without_name() -> None:
    """A missing name of the group is added."""
    check_action(
        """
        kind: PipelineGroup
        meta$0data:
          version: 1
        spec: {pipelines: []}
        """,
        "Add `name`",
        """
        kind: PipelineGroup
        metadata:
          version: 1
          name: my_group
        spec: {pipelines: []}
        """,
    )


def test_a_group_without_metadata() -> None:
    """A missing section is added above those that are there."""
    check_action(
        """
        k$0ind: PipelineGroup
        spec:
          pipelines:
            - name: a
              pipeline: p.a
        """,
        "Add `metadata`",
        """
        kind: PipelineGroup
        metadata:
          name: my_group
        spec:
          pipelines:
            - name: a
              pipeline: p.a
        """,
    )


def test_a_number_as_a_name() -> None:
    """A number that is meant as a text is quoted."""
    check_action(
        """
          pipelines:
            - name: $02024
              pipeline: p.a
        """,
        "Put the value in quotes",
        """
          pipelines:
            - name: "2024"
              pipeline: p.a
        """,
    )


def test_a_text_as_a_number() -> None:
    """A number that is quoted loses its quotes."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
          policy:
            execution: parallel
            max_concurrency: "4$0"
        """,
        "Write `4`",
        """
          pipelines:
            - name: a
              pipeline: p.a
          policy:
            execution: parallel
            max_concurrency: 4
        """,
    )


def test_a_text_as_a_list() -> None:
    """A text where a list belongs becomes a list."""
    check_action(
        """
        apiVersion: spine.io/v1
        metadata:
          name: daily
          tags: dai$0ly
        spec:
          pipelines: []
        """,
        "Write `[daily]`",
        """
        apiVersion: spine.io/v1
        metadata:
          name: daily
          tags: [daily]
        spec:
          pipelines: []
        """,
    )


def test_an_empty_key() -> None:
    """A key with nothing behind it can go."""
    check_action(
        """
          pipelines:
            - name: a
              depends_on$0:
              pipeline: p.a
        """,
        "Remove the key `depends_on`",
        """
          pipelines:
            - name: a
              pipeline: p.a
        """,
    )


def test_a_value_in_the_wrong_case() -> None:
    """A value that is not allowed is replaced by one that is."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.a
          policy:
            execution: Para$0llel
        """,
        "Replace by `parallel`",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.a
          policy:
            execution: parallel
        """,
    )


def test_a_limit_of_nothing() -> None:
    """A number that is too low is raised."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.a
          policy:
            execution: parallel
            max_concurrency: $00
        """,
        "Replace by `1`",
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.a
          policy:
            execution: parallel
            max_concurrency: 1
        """,
    )


def test_another_version() -> None:
    """An apiVersion that is not supported is replaced."""
    check_action(
        """
        apiVersion: spine.io/$0v2
        kind: PipelineGroup
        metadata: {name: daily}
        spec: {pipelines: []}
        """,
        "Replace by `spine.io/v1`",
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata: {name: daily}
        spec: {pipelines: []}
        """,
    )


def test_another_kind() -> None:
    """A kind that does not exist is replaced."""
    check_action(
        """
        apiVersion: spine.io/v1
        kind: Pipe$0lineGrop
        metadata: {name: daily}
        spec: {pipelines: []}
        """,
        "Replace by `PipelineGroup`",
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata: {name: daily}
        spec: {pipelines: []}
        """,
    )


def test_a_key_twice() -> None:
    """The second of two keys goes."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
              pipel$0ine: p.a # again
        """,
        "Remove the second `pipeline`",
        """
          pipelines:
            - name: a
              pipeline: p.a
              # again
        """,
    )


def test_useless_parallel() -> None:
    """`parallel` on a chain becomes `sequential`, and the limit goes with it."""
    check_action(
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
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: [a]
          policy:
            execution: sequential
            # four
            on_failure: stop
        """,
    )


def test_an_unused_limit() -> None:
    """A limit that nothing reads goes, and the policy with it if it says nothing else."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
          policy:
            max_concurrency: $04
        """,
        "Remove `max_concurrency`",
        """
          pipelines:
            - name: a
              pipeline: p.a
        """,
    )


def test_a_limit_too_wide() -> None:
    """A limit that is never reached is lowered to what can run."""
    check_action(
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
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
          policy:
            execution: parallel
            max_concurrency: 2
        """,
    )


def test_a_repeated_default() -> None:
    """A parameter that repeats the default goes, with `params` if it was the only one."""
    check_action(
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
          defaults:
            tier: A
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
        """,
    )


def test_an_unused_default() -> None:
    """A default that no step gets goes."""
    check_action(
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
          defaults:
            day: x
          pipelines:
            - name: a
              pipeline: p.a
              params: {tier: B}
        """,
    )


def test_an_open_template() -> None:
    """The braces that are missing are written."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                day: "$0{{ params.day }"
        """,
        "Close the template with `}}`",
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                day: "{{ params.day }}"
        """,
    )


def test_a_template_without_beginning() -> None:
    """The braces are put before the word."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                day: x/params.day }}$0
        """,
        "Open the template with `{{`",
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                day: x/{{ params.day }}
        """,
    )


def test_an_idle_suppression() -> None:
    """A suppression comment that suppresses nothing goes; so does one code of several."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: x # spine: ignore[unknown-dependency, blocked$0-step]
        """,
        "Remove `blocked-step` from the comment",
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: x # spine: ignore[unknown-dependency]
        """,
    )


def test_an_idle_comment() -> None:
    """The only code takes the comment along, and what it says besides stays."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a # spine: ignore[blocked$0-step] for now
        """,
        "Remove the suppression comment",
        """
          pipelines:
            - name: a
              pipeline: p.a # for now
        """,
    )


def test_a_misspelt_code() -> None:
    """A code that does not exist is replaced."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: x # spine: ignore[unknown-dependncy$0]
        """,
        "Replace by `unknown-dependency`",
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: x # spine: ignore[unknown-dependency]
        """,
    )


def test_silencing_a_line() -> None:
    """A finding can be silenced on its line, beside what is silenced there already."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: [a, x$0] # spine: ignore[self-dependency]
        """,
        "Ignore `unknown-dependency` on this line",
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: [a, x] # spine: ignore[self-dependency, unknown-dependency]
        """,
    )


def test_silencing_above_a_text() -> None:
    """Where the line runs on, the comment stands above it."""
    check_action(
        """
          pipelines:
            - name: a
              pipeline: p.a
              depends_on: "$0x
                y"
        """,
        "Ignore `unknown-dependency` on this line",
        """
          pipelines:
            - name: a
              pipeline: p.a
              # spine: ignore-next-line[unknown-dependency]
              depends_on: "x
                y"
        """,
    )
