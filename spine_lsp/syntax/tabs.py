"""The pure scanner of ruamel.yaml, taught where YAML 1.2 allows a tab as separation white space.

YAML 1.2 §6.1 forbids tabs in indentation only; between tokens on a line (§6.2) they are fine. The stock scanner
refuses them everywhere, libyaml does not. The rule here is libyaml's: a tab separates inside flow collections and
wherever no simple key may start.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml.scanner import Scanner

_BREAKS = "\r\n\x85\u2028\u2029"
_END_OF_COMMENT = "\0" + _BREAKS


class TabScanner(Scanner):
    """Accepts the tabs that libyaml accepts."""

    def scan_to_next_token(self) -> Any:
        """Skip white space, comments and line breaks before the next token."""
        reader = self.reader
        if reader.index == 0 and reader.peek() == "\ufeff":
            reader.forward()
        while True:
            blanks = " \t" if self.flow_level > 0 or not self.allow_simple_key else " "
            while reader.peek() in blanks:
                reader.forward()
            if reader.peek() == "#":
                while reader.peek() not in _END_OF_COMMENT:
                    reader.forward()
            if not self.scan_line_break():
                return None
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_plain_spaces(self, indent: int, start_mark: Any) -> list[str] | None:
        """Scan the white space inside a plain scalar; None where a document marker ends it."""
        reader = self.reader
        length = 0
        while reader.peek(length) in " \t":
            length += 1
        blanks = reader.prefix(length)
        reader.forward(length)
        if reader.peek() not in _BREAKS:
            return [blanks] if blanks else []
        first_break = self.scan_line_break()
        self.allow_simple_key = True
        if self._at_document_marker():
            return None
        breaks: list[str] = []
        while True:
            char = reader.peek()
            if char == " " or (char == "\t" and (self.flow_level or reader.column >= indent)):
                reader.forward()
            elif char in _BREAKS:
                breaks.append(self.scan_line_break())
                if self._at_document_marker():
                    return None
            else:
                break
        if first_break != "\n":
            return [first_break, *breaks]
        return breaks or [" "]

    def _at_document_marker(self) -> bool:
        prefix = self.reader.prefix(3)
        return prefix in ("---", "...") and self.reader.peek(3) in "\0 \t" + _BREAKS
