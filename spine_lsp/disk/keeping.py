"""What is known of a project's files, as the cache keeps it for the next start."""

from __future__ import annotations

import json
from collections.abc import Collection, Generator, Iterator
from typing import NamedTuple

from spine_lsp.analysis.group_index import GroupIndex
from spine_lsp.disk.cache import Content
from spine_lsp.disk.index_options import IndexOptions
from spine_lsp.disk.stamps import Stamp
from spine_lsp.pysource.index import PipelineIndex

_ON_A_LINE = 500
"""Files that one line of the cache lists: a longer one would take the frame of a keystroke."""


class KnownFiles(NamedTuple):
    """What was read of files.

    `stamps` and `hashes` are of their bytes, by path; a file without a stamp is read again. `whole` are the Python
    files that were read whatever they mention.
    """

    stamps: dict[str, Stamp | None]
    hashes: dict[str, str]
    whole: set[str]
    python: PipelineIndex
    groups: GroupIndex


def cache_key(roots: tuple[str, ...], options: IndexOptions) -> list[object]:
    """All that what is read of the same files depends on."""
    return [
        "project",
        roots,
        options.roots,
        options.packages,
        options.vocabulary.decorators,
        options.links_out,
    ]


def content_of(known: KnownFiles) -> Generator[None, None, Content]:
    """What is kept of the files of `hashes`; it pauses."""
    _, hashes, whole, python, groups = known
    stale = {path for path, fault in python.faults.items() if fault.stale}
    stamps = {path: stamp for path, stamp in known.stamps.items() if path in hashes and path not in stale}
    numbers = {path: number for number, path in enumerate(stamps)}
    entries = [
        (path, None if stamp is None or stamp.young else stamp[:-1], hashes[path]) for path, stamp in stamps.items()
    ]
    kept = sorted(whole)
    yield
    for path in _others(python.modules.files, numbers):
        python = python.without_file(path)
        yield
    for path in _others(groups.files, numbers):
        groups = groups.without_file(path)
    lines: list[bytes] = []

    def add(line: bytes) -> int:
        lines.append(line)
        return len(lines) - 1

    head = {
        "entries": [
            add(json.dumps(entries[start : start + _ON_A_LINE]).encode())
            for start in range(0, len(entries), _ON_A_LINE)
        ],
        "whole": kept,
        "python": (yield from python.kept(numbers, add)),
        "groups": (yield from groups.kept(numbers, add)),
    }
    return Content(head, lines)


def _others(paths: Iterator[str] | Collection[str], kept: Collection[str]) -> list[str]:
    return [path for path in paths if path not in kept]


def known_of(content: Content, roots: tuple[str, ...], options: IndexOptions) -> KnownFiles:
    """What `content_of` kept; raises whatever comes of content that somebody else wrote."""
    head, lines = content
    entries = [entry for at in head["entries"] for entry in json.loads(lines[at])]
    stamps = {path: None if stamp is None else Stamp._make((*stamp, False)) for path, stamp, _ in entries}
    paths = list(stamps)
    return KnownFiles(
        stamps,
        {path: digest for path, _, digest in entries},
        set(head["whole"]),
        PipelineIndex.of_kept(head["python"], paths, lines, (*options.roots, *roots), options.vocabulary),
        GroupIndex.of_kept(head["groups"], paths, lines),
    )
