"""What is on the wire: frames and nothing else, whole and in order, over pipes and over TCP."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from contextlib import suppress

import pytest

from tests.server.conftest import Start
from tests.server.rawclient import ROOT, RawClient, frame, notification, request


def check_flood(client: RawClient) -> None:
    """Eight threads that write at once: every message arrives whole, and each thread's in order."""
    writers, each = 8, 50
    client.call("probe/flood", {"writers": writers, "each": each, "pad": 20_000})
    numbers: dict[int, list[int]] = {writer: [] for writer in range(writers)}
    for _ in range(writers * each):
        note = client.notified("probe/note")
        numbers[note["writer"]].append(note["number"])
    assert all(found == list(range(each)) for found in numbers.values())
    assert client.stray == []


@pytest.mark.parametrize("env", [{}, {"PYTHONUNBUFFERED": "1"}])
def test_only_frames_reach_standard_output(start: Start, env: dict[str, str]) -> None:
    """Prints, writes to descriptor 1 and prints of children go to standard error; children read nothing."""
    client = start(env=env)
    assert client.call("probe/noise") == {"child_read": 0}
    check_flood(client)
    assert client.shut_down() == 0
    assert client.stray == []
    for stray in ("stray print", "stray write", "stray child"):
        client.error_line(stray)


def test_a_client_may_write_all_before_it_reads(start: Start) -> None:
    """While the server waits to get rid of an answer it still reads, so that the two never wait for each other."""
    client = start("--strict")
    process = subprocess.Popen(client.process.args, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    try:
        messages = [request(0, "initialize", {"capabilities": {}})]
        messages += [request(number, "probe/echo", "x" * 1_000_000) for number in range(1, 9)]
        for message in (*messages, request(9, "shutdown"), notification("exit")):
            process.stdin.write(frame(message))  # far more than a pipe holds
            process.stdin.flush()
        written = process.stdout.read()
        assert process.wait(20) == 0
        assert written.count(b'"result":"' + b"x" * 1_000_000) == 8
    finally:
        process.kill()
        process.stdin.close()
        process.stdout.close()


def connected(client: RawClient) -> int:
    found = re.search(r"listening on 127\.0\.0\.1:(\d+)", client.error_line("listening"))
    assert found
    client.connect(int(found[1]))
    return int(found[1])


def test_tcp(start: Start) -> None:
    """Over TCP: the same session, whole messages from threads, one client only, the right exit code."""
    client = start("--tcp", "0", initialize=False)
    port = connected(client)
    client.initialize()
    check_flood(client)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    assert client.shut_down() == 0


def test_tcp_client_that_leaves(start: Start) -> None:
    """A client that closes its connection ends the server with 1."""
    client = start("--tcp", "0", initialize=False)
    connected(client)
    client.initialize()
    client.kill_connection()
    assert client.exit_code() == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Content-Type: x\r\n\r\n{}", "no Content-Length"),
        (b"Content-Length: 999999999999\r\n\r\n", "is too long"),
        (b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n', "expected Content-Length"),
    ],
)
@pytest.mark.parametrize("initialize", [True, False])
def test_a_stream_that_cannot_be_read_ends_the_server(start: Start, data: bytes, reason: str, initialize: bool) -> None:
    """The client is told, the log says why, and the exit code says that something was wrong."""
    client = start(initialize=initialize)
    client.raw(data)
    error = client.answer(None)["error"]
    assert error["code"] == -32700
    assert reason in error["message"]
    assert reason in client.error_line("cannot be read")
    assert client.exit_code() == 1


def test_a_client_that_speaks_another_protocol_is_refused(start: Start) -> None:
    """What a web page can make a browser send reaches nothing, and the server waits on for its client."""
    client = start("--tcp", "0", initialize=False)
    port = int(client.error_line("listening on").rsplit(":", 1)[1])
    body = json.dumps(request(1, "initialize", {"capabilities": {}})).encode()
    idle = socket.create_connection(("127.0.0.1", port), timeout=20)
    for greeting in (
        b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n",
        b"GET",
        b"\x16\x03\x01",
        b"\r\n\r\n",
        b"Cont\r",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as web:
            web.sendall(greeting + frame(body))
            with suppress(ConnectionResetError):  # closed with something unread
                assert web.recv(1) == b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as scanner:
        scanner.shutdown(socket.SHUT_WR)
    client.connect(port)
    client.initialize()
    assert client.call("probe/echo", 1) == 1
    assert client.shut_down() == 0
    idle.close()
