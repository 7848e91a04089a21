"""What can be read of a text that does not parse: its entries and items one by one, by their indentation.

A block map or list is cut at the lines that stand at its own indentation; each part is parsed alone. What parses
is kept as it is, what does not is cut again inside, and what remains is read by the line: a key, and a value as
far as it goes. So one slip costs the part that it stands in.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from spine_lsp.syntax.build import read
from spine_lsp.syntax.syntax_errors import FLOW_TOKEN, GLUED, Fault, explain
from spine_lsp.syntax.tree import Entry, Node, walk

MAX_DEPTH = 30  # of parts inside parts; deeper text is read by the line

_KEY = re.compile(
    r"(?:(?P<quote>[\"'])(?P<quoted>[^\"'\n]*)(?P=quote)|(?P<plain>[^\s#:\"'\[\]{},&*!|>%@`-][^:#\n\r]*?|-[^\s:#\n\r][^:#\n\r]*?))"
    r"[ \t]*:(?=[ \t\r\n]|$)"
)
_ITEM = re.compile(r"-(?=[ \t\r\n]|$)")


class _Line(NamedTuple):
    start: int
    end: int  # with its break
    indent: int


def recover(text: str) -> tuple[Node | None, list[Fault]]:
    """The tree of what can be read of `text`, and one fault for each part that could not."""
    faults: list[Fault] = []
    lines = _significant_lines(text, 0, len(text))
    if not lines:
        return None, faults
    root = _block(text, lines, len(text), faults, 0)
    faults.sort()
    return root, faults


def _block(text: str, lines: list[_Line], end: int, faults: list[Fault], depth: int) -> Node:
    """A block map or list made of `lines`, which are all the significant lines up to `end`."""
    indent = lines[0].indent
    if _ITEM.match(text, lines[0].start + indent):
        return _list(text, lines, end, faults, depth)
    return _map(text, lines, end, faults, depth)


def _list(text: str, lines: list[_Line], end: int, faults: list[Fault], depth: int) -> Node:
    indent = lines[0].indent
    node = Node("seq", lines[0].start + indent, lines[0].start + indent, "block")
    for part, part_end in _parts(lines, end, lambda line: _ITEM.match(text, line.start + indent) is not None):
        count = len(faults)
        parsed, _ = _parse_part(text, part[0].start, part_end, faults)
        if parsed is not None and parsed.kind == "seq":
            node.items += parsed.items
            continue
        dash = part[0].start + indent
        blank = text[:dash] + " " + text[dash + 1 :]
        inner = _significant_lines(blank, part[0].start, part_end)
        if inner and depth < MAX_DEPTH and _begins_block(blank, inner[0]):
            found = len(faults)
            node.items.append(_block(blank, inner, part_end, faults, depth + 1))
            if len(faults) > found:
                del faults[count:found]  # the fault inside says it better than the one of the whole part
        elif inner and text.startswith("{", inner[0].start + inner[0].indent):
            node.items.append(_flow_map(text, inner[0].start + inner[0].indent, part_end))
        else:
            node.items.append(_scalar_on_line(text, dash + 1, part[0].end))
    node.end = node.items[-1].end if node.items else node.start
    return node


def _map(text: str, lines: list[_Line], end: int, faults: list[Fault], depth: int) -> Node:
    indent = lines[0].indent
    node = Node("map", lines[0].start + indent, lines[0].start + indent, "block")
    entries = _entry_lines(text, lines)
    for part, part_end in _parts(lines, end, lambda line: line in entries):
        count = len(faults)
        parsed, partial = _parse_part(text, part[0].start, part_end, faults)
        if parsed is not None and parsed.kind == "map":
            node.entries += parsed.entries
            continue
        entry = _entry(text, part, part_end, partial, faults, depth, count)
        if entry is not None:
            node.entries.append(entry)
    if node.entries:
        node.start = node.entries[0].key.start
        node.end = node.entries[-1].value.end
    return node


def _entry_lines(text: str, lines: list[_Line]) -> set[_Line]:
    """The lines that begin an entry: no items, which stand beside the key of their list, and no slips among them."""
    indent = lines[0].indent
    entries: set[_Line] = set()
    among_items = False
    for line in lines:
        if line.indent != indent:
            continue
        if _ITEM.match(text, line.start + indent):
            among_items = True
        elif not among_items or ":" in text[line.start : line.end]:
            entries.add(line)
            among_items = False
    return entries


def _entry(
    text: str, part: list[_Line], end: int, partial: Node | None, faults: list[Fault], depth: int, count: int
) -> Entry | None:
    """One `key: value` that did not parse, as far as it can be read; `faults[count:]` are those of this part."""
    first = part[0]
    match = _KEY.match(text, first.start + first.indent)
    if match is None:
        return _glued(text, first.start + first.indent, first.end)
    group = "plain" if match.group("plain") is not None else "quoted"
    start, stop = match.span() if group == "quoted" else match.span("plain")
    if group == "quoted":
        stop = match.end("quoted") + 1
    key = Node("scalar", start, stop, "plain" if group == "plain" else '"', match.group(group))
    rest_start, rest_end = _value_on_line(text, match.end(), first.end)
    inner = part[1:]
    if rest_start == rest_end:
        if not inner or depth >= MAX_DEPTH or not _begins_block(text, inner[0]):
            return Entry(key, Node("scalar", match.end(), match.end(), "plain"))
        found = len(faults)
        value = _block(text, inner, end, faults, depth + 1)
        if len(faults) > found:
            del faults[count:found]  # the fault inside says it better than the one of the whole part
        return Entry(key, value)
    value_node = partial.get(key.text) if partial is not None else None
    if value_node is not None and not value_node.is_empty and not text.startswith("{{", rest_start):
        return Entry(key, value_node)
    return Entry(key, _scalar_on_line(text, match.end(), first.end))


def _glued(text: str, start: int, end: int) -> Entry | None:
    """`key:value` without the blank between, as what is meant; None for what has no key."""
    if (match := GLUED.match(text, start)) is None:
        return None
    value_start, value_end = _value_on_line(text, match.end(), end)
    value, failed = _read(text, value_start, value_end)
    if value is None or failed:
        value = _scalar_on_line(text, match.end(), end)
    return Entry(Node("scalar", start, match.end() - 1, "plain", text[start : match.end() - 1]), value)


def _flow_map(text: str, start: int, end: int) -> Node:
    """The map in braces at `start` that did not parse: each of its entries that can be read alone."""
    node = Node("map", start, start + len(text[start:end].rstrip()), "flow")
    depth = 0
    begin = start + 1
    for match in FLOW_TOKEN.finditer(text, start, end):
        token = match.group()
        depth += (token in ("[", "{")) - (token in ("]", "}"))
        if (token == "," and depth == 1) or depth <= 0:
            _add_flow_entry(text, begin, match.start(), node)
            begin = match.end()
        if depth <= 0:
            node.end = match.end()
            return node
    _add_flow_entry(text, begin, end, node)
    return node


def _add_flow_entry(text: str, start: int, end: int, node: Node) -> None:
    whole, failed = _read(text, start, end, "{", "}")
    if whole is not None and whole.kind == "map" and not failed:
        node.entries += whole.entries
        return
    blank = len(text[start:end]) - len(text[start:end].lstrip())
    if (entry := _glued(text, start + blank, end)) is not None:
        node.entries.append(entry)


def _read(text: str, start: int, end: int, before: str = "", after: str = "") -> tuple[Node | None, bool]:
    """The tree of text[start:end] between two texts that are not there, and whether a parser refused it."""
    part = f"{before}{text[start:end]}{after}"
    root, failed, _ = read(part)
    if root is not None:
        _move(root, start - len(before))
    return root, failed is not None


def _parse_part(text: str, start: int, end: int, faults: list[Fault]) -> tuple[Node | None, Node | None]:
    """The tree of text[start:end] if it parses, else None and what came before the complaint, with a fault."""
    part = text[start:end]
    root, failed, found = read(part)
    if root is not None:
        _move(root, start)
    if failed is not None:
        faults.append(explain(part, failed).moved(start))
        return None, root
    faults += [fault.moved(start) for fault in found]
    return root, root


def _move(root: Node, by: int) -> None:
    for node in walk(root):
        node.start += by
        node.end += by


def _parts(lines: list[_Line], end: int, starts_part: object) -> list[tuple[list[_Line], int]]:
    """The lines in runs, each begun by a line at the indentation of the first that `starts_part` accepts."""
    assert callable(starts_part)
    indent = lines[0].indent
    parts: list[list[_Line]] = []
    for line in lines:
        if not parts or (line.indent == indent and starts_part(line)):
            parts.append([line])
        else:
            parts[-1].append(line)
    ends = [part[0].start for part in parts[1:]] + [end]
    return list(zip(parts, ends, strict=True))


def _significant_lines(text: str, start: int, end: int) -> list[_Line]:
    """The lines of text[start:end] that hold more than blanks and a comment."""
    lines: list[_Line] = []
    for match in re.compile(r"([ \t]*)([^\r\n]*)(?:\r\n|\r|\n|\Z)").finditer(text, start, end):
        body = match.group(2)
        if match.end() == match.start():
            break
        if body and not body.startswith("#"):
            lines.append(_Line(match.start(), match.end(), len(match.group(1))))
    return lines


def _begins_block(text: str, line: _Line) -> bool:
    """Whether `line` starts a list or a map."""
    at = line.start + line.indent
    return _ITEM.match(text, at) is not None or _KEY.match(text, at) is not None


def _scalar_on_line(text: str, start: int, line_end: int) -> Node:
    """The rest of a line as one scalar; quotes that do not close are left out, a template is a text."""
    start, end = _value_on_line(text, start, line_end)
    raw = text[start:end]
    if raw.startswith("{{"):
        return Node("scalar", start, end, '"', raw)
    if raw[:1] in ("'", '"'):
        return Node("scalar", start, end, '"', raw.strip("\"'"))
    return Node("scalar", start, end, "plain", raw)


def _value_on_line(text: str, start: int, line_end: int) -> tuple[int, int]:
    """The span of what stands after a key on its line, without blanks and comment; empty if nothing does."""
    raw = text[start:line_end].rstrip("\r\n")
    comment = re.search(r"(?:^|[ \t])#", raw)
    if comment:
        raw = raw[: comment.start()]
    stripped = raw.strip()
    if not stripped:
        return start, start
    begin = start + raw.index(stripped)
    return begin, begin + len(stripped)
