"""The indentation of a line that is being begun, told from the lines above it without reading the YAML."""

from __future__ import annotations

import re

from spine_lsp.syntax.lines import indent_of

_BLOCK_TEXT = re.compile(r"(?:^|[\s:-])[|>][0-9+-]{0,2}[ \t]*(?:#.*)?$")
_UNIT = re.compile(r"^( *)(?:- +)?[^\s#:][^#:\n]*:[ \t]*(?:#.*)?\n( +)(?=[^\s#-])", re.MULTILINE)


def indent_of_new_line(before: str) -> int | None:
    """How far the line behind `before` is to be indented; None inside a text, and where it cannot be told."""
    lines = before.splitlines()
    if not lines:
        return None
    line = lines[-1]
    if not line.strip():
        return None  # an empty line more: leave the cursor where the editor put it
    if _in_block_text(lines):
        return None
    indent = indent_of(line)
    dashes = re.match(r" *(?:- +)*", line)
    content = len(dashes.group()) if dashes else indent
    body = re.sub(r"(?:^|(?<=[ \t]))#.*$", "", line[content:]).rstrip()
    if not body:
        return indent
    if body.endswith(":"):
        return content + _unit(before)
    if re.match(r"[^\s:\"'\[{#&*!|>%@`-][^:#]*:\s", f"{body} "):
        return content if _closed(body) else None
    if dashes and dashes.group().strip():
        return indent if _closed(body) else None
    return None


def _in_block_text(lines: list[str]) -> bool:
    """Whether the next line may belong to a text that began with `|` or `>`."""
    last = lines[-1]
    if _BLOCK_TEXT.search(last):
        return True
    indent = indent_of(last)
    for line in reversed(lines[:-1]):
        if not line.strip():
            continue
        width = indent_of(line)
        if width < indent:
            if _BLOCK_TEXT.search(line):
                return True
            indent = width
        if not width:
            break
    return False


def _closed(body: str) -> bool:
    """Whether quotes and brackets that the line opens are closed on it."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|(?<![\w])\'[^\']*\'', "", body)
    if re.search(r"(?:^|[\s\[{,:-])[\"']", bare):
        return False
    return bare.count("[") == bare.count("]") and bare.count("{") == bare.count("}")


def _unit(before: str) -> int:
    """The indentation that the text uses, by the first map inside a map."""
    for match in _UNIT.finditer(before):
        deeper = len(match.group(2)) - len(match.group(1))
        if "- " not in match.group().split(":")[0] and 1 < deeper <= 8:
            return deeper
    return 2
