"""Definition: dependencies to steps, templates to defaults, aliases to anchors."""

from __future__ import annotations

from spine_lsp.ide.definition import Target, definition
from tests.fixture import fixture, labelled

HEAD = """
apiVersion: spine.io/v1
kind: PipelineGroup
metadata: {name: daily}
spec:
  defaults:
    week: "{{ params.week }}"
  pipelines:
"""


def check_goes_to(steps: str, *lines: str) -> None:
    """From the cursor in `steps` the definitions lie in these lines (stripped), in this order."""
    fix = fixture(HEAD + steps)
    found = definition(fix.workspace, fix.at)
    assert found is None or found.origin.start <= fix.at.offset <= found.origin.end
    drawn = []
    for target in found.targets if found is not None else ():
        assert isinstance(target, Target)
        marked = labelled(fix.source, [target.name_span], "^").split("\n")
        row = next(number for number, line in enumerate(marked) if line.strip() and not line.strip(" ^"))
        line, carets = marked[row - 1], marked[row]
        start = carets.index("^")
        drawn.append(f"{line[:start]}<{line[start : len(carets)]}>{line[len(carets) :]}".strip())
        assert target.span.start <= target.name_span.start <= target.name_span.end <= target.span.end
    assert drawn == list(lines)


def test_from_a_dependency_to_its_step() -> None:
    """An edge in a list leads to the name of the step that it waits for."""
    check_goes_to(
        """
    - {name: fetch, pipeline: p}
    - name: clean
      pipeline: p
      depends_on: [fe$0tch]
""",
        "- {name: <fetch>, pipeline: p}",
    )


def test_from_a_single_quoted_dependency() -> None:
    """A quoted single text is an edge as well."""
    check_goes_to(
        """
    - name: clean
      pipeline: p
      depends_on: 'fetch$0'
    - name: "fetch"
      pipeline: p
""",
        '- name: <"fetch">',
    )


def test_of_duplicates_the_first_comes_first() -> None:
    """Dependents mean the first step of a name; the others follow it."""
    check_goes_to(
        """
    - name: fetch # one
      pipeline: p
    - name: fetch # two
      pipeline: p
    - name: clean
      pipeline: p
      depends_on:
        - $0fetch
""",
        "- name: <fetch> # one",
        "- name: <fetch> # two",
    )


def test_from_a_template_to_the_default() -> None:
    """`params.x` in a step's parameters leads to the default of that name."""
    check_goes_to(
        """
    - name: fetch
      pipeline: p
      params:
        path: "out/{{ params.we$0ek }}.csv"
""",
        '<week>: "{{ params.week }}"',
    )


def test_from_an_override_to_the_default() -> None:
    """A step's parameter leads to the default that it overrides."""
    check_goes_to(
        """
    - name: fetch
      pipeline: p
      params: {we$0ek: 3}
""",
        '<week>: "{{ params.week }}"',
    )


def test_from_an_alias_to_the_nearest_anchor_above() -> None:
    """An alias leads to its anchor; one of the same name further down is another."""
    check_goes_to(
        """
    - name: fetch
      pipeline: p
      params: {a: &it 1, b: *i$0t, c: &it 2, d: *it}
""",
        "params: {a: <&it> 1, b: *it, c: &it 2, d: *it}",
    )


def test_an_aliased_dependency_leads_to_its_step() -> None:
    """An edge written as an alias means the anchor's text, and so that step."""
    check_goes_to(
        """
    - name: &first fetch
      pipeline: p
    - name: clean
      pipeline: p
      depends_on: [*fi$0rst]
""",
        "- name: &first <fetch>",
    )


def test_nothing_for_missing_steps_and_pipelines() -> None:
    """What no step is called, and what Python defines, has no definition here."""
    check_goes_to("\n    - {name: a, pipeline: p, depends_on: [no$0thing]}\n")
    check_goes_to("\n    - {name: a, pipeline: p$0}\n")
