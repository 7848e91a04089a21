"""Graphs for tests, written as one string."""

from __future__ import annotations

from collections import Counter

from spine_lsp.drawing.model import GraphEdge, GraphModel, GraphNode
from spine_lsp.orchestration.scc import strongly_connected_components


def graph(text: str, group: str = "demo") -> GraphModel:
    """The model of `a; b < a; c < a b ?ghost`: steps divided by `;`, after `<` what each waits for.

    A name that no step has becomes a ghost. States, levels and order are what the planner would say.
    A name in single quotes may hold blanks and any character but quotes.
    """
    items = [_words(item) for item in _split(text) if item.strip()]
    return build([(words[0], [word for word in words[2:] if word != "<"]) for words in items], group)


def build(steps: list[tuple[str, list[str]]], group: str = "demo") -> GraphModel:  # noqa: C901 - the planner in small
    """The model of steps and what each waits for."""
    seen: Counter[str] = Counter()
    ids = []
    for name, _ in steps:
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    names = set(seen)
    ghosts = list(dict.fromkeys(dep for _, deps in steps for dep in deps if dep not in names))
    pairs = list(
        dict.fromkeys(
            (dep if dep in names else f"?{dep}", own) for own, (_, deps) in zip(ids, steps, strict=True) for dep in deps
        )
    )
    everything = ids + [f"?{ghost}" for ghost in ghosts]
    number = {node: place for place, node in enumerate(everything)}
    after: list[list[int]] = [[] for _ in everything]
    for source, target in pairs:
        after[number[source]].append(number[target])
    components = map(frozenset, strongly_connected_components(dict(enumerate(after))))
    component_of = {node: component for component in components for node in component}
    state: dict[str, str] = {}
    level: dict[str, int] = {}
    for node in everything:
        if len(component_of[number[node]]) > 1 or (node, node) in pairs:
            state[node] = "cycle"
        elif node.startswith("?") or any(source.startswith("?") for source, target in pairs if target == node):
            state[node] = "missing"
        elif node not in names:
            state[node] = "duplicate"
    for _ in everything:
        for node in everything:
            waits = [source for source, target in pairs if target == node]
            if node in state:
                continue
            if any(source in state for source in waits):
                state[node] = "blocked"
            elif all(source in level for source in waits):
                level[node] = 1 + max((level[source] for source in waits), default=-1)
    order = sorted(level, key=lambda node: (level[node], number[node]))

    def edge(source: str, target: str) -> GraphEdge:
        if source == target:
            return GraphEdge(source, target, "self")
        if source.startswith("?"):
            return GraphEdge(source, target, "missing")
        if component_of[number[source]] is component_of[number[target]]:
            return GraphEdge(source, target, "cycle")
        redundant = source in level and target in level and _longer_way(source, target, pairs)
        return GraphEdge(source, target, "redundant" if redundant else "ok")

    nodes = [
        GraphNode(
            node,
            node[1:] if node.startswith("?") else steps[number[node]][0],
            "" if node.startswith("?") else f"demo.{steps[number[node]][0]}",
            "ghost" if node.startswith("?") else "step",
            state.get(node, "ok"),  # type: ignore[arg-type] # the states above are the literals
            order.index(node) if node in level else None,
            level.get(node),
        )
        for node in everything
    ]
    levels = [tuple(n for n in order if level[n] == at) for at in range(max(level.values(), default=-1) + 1)]
    return GraphModel(group, tuple(nodes), tuple(edge(*pair) for pair in pairs), tuple(levels))


def _longer_way(source: str, target: str, pairs: list[tuple[str, str]]) -> bool:
    after: dict[str, list[str]] = {}
    for start, end in pairs:
        after.setdefault(start, []).append(end)
    work = [node for node in after.get(source, []) if node != target]
    seen = set(work)
    while work:
        for node in after.get(work.pop(), []):
            if node == target:
                return True
            if node not in seen:
                seen.add(node)
                work.append(node)
    return False


def _split(text: str) -> list[str]:
    parts, quoted = [""], False
    for char in text:
        quoted ^= char == "'"
        if char == ";" and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _words(item: str) -> list[str]:
    words: list[str] = []
    for number, piece in enumerate(item.split("'")):
        words.extend([piece] if number % 2 else piece.split())
    return words
