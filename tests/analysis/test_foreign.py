"""Other people's YAML: what is foreign at a glance is no group when it is read, and costs next to nothing."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings, strategies as st

from spine_lsp.analysis import document as module, foreign
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.foreign import is_foreign
from spine_lsp.orchestration.vocabulary import LIST_PATHS
from spine_lsp.syntax.file import parse_file
from spine_lsp.syntax.text import Edit, Text
from tests.examples import examples
from tests.syntax.trees import LINES, almost_yaml, group_texts

CORPUS = sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))

EDGE = [
    "kind: PipelineGroup\n",
    "kind : 'PipelineGroup' # ours\n",
    '"kind": PipelineGroup\r\n',
    "kind:\n  PipelineGroup\n",
    "kind: &k PipelineGroup\n",
    "kind: Deployment\n",
    "kind: 12\n",
    "kind: no\n",
    "? kind\n: PipelineGroup\n",
    "&a kind: PipelineGroup\n",
    '"k\\x69nd": PipelineGroup\n',
    'kind: "Pipeline\\x47roup"\n',
    "{kind: PipelineGroup}\n",
    "{kind: PipelineGroup, steps: [{name: a, pipeline: p}]\n",
    "<<: {kind: PipelineGroup}\n",
    "base: &b {kind: PipelineGroup}\n",
    "<<: *b\n",
    "apiVersion: spine.io/v1\n",
    "apiVersion: apps/v1\n",
    "apiVersion: v1\n",
    "apiVersion: 1.5\n",
    "apiVersion: 'spine.io/v1'\n",
    "  kind: PipelineGroup\n",
    "\tkind: PipelineGroup\n",
    "a: 'it\n",
    "'\n",
    'a: "open\n',
    "a: {x: 1,\n",
    "}\n",
    "a: [\n",
    "]\n",
    "# it's a comment {\n",
    "steps:\n",
    "pipelines:\n",
    "spec:\n",
    "steps: [{name: a, pipeline: p}]\n",
    "- name: a\n  pipeline: p\n",
    "- pipeline: p\n",
    "- name: a\n  operation: p.q\n",
    "  - {name: a, type: lambda, 'handler_ref': 'm:f'}\n",
    "  - {name: a, type: choice, condition: x}\n",
    "  - {name: a, then_step: b}\n",
    "  - name: b\n    iterator_workflow: w\n",
    "- name: a\n  handler: x\n",
    "name: w\n",
    "kind: Workflow\n",
    "metadata: {name: x}\n",
    "spec: {steps: [{name: a, operation: p.q}]}\n",
    "  - {name: a, 'pipeline': p}\n",
    "  pipelines:\n  - name: a\n    pipeline: p\n",
    "  - ? pipeline\n    : p\n",
    '  - "pipelin\\u0065": p\n',
    "  - script: my pipeline\n",
    "- {name: a, pipline: p}\n",
    "  - name: a\n    piepline: p\n",
    "  - {name: a, 'PIPELINE' : p}\n",
    "  - ? pipeline # a\n# b\n\n    : p\n",
    "  - ? |-\n      pipeline\n    : p\n",
    "---\n",
    "--- # next\n",
    "--- {kind: PipelineGroup}\n",
    "--- !!map\n",
    "...\n",
    "%YAML 1.2\n",
    "\ufeff",
    "\r",
    "a: b\x85kind: PipelineGroup\n",
    "a: |\n  kind: x\n",
    "key: value\n",
    "plain words\n",
    "<<<<<<< HEAD\n",
    "=======\n",
    ">>>>>>> x\n",
    "größe: 1\n",
    "http://x: y\n",
    "'quoted key': 1\n",
]
edges = st.lists(st.sampled_from(EDGE), max_size=7).map("".join)
mixed = st.lists(st.sampled_from([*EDGE, *LINES]), max_size=9).map("".join)


def is_ours(source: str) -> bool:
    """Whether the whole reading finds a group."""
    text = Text(source)
    return Document("f", 1, text, parse_file(text, LIST_PATHS)).is_spine


@given(edges | mixed | almost_yaml | group_texts)
@settings(max_examples=examples(600))
@example("a: 'x\nkind: Deployment\n'\nsteps:\n- pipeline: x\n")
@example("a: {x: 1,\nkind: Deployment\n}\nsteps:\n- pipeline: x\n")
@example("kind: no\nsteps:\n- pipeline: x\n")
@example("\ufeffkind: PipelineGroup\n")
@example("a: b\n---\nkind: PipelineGroup\n")
@example("  a: b\n  kind: PipelineGroup\n")
def test_what_is_foreign_at_a_glance_is_no_group_when_it_is_read(source: str) -> None:
    """Whatever stands at the left edge, in quotes, brackets, conflicts, or in other documents of the file."""
    if is_foreign(Text(source)):
        assert not is_ours(source)
    assert Document.read("f", 1, Text(source)).is_spine == is_ours(source)


@given(
    edges | mixed,
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 20), st.sampled_from(EDGE)), max_size=5),
)
@settings(max_examples=examples(200))
def test_the_verdict_after_an_edit_is_that_of_the_text(source: str, changes: list[tuple[int, int, str]]) -> None:
    """A file becomes ours, and ceases to be, with the very edit that makes it so, in pieces of any size."""
    with patch("spine_lsp.syntax.text._PIECE", 20):
        doc = Document.read("f", 1, Text(source))
        for at, length, new in changes:
            start = min(at, len(doc.text))
            end = min(start + length, len(doc.text))
            doc = doc.changed(2, doc.text.replaced(start, end, new), [Edit(start, end, new)])
            assert doc.is_spine == is_ours(doc.text.source)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_groups_are_ours_from_the_key_that_makes_them_so(path: Path) -> None:
    """Typed character by character, a group is one exactly when the whole reading says so."""
    source = path.read_text(encoding="utf-8")
    doc = Document.read("f", 1, Text(""))
    for at, char in enumerate(source[:300]):
        doc = doc.changed(at, doc.text.replaced(at, at, char), [Edit(at, at, char)])
        assert doc.is_spine == is_ours(source[: at + 1])
    assert Document.read("f", 1, Text(source)).is_spine


FOREIGN = {
    "workflow": """
