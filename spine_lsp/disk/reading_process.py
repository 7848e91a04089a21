"""The other side of `reading_processes.py`: reads the files that are named on standard input, and tells what they say.

Each line that comes is a list of files, each line that goes is about one of them: what tells that it has changed, the
digest of its content, and what was read, packed as it is kept. An empty one leaves the file to whoever asked.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import IO, NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import IndexedGroup, groups_of, indexed, packed_groups
from spine_lsp.analysis.uris import uri_of
from spine_lsp.disk.cache import content_hash, version
from spine_lsp.disk.config_files import system_path
from spine_lsp.disk.reading import MAX_BYTES, bytes_of, decoded
from spine_lsp.disk.stamps import Stamp, stamp_of
from spine_lsp.disk.walking import PYTHON_ENDING
from spine_lsp.pysource import decoding
from spine_lsp.pysource.facts import PASSED, Module
from spine_lsp.pysource.index import module_of
from spine_lsp.pysource.packing import packed
from spine_lsp.pysource.reading import read_bytes
from spine_lsp.pysource.vocabulary import Vocabulary
from spine_lsp.syntax.text import Text

_NICE = 5
"""So much does it step back behind whoever types."""


class FileRead(NamedTuple):
    """What a file said: `said` is a `Module` of Python, or the groups of YAML."""

    stamp: Stamp
    digest: str
    said: Module | tuple[IndexedGroup, ...]


def hello(vocabulary: Vocabulary) -> bytes:
    """The first line: who asks, and what registers in the files that will be named."""
    return json.dumps({"version": version(), "decorators": vocabulary.decorators}).encode() + b"\n"


def reply(path: str, vocabulary: Vocabulary, *, whole: bool) -> bytes:
    """What there is to say of a file, by its path of the project; nothing where it is no plain file of its own."""
    name = system_path(path)
    try:
        stamp, info = stamp_of(name), os.stat(name)  # noqa: PTH116 - as `stamp_of` does
        python = path.lower().endswith(PYTHON_ENDING)
        if stamp is None or (not python and info.st_nlink > 1):
            return b""
        data = bytes_of(name, decoding.MAX_BYTES if python else MAX_BYTES)
        if python:
            module = read_bytes(data, vocabulary, whole=whole)
            said = b"" if module is PASSED else packed(module)
        else:
            said = packed_groups(indexed(Document.read(uri_of(path), None, Text(decoded(data)[0]))))
    except Exception:  # noqa: BLE001 - whoever asked reads it again, and says what is wrong
        return b""
    return json.dumps((*stamp, content_hash(data)), separators=(",", ":")).encode() + b" " + said


def of_reply(path: str, line: bytes) -> FileRead:
    """What a reply says. Raises ValueError, TypeError or KeyError for what is none."""
    head, _, said = line.partition(b" ")
    *stamp, digest = json.loads(head)
    if not path.lower().endswith(PYTHON_ENDING):
        return FileRead(Stamp._make(stamp), digest, groups_of(said))
    return FileRead(Stamp._make(stamp), digest, module_of(said) if said else PASSED)


def serve(asked: IO[bytes], told: IO[bytes]) -> None:
    """Answer until nobody asks any more; whoever is of another version is not answered."""
    first = json.loads(asked.readline())
    if tuple(first["version"]) != version():
        return
    vocabulary = Vocabulary(tuple(first["decorators"]))
    for line in asked:
        for path, whole in json.loads(line):
            told.write(reply(path, vocabulary, whole=whole) + b"\n")
        told.flush()


def main() -> None:
    """Serve standard input and output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end of who asks is the end of this
    if hasattr(os, "nice"):
        os.nice(_NICE)
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except (OSError, ValueError):  # nobody is there any more
        os._exit(1)


if __name__ == "__main__":
    main()
