"""A parser's complaint turned into one sentence at the place where the reader can act on it.

A parser reports where it gave up, which is seldom where the slip is: an unclosed quote is reported at the end of
the text, an unclosed bracket at the next colon. Both parsers give the same places, so what this says depends
on the text and the places, and on their words only where nothing else tells the cases apart.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from spine_lsp.syntax.events import Complaint
from spine_lsp.syntax.lines import line_before, line_end, line_start

FaultKind = Literal[
    "template", "open-template", "tab", "inner-tab", "open-quote", "closed-quote", "open-bracket", "stray-bracket",
    "comma", "indent", "colon", "glued-colon", "glued-dash", "nested-colon", "character", "conflict", "alias", "deep",
    "control", "escape", "break", "open-alias", "anchor", "recursion", "shared", "merge", "key", "tag", "value",
    "too-large", "other",
]  # fmt: skip
"""What went wrong, which decides the fix: what is `open-` is never closed, a `glued-` sign lacks a blank after it."""


class Fault(NamedTuple):
    """One fault of the YAML itself: a span, a sentence, and the kind that decides which fix is offered."""

    start: int
    end: int
    message: str
    kind: FaultKind

    def moved(self, by: int) -> Fault:
        """The same fault, `by` code points further on."""
        return Fault(self.start + by, self.end + by, self.message, self.kind)


TAB = "the loader takes no tab here, outside of quotes: write a space"
_CLOSED_TEMPLATE = re.compile(r"\{\{.*?\}\}[^\s,\]}#]*")
_INDENT = re.compile(r"[ \t]*")
_OPENERS = {"[": "]", "{": "}"}


def template_fault(text: str, at: int) -> Fault:
    """A template that starts at `at` without quotes."""
    match = _CLOSED_TEMPLATE.match(text, at)
    if match:
        end = match.end()
        shown = text[at:end]
        return Fault(at, end, f'a template must be quoted, or YAML reads it as a map: write "{shown}"', "template")
    end = line_end(text, at)
    message = 'this template is never closed: write it as "{{ params.name }}"'
    return Fault(at, end, message, "open-template")


def explain(text: str, complaint: Complaint) -> Fault:
    """What is wrong in `text`, which a parser refused with `complaint`."""
    at = complaint.at if complaint.at is not None else len(text)
    at = min(at, len(text))
    rules = (
        _bare_template, _tab, _foreign_break, _quote, _glued_colon, _bracket, _alias, _escape, _nested_colon,
        _no_colon, _character, _beside_item,
    )  # fmt: skip
    explanations = (rule(text, complaint, at) for rule in rules)
    start, end, message, kind = next(filter(None, explanations), None) or _indentation(text, complaint, at)
    start = min(start, len(text))
    return Fault(start, min(max(end, start), len(text)), message, kind)


def _bare_template(text: str, _: Complaint, at: int) -> Fault | None:
    """A `{{` that starts a value on the line of the complaint, or the line before it."""
    line = line_start(text, at)
    for start in (line, line_start(text, max(line - 1, 0))):
        end = line_end(text, start)
        match = re.search(r"(?:[:\-,\[]\s+|^\s*|\[)(\{\{)", text[start:end])
        if match and not _inside_quotes(text[start : start + match.start(1)]):
            return template_fault(text, start + match.start(1))
    return None


def _tab(text: str, _: Complaint, at: int) -> Fault | None:
    for start in (line_start(text, at), line_start(text, max(line_start(text, at) - 1, 0))):
        indent = _indent(text, start)
        if "\t" in indent and start + len(indent) < len(text):
            first = start + indent.index("\t")
            last = start + len(indent.rstrip(" "))
            return Fault(first, last, "a tab indents this line: YAML indents with spaces only", "tab")
    return None


def _quote(text: str, complaint: Complaint, at: int) -> Fault | None:
    opened = complaint.context_at
    if "scanning a quoted scalar" in complaint.context and opened is not None and opened < len(text):
        if "document" in complaint.problem or "end of stream" in complaint.problem:
            end = line_end(text, opened)
            return Fault(opened, end, f"this {text[opened]} quote is never closed", "open-quote")
        return None
    # Text right after a closing quote: it's, or "a" b.
    start = line_start(text, at)
    line = text[start : line_end(text, at)]
    match = re.search(r"(?:^|[:\-,\[{]\s+)((['\"])(?:(?!\2).)*\2)[^\s,:\]}#]", line)
    if match is None:
        match = re.search(r"(?:^|[:\-]\s+)((['\"])(?:(?!\2).)*\2)\s+[^\s,:\]}#]", line)
    if match and match.end(1) <= at - start <= match.end() + 1:
        quote = match.group(2)
        escape = "''" if quote == "'" else '\\"'
        message = f"text after the closing {quote}: write {escape} for a {quote} inside the text"
        return Fault(start + match.start(1), start + len(line.rstrip()), message, "closed-quote")
    return None


def _bracket(text: str, complaint: Complaint, at: int) -> Fault | None:
    opened = complaint.context_at
    if "while parsing a flow" in complaint.context and opened is not None and text[opened : opened + 1] in _OPENERS:
        opener = text[opened]
        closer = _OPENERS[opener]
        if not _closes(text, opened):
            return Fault(
                opened,
                _content_end(text, opened),
                f"this `{opener}` is never closed by `{closer}`",
                "open-bracket",
            )
        message = f"expected `,` or `{closer}` here"
        return Fault(at, max(_token_end(text, at), at + 1), message, "comma")
    if "node content" in complaint.problem and at >= len(text.rstrip()) and (opened := _open_bracket(text)) is not None:
        opener = text[opened]
        message = f"this `{opener}` is never closed by `{_OPENERS[opener]}`"
        return Fault(opened, _content_end(text, opened), message, "open-bracket")
    if text[at : at + 1] in ("]", "}") and text[at : at + 1]:
        return Fault(at, at + 1, f"this `{text[at]}` closes nothing", "stray-bracket")
    return None


def _alias(text: str, complaint: Complaint, at: int) -> Fault | None:
    if "alias" in complaint.context or "anchor" in complaint.context:
        start = complaint.context_at if complaint.context_at is not None else at
        sign = text[start : start + 1]
        what = "an alias" if sign == "*" else "an anchor"
        message = f"`{sign}` starts {what} in YAML and needs a name; quote the text if it is meant literally"
        return Fault(start, max(_content_end(text, start), start + 1), message, "alias")
    return None


def _escape(text: str, complaint: Complaint, at: int) -> Fault | None:
    if "escape" not in complaint.problem:
        return None
    start = text.rfind("\\", 0, at + 2)
    start = at if start < 0 else start
    shown = text[start : start + 2]
    wrong = "has no character code after it" if shown[1:] in ("x", "u", "U") else "is no escape of a double-quoted text"
    message = f"`{shown}` {wrong}: write `\\{shown}`, or use single quotes"
    return Fault(start, start + 2, message, "escape")


def _nested_colon(text: str, complaint: Complaint, at: int) -> Fault | None:
    if "mapping values are not allowed" not in complaint.problem:
        return None
    start = line_start(text, at)
    head = text[start:at]
    first = re.match(r"\s*(?:- +)*[^\s:#][^:#]*:\s+(?=\S)", head)
    if first and ":" in text[start + first.end() - 1 : at + 1]:
        value = start + first.end()
        message = "this text holds a `: `, which starts a value in YAML: quote the text"
        return Fault(value, _content_end(text, value), message, "nested-colon")
    before = line_before(text, start)
    if before is not None and ":" not in text[before : line_end(text, before)].strip().lstrip("- "):
        end = _content_end(text, before)
        begin = before + len(_indent(text, before))
        return Fault(
            begin,
            end,
            f"`{text[begin:end].lstrip('- ')}` needs a `:` and a value, or a `#` before it",
            "colon",
        )
    return _indentation(text, complaint, at)


GLUED = re.compile(r"[A-Za-z_][\w.-]*:(?=[\[{\"'\w])(?!//)")
"""A key with its colon, right after which the value stands."""


def _glued_colon(text: str, complaint: Complaint, at: int) -> Fault | None:
    """`key:[value]` or `key:value`, where YAML wants a space after the colon."""
    if "unexpected ':'" in complaint.problem:
        start = re.compile(r"[\w.-]*\Z").search(text[max(at - 200, 0) : at])
        start_at = at - (len(start.group()) if start else 0)
    elif "could not find expected ':'" in complaint.problem or "mapping values" in complaint.problem:
        line = line_start(text, complaint.context_at if complaint.context_at is not None else at)
        if "mapping values" in complaint.problem:  # the text above was taken for a key of two lines
            line = line_before(text, line) or 0
        start_at = line + _item_indent(text, line)
    else:
        return None
    glued = GLUED.match(text, start_at)
    if glued is None:
        return None
    return Fault(start_at, glued.end(), f"a space is missing after `{glued.group()}`", "glued-colon")


def _no_colon(text: str, complaint: Complaint, at: int) -> Fault | None:
    if "could not find expected ':'" not in complaint.problem:
        return None
    where = complaint.context_at if complaint.context_at is not None else at
    start = line_start(text, where)
    begin = start + len(_indent(text, start))
    end = _content_end(text, begin)
    shown = text[begin:end]
    if re.match(r"-\S", shown):
        return Fault(begin, begin + 1, "a `-` needs a space after it to start an item", "glued-dash")
    return Fault(begin, end, f"`{shown}` needs a `:` and a value", "colon")


def _foreign_break(text: str, _: Complaint, at: int) -> Fault | None:
    """A character that ends a line to YAML 1.1, and to nobody else, just before the complaint."""
    start = line_start(text, at)
    places = [text.rfind(sign, start, at + 1) for sign in "\x85\u2028\u2029"]
    place = max(places)
    if place < 0 or _inside_quotes(text[start:place]):
        return None
    code = f"{ord(text[place]):04x}"
    message = f"the line ends here, at the character U+{code.upper()}: remove it, or write `\\u{code}` in double quotes"
    return Fault(place, place + 1, message, "break")


def _character(text: str, complaint: Complaint, at: int) -> Fault | None:
    if "cannot start any token" in complaint.problem and text[at : at + 1] == "\t":
        blanks = re.compile(r"[ \t]+").match(text, at)
        return Fault(at, blanks.end() if blanks else at + 1, TAB, "inner-tab")
    if "cannot start any token" in complaint.problem and at < len(text):
        message = f"`{text[at]}` cannot start a text in YAML: quote it"
        return Fault(at, _content_end(text, at), message, "character")
    if "nested deeper" in complaint.problem:
        return Fault(at, at + 1, complaint.problem, "deep")
    return None


def _beside_item(text: str, complaint: Complaint, at: int) -> Fault | None:
    """A line left of all that stands above it, inside an item: nothing but another item can stand there."""
    start = line_start(text, at)
    begin = start + len(_indent(text, start))
    above = line_before(text, start)
    if "<document start>" not in complaint.problem or begin != at or above is None:
        return None
    if _item_indent(text, above) <= begin - start:
        return None
    end = _content_end(text, begin)
    if ":" not in text[begin:end]:
        return Fault(begin, end, f"`{text[begin:end]}` needs a `:` and a value, or a `#` before it", "colon")
    message = "this does not fit here: the lines around it are of another kind"
    return Fault(begin, end, message, "indent")


def _indentation(text: str, complaint: Complaint, at: int) -> Fault:
    start = line_start(text, at)
    indent = len(_indent(text, start))
    begin = start + indent
    end = _content_end(text, begin)
    if begin >= len(text.rstrip()) or end <= begin:  # the end of the text: say it at the last line with words
        end = len(text.rstrip())
        begin = max(line_start(text, end), 0)
        begin += len(_indent(text, begin))
        return Fault(begin, max(end, begin), "the text ends before this is complete", "other")
    if "block" in complaint.context or "mapping values" in complaint.problem:
        above = line_before(text, start)
        if "mapping values" in complaint.problem and above is not None:
            width = _item_indent(text, above)
            if width < indent:
                message = f"this line is indented by {indent} spaces, the one above by {width}: line them up"
                return Fault(begin, end, message, "indent")
        if begin < at < end:
            return Fault(
                at,
                _content_end(text, at),
                "this is not expected here: quote the text, or begin a new line",
                "other",
            )
        if above is not None:
            width = _item_indent(text, above)
            if width == indent:
                return Fault(begin, end, "this does not fit here: the lines around it are of another kind", "indent")
            message = f"this line is indented by {indent} spaces and fits no line above it; the one before has {width}"
            return Fault(begin, end, message, "indent")
        return Fault(begin, end, "this line does not fit the lines around it: check its indentation", "indent")
    return Fault(at, max(_content_end(text, at), at + 1), f"not valid YAML here: {complaint.problem}", "other")


def _item_indent(text: str, start: int) -> int:
    """The column at which the content of a line starts, after the dashes of its items."""
    indent = len(_indent(text, start))
    item = re.compile(r"(?:- +)+").match(text, start + indent)
    return indent + (len(item.group()) if item else 0)


FLOW_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|(?<=\s)#[^\r\n]*|[\[\]{},]')
"""Brackets and commas, and what hides them: quoted texts and comments."""


def _closes(text: str, opened: int) -> bool:
    """Whether the bracket at `opened` is closed on its own lines (quotes and comments left out)."""
    depth = 0
    for match in FLOW_TOKEN.finditer(text, opened):
        token = match.group()
        if token in ("[", "{"):
            depth += 1
        elif token in ("]", "}"):
            depth -= 1
            if depth == 0:
                return True
    return False


def _open_bracket(text: str) -> int | None:
    """The last bracket that is never closed."""
    opened: list[int] = []
    for match in FLOW_TOKEN.finditer(text):
        token = match.group()
        if token in ("[", "{"):
            opened.append(match.start())
        elif token in ("]", "}") and opened:
            opened.pop()
    return opened[-1] if opened else None


def _inside_quotes(head: str) -> bool:
    return head.count('"') % 2 == 1 or head.count("'") % 2 == 1


def _content_end(text: str, at: int) -> int:
    """Where the text of the line of `at` ends, without a comment and trailing blanks."""
    line = text[at : line_end(text, at)]
    comment = re.search(r"(?:^|\s)#", line)
    if comment:
        line = line[: comment.start()]
    return at + len(line.rstrip())


def _token_end(text: str, at: int) -> int:
    match = re.compile(r"[^\s,\]}]+").match(text, at)
    return match.end() if match else at + 1


def _indent(text: str, start: int) -> str:
    match = _INDENT.match(text, start)
    return match.group() if match else ""
