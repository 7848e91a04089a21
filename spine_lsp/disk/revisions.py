"""What a file was in a revision of git: asked of `git`, with nothing run that a repository could set up.

Only commands that read objects are used; they know no hooks, no filters and no pagers.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from shutil import which

from spine_lsp.disk.reading import MAX_BYTES, decoded

_SECONDS = 60
_OPTIONS = (
    "--no-optional-locks",
    "--no-replace-objects",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "protocol.allow=never",
)
_LONGEST = 300


class RevisionError(ValueError):
    """A revision that cannot be read: one sentence."""


def text_in(path: Path, revision: str) -> str:
    """The text of a file in a revision; empty where the revision has no such file. Raises RevisionError."""
    top = _repository(path)
    commit = _commit(top, revision)
    inner = _inner(top, path)
    kind = _git(top, "ls-tree", "-z", commit, "--", inner)
    if not kind:
        return ""
    data = _git(top, "cat-file", "blob", f"{commit}:{inner}")
    if len(data) > MAX_BYTES:
        raise RevisionError(f"{path.name} has more than {MAX_BYTES >> 20} MB in `{revision}`")
    text, fault = decoded(data)
    if fault is not None:
        raise RevisionError(f"{path.name} in `{revision}`: {fault.message}")
    return text


def changed_files(folder: Path, revision: str, other: str | None = None, present: Iterable[str] = ()) -> list[Path]:
    """The files below a folder that differ between two revisions, or between one and the files as they are, sorted.

    `present` are files that are there now, and that are new if the revision has none of that name: git knows them or
    not. Raises RevisionError.
    """
    top = _repository(folder)
    commit = _commit(top, revision)
    inner = _inner(top, folder)
    under = () if inner == "." else ("--", inner)
    base = top if inner == "." else top / inner
    if other is not None:
        arguments = ("diff-tree", "-r", "-z", "--name-only", "--no-renames", commit, _commit(top, other))
        names = _git(top, *arguments, *under).split(b"\0")
        return sorted(_named_as(folder, base, top / os.fsdecode(name)) for name in names if name)
    known: set[Path] = set()
    found: set[Path] = set()
    for line in _git(top, "ls-tree", "-r", "-z", commit, *under).split(b"\0"):
        about, _, name = line.partition(b"\t")
        if not name:
            continue
        file = _named_as(folder, base, top / os.fsdecode(name))
        known.add(file)
        kind, digest = about.split()[1:3]
        if kind == b"blob" and _digest(file, len(digest)) != digest.decode():
            found.add(file)
    return sorted(found | {path for path in map(Path, present) if path not in known})


def _named_as(folder: Path, base: Path, file: Path) -> Path:
    """A file as the folder was named: `base` is that folder without links."""
    if folder.is_dir() and base in file.parents:
        return folder / file.relative_to(base)
    if not folder.is_dir() and file.name == folder.name:
        return folder
    return file


def _digest(path: Path, length: int) -> str | None:
    """The name that git gives to the content of a file; None for one that cannot be read."""
    import hashlib

    try:
        data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    except OSError:
        return None
    begin = b"blob %d\0" % len(data)
    algorithm = hashlib.sha256 if length == 64 else hashlib.sha1
    return algorithm(begin + data).hexdigest()


def _repository(path: Path) -> Path:
    folder = path if path.is_dir() else path.parent
    if not folder.is_dir():
        raise RevisionError(f"there is no folder {folder}")
    try:
        top = _git(folder, "rev-parse", "--show-toplevel")
    except RevisionError:
        raise RevisionError(f"{folder} is in no git repository") from None
    return Path(os.fsdecode(top.rstrip(b"\r\n")))


def _commit(top: Path, revision: str) -> str:
    if not revision or revision.startswith("-") or len(revision) > _LONGEST or not revision.isprintable():
        raise RevisionError(f"`{revision[:_LONGEST]}` is no revision")
    try:
        return _git(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    except RevisionError:
        raise RevisionError(f"there is no revision `{revision}` in {top}") from None


def _inner(top: Path, path: Path) -> str:
    try:
        inner = (path.parent.resolve() / path.name).relative_to(top.resolve()).as_posix()
    except ValueError:
        raise RevisionError(f"{path} is not in the repository {top}") from None
    return inner


@cache
def _program() -> str:
    """Where git is; not in the working folder, from which nothing is run."""
    found = which("git")
    if found is None or not Path(found).is_absolute() or Path(found).parent == Path.cwd():
        raise RevisionError("git is not installed")
    return found


def _git(folder: Path, *arguments: str) -> bytes:
    """What git answers; the environment cannot lead it to another repository. Raises RevisionError."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env |= {"GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - git alone, and the arguments are ours or checked
            [_program(), *_OPTIONS, *arguments],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise RevisionError(f"git did not answer: {exc}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RevisionError(f"git: {said[0] if said else 'it failed'}")
    return done.stdout
