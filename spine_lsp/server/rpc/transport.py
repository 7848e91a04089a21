"""The pipe or socket to the client: private, framed, and read by one thread."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import selectors
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from time import sleep
from typing import BinaryIO, NamedTuple

from spine_lsp.server.rpc.inbox import Broken, End, Inbox
from spine_lsp.server.rpc.outbox import Connection, Pipe
from spine_lsp.server.rpc.wire import PARSE_ERROR

log = logging.getLogger(__name__)

MAX_MESSAGE = 256 * 1024 * 1024
"""Longer messages are refused: no text that a person edits comes near."""

_MOST_LINES = 64
_LONGEST_LINE = 8192
_FIELD = re.compile(rb"([A-Za-z-]+)\s*:\s*(.*)", re.DOTALL)
_NUMBER = re.compile(rb"[0-9]{1,18}")
_CHARSET = re.compile(rb"charset\s*=\s*\"?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_FIRST_BYTES = b"content-"
_LENGTH = b"content-length"
_MOST_CALLERS = 16
_SLOW_CALLER = 0.02
"""Seconds until a connection is looked at again that has sent half a word."""


def claim_stdio() -> tuple[BinaryIO, Pipe]:
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
    return os.fdopen(source, "rb", buffering=1 << 16), Pipe(out)


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
    waiting = socket.create_server(("127.0.0.1", port), backlog=8)
    # Not a log line: with port 0 the client learns its port here, whatever the level.
    sys.stderr.write(f"listening on 127.0.0.1:{waiting.getsockname()[1]}\n")
    sys.stderr.flush()
    return waiting


def accept_one(waiting: socket.socket) -> tuple[BinaryIO, Connection]:
    """Wait for the one client, then refuse all others.

    The client is the first whose first bytes are those of a message: a web page can make a browser connect to
    any port of this machine, and what it sends begins as HTTP does.
    """
    with waiting, selectors.DefaultSelector() as selector:
        selector.register(waiting, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is waiting:
                    connection, _ = waiting.accept()
                    if len(selector.get_map()) <= _MOST_CALLERS:
                        selector.register(connection, selectors.EVENT_READ)
                    else:
                        connection.close()
                    continue
                caller = key.fileobj
                assert isinstance(caller, socket.socket)
                if (begun := _greeting(caller)) is None:
                    sleep(_SLOW_CALLER)
                    continue
                selector.unregister(caller)
                if not begun:
                    log.warning("refused a connection that does not begin with Content-Length")
                    caller.close()
                    continue
                for other in list(selector.get_map().values()):
                    if other.fileobj is not waiting:
                        other.fileobj.close()  # type: ignore[union-attr]  # all of them are sockets
                caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return io.BufferedReader(caller.makefile("rb", buffering=0), 1 << 16), Connection(caller)


def _greeting(caller: socket.socket) -> bool | None:
    """Whether a caller begins as a client does; None while it has sent too little to tell."""
    try:
        begun = caller.recv(len(_FIRST_BYTES), socket.MSG_PEEK).lower()
    except OSError:
        return False
    if not begun or not _FIRST_BYTES.startswith(begun):
        return False
    return True if len(begun) == len(_FIRST_BYTES) else None


class FramingError(Exception):
    """Bytes that are no frame; the message says what is wrong with them."""


def read_messages(stream: BinaryIO, limit: int = MAX_MESSAGE) -> Iterator[tuple[object, int]]:
    """Yield each message and its bytes, until the stream ends; a `Broken` for one that cannot be decoded.

    Header names may have any case, and lines may end in LF alone. After a body that is no JSON, because its
    length was too small, say, lines that are no header are skipped. Raises FramingError where nobody can know
    at which place the next message begins: what comes there must not be taken for one.
    """
    recovering = False
    while (header := _read_header(stream, recovering=recovering)) is not None:
        if header.length > limit:
            raise FramingError(f"a message of {header.length} bytes is too long, the limit is {limit}")
        body = stream.read(header.length)
        if len(body) < header.length:
            log.warning("the input ended in the middle of a message")
            return
        if header.charset.replace("-", "") == "utf8":
            message = _decode(body)
        else:
            message = Broken(PARSE_ERROR, f"messages are UTF-8, and this one says {header.charset}")
        recovering = isinstance(message, Broken)
        yield message, header.length


class _Header(NamedTuple):
    length: int
    charset: str


def _read_header(stream: BinaryIO, *, recovering: bool) -> _Header | None:
    """The next header; None at the end of the stream. Raises FramingError."""
    fields: dict[bytes, bytes] = {}
    for _ in range(_MOST_LINES):
        line = stream.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            if len(line) == _LONGEST_LINE:
                raise FramingError(f"a header line is longer than {_LONGEST_LINE} bytes")
            if line or fields:
                log.warning("the input ended in the middle of a header")
            return None
        if not line.strip():
            if fields:
                return _header_of(fields)
        elif field := _FIELD.fullmatch(line.strip()):
            _add_field(fields, field[1].lower(), field[2])
        elif fields or not recovering:
            raise FramingError(f"expected Content-Length, got {_quoted(line)}")
    raise FramingError(f"a header is longer than {_MOST_LINES} lines")


def _add_field(fields: dict[bytes, bytes], name: bytes, value: bytes) -> None:
    """Take note of a field; raises FramingError for a length that is none, or another than was said before."""
    if name == _LENGTH:
        if not _NUMBER.fullmatch(value):
            raise FramingError(f"Content-Length is no number: {_quoted(value)}")
        if int(value) != int(fields.get(name, value)):
            raise FramingError("a header says two lengths")
    fields[name] = value


def _header_of(fields: dict[bytes, bytes]) -> _Header:
    """What the fields say; raises FramingError where no length is among them."""
    if _LENGTH not in fields:
        raise FramingError("a header has no Content-Length")
    charset = _CHARSET.search(fields.get(b"content-type", b""))
    return _Header(int(fields[_LENGTH]), charset[1].decode("ascii").lower() if charset else "utf-8")


def _quoted(data: bytes) -> str:
    """The beginning of what a client sent, safe to log."""
    return repr(data[:40].rstrip().decode("ascii", "replace"))


def _decode(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8", "surrogatepass"))
    except ValueError as exc:  # syntax, or bytes that are no text
        return Broken(PARSE_ERROR, f"message is not JSON: {exc}")
    except RecursionError:
        return Broken(PARSE_ERROR, "message is nested too deeply")


def start_reader(
    stream: BinaryIO,
    inbox: Inbox,
    wake: Callable[[], None],
    left: Callable[[int], None] = lambda _: None,
    limit: int = MAX_MESSAGE,
) -> threading.Thread:
    """Read `stream` into `inbox` on a daemon thread; `wake`, called after each message, is thread-safe.

    `left` is told, with the exit code that it means, when the client has said its last word.
    """

    def read() -> None:
        reason: str | None = None
        code = 1
        try:
            for message, size in read_messages(stream, limit):
                method = message.get("method") if isinstance(message, dict) else None
                if method == "shutdown":
                    code = 0
                elif method == "exit":
                    left(code)
                inbox.put(message, size)
                wake()
        except FramingError as exc:
            reason, code = str(exc), 1
        except (OSError, ValueError) as exc:  # ValueError: the stream was closed under us
            log.info("reading ended: %s", exc)
        except RuntimeError:  # the loop is closed, nobody listens any more
            return
        inbox.put(End(reason))
        left(code)
        try:
            wake()
        except RuntimeError:
            log.debug("the loop was closed before the end of input was seen")

    thread = threading.Thread(target=read, name="spine-reader", daemon=True)
    thread.start()
    return thread
