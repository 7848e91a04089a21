"""Texts that the client shows as documents: files in one private folder, which goes with the server."""

from __future__ import annotations

from pathlib import Path
from threading import RLock

_LONGEST = 40  # characters of a name; some file systems take 255 bytes
_MOST_FILES = 200

_lock = RLock()  # Ctrl-C may come while it is held
_folder: Path | None = None
_names: dict[tuple[str, str, str], str] = {}


def write_shown(uri: str, group: str, ending: str, text: str) -> Path:
    """Write a text about a group of a document, and answer its file; the next text about it takes its place.

    `ending` is the end of the file's name, `-order.md` say. The folder is readable by this user alone.
    """
    global _folder  # noqa: PLW0603 - one folder for the process, removed when it ends
    import tempfile  # rare, so not at every start

    with _lock:
        if _folder is None or not _folder.is_dir():
            _folder = Path(tempfile.mkdtemp(prefix="spine-lsp-"))
            _names.clear()
        key = (uri, group, ending)
        if key not in _names and len(_names) >= _MOST_FILES:
            (_folder / _names.pop(next(iter(_names)))).unlink(missing_ok=True)
        name = _names.setdefault(key, _new_name(group, ending))
        file = _folder / name
        file.write_text(text, encoding="utf-8", errors="replace")
        return file


def remove_shown() -> None:
    """Remove the folder; a file that somebody holds open may stay behind."""
    global _folder
    with _lock:
        folder, _folder = _folder, None
        _names.clear()
    if folder is not None:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


def _new_name(group: str, ending: str) -> str:
    """A name that no other file has, whatever the group is called; what file systems refuse is written `_`."""
    safe = "".join(char if char.isalnum() or char in ".-_" else "_" for char in group[:_LONGEST]) or "group"
    taken = {name.lower() for name in _names.values()}
    number = 1
    while (name := f"{safe}{f'-{number}' if number > 1 else ''}{ending}").lower() in taken:
        number += 1
    return name
