"""Formatting: what is laid out how, what is never touched, ranges, typing, and idempotence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.span import Span
from spine_lsp.ide.formatting.formatting import (
    format_document,
    format_on_type,
    format_range,
    same_tree,
    unformatted,
)
from spine_lsp.syntax.parse import parse_fragment
from tests.examples import examples
from tests.fixture import fixture
from tests.ide.actions import applied, comments, mutated, read, small_groups

some = settings(max_examples=examples(120), suppress_health_check=[HealthCheck.too_slow])

MESSY = """\
apiVersion:   spine.io/v1
kind : PipelineGroup\t
metadata:
    name:  daily   # name
    tags: [ a,b , c ]
# of spec
spec:
   # of pipelines
   pipelines:
   # of a
   -   name: a
       pipeline:    p.a   
   - name: b
     pipeline: p.b
     # deps
     depends_on:
         -   a
         # last
     params:
          x: |
               text   
                 {{ a }}

          y: "multi  
            line"
          z: {a: 1,b: [ 1,2 ], c: "{{  params.x  }}"}
          # odd


"""  # noqa: W291 - blanks at the ends of lines are what this is about
TIDY = """\
apiVersion: spine.io/v1
kind: PipelineGroup
metadata:
    name: daily   # name
    tags: [a, b, c]
# of spec
spec:
    # of pipelines
    pipelines:
    # of a
    - name: a
      pipeline: p.a
    - name: b
      pipeline: p.b
      # deps
      depends_on:
      - a
      # last
      params:
          x: |
               text   
                 {{ a }}

          y: "multi  
            line"
          z: {a: 1, b: [1, 2], c: "{{  params.x  }}"}
          # odd
