"""A long day at the real server: memory, speed, threads and descriptors at its end, against those at its start."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from statistics import median
from threading import Event
from time import monotonic, perf_counter
from typing import Any, NamedTuple

import psutil

from tests.server.rawclient import RawClient, did_change
from tests.server.test_start import EVERYTHING
from tests.soak import texts

URI = "file:///day.yaml"
METHODS = (
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/documentSymbol",
    "textDocument/semanticTokens/full",
    "textDocument/codeLens",
    "textDocument/inlayHint",
    "textDocument/codeAction",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/references",
    "textDocument/documentLink",
    "workspace/symbol",
)
SHAPES: dict[str, Callable[[], str]] = {
    "a plain group": lambda: texts.chain(300),
    "others' YAML": lambda: texts.foreign(1_000),
    "one line of JSON": lambda: texts.flow(100),
    "aliases of the head's anchor": lambda: texts.anchored(200),
    "aliases of an earlier step's anchor": lambda: texts.relayed(200),
    "a long header": lambda: texts.long_head(300),
    "conflict markers": lambda: texts.conflict(100),
    "many documents": lambda: texts.documents(100),
    "steps that do not parse": lambda: texts.broken(40),
    "a long literal block": lambda: texts.block_text(500),
}
"""Files of every shape, each so large that a version of it kept for each key would show."""
COMMANDS = (
    "spine.graph",
    "spine.showResolvedOrder",
    "spine.renderGraph",
    "spine.simulate",
    "spine.listGroups",
)
_SETTLED = 2.5
"""Seconds without a change after which memory counts as settled; the server waits for one second of rest."""


class State(NamedTuple):
    """What a server holds, in megabytes and numbers, and how fast it is, in milliseconds."""

    memory: float
    threads: int
    descriptors: int
    keystroke: float
    hover: float


class Day:
    """One server and what a user does with it all day."""

    def __init__(self, seed: int = 0) -> None:
        self.chance = random.Random(seed)
        self.client = RawClient([sys.executable, "-m", "spine_lsp", "serve"])
        self.client.initialize({**EVERYTHING, "workspace": {}, "general": {}})
        self.process = psutil.Process(self.client.process.pid)
        self.version = 1
        self.files = 0

    def state(self) -> State:
        """With one small document open, after a rest."""
        uri = "file:///probe.yaml"
        self.client.open(uri, texts.chain(20))
        keys, hovers = [], []
        at = {"line": 4, "character": 8}
        for number in range(2, 32):
            begun = perf_counter()
            text = "x" if number % 2 else ""
            end = at if number % 2 else {"line": 4, "character": 9}
            self.client.send(did_change(uri, number, {"range": {"start": at, "end": end}, "text": text}))
            self.client.answer(self.client.start_request("textDocument/foldingRange", _params(uri, at)))
            keys.append(perf_counter() - begun)
            begun = perf_counter()
            self.client.answer(self.client.start_request("textDocument/hover", _params(uri, at)))
            hovers.append(perf_counter() - begun)
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        self.client.answer(self.client.start_request("workspace/symbol", {"query": ""}))
        self.client.received_so_far().clear()
        return State(
            self.memory(),
            self.process.num_threads(),
            self.process.num_fds() if hasattr(self.process, "num_fds") else 0,
            median(keys) * 1000,
            median(hovers) * 1000,
        )

    def memory(self) -> float:
        """Resident megabytes, once they no longer fall."""
        lowest, since = self._resident(), monotonic()
        while monotonic() - since < _SETTLED:
            Event().wait(0.1)  # the server says nothing when it gives memory back
            if (now := self._resident()) < lowest:
                lowest, since = now, monotonic()
        return lowest

    def _resident(self) -> float:
        return float(self.process.memory_info().rss) / 1e6

    def edit(self, count: int, text: str | None = None) -> None:
        """Type and take back, so many times, with a request now and then; the document is closed again."""
        lines = (text or texts.layers(500)).split("\n")
        self.client.open(URI, "\n".join(lines), self.version)
        for number in range(count):
            line = self.chance.randrange(len(lines))
            column = self.chance.randrange(len(lines[line]) + 1)
            at = {"line": line, "character": column}
            new = self.chance.choice("abc") if self.chance.random() < 0.7 else self.chance.choice(" :[]{}\"'#&*-\n")
            end = {"line": line + 1, "character": 0} if new == "\n" else {"line": line, "character": column + 1}
            self._change({"range": {"start": at, "end": at}, "text": new})
            if number % 4 == 0:
                self.ask(URI, at)
            self._change({"range": {"start": at, "end": end}, "text": ""})
            if number % 10 == 0:
                self.ask(URI, at)
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})

    def _change(self, change: dict[str, Any]) -> None:
        self.version += 1
        self.client.send(did_change(URI, self.version, change))

    def ask(self, uri: str, at: dict[str, int]) -> None:
        """One request of any kind."""
        method = self.chance.choice((*METHODS, "workspace/executeCommand"))
        params = _params(uri, at)
        if method == "workspace/executeCommand":
            argument = {"uri": uri, "format": self.chance.choice(("text", "html", "dot", "mermaid"))}
            params = {"command": self.chance.choice(COMMANDS), "arguments": [argument]}
        self.client.answer(self.client.start_request(method, params), 60)
        self.client.received_so_far().clear()

    def type_and_save(self, text: str, keys: int, saves: int) -> None:
        """So many keys in the middle of a text, each of them diagnosed, and so many saves, which format first."""
        self.client.open(URI, text, self.version)
        lines = text.split("\n")
        line = len(lines) // 2
        at = {"line": line, "character": len(lines[line]) // 2}
        for number in range(keys):
            end = {**at, "character": at["character"] + number % 2}
            self._change({"range": {"start": at, "end": end}, "text": "" if number % 2 else "x"})
            if number % 4 == 0:  # else the next key comes before the diagnosis has ended
                self.client.answer(self.client.start_request("textDocument/hover", _params(URI, at)))
            if saves and number % max(keys // saves, 1) == 0:
                self.client.answer(self.client.start_request("textDocument/formatting", _params(URI, at)))
                self.client.notify("textDocument/didSave", {"textDocument": {"uri": URI}})
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        self.client.received_so_far().clear()

    def open_and_close(self, count: int, at_once: int = 1, make: Callable[[int], str] = texts.chain) -> None:
        """Many documents, so many open at a time."""
        opened: list[str] = []
        for _ in range(count):
            self.files += 1
            uri = f"file:///file{self.files}.yaml"
            self.client.open(uri, make(self.chance.randrange(5, 60)))
            opened.append(uri)
            if self.files % 5 == 0:
                self.ask(uri, {"line": 3, "character": 5})
            if len(opened) >= at_once:
                self._close(opened)
        self._close(opened)

    def _close(self, opened: list[str]) -> None:
        self.client.call("workspace/symbol", {"query": "s1"})
        for uri in opened:
            self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        opened.clear()
        self.client.received_so_far().clear()


def _params(uri: str, at: dict[str, int]) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri},
        "position": at,
        "range": {
            "start": {"line": max(at["line"] - 20, 0), "character": 0},
            "end": {"line": at["line"] + 20, "character": 0},
        },
        "context": {"includeDeclaration": True, "diagnostics": [], "triggerKind": 1},
        "options": {"tabSize": 2, "insertSpaces": True},
        "query": "s1",
    }
