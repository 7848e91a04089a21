"""Reads one Python file: bytes or text in, facts out, whatever they hold."""

from __future__ import annotations

import ast
import re
import sys
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import replace

from spine_lsp.pysource import facts
from spine_lsp.pysource.decoding import MAX_BYTES, UnreadableError, decoded
from spine_lsp.pysource.facts import Module
from spine_lsp.pysource.places import Places, SourcePlace
from spine_lsp.pysource.recovery import RecoveredTree, UnreadLines, recovered
from spine_lsp.pysource.statements import FileReader
from spine_lsp.pysource.vocabulary import Vocabulary
from spine_lsp.syntax.text import Text

_NEVER_DECORATORS = {"dataclass", "fixture", "lru_cache", "parametrize", "skip", "skipif", "wraps"}
_DIRECTIVE = "spine:"
_DECORATOR = re.compile(rb"^[ \t]*@[ \t]*([A-Za-z_][A-Za-z0-9_.]*)[ \t]*\(", re.MULTILINE)
_NO_PARSE = "it does not parse"
_TOO_DEEP = "it is nested too deeply"
_CRASHES = sys.version_info < (3, 11)  # before, a tree that is too deep ends the process
_LONGEST_CHAIN = 10_000


def read_bytes(data: bytes, vocabulary: Vocabulary, *, whole: bool = False) -> Module:
    """The facts of a file's bytes; unless it is wanted `whole`, one that mentions nothing of Spine is passed."""
    if not whole and not vocabulary.mentioned_in(data):
        return _passed(data)
    try:
        return read_text(decoded(data), vocabulary, whole=True)
    except UnreadableError as exc:
        return Module("broken", str(exc), mentions=vocabulary.named_in(data.decode("latin-1")))


def read_text(source: str, vocabulary: Vocabulary, *, whole: bool = False) -> Module:
    """The facts of a text, as `read_bytes`."""
    if not whole and not vocabulary.mentioned_in(data := source.encode("utf-8", "replace")):
        return _passed(data)
    if len(source) > MAX_BYTES:
        tree: ast.Module | Module = Module(
            "broken", f"too large: {len(source):,} characters, and {MAX_BYTES:,} are read"
        )
    else:
        tree = parsed(source)
    fault: Module | None = None
    found: RecoveredTree | None = None
    if isinstance(tree, Module):
        fault = replace(tree, mentions=vocabulary.named_in(source))
        found = recovered(source) if tree.reason.startswith(_NO_PARSE) else None
        if found is None:
            return fault
        tree = found.tree
    try:
        visitor = FileReader(Places(source), vocabulary, partly=found.partly if found is not None else ())
        module = visitor.module(tree)
    except RecursionError:
        return Module("broken", _TOO_DEEP, mentions=vocabulary.named_in(source))
    if _DIRECTIVE in source:
        module = replace(module, directives=tuple(_directives(source)))
    if fault is None or found is None:
        return module
    parts = tuple(_unread_part(Text(source), lines, vocabulary) for lines in found.unread)
    return replace(module, reason=fault.reason, place=fault.place, unread=parts)


def _passed(data: bytes) -> Module:
    """The facts of a file that mentions nothing of Spine: by which names it decorates."""
    names = {name.rpartition(b".")[2].decode("ascii") for name in _DECORATOR.findall(data[:MAX_BYTES])}
    names -= _NEVER_DECORATORS
    return Module("passed", decorators=frozenset(map(sys.intern, names))) if names else facts.PASSED


def parsed(source: str) -> ast.Module | Module:
    """The tree of a text, or why there is none."""
    if "\0" in source:
        return Module("broken", "it holds a null byte")
    if _CRASHES and _is_one_chain(source):
        return Module("broken", _TOO_DEEP)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes and comparisons that users get to see elsewhere
            return ast.parse(source)
    except SyntaxError as exc:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        line = max((exc.lineno or 1) - 1, 0)
        places = Text(source)
        start = places.offset(line, max((exc.offset or 1) - 1, 0))
        return Module(
            "broken",
            f"{_NO_PARSE} as Python {version}: {exc.msg} (line {line + 1})",
            _point(places, line, start),
        )
    except UnicodeError:
        return Module("broken", "it holds half a character")
    except (RecursionError, MemoryError):  # how the parser says that its stack is full
        return Module("broken", _TOO_DEEP)


def _directives(source: str) -> Iterator[facts.Directive]:
    """The comments that speak to us; none behind what Python cannot cut into tokens."""
    lines = source.split("\n")
    try:
        for token in tokenize.generate_tokens(iter([f"{line}\n" for line in lines]).__next__):
            if token.type == tokenize.COMMENT and _DIRECTIVE in token.string:
                line = token.start[0] - 1
                following = line + 1
                while following < len(lines) - 1 and lines[following].lstrip().startswith("#"):
                    following += 1
                yield facts.Directive(line, following, token.string)
    except (tokenize.TokenError, SyntaxError):
        return


def _unread_part(text: Text, lines: UnreadLines, vocabulary: Vocabulary) -> facts.UnreadPart:
    """The place of lines that cannot be read: that of their first."""
    start, end = text.line_start(lines.start), text.line_end(lines.start)
    (line, column), wide = (
        text.position(end),
        (0, text.position(end, "utf-8")[1], 0, text.position(end, "utf-16")[1]),
    )
    said = "\n".join(text.line_text(number) for number in range(lines.start, lines.end))
    return facts.UnreadPart(SourcePlace(start, end, line, 0, line, column, wide), vocabulary.named_in(said))


def _is_one_chain(source: str) -> bool:
    """Whether a text may hold a chain of operators, calls or attributes that is as deep as it is long."""
    pieces = (piece for piece in re.split("[,;:=]", source) if len(piece) > _LONGEST_CHAIN)
    return any(len(re.findall(r"[-+*/%@&|^.(\[]", piece)) > _LONGEST_CHAIN for piece in pieces)


def _point(text: Text, line: int, start: int) -> SourcePlace:
    """The place of one offset."""
    column, in_8, in_16 = (text.position(start, encoding)[1] for encoding in ("utf-32", "utf-8", "utf-16"))
    return SourcePlace(start, start, line, column, line, column, (in_8, in_8, in_16, in_16))
