"""The pipe or socket to the client: private, framed, read by one thread, written whole."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from spine_lsp.server.inbox import Broken, End, Inbox
from spine_lsp.server.wire import INVALID_REQUEST, PARSE_ERROR

log = logging.getLogger(__name__)

MAX_MESSAGE = 256 * 1024 * 1024
"""Longer messages are skipped and refused: no text that a person edits comes near."""

_LENGTH = re.compile(rb"content-length\s*:\s*(\d{1,18})\s*$", re.IGNORECASE)
_CHUNK = 1 << 20


class Out(Protocol):
    """Where frames go."""

    def write(self, data: bytes) -> None:
        """Write all of `data` before anybody else writes; raises OSError when the client is gone."""

    def close(self) -> None:
        """Close for good; later writes raise OSError."""


class PipeOut:
    """Whole, locked writes to a file descriptor, without a buffer that could tear a message."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Write all of `data`; the system may take a large one in several parts."""
        with self._lock:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def close(self) -> None:
        """Close the descriptor; a second call does nothing."""
        with self._lock:
            descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


class SocketOut:
    """Whole, locked writes to a connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Send all of `data`."""
        with self._lock:
            self._connection.sendall(data)

    def close(self) -> None:
        """Tell the client that nothing follows, and close."""
        with self._lock:
            try:
                self._connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                log.debug("the client had closed the connection already")
            self._connection.close()


def claim_stdio() -> tuple[BinaryIO, PipeOut]:
    """Take standard input and output away from everybody else.

    Afterwards file descriptor 1 is standard error and 0 is empty, for this process, for C code in it and for
    its children: a stray print cannot reach the client, and no child can eat the client's messages.
    """
    _ensure_stderr()
    out, source = os.dup(1), os.dup(0)  # not inheritable, PEP 446
    os.dup2(2, 1)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(out, os.O_BINARY)
        msvcrt.setmode(source, os.O_BINARY)
    sys.stdout = sys.stderr
    return os.fdopen(source, "rb", buffering=1 << 16), PipeOut(out)


def _ensure_stderr() -> None:
    """Some hosts start us without standard error; then whatever would go there is dropped."""
    try:
        os.fstat(2)
    except OSError:
        sink = os.open(os.devnull, os.O_WRONLY)
        if sink != 2:
            os.dup2(sink, 2)
            os.close(sink)


def listen(port: int) -> socket.socket:
    """A socket that waits on this machine only; port 0 lets the system choose."""
    waiting = socket.create_server(("127.0.0.1", port), backlog=1)
    # Not a log line: with port 0 the client learns its port here, whatever the level.
    sys.stderr.write(f"listening on 127.0.0.1:{waiting.getsockname()[1]}\n")
    sys.stderr.flush()
    return waiting


def accept_one(waiting: socket.socket) -> tuple[BinaryIO, SocketOut]:
    """Wait for the one client, then refuse all others."""
    with waiting:
        connection, _ = waiting.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return io.BufferedReader(connection.makefile("rb", buffering=0), 1 << 16), SocketOut(connection)


def read_messages(stream: BinaryIO, limit: int = MAX_MESSAGE) -> Iterator[object]:
    """Yield each decoded message, or a `Broken` for one that cannot be decoded, until the stream ends.

    Header names may have any case, lines may end in LF alone, and lines that are no header are skipped, so
    reading finds its place again after a message whose length was wrong.
    """
    while (length := _read_header(stream)) is not None:
        if length > limit:
            log.error("skipped a message of %d bytes; at most %d are read", length, limit)
            if not _skip(stream, length):
                return
            yield Broken(INVALID_REQUEST, f"message of {length} bytes is too long, the limit is {limit}")
            continue
        body = stream.read(length)
        if len(body) < length:
            return
        yield _decode(body)


def _read_header(stream: BinaryIO) -> int | None:
    length = None
    while True:
        line = stream.readline(1 << 16)
        if not line:
            return None
        if found := _LENGTH.match(line.strip()):
            length = int(found[1])
        elif length is not None and not line.strip():
            return length


def _skip(stream: BinaryIO, length: int) -> bool:
    while length > 0:
        part = stream.read(min(length, _CHUNK))
        if not part:
            return False
        length -= len(part)
    return True


def _decode(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError as exc:  # syntax, or bytes that are no text
        return Broken(PARSE_ERROR, f"message is not JSON: {exc}")
    except RecursionError:
        return Broken(PARSE_ERROR, "message is nested too deeply")


def start_reader(stream: BinaryIO, inbox: Inbox, wake: Callable[[], None]) -> threading.Thread:
    """Read `stream` into `inbox` on a daemon thread; `wake`, called after each message, is thread-safe."""

    def read() -> None:
        try:
            for message in read_messages(stream):
                inbox.put(message)
                wake()
        except (OSError, ValueError) as exc:  # ValueError: the stream was closed under us
            log.info("reading ended: %s", exc)
        except RuntimeError:  # the loop is closed, nobody listens any more
            return
        inbox.put(End())
        try:
            wake()
        except RuntimeError:
            log.debug("the loop was closed before the end of input was seen")

    thread = threading.Thread(target=read, name="spine-reader", daemon=True)
    thread.start()
    return thread


def process_alive(pid: int) -> bool:
    """Whether a process of this id exists, as far as this process may see."""
    if sys.platform == "win32":
        return _alive_windows(pid)
    try:
        os.kill(pid, 0)  # signal 0 only asks
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _alive_windows(pid: int) -> bool:
    # os.kill would end the process there, so its handle is asked instead: it is signalled once the process
    # has ended.
    import ctypes

    synchronize, timed_out = 0x100000, 0x102
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]  # exists on Windows only
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return False
    state = kernel.WaitForSingleObject(handle, 0)
    kernel.CloseHandle(handle)
    return bool(state == timed_out)
