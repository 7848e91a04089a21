"""A language client over standard input and output, made for measuring: it notes when each answer arrived."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.benchmarks.machine import process_tree

PATIENCE = 60.0
"""Seconds that any one wait may take."""

INCREMENTAL = 2  # TextDocumentSyncKind

Message = dict[str, Any]


class ServerDied(Exception):
    """The server closed its output before it had answered."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a server and what to tell it."""

    command: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    """Results for requests of the server that only it makes, by method."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Diagnostics that arrived: when, for which version (if the server says so), and what."""

    at: float
    version: int | None
    count: int
    size: int
    mark: str
    """Equal for equal diagnostics."""


class Client:
    """One server process. All times are `perf_counter` seconds, taken before an answer is decoded."""

    def __init__(self, launch: Launch, folder: Path, log: Path, patience: float = PATIENCE) -> None:
        self.launch = launch
        self.patience = patience
        self.folder = folder
        self.capabilities: Message = {}
        self.publications: dict[str, list[Publication]] = {}
        self.spawned = 0.0
        self._log = log
        self._pending: dict[int, asyncio.Future[tuple[Any, float]]] = {}
        self._last_id = 0
        self._last_traffic = 0.0
        self._news = asyncio.Event()
        self._closed = False
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process of the server."""
        return self._running().pid

    @property
    def died(self) -> bool:
        """Whether the server has closed its output."""
        return self._closed

    @property
    def takes_edits(self) -> bool:
        """Whether the server takes edits; else it wants the whole text for each change."""
        sync = self.capabilities.get("textDocumentSync")
        return (sync.get("change") if isinstance(sync, dict) else sync) == INCREMENTAL

    # -- start and end ----------------------------------------------------------------------------

    async def start(self) -> float:
        """Spawn the server and initialize it; answers the seconds until that was answered."""
        self.spawned = perf_counter()
        with self._log.open("wb") as errors:
            self._process = await asyncio.create_subprocess_exec(
                *self.launch.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                cwd=self.folder,
                limit=1 << 26,
                start_new_session=True,
            )
        self._reader = asyncio.create_task(self._read())
        uri = self.folder.as_uri()
        params = {
            "processId": os.getpid(),
            "clientInfo": {"name": "spine-lsp benchmark"},
            "locale": "en",
            "rootUri": uri,
            "rootPath": str(self.folder),
            "workspaceFolders": [{"uri": uri, "name": "benchmark"}],
            "initializationOptions": self.launch.options,
            "capabilities": CAPABILITIES,
        }
        result, at = await self.request("initialize", params)
        self.capabilities = result.get("capabilities", {})
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": self.launch.settings})
        return at - self.spawned

    async def stop(self) -> None:
        """Ask the server to leave, and end it by its process number if it does not."""
        process = self._running()
        with suppress(Exception):  # however it fails to leave, it is ended below
            self.patience = min(self.patience, 3.0)
            await self.request("shutdown", None)
            self.notify("exit", None)
            await asyncio.wait_for(process.wait(), 3)
        if process.returncode is None:
            for pid in reversed(process_tree(process.pid)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await process.wait()
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader

    async def quiet(self, seconds: float, patience: float = 20.0) -> None:
        """Wait until nothing was received for so long."""
        until = perf_counter() + patience
        # A silence cannot be awaited, only looked for.
        while (now := perf_counter()) < until and now - self._last_traffic < seconds:  # noqa: ASYNC110 - as it says
            await asyncio.sleep(seconds - (now - self._last_traffic) + 0.001)

    # -- messages -----------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Write framed bytes; they are on their way when this returns."""
        process = self._running()
        if self._closed or process.stdin is None:
            raise ServerDied(f"the server has ended, exit code {process.returncode}")
        process.stdin.write(data)

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.send(frame({"jsonrpc": "2.0", "method": method, "params": params}))

    async def request(self, method: str, params: Any) -> tuple[Any, float]:
        """The result and when it arrived; an error gives ``{"error": ...}``.

        Raises TimeoutError after `patience` seconds, ServerDied when the server ends.
        """
        self._last_id += 1
        number = self._last_id
        answer = self._pending[number] = asyncio.get_running_loop().create_future()
        message: Message = {"jsonrpc": "2.0", "id": number, "method": method}
        if params is not None:
            message["params"] = params
        try:
            self.send(frame(message))
            result: tuple[Any, float] = await _within(self.patience, answer)
            return result
        finally:
            self._pending.pop(number, None)

    def published(self, uri: str) -> list[Publication]:
        """All publications for a document so far."""
        return self.publications.get(uri, [])

    async def publication(self, uri: str, wanted: Callable[[Publication], bool], since: int) -> Publication:
        """The first wanted publication for a document, from number `since` on.

        Raises TimeoutError after `patience` seconds, ServerDied when the server ends.
        """
        until = perf_counter() + self.patience
        seen = since
        while True:
            for found in self.published(uri)[seen:]:
                if wanted(found):
                    return found
                seen += 1
            if self._closed:
                raise ServerDied("the server ended before it published")
            self._news.clear()
            await _within(max(0.0, until - perf_counter()), self._news.wait())

    # -- what arrives --------------------------------------------------------------------------------

    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None, "start() comes first"
        return self._process

    async def _read(self) -> None:
        stream = self._running().stdout
        assert stream is not None
        try:
            while True:
                length = await _body_length(stream)
                body = await stream.readexactly(length)
                self._last_traffic = perf_counter()
                self._take(json.loads(body), self._last_traffic, length)
        except asyncio.IncompleteReadError:
            pass
        finally:
            self._closed = True
            self._news.set()
            for answer in self._pending.values():
                if not answer.done():
                    answer.set_exception(ServerDied("the server closed its output"))

    def _take(self, message: Message, at: float, size: int) -> None:
        method = message.get("method")
        if method is None:
            answer = self._pending.get(message.get("id", -1))
            if answer is not None and not answer.done():
                refused = {"error": message["error"]} if "error" in message else None
                answer.set_result((refused or message.get("result"), at))
        elif "id" in message:
            result = self._answer(method, message.get("params"))
            self.send(frame({"jsonrpc": "2.0", "id": message["id"], "result": result}))
        elif method == "textDocument/publishDiagnostics":
            params = message["params"]
            found = params["diagnostics"]
            entry = Publication(at, params.get("version"), len(found), size, _mark(found))
            self.publications.setdefault(params["uri"], []).append(entry)
            self._news.set()

    def _answer(self, method: str, params: Any) -> Any:
        if method in self.launch.answers:
            return self.launch.answers[method]
        if method == "workspace/configuration":
            return [_section(self.launch.settings, item.get("section")) for item in params["items"]]
        if method == "workspace/workspaceFolders":
            return [{"uri": self.folder.as_uri(), "name": "benchmark"}]
        return None


