"""Quick fixes of the graph."""

from __future__ import annotations

from spine_lsp.analysis.span import Span
from spine_lsp.ide.code_actions import code_actions
from tests.fixture import fixture
from tests.ide.actions import check_action, check_fix


def test_a_name_that_was_meant() -> None:
    """A misspelt name is replaced, in the form it is written in."""
    check_fix(
        """
          pipelines:
            - name: ingest
              pipeline: p.ingest
            - name: clean
              pipeline: p.clean
              depends_on: ['ingset$0'] # why
        """,
        "Replace with `ingest`",
        """
        -       depends_on: ['ingset'] # why
        +       depends_on: ['ingest'] # why
        """,
    )


def test_the_missing_step() -> None:
    """The missing step is made above the one that needs it, like its neighbours."""
    check_action(
        """
          pipelines:
            - name: ingest
              pipeline: p.ingest

            # needs the fetch
            - name: clean
              pipeline: p.clean
              depends_on: [fe$0tch, ingest]
        """,
        "Create the step `fetch`",
        """
          pipelines:
            - name: ingest
              pipeline: p.ingest

            - name: fetch
              pipeline: p.fetch

            # needs the fetch
            - name: clean
              pipeline: p.clean
              depends_on: [fetch, ingest]
        """,
    )
    group = """
      pipelines:
        - name: ingest
          pipeline: p.ingest

        # needs the fetch
        - name: clean
          pipeline: p.clean
          depends_on: [fe$0tch, ingest]
    """
    check_fix(
        group,
        "Remove the dependency on `fetch`",
        """
        -       depends_on: [fetch, ingest]
        +       depends_on: [ingest]
        """,
    )


def test_the_missing_step_of_a_flat_list() -> None:
    """A step is made in a list that is not indented, too."""
    check_fix(
        """
        name: daily
        steps:
        - name: clean
          pipeline: clean
          depends_on: "fetch 2$0"
        """,
        "Create the step `fetch 2`",
        """
          steps:
        + - name: fetch 2
        +   pipeline: fetch_2
        """,
    )


def test_the_last_entry_takes_its_key() -> None:
    """With its last entry the key goes; comments stay."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: # on what
                - $0b # why
              # behind
              params: {}
        """,
        "Remove the self-dependency of `b`",
        """
        -       depends_on: # on what
        -         - b # why
        +       # on what
        +       # why
        """,
    )


def test_a_key_behind_a_dash() -> None:
    """Where the key stands behind the dash, the next key takes its place."""
    check_action(
        """
          pipelines:
            - depends_on: [$0b]
              name: b
              pipeline: p.b
        """,
        "Remove the self-dependency of `b`",
        """
          pipelines:
            - name: b
              pipeline: p.b
        """,
    )


def test_an_entry_of_a_flow_map() -> None:
    """A key of a flow map goes with its comma."""
    group = """
      pipelines:
        - {name: a, pipeline: p.a, depends_on: $0a, params: {}}
        - {name: b, pipeline: p.b}
    """
    check_fix(
        group,
        "Remove the self-dependency of `a`",
        """
        -     - {name: a, pipeline: p.a, depends_on: a, params: {}}
        +     - {name: a, pipeline: p.a, params: {}}
        """,
    )
    check_fix(
        group,
        "Ignore `self-dependency` on this line",
        """
        -     - {name: a, pipeline: p.a, depends_on: a, params: {}}
        +     - {name: a, pipeline: p.a, depends_on: a, params: {}} # spine: ignore[self-dependency]
        """,
    )


def test_a_repeated_entry() -> None:
    """The second of two entries goes, the comment of its line stays."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on:
                - a
                - a$0 # again
                # and so on
        """,
        "Remove the second `a`",
        """
        -         - a # again
        +         # again
        """,
    )


def test_a_flow_list_over_lines() -> None:
    """An entry of a list over several lines goes with its line; the comma before it may stay."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: b
              pipeline: p.b
              depends_on: [
                a, # first
                a$0
              ]
        """,
        "Remove the second `a`",
        """
        -         a
        """,
    )


