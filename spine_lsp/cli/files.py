"""The files that the command line reads: what is named, and what folders hold, each once and none that hangs."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.cli.output import CannotRunError
from spine_lsp.disk.reading import (
    MAX_BYTES,
    NOWHERE,
    STANDARD_INPUT,
    UnusableFileError,
    bytes_of,
    decoded,
    identity,
    is_link,
    why,
)
from spine_lsp.syntax.text import Text

NO_GROUP = "no pipeline group"


class CheckedFile(NamedTuple):
    """A file with pipeline groups, and what is wrong with its bytes."""

    document: Document
    faults: list[Finding]


class Search:
    """Goes through named paths; iterating gives every file with groups once, whatever names lead to it.

    Afterwards `passed_over` says of each path that exists and was not checked why, `left_out` why files and folders
    below a folder were not looked at, `missing` holds the named paths that do not exist, and `empty` the named paths
    that gave no group.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        self.passed_over: dict[str, str] = {}
        self.left_out: dict[str, str] = {}
        self.missing: list[str] = []
        self.empty: list[str] = []
        self._had_group: dict[object, bool] = {}  # by what the system knows a file by

    def __iter__(self) -> Iterator[CheckedFile]:
        for path in dict.fromkeys(self.paths):
            any_group = False
            try:
                for had_group, source in self._of(path):
                    any_group = any_group or had_group
                    if source is not None:
                        yield source
            except _MissingPathError:
                self.missing.append(path)
            if not any_group:
                self.empty.append(path)

    def _of(self, path: str) -> Iterator[tuple[bool, CheckedFile | None]]:
        """For each file of a named path whether it holds a group, and the source if it was not given before."""
        if path in STANDARD_INPUT:
            yield self.take(path, named=True)
            return
        if not path:  # which would be the working folder for Path
            raise _MissingPathError
        path = str(Path(path))  # without `./`
        try:
            is_folder = stat.S_ISDIR(Path(path).stat().st_mode)
        except OSError as exc:
            link = is_link(Path(path))
            if not link and exc.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
                raise _MissingPathError from None
            nowhere = link and exc.errno == errno.ENOENT
            self.passed_over.setdefault(path, NOWHERE if nowhere else why(exc))
            return
        if not is_folder:
            yield self.take(path, named=True)
            return
        before = len(self.passed_over)
        any_group = False
        for file in self.files_below(path):
            had_group, source = self.take(file, named=False)
            any_group = any_group or had_group
            yield had_group, source
        if not any_group and before == len(self.passed_over):
            self.passed_over.setdefault(path, f"{NO_GROUP} in the YAML files of this folder")

    def files_below(self, top: str, endings: tuple[str, ...] | None = None) -> Iterator[str]:
        """The files below a folder, folder by folder; what git ignores and hidden folders are left out."""
        from spine_lsp.disk.walking import GROUP_ENDINGS, files_below  # a named file needs none of it

        yield from files_below(
            top, endings or GROUP_ENDINGS, self.passed_over.setdefault, self.left_out.__setitem__
        )

    def take(self, path: str, *, named: bool) -> tuple[bool, CheckedFile | None]:
        """Whether a file holds a group, and the file if it does and was not given before."""
        try:
            key = identity(path)
            if key in self._had_group:
                return self._had_group[key], None
            self._had_group[key] = False
            source = _read(path)
        except UnusableFileError as exc:
            self.passed_over.setdefault(path, str(exc))
            return False, None
        except FileNotFoundError as exc:
            self.passed_over.setdefault(path, why(exc))
            return False, None
        if source is None:
            if named:
                self.passed_over.setdefault(path, NO_GROUP)
            return False, None
        self._had_group[key] = True
        return True, source


def read(path: str) -> Document:
    """The document of a file that must be one, `-` being standard input; raises CannotRunError if it cannot be read."""
    try:
        source = _read(path, any_kind=True)
    except FileNotFoundError:
        raise CannotRunError(f"cannot read {path}: there is no such file") from None
    except UnusableFileError as exc:
        raise CannotRunError(f"cannot read {path}: {exc}") from None
    assert source is not None  # any kind will do
    if source.faults:
        raise CannotRunError(f"cannot read {path}: {source.faults[0].message}")
    return source.document


class _MissingPathError(Exception):
    """A named path that does not exist."""


def _read(path: str, *, any_kind: bool = False) -> CheckedFile | None:
    """A file as a document; None if it is not ours. Raises UnusableFileError, and FileNotFoundError."""
    text, fault = _text_of(bytes_of(path, MAX_BYTES))
    document = Document.read(path, None, Text(text))
    if document.has_findings or (any_kind and fault is None):
        return CheckedFile(document, [fault] if fault is not None else [])
    if fault is not None:
        raise UnusableFileError(fault.message)
    return None


def _text_of(data: bytes) -> tuple[str, Finding | None]:
    text, fault = decoded(data)
    if fault is None:
        return text, None
    return text, Finding("yaml-syntax", Severity.ERROR, fault.at, fault.at + 1, fault.message)
