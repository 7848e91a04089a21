"""Snapshots under several threads: what is worked out late and kept comes out the same for whoever asks."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.group_graph import graph_of
from spine_lsp.ide.commands.groups import list_groups
from spine_lsp.ide.commands.resolved_order import resolved_order
from spine_lsp.ide.completion.completion import completions
from spine_lsp.ide.cursor import At
from spine_lsp.ide.folding import folding
from spine_lsp.ide.hover.hover import hover
from spine_lsp.ide.inlay_hints import inlay_hints
from spine_lsp.ide.lenses import lenses
from spine_lsp.ide.semantic_tokens import semantic_tokens
from spine_lsp.ide.symbols import document_symbols, workspace_symbols
from spine_lsp.syntax.text import Edit, Text
from tests.soak import texts

URI = "file:///threads.yaml"
ASKED: tuple[Callable[[Workspace], object], ...] = (
    lambda workspace: diagnose(workspace.documents[URI], workspace.config_of(URI)),
    lambda workspace: semantic_tokens(workspace, URI),
    lambda workspace: document_symbols(workspace, URI),
    lambda workspace: [entry.problems for entry in list_groups(workspace)],
    lambda workspace: workspace_symbols(workspace, "s1"),
    lambda workspace: folding(workspace, URI),
    lambda workspace: resolved_order(workspace, URI),
    lambda workspace: hover(workspace, At(URI, 60)),
    lambda workspace: [item.label for item in completions(workspace, At(URI, 60)).items],
    lambda workspace: lenses(workspace, URI),
    lambda workspace: getattr(graph_of(workspace, URI), "model", None),
    lambda workspace: inlay_hints(workspace, URI),
    lambda workspace: workspace.documents[URI].text.position(200, "utf-16"),
)


@pytest.fixture(autouse=True)
def eager() -> Iterator[None]:
    """Threads take turns a hundred times as often as they do by themselves."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.00002)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize(
    "text",
    [
        texts.layers(40),
        texts.knot(12),
        texts.anchored(15),
        texts.documents(6),
        texts.flow(15),
        texts.broken(10),
    ],
    ids=["layers", "knot", "anchored", "documents", "flow", "broken"],
)
def test_every_thread_gets_the_same(text: str) -> None:
    """Three threads ask everything of one version, while a fourth makes the next ones of it."""
    chance = random.Random(len(text))
    for _ in range(4):
        workspace = Workspace({URI: Document.read(URI, 1, Text(text))})
        barrier = Barrier(4)

        def ask(start: int, workspace: Workspace = workspace, barrier: Barrier = barrier) -> list[object]:
            barrier.wait(20)
            order = [*range(start, len(ASKED)), *range(start)]
            answers = {number: ASKED[number](workspace) for number in order}
            return [answers[number] for number in range(len(ASKED))]

        def edit(workspace: Workspace = workspace, barrier: Barrier = barrier) -> Workspace:
            barrier.wait(20)
            for version in range(2, 12):
                at = chance.randrange(len(text) // 2)
                change = Edit(at, at + 1, chance.choice(["q", "", "\n", ": "]))
                after = workspace.documents[URI].text.replaced(*change)
                workspace = workspace.with_document(URI, version, after, (change,))
                diagnose(workspace.documents[URI])
            return workspace

        with ThreadPoolExecutor(4) as pool:
            edited = pool.submit(edit)
            first, *others = [answer.result(60) for answer in [pool.submit(ask, start) for start in (0, 4, 8)]]
            changed = edited.result(60)
        for answers in others:
            assert answers == first
        for version in (workspace, changed):
            source = version.documents[URI].text.source
            fresh = Workspace({URI: Document.read(URI, 1, Text(source))})
            assert [ask(version) for ask in ASKED] == [ask(fresh) for ask in ASKED]
