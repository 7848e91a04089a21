"""Looks a YAML text over before it is loaded: nesting, aliases that explode, keys given twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spine_lsp.orchestration.problems import Path, Problem, Related

MAX_CHARACTERS = 16 * 1024 * 1024
MAX_DEPTH = 100
MAX_NODES = 2_000_000
"""Nodes of a text with every alias written out."""


class HostileYaml(ValueError):
    """The text is refused before it is loaded; the message says why."""


def look_over(text: str) -> list[list[Problem]]:
    """For each document the `duplicate-key` problems; HostileYaml if the text is not to be loaded.

    Follows the events of the parser without building anything, so depth costs no stack and an
    alias costs nothing. Stops quietly at a syntax error: loading will report it.
    """
    if len(text) > MAX_CHARACTERS:
        raise HostileYaml(f"it holds {len(text):,} characters, and {MAX_CHARACTERS:,} is the limit")
    documents: list[list[Problem]] = []
    frames: list[_Frame] = []
    sizes: dict[str, int] = {}
    for event in _events(text):
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            documents.append([])
            frames, sizes = [_Frame((), None, "document")], {}
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(frames) > MAX_DEPTH:
                raise HostileYaml(f"it is nested more than {MAX_DEPTH} deep")
            path = frames[-1].enter(None, documents[-1])
            frames.append(_Frame(path, event.anchor, kind))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            done = frames.pop()
            if done.anchor:
                sizes[done.anchor] = done.size
            frames[-1].grow(done.size)
        elif kind == "ScalarEvent":
            frames[-1].enter(event.value, documents[-1])
            frames[-1].grow(1)
            if event.anchor:
                sizes[event.anchor] = 1
        elif kind == "AliasEvent":
            if any(frame.anchor == event.anchor for frame in frames):
                raise HostileYaml(f"the anchor `{event.anchor}` contains itself")
            frames[-1].enter(None, documents[-1])
            frames[-1].grow(sizes.get(event.anchor, 1))
    return documents


def _events(text: str) -> Iterator[Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where PyYAML was built with it
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.YAMLError:
        return


class _Frame:
    """An open document, mapping or list while the events go by."""

    __slots__ = ("anchor", "at_key", "index", "key", "keys", "kind", "path", "size")

    def __init__(self, path: Path, anchor: str | None, kind: str) -> None:
        self.path, self.anchor, self.kind = path, anchor, kind
        self.keys: set[str] = set()
        self.key = ""
        self.at_key = True
        self.index = -1
        self.size = 1

    def enter(self, scalar: str | None, problems: list[Problem]) -> Path:
        """Take the next node, a key if one is due; the answer is the node's path."""
        if self.kind == "document":
            return ()
        if self.kind == "SequenceStartEvent":
            self.index += 1
            return (*self.path, self.index)
        if not self.at_key:
            self.at_key = True
            return (*self.path, self.key)
        self.at_key = False
        self.key = scalar if scalar is not None else "?"
        path = (*self.path, self.key)
        if scalar is not None and scalar != "<<":
            if scalar in self.keys:
                related = (Related(path, "given here first"),)
                message = f"the key `{scalar}` is given twice; the later one would win"
                problems.append(Problem("duplicate-key", message, path, related=related, on_key=True))
            self.keys.add(scalar)
        return path

    def grow(self, size: int) -> None:
        """Count nodes, with aliases written out."""
        self.size += size
        if self.size > MAX_NODES:
            raise HostileYaml(f"its aliases stand for more than {MAX_NODES:,} values")
