"""A scalar means to us what it means to PyYAML, and a text that is written is read as itself by everybody."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st

from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.scalars import (
    UnreadableScalar,
    escape,
    is_plain,
    misleading,
    resolve,
    resolve_core,
    scalar_value,
    write,
)
from spine_lsp.syntax.tree import Node


def words(text: str) -> list[str]:
    return text.split()


PLAIN = words("""
    yes Yes YES yEs y Y no No NO nO n N true True TRUE tRue false False FALSE on On ON off Off OFF oN
    ~ null Null NULL nUll none None nil
    0 00 -0 +0 7 -7 +7 007 010 08 09 0777 0888 -010 +010 0_7 0_ _0 1_000 1_0 1__0 1_ _1 1000000 -1_0
    0b101 0b 0b_ 0b2 -0b11 0B101 0x1F 0xff 0xFG 0x 0x_ -0x1f 0X1F 0o17 0o 0O17 0b1_0 0x_f
    12:30 12:60 1:2:3 1:99 01:30 1:1 0:30 12:30:45 12:30:45.5 1:30.5 -1:30 +1:30 1_0:30 12:3 :30
    3.5 3. .5 -.5 +.5 -3.5 +3.5 3.5.1 . .. 1.0e3 1.0e+3 1.0E-3 1e3 1E3 1e+3 1.e+3 .5e+1 1_0.5 1.5_0 ._5 1.2.3
    .inf .Inf .INF .iNf -.inf +.inf .nan .NaN .NAN .nAn -.nan inf nan Infinity 10.0.0.1
    2026-01-09 2026-1-9 2026-01-9 2026-13-45 2026-02-30 2026-00-01 0000-01-01 9999-12-31 12026-01-01 2026-01 202601
    2026-01-09T12:30:45 2026-01-09T12:30:45Z 2026-01-09t1:30:45 2026-1-9T12:30:45 2026-01-09T12:30
    2026-01-09T12:30:45.5 2026-01-09T12:30:45.1234567 2026-01-09T12:30:45. 2026-01-09T12:30:45+01
    2026-01-09T12:30:45-1:30 2026-01-09T25:00:00 2026-01-09T12:61:00 2026-01-09T12:30:61
    2026-01-09T12:30:45+25 2026-01-09T12:30:45+01:99
    = == =a << <<a < <a -- -a -1a + +a a 2nd 10k 1.5x 0x1F.5 12-30 1/2 1,5 5% @x_ naïve 語 ٣ ² 1٣
    /path a.b a:b a#b a-b _x $x (x) a/b
""")
PLAIN += ["2026-01-09 12:30:45", "2026-01-09  12:30:45 +1", "2026-01-09 12:30", "2026-01-09 12:30:45 Z"]
PLAIN += ["12 30", "1 000", "yes no", "on the way", "1" * 40, "0x" + "f" * 40, "1:" * 20 + "1"]
TAGS = words("""
    !!int !!float !!str !!bool !!null !!timestamp !!binary ! !env !!foo !!set !!seq !!map !!omap !!pairs
    !!python/name:os.system !<tag:yaml.org,2002:int> !<x> !!merge !!value !!yaml
""")
TEXTS = words("""
    x '' 5 -5 +-5 '5' '0b11' 0o17 08 yes YeS 'no' maybe ~ 1e3 inf 1:30 '1:-5' '1:2.5' aGk= aGk aGk== 'é'
    2026-1-9 ٣ 1_000 _ '-' '.' .inf 12:30
