"""Edits made on the picture: one small edit of the text each, which does just that to the graph, or a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.graph_edits import GraphEdit, edit_graph
from spine_lsp.ide.commands.graph_model import node_ids
from spine_lsp.ide.edits.trial import are_sound
from spine_lsp.ide.rename import Refusal
from tests.ide.actions import HEADER, applied, comments, error_count, read, small_groups

pytestmark = pytest.mark.any_version

SOURCE = f"""{HEADER}\
  pipelines:
    - name: ingest # first
      pipeline: sales.ingest
    # of tidy
    - name: tidy
      pipeline: sales.tidy
      depends_on:
        - ingest # why
    - name: publish
      pipeline: sales.publish
      depends_on: [tidy, nobody]
    - name: tidy
      pipeline: sales.again
"""


def asked(source: str, **edit: object) -> GraphEdit | Refusal:
    document = read(source)
    found = edit_graph(workspace_of(document), document.uri, edit)
    assert found is not None
    return found


def workspace_of(document: Document) -> Workspace:
    return Workspace().with_document(document.uri, 1, document.text, None)


def after(source: str, **edit: object) -> str:
    found = asked(source, **edit)
    assert isinstance(found, GraphEdit), found
    return applied(source, list(found.edits))


def changed_lines(source: str, **edit: object) -> tuple[list[str], list[str]]:
    """The lines that an edit takes out, and those that it brings."""
    before, now = Counter(source.splitlines()), Counter(after(source, **edit).splitlines())
    return sorted((before - now).elements()), sorted((now - before).elements())


@pytest.mark.parametrize(
    ("edit", "gone", "fresh"),
    [
        (
            {"kind": "addEdge", "from": "ingest", "to": "publish"},
            ["      depends_on: [tidy, nobody]"],
            ["      depends_on: [tidy, nobody, ingest]"],
        ),
        ({"kind": "addEdge", "from": "ingest", "to": "tidy#2"}, [], ["      depends_on: [ingest]"]),
        (
            {"kind": "removeEdge", "from": "?nobody", "to": "publish"},
            ["      depends_on: [tidy, nobody]"],
            ["      depends_on: [tidy]"],
        ),
        (
            {"kind": "removeEdge", "from": "ingest", "to": "tidy"},
            ["        - ingest # why", "      depends_on:"],
            ["      # why"],
        ),
        (
            {"kind": "insertOnEdge", "from": "ingest", "to": "tidy", "name": "check"},
            ["        - ingest # why"],
            [
                "        - check # why",
                "    - name: check",
                "      depends_on: [ingest]",
                "      pipeline: sales.check",
            ],
        ),
        (
            {"kind": "insertBefore", "step": "ingest"},
            [],
            [
                "    - name: new_step",
                "      depends_on: [new_step]",
                "      pipeline: sales.new_step",
            ],
        ),
        (
            {"kind": "insertAfter", "step": "publish", "name": "mail: all"},
            [],
            [
                '    - name: "mail: all"',
                "      depends_on: [publish]",
                "      pipeline: sales.mail_all",
            ],
        ),
        (
            {"kind": "addStep", "on": "ingest", "name": "audit"},
            [],
            ["    - name: audit", "      depends_on: [ingest]", "      pipeline: sales.audit"],
        ),
        ({"kind": "addStep"}, [], ["    - name: new_step", "      pipeline: sales.new_step"]),
        (
            {"kind": "rename", "step": "ingest", "name": "fetch"},
            ["        - ingest # why", "    - name: ingest # first"],
            ["        - fetch # why", "    - name: fetch # first"],
        ),
        (
            {"kind": "rename", "step": "tidy#2", "name": "tidy_again"},
            ["    - name: tidy"],
            ["    - name: tidy_again"],
        ),
        (
            {"kind": "delete", "step": "tidy#2"},
            ["    - name: tidy", "      pipeline: sales.again"],
            [],
        ),
    ],
)
def test_each_kind(edit: dict[str, object], gone: list[str], fresh: list[str]) -> None:
    """Each edit changes the lines that it is about, and no other."""
    assert changed_lines(SOURCE, **edit) == (sorted(gone), sorted(fresh))


def test_deleting_reconnects() -> None:
    """What waited for a deleted step waits for what that waited for."""
    plain = SOURCE.split("    - name: tidy\n      pipeline: sales.again", maxsplit=1)[0]
    now = after(plain, kind="delete", step="tidy")
    assert "depends_on: [ingest, nobody]" in now
    assert "# of tidy" in now
    assert "# why" in now


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (
            {"kind": "addEdge", "from": "publish", "to": "ingest"},
            "`ingest` → `publish` → `tidy` → `ingest`: each waits for the next, so none can start",
        ),
        ({"kind": "addEdge", "from": "tidy", "to": "tidy"}, "waits for itself"),
        ({"kind": "addEdge", "from": "ingest", "to": "tidy"}, "`tidy` already waits for `ingest`"),
        ({"kind": "addEdge", "from": "?nobody", "to": "tidy"}, "the group has no step `nobody`"),
        ({"kind": "addEdge", "from": "tidy#2", "to": "publish"}, "an earlier step is called `tidy` too"),
        ({"kind": "removeEdge", "from": "ingest", "to": "publish"}, "does not wait for `ingest`"),
        ({"kind": "insertOnEdge", "from": "ingest", "to": "publish"}, "does not wait for `ingest`"),
        ({"kind": "insertAfter", "step": "ingest", "name": "tidy"}, "already has a step `tidy`"),
        ({"kind": "insertAfter", "step": "ingest", "name": " x"}, "cannot start or end with whitespace"),
        ({"kind": "addStep", "name": "nobody"}, "`publish` lists `nobody`, which no step is called"),
        ({"kind": "rename", "step": "ingest", "name": "tidy"}, "already has a step `tidy`"),
        ({"kind": "rename", "step": "ingest", "name": ""}, "the new name is empty"),
        ({"kind": "delete", "step": "?nobody"}, "the group has no step `nobody`"),
        (
            {"kind": "move", "step": "publish"},
            "`publish` stands where it does because it waits for `tidy` and `nobody`: draw or delete an edge",
        ),
        ({"kind": "move", "step": "ingest"}, "because it waits for nothing"),
    ],
)
def test_what_is_refused_says_why(edit: dict[str, object], reason: str) -> None:
    """A refusal is a sentence that names what stands against it."""
    found = asked(SOURCE, **edit)
    assert isinstance(found, Refusal)
    assert reason in found.reason


def test_an_edge_that_is_merged_in_is_refused() -> None:
    """What is not written in the step cannot be taken out of it."""
    source = f"""{HEADER}\
  pipelines:
    - &base
      name: a
      pipeline: p.a
    - name: b
      pipeline: p.b
      depends_on: &on [a]
    - name: c
      pipeline: p.c
      depends_on: *on