name: release # runs the pipeline
on: {push: {branches: ["main"]}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {kind: PipelineGroup}
      - name: run the pipeline
        run: |
          pipeline: "it's \\x41"
kind-of: thing
""",
    "manifest": """
# It's a {deployment} of the spine
apiVersion: apps/v1
kind: Deployment
metadata: {name: "pipeline"}
spec:
  steps: [{name: a, pipeline: p}]
---
apiVersion: v1
kind: Service
spec:
  pipeline: x
""",
    "tekton": """
apiVersion: tekton.dev/v1
kind: PipelineRun
spec:
  pipelineRef: {name: x}
  pipeline: {tasks: []}
""",
    "azure": """
trigger: [main]
pool: {vmImage: ubuntu-latest}
steps:
  - script: ./pipeline.sh --spine
    displayName: "the pipeline"
    enabled: true
""",
    "bitbucket": """
image: python
pipelines:
  default:
    - step: {script: [pytest]}
""",
    "compose": """
name: weekly
services:
  pipeline:
    image: example.org/pipeline:1.4
    command: ["kind: PipelineGroup"]
""",
    "playbook": """
- hosts: all
  tasks:
    - name: pipeline
      pipeline: x
- import_playbook: spine.yml
""",
    "lock": """
packages:
  "spine@1.0":
    kind: PipelineGroup
    pipeline: x
'/a/b': {steps: [{pipeline: x}]}
""",
    "values": """
größe: 1
http://host: spine
pipeline: {kind: PipelineGroup}
list: [
  a
]
""",
}


@pytest.mark.parametrize("source", FOREIGN.values(), ids=FOREIGN)
def test_usual_kinds_of_other_yaml_are_never_read(source: str) -> None:
    """Nothing is parsed for them, although they hold the words that a group has, and `steps`."""
    with patch.object(module, "parse_file", side_effect=AssertionError("it was read")):
        doc = Document.read("f", 1, Text(source))
        assert not doc.is_spine
        end = len(source)
        doc = doc.changed(2, doc.text.replaced(end, end, "# x"), [Edit(end, end, "# x")])
        assert not doc.is_spine
    assert not is_ours(source)


def test_a_key_in_a_large_foreign_file_looks_at_one_piece() -> None:
    """Whatever the size of the file; and the first line that makes it ours is not missed."""
    source = FOREIGN["workflow"].lstrip() + "      - run: echo 'pipeline: x'\n" * 20_000
    doc = Document.read("f", 1, Text(source))
    assert not doc.is_spine

    with patch.object(foreign, "_look", side_effect=foreign._look) as look:
        at = len(source) // 2
        for number in range(20):
            doc = doc.changed(number, doc.text.replaced(at, at, "x"), [Edit(at, at, "x")])
            assert not doc.is_spine
    assert sum(len(call.args[0]) for call in look.call_args_list) < 20 * 40_000
    at = doc.text.line_start(doc.text.line_of(at))
    new = "steps: [{name: a, pipeline: p}]\n"
    doc = doc.changed(99, doc.text.replaced(at, at, new), [Edit(at, at, new)])
    assert doc.is_spine
