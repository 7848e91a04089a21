"""The measurements: one server process with one open file of a given size, asked and edited over and over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from tests.benchmarks.client import PATIENCE, Client, Document, Launch, Publication, ServerDied
from tests.benchmarks.graphs import layered
from tests.benchmarks.machine import OthersLoad, cpu_ms, resident_mb
from tests.benchmarks.servers import Server

BURST_KEYS = 30
PROBE_GAP = 0.003

TRIVIAL = "benchmark/probe"
"""A request that no server knows: it is refused without any thought."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how long to measure; all times in seconds."""

    keys: int = 24
    starts: int = 5
    patience: float = PATIENCE
    pause: float = 0.6
    """The silence after which a server is taken to have said everything."""
    burst_gap: float = 0.030
    budget: float = 120.0
    """After this the keystrokes of a slow server end early; the row says how many there were."""


@dataclass(slots=True)
class Row:
    """What was measured of one server at one size; `None` is what was not reached, `trouble` says why."""

    server: str
    size: int
    lines: int = 0
    edges: int = 0
    open_ms: float | None = None
    findings: int | None = None
    key_p50: float | None = None
    key_p95: float | None = None
    key_count: int = 0
    key_cpu_ms: float | None = None
    pause_ms: float | None = None
    """From a keystroke to the last word about it, if the user pauses: some servers add to their first answer."""
    dangling: int | None = None
    stall_ms: float | None = None
    completion_p95: float | None = None
    completion_items: int | None = None
    completion_steps: int | None = None
    burst_final_ms: float | None = None
    burst_publications: int | None = None
    burst_stale: int | None = None
    memory_mb: float | None = None
    memory_peak_mb: float | None = None
    tied_by: str | None = None
    others: float | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Milliseconds from spawn to `initialize` answered, and to the first diagnostics of a small file."""

    server: str
    initialize_ms: float | None
    first_ms: float | None
    memory_mb: float | None = None
    trouble: str | None = None


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed, interpolated between neighbours."""
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


async def measure_start(server: Server, launch: Launch, folder: Path, pace: Pace) -> Start:
    """Start a server some times; the medians. The first diagnostics must report the fault of the file."""
    text = server.render(layered(10)).text.replace(*server.fault, 1)
    begun: list[float] = []
    first: list[float] = []
    memory: list[float] = []
    for _ in range(pace.starts):
        client = Client(launch, folder, folder / f"{server.name}.log", pace.patience)
        try:
            begun.append(await client.start())
            document = Document(client, _write(server, folder, text), server.language, text.splitlines())
            client.send(document.opening())
            if server.fault[1]:
                found = await client.publication(document.uri, lambda one: one.count > 0, 0)
                first.append(found.at - client.spawned)
            memory += (resident_mb(client.pid) or ())[:1]
        except (TimeoutError, ServerDied) as exc:
            return Start(server.name, _ms(begun), _ms(first), trouble=_words(exc, pace.patience))
        finally:
            await client.stop()
    return Start(server.name, _ms(begun), _ms(first), round(median(memory), 1) if memory else None)


async def measure(server: Server, launch: Launch, folder: Path, size: int, pace: Pace) -> Row:
    """Everything about one server at one size."""
    session = Session(server, launch, folder, size, pace)
    try:
        await session.run()
    finally:
        await session.client.stop()
    return session.row


