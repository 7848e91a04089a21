"""Rules of the text: YAML faults, templates, aliases."""

# ruff: noqa: E501 - a label holds the whole message

from __future__ import annotations

from tests.fixture import check_diagnostics


def test_several_broken_steps() -> None:
    """Each step whose YAML is broken says so once, and nothing else."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          pipelines:
            - name: a
              pipeline: {p.a
        #               ^^^^ error[yaml-syntax]: this `{` is never closed by `}`
            - name: b
              pipeline: p.b
              depends_on: [a
        #                 ^^ error[yaml-syntax]: this `[` is never closed by `]`
            - name: c
              pipeline: p.c
              depends_on: [b]
            - name: d
              pipeline: p.d
              params:
                key: one: two
        #            ^^^^^^^^ error[yaml-syntax]: this text holds a `: `, which starts a value in YAML: quote the text
        """
    )


def test_bare_templates() -> None:
    """Every template without quotes is reported, two in one step as well; quoted ones are fine."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          defaults:
            day: {{ params.day }}
        #        ^^^^^^^^^^^^^^^^ error[yaml-syntax]: a template must be quoted, or YAML reads it as a map: write "{{ params.day }}"
          pipelines:
            - name: a
              pipeline: p.a
              params:
                one: {{ params.one }}
        #            ^^^^^^^^^^^^^^^^ error[yaml-syntax]: a template must be quoted, or YAML reads it as a map: write "{{ params.one }}"
                two: "{{ params.two }}"
                three: {{ params.three }}
        #              ^^^^^^^^^^^^^^^^^^ error[yaml-syntax]: a template must be quoted, or YAML reads it as a map: write "{{ params.three }}"
                four: '{{ params.four }}'
                five: path/{{ params.five }}/x
        """
    )


def test_an_alias_without_anchor() -> None:
    """An alias whose anchor does not exist is a fault of the YAML, in a step and in the header."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          defaults:
            day: *today
        #        ^^^^^^ error[yaml-syntax]: no anchor `&today` stands before this alias; quote the text if it is meant literally
          pipelines:
            - name: a
              pipeline: p.a
              params: &common {tier: A}
            - name: b
              pipeline: p.b
              depends_on: *nowhere
        #                 ^^^^^^^^ error[yaml-syntax]: no anchor `&nowhere` stands before this alias; quote the text if it is meant literally
        """
    )


def test_an_alias_with_anchor() -> None:
    """An alias of an anchor in another step is fine."""
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
              params: &common {tier: A}
            - name: b
              pipeline: p.b
              params: *common
        """
    )


def test_unclosed_templates() -> None:
    """A template that is not closed in its quotes is a warning, and so are braces that close none."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: PipelineGroup
        metadata:
          name: daily
        spec:
          defaults:
            day: "{{ params.day }"
        #         ^^^^^^^^^^^^^^^ warning[unclosed-template]: this template is never closed: `}}` is missing after `{{ params.day }`
          pipelines:
            - name: a
              pipeline: p.a
              params:
                one: "{{ params.one"
        #             ^^^^^^^^^^^^^ warning[unclosed-template]: this template is never closed: `}}` is missing after `{{ params.one`
                two: params.two }}
        #                       ^^ warning[unclosed-template]: this `}}` ends no template: `{{` is missing
                fine: '{"json": {"is": "fine"}}'
                also: "{{ a }} and {{ b }}"
                lost: "{{ a and {{ b }}"
        #              ^^^^^^^^ warning[unclosed-template]: this template is never closed: `}}` is missing after `{{ a and`
        """
    )


def test_a_space_that_is_missing_after_a_colon() -> None:
    """The key is marked, and what stands behind it is read all the same: nothing else is wrong."""
    check_diagnostics("""
        kind: PipelineGroup
        name: g
        steps:
          - {name: a, depends_on: x,pipeline: p, params:{k: v}}
        #                                        ^^^^^^^ error[yaml-syntax]: a space is missing after `params:`
          - name: b
            depends_on:[a]
        #   ^^^^^^^^^^^ error[yaml-syntax]: a space is missing after `depends_on:`
            pipeline: p
          - {depends_on:[b], "params":{}, name: c, pipeline: 'p'}
        #    ^^^^^^^^^^^ error[yaml-syntax]: a space is missing after `depends_on:`
          - name: x
            pipeline:p
        #   ^^^^^^^^^ error[yaml-syntax]: a space is missing after `pipeline:`
          - name: e
            pipeline: p
            depends_on: [c]
    """)
