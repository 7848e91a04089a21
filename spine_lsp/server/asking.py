"""Whether a completion is asked for by somebody or by the editor, told from the requests before it.

The protocol has one kind for both: "invoked" is what an editor says when the user asks, and when it asks by itself
after each letter (LSP 3.17, CompletionTriggerKind). An editor of the second sort asked on the same line just
before; and who asks twice at one place wants to see more. An editor that says that it asks by itself may be so busy
that it asks once in a whole word, or once in some lines.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from spine_lsp.ide.completion.matching import ON_PURPOSE, Asking

_BY_CHARACTER = 2  # CompletionTriggerKind
_INCOMPLETE = 3
_LINES_TYPED = 2  # below the last question, of an editor that asks by itself and is busy; more need more keys
_KEYS_A_LINE = 5  # at least, where more lines were typed; an editor sends each key as a version of the text
_AS_OPENED = 1  # the version of a text that was opened and not touched, as such editors count
_MOST_FILES = 32
_MOST_SKIPPED = 3  # letters after a trigger character for which a busy editor may not have asked


class _AskedCompletion(NamedTuple):
    uri: str
    version: int
    line: int
    column: int
    by_character: bool


class CompletionMemory:
    """The last request for a completion in each file; one of the few things that a server remembers."""

    def __init__(self) -> None:
        self._last: dict[str, _AskedCompletion] = {}

    def asking(self, params: Any, version: int, *, by_itself: bool = False) -> Asking:
        """How the request with these params asks; the next is judged by it.

        `by_itself`: the editor asks at every letter too, and calls that "invoked".
        """
        kind = getattr(params.context, "trigger_kind", None)
        trigger = getattr(params.context, "trigger_character", None)
        at = params.position
        now = _AskedCompletion(params.text_document.uri, version, at.line, at.character, kind == _BY_CHARACTER)
        last = self._last.pop(now.uri, None)
        self._last[now.uri] = now
        if len(self._last) > _MOST_FILES:
            del self._last[next(iter(self._last))]
        if kind == _BY_CHARACTER and trigger:
            return Asking(typing=True, trigger=trigger)
        if last is None:  # a busy editor may have asked nothing yet in a file that somebody types
            typing = by_itself and version > _AS_OPENED
        else:
            typing = (_typed_since if by_itself else _goes_on)(last, now)
        return Asking(typing=True) if typing or kind == _INCOMPLETE else ON_PURPOSE


def _goes_on(last: _AskedCompletion, now: _AskedCompletion) -> bool:
    """Whether the line of the last request was typed on, by an editor that asks after each letter."""
    typed = now.column - last.column
    return (
        (last.uri, last.line) == (now.uri, now.line)
        and last.version < now.version
        and typed > 0
        and (not last.by_character or typed <= _MOST_SKIPPED)
    )


def _typed_since(last: _AskedCompletion, now: _AskedCompletion) -> bool:
    """Whether something was typed since the last request, at about the same place."""
    below, keys = now.line - last.line, now.version - last.version
    return last.uri == now.uri and keys > 0 and (0 <= below <= _LINES_TYPED or 0 <= below * _KEYS_A_LINE <= keys)
