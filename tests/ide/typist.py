"""Models of editors in which somebody types a text key by key and never looks at a list.

What an editor asks, when, and what it does with the answer, is modelled on VS Code's suggest widget (`suggestModel`,
`completionModel`, `fuzzyScore` of vs/editor/contrib/suggest and vs/base/common/filters): a trigger character asks,
a letter asks when no list is open, an open list is filtered by what is typed on, and Enter takes its first item.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.completion.completion import completions
from spine_lsp.ide.completion.items import CompletionItem
from spine_lsp.ide.cursor import At
from spine_lsp.ide.formatting.formatting import format_on_type
from spine_lsp.server.asking import CompletionMemory
from spine_lsp.server.capabilities import server_capabilities
from spine_lsp.server.client import Client
from spine_lsp.syntax.text import Text

TRIGGERS = "".join(server_capabilities(Client())["completionProvider"]["triggerCharacters"])
URI = "file:///typed.yaml"
_SEPARATORS = " \t\r\n`~!@#$%^&*()-=+[{]}\\|;:'\",.<>/?"
_CLOSING = {"[": "]", "{": "}", '"': '"', "'": "'"}
_INVOKED, _BY_CHARACTER, _INCOMPLETE = 1, 2, 3


@dataclass(frozen=True)
class Habits:
    """How an editor behaves: `asks_always` behind each letter, not only where no list is open.

    `kinds` says whether it tells what made it ask. `late` answers come after the next key. `closes` brackets and
    quotes by itself, `indents` new lines as the line before, or `formats` them as the server says.
    """

    asks_always: bool = False
    kinds: bool = True
    fuzzy: bool = True
    late: bool = False
    closes: bool = False
    indents: bool = False
    formats: bool = False


VS_CODE = Habits()
EDITORS = {
    "VS Code": VS_CODE,
    "VS Code, answers late": Habits(late=True),
    "VS Code, closes and indents": Habits(closes=True, indents=True),
    "VS Code, formats on type": Habits(indents=True, formats=True),
    "Neovim with a completion plugin": Habits(fuzzy=False, indents=True),
    "Emacs": Habits(asks_always=True, kinds=False, fuzzy=False),
}


@dataclass
class Shown:
    """An open list, as it came, and the items that still fit."""

    items: tuple[CompletionItem, ...]
    incomplete: bool
    fitting: list[CompletionItem] = field(default_factory=list)


class Typist:
    """An editor with a text, a cursor and perhaps an open list."""

    def __init__(self, habits: Habits, before: str = "", after: str = "", line_break: str = "\n") -> None:
        self.habits = habits
        self.line_break = line_break
        self.cursor = len(before)
        self.version = 1
        self.source = before + after
        self.read = 0
        self.memory = CompletionMemory()
        self.shown: Shown | None = None
        self.coming: Shown | None = None
        self.accepted: list[str] = []
        self.asked = 0
        self.closers = 0

    def workspace(self) -> Workspace:
        """The text as the server has read it; read only when something is asked."""
        if self.read != self.version:
            self.read = self.version
            self._workspace = Workspace().with_document(URI, self.version, Text(self.source), None)
        return self._workspace

    def document(self) -> Document:
        return self.workspace().documents[URI]

    def type(self, text: str) -> None:
        """Type a text line by line; where the editor indented by itself, the indentation is put right first."""
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if number:
                self.enter()
            indent = len(line) - len(line.lstrip(" "))
            self._indent_to(indent)
            for char in line[indent:]:
                self.key(char)

    def key(self, char: str) -> None:
        """Press one key that is no Enter."""
        if self.closers and char in "]}\"'" and self.source[self.cursor : self.cursor + 1] == char:
            self.closers -= 1
            self.cursor += 1
            self.shown = self.coming = None
            return
        closing = _CLOSING.get(char, "") if self.habits.closes and self._may_close(char) else ""
        self._edit(self.cursor, self.cursor, char + closing)
        self.closers += bool(closing)
        self.cursor += 1
        self._follow(char)

    def enter(self) -> None:
        """Press Enter: a list that is open takes it."""
        if self.shown is not None and self.shown.fitting:
            self._accept(self.shown.fitting[0])
            return
        self.shown = self.coming = None
        line = self._line_before()
        indent = line[: len(line) - len(line.lstrip(" "))] if self.habits.indents else ""
        self.closers = 0
        self._edit(self.cursor, self.cursor, self.line_break + indent)
        self.cursor += len(self.line_break) + len(indent)
        if self.habits.formats:
            for edit in format_on_type(self.document(), self.cursor, "\n"):
                assert not self.source[edit.start : edit.end].strip(" ")
                assert not edit.text.strip(" ")
                assert edit.start <= self.cursor <= edit.end
                self._edit(edit.start, edit.end, edit.text)
                self.cursor = edit.start + len(edit.text)

    def _indent_to(self, column: int) -> None:
        while len(self._line_before()) > column:
            self._edit(self.cursor - 1, self.cursor, "")
            self.cursor -= 1
        while len(self._line_before()) < column:
            self.key(" ")

    def _may_close(self, char: str) -> bool:
        following = self.source[self.cursor : self.cursor + 1]
        if char in "\"'" and self._line_before()[-1:].isalnum():
            return False
        return following in ("", "\r", "\n", *" ]}")

    def _follow(self, char: str) -> None:
        """What the editor does with its list after a key."""
        came, self.coming = self.coming, None
        if char in TRIGGERS and self.habits.kinds:
            self._ask(_BY_CHARACTER, char)
        elif came is not None:
            self.shown = came
            self._filter()
        elif self.shown is not None and not self.habits.asks_always:
            if self.shown.incomplete and self._word():
                self._ask(_INCOMPLETE)
            else:
                self._filter()
        elif self._word() and not self._word().isdigit():
            self._ask(_INVOKED)
        else:
            self.shown = None

    def _ask(self, kind: int, char: str | None = None) -> None:
        line, column = self.document().text.position(self.cursor)
        params: Any = SimpleNamespace(
            text_document=SimpleNamespace(uri=URI),
            position=SimpleNamespace(line=line, character=column),
            context=SimpleNamespace(trigger_kind=kind, trigger_character=char) if self.habits.kinds else None,
        )
        asking = self.memory.asking(params, self.version)
        self.asked += 1
        found = completions(self.workspace(), At(URI, self.cursor), asking=asking)
        answer = Shown(found.items, found.incomplete)
        if self.habits.late:
            self.coming = answer
            return
        self.shown = answer
        self._filter()

    def _filter(self) -> None:
        """Keep the items that fit the text between their start and the cursor; an empty list closes."""
        assert self.shown is not None
        fits = fits_fuzzily if self.habits.fuzzy else fits_prefix
        fitting = []
        for item in sorted(self.shown.items, key=lambda item: item.sort_text):
            start = min(item.span.start, self.cursor)
            if fits(self.source[start : self.cursor].lstrip(" \t"), item.filter_text):
                fitting.append(item)
        self.shown.fitting = fitting
        if not fitting:
            self.shown = None

    def _accept(self, item: CompletionItem) -> None:
        self.shown = self.coming = None
        self.accepted.append(f"{item.label!r} behind {self._line_before()!r}")
        end = max(item.span.end, self.cursor)
        self._edit(item.span.start, end, item.insert)
        self.cursor = item.span.start + len(item.insert)

    def _edit(self, start: int, end: int, text: str) -> None:
        self.version += 1
        self.source = self.source[:start] + text + self.source[end:]

    def _line_before(self) -> str:
        start = max(self.source.rfind(sign, 0, self.cursor) for sign in "\r\n") + 1
        return self.source[start : self.cursor]

    def _word(self) -> str:
        match = re.search(f"[^{re.escape(_SEPARATORS)}]*$", self._line_before())
        return match.group() if match else ""


def fits_prefix(typed: str, text: str) -> bool:
    return text.casefold().startswith(typed.casefold())


def fits_fuzzily(typed: str, text: str) -> bool:
    """Whether the letters of what is typed stand in the text in this order, two neighbours swapped at most.

    The first letter begins a word.
    """
    typed, folded = typed.casefold(), text.casefold()
    if not typed:
        return True
    spellings = [typed]
    spellings += [typed[:i] + typed[i + 1] + typed[i] + typed[i + 2 :] for i in range(1, min(len(typed) - 1, 7))]
    return any(_holds_letters(spelling, folded) for spelling in spellings)


def _holds_letters(typed: str, text: str) -> bool:
    for place, char in enumerate(text):
        begins = not place or text[place - 1] in "_-./\\ '\":()[]{}<>"
        if char == typed[0] and begins and re.search(".*".join(map(re.escape, typed)), text[place:], re.DOTALL):
            return True
    return False