"""  # noqa: W291


def test_a_messy_file() -> None:
    """Indentation, spaces behind colons, dashes and commas, and blanks at the ends are made alike."""
    assert applied(MESSY, format_document(read(MESSY), tab_size=4)) == TIDY


def test_edits_are_small() -> None:
    """An edit holds blanks and line breaks only, and is made only where something changes."""
    for edit in format_document(read(MESSY)):
        old = MESSY[edit.start : edit.end]
        assert not old.strip()
        assert not edit.text.strip(" \n,:")
        assert old != edit.text


@pytest.mark.parametrize(
    "source",
    [
        "jobs:\n    build:   {}\n",
        'kind: PipelineGroup\nmetadata:\n    name:   "x\nspec: {}\n',
        "name: d\n<<<<<<< a\nversion:   1\n=======\n>>>>>>> b\nsteps:\n- name: a\n  pipeline:   p\n",
    ],
    ids=["other yaml", "broken", "conflict"],
)
def test_what_is_left_alone(source: str) -> None:
    """YAML of others, and files with a fault in their YAML, get no edits."""
    assert format_document(read(source)) == []


def test_a_range_touches_its_lines_only() -> None:
    """Formatting a range changes the lines of the range."""
    source = MESSY
    at = source.index("tags:")
    after = applied(source, format_range(read(source), Span(at, at)))
    assert after == source.replace("    tags: [ a,b , c ]", "    tags: [a, b, c]")


def test_a_range_grows_to_its_step_where_it_must() -> None:
    """A line that cannot move alone moves with its step, and no further."""
    source = "name: d\nsteps:\n    - name:   a\n      pipeline: p\n    -   name: b\n        pipeline:   p\n"
    at = source.index("name: b")
    after = applied(source, format_range(read(source), Span(at, at)))
    assert after == source.replace("    -   name: b\n        pipeline:   p", "    - name: b\n      pipeline: p")


@pytest.mark.parametrize(
    ("before", "indent"),
    [
        ("name: d\nsteps:\n", 2),
        ("name: d\nsteps:\n  - name: a\n", 4),
        ("name: d\nsteps:\n  - name: a\n    params:\n", 6),
        ("name: d\nsteps:\n  - name: a\n    params: # of a\n", 6),
        ("name: d\nsteps:\n  - name: a\n    depends_on:\n      - b\n", 6),
        ("kind: PipelineGroup\nmetadata:\n    name: d\nspec:\n    policy:\n", 8),
        ("name: d\nsteps:\n  - name: a\n    depends_on: [a,\n", None),
        ("name: d\nsteps:\n  - name: a\n    params:\n      text: |\n", None),
        ("name: d\nsteps:\n  - name: a\n    params:\n      text: |\n        a:\n", None),
        ('name: d\nsteps:\n  - name: "a\n', None),
    ],
)
def test_a_new_line_is_indented(before: str, indent: int | None) -> None:
    """A line that is begun stands where the line above wants it; inside a text it is left alone."""
    source = f"{before}   \nkind: PipelineGroup\n"
    edits = format_on_type(read(source), len(before), "\n")
    expected = None if not edits else len(edits[0].text)
    assert expected == indent
    assert all(not source[edit.start : edit.end].strip() for edit in edits)


def test_typing_anything_else_formats_nothing() -> None:
    """Only a new line is indented."""
    fix = fixture("name: d\nsteps:\n$0\n")
    assert format_on_type(fix.document, fix.at.offset, "-") == []


@pytest.mark.parametrize(
    "path",
    sorted((Path(__file__).parent.parent.parent / "corpus").rglob("*.yaml")),
    ids=lambda path: path.name,
)
def test_the_corpus_keeps_its_lines(path: Path) -> None:
    """Real files lose blanks at the ends of lines, and nothing else."""
    source = path.read_text("utf-8")
    after = applied(source, format_document(read(source)))
    assert after == "\n".join(line.rstrip() for line in source.rstrip().split("\n")) + "\n"


@some
@given(mutated() | small_groups(), st.integers(0, 2**16), st.floats(0, 1))
def test_formatting_is_idempotent_and_keeps_the_meaning(source: str, seed: int, place: float) -> None:
    """Twice is as good as once; the tree, the comments and the findings are those from before."""
    source = "".join(
        line.replace(": ", ":   ", 1) if seed >> number % 16 & 1 else line
        for number, line in enumerate(source.splitlines(keepends=True))
    )
    document = read(source)
    after = applied(source, format_document(document))
    assert format_document(read(after)) == []
    at = int(place * len(source))
    for text in (after, applied(source, format_range(document, Span(at, at)))):
        assert [*map(str.split, comments(source))] == [*map(str.split, comments(text))]
        found, before = ([f.code for f in diagnose(doc)] for doc in (read(text), document))
        if "yaml-syntax" in found or "yaml-syntax" not in before:  # a tab that goes may show what it hid
            assert found == before
        if len(document.file.parts) == 1:
            assert same_tree(parse_fragment(source).root, parse_fragment(text).root)


@pytest.mark.parametrize("blanks", ["\t", "\t ", "\t\t", " \t", "  ", " \t ", "   "])
def test_one_blank_stands_behind_a_dash(blanks: str) -> None:
    """Whatever blanks stand there, once is enough."""
    source = f"kind: PipelineGroup\nname: g\nsteps:\n  - name: a\n  -{blanks}fetch\n"
    after = applied(source, format_document(read(source)))
    assert after == "kind: PipelineGroup\nname: g\nsteps:\n  - name: a\n  - fetch\n"
    assert format_document(read(after)) == []


def test_where_no_indentation_prevails_the_editors_is_taken() -> None:
    """One map at six columns says nothing of the file; most of the file does, whatever the editor says."""
    odd = "kind: PipelineGroup\nmetadata:\n      name: g\nspec:\n  pipelines:\n    - name: a\n      pipeline: p\n"
    assert applied(odd, format_document(read(odd), tab_size=2)) == odd.replace("      name: g", "  name: g")
    even = odd.replace("      name: g", "  name: g")
    assert format_document(read(even), tab_size=8) == []


def test_the_sound_steps_of_a_broken_file_are_formatted() -> None:
    """What cannot be read stays as it is, and so do the dashes and the comments of the step below."""
    source = (
        "name: g\nsteps:\n   - name:   a\n     pipeline: p\n     depends_on:  [ b ]\n   # of b\n"
        '   - name: "b\n     pipeline:   p\n   -    name:   c\n        pipeline: p  \n'
    )
    document = read(source)
    assert applied(source, format_document(document)) == (
        "name: g\nsteps:\n   - name: a\n     pipeline: p\n     depends_on: [b]\n   # of b\n"
        '   - name: "b\n     pipeline:   p\n   - name: c\n     pipeline: p\n'
    )
    assert unformatted(document) == "line 7 has a fault in its YAML: what cannot be read is not formatted"
    assert unformatted(read("name: g\nsteps:\n- {name: a, pipeline: p}\n")) is None
