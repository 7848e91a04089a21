"""Where a problem of the planner or the schema stands in the document: paths to spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spine_lsp.analysis.document import Group
from spine_lsp.analysis.findings import Finding, Place, Severity
from spine_lsp.analysis.symbols import Span, edge_nodes
from spine_lsp.orchestration.problems import Path, Problem
from spine_lsp.syntax.tree import Node, resolve


def graph_findings(
    group: Group, problems: Iterable[Problem], severity: Severity, *, unnecessary: bool = False
) -> Iterator[Finding]:
    """Findings of the graph's problems, whose paths start at the list of steps: ``(step, "depends_on", entry)``."""
    for problem in problems:
        span = graph_span(group, problem.path)
        related = tuple(Place(*graph_span(group, other.path), other.message) for other in problem.related)
        yield Finding(
            problem.code,
            severity,
            span.start,
            span.end,
            problem.message,
            related,
            problem.suggestions,
            unnecessary,
        )


def graph_span(group: Group, path: Path) -> Span:
    """The span of a step's name, ``(step, "name")``, or of one of its edges, ``(step, "depends_on", entry)``."""
    step, entry = path[0], path[-1]
    assert isinstance(step, int)
    if isinstance(entry, int) and len(path) == 3:
        return group.edge_span(step, entry)
    return group.name_span(step)


def structural_findings(group: Group, code: str, severity: Severity) -> Iterator[Finding]:
    """The findings of one code among the problems of structure, of the header and of each step."""
    root = group.header.root
    for problem in group.header.problems:
        if problem.code == code and root is not None:
            span = problem_span(root, problem)
            start, end = group.part.file_span(*span)
            yield Finding(code, severity, start, max(start, end), problem.message, (), problem.suggestions)
    for number in group.notable_steps:
        step = group.steps[number]
        for problem in step.problems:
            if problem.code == code:
                node = group.node_of(number)
                base = group.base_of(number)
                span = (
                    problem_span(node, problem)
                    if node is not None
                    else Span(step.node_start, step.node_start + 1)
                )
                yield Finding(
                    code,
                    severity,
                    base + span.start,
                    base + span.end,
                    problem.message,
                    (),
                    problem.suggestions,
                )


def problem_span(root: Node, problem: Problem) -> Span:
    """The one token that a problem of structure is about.

    A missing key is shown on what has to have it: the key of the map, or else the map's first key. A wrong
    value that spans lines, or that was left out, is shown on its key.
    """
    path = problem.path
    found = resolve(root, path)
    if found is None and path and path[-2:-1] == ("depends_on",):  # `depends_on: name` has entry 0
        value = resolve(root, path[:-1])
        spans = [Span(n.start, n.end) for _, n, _ in edge_nodes(value.node)] if value is not None else []
        if spans:
            return spans[0]
    while found is None and path:
        path = path[:-1]
        found = resolve(root, path)
    node, key = found if found is not None else (root, None)
    if problem.on_key and key is not None:
        return Span(key.start, key.end)
    if problem.code == "missing-key" or node.style == "block" or node.is_empty or node.style in "|>":
        if key is not None:
            return Span(key.start, key.end)
        named = node.get("name")
        if named is not None and named.kind == "scalar" and not named.is_empty:
            return Span(named.start, named.end)
        first = node.entries[0].key if node.entries else node.items[0] if node.items else node
        return Span(first.start, max(first.end, first.start))
    return Span(node.start, node.end)
