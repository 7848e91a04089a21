"""Quick fixes of structure."""

from __future__ import annotations

from tests.ide.actions import check_action, check_fix


def test_a_misspelt_key() -> None:
    """A misspelt key is renamed, or removed with its value."""
    group = """
      pipelines:
        - name: a
          pipeline: p.a
        - name: b
          pipeline: p.b
          nee$0ds: # what for
            - a
    """
    check_fix(
        group,
        "Rename the key to `depends_on`",
        """
        -       needs: # what for
        +       depends_on: # what for
        """,
    )
    check_fix(
        group,
        "Remove the key `needs`",
        """
        -       needs: # what for
        -         - a
        +       # what for
        """,
    )


def test_a_key_of_the_policy() -> None:
    """A key of the header is renamed."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
          policy:
            excu$0tion: parallel
        """,
        "Rename the key to `execution`",
        """
        -     excution: parallel
        +     execution: parallel
        """,
    )


def test_a_step_without_pipeline() -> None:
    """A missing key is added with a value like those of its neighbours."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: prices.a
            - name: b$0 # the second
        """,
        "Add `pipeline`",
        """
              - name: b # the second
        +       pipeline: prices.b
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
    check_fix(
        """
        kind: PipelineGroup
        meta$0data:
          version: 1
        spec: {pipelines: []}
        """,
        "Add `name`",
        """
            version: 1
        +   name: my_group
        """,
    )


def test_a_group_without_metadata() -> None:
    """A missing section is added above those that are there."""
    check_fix(
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
        + metadata:
        +   name: my_group
        """,
    )


def test_a_number_as_a_name() -> None:
    """A number that is meant as a text is quoted."""
    check_fix(
        """
          pipelines:
            - name: $02024
              pipeline: p.a
        """,
        "Put the value in quotes",
        """
        -     - name: 2024
        +     - name: "2024"
        """,
    )


def test_a_text_as_a_number() -> None:
    """A number that is quoted loses its quotes."""
    check_fix(
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
        -     max_concurrency: "4"
        +     max_concurrency: 4
        """,
    )


def test_a_text_as_a_list() -> None:
    """A text where a list belongs becomes a list."""
    check_fix(
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
        -   tags: daily
        +   tags: [daily]
        """,
    )


def test_an_empty_key() -> None:
    """A key with nothing behind it can go."""
    check_fix(
        """
          pipelines:
            - name: a
              depends_on$0:
              pipeline: p.a
        """,
        "Remove the key `depends_on`",
        """
        -       depends_on:
        """,
    )


def test_a_value_in_the_wrong_case() -> None:
    """A value that is not allowed is replaced by one that is."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.a
          policy:
            execution: Para$0llel
        """,
        "Replace with `parallel`",
        """
        -     execution: Parallel
        +     execution: parallel
        """,
    )


def test_a_limit_of_nothing() -> None:
    """A number that is too low is raised."""
    check_fix(
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
        "Replace with `1`",
        """
        -     max_concurrency: 0
        +     max_concurrency: 1
        """,
    )


def test_another_version() -> None:
    """An apiVersion that is not supported is replaced."""
    check_fix(
        """
        apiVersion: spine.io/$0v2
        kind: PipelineGroup
        metadata: {name: daily}
        spec: {pipelines: []}
        """,
        "Replace with `spine.io/v1`",
        """
        - apiVersion: spine.io/v2
        + apiVersion: spine.io/v1
        """,
    )


def test_another_kind() -> None:
    """A kind that does not exist is replaced."""
    check_fix(
        """
        apiVersion: spine.io/v1
        kind: Pipe$0lineGrop
        metadata: {name: daily}
        spec: {pipelines: []}
        """,
        "Replace with `PipelineGroup`",
        """
        - kind: PipelineGrop
        + kind: PipelineGroup
        """,
    )


def test_a_key_twice() -> None:
    """The second of two keys goes."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              pipel$0ine: p.a # again
        """,
        "Remove the second `pipeline`",
        """
        -       pipeline: p.a # again
        +       # again
        """,
    )


def test_a_key_in_the_wrong_section() -> None:
    """A key that belongs elsewhere moves there, if the section is there."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              max_con$0currency: 1 # one
          policy:
            execution: parallel
        """,
        "Move `max_concurrency` to `policy`",
        """
        -       max_concurrency: 1 # one
        +       # one
              execution: parallel
        +     max_concurrency: 1
        """,
    )


def test_a_section_moves_with_all_its_lines() -> None:
    """One entry or several: they stay lines below their key."""
    check_fix(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: g
        $0policy:
            on_failure: continue # why
            execution: parallel
        spec:
          pipelines: [{name: a, pipeline: p}, {name: b, pipeline: p}]
        """,
        "Move `policy` to `spec`",
        """
        - policy:
        + spec:
        +   policy:
        - spec:
        """,
    )
