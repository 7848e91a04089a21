"""What runs come to, as OpenMetrics that its own parser reads; to a file, to a gateway, and from the history."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("prometheus_client", reason="the extra `metrics` is not installed: `make` installs it")

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from spine_lsp.cli.running.metrics import deliver
from spine_lsp.execution import ExecutionPolicy, FailurePolicy, GroupExecutionResult, GroupRunner
from spine_lsp.execution.history import History
from spine_lsp.execution.run_metrics import open_metrics
from tests.cli.runner import run
from tests.execution.fakes import FakeDispatcher, plan_of

EDGES: dict[str, list[str]] = {"a": [], "fail": ["a"], "c": ["fail"]}
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def a_run(name: str = "g", edges: dict[str, list[str]] = EDGES) -> GroupExecutionResult:
    plan = plan_of(edges, ExecutionPolicy.sequential(FailurePolicy.CONTINUE))
    plan.group_name = name
    return GroupRunner(FakeDispatcher()).execute(plan, run_id="r1")


def samples(text: str) -> Samples:
    """What the parser reads of a text; no sample is there twice."""
    found: Samples = {}
    read: Callable[[str], Iterator[Any]] = text_string_to_metric_families
    for family in read(text):
        assert family.type in ("gauge", "stateset")
        assert family.documentation
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def value(found: Samples, name: str, **labels: str) -> float:
    return found[(f"spine_{name}", frozenset(labels.items()))]


def test_the_numbers_of_a_run() -> None:
    """State, times, steps by state, and each step."""
    result = a_run()
    found = samples(open_metrics([result, a_run("other", {"x": []})]))
    assert value(found, "group_last_run_state", group="g", spine_group_last_run_state="partial") == 1
    assert value(found, "group_last_run_state", group="g", spine_group_last_run_state="completed") == 0
    assert value(found, "group_last_run_duration_seconds", group="g") == result.duration_seconds
    assert result.completed_at is not None
    ended = value(found, "group_last_run_end_timestamp_seconds", group="g")
    assert ended == pytest.approx(result.completed_at.timestamp())
    for state, count in (("completed", 1), ("failed", 1), ("skipped", 1), ("lost", 0)):
        assert value(found, "group_last_run_steps", group="g", state=state) == count
    assert value(found, "step_last_run_completed", group="g", step="a") == 1
    assert value(found, "step_last_run_completed", group="g", step="fail") == 0
    assert value(found, "step_last_run_attempts", group="g", step="c") == 0
    assert ("spine_step_last_run_duration_seconds", frozenset({("group", "g"), ("step", "c")})) not in found
    assert value(found, "step_last_run_completed", group="other", step="x") == 1


@pytest.mark.parametrize("name", ['a"b', "a\\", "a\nb", "é {x}", "\x1b[31m", "\udc80", ""])
def test_any_name_is_a_label(name: str) -> None:
    """Quotes, line ends, what terminals obey, half of a pair: the text stays one that can be read."""
    assert len(samples(open_metrics([a_run(name, {name or "s": []})]))) > 5


def test_nothing_is_a_text_too() -> None:
    """Of no runs."""
    assert samples(open_metrics([])) == {}


def test_a_file_is_written_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new one, and one in the place of the last; a place that cannot be written is a note."""
    place = tmp_path / "spine.prom"
    for name in ("g", "h"):
        deliver(str(place), a_run(name))
        assert value(samples(place.read_text("utf-8")), "step_last_run_completed", group=name, step="a") == 1
    assert list(tmp_path.iterdir()) == [place]
    deliver(str(tmp_path / "nowhere" / "x.prom"), a_run())
    assert "the metrics of the run could not be given to" in capsys.readouterr().err


@pytest.fixture
def gateway() -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """Takes what is pushed, and refuses the group `refused`."""
    taken: list[tuple[str, str, bytes]] = []

    class Taking(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.append((self.command, self.path, body))
            self.send_response(400 if "refused" in self.path else 202)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Taking) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", taken
        server.shutdown()
        thread.join()


def test_a_gateway_is_given_them(
    gateway: tuple[str, list[tuple[str, str, bytes]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """In the place of the last run of the group; one that refuses, or is not there, is a note."""
    url, taken = gateway
    deliver(url, a_run())
    ((method, path, body),) = taken
    assert (method, path) == ("PUT", "/metrics/job/spine/group/g")
    assert b"spine_step_last_run_completed" in body
    assert capsys.readouterr().err == ""
    deliver(url, a_run("refused"))
    assert "could not be given to http://127.0.0.1" in capsys.readouterr().err
    deliver("http://127.0.0.1:1", a_run())
    assert "Connection refused" in capsys.readouterr().err


def test_the_last_run_of_each_group_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of those that have ended; without the library the command says what to install."""
    place = str(tmp_path / "h.db")
    history = History(place)
    for run_id, group, step in (("r1", "g", "old"), ("r2", "g", "new"), ("r3", "h", "x")):
        plan = plan_of({step: []})
        plan.group_name = group
        GroupRunner(FakeDispatcher(), record=history.begin(plan, run_id)).execute(plan, run_id=run_id)
    going_on = plan_of({"now": []})
    history.begin(going_on, "r4")
    history.close()
    printed = run("runs", "metrics", "--history", place)
    found = samples(printed.out)
    steps = {dict(labels)["step"] for name, labels in found if name == "spine_step_last_run_completed"}
    assert (printed.code, steps) == (0, {"new", "x"})
    monkeypatch.delitem(sys.modules, "spine_lsp.execution.run_metrics")
    monkeypatch.delattr("spine_lsp.execution.run_metrics")
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    refused = run("runs", "metrics", "--history", place)
    assert (refused.code, "pip install 'spine-lsp[metrics]'" in refused.err) == (2, True)
