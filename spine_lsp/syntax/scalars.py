"""Scalars, both ways: what a written one means to the run time, and how a text is written so that it means itself.

Spine loads its files with PyYAML's safe loader, which follows YAML 1.1 (https://yaml.org/type/): `yes` is true,
`012` is ten, `12:30` is 750 and `2026-01-09` a date. Most editors, and most people, expect YAML 1.2 (its core
schema, chapter 10.3.2), where all of these are something else. `resolve` is the former, `resolve_core` the latter,
and where they differ `misleading` says so. `write` makes a scalar that both read as the same text.
"""

from __future__ import annotations

import re
from math import isnan
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date, datetime

    from spine_lsp.syntax.tree import Node

    Scalar: TypeAlias = bool | int | float | str | bytes | date | datetime | None

TAG = "tag:yaml.org,2002:"
MAX_NUMBER = 1000  # characters of a number; no clock, count or price needs more, and many cannot be printed

_MAX_BITS = 1000
BEGINS_TEXT = frozenset("abcdeghijklmpqrsuvwxzABCDEGHIJKLMPQRSUVWXZ_/{")  # begins nothing but text, in both
_BEGINS_NUMBER = frozenset("0123456789+-.")
_WORDS_1_1 = {
    **dict.fromkeys(("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_INT_1_1 = re.compile(r"[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)\Z")
_FLOAT_1_1 = re.compile(
    r"(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
)
_TIMESTAMP = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9][0-9]?)-(?P<day>[0-9][0-9]?)"
    r"(?:(?:[Tt]|[ \t]+)(?P<hour>[0-9][0-9]?):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]*))?"
    r"(?:[ \t]*(?P<zone>Z|(?P<sign>[-+])(?P<zone_hour>[0-9][0-9]?)(?::(?P<zone_minute>[0-9]{2}))?))?)?\Z"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")  # without a time, both digits must be there

_WORDS_CORE = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_INT_CORE = re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")
_FLOAT_CORE = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL_CORE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")

NO_TEXTS = tuple(word for word in _WORDS_1_1 if word.isalpha())
"""The words that are no texts where they stand plain: truth values and null."""
MISLEADING_WORDS = tuple(word for word in NO_TEXTS if word not in _WORDS_CORE)
"""Those that YAML 1.2 takes for texts."""


class UnreadableScalar(ValueError):  # noqa: N818 - what cannot be read becomes a fault
    """The run time refuses this scalar; the message says why, and what to do. `is_tag`: its tag is the reason."""

    def __init__(self, message: str, *, is_tag: bool = False) -> None:
        self.is_tag = is_tag
        super().__init__(message)


def resolve(node: Node) -> Scalar:
    """The value of a scalar as PyYAML's safe loader has it; UnreadableScalar where that raises.

    Numbers of more than `MAX_NUMBER` characters are refused as well.
    """
    tag = node.tag
    text = node.text
    if tag is None:
        if node.style != "plain" or text[:1] in BEGINS_TEXT:
            return text
        return resolve_plain(text)
    if tag == "!":  # PyYAML takes it for "as if it were plain", quotes or not
        return resolve_plain(text)
    return _construct(tag.removeprefix(TAG) if tag.startswith(TAG) else tag, text, tag)


def scalar_value(node: Node) -> Scalar:
    """As `resolve`, but what the run time refuses is the text that is written."""
    try:
        return resolve(node)
    except UnreadableScalar:
        return node.text


def is_merge_key(node: Node) -> bool:
    """Whether a key merges the maps of its value into the one that it stands in."""
    if node.kind != "scalar":
        return False
    return (node.text == "<<" and node.tag in (None, "!") and (node.style == "plain" or node.tag == "!")) or (
        node.tag == f"{TAG}merge"
    )


def is_value_key(node: Node) -> bool:
    """Whether a key is the `=` of YAML 1.1, which stands for the default value of its map."""
    if node.kind != "scalar":
        return False
    return (node.text == "=" and node.tag in (None, "!") and (node.style == "plain" or node.tag == "!")) or (
        node.tag == f"{TAG}value"
    )


def resolve_plain(text: str) -> Scalar:
    """As `resolve`, for a plain scalar without a tag."""
    if text in _WORDS_1_1:
        return _WORDS_1_1[text]
    if text[0] in _BEGINS_NUMBER:
        if _FLOAT_1_1.match(text):
            return _float(text)
        if _INT_1_1.match(text):
            return _int(text)
        if _DATE.match(text) or (":" in text and _TIMESTAMP.match(text)):
            return _timestamp(text)
    elif text == "<<" or text == "=":
        raise UnreadableScalar(f"`{text}` has a meaning of its own in YAML and is no value: quote it")
    return text


def _construct(name: str, text: str, tag: str) -> Scalar:
    """The value of a scalar that has a tag."""
    if name == "str":
        return text
    if name == "null":
        return None
    if name == "bool":
        if text.lower() not in ("yes", "no", "true", "false", "on", "off"):
            raise UnreadableScalar(f"`{_short(text)}` is neither true nor false, as its tag `!!bool` has it")
        return text.lower() in ("yes", "true", "on")
    if name == "int":
        return _int(text)
    if name == "float":
        return _float(text)
    if name == "timestamp":
        return _timestamp(text)
    if name == "binary":
        return _binary(text)
    shown = f"!!{name}" if tag.startswith(TAG) else tag
    if name in ("seq", "map", "set", "omap", "pairs") and tag.startswith(TAG):
        raise UnreadableScalar(f"the tag `{shown}` cannot stand before a string", is_tag=True)
    raise UnreadableScalar(unknown_tag(tag), is_tag=True)


def unknown_tag(tag: str) -> str:
    """The sentence for a tag that the run time does not know."""
    shown = f"!!{tag.removeprefix(TAG)}" if tag.startswith(TAG) else tag
    return f"the loader does not know the tag `{_short(shown)}` and refuses the file: remove it, or quote the text"


def _int(text: str) -> int:
    digits = text.replace("_", "")
    try:
        sign = -1 if digits[0] == "-" else 1
        digits = digits[1:] if digits[0] in "+-" else digits
        if len(digits) > MAX_NUMBER:
            raise UnreadableScalar(_too_long(text))
        if digits == "0":
            return 0
        if digits.startswith("0b"):
            value = int(digits, 2)
        elif digits.startswith("0x"):
            value = int(digits, 16)
        elif digits[0] == "0":
            value = int(digits, 8)
        elif ":" in digits:
            value = 0
            for part in digits.split(":"):
                value = value * 60 + int(part)
        else:
            value = int(digits)
    except (ValueError, IndexError) as error:
        if isinstance(error, UnreadableScalar):
            raise
        raise UnreadableScalar(f"`{_short(text)}` is no whole number") from None
    if value.bit_length() > _MAX_BITS:
        raise UnreadableScalar(_too_long(text))
    return sign * value


def _float(text: str) -> float:
    digits = text.replace("_", "").lower()
    try:
        sign = -1 if digits[0] == "-" else 1
        digits = digits[1:] if digits[0] in "+-" else digits
        if len(digits) > MAX_NUMBER:
            raise UnreadableScalar(_too_long(text))
        if digits == ".inf":
            return sign * float("inf")
        if digits == ".nan":
            return float("nan")
        if ":" in digits:
            base, value = 1, 0.0
            for part in reversed(digits.split(":")):
                value += float(part) * base
                base *= 60
            return sign * value
        return sign * float(digits)
    except UnreadableScalar:
        raise
    except OverflowError:
        raise UnreadableScalar(_too_long(text)) from None
    except (ValueError, IndexError):
        raise UnreadableScalar(f"`{_short(text)}` is no number") from None


def _timestamp(text: str) -> date | datetime:
    from datetime import date, datetime, timedelta, timezone

    match = _TIMESTAMP.match(text)
    if match is None:
        raise UnreadableScalar(f"`{_short(text)}` is no date")
    part = match.groupdict()
    day = int(part["year"]), int(part["month"]), int(part["day"])
    try:
        if not part["hour"]:
            return date(*day)
        zone = None
        if part["sign"]:
            offset = timedelta(hours=int(part["zone_hour"]), minutes=int(part["zone_minute"] or 0))
            zone = timezone(-offset if part["sign"] == "-" else offset)
        elif part["zone"]:
            zone = timezone.utc
        micro = int(f"{part['fraction'] or '':0<6.6}")
        clock = int(part["hour"]), int(part["minute"]), int(part["second"])
        return datetime(*day, *clock, micro, tzinfo=zone)
    except ValueError:
        raise UnreadableScalar(
            f"`{_short(text)}` is read as a date, and there is no such date: quote it if it is a string"
        ) from None


def _binary(text: str) -> bytes:
    import base64

    try:
        return base64.decodebytes(text.encode("ascii"))
    except ValueError:  # not ASCII, or not base64
        raise UnreadableScalar(f"`{_short(text)}` is not base64, as its tag `!!binary` has it") from None


def _too_long(text: str) -> str:
    return f"`{text[:20]}…` is a number of {len(text):,} characters, too large to be used: quote it if it is a string"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def misleading(text: str) -> str | None:
    """The sentence for a plain scalar that is read as something else than it looks like: `12:30` is the number 750.

    That is what YAML 1.2 reads otherwise, and numbers that lose the zeros before them. None for all others, and for
    what is not read at all.
    """
    if text[:1] in BEGINS_TEXT or (text.isdigit() and text[0] != "0"):
        return None
    try:
        value = resolve_plain(text)
    except UnreadableScalar:
        return None
    expected = _resolve_core(text)
    if isinstance(value, str):
        if isinstance(expected, str):
            return None
        return f"`{_short(text)}` is read as a string: write {expected!r} if the number is meant, or quote it"
    if repr(value) == repr(expected) and not _LEADING_ZERO.match(text):
        return None
    return f"`{_short(text)}` is read as {in_words(value)}: quote it if a string is meant"


_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")


def in_words(value: Scalar) -> str:
    """A value as a message names it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, str):
        return f"the string `{_short(value)}`"
    word = "time" if hasattr(value, "hour") else "date"
    return f"the {word} {value.isoformat()}"


def resolve_core(node: Node) -> Scalar:
    """The value of a scalar without a tag by the core schema of YAML 1.2; what has a tag is as in `resolve`."""
    text = node.text
    if node.tag is not None:
        return scalar_value(node)
    if node.style != "plain" or text[:1] in BEGINS_TEXT:
        return text
    return _resolve_core(text)


def _resolve_core(text: str) -> Scalar:
    if text in _WORDS_CORE:
        return _WORDS_CORE[text]
    if text[0] not in _BEGINS_NUMBER or len(text) > MAX_NUMBER:
        return text
    if _INT_CORE.match(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT_CORE.match(text):
        return float(text)
    if _SPECIAL_CORE.match(text):
        return float(text.replace(".", "", 1))
    return text


# Writing

_SAFE = re.compile(r"\w[\w./+@=-]*(?: [\w./+@=-]+)*\Z")
_SURPRISING = {"null", "true", "false", "yes", "no", "on", "off", "nan", "inf"}  # in whatever case
_JOINERS = "\u200c\u200d"  # not printable to Python, and part of ordinary words and emoji
_SHORT_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def is_plain(text: str) -> bool:
    """Whether a text needs no quotes anywhere: PyYAML, YAML 1.2 and people read it as this text in any place."""
    if not _SAFE.match(text) or text.lower() in _SURPRISING:
        return False
    if not text[0].isdigit():
        return True
    # A number with a unit or a name after it is a text to everybody; a date, a version or a clock is not.
    if not any(char.isalpha() for char in text) or not text[0].isascii():
        return False
    try:
        return resolve_plain(text) == text == _resolve_core(text)
    except UnreadableScalar:
        return False


def write(text: str, like: str = "") -> str:
    """A text as a scalar on one line that is read as this text in block and in flow, as a key and as a value.

    `like` is the scalar as written that it replaces: its quotes are kept. Otherwise it is plain where `is_plain`
    says so, and in double quotes, or in single ones where those spare it escapes.
    """
    quote = like[:1]
    if quote not in ('"', "'"):
        if is_plain(text):
            return text
        quote = "'" if ('"' in text or "\\" in text) and "'" not in text else '"'
    if quote == "'" and not _fits_single_quotes(text):
        quote = '"'
    return f"{quote}{escape(text, quote)}{quote}"


def write_float(value: float) -> str:
    """A number with a point, as readers of both versions take it: without one, YAML 1.1 reads `1e+16` as a text."""
    if isnan(value):
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    written = repr(value)
    return written.replace("e", ".0e") if "e" in written and "." not in written else written


def escape(text: str, quote: str) -> str:
    """What to write between two quotes of the kind `quote` for a text; single quotes cannot hold everything."""
    if quote == "'":
        return text.replace("'", "''")
    return "".join(map(_escaped, text)) if not text.isprintable() or '"' in text or "\\" in text else text


def _fits_single_quotes(text: str) -> bool:
    return text.isprintable() or all(char.isprintable() or char in _JOINERS for char in text)


def _escaped(char: str) -> str:
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    if char.isprintable() or char in _JOINERS:
        return char
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
