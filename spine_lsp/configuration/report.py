"""Which options hold in a place and where each comes from, as JSON: for `doctor` and for the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spine_lsp.configuration.configuration import Configuration
from spine_lsp.syntax.text import Text


def options_report(configuration: Configuration, path: str, shown: Callable[[str], str]) -> dict[str, Any]:
    """The options for a path of the project, and all files that set some; `shown` makes a path one that users read.

    Lines and columns count from 1.
    """
    file = configuration.file_of(path)
    overruled = {each.path for each in configuration.overruled()}

    def name_of(origin: str | None) -> str:
        return "default" if origin is None else origin if origin == "editor" else shown(origin)

    return {
        "file": shown(file.path) if file is not None else None,
        "options": [
            {
                "name": name,
                "value": list(value) if isinstance(value, tuple) else value,
                "from": name_of(origin),
            }
            for name, (value, origin) in configuration.origins(path).items()
        ],
        "files": [
            {
                "file": shown(each_path),
                "overruled": each_path in overruled,
                "faults": [_fault(Text(each.text), found.start, found.end, found.message) for found in each.findings],
            }
            for each_path, each in sorted(configuration.files.items())
            if each.holds or each.findings
        ],
    }


def _fault(text: Text, start: int, end: int, message: str) -> dict[str, Any]:
    (line, column), (end_line, end_column) = text.position(start), text.position(end)
    return {
        "line": line + 1,
        "column": column + 1,
        "end_line": end_line + 1,
        "end_column": end_column + 1,
        "message": message,
    }
