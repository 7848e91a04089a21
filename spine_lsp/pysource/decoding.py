"""The text of a Python file's bytes, as Python itself decodes them: byte order mark, PEP 263, UTF-8."""

from __future__ import annotations

import codecs
import re

MAX_BYTES = 1 << 20
"""Larger files are not read: no hand wrote them."""

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_NOT_OF_SOURCE = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
"""Codecs of the library that no source is written in; some of them take the square of a text's length."""


class UnreadableError(Exception):
    """A file that cannot be read as Python; the message says why, in a few words."""


def decoded(data: bytes) -> str:
    """The text, without a byte order mark. Raises UnreadableError."""
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"too large: {len(data):,} bytes, and {MAX_BYTES:,} are read")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("it is UTF-16, which Python does not read")
    marked = data.startswith(codecs.BOM_UTF8)
    data = data.removeprefix(codecs.BOM_UTF8)
    name = _declared(data)
    if name is None:
        encoding = "utf-8"
    else:
        encoding = _known(name)
        if marked and encoding != "utf-8":
            raise UnreadableError(f"it has the byte order mark of UTF-8, and says that it is `{name}`")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as exc:
        raise UnreadableError(f"it is not {encoding.upper()} (byte {exc.start} is 0x{data[exc.start]:02x})") from None
    except Exception:  # a codec may raise what it likes
        raise UnreadableError(f"its text cannot be decoded as `{name}`") from None


def _declared(data: bytes) -> str | None:
    """The encoding that one of the first two lines names."""
    for line in re.split(rb"\r\n|\r|\n", data[:4096], maxsplit=2)[:2]:
        if match := _COOKIE.match(line):
            return match.group(1).decode("ascii")
        if not _BLANK.match(line):
            return None
    return None


def _known(name: str) -> str:
    """The usual name of an encoding that texts are written in."""
    try:
        known = codecs.lookup(name).name
        "".encode(known)  # which a codec from bytes to bytes refuses
    except Exception:  # LookupError, and whatever the codec's module raises
        raise UnreadableError(f"it says that it is `{name}`, which is no encoding of texts") from None
    if known.replace("_", "-") in _NOT_OF_SOURCE:
        raise UnreadableError(f"it says that it is `{name}`, in which no source is written")
    return known
