"""What is on the wire: frames and nothing else, whole and in order, over pipes and over TCP."""

from __future__ import annotations

import re
import socket
import subprocess

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