class Document:
    """An open document as the client has it: it applies edits and encodes them for its server."""

    def __init__(self, client: Client, uri: str, language: str, lines: Sequence[str]) -> None:
        self.client = client
        self.uri = uri
        self.version = 1
        self.lines = list(lines)
        self._language = language

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(self.lines) + "\n"

    def opening(self) -> bytes:
        """The framed `didOpen`."""
        document = {"uri": self.uri, "languageId": self._language, "version": 1, "text": self.text}
        return _notification("textDocument/didOpen", {"textDocument": document})

    def edit(self, line: int, column: int, removed: int, inserted: str) -> bytes:
        """Apply one edit; answers the framed `didChange`."""
        old = self.lines[line]
        self.lines[line] = old[:column] + inserted + old[column + removed :]
        self.version += 1
        change: Message = {"text": self.text}
        if self.client.takes_edits:
            start, end = {"line": line, "character": column}, {"line": line, "character": column + removed}
            change = {"range": {"start": start, "end": end}, "rangeLength": removed, "text": inserted}
        document = {"uri": self.uri, "version": self.version}
        return _notification("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})


def frame(message: Message) -> bytes:
    """A message with its header, ready for the wire."""
    body = json.dumps(message, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _notification(method: str, params: Message) -> bytes:
    return frame({"jsonrpc": "2.0", "method": method, "params": params})


async def _body_length(stream: asyncio.StreamReader) -> int:
    """Read headers up to the blank line; answers the length of the body, raises IncompleteReadError at the end."""
    length: int | None = None
    while True:
        line = await stream.readuntil(b"\n")
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
        elif not line.strip() and length is not None:
            return length


async def _within(seconds: float, what: Any) -> Any:
    try:
        return await asyncio.wait_for(what, seconds)
    except asyncio.TimeoutError:  # another class than TimeoutError up to Python 3.10
        raise TimeoutError from None


def _mark(diagnostics: Sequence[Message]) -> str:
    said = sorted(json.dumps([one.get("range"), one.get("message")], sort_keys=True) for one in diagnostics)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _section(settings: Mapping[str, Any], name: str | None) -> Any:
    found: Any = settings
    for key in name.split(".") if name else ():
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


CAPABILITIES: Message = {
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {
            "relatedInformation": True,
            "versionSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "completion": {
            "contextSupport": True,
            "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown", "plaintext"]},
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    },
    "general": {"positionEncodings": ["utf-16"]},
}
