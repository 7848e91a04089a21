"""Text of a file inside Markdown, and inside plain labels: shown as it is written, and nothing more than shown."""

from __future__ import annotations

import re

from spine_lsp.printable import printable

_MARKS = re.compile(r"([\\`*\[\]<>&~|!#:@]|(?<=[wW]{3})\.|(?<![^\W_])_|_(?![^\W_]))")


def code(text: str) -> str:
    """A text as Markdown code, whatever backticks it holds (CommonMark 0.31, 6.1)."""
    text = one_line(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""


def escape(text: str) -> str:
    """A text with everything escaped that has a meaning inside a line of Markdown, addresses too.

    `_` inside a word has none. What has a meaning at the start of a line only stays: words of ours come before it.
    """
    return _MARKS.sub(r"\\\1", one_line(text))


def link(text: str, target: str) -> str:
    """A text that leads to an address."""
    safe = "".join(char if char.isprintable() and char not in "<> \\" else _percent(char) for char in target)
    return f"[{escape(text)}](<{safe}>)"


def sentence(message: str) -> str:
    """A message of ours, which has names in backticks, as Markdown; no mark inside a name counts."""
    parts = one_line(message).split("`")
    if len(parts) % 2 == 0:
        return escape(message)
    return "".join(code(part) if number % 2 else _MARKS.sub(r"\\\1", part) for number, part in enumerate(parts))


def one_line(text: str) -> str:
    """A text of a file for a plain label: on one line, with escapes for what cannot be seen."""
    return printable(" ".join(text.split()))


def plain_text(markdown: str) -> str:
    """Words of our own, written as Markdown, for a place that shows plain text."""
    return markdown.replace("**", "").replace("`", "")


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
