"""Comments found without a parser are those that a parser leaves out."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings

from spine_lsp.syntax.comments import find_comments
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.text import Text
from spine_lsp.syntax.tree import walk
from tests.examples import examples
from tests.ide.actions import mutated, small_groups


def shown(source: str) -> list[str]:
    return [source[comment.start : comment.end] for comment in find_comments(source)]


def test_quotes_and_texts_hold_no_comments() -> None:
    """A `#` inside quotes, in a block text, or behind a letter starts no comment."""
    source = """\
# one
a: "x # no" # two
b: 'it''s # no' # three
c: |  # four
  # no
    more # no

  # no
d: it's # five
e: a#no
- f: >-
    # no
  g: "runs on # no
    # no
    to here" # six
"""
    assert shown(source) == ["# one", "# two", "# three", "# four", "# five", "# six"]


def test_a_quote_that_is_never_closed_ends_with_its_indentation() -> None:
    """What stands behind an open quote is read as if the quote were closed."""
    assert shown('a:\n  b: "open # no\nc: 1 # yes\n') == ["# yes"]


def test_a_comment_alone_on_its_line_is_told_apart() -> None:
    """`alone` is true where only blanks are before the comment."""
    assert [comment.alone for comment in find_comments("  # a\nb: 1 # c\n")] == [True, False]


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
@given(mutated() | small_groups())
def test_comments_are_what_the_tree_leaves_out(source: str) -> None:
    """In a sound document, a `#` behind a blank is a comment exactly where no scalar holds it."""
    fragment = parse_fragment(source)
    if (
        fragment.faults
        or fragment.root is None
        or re.search(r"^(?:---|\.\.\.|%)|\r(?!\n)|\ufeff", source, re.MULTILINE)
    ):
        return
    text = Text(source)
    inside = bytearray(len(source) + 1)
    for node in walk(fragment.root):
        if node.kind == "scalar" and node.end > node.start:
            start = node.start if node.style not in "|>" else text.line_end(text.line_of(node.start))
            inside[start : node.end] = b"x" * (node.end - start)
    expected: dict[int, int] = {}
    for match in re.finditer(r"(?:^|(?<=[ \t]))#", source, re.MULTILINE):
        if not inside[match.start()]:
            expected.setdefault(text.line_of(match.start()), match.start())
    assert [comment.start for comment in find_comments(source)] == list(expected.values())
