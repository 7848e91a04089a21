"""Text of a file inside Markdown, and inside plain labels: shown as it is written, and nothing more than shown."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*\[\]<>&~|!#:@]|(?<![^\W_])_|_(?![^\W_]))")
# Controls of C0, C1, and what changes the direction or the look of what is around it (Unicode 15, UAX #9).
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def visible(text: str) -> str:
    """A text with each character that is not seen, or that turns others round, as an escape such as `\\u202e`."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def one_line(text: str) -> str:
    """A text of a file for a plain label: visible, and on one line."""
    return visible(" ".join(text.split()))


def plain_text(markdown: str) -> str:
    """Words of our own, written as Markdown, for a place that shows plain text."""
    return markdown.replace("**", "").replace("`", "")
