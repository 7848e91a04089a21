"""TOML read by the standard library, or by tomli, which it comes from, where Python has none yet."""

from __future__ import annotations

import re
import sys
from typing import Any, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_LINE_AND_COLUMN = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


class TomlFault(NamedTuple):
    """Why a text is no TOML, and where, in code points."""

    at: int
    message: str


def load(text: str) -> dict[str, Any] | TomlFault:
    """The table that a text is (TOML 1.0), or its first fault."""
    mark = text.startswith("\ufeff")
    try:
        found: dict[str, Any] = tomllib.loads(text[mark:])
        return found
    except tomllib.TOMLDecodeError as exc:
        return _fault(text, str(exc), mark=mark)
    except RecursionError:
        return TomlFault(0, "it is nested too deeply")
    except ValueError as exc:  # a number of more digits than Python reads, a date that does not exist
        return TomlFault(0, str(exc))


def _fault(text: str, message: str, *, mark: bool) -> TomlFault:
    found = _LINE_AND_COLUMN.search(message)
    sentence = message[: found.start()] if found is not None else message
    sentence = sentence[:1].lower() + sentence[1:]
    if found is None or found.group(1) is None:
        return TomlFault(len(text), f"{sentence} at the end")
    line, column = int(found.group(1)), int(found.group(2))
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
    return TomlFault(min(at + column - 1 + (mark and line == 1), len(text)), sentence)
