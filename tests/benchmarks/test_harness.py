"""Tests of the harness, against a tiny scripted server: what it ties, counts and reports. Times are not judged."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import pytest

from spine_lsp.orchestration import PlanResolver
from spine_lsp.orchestration.loader import groups_from_text
from tests.benchmarks import graphs, install
from tests.benchmarks.client import Client, Document, Launch, ServerDied
from tests.benchmarks.figures import Run
from tests.benchmarks.measure import Pace, Row, Start, measure, measure_start, percentile
from tests.benchmarks.reference import check
from tests.benchmarks.report import render
from tests.benchmarks.servers import ROOT, Server

pytestmark = pytest.mark.any_version

T = TypeVar("T")

FAST = Pace(keys=4, starts=1, patience=20.0, pause=0.05, burst_gap=0.005)
SCRIPTED = Path(__file__).with_name("scripted.py")


def scripted(script: str) -> Launch:
    return Launch((sys.executable, str(SCRIPTED), script), settings={"a": {"b": 7}})


def server(script: str) -> Server:
    return Server(
        "ours",
        script,
        lambda _: scripted(script),
        "yaml",
        "x.yaml",
        graphs.group,
        ("spec:", "spec: # mistaken"),
    )


def measured(folder: Path, script: str, pace: Pace = FAST) -> Row:
    return asyncio.run(measure(server(script), scripted(script), folder, 10, pace))


def with_client(folder: Path, script: str, use: Callable[[Client], Awaitable[T]], patience: float = 20.0) -> T:
    async def talk() -> T:
        client = Client(scripted(script), folder, folder / "log", patience)
        try:
            await client.start()
            return await use(client)
        finally:
            await client.stop()

    return asyncio.run(talk())


# -- the client ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "params", "answer"),
    [
        (
            "workspace/configuration",
            {"items": [{"section": "a.b"}, {"section": "c"}, {}]},
            [7, None, {"a": {"b": 7}}],
        ),
        ("window/workDoneProgress/create", {"token": 1}, None),
    ],
)
def test_the_server_asks(tmp_path: Path, method: str, params: Any, answer: Any) -> None:
    """What a server asks of its client is answered, so that no server waits for ever."""
    asked = {"method": method, "params": params}
    told, _ = with_client(tmp_path, "version", lambda client: client.request("scripted/ask", asked))
    assert told["result"] == answer


def test_refused(tmp_path: Path) -> None:
    """A refused request is an answer too: trivial requests are of that kind."""
    answer, _ = with_client(tmp_path, "version", lambda client: client.request("no/such", {}))
    assert answer["error"]["code"] == -32601


def test_impatient(tmp_path: Path) -> None:
    """A wait for what never comes ends as a TimeoutError."""

    async def wait(client: Client) -> None:
        await client.publication("file:///x.yaml", lambda _: True, 0)

    with pytest.raises(TimeoutError):
        with_client(tmp_path, "silent", wait, patience=2.0)


def test_ended(tmp_path: Path) -> None:
    """A server that ends fails the waits for it at once."""

    async def wait(client: Client) -> None:
        document = Document(client, "file:///x.yaml", "yaml", ["a"])
        client.send(document.opening() + document.edit(0, 0, 0, "x"))
        await client.publication(document.uri, lambda one: one.version == 2, 0)

    with pytest.raises(ServerDied):
        with_client(tmp_path, "dying", wait)


def test_nothing_left_behind(tmp_path: Path) -> None:
    """The server's process is gone after `stop`, whether it leaves by itself or not."""

    async def number(client: Client) -> int:
        return client.pid

    with pytest.raises(ProcessLookupError):
        os.kill(with_client(tmp_path, "version", number), 0)


@pytest.mark.parametrize(("script", "sent"), [("version", "x"), ("order", "bxa\n")])
def test_edit(tmp_path: Path, script: str, sent: str) -> None:
    """An edit goes out as such, or as the whole text to a server that wants that; the lines follow."""

    async def edit(client: Client) -> tuple[str, list[str]]:
        document = Document(client, "file:///x.yaml", "yaml", ["ba"])
        body = document.edit(0, 1, 0, "x").partition(b"\r\n\r\n")[2]
        return json.loads(body)["params"]["contentChanges"][0]["text"], document.lines

    assert with_client(tmp_path, script, edit) == (sent, ["bxa"])


