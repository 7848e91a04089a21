"""Merge conflict markers: one fault for each conflict, and a text in which only the first side is left to read."""

from __future__ import annotations

import re

from spine_lsp.syntax.syntax_errors import Fault

_MARKER = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)[^\r\n]*", re.MULTILINE)
_MESSAGE = "merge conflict: keep one side and delete the markers (until then the first side is read)"


def mask_conflicts(source: str) -> tuple[str, list[Fault]]:
    """`source` with markers and second sides made comments, every offset kept; and a fault for each conflict."""
    if "<<<<<<<" not in source:
        return source, []
    out: list[str] = []
    faults: list[Fault] = []
    at = 0
    side = ""  # which part of a conflict we are in: "" outside, "<" ours, "|" base, "=" theirs
    for match in _MARKER.finditer(source):
        sign = match.group()[0]
        if not side and sign != "<":
            continue  # a line of = or > outside a conflict is no marker
        out.append(_hidden(source[at : match.start()]) if side in ("|", "=") else source[at : match.start()])
        out.append("#" + match.group()[1:])
        if sign == "<":
            faults.append(Fault(match.start(), match.end(), _MESSAGE, "conflict"))
        side = "" if sign == ">" else sign
        at = match.end()
    out.append(source[at:])
    return "".join(out), faults


def _hidden(text: str) -> str:
    return re.sub(r"^[^\r\n]", "#", text, flags=re.MULTILINE)
