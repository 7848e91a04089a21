"""Reading frames: whatever the bytes, it ends or goes on, and never waits for what will not come."""

from __future__ import annotations

import io
import json
import socket
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, strategies as st

from spine_lsp.server.rpc import transport
from spine_lsp.server.rpc.inbox import MOST_BYTES, Broken, End, Inbox
from spine_lsp.server.rpc.wire import Json, dumps, error, frame, notification, response


def read(data: bytes, limit: int = 1000) -> list[Any]:
    return [message for message, _ in transport.read_messages(io.BytesIO(data), limit)]


@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from([frame(b"{}"), b"\r\n", b"Content-Length: 3\n\n"]))))
def test_any_bytes_are_read_to_the_end(parts: list[bytes]) -> None:
    """Reading is total: it gives messages or broken ones, and stops, with a reason where it must."""
    with suppress(transport.FramingError):
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
        b"\r\n\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\r\nContent-Length: 2\r\nX: y\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=UTF-8\r\nContent-Length: 2\r\n\r\n",
        b'Content-Type: x; charset="utf8"\r\nContent-Length: 2\r\n\r\n',
    ],
)
def test_headers(header: bytes) -> None:
    """A length is found in every spelling."""
    assert read((header + b"{}") * 2) == [{}, {}]


@pytest.mark.parametrize("data", [b"", b"Content-Length: 5", b"Content-Length: 5\r\n\r\n{}", b"\r\n\r\n", b"{}"])
def test_what_is_cut_off_is_no_message(data: bytes) -> None:
    """The end of input in the middle of something ends reading."""
    assert read(data) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Content-Type: x\r\n\r\n{}", "no Content-Length"),
        (b"Content-Length: x\r\n\r\n{}", "no number: 'x'"),
        (b"Content-Length:\r\n\r\n{}", "no number: ''"),
        (b"Content-Length: -2\r\n\r\n{}", "no number: '-2'"),
        (b"Content-Length: 2.0\r\n\r\n{}", "no number"),
        (b"Content-Length: 0x2\r\n\r\n{}", "no number"),
        (b"Content-Length: 2 2\r\n\r\n{}", "no number"),
        (b"Content-Length: \xd9\xa2\r\n\r\n{}", "no number"),
        (b"Content-Length: 2\x00\r\n\r\n{}", "no number"),
        (b"Content-Length: 1001\r\n\r\n", "of 1001 bytes is too long, the limit is 1000"),
        (b"Content-Length: 999999999999\r\n\r\n", "is too long"),
        (b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", "no number"),
        (b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "two lengths"),
        (b'{"jsonrpc":"2.0","id":1,"method":"initialize"}\n', "expected Content-Length, got '{"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", "expected Content-Length, got 'POST"),
        (b"\x16\x03\x01\x02\n", "expected Content-Length"),
        (b"\x00" * 100 + b"\r\n", "expected Content-Length"),
        (b"x" * 10_000, "longer than 8192 bytes"),
        (b"X: y\r\n" * 100, "longer than 64 lines"),
        (b"\r\n" * 100, "longer than 64 lines"),
    ],
)
def test_bytes_without_a_frame_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    """Where the next message begins cannot be known: nothing is waited for, and nothing is taken for a message."""
    with pytest.raises(transport.FramingError) as info:
        read(data)
    assert reason in str(info.value)
    messages = read_all(frame(b"1") + data + frame(b"2"))
    assert messages[0] == 1
    assert isinstance(messages[-1], End)
    assert reason in (messages[-1].reason or "")
    assert 2 not in messages


def read_all(data: bytes) -> list[Any]:
    """What the reader puts into the inbox."""
    inbox = Inbox()
    transport.start_reader(io.BytesIO(data), inbox, lambda: None, limit=1000).join(20)
    return [inbox.take() for _ in range(inbox.count)]


def test_other_encodings_are_refused_one_by_one() -> None:
    """A message in another encoding costs itself: its length was right."""
    body = '"é"'.encode("utf-16")
    header = b"Content-Type: x; charset=utf-16\r\nContent-Length: %d\r\n\r\n" % len(body)
    reason = "messages are UTF-8, and this one says utf-16"
    assert read(header + body + frame(b"1")) == [Broken(-32700, reason), 1]
    assert [type(one) for one in read(frame(body) + frame('"é"'.encode("latin-1")))] == [Broken, Broken]


def test_the_inbox_makes_a_flood_wait() -> None:
    """A client that sends faster than its messages are handled waits itself: what is queued stays bounded."""
    inbox = Inbox()
    count, size = 40, 2_000_000
    data = io.BytesIO(frame(b'"%b"' % (b"x" * size)) * count)
    thread = transport.start_reader(data, inbox, lambda: None)
    seen = most = 0
    while True:
        while not inbox:
            pass
        most = max(most, inbox.count)
        if isinstance(inbox.take(), End):
            break
        seen += 1
    thread.join(20)
    assert seen == count
    assert most <= MOST_BYTES // size + 1


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


def test_only_this_machine_can_connect() -> None:
    """The server listens on the loopback address and nowhere else."""
    with transport.listen(0) as waiting:
        assert waiting.family == socket.AF_INET
        assert waiting.getsockname()[0] == "127.0.0.1"


def test_bodies() -> None:
    """The three kinds of message, compact, with text that is no Unicode kept legal."""
    assert response("a\ud800", Json(b"[1]")) == b'{"jsonrpc":"2.0","id":"a\\ud800","result":[1]}'
    assert error(None, 1, "é") == b'{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"\\u00e9"}}'
    assert error(2, 1, "x", {"y": 1}).endswith(b'"error":{"code":1,"message":"x","data":{"y":1}}}')
    assert notification("m", b"{}") == b'{"jsonrpc":"2.0","method":"m","params":{}}'
    assert frame(b"{}") == b"Content-Length: 2\r\n\r\n{}"
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps(float("nan"))


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
        max_leaves=20,
    ),
    st.integers(min_value=0, max_value=3),
)
def test_long_lists_are_encoded_in_parts(value: Any, times: int) -> None:
    """What is encoded in parts equals what is encoded at once."""
    long = [value] * (400 * times)
    for whole in (long, tuple(long), {"a": long, "é": value}, [long]):
        assert dumps(whole) == json.dumps(whole, separators=(",", ":")).encode()
