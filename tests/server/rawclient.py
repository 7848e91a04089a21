"""A raw client: it can send what no library would, and sees every byte that is no frame."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO

TIMEOUT = 100.0
ROOT = Path(__file__).parents[2]
Message = dict[str, Any]


class Closed(Exception):
    """The server closed its side."""


def frame(body: bytes | Message | list[Any]) -> bytes:
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def request(number: int | str, method: str, params: Any = None) -> Message:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def notification(method: str, params: Any = None) -> Message:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def did_change(uri: str, version: int, *changes: Message) -> Message:
    document = {"uri": uri, "version": version}
    return notification("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})


class RawClient:
    """One server process, or one connection to it."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        deaf: bool = False,
        mute: bool = False,
    ) -> None:
        """`deaf`: nobody reads what the server answers; `mute`: nobody reads its standard error."""
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        self._in: BinaryIO = self.process.stdin  # type: ignore[assignment]
        self.stray: list[bytes] = []
        self.errors: queue.Queue[str | None] = queue.Queue()
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self._kept: list[Message] = []
        self._last_id = 0
        self._threads: list[threading.Thread] = []
        if not deaf:
            self._threads.append(self._follow(self._read, self.process.stdout))
        if not mute:
            self._threads.append(self._follow(self._read_errors))
        self._socket: socket.socket | None = None

    def connect(self, port: int) -> None:
        """Speak over TCP from now on."""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self._in = self._socket.makefile("wb", buffering=0)  # type: ignore[assignment]
        self._messages = queue.Queue()
        self._threads.append(self._follow(self._read, self._socket.makefile("rb")))

    def _follow(self, what: Callable[..., None], *args: Any) -> threading.Thread:
        thread = threading.Thread(target=what, args=args, daemon=True)
        thread.start()
        return thread

    def _read(self, stream: BinaryIO) -> None:
        messages = self._messages
        while True:
            length = None
            while line := stream.readline():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                elif line == b"\r\n" and length is not None:
                    break
                else:
                    self.stray.append(line)
            if length is None:
                messages.put(None)
                return
            messages.put(json.loads(stream.read(length)))

    def _read_errors(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.errors.put(line.decode(errors="replace"))
        self.errors.put(None)

    # -- sending

    def raw(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._in.write(rest) or 0 :]
        self._in.flush()

    def send(self, *messages: Message | bytes | list[Any]) -> None:
        self.raw(b"".join(frame(message) for message in messages))

    def notify(self, method: str, params: Any = None) -> None:
        self.send(notification(method, params))

    def start_request(self, method: str, params: Any = None) -> int:
        self._last_id += 1
        self.send(request(self._last_id, method, params))
        return self._last_id

    def call(self, method: str, params: Any = None, timeout: float = TIMEOUT) -> Any:
        """The result, or the error as `{"code": ..., "message": ...}` under the key `error`."""
        answer = self.answer(self.start_request(method, params), timeout)
        return answer["result"] if "result" in answer else {"error": answer["error"]}

    def open(self, uri: str, text: str, version: int = 1) -> None:
        document = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def initialize(self, capabilities: Any = None, **params: Any) -> Any:
        whole = {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **params}
        result = self.call("initialize", whole)
        self.notify("initialized", {})
        return result

    def shut_down(self) -> int:
        """Leave properly; answers the exit code."""
        assert self.call("shutdown") is None
        self.notify("exit")
        return self.exit_code()

    def end_of_input(self) -> None:
        self._in.close()

    def kill_connection(self) -> None:
        assert self._socket
        self._socket.shutdown(socket.SHUT_RDWR)

    # -- receiving

    def until(self, wanted: Callable[[Message], bool], timeout: float = TIMEOUT) -> Message:
        """The first message that is wanted; others are kept for later calls."""
        for index, message in enumerate(self._kept):
            if wanted(message):
                return self._kept.pop(index)
        end = monotonic() + timeout
        while True:
            try:
                new = self._messages.get(timeout=max(0.0, end - monotonic()))
            except queue.Empty:
                raise TimeoutError(f"nothing wanted in {timeout} s; kept: {self._kept}") from None
            if new is None:
                raise Closed
            if wanted(new):
                return new
            self._kept.append(new)

    def answer(self, number: int | str | None, timeout: float = TIMEOUT) -> Message:
        return self.until(lambda m: "method" not in m and m.get("id") == number, timeout)

    def notified(self, method: str, timeout: float = TIMEOUT) -> Any:
        return self.until(lambda m: m.get("method") == method, timeout)["params"]

    def published(self, uri: str, version: int | None = None) -> Message:
        """The next publication for a document (of a version)."""

        def wanted(message: Message) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics":
                return False
            params = message["params"]
            return params["uri"] == uri and (version is None or params.get("version") == version)

        return dict(self.until(wanted)["params"])

    def received_so_far(self) -> list[Message]:
        """Everything not asked for yet; after an answer this is all that the server sent before it."""
        while not self._messages.empty():
            if (message := self._messages.get()) is not None:
                self._kept.append(message)
        return self._kept

    def error_line(self, containing: str) -> str:
        """The next line on standard error that contains a text."""
        while (line := self.errors.get(timeout=TIMEOUT)) is not None:
            if containing in line:
                return line
        raise Closed

    def exit_code(self) -> int:
        return self.process.wait(TIMEOUT)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(TIMEOUT)
        if self._socket is not None:
            self._socket.close()
        for thread in self._threads:
            thread.join(TIMEOUT)
        for stream in (self._in, self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                with suppress(OSError):  # unsent data for a server that is gone
                    stream.close()


def probe(*options: str, env: Mapping[str, str] | None = None, **ears: bool) -> RawClient:
    """The server with the handlers and the analysis of `probe.py`."""
    return RawClient([sys.executable, "-m", "tests.server.probe", *options], env, **ears)
