"""The files that the command line reads: what is named, and what folders hold."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from spine_lsp.analysis.document import Document
from spine_lsp.syntax.text import Text

_Matcher = Callable[[str], bool]

ENDINGS = (".yaml", ".yml")
_SKIPPED = {"node_modules", "__pycache__", "venv"}  # and every folder whose name starts with a dot


class CannotRun(click.ClickException):
    """A command that could not do its work: one sentence, exit code 2."""

    exit_code = 2


def documents(paths: tuple[str, ...]) -> tuple[list[Document], list[str]]:
    """The documents with pipeline groups among `paths`, and a sentence for each path that gave none.

    Folders are searched for YAML files; in them, YAML of other kinds is passed over.
    """
    found: list[Document] = []
    complaints: list[str] = []
    for name in paths:
        path = Path(name)
        inside: list[Document] = []
        for file in _search(path) if path.is_dir() else [path]:
            try:
                document = read(file)
            except CannotRun as exc:
                complaints.append(exc.message)
                continue
            if document.is_spine:
                inside.append(document)
            elif not path.is_dir():
                complaints.append(
                    f"{name} holds no pipeline group: no `kind: PipelineGroup`, no step with a `pipeline`"
                )
        if path.is_dir() and not inside:
            complaints.append(f"no pipeline group in the YAML files of the folder {name}")
        found += inside
    return found, complaints


def read(path: Path) -> Document:
    """The document of a file, `-` being standard input; raises CannotRun if it cannot be read."""
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as exc:
        raise CannotRun(f"cannot read {path}: {exc.strerror or exc}") from None
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        byte = data[exc.start]
        raise CannotRun(f"cannot read {path}: it is not UTF-8 (byte {exc.start} is 0x{byte:02x})") from None
    return Document.read(str(path), None, Text(source))


def _search(folder: Path) -> Iterator[Path]:
    ignored = _gitignore(folder)
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        for name in sorted(files):
            path = Path(root) / name
            if name.endswith(ENDINGS) and not ignored(path.relative_to(folder).as_posix()):
                yield path


def _gitignore(folder: Path) -> _Matcher:
    """What the `.gitignore` of a folder leaves out."""
    file = folder / ".gitignore"
    if not file.is_file():
        return lambda _: False
    from pathspec import GitIgnoreSpec

    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    spec = GitIgnoreSpec.from_lines(lines)
    return lambda path: bool(spec.match_file(path))