"""
    found = asked(source, kind="removeEdge", **{"from": "a", "to": "c"})
    assert isinstance(found, Refusal)
    assert "change it in the text" in found.reason


def test_the_only_step_stays() -> None:
    """A group without steps is none."""
    found = asked(f"{HEADER}  pipelines:\n    - name: a\n      pipeline: p\n", kind="delete", step="a")
    assert isinstance(found, Refusal)
    assert "the only step" in found.reason


def test_no_group_and_no_such_edit() -> None:
    """Nothing is answered for a file without groups; a kind that there is not is an error of the client."""
    assert edit_graph(Workspace(), "file:///none.yaml", {"kind": "addStep"}) is None
    with pytest.raises(ValueError, match="addEdge"):
        asked(SOURCE, kind="paint")


Edges = Counter[tuple[str, str]]


def edges_of(document: Document) -> Edges:
    (group,) = document.groups
    ids = node_ids(group)
    return Counter((name, ids[step]) for step in ids for name in set(group.graph.depends_on[step]))


def every_edit(document: Document) -> Iterator[dict[str, object]]:
    (group,) = document.groups
    nodes = list(node_ids(group).values())
    for node in nodes:
        yield {"kind": "delete", "step": node}
        yield {"kind": "insertBefore", "step": node}
        yield {"kind": "insertAfter", "step": node, "name": "é: 1"}
        yield {"kind": "addStep", "on": node}
        yield {"kind": "rename", "step": node, "name": "other"}
        for other in nodes:
            for kind in ("addEdge", "removeEdge", "insertOnEdge"):
                yield {"kind": kind, "from": node, "to": other}


def expected(before: Edges, edit: dict[str, object]) -> Edges | None:
    """The edges after an edit, where that is easily said."""
    if edit["kind"] == "addEdge":
        return before + Counter([(str(edit["from"]), str(edit["to"]))])
    if edit["kind"] == "removeEdge":
        return before - Counter([(str(edit["from"]), str(edit["to"]))])
    if edit["kind"] == "insertOnEdge":
        between = Counter([(str(edit["from"]), "new_step"), ("new_step", str(edit["to"]))])
        return before - Counter([(str(edit["from"]), str(edit["to"]))]) + between
    if edit["kind"] == "addStep":
        return before + Counter([(str(edit["on"]), "new_step")])
    if edit["kind"] == "rename":
        old, new = str(edit["step"]), str(edit["name"])
        swap = {old: new}
        return Counter({(swap.get(on, on), swap.get(step, step)): n for (on, step), n in before.items()})
    return None


@given(small_groups(), st.randoms(use_true_random=False))
def test_every_edit_does_what_it_says(source: str, chance: Random) -> None:
    """Whatever the group: no new error, no lost comment, the graph differs by what was asked, or there is a reason."""
    document = read(source)
    workspace = workspace_of(document)
    before, errors, noted = edges_of(document), error_count(source), comments(source)
    every = list(every_edit(document))
    for edit in chance.sample(every, min(len(every), 6)):
        found = edit_graph(workspace, document.uri, edit)
        assert found is not None
        if isinstance(found, Refusal):
            assert found.reason
            continue
        edits = list(found.edits)
        assert edits
        assert are_sound(source, edits)
        text = applied(source, edits)
        assert error_count(text) <= errors
        assert not Counter(noted) - Counter(comments(text))
        now = read(text)
        assert found.select is None or found.select in node_ids(now.groups[0]).values()
        wanted = expected(before, edit)
        if wanted is not None:
            assert edges_of(now) == wanted, edit
