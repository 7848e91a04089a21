"""Reading frames: whatever the bytes, it ends or goes on, and never waits for what will not come."""

from __future__ import annotations

import io
import os
import socket
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_lsp.server import transport
from spine_lsp.server.inbox import Broken, End, Inbox
from spine_lsp.server.wire import Json, dumps, error, frame, notification, response


def read(data: bytes, limit: int = 1000) -> list[Any]:
    return list(transport.read_messages(io.BytesIO(data), limit))


@given(
    st.lists(
        st.one_of(st.binary(max_size=30), st.sampled_from([frame(b"{}"), b"\r\n", b"Content-Length: 3\n\n"]))
    )
)
def test_any_bytes_are_read_to_the_end(parts: list[bytes]) -> None:
    """Reading is total: it gives messages or broken ones, and stops."""
    for message in read(b"".join(parts)):
        assert isinstance(message, Broken | dict | list | str | int | float | None)


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: 2\r\n\r\n",
        b"content-length:2\n\n",
        b"CONTENT-LENGTH :  2  \r\n\r\n",
        b"Content-Type: x\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\r\nContent-Type: x\r\n\r\n",
        b"noise\r\n\r\nContent-Length: x\r\nContent-Length: 2\r\n\r\n",
    ],
)
def test_headers(header: bytes) -> None:
    """A length is found in every spelling."""
    assert read((header + b"{}") * 2) == [{}, {}]


@pytest.mark.parametrize(
    "data", [b"", b"Content-Length: 5", b"Content-Length: 5\r\n\r\n{}", b"\r\n\r\n", b"{}"]
)
def test_what_is_cut_off_is_no_message(data: bytes) -> None:
    """The end of input in the middle of something ends reading."""
    assert read(data) == []


def test_a_message_that_is_too_long_is_skipped() -> None:
    """It is refused, never held in memory, and the next one is read."""
    messages = read(frame(b'"%b"' % (b"x" * 1001)) + frame(b"1"))
    assert messages == [Broken(-32600, "message of 1003 bytes is too long, the limit is 1000"), 1]
    assert read(b"Content-Length: 999999999999999999\r\n\r\nxyz") == []


def test_the_reader_ends_when_the_loop_is_gone() -> None:
    """A message that arrives after the loop was closed is no crash of the thread."""

    def wake() -> None:
        raise RuntimeError("Event loop is closed")

    inbox = Inbox()
    thread = transport.start_reader(io.BytesIO(frame(b"1")), inbox, wake)
    thread.join(20)
    assert not thread.is_alive()


def test_the_reader_says_when_input_ends() -> None:
    """The end of input waits in line behind the messages."""
    inbox = Inbox()
    transport.start_reader(io.BytesIO(frame(b"1")), inbox, lambda: None).join(20)
    assert [inbox.take(), inbox.take(), bool(inbox)] == [1, End(), False]


def test_a_large_write_to_a_slow_pipe_is_whole() -> None:
    """The system takes a large message in parts; all parts are written."""
    source, target = os.pipe()
    out = transport.PipeOut(target)
    data = bytes(range(256)) * 5_000

    def write() -> None:
        out.write(data)
        out.close()

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(source, "rb") as stream:
        assert stream.read() == data
    writer.join(20)
    out.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        out.write(b"late")


def test_only_this_machine_can_connect() -> None:
    """The server listens on the loopback address and nowhere else."""
    with transport.listen(0) as waiting:
        assert waiting.family == socket.AF_INET
        assert waiting.getsockname()[0] == "127.0.0.1"


def test_processes_are_seen_alive_and_dead() -> None:
    """Our own process lives; one that was waited for does not."""
    assert transport.process_alive(os.getpid())
    child = os.spawnlp(os.P_NOWAIT, "true", "true")
    os.waitpid(child, 0)
    assert not transport.process_alive(child)


def test_bodies() -> None:
    """The three kinds of message, compact, with text that is no Unicode kept legal."""
    assert response("a\ud800", Json(b"[1]")) == b'{"jsonrpc":"2.0","id":"a\\ud800","result":[1]}'
    assert error(None, 1, "é") == b'{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"\\u00e9"}}'
    assert error(2, 1, "x", {"y": 1}).endswith(b'"error":{"code":1,"message":"x","data":{"y":1}}}')
    assert notification("m", b"{}") == b'{"jsonrpc":"2.0","method":"m","params":{}}'
    assert frame(b"{}") == b"Content-Length: 2\r\n\r\n{}"
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps(float("nan"))
