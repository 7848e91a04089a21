"""`--format text`: each finding with its line of the file and the range marked, then a count."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.cli.checks.run import Checked, Run
from spine_lsp.cli.formats.places import related_places
from spine_lsp.cli.output import can_print, note, styler, width, write
from spine_lsp.cli.terminal.hyperlinks import Link, address_of_file, address_of_page
from spine_lsp.disk.reading import STANDARD_INPUT
from spine_lsp.drawing.labels import width as cells_of
from spine_lsp.orchestration.problems import counted
from spine_lsp.printable import pieces, printable

_COLORS = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.INFORMATION: "blue",
    Severity.HINT: "cyan",
}
_PIPE = 160
"""Cells of a line of the file that are shown where no terminal says how many there are."""

_LONGEST_MESSAGE = 2_000


def show(run: Run, *, color: bool, link: Link | None = None) -> None:
    """The findings of each file, a word for each path that was passed over, and the count."""
    painter = _Painter(link, color=color)
    for checked in run.results():
        write("".join(painter.finding(checked, finding) for finding in checked.findings))
    for path, reason in run.search.passed_over.items():
        note(f"passed over {path}: {reason}")
    for _, message in run.failures:
        note(f"Error: {message}")
    write(summary(run) + "\n")


class _Painter:
    def __init__(self, link: Link | None, *, color: bool) -> None:
        self._link = link
        self._style = styler(on=color)
        self._cells = max(width() or _PIPE, 40)

    def finding(self, checked: Checked, finding: Finding) -> str:
        text, style = checked.text, self._style
        line, column = text.position(finding.start)
        color = _COLORS[finding.severity]
        where = self._place(checked.path, line + 1, column + 1, bold=True)
        code = style(f"{finding.severity.word}[{finding.code}]", fg=color, bold=True)
        if self._link is not None and finding.code in BY_CODE:
            code = self._link(code, address_of_page(finding.code))
        margin = str(line + 1)
        bar = style(" | ", fg="blue")
        blank = style(" " * len(margin) + " | ", fg="blue")
        before, marked, after = _window(
            text.line_text(line), column, finding.end - finding.start, self._cells - len(margin) - 3
        )
        carets = style("^" * max(cells_of(marked), 1), fg=color)
        lines = [
            f"{where}: {code}: {_message(finding.message)}",
            f"{style(margin, fg='blue')}{bar}{before}{marked}{after}",
            f"{blank}{' ' * cells_of(before)}{carets}",
        ]
        for place in finding.related:
            if (place.start, place.end) != (finding.start, finding.end):
                other = text.line_of(place.start)
                lines.append(f"{blank}line {other + 1}: {_message(place.message)}")
        for there in related_places(checked.path, text, replace(finding, related=())):
            where = self._place(there.path, there.at["line"], there.at["column"])
            lines.append(f"{blank}{where}: {_message(there.message)}")
        return "\n".join(lines) + "\n\n"

    def _place(self, path: str, line: int, column: int, **look: bool) -> str:
        """A place of a file, as a link to it where there are links."""
        shown = self._style(f"{printable(path)}:{line}:{column}", **look)
        if self._link is None or path in STANDARD_INPUT:
            return shown
        return self._link(shown, address_of_file(path, line, column))


def _window(line: str, start: int, length: int, cells: int) -> tuple[str, str, str]:
    """What of a line is shown in so many cells: before the range, the range, after it. Costs what is shown."""
    end = min(start + max(length, 0), len(line))
    if len(line) <= cells:
        whole = _shown(line[:start]), _shown(line[start:end]), _shown(line[end:])
        if sum(map(cells_of, whole)) <= cells:
            return whole
    room = cells - 2  # for the marks of what is left out
    marked, all_marked = _fitting(_slice(line, start, end, room), room * 2 // 3)
    room -= cells_of(marked)
    left = _slice(line, max(start - room, 0), start, room)[::-1]
    right = _slice(line, end, len(line), room) if all_marked else []
    before, all_before = _fitting(left, room // 2)
    after, all_after = _fitting(right, room - cells_of(before))
    if all_after:
        before, all_before = _fitting(left, room - cells_of(after))
    all_before = all_before and len(left) == start
    all_after = all_after and all_marked and len(right) == len(line) - end
    mark = "…" if can_print("…") else "~"
    before = "".join(reversed(before))
    return ("" if all_before else mark) + before, marked, after + ("" if all_after else mark)


def _slice(line: str, start: int, end: int, most: int) -> list[str]:
    """The characters of a part of a line, as they are shown."""
    return [piece.replace("\\t", " ") for piece in pieces(line[start : min(end, start + most)])]


def _fitting(shown: list[str], cells: int) -> tuple[str, bool]:
    """As many of these characters as take so many cells, and whether that is all of them."""
    for count, piece in enumerate(shown):
        cells -= cells_of(piece)
        if cells < 0:
            return "".join(shown[:count]), False
    return "".join(shown), True


def _shown(text: str) -> str:
    return printable(text.replace("\t", " "))


def _message(message: str) -> str:
    if len(message) > _LONGEST_MESSAGE:
        half = _LONGEST_MESSAGE // 2
        left_out = len(message) - 2 * half
        message = f"{message[:half]}… ({left_out:,} more characters) …{message[-half:]}"
    return printable(message)


def summary(run: Run) -> str:
    """How much was checked and found, in one line."""
    counts = [counted(number, word) for word, number in run.kinds.items() if number]
    what = " and ".join(filter(None, (", ".join(counts[:-1]), *counts[-1:]))) or counted(0, "group")
    parts = [f"{what} in {counted(run.files, 'file')} checked"]
    if run.shown:
        parts.append(": " + _counts(run.shown))
    elif run.files:
        parts.append(", nothing found")
    failing = Counter({severity: n for severity, n in run.hidden.items() if severity <= run.choice.fail_on})
    if failing:
        parts.append(f" ({_counts(failing)} not shown)")
    if run.known:
        parts.append(f"; {counted(run.known, 'finding')} known already")
    if passed := len(run.search.passed_over):
        parts.append(f"; {counted(passed, 'path')} passed over")
    return "".join(parts)


def _counts(found: Counter[Severity]) -> str:
    return ", ".join(counted(found[severity], severity.word) for severity in Severity if found[severity])
