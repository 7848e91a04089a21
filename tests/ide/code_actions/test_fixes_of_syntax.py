"""Quick fixes of the YAML itself."""

from __future__ import annotations

from tests.ide.actions import check_action, check_fix


def test_bare_templates() -> None:
    """A template is quoted; single quotes where it holds double ones."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                day: {{ $0params.day }} # today
        """,
        "Quote the template",
        """
        -         day: {{ params.day }} # today
        +         day: "{{ params.day }}" # today
        """,
    )


def test_a_template_with_quotes() -> None:
    """A template that holds double quotes is put in single ones."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                day: {{ $0params["day"] }}
        """,
        "Quote the template",
        """
        -         day: {{ params["day"] }}
        +         day: '{{ params["day"] }}'
        """,
    )


def test_a_bare_template_that_is_not_closed() -> None:
    """A template that is not closed is closed and quoted."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                day: $0{{ params.day
        """,
        "Close and quote the template",
        """
        -         day: {{ params.day
        +         day: "{{ params.day }}"
        """,
    )


def test_tabs() -> None:
    """A tab becomes the spaces that line the text up."""
    check_fix(
        """
          pipelines:
            - name: a
        $0	pipeline: p.a
            - name: b
              pipeline: p.b
        """,
        "Indent with spaces",
        """
        - 	pipeline: p.a
        +       pipeline: p.a
        """,
    )


def test_an_open_quote() -> None:
    """A quote is closed at the end of its text."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: $0"p.a # the first
            - name: b
              pipeline: p.b
        """,
        'Close the " quote',
        """
        -       pipeline: "p.a # the first
        +       pipeline: "p.a" # the first
        """,
    )


def test_an_open_quote_in_a_list() -> None:
    """A quote in a list is closed before the bracket."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: [$0'a]
        """,
        "Close the ' quote",
        """
        -       depends_on: ['a]
        +       depends_on: ['a']
        """,
    )


def test_text_behind_a_quote() -> None:
    """A text that goes on behind its quote is quoted whole."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                note: $0'it's here'
        """,
        "Quote the whole text",
        """
        -         note: 'it's here'
        +         note: 'it''s here'
        """,
    )


def test_an_open_bracket() -> None:
    """A bracket is closed at the end of its line."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: $0[a # why
              params: {}
        """,
        "Close the bracket with `]`",
        """
        -       depends_on: [a # why
        +       depends_on: [a] # why
        """,
    )


def test_a_colon_in_a_text() -> None:
    """A text with a colon is quoted."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                note: $0watch out: hot
        """,
        "Quote the text",
        """
        -         note: watch out: hot
        +         note: "watch out: hot"
        """,
    )


def test_a_sign_that_starts_no_text() -> None:
    """A text with a sign of YAML at its start is quoted."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                who: $0@me
        """,
        "Quote the text",
        """
        -         who: @me
        +         who: "@me"
        """,
    )


def test_an_alias_without_anchor() -> None:
    """An alias without an anchor is quoted."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                glob: $0*.csv
        """,
        "Quote the text",
        """
        -         glob: *.csv
        +         glob: "*.csv"
        """,
    )


def test_a_line_out_of_line() -> None:
    """A line with the wrong indentation is lined up."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
               d$0epends_on: []
            - name: b
              pipeline: p.b
        """,
        "Align with the surrounding lines",
        """
        -        depends_on: []
        +       depends_on: []
        """,
    )


def test_a_dash_without_space() -> None:
    """A dash gets its space."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            $0-name: b
              pipeline: p.b
        """,
        "Add a space after the `-`",
        """
        -     -name: b
        +     - name: b
        """,
    )


def test_a_word_alone() -> None:
    """A word without a colon gets one, or becomes a comment."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              $0param
            - name: b
              pipeline: p.b
        """,
        "Make it a comment",
        """
        -       param
        +       # param
        """,
    )


def test_a_false_escape() -> None:
    """A backslash that escapes nothing is doubled."""
    check_action(
        r"""
          pipelines:
            - name: a
              pipeline: p.a
              params:
                path: "C:$0\data"
        """,
        "Write the backslash as `\\\\`",
        r"""
          pipelines:
            - name: a
              pipeline: p.a
              params:
                path: "C:\\data"
        """,
    )


def test_a_conflict() -> None:
    """A merge conflict is resolved to either side, or both."""
    check_action(
        """
        kind: PipelineGroup
        name: daily
        steps:
        $0<<<<<<< HEAD
        - name: a
          pipeline: p.a
        ||||||| base
        - name: o
        =======
        - name: b
          pipeline: p.b
        >>>>>>> main
        """,
        "Keep the first side (HEAD)",
        """
        kind: PipelineGroup
        name: daily
        steps:
        - name: a
          pipeline: p.a
        """,
    )
    check_action(
        """
        kind: PipelineGroup
        name: daily
        steps:
        $0<<<<<<< HEAD
        - name: a
          pipeline: p.a
        ||||||| base
        - name: o
        =======
        - name: b
          pipeline: p.b
        >>>>>>> main
        """,
        "Keep the second side (main)",
        """
        kind: PipelineGroup
        name: daily
        steps:
        - name: b
          pipeline: p.b
        """,
    )
    check_action(
        """
        kind: PipelineGroup
        name: daily
        steps:
        $0<<<<<<< HEAD
        - name: a
          pipeline: p.a
        ||||||| base
        - name: o
        =======
        - name: b
          pipeline: p.b
        >>>>>>> main
        """,
        "Keep both sides, the first before the second",
        """
        kind: PipelineGroup
        name: daily
        steps:
        - name: a
          pipeline: p.a
        - name: b
          pipeline: p.b
        """,
    )


def test_a_template_with_text_behind_it() -> None:
    """The quotes go around all of the text."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
              params:
                x: $0{{ params.x }} y # why
        """,
        "Quote the template",
        """
        -         x: {{ params.x }} y # why
        +         x: "{{ params.x }} y" # why
        """,
    )


def test_a_space_behind_a_colon() -> None:
    """In a block as in brackets."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline:$0p.a
        """,
        "Add a space after the `:`",
        """
        -       pipeline:p.a
        +       pipeline: p.a
        """,
    )
