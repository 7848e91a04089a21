"""Two reference servers: `null` shows the floor of pygls, `naive` what a plain server of a hundred lines does.

`null` publishes an empty list for each version and reads nothing. `naive` parses the whole file with libyaml
and checks the whole graph on every change, as most servers written in Python do.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import yaml
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

NAMES: dict[str, list[str]] = {}


def main(mode: str) -> None:
    """Serve over standard input and output."""
    server = LanguageServer(f"reference-{mode}", "1")

    def publish(ls: LanguageServer, uri: str) -> None:
        document = ls.workspace.get_text_document(uri)
        found = list(check(uri, document.source)) if mode == "naive" else []
        ls.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri=uri, version=document.version, diagnostics=found)
        )

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: LanguageServer, params: lsp.DidOpenTextDocumentParams) -> None:
        publish(ls, params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: LanguageServer, params: lsp.DidChangeTextDocumentParams) -> None:
        publish(ls, params.text_document.uri)

    if mode == "naive":

        @server.feature(lsp.TEXT_DOCUMENT_COMPLETION)
        def completion(ls: LanguageServer, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
            return [lsp.CompletionItem(label=name) for name in NAMES.get(params.text_document.uri, [])]

    server.start_io()


def check(uri: str, text: str) -> Iterator[lsp.Diagnostic]:
    """What is wrong with the graph of a group in the nested form."""
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or yaml.Mark("", 0, 0, 0, None, 0)
        here = lsp.Position(mark.line, mark.column)
        yield _diagnostic(lsp.Range(here, here), str(exc.problem))
        return
    steps = _at(_at(root, "spec"), "pipelines")
    named: dict[str, yaml.Node] = {}
    entries: dict[str, list[yaml.Node]] = {}
    for step in steps.value if steps is not None else ():
        name, waits_for = _at(step, "name"), _at(step, "depends_on")
        if name is None:
            continue
        if name.value in named:
            yield _diagnostic(_range(name), f"there is a second step {name.value}")
        named[name.value] = name
        entries[name.value] = waits_for.value if waits_for is not None else []
    NAMES[uri] = list(named)
    for nodes in entries.values():
        for node in nodes:
            if node.value not in named:
                yield _diagnostic(_range(node), f"no step is called {node.value}")
    for name in _stuck({name: [n.value for n in nodes if n.value in named] for name, nodes in entries.items()}):
        yield _diagnostic(_range(named[name]), f"{name} is part of a cycle or waits for one")


def _stuck(graph: dict[str, list[str]]) -> list[str]:
    """The nodes that Kahn's sort never reaches."""
    missing = {name: len(waits_for) for name, waits_for in graph.items()}
    heirs = defaultdict(list)
    for name, waits_for in graph.items():
        for other in waits_for:
            heirs[other].append(name)
    ready = [name for name, count in missing.items() if not count]
    while ready:
        for heir in heirs[ready.pop()]:
            missing[heir] -= 1
            if not missing[heir]:
                ready.append(heir)
    return [name for name, count in missing.items() if count]


def _at(node: Any, key: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _range(node: yaml.Node) -> lsp.Range:
    start, end = node.start_mark, node.end_mark
    return lsp.Range(lsp.Position(start.line, start.column), lsp.Position(end.line, end.column))


def _diagnostic(span: lsp.Range, message: str) -> lsp.Diagnostic:
    return lsp.Diagnostic(span, message, severity=lsp.DiagnosticSeverity.Error, source="reference")


if __name__ == "__main__":
    main(sys.argv[1])