def test_redundant_entries() -> None:
    """A redundant entry goes, or all of them."""
    group = """
      pipelines:
        - name: a
          pipeline: p.a
        - name: b
          pipeline: p.b
          depends_on: [a]
        - name: c
          pipeline: p.c
          depends_on: [b]
        - name: d
          pipeline: p.d
          depends_on: [a$0, b, c]
    """
    check_fix(
        group,
        "Remove the redundant dependency on `a`",
        """
        -       depends_on: [a, b, c]
        +       depends_on: [b, c]
        """,
    )
    check_fix(
        group,
        "Remove all 2 redundant dependencies of the group",
        """
        -       depends_on: [a, b, c]
        +       depends_on: [c]
        """,
    )


def test_a_repeated_step() -> None:
    """The second step of a name gets a name of its own."""
    check_fix(
        """
          pipelines:
            - name: a
              pipeline: p.a
            - name: $0a
              pipeline: p.b
        """,
        "Rename this step to `a_2`",
        """
                pipeline: p.a
        -     - name: a
        +     - name: a_2
        """,
    )


def test_ways_out_of_a_cycle() -> None:
    """Each edge of a cycle can go, and each way says the order that results."""
    group = """
      pipelines:
        - name: a
          pipeline: p.a
          depends_on: [$0b]
        - name: b
          pipeline: p.b
          depends_on: [c]
        - name: c
          pipeline: p.c
          depends_on: a
    """
    check_fix(
        group,
        "Break the cycle: `a` no longer waits for `b` (then a, c, b)",
        """
        -       depends_on: [b]
        """,
    )
    check_fix(
        group,
        "Break the cycle: `c` no longer waits for `a` (then c, b, a)",
        """
        -       depends_on: a
        """,
    )
    check_fix(
        group,
        "Break the cycle: `b` no longer waits for `c` (then b, a, c)",
        """
        -       depends_on: [c]
        """,
    )


def test_a_second_step_is_removed() -> None:
    """What depends on the name means the first step; comments stay."""
    check_fix(
        """
        name: daily
        steps:
          - name: a
            pipeline: p
          # again
          - name: $0a
            pipeline: q # why
          - name: b
            pipeline: p
            depends_on: a
        """,
        "Remove this second `a`",
        """
            # again
        -   - name: a
        -     pipeline: q # why
        +   # why
        """,
    )


def test_a_cycle_is_first_broken_where_it_runs_against_the_file() -> None:
    """Among edges that free as many steps the one to a step further down is preferred."""
    fix = fixture("""
        name: daily
        steps:
          - {name: in, pipeline: p}
          - {name: a, pipeline: p, depends_on: [in, $0c]}
          - {name: b, pipeline: p, depends_on: a}
          - {name: c, pipeline: p, depends_on: b}
    """)
    found = code_actions(fix.workspace, fix.uri, Span(fix.at.offset, fix.at.offset))
    breaks = [action for action in found if action.title.startswith("Break the cycle")]
    assert breaks[0].title == "Break the cycle: `a` no longer waits for `c` (then in, a, b, c)"
    assert [action.preferred for action in breaks] == [True, False, False]


def test_the_title_of_a_way_out_fits_into_a_menu() -> None:
    """Where the order that results is long it is left out; what remains is which edge goes."""
    fix = fixture("""
        name: daily
        steps:
          - {name: ingest_of_the_week, pipeline: p}
          - {name: aggregate_of_the_week, pipeline: p, depends_on: [ingest_of_the_week, $0publish]}
          - {name: publish, pipeline: p, depends_on: aggregate_of_the_week}
    """)
    found = code_actions(fix.workspace, fix.uri, Span(fix.at.offset, fix.at.offset))
    titles = [action.title for action in found if action.title.startswith("Break the cycle")]
    assert titles[0] == "Break the cycle: `aggregate_of_the_week` no longer waits for `publish`"
