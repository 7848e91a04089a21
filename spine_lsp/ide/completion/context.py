"""What could be written at the cursor, and what stands around it: the value that all of completion works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from spine_lsp.analysis.span import Span
from spine_lsp.syntax.tree import Path

Role = Literal["key", "value", "item", "below"]
"""What could be written: a key of the map at `path`, the value at `path`, an item of the list at `path`, or, on a
line of its own below a key that has no value yet, whatever the key at the end of `path` may hold."""


@dataclass(frozen=True, slots=True)
class Context:
    """One thing that could be written at the cursor.

    `span` is what would be replaced, as offsets of the file, inside the quotes where `quote` says there are
    some. `prefix` is its part before the cursor, `siblings` are the keys of the map or the entries of the
    list that are there besides. `column` is how far the span lies right of the first character of its line:
    more indentation for the lines after the first of what is inserted. `separator` has to be written before a
    new item or value; `has_colon` says that a key has its colon. `closing_quote` closes a quote that is open
    to the end of the line. `opener` is the last character before the span that is no blank, nothing at the
    start of a line. In flow text, `style` is the quote that the keys and names around have, and `one_line`
    says that its bracket was opened on the cursor's line, behind a key, say.
    """

    role: Role
    path: Path
    span: Span
    prefix: str
    siblings: tuple[str, ...]
    column: int = 0
    quote: str = ""
    closing_quote: str = ""
    separator: str = ""
    flow: bool = False
    has_colon: bool = False
    style: str = ""
    one_line: bool = False
    opener: str = ""
