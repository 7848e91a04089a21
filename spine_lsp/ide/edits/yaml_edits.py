"""Edits on YAML text by its tree: taking entries and items out, in every style, without losing a comment.

All functions work on a node and its `Tree`, which knows the place of it in the file. They answer None where the
text is written in a way that they do not know how to cut, never with an edit that might be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from spine_lsp.ide.trees import Tree
from spine_lsp.syntax.comments import find_comments
from spine_lsp.syntax.lines import column_of, indent_of, line_break, line_end, line_start, next_line
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit
from spine_lsp.syntax.tree import Node

_BLANKS = re.compile(r"[ \t]*")
_TO_COMMA = re.compile(r"(?:[ \t\r\n]|(?:(?<=\s))#[^\r\n]*)*,")
_TO_COLON = re.compile(r"[ \t]*:(?=[ \t\r\n,\[\]{}\"']|\Z)")


def quotes_of(tree: Tree, node: Node) -> str:
    """The quotes that what is put into a map or list has to have: `"` where all that is there has them, as in JSON."""
    if node.kind == "map":
        written = [key for key, _ in node.entries]
    else:
        written = [key for item in node.items for key, _ in item.entries]
        written = written or [item for item in node.items if item.kind == "scalar"]
    json_like = written and all(tree.source.startswith('"', tree.at(node.start)) for node in written)
    return '"' if json_like else ""


def comments_in(source: str, start: int, end: int) -> list[str]:
    """The comments that begin between two offsets, the first of which is no place inside a quoted text."""
    return [source[start + c.start : start + c.end].rstrip() for c in find_comments(source[start:end])]


def remove_entry(tree: Tree, node: Node, index: int) -> list[Edit] | None:
    """Take one entry out of a map; comments inside and behind it stay, on lines of their own if need be."""
    source = tree.source
    key, value = node.entries[index]
    start, end = tree.at(key.start), tree.at(max(value.end, key.end))
    if (colon := find_colon(tree, key)) is None:
        return None
    if value.is_empty:
        end = max(end, colon + 1)
    if node.style == "flow":
        return remove_flow(source, tree.at(node.start), start, end)
    first_line = line_start(source, start)
    before = source[first_line:start]
    if not before.strip():
        return _remove_lines(source, first_line, start, end)
    if not re.fullmatch(r"[ \t]*(?:-[ \t]+)+", before):
        return None
    # The first key behind a dash: the next key takes its tree.
    if index + 1 == len(node.entries):
        return None if comments_in(source, start, end) else [Edit(start, end, "{}")]
    following = tree.at(node.entries[index + 1].key.start)
    kept = "".join(
        f"{comment}{line_break(source)}{' ' * len(before)}" for comment in comments_in(source, start, following)
    )
    return [Edit(start, following, kept)]


def remove_block_entry(tree: Tree, node: Node, index: int) -> list[Edit] | None:
    """Take an entry with a block map or list out, with the comments inside it; those beside its key stay."""
    source = tree.source
    key, value = node.entries[index]
    start, inner, end = tree.at(key.start), tree.at(value.start), tree.at(value.end)
    first_line = line_start(source, start)
    indent = source[first_line:start]
    if indent.strip(" ") or source[inner - 1 : inner] not in ("", " ", "\n", "\r"):
        return None
    kept = "".join(f"{indent}{comment}{line_break(source)}" for comment in comments_in(source, start, inner))
    return [Edit(first_line, next_line(source, end), kept)]


def remove_entries(tree: Tree, node: Node, numbers: Iterable[int]) -> list[Edit] | None:
    """Take some entries, not all, out of a map."""
    gone = sorted(set(numbers))
    inner = tree.written(node)
    if node.style == "flow" and len(gone) > 1:
        if "\n" in inner or "\r" in inner or any(v.anchor or v.tag for e in node.entries for v in e):
            return None
        kept = [
            tree.source[tree.at(key.start) : tree.at(max(key.end, value.end))]
            for number, (key, value) in enumerate(node.entries)
            if number not in gone
        ]
        return [Edit(tree.at(node.start), tree.at(node.end), f"{{{', '.join(kept)}}}")]
    found = [remove_entry(tree, node, number) for number in gone]
    if any(edits is None for edits in found):
        return None
    return [edit for edits in found if edits is not None for edit in edits]


def remove_items(tree: Tree, node: Node, indices: Iterable[int]) -> list[Edit] | None:
    """Take some items, not all, out of a list."""
    gone = sorted(set(indices))
    source = tree.source
    if node.style == "flow":
        inner = source[tree.at(node.start) : tree.at(node.end)]
        if len(gone) > 1 and "\n" not in inner and "\r" not in inner:
            kept = [tree.written(item) for number, item in enumerate(node.items) if number not in gone]
            if any(item.anchor or item.tag for item in node.items):
                return None
            return [Edit(tree.at(node.start), tree.at(node.end), f"[{', '.join(kept)}]")]
        edits: list[Edit] = []
        for number in gone:
            item = node.items[number]
            if item.anchor or item.tag:
                return None
            found = remove_flow(source, tree.at(node.start), tree.at(item.start), tree.at(item.end))
            if found is None:
                return None
            edits += found
        return edits
    edits = []
    for number in gone:
        item = node.items[number]
        start, end = tree.at(item.start), tree.at(item.end)
        first_line = line_start(source, start)
        if item.anchor or item.tag or not re.fullmatch(r"[ \t]*-[ \t]+", source[first_line:start]):
            return None
        edits += _remove_lines(source, first_line, source.index("-", first_line), end)
    return edits


def remove_flow(source: str, opened: int, start: int, end: int) -> list[Edit] | None:
    """Take one part, with the comma that is too many, out of a flow list or map that opens at `opened`."""
    comma = _TO_COMMA.match(source, end)
    alone_before = not source[line_start(source, start) : start].strip()
    if comma is not None:
        between = source[end : comma.end() - 1]
        if "#" in between:
            return [Edit(start, end, ""), Edit(comma.end() - 1, comma.end(), "")]
        end = comma.end()
        if alone_before and not source[end : line_end(source, end)].strip():
            return _remove_lines(source, line_start(source, start), start, end)
        blanks = _BLANKS.match(source, end)
        if alone_before and source[end : line_end(source, end)].lstrip().startswith("#"):
            return [Edit(start, end + (len(blanks.group()) if blanks else 0), "")]
        return [Edit(start, blanks.end() if blanks else end, "")]
    if alone_before:
        above = len(source[:start].rstrip())
        edits = _remove_lines(source, line_start(source, start), start, end)
        if source.startswith(",", above - 1) and above - 1 > opened and above <= edits[0].start:
            edits = [Edit(above - 1, above, ""), *edits]  # JSON has no comma behind the last part
        return edits
    before = source[:start].rstrip(" \t")
    if before.endswith(",") and len(before) - 1 > opened:
        return [Edit(len(before) - 1, end, "")]
    return [Edit(start, end, "")]


def _remove_lines(source: str, first_line: int, start: int, end: int) -> list[Edit]:
    """Take the lines of `start` to `end` out; their comments stay, lined up with `start`.

    What follows `end` on its line, other than blanks and a comment, stays on the line.
    """
    rest = source[end : line_end(source, end)]
    if rest.strip() and not rest.lstrip().startswith("#"):
        blanks = len(rest) - len(rest.lstrip())
        return [Edit(start, end + blanks, "")]
    after = next_line(source, end)
    comments = comments_in(source, start, line_end(source, end))
    indent = source[first_line:start]
    if comments:
        joined = f"{line_break(source)}{indent}".join(comments)
        return [Edit(start, line_end(source, end), joined)]
    if after == len(source) and not source.endswith(("\n", "\r")) and first_line:
        before = first_line - (2 if source[:first_line].endswith("\r\n") else 1)
        return [Edit(before, after, "")]
    return [Edit(first_line, after, "")]


def insert_line_after(source: str, offset: int, line: str) -> Edit:
    """A new line behind the one that holds an offset."""
    after = next_line(source, offset)
    if after == len(source) and not source.endswith(("\n", "\r")):
        return Edit(after, after, f"{line_break(source)}{line}")
    return Edit(after, after, f"{line}{line_break(source)}")


def insert_entry(tree: Tree, node: Node, key: str, value: str, after: str | None = None) -> list[Edit] | None:
    """Put `key: value` into a map, behind the entry `after` or else at its end.

    The key gets the quotes that the other keys have; a `value` of several lines is indented, and ends with a break.
    """
    source = tree.source
    if node.kind != "map":
        return None
    if node.style == "flow" or not node.entries:
        return None if "\n" in value else insert_in_braces(tree, node, f"{write(key, quotes_of(tree, node))}: {value}")
    numbers = [n for n, entry in enumerate(node.entries) if after is not None and entry.key.text == after]
    entry = node.entries[numbers[0] if numbers else -1]
    colon = find_colon(tree, entry.key)
    if colon is None:
        return None
    end = max(tree.at(entry.value.end), colon)
    if entry.value.style in ("|", ">"):
        end = _block_text_end(source, end, node_column(tree, entry.key))
    indent = " " * node_column(tree, node.entries[0].key)
    key = write(key, quotes_of(tree, node))
    if "\n" in value:
        lines = "".join(f"{line_break(source)}{indent}  {line}" for line in value.strip("\n").split("\n"))
        return [insert_line_after(source, end, f"{indent}{key}:{lines}")]
    return [insert_line_after(source, end, f"{indent}{key}: {value}")]


def block_lines(tree: Tree, node: Node) -> str | None:
    """The lines of a block map or list without their indentation; None if one of them stands further left."""
    start, end = tree.at(node.start), tree.at(node.end)
    column = node_column(tree, node)
    lines = re.split(r"\r\n|\r|\n", tree.source[start - column : line_end(tree.source, end)])
    if any(line[:column].strip(" ") for line in lines):
        return None
    return "".join(f"{line[column:]}\n" for line in lines)


def insert_in_braces(tree: Tree, node: Node, text: str, before: int | None = None) -> list[Edit] | None:
    """Put a part into a map or list in brackets, before the part of that number or else at the end."""
    source = tree.source
    start, end = tree.at(node.start), tree.at(node.end)
    pair = source[start : start + 1] + source[end - 1 : end]
    if end - start < 2 or pair not in ("[]", "{}"):
        return None
    parts = [(item.start, item.end) for item in node.items]
    parts += [(key.start, max(key.end, value.end)) for key, value in node.entries]
    if not parts:
        return [Edit(start, end, f"{pair[0]}{text}{pair[1]}")] if not source[start + 1 : end - 1].strip() else None
    first = tree.at(parts[0][0])
    apart = source[line_start(source, first) : first]
    gap = ", " if apart.strip() or line_start(source, first) <= start else f",{line_break(source)}{apart}"
    if before is not None and before < len(parts):
        at = tree.at(parts[before][0])
        if any(node.anchor or node.tag for node in node.items[before : before + 1]):
            return None
        return [Edit(at, at, f"{text}{gap}")]
    at = tree.at(parts[-1][1])
    if source[at - 1 : at] == ":" and node.kind == "map":  # the value was left out
        return None
    return [Edit(at, at, f"{gap}{text}")]


def node_column(tree: Tree, node: Node) -> int:
    """The column that a node starts in."""
    return column_of(tree.source, tree.at(node.start))


def find_colon(tree: Tree, key: Node) -> int | None:
    """Where the colon behind a key stands, on its line."""
    match = _TO_COLON.match(tree.source, tree.at(key.end))
    return match.end() - 1 if match and key.kind == "scalar" else None


def _block_text_end(source: str, offset: int, column: int) -> int:
    """The end of the last line of a block text that ends at an offset, with the blank lines that belong to it."""
    end = line_end(source, offset)
    while (after := next_line(source, end)) < len(source):
        line = source[after : line_end(source, after)]
        if line.strip() and indent_of(line) <= column:
            break
        end = line_end(source, after)
    return end
