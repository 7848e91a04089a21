"""Rules of structure: keys, types, values, versions."""

# ruff: noqa: E501 - a label holds the whole message

from __future__ import annotations

from tests.fixture import check_diagnostics


def test_unknown_keys() -> None:
    """An unknown key is reported on the key, with the one that was meant or where it belongs."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          piplines: []
        # ^^^^^^^^ error[unknown-key]: unknown key `piplines` in `spec`; known keys are `defaults`, `pipelines` and `policy`
          pipelines:
            - name: a
              pipeline: p.a
              needs: []
        #     ^^^^^ error[unknown-key]: unknown key `needs` in a step; did you mean `depends_on`?
              max_concurrency: 4
        #     ^^^^^^^^^^^^^^^ error[unknown-key]: unknown key `max_concurrency` in a step; it belongs under `policy`
          policy:
            excution: parallel
        #   ^^^^^^^^ error[unknown-key]: unknown key `excution` in `policy`; did you mean `execution`?
        """
    )


def test_missing_keys() -> None:
    """A missing key is reported on what has to have it."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
        #           ^ error[missing-key]: a step needs the key `pipeline` (a string)
            - pipeline: p.b
        #     ^^^^^^^^ error[missing-key]: a step needs the key `name` (a string)
            - params: {}
        #     ^^^^^^ error[missing-key]: a step needs the key `name` (a string)
        #     ^^^^^^ error[missing-key]: a step needs the key `pipeline` (a string)
        """
    )


def test_wrong_types() -> None:
    """A value of the wrong type is reported on the value, with what to write."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: 2024
        #           ^^^^ error[wrong-type]: `name` must be a string, not the number 2024; put it in quotes: "2024"
              pipeline: [p.a]
        #               ^^^^^ error[wrong-type]: `pipeline` must be a string, not a list
              depends_on: 7
        #                 ^ error[wrong-type]: `depends_on` must be a list of step names, or one name, not the number 7; put it in quotes: "7"
            - name: b
              pipeline:
        #     ^^^^^^^^ error[wrong-type]: `pipeline` must be a string, and here it is empty
              params: text
        #             ^^^^ error[wrong-type]: `params` must be a mapping of keys, not the string `text`
            - just text
        #     ^^^^^^^^^ error[wrong-type]: a step must be a mapping of keys, not the string `just text`
        """
    )


def test_bad_values() -> None:
    """A value that its key does not allow is reported with those that are."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: ""
        #           ^^ error[bad-value]: `name` must not be empty
              pipeline: p.a
          policy:
            execution: Parallel
        #              ^^^^^^^^ error[bad-value]: `execution` must be `sequential` or `parallel`, not `Parallel`; did you mean `parallel`?
            max_concurrency: 0
        #                    ^ error[bad-value]: `max_concurrency` must be at least 1, not 0
            on_failure: abort
        #               ^^^^^ error[bad-value]: `on_failure` must be `stop` or `continue`, not `abort`
        """
    )


def test_version_and_kind() -> None:
    """An unknown apiVersion or kind is reported on its value."""
    check_diagnostics(
        """
        apiVersion: spine.io/v9
        #           ^^^^^^^^^^^ error[unsupported-version]: unsupported apiVersion `spine.io/v9`: this planner reads `spine.io/v1`
        kind: PipelineGrop
        #     ^^^^^^^^^^^^ error[unknown-kind]: expected kind 'PipelineGroup', not 'PipelineGrop'; did you mean `PipelineGroup`?
        metadata:
          name: daily
        spec:
          pipelines: []
        """
    )


def test_the_flat_form() -> None:
    """Keys of the flat form are known, those of steps on its top are not."""
    check_diagnostics(
        """
        name: daily
        version: 0
        #        ^ error[bad-value]: `version` must be at least 1, not 0
        steps:
          - name: a
            pipeline: p.a
        """
    )


def test_duplicate_keys() -> None:
    """A key that its map has already is reported on the second one."""
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
              pipeline: p.b
        #     ^^^^^^^^ error[duplicate-key]: the key `pipeline` is already in this map; only one of the two can count
          pipelines: []
        # ^^^^^^^^^ error[duplicate-key]: the key `pipelines` is already in this map; only one of the two can count
        """
    )


def test_other_yaml() -> None:
    """YAML that is no pipeline group is left alone."""
    check_diagnostics(
        """
        on: push
        jobs:
          build:
            needs: [nowhere, nowhere]
        """
    )


def test_a_key_right_behind_the_steps() -> None:
    """A key that follows the steps is reported where it stands."""
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
          polcy: {}
        # ^^^^^ error[unknown-key]: unknown key `polcy` in `spec`; did you mean `policy`?
        """
    )
