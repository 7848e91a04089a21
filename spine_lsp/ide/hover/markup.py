"""A hover as lines of words, code and links, and its two renderings: Markdown and plain text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from spine_lsp.analysis.span import Span
from spine_lsp.ide.markdown import code, escape, link as markdown_link, one_line, plain_text, sentence
from spine_lsp.ide.values import show
from spine_lsp.orchestration.schema import FieldDoc
from spine_lsp.pysource.places import SourcePlace


@dataclass(frozen=True, slots=True)
class Code:
    """A text of the file, shown as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class NameLink:
    """A name that leads to a span of a file."""

    text: str
    uri: str
    span: Span


@dataclass(frozen=True, slots=True)
class FileLink:
    """A name that leads to a place of a file that need not be open."""

    text: str
    uri: str
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a file, such as a docstring's: nothing in them is Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence of ours with names of a file in backticks."""

    text: str


Part = str | Code | NameLink | FileLink | Words | Remark  # a plain text is our own words, in Markdown
Line = tuple[Part, ...]
ToTarget = Callable[[NameLink | FileLink], str | None]
"""Makes the address that a link leads to, or None where the client can follow none."""


@dataclass(frozen=True, slots=True)
class Hover:
    """What to show: a first line, paragraphs, and where each has more to say, a list below it.

    `of_schema` says that all of it comes from the schema, so that another YAML server may show the same.
    """

    span: Span | None
    title: Line
    blocks: tuple[Block, ...] = ()
    of_schema: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, and a list of lines below it."""

    text: Line
    items: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the words above its columns, and its rows, each a cell for each column."""

    heads: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


Block = Paragraph | Grid


def render(hover: Hover, *, markdown: bool = True, link: ToTarget | None = None) -> str:
    """The hover as one text. Nothing that a file says can become Markdown of its own."""
    first = _line(hover.title, link, markdown=markdown)
    out = [f"**{first}**" if markdown and all(isinstance(part, str) for part in hover.title) else first]
    for block in hover.blocks:
        if isinstance(block, Grid):
            out.append(_table(block, link, markdown=markdown))
            continue
        lines = [_line(block.text, link, markdown=markdown)]
        lines += [f"- {_line(item, link, markdown=markdown)}" for item in block.items]
        out.append("\n".join(line for line in lines if line))
    return ("\n\n" if markdown else "\n").join(out)


def _table(table: Grid, link: ToTarget | None, *, markdown: bool) -> str:
    """A table of GitHub's Markdown; as plain text a line for each row."""
    rows = [[_line(cell, link, markdown=markdown) for cell in row] for row in table.rows]
    if not markdown:
        return "\n".join("- " + ", ".join(filter(None, row)) for row in rows)
    heads = [_line(head, link, markdown=True) for head in table.heads]
    # A bar ends a cell even inside code, and is one there only behind a backslash (GFM 0.29, 4.10).
    cells = [[_BAR.sub(r"\\|", cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in [heads, ["---"] * len(heads), *cells])


_BAR = re.compile(r"(?<!\\)\|")


def _line(line: Line, link: ToTarget | None, *, markdown: bool) -> str:
    return "".join(_part(part, link, markdown=markdown) for part in line)


def _part(part: Part, link: ToTarget | None, *, markdown: bool) -> str:
    if isinstance(part, str):
        return part if markdown else plain_text(part)
    if not markdown:
        return plain_text(one_line(part.text)) if isinstance(part, Remark) else one_line(part.text)
    if isinstance(part, Words):
        return escape(part.text)
    if isinstance(part, Remark):
        return sentence(part.text)
    if isinstance(part, (NameLink, FileLink)) and link is not None and (target := link(part)) is not None:
        return markdown_link(part.text, target)
    return code(part.text)


def field_hover(field: FieldDoc, span: Span | None = None) -> Hover:
    """What the schema says of a key."""
    facts = [field.type_words, "required" if field.required else ""]
    if field.has_default and field.default not in (None, "", [], {}):
        facts.append(f"default `{show(field.default)}`")
    blocks: list[Block] = [Paragraph((field.description,))]
    if field.values:
        blocks.append(Paragraph(("Values:",), tuple((f"`{value}`: {text}",) for value, text in field.values)))
    if field.examples:
        shown = " or ".join(f"`{show(example)}`" for example in field.examples)
        blocks.append(Paragraph((f"For example {shown}.",)))
    return Hover(span, (Code(field.key), f": {', '.join(filter(None, facts))}"), tuple(blocks))


def field_text(field: FieldDoc, *, markdown: bool) -> str:
    """What the schema says of a key, as one text."""
    return render(field_hover(field), markdown=markdown)
