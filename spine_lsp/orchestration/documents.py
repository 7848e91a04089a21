"""A YAML text as the loader takes it: for each document its value, and everything that keeps it from being a group.

The same trees, values and faults that the editor has: a document is cut and read by `syntax`, and each of its parts
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from spine_lsp.orchestration import problems as say
from spine_lsp.orchestration.kinds import Kind, kind_of, list_paths
from spine_lsp.orchestration.problems import Path, Problem, Related
from spine_lsp.syntax.file import parse_file
from spine_lsp.syntax.parts import File, Part
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.text import Text
from spine_lsp.syntax.tree import Node, key_text, walk_paths, written_at
from spine_lsp.syntax.values import (
    MAX_SHARED,
    Reading,
    anchor_span,
    read_values,
    repeated_anchor,
    too_much_shared,
)

Spans = Sequence[tuple[str, tuple[int, int]]]
"""Anchors with the places where they stand, in the order of the text."""


class ReadDocument(NamedTuple):
    """One document: its value, what kind it is, the faults of its YAML (in the text), the keys given twice."""

    value: Any
    kind: Kind | None
    is_empty: bool
    faults: tuple[Fault, ...]
    duplicate_keys: tuple[Problem, ...]
    part: Part[None, None]

    def written(self, path: Path) -> tuple[str | None, str | None]:
        """How the key and the value at a path are written."""
        found = self._tree(path)
        return written_at(*found) if found is not None else (None, None)

    def is_helper(self, problem: Problem) -> bool:
        """Whether a problem is about a key that only holds anchors."""
        root = self.part.skeleton.root
        return root is not None and is_helper(root, problem)

    def _tree(self, path: Path) -> tuple[Node, Path] | None:
        """The tree that holds a path, and the path inside of it."""
        steps = self.part.path
        if steps is not None and path[: len(steps)] == steps and len(path) > len(steps):
            number = path[len(steps)]
            root = self.part.blocks[number].fragment.root if isinstance(number, int) else None
            return (root.items[0], path[len(steps) + 1 :]) if root is not None and root.items else None
        root = self.part.skeleton.root
        return (root, path) if root is not None else None


def read_documents(text: str) -> tuple[list[ReadDocument], tuple[Fault, ...]]:
    """The documents of a text, and the faults of the text as a whole."""
    file: File[None, None] = parse_file(Text(text), list_paths)
    return [_read(part) for part in file.parts], file.faults


def _read(part: Part[None, None]) -> ReadDocument:
    skeleton = part.skeleton
    around = read_values(skeleton.root, part.head + part.tail) if skeleton.root is not None else Reading(None)
    faults = [
        Fault(*part.file_span(fault.start, fault.end), fault.message, fault.kind)
        for fault in (*skeleton.faults, *around.faults)
    ]
    repeated = [*_duplicate_keys(skeleton.root, around, ())]
    value = around.value
    if part.path is not None:
        steps: list[Any] = []
        readings: list[Reading] = []
        for number, block in enumerate(part.blocks):
            root = block.fragment.root
            reading = read_values(root, block.text) if root is not None else Reading(None)
            readings.append(reading)
            steps += reading.value if isinstance(reading.value, list) else [None]
            base = part.block_starts[number]
            faults += [fault.moved(base) for fault in (*block.faults, *reading.faults)]
            repeated += _duplicate_keys(root.items[0] if root and root.items else None, reading, (*part.path, number))
        value = with_steps(value, part.path, steps)
        text = part.head + part.tail
        anchors = ((n, _spans(r, part.blocks[n].text)) for n, r in enumerate(readings) if r.anchors)
        shared = (reading.shared for reading in readings)
        faults += faults_between(part, _spans(around, text), around.shared, anchors, shared)
    faults.sort()
    empty = skeleton.root is None and not part.blocks and not faults
    return ReadDocument(value, kind_of(value), empty, tuple(faults), tuple(repeated), part)


def _spans(reading: Reading, text: str) -> Spans:
    return [(name, anchor_span(anchored.node, text)) for name, anchored in reading.anchors.items()]


def faults_between(
    part: Part[Any, Any],
    around: Spans,
    around_shared: int,
    anchors: Iterable[tuple[int, Spans]],
    shared: Iterable[int],
) -> Iterator[Fault]:
    """What is wrong only because of several parts of a document that was cut, as offsets of the file.

    An anchor of a name that another has already, and aliases that are too many. `around` are the anchors of the
    skeleton, `anchors` those of the items that have any, `shared` what the aliases of each item stand for.
    """
    head = [(name, span) for name, span in around if span[0] < len(part.head)]
    seen = {name for name, _ in head}
    for number, spans in anchors:
        base = part.block_starts[number]
        for name, (start, end) in spans:
            if name in seen:
                yield Fault(base + start, base + end, repeated_anchor(name), "anchor")
        seen.update(name for name, _ in spans)
    for name, (start, end) in around[len(head) :]:
        if name in seen:
            yield Fault(*part.file_span(start, end), repeated_anchor(name), "anchor")
    total = around_shared
    counts = list(shared)
    if total > MAX_SHARED or total + sum(counts) <= MAX_SHARED:
        return
    for number, count in enumerate(counts):
        total += count
        if total > MAX_SHARED:
            if count <= MAX_SHARED:  # else it is said already
                start = part.block_starts[number]
                yield Fault(start, start + 1, too_much_shared(), "shared")
            return


def with_steps(value: Any, path: Path, steps: list[Any]) -> Any:
    """The value of a document whose steps were cut out, with steps in their place."""
    if not isinstance(value, dict) or not path:
        return steps if not path else value
    return {**value, path[0]: with_steps(value.get(path[0]), path[1:], steps)}


def is_helper(root: Node, problem: Problem) -> bool:
    """Whether a problem is about a key at the top, unknown to the format, that is there for the anchors in it."""
    if problem.code != "unknown-key" or len(problem.path) != 1:
        return False
    return problem.path[0] in helper_keys(root)


def helper_keys(root: Node) -> frozenset[str]:
    """The keys at the top whose values hold anchors; found once where many keys are asked about."""
    return frozenset(key_text(key) for key, value in root.entries if any(node.anchor for _, node in walk_paths(value)))


def _duplicate_keys(root: Node | None, reading: Reading, base: Path) -> Iterator[Problem]:
    if not reading.duplicate_keys or root is None:
        return
    seconds = {id(second) for _, second in reading.duplicate_keys}
    for path, node in walk_paths(root):
        if id(node) in seconds:
            related = (Related((*base, *path), "given here first"),)
            message = say.duplicate_key(node.text)
            yield Problem("duplicate-key", message, (*base, *path), related=related, on_key=True)
