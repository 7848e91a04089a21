"""What a request costs in hard texts of any size: `python -m tests.soak.limits --size 2000000` lists what takes long.

Each kind of `texts.py` is made about so many characters large, opened and diagnosed, and every request asked of it
once, in one process. The rule: within a second, or the answer says that it is cut. Told too is the longest turn of the
event loop when the text is opened and when a letter is typed in its middle: so long does another keystroke wait.
"""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time
from types import FrameType
from typing import Any

from spine_lsp.syntax.text import Text
from tests.server.test_start import EVERYTHING
from tests.soak import texts
from tests.soak.inside import Inside

URI = "file:///limits.yaml"
AT_PLACE = (
    "hover",
    "completion",
    "definition",
    "references",
    "documentHighlight",
    "linkedEditingRange",
    "prepareRename",
    "rename",
    "prepareCallHierarchy",
    "selectionRange",
    "onTypeFormatting",
)
OF_ALL = (
    "documentSymbol",
    "semanticTokens/full",
    "semanticTokens/range",
    "codeLens",
    "inlayHint",
    "foldingRange",
    "documentLink",
    "codeAction",
    "formatting",
    "rangeFormatting",
)
COMMANDS = (
    "spine.graph",
    "spine.compareGraph",
    "spine.showResolvedOrder",
    "spine.simulate",
    "spine.explainPath",
    "spine.listGroups",
)
FORMATS = ("mermaid", "dot", "text", "html")


class TooLong(BaseException):
    """A request was given up."""


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Raise TooLong in the body after so many seconds."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def sized(kind: str, size: int) -> str:
    """The text of a kind with about so many characters, and no more."""
    make = texts.KINDS[kind][0]
    number = 8
    while len(make(number * 2)) < size and number < 1 << 24:
        number *= 2
    low, high = number, number * 2
    for _ in range(4):
        middle = (low + high) // 2
        low, high = (middle, high) if len(make(middle)) <= size else (low, middle)
    return make(low)


class Loop(Inside):
    """A server of which is known how long its event loop was busy without a break."""

    longest = 0.0

    def turn(self, what: Callable[[], None]) -> None:
        """One turn, and its time if that is the longest."""
        begun = process_time()
        super().turn(what)
        self.longest = max(self.longest, process_time() - begun)

    def held(self) -> float:
        """The longest turn since this was asked last."""
        longest, self.longest = self.longest, 0.0
        return longest


def measure(kind: str, size: int, seconds: int) -> Iterator[tuple[str, float]]:
    """Each request of a text, and the processor's time that it took until it was answered or given up."""
    text = sized(kind, size)
    server = Loop(EVERYTHING)
    server.held()
    begun = process_time()
    server.open(URI, text)
    server.rest()
    yield f"open, {len(text):,} characters", process_time() - begun
    yield "open: longest turn of the loop", server.held()
    place = _middle(text)
    behind = {**place, "character": place["character"] + 1}
    server.change(URI, 2, {"range": {"start": place, "end": place}, "text": "x"})
    server.change(URI, 3, {"range": {"start": place, "end": behind}, "text": ""})
    server.rest()
    yield "open: longest turn for a key", server.held()
    for name, method, params in requests(text):
        gc.collect()
        begun = process_time()
        try:
            with patience(seconds):
                answer = server.call(method, params)
        except TooLong:
            answer = {"error": "given up"}
        yield name, process_time() - begun
        if name == "codeAction":
            yield from _resolved(server, answer, seconds)


def _resolved(server: Inside, actions: Any, seconds: int) -> Iterator[tuple[str, float]]:
    """The resolve of one action of each title, numbers and names left aside."""
    seen: set[str] = set()
    for action in actions or () if isinstance(actions, list) else ():
        words = " ".join(word for word in str(action["title"]).split() if "`" not in word)
        if words in seen or "data" not in action or len(seen) > 12:
            continue
        seen.add(words)
        begun = process_time()
        try:
            with patience(seconds):
                server.call("codeAction/resolve", action)
        except TooLong:
            pass
        yield f"resolve {words}", process_time() - begun


def _middle(text: str) -> dict[str, int]:
    """The position in the name of a step in the middle."""
    middle = text.find("name: s", len(text) // 2)
    line, character = Text(text).position((middle if middle >= 0 else len(text) // 2) + 7)
    return {"line": line, "character": character}


def requests(text: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every request: its name here, its method and its params."""
    lines = Text(text)
    place = _middle(text)
    end = {"line": lines.line_count, "character": 0}
    params: dict[str, Any] = {
        "textDocument": {"uri": URI},
        "position": place,
        "positions": [place],
        "range": {"start": {"line": 0, "character": 0}, "end": end},
        "context": {"includeDeclaration": True, "diagnostics": [], "triggerKind": 1},
        "options": {"tabSize": 2, "insertSpaces": True},
        "newName": "renamed",
        "ch": "\n",
    }
    for name in (*AT_PLACE, *OF_ALL):
        yield name, f"textDocument/{name}", params
    yield "workspace/symbol", "workspace/symbol", {"query": "s1"}
    argument = {"uri": URI, "base": text, "step": "s99", "on": "s0"}
    for command in COMMANDS:
        yield command, "workspace/executeCommand", {"command": command, "arguments": [argument]}
    for form in FORMATS:
        made = {"command": "spine.renderGraph", "arguments": [{**argument, "format": form}]}
        yield f"spine.renderGraph {form}", "workspace/executeCommand", made


def main() -> None:
    """Print what takes longer than the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2_000_000, help="characters of a text, about")
    parser.add_argument("--over", type=float, default=0.3, help="seconds above which a request is listed")
    parser.add_argument("--patience", type=int, default=10, help="seconds after which a request is given up")
    parser.add_argument("kinds", nargs="*", default=list(texts.KINDS))
    asked = parser.parse_args()
    for kind in asked.kinds:
        for name, spent in measure(kind, asked.size, asked.patience):
            if spent > asked.over or name.startswith("open"):
                sys.stdout.write(f"{kind:12} {spent:7.3f}  {name}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
