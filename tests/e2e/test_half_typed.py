"""Half-typed states are normal: every request is answered sensibly at every stage of a file's making."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.rawclient import RawClient

CORPUS = sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "publishDiagnostics": {"relatedInformation": True},
    },
}
GROUP = """\
apiVersion: spine.io/v1
kind: PipelineGroup
metadata:
  name: daily
spec:
  defaults: {day: "{{ params.day }}"}
  pipelines:
    - name: fetch
      pipeline: prices.fetch
    - name: clean
      pipeline: prices.clean
      depends_on: [fetch]
      params:
        note: |
          - not a step
    - name: store
      pipeline: 'prices.store'
      depends_on:
        - clean # the last
        - fetch
  policy:
    execution: parallel
"""


@pytest.fixture
def uri(request: pytest.FixtureRequest) -> str:
    """A document for each test, so that none sees the publications of another."""
    return f"file:///{abs(hash(request.node.nodeid))}.yaml"


@pytest.fixture(scope="module")
def server() -> Iterator[RawClient]:
    client = RawClient([sys.executable, "-m", "spine_lsp", "serve"])
    try:
        client.initialize(CAPABILITIES)
        yield client
        assert client.shut_down() == 0
        assert client.stray == []
    finally:
        client.kill()


def requests(uri: str, line: int, column: int, last_line: int) -> list[tuple[str, dict[str, Any]]]:
    """Every request that concerns a place or a document."""
    document = {"textDocument": {"uri": uri}}
    here = {**document, "position": {"line": line, "character": column}}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": last_line + 1, "character": 0}}
    point = {"start": here["position"], "end": here["position"]}
    options = {"tabSize": 2, "insertSpaces": True}
    return [
        ("textDocument/completion", here),
        ("textDocument/hover", here),
        ("textDocument/definition", here),
        ("textDocument/references", {**here, "context": {"includeDeclaration": True}}),
        ("textDocument/documentHighlight", here),
        ("textDocument/prepareRename", here),
        ("textDocument/linkedEditingRange", here),
        ("textDocument/prepareCallHierarchy", here),
        ("textDocument/selectionRange", {**document, "positions": [here["position"]]}),
        ("textDocument/documentSymbol", document),
        ("textDocument/foldingRange", document),
        ("textDocument/documentLink", document),
        ("textDocument/codeLens", document),
        ("textDocument/inlayHint", {**document, "range": whole}),
        ("textDocument/semanticTokens/full", document),
        ("textDocument/semanticTokens/range", {**document, "range": whole}),
        ("textDocument/codeAction", {**document, "range": point, "context": {"diagnostics": []}}),
        ("textDocument/formatting", {**document, "options": options}),
        ("textDocument/rangeFormatting", {**document, "range": whole, "options": options}),
        ("textDocument/onTypeFormatting", {**here, "ch": "\n", "options": options}),
        *(
            ("workspace/executeCommand", {"command": command, "arguments": [{"uri": uri}]})
            for command in ("spine.showResolvedOrder", "spine.graph", "spine.simulate", "spine.renderGraph")
        ),
    ]


def check_answers(server: RawClient, uri: str, source: str, offset: int) -> None:
    """All requests at an offset are answered, without error, with ranges inside the text."""
    before = source[:offset]
    line, column = before.count("\n"), offset - (before.rfind("\n") + 1)
    lines = [len(one) for one in source.split("\n")]
    asked = [
        (method, server.start_request(method, params)) for method, params in requests(uri, line, column, len(lines) - 1)
    ]
    for method, number in asked:
        answer = server.answer(number)
        assert "error" not in answer or answer["error"]["code"] == -32602, (method, source, offset, answer)
        for range_ in ranges_of(answer.get("result")):
            for end in ("start", "end"):
                at = range_[end]
                assert 0 <= at["line"] < len(lines), (method, source, range_)
                assert 0 <= at["character"] <= lines[at["line"]], (method, source, range_)


def ranges_of(answer: object) -> Iterator[dict[str, Any]]:
    if isinstance(answer, dict):
        if answer.keys() >= {"start", "end"} and isinstance(answer["start"], dict):
            yield answer
        for value in answer.values():
            yield from ranges_of(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from ranges_of(value)


def change(server: RawClient, uri: str, version: int, text: str) -> None:
    params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}
    server.notify("textDocument/didChange", params)


def close(server: RawClient, uri: str) -> None:
    server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_a_group_typed_character_by_character(server: RawClient, uri: str) -> None:
    """After each character every request has an answer."""
    server.open(uri, "")
    for end in range(1, len(GROUP) + 1):
        line, column = GROUP.count("\n", 0, end - 1), (end - 1) - (GROUP.rfind("\n", 0, end - 1) + 1)
        at = {"line": line, "character": column}
        params = {
            "textDocument": {"uri": uri, "version": end + 1},
            "contentChanges": [{"range": {"start": at, "end": at}, "text": GROUP[end - 1]}],
        }
        server.notify("textDocument/didChange", params)
        check_answers(server, uri, GROUP[:end], end)
    close(server, uri)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_any_line_of_a_file_deleted(server: RawClient, uri: str, path: Path) -> None:
    """Without one of its lines, any of forty all over, a file is still answered for, at the place of the gap."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    server.open(uri, "")
    for number in range(0, len(lines), len(lines) // 40 + 1):
        text = "".join(lines[:number] + lines[number + 1 :])
        change(server, uri, number + 2, text)
        check_answers(server, uri, text, len("".join(lines[:number])))
    close(server, uri)


HEAD = "kind: PipelineGroup\nname: g\nsteps:\n- name: a\n  pipeline: p.a\n"
STATES = [
    # what was typed ($ is the cursor), what completion must offer there, the codes that are reported
    (
        "depends_on, nothing behind it",
        HEAD + "- name: b\n  pipeline: p\n  depends_on: $\n",
        ["a"],
        ["wrong-type"],
    ),
    ("an open flow list", HEAD + "- name: b\n  pipeline: p\n  depends_on: [$\n", ["a"], ["yaml-syntax"]),
    (
        "behind a comma",
        HEAD + "- name: b\n  pipeline: p\n  depends_on: [a, $]\n- name: c\n  pipeline: p\n",
        ["c"],
        [],
    ),
    ("a fresh item", HEAD + "- name: b\n  pipeline: p\n  depends_on:\n  - $\n", ["a"], ["wrong-type"]),
    ("an open quote", HEAD + '- name: b\n  pipeline: p\n  depends_on: ["$\n', ["a"], ["yaml-syntax"]),
    ("a lone dash", HEAD + "- $\n", ["name"], ["wrong-type"]),
    ("half a key", HEAD + "- name: b\n  pip$\n", ["pipeline"], ["yaml-syntax"]),
    ("half a value", HEAD + "policy:\n  execution: par$\n", ["parallel"], ["bad-value"]),
    (
        "a bare template",
        HEAD + "- name: b\n  pipeline: p\n  params: {x: {{ params.x }}}$\n",
        [],
        ["yaml-syntax"],
    ),
    ("a quoted template", HEAD + '- name: b\n  pipeline: p\n  params: {x: "{{ params.x }}"}$\n', [], []),
    ("a tab", HEAD + "- name: b\n\tpipeline: p$\n", [], ["yaml-syntax"]),
    ("a duplicate key", HEAD + "- name: b\n  pipeline: p\n  pipeline: q$\n", [], ["duplicate-key"]),
    (
        "a merge conflict",
        HEAD + "<<<<<<< ours\n- name: b\n  pipeline: p\n=======\n- name: c\n  pipeline: p\n>>>>>>> theirs\n$",
        [],
        ["yaml-syntax"],
    ),
    ("an empty file", "$", [], []),
    ("only a kind", "kind: Pipe$", ["PipelineGroup"], []),
]


@pytest.mark.parametrize(("marked", "offered", "codes"), [s[1:] for s in STATES], ids=[s[0] for s in STATES])
def test_half_typed_states(server: RawClient, uri: str, marked: str, offered: list[str], codes: list[str]) -> None:
    """Each state offers what comes next, and says one thing about what is missing."""
    offset = marked.index("$")
    source = marked.replace("$", "")
    marker = "- name: zz\n  pipeline: p\n  depends_on: [nowhere]\n"
    server.open(uri, source)
    check_answers(server, uri, source, offset)
    line, column = source.count("\n", 0, offset), offset - (source.rfind("\n", 0, offset) + 1)
    here = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
    answer = server.call("textDocument/completion", here)
    labels = [item["label"] for item in answer["items"]] if answer else []
    assert set(offered) <= set(labels), labels
    # A gap elsewhere is still reported, beside what this state says.
    if source.startswith(HEAD) and "policy:" not in source:
        change(server, uri, 2, source.rstrip("\n") + "\n" + marker)
        published = server.published(uri, 2)["diagnostics"]
        assert sorted(d["code"] for d in published) == sorted([*codes, "unknown-dependency"])
    close(server, uri)