""")
TEXTS += ["", "' 5 '", "'2026-01-09 1:2:3'"]
LONG = ["9" * 400, "0x" + "f" * 300, "0b" + "1" * 1001, "1:" * 600 + "1"]


def by_pyyaml(text: str) -> object:
    """What the safe loader makes of the first item of a list; `refused` where it raises, whatever it raises."""
    try:
        (value,) = yaml.safe_load(f"- {text}\n")
    except Exception:  # it lets ValueError, KeyError and others through
        return "refused"
    return value


def by_us(text: str) -> object:
    fragment = parse_fragment(f"- {text}\n")
    if fragment.root is None or fragment.root.kind != "seq" or len(fragment.root.items) != 1:
        return "refused"
    (item,) = fragment.root.items
    return "refused" if fragment.faults or item.kind != "scalar" else resolved(item)


def resolved(node: Node) -> object:
    try:
        return resolve(node)
    except UnreadableScalar:
        return "refused"


def plain(text: str, tag: str | None = None) -> Node:
    return Node("scalar", 0, len(text), "plain", text, tag=tag)


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


def test_a_plain_scalar_is_what_pyyaml_makes_of_it() -> None:
    """Every form of every type; and what it refuses, we refuse."""
    forms = [*PLAIN, "'yes'", '"12"', "'='", '"<<"']
    assert [text for text in forms if not same(by_us(text), by_pyyaml(text))] == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_scalar_with_a_tag_is_what_pyyaml_makes_of_it(tag: str) -> None:
    """What the tag asks for, or refused where it does not fit or nobody knows it."""
    forms = [f"{tag} {text}" for text in TEXTS]
    assert [text for text in forms if not same(by_us(text), by_pyyaml(text))] == []


@given(st.text(alphabet="0123456789_+-.:eExXobtTzZ aAfFnNyYsSrRuUlL~=<", min_size=1, max_size=12))
def test_any_plain_text_is_what_pyyaml_makes_of_it(text: str) -> None:
    """Also what nobody thought of."""
    loader: Any = yaml.SafeLoader("")
    tag = loader.resolve(yaml.ScalarNode, text, (True, False))
    try:
        expected = loader.construct_object(yaml.ScalarNode(tag, text))
    except Exception:  # as above
        expected = "refused"
    assert same(resolved(plain(text)), expected)


@pytest.mark.parametrize("text", LONG, ids=["decimal", "hexadecimal", "binary", "base 60"])
def test_a_number_that_nobody_can_use_is_refused(text: str) -> None:
    """PyYAML reads them; what is to be counted, shown or sent with them fails later, with worse words."""
    for tag in (None, "tag:yaml.org,2002:int"):
        with pytest.raises(UnreadableScalar, match="too large to be used: quote it"):
            resolve(plain(text, tag))


READ_AS = {
    "12:30": "the number 750",
    "010": "the number 8",
    "007": "the number 7",
    "yes": "true",
    "No": "false",
    "1_000": "the number 1000",
    "0b101": "the number 5",
    "2026-01-09": "the date 2026-01-09",
    "2026-01-09 12:30:45": "the time 2026-01-09T12:30:45",
}
READ_AS_TEXT = {"1e3": "1000.0", "0o17": "15", "08": "8", "-.5": "-0.5"}
AS_IT_LOOKS = words("true False null ~ 42 -1 3.5 .inf .nan 0x1F 0 1.0e+3 a 2nd y 2026-13-45 = 1.2.3 10.0.0.1")


def test_what_is_read_otherwise_than_it_looks() -> None:
    """It is said what it is read as; what is refused, or as it looks, is not misleading."""
    for text, words in READ_AS.items():
        assert misleading(text) == f"`{text}` is read as {words}: quote it if a string is meant"
    for text, number in READ_AS_TEXT.items():
        expected = f"`{text}` is read as a string: write {number} if the number is meant, or quote it"
        assert misleading(text) == expected
    assert [text for text in AS_IT_LOOKS if misleading(text)] == []


ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from([text for text in PLAIN if len(text) < 50]),
    st.text(alphabet="ab0-_.: #,[]{}'\"\\&*!|>%@`?=<~\n\t\r\x85\u2028\ufeff\x00\u202e\u200d", max_size=8),
)
PLACES = ["- {}\n", "k: {}\n", "{}: v\n", "[{}, x]\n", "{{k: {}, j: x}}\n", "{{{}: x}}\n", "- - {}  # end\n"]


def the_scalar(data: object) -> object:
    """The text in one of the `PLACES`: the value of `k`, or the first there is."""
    while isinstance(data, (list, dict)):
        if isinstance(data, list):
            data = data[0]
        else:
            data = data["k"] if "k" in data else next(iter(data))
    return data


def scalars_of(node: Node) -> list[Node]:
    inner = [part for entry in node.entries for part in entry] + node.items
    return [node] * (node.kind == "scalar") + [found for child in inner for found in scalars_of(child)]


@given(ANY_TEXT, st.sampled_from(["", "plain", "'old'", '"old"']), st.sampled_from(PLACES))
def test_what_is_written_is_read_as_itself(text: str, like: str, place: str) -> None:
    """In block, in flow, as a key and as a value; by PyYAML, by us, and by YAML 1.2."""
    source = place.format(write(text, like))
    assert the_scalar(yaml.safe_load(source)) == text
    fragment = parse_fragment(source)
    assert fragment.root is not None
    assert not fragment.faults
    found = [node for node in scalars_of(fragment.root) if node.text == text]
    assert found
    assert {scalar_value(node) for node in found} == {resolve_core(node) for node in found} == {text}


@pytest.mark.parametrize(
    ("text", "like", "written"),
    [
        ("fetch", "", "fetch"),
        ("fetch all", "", "fetch all"),
        ("prices.fetch/2", "", "prices.fetch/2"),
        ("2nd", "", "2nd"),
        ("語", "", "語"),
        ("fetch", "'old'", "'fetch'"),
        ("fetch", '"old"', '"fetch"'),
        ("it's", "'old'", "'it''s'"),
        ("it's", "", '"it\'s"'),
        ('say "x"', "", "'say \"x\"'"),
        ('say "x"', '"old"', '"say \\"x\\""'),
        ("a\tb", "'old'", '"a\\tb"'),
        ("\u202e", "", '"\\u202e"'),
        ("", "", '""'),
        *((text, "", f'"{text}"') for text in words("yes 12:30 1e3 null 2026-01-09 1.2.3 a: # - a,b nUll")),
    ],
)
def test_quotes_are_kept_and_put_where_they_are_needed(text: str, like: str, written: str) -> None:
    """Like the scalar that it replaces; else plain, where nobody can read it otherwise."""
    assert write(text, like) == written
    assert is_plain(text) == (write(text) == text)


def test_text_inside_quotes_that_are_there_is_escaped() -> None:
    """For completion, which stands between them."""
    assert escape("it's", "'") == "it''s"
    assert escape('a "b"\n', '"') == 'a \\"b\\"\\n'
