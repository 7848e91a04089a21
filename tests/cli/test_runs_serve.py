"""`spine-lsp runs serve`: what it answers, to whom, and how much; with an ASGI client, and once for real."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed: `make` installs it")

from spine_lsp.cli.running import dashboard
from spine_lsp.cli.running.dashboard import ServedFolder, application
from spine_lsp.cli.running.serving import listen_on
from spine_lsp.execution import GroupRunner
from spine_lsp.execution.history import History
from tests.cli.runner import command, environment, run
from tests.execution.fakes import FakeDispatcher, plan_of

GROUP = """
kind: PipelineGroup
name: prices.daily
steps:
  - {name: fetch, pipeline: p, params: {day: "{{ params.day }}"}}
  - {name: load, pipeline: q, depends_on: [fetch]}
"""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Get = Callable[..., Answer]


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """A run that completed, and one that failed."""
    found = History(tmp_path / "h.db")
    for name, edges in (("r1", {"a": [], "b": ["a"]}), ("r2", {"a": [], "fail": ["a"], "c": ["fail"]})):
        plan = plan_of(edges)
        GroupRunner(FakeDispatcher(), record=found.begin(plan, name)).execute(plan, run_id=name)
    yield found
    found.close()


@pytest.fixture
def get(history: History, tmp_path: Path) -> Iterator[Get]:
    """Asks the application over a folder of two files, each with a group."""
    folder = tmp_path / "groups"
    folder.mkdir()
    (folder / "daily.yaml").write_text(GROUP, encoding="utf-8")
    (folder / "other.yaml").write_text(GROUP.replace("prices.daily", "other"), encoding="utf-8")
    reading = History.to_read(tmp_path / "h.db")
    app = application(reading, ServedFolder(str(folder)))

    def get(path: str, host: str = "127.0.0.1:8766", method: str = "GET", **headers: str) -> Answer:
        return asyncio.run(_ask(app, path, method, {"host": host, **headers}))

    yield get
    reading.close()


async def _ask(app: Any, path: str, method: str, headers: dict[str, str]) -> Answer:
    path, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8766),
    }  # fmt: skip
    sent: list[Any] = []
    request = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if request:
            return request.pop()
        return await asyncio.Event().wait()  # the client stays

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], head, body.decode())


def test_what_it_answers(get: Get) -> None:
    """Groups, plan and graph of the folder; runs, steps and events of the history."""
    assert "/runs/{run}/events" in get("/").json["paths"]
    groups = get("/groups").json
    assert [(group["name"], group["steps"]) for group in groups["groups"]] == [
        ("prices.daily", 2),
        ("other", 2),
    ]
    plan = get("/plan?group=prices.daily&param=day=2026-01-09").json
    assert [step["name"] for step in plan["steps"]] == ["fetch", "load"]
    assert "2026-01-09" in json.dumps(plan)
    assert "fetch" in get("/graph?group=other").body
    newest, first = get("/runs").json["runs"]
    assert (newest["id"], newest["state"], newest["states"]) == (
        "r2",
        "failed",
        {"completed": 1, "failed": 1, "skipped": 1},
    )
    assert first["state"] == "completed"
    assert [each["id"] for each in get("/runs?limit=1&before=r2").json["runs"]] == ["r1"]
    assert get("/runs?group=nothing").json == {"runs": []}
    assert get("/runs/last").json["id"] == "r2"
    steps = get("/runs/r2/steps").json
    assert [step["state"] for step in steps["steps"]] == ["completed", "failed", "skipped"]
    assert steps["steps"][1]["error"] == "no rows"
    page = get("/runs/r2/steps?limit=2").json
    assert (page["next"], get("/runs/r2/steps?from=2").json["steps"][0]["name"]) == (2, "c")
    events = get("/runs/r1/events?limit=2").json
    assert [event["event"] for event in events["events"]] == ["run_started", "step_started"]
    assert get(f"/runs/r1/events?after={events['next']}").json["events"][0]["number"] == 3


def test_events_as_a_stream(get: Get) -> None:
    """All that has happened, in order, to the end of the run; a client that comes back gets the rest."""
    stream = get("/runs/r1/events", accept="text/event-stream")
    assert stream.headers["content-type"].startswith("text/event-stream")
    frames = stream.body.split("\n\n")
    assert frames[0].startswith("id: 1\nevent: run_started\ndata: {")
    assert frames[-2] == 'event: end\ndata: {"state": "completed"}'
    again = get("/runs/r1/events", accept="text/event-stream", last_event_id="4")
    assert again.body.startswith("id: 5\n")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/plan", 400, "say which group"),
        ("/plan?group=nothing", 404, "there is no such group"),
        ("/plan?group=other&param=x", 200, ""),
        ("/plan?group=other&param=x=[", 400, ""),
        ("/runs/nothing", 404, "there is no such run"),
        ("/runs/nothing/events", 404, "there is no such run"),
        ("/runs?limit=-1", 400, "`limit` must be a number"),
        ("/runs?limit=" + "9" * 5000, 400, "`limit` must be a number"),
        ("/runs/%2e%2e%2fx", 404, ""),
        ("/nowhere", 404, "Not Found"),
    ],
)
def test_what_is_wrong_is_said(get: Get, path: str, status: int, said: str) -> None:
    """As JSON, in a sentence."""
    answer = get(path)
    assert answer.status == status
    assert said in str(answer.json.get("error", ""))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8766", "", "127.0.0.1.evil.example"])
def test_a_name_of_another_is_refused(get: Get, host: str) -> None:
    """A page whose name was made to mean this machine gets nothing (DNS rebinding)."""
    assert get("/runs", host=host).status == 400
    assert "r1" not in get("/runs", host=host).body


def test_it_is_for_reading_and_for_this_origin(get: Get) -> None:
    """No method that changes, no header that opens it to other pages, and what keeps browsers from guessing."""
    assert {get("/runs", method=method).status for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS")} == {405}
    for answer in (get("/runs", origin="https://evil.example"), get("/nowhere"), get("/runs", host="x")):
        assert not any(name.startswith("access-control") for name in answer.headers)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_answers_are_bounded(get: Get, history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much there is: pages, long texts cut, large groups refused."""
    plan = plan_of({"a": []})
    loud = FakeDispatcher(a=lambda _: {"status": "failed", "error": "x" * 100_000})
    GroupRunner(loud, record=history.begin(plan, "r3")).execute(plan, run_id="r3")
    (step,) = get("/runs/r3/steps").json["steps"]
    assert (len(step["error"]), step["cut"]) == (20_000, ["error"])
    monkeypatch.setattr("spine_lsp.execution.pages.MOST_CHARACTERS", 10)
    assert len(get("/runs/r1/events").json["events"]) == 1
    monkeypatch.setattr(dashboard, "MOST_PLANNED", 1)
    assert get("/plan?group=other").status == 413
    monkeypatch.setattr(dashboard, "MOST_GROUPS", 1)
    assert get("/groups").json["more"] == 1


