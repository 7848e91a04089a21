"""What a step says, read from its item in the tree: name, pipeline, edges and parameters, each with its place.

A step's symbols depend on the text of its item alone, so they are made once for each text. All spans are
relative to the text that the tree was read from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from spine_lsp.orchestration.problems import Problem
from spine_lsp.orchestration.schema import structural_problems
from spine_lsp.syntax.parse import Fragment
from spine_lsp.syntax.tree import Node, find_anchors, node_value, scalar_value, walk

DIRECTIVE = "spine:"
NO_ANCHORS: Mapping[str, Node] = {}
NO_PARAMS: Mapping[str, object] = {}


class Span(NamedTuple):
    """A half-open range of offsets."""

    start: int
    end: int

    def moved(self, by: int) -> Span:
        """The same span `by` code points further on."""
        return Span(self.start + by, self.end + by)


class Step:
    """One step as it stands in its text; what is not written is None or empty."""

    __slots__ = (
        "broken",
        "depends_on",
        "edge_spans",
        "end",
        "has_directive",
        "has_duplicate_keys",
        "name",
        "name_span",
        "node_start",
        "notable",
        "open_aliases",
        "open_braces",
        "param_keys",
        "params",
        "pipeline",
        "pipeline_span",
        "problems",
        "repeats",
        "special",
    )

    def __init__(self) -> None:
        self.name: str | None = None
        self.name_span: Span | None = None
        self.pipeline: str | None = None
        self.pipeline_span: Span | None = None
        self.depends_on: tuple[str, ...] = ()
        self.edge_spans: tuple[Span, ...] = ()
        self.repeats = False  # whether a name stands twice in `depends_on`
        self.node_start = 0
        self.end = 0
        self.broken = False  # whether the YAML of the item has a fault
        self.has_duplicate_keys = False  # told for items that were cut out; else the document tells
        self.has_directive = False  # whether the text of the item holds `spine:`, as suppression comments do
        self.params: Mapping[str, object] = NO_PARAMS  # plain values, as far as they can be read
        self.param_keys: frozenset[str] = frozenset()  # one object for steps with the same keys
        self.problems: tuple[Problem, ...] = ()  # of structure; paths start at the step
        self.open_braces: tuple[Span, ...] = ()  # told for items that were cut out, as are the aliases
        self.open_aliases: tuple[Span, ...] = ()  # those without an anchor
        self.notable = False  # whether its text alone gives a rule anything to say
        self.special = True  # whether it is notable, has a directive, repeats a name or has none: few do

    @property
    def span(self) -> Span:
        """From the first key to the end of the last value."""
        return Span(self.node_start, self.end)

    @property
    def anchor_span(self) -> Span:
        """Where to say something of the step as a whole: its name, or else its first token."""
        return self.name_span or Span(self.node_start, min(self.end, self.node_start + 1))


def read_item(text: str, fragment: Fragment) -> Step:
    """The step of a block that holds one item of the list; `text` is the block's."""
    root = fragment.root
    node = root.items[0] if root is not None and root.kind == "seq" and root.items else None
    start = root.start if root is not None else 0
    anchors = NO_ANCHORS
    aliases: tuple[Span, ...] = ()
    if root is not None and ("&" in text or "*" in text):
        anchors = find_anchors(root)
        aliases = open_aliases(root)
    broken = bool(fragment.faults or aliases)
    step = read_step(node, start, anchors, broken=broken)
    step.has_duplicate_keys = bool(fragment.duplicate_keys)
    step.has_directive = DIRECTIVE in text
    step.open_aliases = aliases
    if root is not None and not broken and _UNPAIRED.search(_PAIRED.sub("", text)):
        step.open_braces = open_braces(text, root)
    step.notable = step.notable or step.has_duplicate_keys or bool(step.open_braces)
    step.special = step.notable or step.has_directive or step.repeats or not step.name
    return step


_MOST_SHARED_KEYS = 20
_LONGEST_SHARED_KEY = 40


def _param_keys(params: Mapping[str, object]) -> frozenset[str]:
    if len(params) <= _MOST_SHARED_KEYS and all(len(key) <= _LONGEST_SHARED_KEY for key in params):
        return _shared_keys(tuple(params))
    return frozenset(params)


