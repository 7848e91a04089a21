"""Anchors that items have aliases of from elsewhere: whether a document may be cut all the same, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from spine_lsp.syntax.parts import Block, Env, OfItem, Part, Shared
from spine_lsp.syntax.tree import Node, open_aliases, resolve, walk

_ANCHOR = re.compile(r"&(?<![^\s,\[\]{}:]&)(?=([^\s,\[\]{}]+))")  # first the letter, which is quickly looked for


def share_anchors(part: Part[OfItem, Any], text: str, placed: frozenset[str] | None) -> bool:
    """Let the items of a part, whose text is given, know what they have aliases of; False where it has to stay whole.

    `placed` is as in `parse_file`.
    """
    source = part.head + part.tail
    aliases = {name for block in part.blocks if "*" in block.text for name in block.open_aliases}
    around = open_aliases(source, part.skeleton.root)
    places: dict[str, list[int]] = {}
    for match in _ANCHOR.finditer(text):
        places.setdefault(match.group(1), []).append(match.start())
    if any(len(offsets) > 1 for offsets in places.values()):
        return False  # one name twice, which is a fault: at which of them, only the order in the whole tells
    anchored = (aliases | around) & places.keys()
    if anchored and (placed is None or not around.isdisjoint(anchored)):
        return False
    means: dict[str, tuple[str, int | None]] = {}
    for name in anchored:
        found = _shared(part, name, places[name][0], placed or ())
        if found is None:
            return False
        means[name] = found
    shared = {name: Shared(meant) for name, (meant, _) in means.items()}
    homes = {name: number for name, (_, number) in means.items() if number is not None}
    for number, block in enumerate(part.blocks):
        if "*" in block.text:
            env = env_of(shared, homes, number, block)
            if env is None:
                return False
            if block.env != env:
                part.blocks[number] = _with_env(block.text, env)
    blocks = {name: part.blocks[number] for name, number in homes.items()}
    part.shared = {name: Shared(meant.text, blocks.get(name)) for name, meant in shared.items()}
    return True


def env_of(shared: Mapping[str, Shared], places: Mapping[str, int], number: int, block: Block[Any]) -> Env | None:
    """What an item has to know of anchors elsewhere; None if one of them is not before it.

    `places` are the numbers of the items in which shared anchors stand.
    """
    names = sorted(block.open_aliases & shared.keys())
    if any(places.get(name, -1) >= number for name in names):
        return None
    return tuple((name, shared[name].text) for name in names)


def _shared(part: Part[Any, Any], name: str, at: int, placed: Collection[str]) -> tuple[str, int | None] | None:
    """What the anchor at an offset of the part's text names, and the number of its item (None: it is in the head).

    None where it cannot be shared: in the tail, or on something that holds the list or a key of `placed`.
    """
    number = part.block_at(part.start + at)
    if number is None and at >= len(part.head):
        return None
    if number is None:
        source, root = part.head, part.skeleton.root
    else:
        block = part.blocks[number]
        if block.faults:
            return None
        source, root = block.text, block.fragment.root
    node = next((node for node in walk(root) if node.anchor == name), None) if root is not None else None
    if node is None or node.end > len(source) or (number is None and _holds_list(part, node)):
        return None
    for inner in walk(node):
        if any(key.text in placed for key, _ in inner.entries):
            return None
        if inner is not node and (inner.kind == "alias" or inner.anchor):
            return None  # it means what another one means
    return source[node.start : node.end], number


def _holds_list(part: Part[Any, Any], node: Node) -> bool:
    """Whether a node of the skeleton is on the way to the list that was cut out."""
    root, path = part.skeleton.root, part.path or ()
    assert root is not None
    above = (resolve(root, path[:depth]) for depth in range(len(path) + 1))
    return any(found is not None and found.node is node for found in above)


def _with_env(text: str, env: Env) -> Block[Any]:
    block: Block[Any] = Block(text)
    block.env = env
    return block