class Session:
    """One server process with one open document, and the row that is filled in.

    How a publication is tied to an edit: by `version` if the server gives it; else by content, if the edit
    changes the set of diagnostics; else the next publication after a silence is taken.
    """

    def __init__(self, server: Server, launch: Launch, folder: Path, size: int, pace: Pace) -> None:
        self.server = server
        self.generated = server.render(layered(size))
        self.client = Client(launch, folder, folder / f"{server.name}.log", pace.patience)
        self.row = Row(server.name, size, len(self.generated.lines), self.generated.edges)
        self._pace = pace
        uri = _write(server, folder, self.generated.text)
        self.document = Document(self.client, uri, server.language, self.generated.lines)
        self._clean = ""

    async def run(self) -> None:
        """Take one measurement after the other, until one fails; the row says which."""
        await self.client.start()
        load = OthersLoad(self.client.pid)
        steps: list[tuple[str, Callable[[], Any]]] = [
            ("ready", self._ready),
            ("open", self._open),
            ("first keystrokes", self._tie),
            ("keystrokes", self._keystrokes),
            ("pauses", self._pauses),
            ("stall", self._stall),
            ("completion", self._completion),
            ("burst", self._burst),
        ]
        for name, step in steps:
            spent, began = cpu_ms(self.client.pid), perf_counter()
            try:
                await step()
            except (TimeoutError, ServerDied) as exc:
                share = (cpu_ms(self.client.pid) - spent) / 1000 / (perf_counter() - began)
                state = "was idle" if share < 0.2 else "was busy all the time"
                note = "" if isinstance(exc, ServerDied) else f", the server {state}"
                self.row.trouble = f"{name}: {_words(exc, self._pace.patience)}{note}"
                break
        self.row.others = load.cores()
        if (memory := resident_mb(self.client.pid)) is not None:
            self.row.memory_mb, self.row.memory_peak_mb = memory

    # -- the measurements -----------------------------------------------------------------------------

    async def _ready(self) -> None:
        await self.client.request(TRIVIAL, {})
        await self.client.quiet(0.4)

    async def _open(self) -> None:
        spent, _ = await self._diagnosed(self.document.opening(), self._any())
        self.row.open_ms = spent
        await self.client.quiet(self._pace.pause)
        last = self.client.published(self.document.uri)[-1]
        self._clean, self.row.findings = last.mark, last.count

    async def _tie(self) -> None:
        """A pair of keystrokes to warm up, and to find out how publications can be tied to edits."""
        spent, found = await self._diagnosed(self._toggle(0), self._any())
        await self.client.quiet(max(self._pace.pause, min(3.0, spent / 1000)))
        found = self.client.published(self.document.uri)[-1]
        self.row.dangling = found.count
        if found.version is not None:
            self.row.tied_by = "version"
        else:
            self.row.tied_by = "order" if found.mark == self._clean else "content"
        await self._diagnosed(self._toggle(1))

    async def _keystrokes(self) -> None:
        taken: list[float] = []
        cpu = cpu_ms(self.client.pid)
        began = perf_counter()
        while len(taken) < self._pace.keys and (len(taken) % 2 or perf_counter() - began < self._pace.budget):
            await self._settle()
            spent, _ = await self._diagnosed(self._toggle(len(taken)))
            taken.append(spent)
        await self._settle()
        self.row.key_count = len(taken)
        self.row.key_p50 = round(percentile(taken, 0.5), 2)
        self.row.key_p95 = round(percentile(taken, 0.95), 2)
        self.row.key_cpu_ms = round((cpu_ms(self.client.pid) - cpu) / len(taken), 1)

    async def _pauses(self) -> None:
        taken: list[float] = []
        for turn in range(min(4, self._repeats())):
            began = perf_counter()
            await self._diagnosed(self._toggle(turn))
            await self.client.quiet(self._pace.pause)
            taken.append(self.client.published(self.document.uri)[-1].at - began)
        self.row.pause_ms = _ms(taken)

    async def _stall(self) -> None:
        """The longest wait of a trivial request, while a keystroke is worked on and in the pause behind it.

        One request at a time, so that they do not load the server.
        """
        worst = 0.0
        for turn in range(min(8, self._repeats())):
            await self._settle()
            since = len(self.client.published(self.document.uri))
            data = self._toggle(turn)
            wanted = self._wanted()
            began = asked = perf_counter()
            self.client.send(data)
            while asked < began + self._pace.pause or not any(
                wanted(one) for one in self.client.published(self.document.uri)[since:]
            ):
                asked = perf_counter()
                if asked > began + self._pace.patience:
                    raise TimeoutError
                _, at = await self.client.request(TRIVIAL, {})
                worst = max(worst, at - asked)
                await asyncio.sleep(PROBE_GAP)
        self.row.stall_ms = round(worst * 1000, 2)

    async def _completion(self) -> None:
        if self.client.capabilities.get("completionProvider") in (None, False):
            return
        entry = self.generated.dependencies[len(self.generated.dependencies) // 2]
        position = {"line": entry.line, "character": entry.column + 3}
        params = {
            "textDocument": {"uri": self.document.uri},
            "position": position,
            "context": {"triggerKind": 1},
        }
        taken: list[float] = []
        for turn in range(2 * self._repeats()):
            await self._settle()
            since = len(self.client.published(self.document.uri))
            data = self._toggle(turn)
            began = perf_counter()
            self.client.send(data)
            result, at = await self.client.request("textDocument/completion", params)
            taken.append((at - began) * 1000)
            await self.client.publication(self.document.uri, self._wanted(), since)
            items = result.get("items", []) if isinstance(result, dict) else result or []
            labels = [item["label"] for item in items]
            self.row.completion_items = len(labels)
            self.row.completion_steps = sum(label in self.generated.names for label in labels)
        self.row.completion_p95 = round(percentile(taken, 0.95), 2)

    async def _burst(self) -> None:
        """Keys type into a name and take out again what they typed, and two letters that were shown as a gap.

        So the file ends sound where it began with a gap, and no server can end up right by silence.
        """
        name = self.generated.edited
        at = name.column + name.length // 2
        await self._settle()
        await self._diagnosed(self.document.edit(name.line, at, 0, "xx"))
        await self._settle()
        since = len(self.client.published(self.document.uri))
        typed = BURST_KEYS // 2 - 1
        began = last_key = perf_counter()
        for key in range(BURST_KEYS):
            await asyncio.sleep(max(0.0, began + key * self._pace.burst_gap - perf_counter()))
            if key < typed:
                data = self.document.edit(name.line, at + 2 + key, 0, "x")
            else:
                data = self.document.edit(name.line, at + 1 + 2 * typed - key, 1, "")
            last_key = perf_counter()
            self.client.send(data)
        silence = max(2 * self._pace.pause, 3 * (self.row.key_p50 or 0) / 1000)
        final = await self._final(since, last_key, silence)
        arrived = self.client.published(self.document.uri)[since:]
        self.row.burst_publications = len(arrived)
        self.row.burst_stale = sum(last_key < one.at < final for one in arrived)
        self.row.burst_final_ms = round((final - last_key) * 1000, 2)

    async def _final(self, since: int, last_key: float, silence: float) -> float:
        """When the last word about the last version arrived: what comes after it only repeats it."""
        wanted = self._wanted()
        while (now := perf_counter()) < last_key + self._pace.patience + silence:
            late = [one for one in self.client.published(self.document.uri)[since:] if one.at > last_key]
            if late and wanted(late[-1]) and now - late[-1].at > silence:
                if self.row.tied_by == "order":
                    return late[-1].at
                return next(one.at for one in late if wanted(one) and one.mark == late[-1].mark)
            if self.client.died:
                raise ServerDied("the server ended during the burst")
            await asyncio.sleep(0.02)
        raise TimeoutError

    # -- their parts -----------------------------------------------------------------------------------

    def _toggle(self, turn: int) -> bytes:
        """One keystroke in the middle of the edited name: a letter in on even turns, out again on odd ones."""
        name = self.generated.edited
        middle = name.column + name.length // 2
        return self.document.edit(name.line, middle, turn % 2, "" if turn % 2 else "x")

    def _wanted(self) -> Callable[[Publication], bool]:
        """Whether a publication is about the document as it is now."""
        version = self.document.version
        clean = self.document.lines[self.generated.edited.line] == self.generated.lines[self.generated.edited.line]
        if self.row.tied_by == "version":
            return lambda one: one.version == version
        if self.row.tied_by == "content":
            return lambda one: (one.mark == self._clean) == clean
        return lambda _: True

    def _any(self) -> Callable[[Publication], bool]:
        """As `_wanted`, as long as it is not known how publications can be tied to edits."""
        version = self.document.version
        return lambda one: one.version in (None, version)

    async def _diagnosed(
        self, data: bytes, wanted: Callable[[Publication], bool] | None = None
    ) -> tuple[float, Publication]:
        """Send an edit; answers the milliseconds until its diagnostics arrived, and these."""
        since = len(self.client.published(self.document.uri))
        began = perf_counter()
        self.client.send(data)
        found = await self.client.publication(self.document.uri, wanted or self._wanted(), since)
        return round((found.at - began) * 1000, 2), found

    async def _settle(self) -> None:
        await self.client.quiet(0.15 if self.row.tied_by == "order" else 0.05)

    def _repeats(self) -> int:
        """How often the dearer questions are asked: less often where each takes long."""
        return min(12, self._pace.keys) if (self.row.key_p50 or 0) < 400 else 2


def _write(server: Server, folder: Path, text: str) -> str:
    """Put a server's file where it expects it; answers its uri."""
    path = folder / server.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path.as_uri()


def _ms(seconds: Sequence[float]) -> float | None:
    return round(median(seconds) * 1000, 1) if seconds else None


def _words(exc: Exception, patience: float) -> str:
    return f"no answer in {patience:g} s" if isinstance(exc, TimeoutError) else str(exc)