def test_a_run_whose_process_is_gone_is_lost(get: Get, history: History) -> None:
    """Though nothing is written; the stream of its events ends."""
    history.begin(plan_of({"a": []}), "r3")
    with history._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE group_executions SET process_started = 'before' WHERE id = 'r3'")
    assert get("/runs/r3").json["state"] == "lost"
    assert get("/runs/r3/events", accept="text/event-stream").body == 'event: end\ndata: {"state": "lost"}\n\n'
    with history._engine.begin() as connection:
        states = connection.exec_driver_sql("SELECT status FROM group_executions WHERE id = 'r3'").all()
    assert [tuple(row) for row in states] == [("running",)]


def test_it_serves_for_real(tmp_path: Path) -> None:
    """On 127.0.0.1: a run is followed from its first event to its last, and Ctrl-C ends the server."""
    place = str(tmp_path / "h.db")
    history = History(place)
    plan = plan_of({"a": []})
    record = history.begin(plan, "r1")
    words = command("runs", "serve", str(tmp_path), "--port", "0", "--history", place)
    server = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True)
    try:
        assert server.stderr is not None
        url = server.stderr.readline().split("http://")[1].split("/")[0]
        request = urlopen(f"http://{url}/runs/r1").read()
        assert json.loads(request)["state"] == "running"
        run_it = threading.Thread(
            target=lambda: GroupRunner(FakeDispatcher(), record=record).execute(plan, run_id="r1")
        )
        with urlopen(_stream_of(f"http://{url}/runs/r1/events")) as stream:
            run_it.start()
            told = [line.decode().strip() for line in stream if line.startswith(b"event:")]
        assert told[0] == "event: run_started"
        assert told[-2:] == ["event: run_finished", "event: end"]
        run_it.join()
    finally:
        server.send_signal(signal.SIGINT)
        out, err = server.communicate()
    assert (server.returncode, out, err) == (0, "", "")
    history.close()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such limit")
def test_a_client_that_reads_nothing_does_not_keep_its_place() -> None:
    """The system lets its connection go after a while: each has the limit of the socket that listens."""
    with socket.socket() as listening:
        listen_on(listening, 0)
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as taken:
            limit = taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert 0 < limit <= 60_000


def _stream_of(url: str) -> Any:
    from urllib.request import Request

    return Request(url, headers={"Accept": "text/event-stream"})


def test_what_cannot_be_served_says_why(tmp_path: Path) -> None:
    """Exit code 2, one sentence."""
    ran = run("runs", "serve", str(tmp_path / "nowhere"))
    assert (ran.code, "it is no folder" in ran.err) == (2, True)
    ran = run("runs", "serve", str(tmp_path), "--history", "nothing://x")
    assert (ran.code, "is no database that can be used" in ran.err) == (2, True)