# -- what is measured ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("script", "dangling"), [("version", 1), ("content", 1), ("order", 0), ("lagging", 1)])
def test_all_measures(tmp_path: Path, script: str, dangling: int) -> None:
    """A server that answers is measured to the end, however its diagnostics are tied to edits."""
    row = measured(tmp_path, script)
    assert row.trouble is None
    assert row.tied_by == ("version" if script == "lagging" else script)
    assert (row.findings, row.dangling, row.key_count) == (0, dangling, 4)
    missing = {name for name, value in asdict(row).items() if value is None}
    # Where there is no /proc, three figures are not known; `trouble` has nothing to say.
    assert missing <= {"trouble", "memory_mb", "memory_peak_mb", "others"}
    assert row.completion_items == 1
    assert row.completion_steps == 0


def test_stale(tmp_path: Path) -> None:
    """Publications about older versions behind the last key are counted as stale."""
    row = measured(tmp_path, "lagging")
    assert row.burst_publications == 60
    assert row.burst_stale is not None
    assert row.burst_stale >= 1


def test_silent(tmp_path: Path) -> None:
    """A server that never publishes gets a row that says so, and what was before stays."""
    row = measured(tmp_path, "silent", Pace(keys=4, patience=2.0, pause=0.1))
    assert row.trouble == "open: no answer in 2 s, the server was idle"
    assert row.open_ms is None
    assert row.lines > 0


def test_dying(tmp_path: Path) -> None:
    """A server that ends gets a row that says where."""
    row = measured(tmp_path, "dying")
    assert row.trouble is not None
    assert row.trouble.startswith("first keystrokes: the server")
    assert row.open_ms is not None


@pytest.mark.parametrize(("script", "trouble"), [("version", None), ("silent", "no answer in 2 s")])
def test_start(tmp_path: Path, script: str, trouble: str | None) -> None:
    """The start is measured up to the first diagnostics that report the fault of the file."""
    pace = Pace(starts=1, patience=2.0) if trouble else FAST
    start = asyncio.run(measure_start(server(script), scripted(script), tmp_path, pace))
    assert start.trouble == trouble
    assert (start.first_ms is None) == bool(trouble)
    assert start.initialize_ms is not None


def test_percentile() -> None:
    """Percentiles are interpolated between neighbours."""
    assert percentile([4, 1, 3, 2], 0.5) == 2.5
    assert percentile([10, 20], 0.95) == pytest.approx(19.5)
    assert percentile([7], 0.95) == 7


# -- the graphs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("render", [graphs.group, graphs.workflow, graphs.compose, graphs.azure])
def test_places(render: graphs.Render) -> None:
    """The places of a generated file hold names of steps, and others wait for the edited one."""
    generated = render(graphs.layered(100))
    words = [_word(generated, place) for place in generated.dependencies]
    assert set(words) <= generated.names
    assert _word(generated, generated.edited) in words
    assert len(words) == generated.edges


def test_planned() -> None:
    """The generated group is a sound one: the planner plans all its steps."""
    text = graphs.group(graphs.layered(200)).text
    (group,) = groups_from_text(text)
    plan = PlanResolver().resolve(group)
    assert len(plan.steps) == 200


def test_same_graph() -> None:
    """The same size gives the same graph, with about three edges a step."""
    assert graphs.layered(1000) == graphs.layered(1000)
    assert 2.7 < graphs.group(graphs.layered(1000)).edges / 1000 < 3.1


def _word(generated: graphs.Generated, place: graphs.Place) -> str:
    return generated.lines[place.line][place.column :][: place.length]


# -- the reference server, and the parts of ours ------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("{name: a}, {name: b, depends_on: [a]}", []),
        ("{name: a, depends_on: [c]}", ["no step is called c"]),
        ("{name: a}, {name: a}", ["there is a second step a"]),
        (
            "{name: a, depends_on: [b]}, {name: b, depends_on: [a]}",
            ["a is part of a cycle or waits for one", "b is part of a cycle or waits for one"],
        ),
    ],
)
def test_naive(steps: str, said: list[str]) -> None:
    """The naive reference server does check the graph: it is a fair measure of what that costs."""
    found = check("file:///x.yaml", f"spec: {{pipelines: [{steps}]}}")
    assert [one.message for one in found] == said


def test_breakdown() -> None:
    """Each part of an open and of a keystroke has a cost, and the profile names functions of ours."""
    parts = json.loads(_breakdown("30"))
    assert set(parts) == {"open", "gap", "closed", "pause"}
    for kind in ("open", "gap", "closed"):
        assert all(spent > 0 for spent in parts[kind].values())
    assert "24 keystrokes, 30 steps" in (said := _breakdown("30", "--profile"))
    assert re.search(r"(syntax|analysis|orchestration|server)/\w+\.py", said)


