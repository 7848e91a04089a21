"""Waits for changes of files, by looking at them: no system tells of all of them alike."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from spine_lsp.cli.checks.project import project_root
from spine_lsp.cli.files import Search
from spine_lsp.configuration.files import NAMES
from spine_lsp.disk.walking import GROUP_ENDINGS, PYTHON_ENDING

_EVERY = 0.5
"""Seconds between two looks."""

Seen = dict[str, tuple[int, int]]
"""Time of change in nanoseconds and size, by path."""


def look(paths: Sequence[str]) -> Seen:
    """The files that a check of these paths depends on, as they are."""
    search = Search(())
    found: Seen = {}
    tops = dict.fromkeys(root for path in paths if (root := project_root(path)) is not None)
    files = [path for path in paths if not Path(path).is_dir()]
    endings = (*GROUP_ENDINGS, PYTHON_ENDING, *NAMES)
    for path in [*files, *(file for top in tops for file in search.files_below(top, endings))]:
        try:
            info = Path(path).stat()
        except OSError:
            continue
        found[path] = (info.st_mtime_ns, info.st_size)
    return found


def changes(paths: Sequence[str]) -> Iterator[None]:
    """Yields at once, and then whenever something has changed since it did so last; never ends by itself."""
    before = look(paths)  # before the first check: what changes meanwhile is not lost
    yield
    while True:
        time.sleep(_EVERY)
        now = look(paths)
        if now != before:
            before = now
            yield