@lru_cache(maxsize=256)  # sets of keys that a few files have, of bounded size each
def _shared_keys(keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(keys)


def open_aliases(root: Node) -> tuple[Span, ...]:
    """The aliases below `root` whose anchor is not before them, where YAML 1.2 §7.1 wants it."""
    anchors: set[str] = set()
    found = []
    for node in walk(root):
        if node.anchor:
            anchors.add(node.anchor)
        if node.kind == "alias" and node.text not in anchors:
            found.append(Span(node.start, node.end))
    return tuple(found)


_PAIRED = re.compile(r"\{\{[^{}\r\n]*\}\}")
_UNPAIRED = re.compile(r"\{\{|\}\}")
_BRACES = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}|\{\{(?:(?!\{\{)[^\r\n])*|\}\}", re.DOTALL)


def open_braces(text: str, root: Node) -> tuple[Span, ...]:
    """Templates below `root` that only begin, and `}}` that end none; text with as many `{` as `}` may be JSON."""
    found = []
    for node in walk(root):
        if node.kind != "scalar":
            continue
        raw = text[node.start : node.end]
        if ("{{" not in raw and "}}" not in raw) or raw.startswith("{{"):  # bare: a fault of the YAML
            continue
        balanced = raw.count("{") == raw.count("}")
        for match in _BRACES.finditer(raw):
            token = match.group()
            if token == "}}" and not balanced:
                found.append(Span(node.start + match.start(), node.start + match.end()))
            elif token.startswith("{{") and not token.endswith("}}"):
                token = token.rstrip("\"' \t") if match.end() >= len(raw) - 1 else token.rstrip()
                found.append(Span(node.start + match.start(), node.start + match.start() + len(token)))
    return tuple(found)


def read_step(node: Node | None, start: int, anchors: Mapping[str, Node], *, broken: bool) -> Step:
    """The step that `node` says; `start` is where its item begins, `broken` whether the text has a fault."""
    step = Step()
    step.broken = broken
    step.node_start = step.end = start
    if node is None:
        return step
    step.node_start, step.end = node.start, node.end
    for key, value in _entries(node, anchors):
        if key == "name" and step.name is None:
            step.name, step.name_span = _scalar(value, anchors)
        elif key == "pipeline" and step.pipeline is None:
            step.pipeline, step.pipeline_span = _scalar(value, anchors)
        elif key == "depends_on" and not step.depends_on:
            names: list[str] = []
            spans: list[Span] = []
            for name, at in _edges(value, anchors):
                names.append(name)
                spans.append(at)
            step.depends_on, step.edge_spans = tuple(names), tuple(spans)
            step.repeats = len(set(names)) != len(names)
    plain = node_value(node, dict(anchors))
    if isinstance(plain, dict) and isinstance(params := plain.get("params"), dict) and params:
        step.params = params
        step.param_keys = _param_keys(params)
    if not broken:  # a step with a fault says only that
        step.problems = tuple(structural_problems(plain, "step"))
    step.notable = broken or bool(step.problems)
    return step


def edge_nodes(value: Node, anchors: Mapping[str, Node] = NO_ANCHORS) -> Iterator[tuple[int, Node, Node]]:
    """The entries of a `depends_on` value that are names: (number, the node as written, the node it means)."""
    target = _meant(value, anchors)
    if target.kind == "seq":
        for number, item in enumerate(target.items):
            name = _meant(item, anchors)
            if name.kind == "scalar":
                yield number, item if target is value else value, name
    elif target.kind == "scalar":
        yield 0, value, target


def _edges(value: Node, anchors: Mapping[str, Node]) -> Iterator[tuple[str, Span]]:
    for _, written, meant in edge_nodes(value, anchors):
        name = scalar_value(meant)
        if isinstance(name, str) and name:
            yield name, Span(written.start, written.end)


def _entries(node: Node, anchors: Mapping[str, Node], depth: int = 0) -> Iterator[tuple[str, Node]]:
    """The keys and values of a map, its own before merged ones; nothing for anything else."""
    node = _meant(node, anchors)
    merged: list[Node] = []
    for key, value in node.entries:
        if key.kind == "scalar" and key.text == "<<":
            merged.append(value)
        elif key.kind == "scalar":
            yield key.text, value
    if depth < 10:
        for value in merged:
            source = _meant(value, anchors)
            for other in source.items if source.kind == "seq" else [source]:
                yield from _entries(other, anchors, depth + 1)


def _meant(node: Node, anchors: Mapping[str, Node]) -> Node:
    """The node that an alias means, or the node itself."""
    if node.kind == "alias":
        target = anchors.get(node.text)
        if target is not None and target.kind != "alias":
            return target
    return node


def _scalar(value: Node, anchors: Mapping[str, Node]) -> tuple[str | None, Span | None]:
    target = _meant(value, anchors)
    if target.kind != "scalar" or value.is_empty:
        return None, None
    got = scalar_value(target)
    text = got if isinstance(got, str) else target.text
    return (text, Span(value.start, value.end)) if text else (None, None)
