"""Where a problem of the planner or the schema stands in the document: paths to spans."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Place, Report
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import edge_nodes
from spine_lsp.orchestration.graph import GraphInspection
from spine_lsp.orchestration.problems import Path, Problem, Related
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, NAME
from spine_lsp.syntax.tree import Found, Node, entry_of_value, key_text


def graph_reports(
    doc: Document,
    problems_of: Callable[[GraphInspection, Path], Iterator[Problem]],
    *,
    unnecessary: bool = False,
) -> Iterator[Report]:
    """What the planner says of the graph of each group, in one kind of its problems."""
    for group in doc.groups:
        for problem in problems_of(group.graph, ()):
            yield graph_report(group, problem, unnecessary=unnecessary)


def graph_report(group: Group, problem: Problem, *, unnecessary: bool = False) -> Report:
    """A problem of the graph, whose path starts at the list of steps: ``(step, "depends_on", entry)``."""
    related = graph_places(group, problem.related)
    span = graph_span(group, problem.path)
    return Report(*span, problem.message, related, problem.suggestions, unnecessary)


def graph_places(group: Group, related: tuple[Related, ...]) -> tuple[Place, ...]:
    """What else belongs to a problem of the graph, as offsets of the file."""
    return tuple(Place(*graph_span(group, other.path), other.message) for other in related)


def graph_span(group: Group, path: Path) -> Span:
    """The span of a step's name, ``(step, "name")``, or of one of its edges, ``(step, "depends_on", entry)``."""
    step, entry = path[0], path[-1]
    assert isinstance(step, int)
    if isinstance(entry, int) and len(path) == 3:
        return group.edge_span(step, entry)
    return group.name_span(step)


def structural_reports(doc: Document, code: str) -> Iterator[Report]:
    """The problems of structure of one code, of the header and of each step."""
    for group in doc.groups:
        for problem, _, span in located_problems(group, code):
            yield Report(*span, problem.message, suggestions=problem.suggestions)


def located_problems(group: Group, code: str = "") -> Iterator[tuple[Problem, int | None, Span]]:
    """The problems of structure (those of one code, if given), the step of each (None: the header), and its place."""
    root = group.header.root
    problems = [problem for problem in group.header.problems if not code or problem.code == code]
    if problems and root is not None:
        finder = Finder(root)
        for problem in problems:
            start, end = group.part.file_span(*problem_span(finder, problem))
            yield problem, None, Span(start, max(start, end))
    for number in group.steps_with_faults:
        step = group.steps[number]
        problems = [problem for problem in step.problems if not code or problem.code == code]
        if not problems:
            continue
        node, base = group.node_of(number), group.base_of(number)
        in_step = Finder(node) if node is not None else None
        for problem in problems:
            alone = Span(step.node_start, step.node_start + 1)
            span = problem_span(in_step, problem) if in_step is not None else alone
            yield problem, number, span.moved(base)


class Finder:
    """Finds nodes below `root` by path, in a map of thousands of keys as quickly as in a small one."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self._numbers: dict[int, dict[str, int]] = {}  # of the entries of wide maps, by id of the map

    def number(self, node: Node, key: str | int) -> int | None:
        """The number of the first entry of a map with this key."""
        if len(node.entries) <= _NARROW:
            return next((n for n, entry in enumerate(node.entries) if key_text(entry.key) == key), None)
        if id(node) not in self._numbers:
            pairs = [(key_text(entry.key), number) for number, entry in enumerate(node.entries)]
            self._numbers[id(node)] = dict(reversed(pairs))  # of two keys alike the first
        return self._numbers[id(node)].get(key)  # type: ignore[arg-type]  # no text equals a number

    def find(self, path: Path) -> Found | None:
        """The node at `path`, or None; follows no alias."""
        node, key = self.root, None
        for part in path:
            if node.kind == "map":
                number = self.number(node, part)
                entry = node.entries[number] if number is not None else entry_of_value(node, part)
                if entry is None:
                    return None
                key, node = entry
            elif node.kind == "seq" and isinstance(part, int) and part < len(node.items):
                node, key = node.items[part], None
            else:
                return None
        return Found(node, key)


_NARROW = 16  # entries of a map that are looked through as quickly as looked up


def problem_span(finder: Finder, problem: Problem) -> Span:
    """The one token that a problem of structure is about.

    A missing key is shown on what has to have it: the key of the map, or else the map's first key. A wrong
    value that spans lines, or that was left out, is shown on its key.
    """
    path = problem.path
    found = finder.find(path)
    if found is None and path and path[-2:-1] == (DEPENDS_ON,):  # `depends_on: name` has entry 0
        value = finder.find(path[:-1])
        spans = [Span(n.start, n.end) for _, n, _ in edge_nodes(value.node)] if value is not None else []
        if spans:
            return spans[0]
    while found is None and path:
        path = path[:-1]
        found = finder.find(path)
    node, key = found if found is not None else (finder.root, None)
    if problem.on_key and key is not None:
        return Span(key.start, key.end)
    if problem.code == "missing-key" or node.style == "block" or node.is_empty or node.style in "|>":
        if key is not None:
            return Span(key.start, key.end)
        named = node.get(NAME)
        if named is not None and named.kind == "scalar" and not named.is_empty:
            return Span(named.start, named.end)
        first = node.entries[0].key if node.entries else node.items[0] if node.items else node
        return Span(first.start, max(first.end, first.start))
    return Span(node.start, node.end)
