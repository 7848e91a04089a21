"""Bytes and texts that are hard on a reader: none breaks it, and each gets a reason."""

from __future__ import annotations

import codecs
import sys

import pytest
from hypothesis import given, strategies as st

from spine_lsp.pysource.decoding import MAX_BYTES
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.reading import read_bytes, read_text
from spine_lsp.pysource.vocabulary import Vocabulary
from tests.pysource.workspaces import SPINE, names

KNOWN = Vocabulary()
ONE = SPINE + '@register_pipeline("a.b")\nclass A(Pipeline): ...\n'


def said(data: bytes) -> str:
    """How a file is read, and why not."""
    module = read_bytes(data, KNOWN)
    return module.reason or module.state


ENCODED = {
    "UTF-8": (ONE.encode() + "# é".encode(), "read"),
    "byte order mark": (codecs.BOM_UTF8 + ONE.encode(), "read"),
    "cookie": (b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\n" + ONE.encode() + b"# \xe9", "read"),
    "cookie of Vim": (b"# vim: set fileencoding=cp1252 :\n" + ONE.encode() + b"# \xe9", "read"),
    "cookie in the third line": (b"\n\n# coding: latin-1\n" + ONE.encode(), "read"),
    "cookie behind code": (b"x = 1\n# coding: klingon\n" + ONE.encode(), "read"),
    "no UTF-8": (ONE.encode() + b"# \xe9", f"it is not UTF-8 (byte {len(ONE) + 2} is 0xe9)"),
    "UTF-16": (ONE.encode("utf-16"), "passed"),
    "unknown cookie": (
        b"# coding: klingon\n" + ONE.encode(),
        "it says that it is `klingon`, which is no encoding of texts",
    ),
    "codec of bytes": (
        b"# coding: rot13\n" + ONE.encode(),
        "it says that it is `rot13`, which is no encoding of texts",
    ),
    "slow codec": (
        b"# coding: punycode\n" + ONE.encode(),
        "it says that it is `punycode`, in which no source is written",
    ),
    "mark and cookie at odds": (
        codecs.BOM_UTF8 + b"# coding: latin-1\n" + ONE.encode(),
        "it has the byte order mark of UTF-8, and says that it is `latin-1`",
    ),
    "too large": (
        ONE.encode() + b"#" * MAX_BYTES,
        f"too large: {len(ONE) + MAX_BYTES:,} bytes, and {MAX_BYTES:,} are read",
    ),
}


@pytest.mark.parametrize("case", ENCODED.values(), ids=ENCODED)
def test_bytes_are_decoded_as_python_does(case: tuple[bytes, str]) -> None:
    """Or not, with a reason."""
    data, expected = case
    assert said(data) == expected


def deep(open_: str, inner: str, close: str, times: int) -> str:
    return ONE + "x = " + open_ * times + inner + close * times + "\n"


NESTED = {
    "brackets": deep("(", "1", ")", 150),
    "too many brackets": deep("[", "1", "]", 100_000),
    "signs": deep("-", "1", "", 50_000),
    "not": deep("not ", "1", "", 20_000),
    "sums": ONE + "x = " + "+".join(["a"] * 20_000) + "\n",
    "attributes": ONE + "x = a" + ".b" * 20_000 + "\n",
    "calls": ONE + "x = f" + "()" * 20_000 + "\n",
    "keys": ONE + "x = f" + "[0]" * 20_000 + "\n",
    "a sum of a megabyte": ONE + "x = " + "+".join(["a"] * 500_000) + "\n",
    "attributes of a megabyte": ONE + "x = (a" + "\n.b" * 300_000 + ")\n",
    "calls of half a megabyte": ONE + "x = f" + "()" * 250_000 + "\n",
    "powers": ONE + "x = " + "**".join(["a"] * 5_000) + "\n",
    "lambdas": deep("lambda: ", "1", "", 5_000),
    "conditions": deep("a if b else ", "1", "", 5_000),
    "elif": ONE + "if a: pass\n" + "elif a: pass\n" * 3_000,
    "indentation": ONE + "".join(f"{' ' * i}if a:\n" for i in range(99)) + " " * 99 + "pass\n",
    "f-strings": ONE + "x = " + "f'{" * 3 + "1" + "}'" * 3 + "\n",
    "dicts": deep("{1: ", "1", "}", 150),
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_nesting_is_read_or_refused(text: str) -> None:
    """What the interpreter's own parser takes costs no other name; what it refuses has a reason."""
    module = read_text(text, KNOWN)
    assert module.state in ("read", "broken")
    if module.state == "read":
        assert names(PipelineIndex().with_file("a.py", module)) == ["classes pipeline:a.b"]
    else:
        assert module.reason
        assert module.mentions


BROKEN = {
    "a null byte": (ONE + "\0", "it holds a null byte"),
    "a template with holes": (
        '@PIPELINES.register("{pipeline_name}")\nclass {class_name}Pipeline(Pipeline): ...\n',
        "it does not parse",
    ),
    "half a character": (ONE + "x = '\ud800'\n", "it holds half a character"),
    "nothing but a slip": ("x = register_pipeline(\n", "it does not parse"),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_what_does_not_parse_says_why(case: tuple[str, str]) -> None:
    """One sentence; in the index it is a gap, for it may register anything."""
    text, reason = case
    module = read_text(text, KNOWN)
    assert module.state == "broken"
    assert module.reason.startswith(reason)
    assert "\n" not in module.reason
    (gap,) = PipelineIndex().with_file("a.py", module).gaps()
    assert gap.name is None


def test_grammar_newer_than_the_interpreter_is_named_so() -> None:
    """The version that refused it is in the sentence, and the place is that of the fault."""
    module = read_text(ONE + "x = 1\nmatch! y:\n", KNOWN)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"as Python {version}: " in module.reason
    assert module.place.line == ONE.count("\n") + 1
    assert [part.place.line for part in module.unread] == [module.place.line]


def test_names_that_double_stop_in_time() -> None:
    """Sixty constants, each twice the one before, are no text of a million million characters."""
    lines = ["A0 = 'xxxxxxxxxx'", *(f"A{n} = A{n - 1} + A{n - 1}" for n in range(1, 60))]
    text = SPINE + "\n".join(lines) + "\n@register_pipeline(A59)\nclass A(Pipeline): ...\n"
    index = PipelineIndex().with_file("a.py", read_text(text, KNOWN))
    assert names(index) == []
    assert len(list(index.gaps())) == 1


def test_a_long_chain_of_names_stops_in_time() -> None:
    """A thousand names, each for the next."""
    lines = [f"A{n} = A{n + 1}" for n in range(1000)]
    text = SPINE + "\n".join(lines) + "\nA1000 = 'x'\n@register_pipeline(A0)\nclass A(Pipeline): ...\n"
    index = PipelineIndex().with_file("a.py", read_text(text, KNOWN))
    (gap,) = index.gaps()
    assert "too many names" in gap.reason


def test_classes_that_inherit_in_a_circle_end() -> None:
    """No base is asked twice."""
    text = f'{SPINE}class A(B): ...\nclass B(A): ...\n@register_pipeline("a")\nclass C(A): ...\n'
    assert names(PipelineIndex().with_file("a.py", read_text(text, KNOWN))) == ["classes pipeline:a"]


@given(st.text(alphabet="@register_pipeline()[]{}\"'f:=.,\n classdef#\\\t\r\x0c\u2028é𝒜", max_size=80))
def test_any_text_is_read(text: str) -> None:
    """Whatever it is."""
    module = read_text(ONE + text, KNOWN)
    PipelineIndex().with_file("a.py", module)
    assert module.state in ("read", "broken")


@given(st.binary(max_size=60))
def test_any_bytes_are_read(data: bytes) -> None:
    """Whatever they are."""
    assert read_bytes(b"# register_pipeline\n" + data, KNOWN).state in ("read", "broken")
