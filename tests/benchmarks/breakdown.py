"""What each part of our server costs for an open and for a keystroke, measured in one process without a client.

Run as a module with a number of steps it prints JSON; with `--profile` too, it prints where Python's profiler
saw the time go, which is text.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import io
import json
import pstats
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

from spine_lsp.analysis.diagnose import diagnose, diagnose_in_steps
from spine_lsp.analysis.document import Document
from spine_lsp.server import from_lsp, to_lsp
from spine_lsp.server.client import Client, resolve_client
from spine_lsp.server.diagnoser import Provisional
from spine_lsp.server.session import Session
from spine_lsp.server.wiring import default_wiring
from spine_lsp.syntax.text import Text
from tests.benchmarks.client import CAPABILITIES
from tests.benchmarks.graphs import Generated, group, layered

T = TypeVar("T")
Message = dict[str, Any]

URI = "file:///weekly.spine.yaml"
PARTS = ("decode", "text", "cut", "steps", "graph", "rules", "encode")
"""JSON in; the edit applied; the file cut and its blocks parsed; steps read; graph; rules; JSON out."""

PAIRS = 12
SHOWN = 14


class Watch:
    """Milliseconds by part."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = dict.fromkeys(PARTS, 0.0)

    def time(self, part: str, work: Callable[[], T]) -> T:
        """Do the work, and put what it took under `part`."""
        began = perf_counter()
        result = work()
        self.spent[part] += (perf_counter() - began) * 1000
        return result


def break_down(size: int) -> dict[str, dict[str, float]]:
    """Milliseconds by part: for the open, the keystroke that makes a gap, the one that closes it, and a pause."""
    generated = group(layered(size))
    client = resolve_client({"capabilities": CAPABILITIES})
    opening, *keys = _messages(generated)
    # What is imported at first use is paid once, whatever the size; it is left out here.
    _after(Watch(), Document.read(URI, 0, Text(group(layered(10)).text)), client)
    _tune_collector()
    watch = Watch()
    params = watch.time("decode", lambda: json.loads(opening))["params"]
    text = watch.time("text", lambda: Text(params["textDocument"]["text"]))
    document = watch.time("cut", lambda: Document.read(URI, 1, text))
    _after(watch, document, client)
    result = {"open": watch.spent}
    taken: dict[str, list[dict[str, float]]] = {"gap": [], "closed": []}
    for number, key in enumerate(keys):
        watch = Watch()
        document = _changed(watch, document, key, client)
        _after(watch, document, client)
        if number >= 2:  # the first pair warms up
            taken["closed" if number % 2 else "gap"].append(watch.spent)
    # The last key left the graph changed in the eyes of the server: what waits for a pause is due.
    watch = Watch()
    watch.time("rules", lambda: diagnose(document))
    result["pause"] = watch.spent
    for kind, found in taken.items():
        result[kind] = {part: median(one[part] for one in found) for part in PARTS}
    return result


def profile(size: int) -> str:
    """Where the profiler sees the time go, for the open and for 24 keystrokes; text."""
    opening, *keys = _messages(group(layered(size)))
    analysis = default_wiring().analysis()
    session = Session(analysis.workspace)
    session.start(resolve_client({"capabilities": CAPABILITIES}))

    def handle(body: bytes) -> None:
        params = json.loads(body)["params"]
        if "contentChanges" in params:
            session.change(params)
        else:
            session.open(params)
        for said in analysis.diagnose(session.snapshot(), URI):
            if isinstance(said, Provisional):  # the first answer; the rest waits for a pause
                return

    _tune_collector()
    with _profiled(f"open, {size:,} steps") as said:
        handle(opening)
    for key in keys[:2]:
        handle(key)
    with _profiled(f"{len(keys) - 2} keystrokes, {size:,} steps") as more:
        for key in keys[2:]:
            handle(key)
    return "\n".join(said + more)


def _messages(generated: Generated) -> Iterator[bytes]:
    """The bodies of the `didOpen` and of the keystrokes behind it, a letter in and out again."""
    document = {"uri": URI, "languageId": "yaml", "version": 1, "text": generated.text}
    yield json.dumps({"method": "textDocument/didOpen", "params": {"textDocument": document}}).encode()
    name = generated.edited
    middle = name.column + name.length // 2
    for turn in range(2 + 2 * PAIRS):
        start = {"line": name.line, "character": middle}
        end = {"line": name.line, "character": middle + turn % 2}
        change = {"range": {"start": start, "end": end}, "text": "" if turn % 2 else "x"}
        params = {"textDocument": {"uri": URI, "version": turn + 2}, "contentChanges": [change]}
        yield json.dumps({"method": "textDocument/didChange", "params": params}).encode()


def _changed(watch: Watch, document: Document, key: bytes, client: Client) -> Document:
    params = watch.time("decode", lambda: json.loads(key))["params"]

    def apply() -> tuple[Text, Any]:
        changes = from_lsp.read_changes(params["contentChanges"])
        return from_lsp.apply_changes(document.text, changes, client.encoding)

    text, edits = watch.time("text", apply)
    return watch.time("cut", lambda: document.changed(params["textDocument"]["version"], text, edits))


def _after(watch: Watch, document: Document, client: Client) -> None:
    """What follows from a document, in the order in which the server needs it."""
    watch.time("steps", lambda: (list(document.warm()), [one.steps for one in document.groups]))
    watch.time("graph", lambda: [one.graph for one in document.groups])
    findings = watch.time("rules", lambda: _result(diagnose_in_steps(document, quick=True)))
    watch.time("encode", lambda: to_lsp.diagnostics(document.text, URI, findings, client))


def _result(work: Generator[Any, None, T]) -> T:
    """Let a generator run to its end; what it returned."""
    while True:
        try:
            next(work)
        except StopIteration as done:  # noqa: PERF203 - it ends the loop
            result: T = done.value
            return result


def _tune_collector() -> None:
    """As the server sets the garbage collector once it is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)


@contextmanager
def _profiled(title: str) -> Iterator[list[str]]:
    """Profile the body; the list is filled with the functions that took most time themselves."""
    said: list[str] = []
    profiler = cProfile.Profile()
    profiler.enable()
    try:
        yield said
    finally:
        profiler.disable()
        stats = pstats.Stats(profiler, stream=io.StringIO())
        said += ["", title, "   calls   own ms  with callees  function"]
        rows = sorted(stats.stats.items(), key=lambda item: -item[1][2])  # type: ignore[attr-defined]  # untyped
        for (file, line, name), (_, calls, own, whole, _) in rows[:SHOWN]:
            where = name if file == "~" else f"{'/'.join(Path(file).parts[-2:])}:{line} {name}"
            said.append(f"{calls:8d} {own * 1000:8.1f} {whole * 1000:13.1f}  {where}")


def main() -> None:
    """Print the answer for the size on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int)
    parser.add_argument("--profile", action="store_true")
    wanted = parser.parse_args()
    print(profile(wanted.size) if wanted.profile else json.dumps(break_down(wanted.size)))


if __name__ == "__main__":
    main()
