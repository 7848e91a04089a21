"""The watchdog: a client that is gone takes its server along, whatever that is doing."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from itertools import count

import pytest

from spine_lsp.server.watchdog import Watchdog, process_alive
from tests.server.conftest import Start
from tests.server.rawclient import did_change

A = "file:///watchdog.yaml"


def test_processes_are_seen_alive_and_dead() -> None:
    """Our own process lives; one that was waited for does not, and a number beyond all is none."""
    assert process_alive(os.getpid())
    child = os.spawnlp(os.P_NOWAIT, "true", "true")
    os.waitpid(child, 0)
    assert not process_alive(child)
    assert not process_alive(2**70)


def test_a_loop_that_lives_is_left_alone() -> None:
    """After the client's last word the loop may work on for as long as it comes to its next message."""
    beats, work = iter(range(40)), count()
    ended: queue.Queue[int] = queue.Queue()
    watchdog = Watchdog(
        lambda: next(beats, 40),
        lambda: None,
        lambda: None,
        every=0.01,
        grace=0.01,
        worked=lambda: float(next(work)),
        end_process=ended.put,
    )
    watchdog.client_left(0)
    watchdog.start(None).join(20)
    assert ended.get(timeout=20) == 0
    assert next(beats, None) is None


@pytest.mark.parametrize("busy", [True, False], ids=["a busy machine", "a loop that waits"])
def test_a_loop_that_stands_still_is_given_the_time_to_do_something(busy: bool) -> None:
    """Only work of the process counts, or time that passes many times over while it does none."""
    looks = count()
    ended: queue.Queue[int] = queue.Queue()

    def sometimes() -> float:
        return 0.0 if next(looks) < 4 else 60.0

    watchdog = Watchdog(
        lambda: 0,
        lambda: None,
        lambda: None,
        grace=0.01,
        worked=sometimes if busy else lambda: 0.0,
        clock=(lambda: 0.0) if busy else sometimes,
        end_process=ended.put,
    )
    watchdog.client_left(0)
    watchdog.start(None).join(20)
    assert ended.get(timeout=20) == 0
    assert next(looks) == 5


def test_the_other_end_of_the_input_is_watched() -> None:
    """A closed pipe is noticed though nobody reads what is still in it."""
    source, target = os.pipe()
    os.write(target, b"unread")
    beats = count()
    ended: queue.Queue[int] = queue.Queue()
    watchdog = Watchdog(
        lambda: min(next(beats), 3), lambda: None, lambda: None, every=0.01, grace=0.01, end_process=ended.put
    )
    thread = watchdog.start(source)
    assert ended.empty()
    os.close(target)
    assert ended.get(timeout=20) == 1
    thread.join(20)
    os.close(source)


@pytest.mark.parametrize(
    ("work", "way", "code"),
    [
        ("probe/hang", "shutdown and exit", 0),
        ("probe/hang", "end of input", 1),
        ("probe/hang", "death of the parent", 1),
        ("probe/hold", "shutdown and exit", 0),
    ],
)
def test_a_handler_that_never_ends_does_not_outlive_the_client(start: Start, work: str, way: str, code: int) -> None:
    """On the event loop or beside it: however the client leaves, the process ends."""
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    client = start(initialize=False)
    client.initialize(processId=parent.pid)
    if work == "probe/hang":
        client.notify(work)
        client.notified("probe/hanging")
    else:
        client.start_request(work)
        client.notified("probe/holding")
    if way == "shutdown and exit":
        client.start_request("shutdown")
        client.notify("exit")
    elif way == "end of input":
        client.end_of_input()
    else:
        parent.kill()
        parent.communicate()
    assert client.exit_code() == code
    parent.kill()
    parent.communicate()


def test_a_client_that_reads_nothing_and_goes_ends_the_server(start: Start) -> None:
    """Answers that nobody takes fill the pipe; the server still hears that the client leaves."""
    client = start(initialize=False, deaf=True)
    client.notify("initialized")
    client.start_request("initialize", {"capabilities": {}})
    for number in range(60):
        client.start_request("probe/large", {"size": 1_000_000})
        client.send(did_change(A, number, {"text": "bad\n" * 1000}))
    client.start_request("shutdown")
    client.notify("exit")
    assert client.exit_code() == 0
