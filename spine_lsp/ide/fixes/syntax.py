"""Fixes of the YAML itself, by the kind of the fault; what is not certain is tried on the text before it is offered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.group import Group
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.fixes.fix import Fix
from spine_lsp.syntax.lines import indent_of, line_end, line_start, next_line
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit

_Fixer = Callable[[Trial, Finding, str], Iterator[Fix]]
_CONTENT = re.compile(r"(?:(?!\s+#).)*")


def fix_yaml_syntax(trial: Trial, group: Group | None, finding: Finding) -> Iterator[Fix]:
    """Quotes, brackets, tabs, indentation, conflicts: whatever the fault asks for."""
    fixer = _BY_KIND.get(finding.kind)
    if fixer is not None:
        yield from fixer(trial, finding, trial.document.text.source)


def _template(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    """Quotes around the template, or around all of the text that it begins."""
    text = source[finding.start : finding.end].rstrip()
    end = finding.start + len(text)
    rest = _CONTENT.match(source[finding.start : line_end(source, finding.start)])
    ends = [finding.start + len(rest.group().rstrip())] if rest else []
    more = re.compile(r"[^,\]}\r\n]*").match(source, end)
    ends += [end + len(more.group().rstrip())] if more else []
    edits = [Edit(finding.start, at, _quoted(source[finding.start : at])) for at in dict.fromkeys([end, *ends])]
    for fix in _tried(trial, finding, "Quote the template", edits):
        yield fix._replace(safe=True)


def _open_template(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    text = source[finding.start : finding.end].rstrip()
    match = _CONTENT.match(text)
    inner = (match.group() if match else text).rstrip(" }")
    whole = Edit(finding.start, finding.start + len(match.group() if match else text), _quoted(f"{inner} }}}}"))
    yield from _tried(trial, finding, "Close and quote the template", [whole])


def _quote_text(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    text = source[finding.start : finding.end].rstrip()
    edit = Edit(finding.start, finding.start + len(text), _quoted(text))
    yield from _tried(trial, finding, "Quote the text", [edit])


def _tab(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    """Spaces: as many as line the text up with what is around it."""
    start = line_start(source, finding.start)
    indent = re.compile(r"[ \t]*").match(source, start)
    end = indent.end() if indent else start
    widths = [*_widths_around(source, start), *(len(source[start:end].expandtabs(n)) for n in (2, 4, 8))]
    edits = [Edit(start, end, " " * width) for width in dict.fromkeys(widths)]
    for fix in _tried(trial, finding, "Indent with spaces", edits):
        yield fix._replace(safe=True)


def _indent(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    start = line_start(source, finding.start)
    indent = re.compile(r" *").match(source, start)
    end = indent.end() if indent else start
    if re.compile(r"-[^\s-]").match(source, end):
        yield from _tried(trial, finding, "Add a space after the `-`", [Edit(end + 1, end + 1, " ")])
        return
    edits = [
        Edit(start, end, " " * width) for width in dict.fromkeys(_widths_around(source, start)) if width != end - start
    ]
    yield from _tried(trial, finding, "Align with the surrounding lines", edits)


def _widths_around(source: str, start: int) -> list[int]:
    """Indentations that a line could have: those of the contents around it, the nearest first."""
    widths: list[int] = []
    lines = source[:start].splitlines()[-20:][::-1]
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            outer = indent_of(line)
            dashes = re.match(r" *(?:- +)*", line)
            inner = len(dashes.group()) if dashes else outer
            if line.rstrip().endswith(":"):
                widths.append(inner + 2)
            widths += [inner, outer]
    below = re.search(r"^( *)(?=[^\s#])", source[next_line(source, start) :], re.MULTILINE)
    return [*widths[:8], *([len(below.group(1))] if below else [])]


def _open_quote(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    """The quote at the end of the line, before a comment, or before what closes the list that it stands in."""
    text = source[finding.start : finding.end].rstrip()
    sign = text[:1]
    content = _CONTENT.match(text)
    ends = [finding.start + len(content.group())] if content else []
    ends.append(finding.start + len(text))
    closing = re.compile(r"[\]},]").search(text)
    ends += [finding.start + closing.start()] if closing else []
    yield from _tried(trial, finding, f"Close the {sign} quote", [Edit(at, at, sign) for at in ends])


def _closed_quote(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    """Quotes around all of a text that goes on behind its closing quote."""
    text = source[finding.start : finding.end].rstrip()
    end = finding.start + len(text)
    sign = text[:1]
    inner = text[1:-1] if text.endswith(sign) and len(text) > 1 else text[1:]
    escaped = inner.replace("'", "''") if sign == "'" else re.sub(r'(?<!\\)"', '\\"', inner)
    ways = [Edit(finding.start, end, f"{sign}{escaped}{sign}")] if text.endswith(sign) else []
    ways.append(Edit(finding.start, end, write(text, "'" if sign == '"' else '"')))
    yield from _tried(trial, finding, "Quote the whole text", ways)


def _open_bracket(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    text = source[finding.start : finding.end]
    closer = "]" if text.startswith("[") else "}"
    at = finding.start + len(text.rstrip().rstrip(","))
    edit = Edit(at, finding.start + len(text.rstrip()), closer)
    yield from _tried(trial, finding, f"Close the bracket with `{closer}`", [edit])


def _stray_bracket(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    text = source[finding.start : finding.end]
    yield from _tried(trial, finding, f"Remove the `{text}`", [Edit(finding.start, finding.end, "")])


def _comma(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    before = len(source[: finding.start].rstrip())
    yield from _tried(trial, finding, "Add a comma before it", [Edit(before, before, ",")])


def _glued(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    """The space that a `-` or a `key:` needs behind it."""
    sign = source[finding.end - 1 : finding.end]
    edit = Edit(finding.end, finding.end, " ")
    yield from _tried(trial, finding, f"Add a space after the `{sign}`", [edit])


def _colon(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    yield from _tried(trial, finding, "Add `:` after it", [Edit(finding.end, finding.end, ":")])
    for fix in _tried(trial, finding, "Make it a comment", [Edit(finding.start, finding.start, "# ")]):
        yield fix._replace(preferred=False)


def _inner_tab(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    """A space in the place of a tab between two words; nothing at the end of a line."""
    blanks = "" if finding.end == line_end(source, finding.start) else " "
    title = "Write a space instead of the tab" if blanks else "Remove the tab"
    for fix in _tried(trial, finding, title, [Edit(finding.start, finding.end, blanks)]):
        yield fix._replace(safe=True)


def _refused_value(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    text = source[finding.start : finding.end]
    if text and "\n" not in text and text[:1] not in ("'", '"'):
        yield from _tried(
            trial, finding, "Put the value in quotes", [Edit(finding.start, finding.end, write(text, '"'))]
        )


def _tag(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    """The value without the tag, or the text with it in quotes."""
    end = finding.end + len(source[finding.end :]) - len(source[finding.end :].lstrip(" "))
    tag = source[finding.start : finding.end]
    for fix in _tried(trial, finding, f"Remove the tag `{tag}`", [Edit(finding.start, end, "")]):
        yield fix._replace(preferred=False)


def _escape(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    edit = Edit(finding.start, finding.start, "\\")
    yield from _tried(trial, finding, "Write the backslash as `\\\\`", [edit])


def _control(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    edit = Edit(finding.start, finding.end, "")
    yield Fix("Remove the character", [edit], preferred=True, safe=True)


_MARKER = re.compile(r"^(?:\|{7}|={7}|>{7}|<{7})(?=[ \r\n]|\Z)", re.MULTILINE)


def _conflict(trial: Trial, finding: Finding, source: str) -> Iterator[Fix]:
    """One side or the other, without the markers."""
    first = next_line(source, finding.start)
    marks: dict[str, int] = {}
    for match in _MARKER.finditer(source, first):
        sign = match.group()[0]
        if sign == "<" or sign in marks:
            return
        marks[sign] = match.start()
        if sign == ">":
            break
    if "=" not in marks or ">" not in marks:
        return
    ours_end = marks.get("|", marks["="])
    theirs = next_line(source, marks["="])
    end = next_line(source, marks[">"])
    ours_name = source[finding.start + 7 : finding.end].strip()
    theirs_name = source[marks[">"] + 7 : line_end(source, marks[">"])].strip()
    start = finding.start
    yield Fix(_side("first", ours_name), [Edit(start, first, ""), Edit(ours_end, end, "")])
    yield Fix(_side("second", theirs_name), [Edit(start, theirs, ""), Edit(marks[">"], end, "")])
    both = [Edit(start, first, ""), Edit(ours_end, theirs, ""), Edit(marks[">"], end, "")]
    yield Fix("Keep both sides, the first before the second", both)


def _side(which: str, name: str) -> str:
    return f"Keep the {which} side ({name})" if name else f"Keep the {which} side"


def _tried(trial: Trial, finding: Finding, title: str, candidates: list[Edit]) -> Iterator[Fix]:
    edit = trial.best(finding, candidates)
    if edit is not None:
        yield Fix(title, [edit], preferred=True)


def _quoted(text: str) -> str:
    """Text in double quotes, or in single ones where it holds what those would change."""
    return write(text, "'" if '"' in text or "\\" in text else '"')


_BY_KIND: dict[str, _Fixer] = {
    "template": _template,
    "open-template": _open_template,
    "tab": _tab,
    "open-quote": _open_quote,
    "closed-quote": _closed_quote,
    "open-bracket": _open_bracket,
    "stray-bracket": _stray_bracket,
    "comma": _comma,
    "glued-colon": _glued,
    "glued-dash": _glued,
    "indent": _indent,
    "other": _indent,
    "colon": _colon,
    "nested-colon": _quote_text,
    "character": _quote_text,
    "alias": _quote_text,
    "open-alias": _quote_text,
    "conflict": _conflict,
    "control": _control,
    "escape": _escape,
    "inner-tab": _inner_tab,
    "value": _refused_value,
    "tag": _tag,
}
