"""Stands between an editor and the server, keeps every byte of both, and judges them afterwards.

    wire.py FOLDER COMMAND...   run the server, with its traffic kept in a new folder below FOLDER
    wire.py --check FOLDER [TEXT...]
                                judge all traffic below FOLDER; exit code 1 if anything is wrong. Lines on
                                standard error and refusals that have a TEXT in them are no fault of the server

With SPINE_WIRE_STRAY set, a stray line is put before the first message: a run must fail then.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

PATIENCE_S = 10.0


def copy(source: IO[bytes], target: IO[bytes], kept: Path, first: bytes = b"") -> None:
    """Pass bytes on as they come, and keep them."""
    with kept.open("wb", buffering=0) as file:
        chunk = first
        while True:
            try:
                file.write(chunk)
                target.write(chunk)
                target.flush()
            except (BrokenPipeError, ValueError):
                break
            chunk = os.read(source.fileno(), 1 << 16)
            if not chunk:
                break
    try:
        target.close()
    except BrokenPipeError:
        pass


def run(folder: Path, command: list[str]) -> int:
    """Run the server until it ends; a command that is no `serve` is only run."""
    if command[-1] != "serve":
        return subprocess.run(command, check=False).returncode
    # Some editors kill what they started as soon as they have said `exit`: the one that keeps the traffic lives on.
    keeper = os.fork()
    if keeper:
        return os.waitstatus_to_exitcode(os.waitpid(keeper, 0)[1])
    os.setsid()
    folder.mkdir(parents=True, exist_ok=True)
    kept = Path(tempfile.mkdtemp(prefix="session-", dir=folder))
    with (kept / "stderr").open("wb") as errors:
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
    assert server.stdin and server.stdout
    (kept / "pid").write_text(str(server.pid))  # for a test that kills the server
    to_server = threading.Thread(
        target=copy, args=(sys.stdin.buffer, server.stdin, kept / "to-server"), daemon=True
    )
    to_server.start()
    stray = b"stray line\n" if os.environ.get("SPINE_WIRE_STRAY") else b""
    copy(server.stdout, sys.stdout.buffer, kept / "from-server", stray)
    code = server.wait()
    (kept / "code").write_text(str(code))
    return code


def frames(data: bytes) -> Iterator[dict[str, Any]]:
    """The messages of a stream; raises ValueError at the first byte that belongs to none."""
    at = 0
    while at < len(data):
        end = data.find(b"\r\n\r\n", at)
        if end < 0:
            raise ValueError(f"stray bytes at {at}: {data[at : at + 80]!r}")
        length = None
        for line in data[at:end].split(b"\r\n"):
            name, colon, value = line.partition(b":")
            if name.lower() not in (b"content-length", b"content-type") or not colon:
                raise ValueError(f"stray bytes at {at}: {line[:80]!r}")
            if name.lower() == b"content-length":
                length = int(value)
        if length is None:
            raise ValueError(f"no Content-Length at {at}")
        body = data[end + 4 : end + 4 + length]
        if len(body) < length:
            raise ValueError(f"a message at {at} is cut off")
        message = json.loads(body)
        if message.get("jsonrpc") != "2.0":
            raise ValueError(f"no JSON-RPC 2.0 at {at}: {body[:80]!r}")
        yield message
        at = end + 4 + length


def late(sent: list[dict[str, Any]]) -> set[object]:
    """The requests after `shutdown`, which a server has to refuse (LSP 3.17, Shutdown Request)."""
    methods = [message.get("method") for message in sent]
    end = methods.index("shutdown") if "shutdown" in methods else len(methods)
    return {message["id"] for message in sent[end + 1 :] if "id" in message}


def judge(session: Path, allowed: list[str]) -> tuple[int, list[str]]:
    """How many messages a session had, and all that is wrong with it."""
    wrong: list[str] = []
    sent: list[dict[str, Any]] = []
    got: list[dict[str, Any]] = []
    for name, into in (("to-server", sent), ("from-server", got)):
        try:
            into.extend(frames((session / name).read_bytes()))
        except ValueError as error:
            wrong.append(f"{name}: {error}")
    answered = [message["id"] for message in got if "method" not in message]
    asked = {message["id"]: message["method"] for message in sent if "method" in message and "id" in message}
    if len(answered) != len(set(answered)):
        wrong.append("a request was answered twice")
    asked_late = late(sent)  # `exit` may come before the answer
    if lost := [method for number, method in asked.items() if number not in (*answered, *asked_late)]:
        wrong.append(f"never answered: {', '.join(lost)}")
    for message in got:
        error = message.get("error")
        refused = error and any(text in error.get("message", "") for text in allowed)
        expected = refused or (error and error.get("code") in (-32800, -32801))  # cancelled, content modified
        if error and not expected and message.get("id") not in asked_late:
            wrong.append(f"{asked.get(message.get('id'))} answered with an error: {error}")
        if message.get("method") in ("window/showMessage", "window/logMessage"):
            if message["params"]["type"] == 1:
                wrong.append(f"the server complained: {message['params']['message']}")
    lines = (session / "stderr").read_text().splitlines()
    if errors := [line for line in lines if line.strip() and not any(text in line for text in allowed)]:
        wrong.append("stderr: " + "\n".join(errors))
    # A client that leaves without `shutdown`, as ALE does, is told so by exit code 1 (LSP 3.17, Exit Notification).
    right = "0" if "shutdown" in asked.values() else "1"
    if (code := (session / "code").read_text()) != right:
        wrong.append(f"the server ended with code {code}")
    return len(sent) + len(got), wrong


def check(folder: Path, allowed: list[str]) -> int:
    """Judge every session, once its server has ended."""
    sessions = sorted(folder.glob("session-*"))
    deadline = time.monotonic() + PATIENCE_S
    while any(not (session / "code").exists() for session in sessions) and time.monotonic() < deadline:
        time.sleep(0.02)  # servers end a moment after their editors
    messages = faults = 0
    for session in sessions:
        if not (session / "code").exists():
            count, wrong = 0, ["the server did not end with its editor"]
        else:
            count, wrong = judge(session, allowed)
        messages += count
        for one in wrong:
            faults += 1
            print(f"FAIL wire {session.name}: {one}")
    if not sessions:
        faults += 1
        print("FAIL wire: no server was started at all")
    print(f"wire: {len(sessions)} sessions, {messages} messages, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        sys.exit(check(Path(sys.argv[2]), sys.argv[3:]))
    sys.exit(run(Path(sys.argv[1]), sys.argv[2:]))
