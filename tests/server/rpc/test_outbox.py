"""What goes out: whole, in order, bounded, and never by holding up who sends."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from spine_lsp.server.rpc import outbox
from spine_lsp.server.rpc.outbox import Connection, Outbox, Pipe


@pytest.fixture
def pipe() -> Iterator[tuple[BinaryIO, Outbox]]:
    """The end that a client reads, and ours."""
    source, target = os.pipe()
    with os.fdopen(source, "rb") as stream:
        out = Outbox(Pipe(target))
        yield stream, out
        out.close(0)


def test_frames_of_every_size_arrive_whole_and_in_order(pipe: tuple[BinaryIO, Outbox]) -> None:
    """Small ones are written at once, large ones by the writer; none overtakes another."""
    stream, out = pipe
    frames = [bytes([number % 256]) * size for number, size in enumerate([1, 10_000, 3, 300_000, 5, 4096, 4097, 1] * 5)]
    reader = threading.Thread(target=lambda: read.append(stream.read()))
    read: list[bytes] = []
    reader.start()
    for one in frames:
        out.put(one)
    assert out.close(20)
    reader.join(20)
    assert read == [b"".join(frames)]


def test_nobody_waits_for_a_client_that_does_not_read(pipe: tuple[BinaryIO, Outbox]) -> None:
    """Sending returns at once, the outbox says that it is full, and later that there is room again."""
    stream, out = pipe
    room = threading.Event()
    out.on_room = room.set
    size = 1_000_000
    count = 0
    while not out.full:
        out.put(b"x" * size)
        count += 1
    assert count * size <= outbox.FULL + size
    waiting = threading.Thread(target=out.wait_for_room)
    waiting.start()
    assert not room.is_set()
    assert len(stream.read(count * size)) == count * size
    waiting.join(20)
    assert not waiting.is_alive()
    assert room.wait(20)
    assert not out.full


def test_closing_does_not_wait_for_ever(pipe: tuple[BinaryIO, Outbox]) -> None:
    """What nobody reads is given up."""
    _, out = pipe
    out.put(b"x" * 1_000_000)
    assert not out.close(0.01)
    with pytest.raises(OSError, match="closed"):
        out.put(b"late")


@pytest.mark.parametrize("size", [1, 1_000_000])
def test_a_client_that_is_gone_is_said_once(size: int) -> None:
    """A write fails on the spot or on the writer's thread; whoever waits is let go."""
    source, target = os.pipe()
    out = Outbox(Pipe(target))
    gone = threading.Event()
    out.on_fault = gone.set
    os.close(source)
    if size == 1:
        with pytest.raises(BrokenPipeError):
            out.put(b"x")
    else:
        out.put(b"x" * size)
        assert gone.wait(20)
        with pytest.raises(BrokenPipeError):
            out.put(b"x")
        out.wait_for_room()
    out.close(1)


def test_a_socket_is_written_to_the_end() -> None:
    """The same over a connection."""
    ours, theirs = socket.socketpair()
    out = Outbox(Connection(ours))
    data = bytes(range(256)) * 5_000
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(theirs.makefile("rb").read()))
    reader.start()
    out.put(data)
    assert out.close(20)
    reader.join(20)
    theirs.close()
    assert read == [data]
