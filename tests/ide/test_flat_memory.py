"""Memory stays flat, whatever the file: a key or a save leaves nothing behind, and a close gives all of it back."""

from __future__ import annotations

import gc
from collections import Counter

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.completion import completions
from spine_lsp.ide.cursor import At, symbol_at
from spine_lsp.ide.folding import folding
from spine_lsp.ide.formatting.formatting import format_document
from spine_lsp.ide.hover.hover import hover
from spine_lsp.ide.occurrences import occurrences
from spine_lsp.ide.semantic_tokens import semantic_tokens
from spine_lsp.ide.symbols import document_symbols
from spine_lsp.syntax.text import Edit, Text

pytestmark = pytest.mark.any_version

URI = "file:///flat.yaml"
STEPS = 25
HEAD = "apiVersion: spine.io/v1\nkind: PipelineGroup\nmetadata:\n  name: flat\n"


def steps(pattern: str) -> str:
    return "".join(pattern.format(i=i, j=max(i - 1, 0)) for i in range(STEPS))


STEP = "    - name: s{i}\n      pipeline: p.q\n      depends_on: [s{j}]\n      params: {{x: '{{{{ params.y }}}}'}}\n"
FLOW_STEP = '{{"name": "s{i}", "pipeline": "p", "depends_on": ["s{j}"]}},'
SHAPES = {
    "plain": f"{HEAD}spec:\n  pipelines:\n{steps(STEP)}",
    "foreign": "name: x\njobs:\n" + "    - run: pipeline it\n" * 1000,
    "perhaps": "steps:\n" + "    - script: it\n      with: {pipeline: it}\n" * STEPS,
    "flow": f"kind: PipelineGroup\nname: flat\nsteps: [\n{steps(FLOW_STEP + chr(10))}]\n",
    "one line": f'{{"kind": "PipelineGroup", "name": "😀 flat", "steps": [{steps(FLOW_STEP)}]}}',
    "aliases": f"{HEAD}x: &x {{a: 1}}\nspec:\n  pipelines:\n" + steps(STEP.replace("{{x:", "{{<<: *x, x:")),
    "between": f"{HEAD}spec:\n  pipelines:\n"
    + steps(
        "    - name: s{i}\n      pipeline: p\n      params: &p{i} {{a: 1}}\n"
        "    - {{name: t{i}, pipeline: p, params: *p{i}}}\n"
    ),
    "long header": f"{HEAD}spec:\n  defaults:\n"
    + steps("    key{i}: 'it {{{{ params.x }}}}'\n")
    + "  pipelines:\n"
    + STEP.format(i=0, j=0),
    "conflict": f"{HEAD}spec:\n  pipelines:\n{steps(STEP)}"
    "<<<<<<< HEAD\n    - name: a\n=======\n    - name: b\n>>>>>>> x\n",
    "documents": "---\n".join(HEAD + "spec:\n  pipelines:\n" + STEP.format(i=i, j=i) for i in range(STEPS)),
    "broken": f"{HEAD}spec:\n  pipelines:\n{steps(STEP)}    - name: [a\n      pipeline: 'p\n",
    "suppressed": f"{HEAD}spec:\n  pipelines:\n{steps(STEP.replace('p.q', 'p.q # spine: ignore'))}",
}


def typed(workspace: Workspace, keys: int) -> Workspace:
    """The workspace after so many keys in the middle of the file, and what an editor asks for meanwhile."""
    at = 0
    for number in range(keys):
        text = workspace.documents[URI].text
        at = text.line_end(text.line_count // 2) if text.line_count > 5 else text.source.index('20"')
        edit = Edit(at - 1, at, "") if number % 2 else Edit(at, at, "x")
        workspace = workspace.with_document(URI, number, text.replaced(*edit), [edit])
        diagnose(workspace.documents[URI], workspace.config_of(URI))
    ask(workspace, At(URI, at))
    return workspace


def ask(workspace: Workspace, at: At) -> None:
    """A completion, a hover, a save with formatting, and so on."""
    completions(workspace, at)
    hover(workspace, at)
    semantic_tokens(workspace, URI)
    document_symbols(workspace, URI)
    folding(workspace, URI)
    format_document(workspace.documents[URI])
    if (named := symbol_at(workspace, at)) is not None:
        occurrences(workspace, named)


def held() -> Counter[str]:
    """How many objects of each class are held, of those that can hold others."""
    gc.collect()
    return Counter(type(one).__name__ for one in gc.get_objects())


@pytest.mark.parametrize("source", SHAPES.values(), ids=SHAPES)
def test_keys_and_saves_leave_nothing_behind(source: str) -> None:
    """After more keys, and what is asked with them, the same objects are held as before; after a close none."""
    typed(Workspace().with_document(URI, 0, Text(source), None), 2)  # what is loaded late is loaded now
    before = held()
    workspace = typed(Workspace().with_document(URI, 0, Text(source), None), 4)
    first = held()
    workspace = typed(workspace, 6)
    second = held()
    del workspace
    after = held()
    grown, left = second - first, after - before
    assert grown.total() < 150, grown.most_common(5)
    assert left.total() < 300, left.most_common(5)
    assert left["Node"] + left["Block"] + left["Part"] + left["Piece"] == 0
