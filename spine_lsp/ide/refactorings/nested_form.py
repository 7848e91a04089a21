"""A group in the flat form rewritten in the nested form, with apiVersion and kind; every line and comment stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from spine_lsp.analysis.group import Group
from spine_lsp.ide.refactorings.rewriting import Rewriting
from spine_lsp.orchestration.schema import keys_of
from spine_lsp.orchestration.vocabulary import (
    API_VERSION,
    API_VERSION_KEY,
    FLAT,
    KIND,
    KIND_KEY,
    LIST_KEYS,
    NESTED,
    Keys,
)
from spine_lsp.syntax.lines import line_break, line_start
from spine_lsp.syntax.text import Edit


def nested_rewritings(group: Group) -> Iterator[Rewriting]:
    """The rewriting, where the group is flat and has no key that neither form knows."""
    root = group.header.root
    if group.header.form != FLAT or root is None or root.style != "block" or group.part.skeleton.faults:
        return
    keys = [entry.key.text for entry in root.entries]
    lists = [key for key in keys if key in LIST_KEYS]
    if set(keys) <= keys_of(FLAT.definition) and len(keys) == len(set(keys)) and len(lists) == 1:
        title = "Rewrite in the nested form (`metadata` and `spec`)"
        yield Rewriting(title, partial(to_nested_form, group))


def to_nested_form(group: Group) -> list[Edit] | None:
    """One edit of the whole document: its keys gathered under `metadata` and `spec`, two columns further in."""
    root = group.header.root
    assert root is not None
    source, part = group.text.source, group.part
    starts: list[int] = []
    for entry in root.entries:
        at = part.file_offset(entry.key.start)
        if line_start(source, at) != at:
            return None
        starts.append(_with_comments_above(source, at, starts[-1] if starts else None))
    end = part.end
    eol = line_break(source)
    sections: dict[Keys, list[str]] = {(): [], NESTED.metadata: [], NESTED.spec: []}
    for number, entry in enumerate(root.entries):
        key = entry.key.text
        chunk = source[starts[number] : starts[number + 1] if number + 1 < len(starts) else end]
        if not chunk.endswith(("\n", "\r")):
            chunk += eol
        section = NESTED.path_of(key)[:-1]
        if key in LIST_KEYS:
            chunk = _renamed(chunk, key, NESTED.lists[0])
        sections[section].append(_indented(chunk) if section else chunk)
    present = {entry.key.text for entry in root.entries}
    text = "" if API_VERSION_KEY in present else f"{API_VERSION_KEY}: {API_VERSION}{eol}"
    text += "".join(sections[()])
    text += "" if KIND_KEY in present else f"{KIND_KEY}: {KIND}{eol}"
    for section, chunks in sections.items():
        if section and chunks:
            text += f"{section[-1]}:{eol}{''.join(chunks)}"
    return [Edit(starts[0], end, text)]


def _with_comments_above(source: str, start: int, floor: int | None) -> int:
    """The start of the comments right above a key; those above the first key are the file's and stay."""
    if floor is None:
        return start
    while start > floor:
        above = line_start(source, start - 1)
        if above <= floor or not source.startswith("#", above):
            break
        start = above
    return start


def _renamed(chunk: str, key: str, name: str) -> str:
    """A chunk that begins with a key, maybe after comments, with another key."""
    return re.sub(rf"^((?:#[^\n]*\n|[ \t\r]*\n)*)(['\"]?){key}\2", rf"\1{name}", chunk, count=1)


def _indented(chunk: str) -> str:
    """The lines of a chunk two columns further in; blank ones and those of another document stay."""
    return re.sub(r"^(?=[^\r\n])", "  ", chunk, flags=re.MULTILINE)
