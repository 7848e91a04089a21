"""The places that a Python traceback names in the user's code."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path, PurePath

from spine_lsp.analysis.runs import CodePlace

_FRAME = re.compile(r'^  File "(?P<path>[^"\n]+)", line (?P<line>\d{1,9})(?:, in (?P<function>[^\n]+))?$', re.MULTILINE)
_MOST = 10
_NOT_OURS = ("site-packages", "dist-packages", "spine_lsp")


def places_of(traceback: str, folder: str) -> tuple[CodePlace, ...]:
    """The lines of the user's files that a traceback names, the innermost first; relative ones are below `folder`.

    What is installed, and what is no file, is left out: it is no place where the user can mend anything.
    """
    found: dict[CodePlace, None] = {}
    for frame in _FRAME.finditer(traceback):
        path = frame["path"]
        if path.startswith("<") or not path.endswith(".py"):
            continue
        whole = str(Path(folder, path))
        if not _is_installed(whole):
            found[CodePlace(whole, int(frame["line"]), frame["function"] or "<module>")] = None
    return tuple(reversed(found))[:_MOST]


def _is_installed(path: str) -> bool:
    parts = PurePath(path).parts
    if any(name in parts for name in _NOT_OURS):
        return True
    return any(part == "lib" and re.fullmatch(r"python\d.*", following) for part, following in pairwise(parts))
