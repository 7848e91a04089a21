"""The files that the command line reads: what is named, and what folders hold, each once and none that hangs."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.cli.output import CannotRunError, write_bytes
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
from spine_lsp.disk.search_options import SearchOptions
from spine_lsp.syntax.limits import NO_LIMITS
from spine_lsp.syntax.text import Text

NO_GROUP = "no pipeline group"


class CheckedFile(NamedTuple):
    """A file with pipeline groups, and what is wrong with its bytes."""

    document: Document
    faults: list[Finding]


class SearchedFile(NamedTuple):
    """A file to be read: its path, whether it was named itself or met in a folder, and the path that led to it."""

    path: str
    named: bool
    through: str


class Search:
    """Goes through named paths; iterating gives every file with groups once, whatever names lead to it.

    Afterwards `passed_over` says of each path that exists and was not checked why, `left_out` why files and folders
    below a folder were not looked at, `missing` holds the named paths that do not exist, and `empty` the named paths
    that gave no group. `selection` knows the configuration that it met.
    """

    def __init__(self, paths: Sequence[str], selection: SearchOptions | None = None) -> None:
        self.paths = paths
        self.selection = selection or SearchOptions()
        self.passed_over: dict[str, str] = {}
        self.left_out: dict[str, str] = {}
        self.missing: list[str] = []
        self._folders: set[str] = set()
        self._seen: dict[object, str] = {}  # by what the system knows a file by, the path that it is read under
        self._through: dict[str, list[str]] = {}  # the paths that are read for each named one
        self._with_groups: set[str] = set()

    @property
    def empty(self) -> list[str]:
        """The named paths that gave no group, those that do not exist among them."""
        return [
            path
            for path, read_paths in self._through.items()
            if not any(each in self._with_groups for each in read_paths)
        ]

    def __iter__(self) -> Iterator[CheckedFile]:
        for entry in self.entries():
            source = self.read(entry)
            if source is not None:
                yield source
        self.finish()

    def entries(self) -> Iterator[SearchedFile]:
        """The files to be read, each once."""
        for path in dict.fromkeys(self.paths):
            found = self._through[path] = []
            try:
                for file, named in self._of(path):
                    key = identity(file)
                    if key not in self._seen:
                        self._seen[key] = file
                        yield SearchedFile(file, named, path)
                    found.append(self._seen[key])
            except _MissingPathError:
                self.missing.append(path)

    def read(self, entry: SearchedFile) -> CheckedFile | None:
        """A file with groups; of any other it is noted why it is none."""
        try:
            source = read_groups(entry.path)
        except (UnusableFileError, FileNotFoundError) as exc:
            self.pass_over(entry.path, exc)
            return None
        self.note(entry, groups=source is not None)
        return source

    def note(self, entry: SearchedFile, *, groups: bool) -> None:
        """Take note whether a file holds groups."""
        if groups:
            self._with_groups.add(entry.path)
        elif entry.named:
            self.passed_over.setdefault(entry.path, NO_GROUP)

    def pass_over(self, path: str, reason: Exception | str) -> None:
        """Take note that the content of a path cannot be had."""
        self.passed_over.setdefault(path, why(reason) if isinstance(reason, OSError) else str(reason))

    def finish(self) -> None:
        """All files are read: take note of folders in which there was nothing."""
        for path in self.empty:
            shown = str(Path(path)) if path else path
            below = any(other == shown or Path(shown) in Path(other).parents for other in self.passed_over)
            if path in self._folders and not below:
                self.passed_over[shown] = f"{NO_GROUP} in the YAML files of this folder"

    def _of(self, path: str) -> Iterator[tuple[str, bool]]:
        """The files of a named path, each with whether it is the named one itself."""
        if path in STANDARD_INPUT:
            yield path, True
            return
        if not path:  # which would be the working folder for Path
            raise _MissingPathError
        named, path = path, str(Path(path))  # without `./`
        try:
            is_folder = stat.S_ISDIR(Path(path).stat().st_mode)
        except OSError as exc:
            link = is_link(Path(path))
            if not link and exc.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
                raise _MissingPathError from None
            nowhere = link and exc.errno == errno.ENOENT
            self.pass_over(path, NOWHERE if nowhere else exc)
            return
        if not is_folder:
            yield path, True
            return
        self._folders.add(named)
        for file in self.files_below(path):
            yield file, False

    def files_below(
        self, top: str, endings: tuple[str, ...] | None = None, *, is_package: bool = False
    ) -> Iterator[str]:
        """The files below a folder, folder by folder; what git ignores and hidden folders are left out.

        What git ignores is no matter for one that `is_package`.
        """
        from spine_lsp.disk.walking import (  # a named file needs none of it
            GROUP_ENDINGS,
            files_below,
            package_start,
        )

        yield from files_below(
            top,
            endings or GROUP_ENDINGS,
            self.passed_over.setdefault,
            self.left_out.__setitem__,
            self.selection,
            package_start(top) if is_package else None,
        )


def read(path: str) -> Document:
    """The document of a file that must be one, `-` being standard input; raises CannotRunError if it cannot be read."""
    try:
        source = read_groups(path, any_kind=True)
    except FileNotFoundError:
        raise CannotRunError(f"cannot read {path}: there is no such file") from None
    except UnusableFileError as exc:
        raise CannotRunError(f"cannot read {path}: {exc}") from None
    assert source is not None  # any kind will do
    if source.faults:
        raise CannotRunError(f"cannot read {path}: {source.faults[0].message}")
    return source.document


class FilteredText(NamedTuple):
    """What came in: its bytes, what they say, and why they cannot be changed, if they cannot."""

    data: bytes
    document: Document
    fault: str | None

    def write(self, after: str) -> None:
        """Write the text as it is now, in the encoding that it came in; one that did not change byte for byte."""
        from spine_lsp.disk.writing import encoded  # few commands write

        write_bytes(encoded(after, self.data) if after != self.document.text.source else self.data)


def read_filter() -> FilteredText:
    """Standard input; raises CannotRunError where it cannot be read."""
    try:
        data = bytes_of("-", MAX_BYTES)
    except UnusableFileError as exc:
        raise CannotRunError(f"cannot read standard input: {exc}") from None
    text, fault = decoded(data)
    document = Document.read("-", None, Text(text), NO_LIMITS)
    return FilteredText(data, document, fault.message if fault is not None else None)


class _MissingPathError(Exception):
    """A named path that does not exist."""


def read_groups(path: str, *, any_kind: bool = False, uri: str | None = None) -> CheckedFile | None:
    """A file as a document; None if it is not ours. Raises UnusableFileError, and FileNotFoundError.

    Its uri is the path, unless it is told.
    """
    text, fault = _text_of(bytes_of(path, MAX_BYTES))
    document = Document.read(uri or path, None, Text(text), NO_LIMITS)
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