def _breakdown(*arguments: str) -> str:
    # In a process of its own, for it sets the garbage collector as the server does.
    command = [sys.executable, "-m", "tests.benchmarks.breakdown", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


# -- installation -------------------------------------------------------------------------------------

NPM = """#!/bin/sh
echo "$@" >> "$CALLS"
{body}
"""


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts an npm in place that does as told; the file that is answered lists how it was called."""

    def put(body: str) -> Path:
        program = tmp_path / "bin" / "npm"
        program.parent.mkdir()
        program.write_text(NPM.format(body=body))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
        (tmp_path / "calls").touch()
        return tmp_path / "calls"

    return put


def test_installed_once(npm: Callable[[str], Path]) -> None:
    """A package and its runtime are installed once for each version, outside of the tree."""
    calls = npm("mkdir node_modules")
    first = install.installed(install.Package("@a/b", "1.2.3", "bin/b"))
    again = install.installed(install.Package("@a/b", "1.2.3", "bin/b"))
    assert first == again
    assert first[1].endswith("spine-lsp-bench/a-b@1.2.3/node_modules/@a/b/bin/b")
    wanted = [line.split()[-1] for line in calls.read_text().splitlines()]
    assert wanted == [install.NODE, "@a/b@1.2.3"]


def test_not_installed(npm: Callable[[str], Path]) -> None:
    """An installation that fails says why, and is tried again the next time."""
    calls = npm("echo 'no network' >&2; exit 1")
    for _ in range(2):
        with pytest.raises(install.InstallError, match="failed: no network"):
            install.installed(install.Package("a", "1.0.0", "bin/a"))
    assert len(calls.read_text().splitlines()) == 2


def test_no_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without npm the sentence says what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(install.InstallError, match=r"install Node\.js"):
        install.installed(install.Package("a", "1.0.0", "bin/a"))


# -- the report ---------------------------------------------------------------------------------------


def a_run() -> Run:
    ours = Row("ours", 10, open_ms=29.0, key_p50=4.5, key_p95=5.0, key_count=24, memory_mb=50.0, burst_stale=2)
    slow = Row("yamlls", 10, open_ms=230.0, key_count=6, trouble="stall: no answer in 60 s, the server was idle")
    return Run(
        "today",
        "make bench",
        ["one core"],
        24,
        starts=[Start("ours", 250.0, 300.0)],
        rows=[ours, slow],
        breakdowns={
            "10": {
                "open": {
                    "cut": 1.0,
                    **dict.fromkeys(("text", "decode", "steps", "graph", "rules", "encode"), 0.5),
                }
            }
        },
        shapes=[{"shape": "one line", "open_ms": 12.0, "key_ms": 3.25, "kept_kb": 0.2}],
        missing={"azure": "npm is not installed"},
    )


@pytest.mark.parametrize(
    "said",
    [
        "29.0 of 30 ms, reached",
        "**4.5** of 3 ms, missed by 1.5 ms: 1.5 times the target",
        "**2** of 0, missed by 2: 2 too many",
        "**250** of 200 ms, missed by 50.0 ms: 1.2 times the target",
        "not measured (target 10)",
        "| `yamlls` | 230 (30.0) |",
        "- `yamlls` at 10 steps, stall: no answer in 60 s, the server was idle",
        "- `yamlls` at 10 steps: only 6 keystrokes, as they took too long",
        "- `azure` could not be measured: npm is not installed",
        "| all | 4.0 |",
        "3 of 9 reached",
        "29.0 to 30.0 of `yamlls`: 1.0 times ours",
        "| one line | 12.0 | 3.2 | 0.2 |",
    ],
)
def test_report(said: str) -> None:
    """The report says what was reached, what was missed by how much, and what was not measured."""
    assert said in render(a_run())


def test_kept() -> None:
    """A run that was kept as JSON gives the same report."""
    kept = json.loads(json.dumps(asdict(a_run())))
    assert render(Run.from_json(kept)) == render(a_run())


def test_taken_over() -> None:
    """What is measured anew replaces the old figures; the others stay, and the report says from when they are."""
    before, now = a_run(), Run("tomorrow", "make bench", ["one core"], 24)
    now.rows.append(Row("ours", 10, open_ms=7.0))
    both = now.taking_over(before, ["ours"], [10])
    assert [(row.server, row.open_ms) for row in both.rows] == [("ours", 7.0), ("yamlls", 230.0)]
    assert both.starts == []
    assert "Some figures are of earlier runs, from today on." in render(both)
