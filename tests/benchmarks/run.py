"""The benchmark: our language server beside its peers in one run, written as a Markdown report.

Peers come from npm into a folder of the user's cache, once. Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the script may be started from anywhere

from tests.benchmarks import machine
from tests.benchmarks.client import Launch
from tests.benchmarks.figures import OURS, SIZES, Run
from tests.benchmarks.install import NODE, InstallError, cache_folder
from tests.benchmarks.measure import Pace, measure, measure_start
from tests.benchmarks.report import render
from tests.benchmarks.servers import BY_NAME, ROOT, Server

RESULTS = Path(__file__).with_name("RESULTS.md")
SOAK = "## A long day"
GROWTH = 50_000
"""A size for ours alone, to see how the costs grow."""

Log = Callable[[str], None]


def main() -> None:
    """Measure, and write the report."""
    wanted = _arguments()
    if wanted.again:
        run = Run.from_json(json.loads(_kept().read_text()))
    else:
        run = asyncio.run(benchmark(wanted, _say))
    kept = wanted.output.read_text(encoding="utf-8") if wanted.output.exists() else ""
    _, soaked, figures = kept.partition(SOAK)  # what `make soak` has put below ours
    wanted.output.write_text(f"{render(run).rstrip()}\n" + (f"\n{soaked}{figures}" if soaked else ""))
    _say(f"written to {wanted.output}")


async def benchmark(wanted: argparse.Namespace, log: Log) -> Run:
    """Measure the servers at the sizes that are wanted; size by size, so that they share the hours of the day."""
    pace = Pace(keys=8, starts=2) if wanted.quick else Pace()
    began = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    run = Run(began, _command(), [*machine.describe(), f"peers on {NODE}"], pace.keys, _revision())
    if wanted.update:
        before = Run.from_json(json.loads(_kept().read_text()))
        run = run.taking_over(before, [one.name for one in wanted.servers], wanted.sizes)
    with tempfile.TemporaryDirectory(prefix="spine-lsp-bench-") as name:
        folder = Path(name)
        launches: dict[str, tuple[Server, Launch]] = {}
        for server in wanted.servers:
            launch = _launch(server, folder)
            if isinstance(launch, Launch):
                launches[server.name] = server, launch
            else:
                run.missing[server.name] = str(launch)
                log(f"{server.name} is left out: {launch}")
        for server, launch in launches.values():
            start = await measure_start(server, launch, folder, pace)
            run.starts.append(start)
            log(f"{server.name}: initialize {start.initialize_ms} ms, first diagnostics {start.first_ms} ms")
        for size in wanted.sizes:
            for server, launch in launches.values():
                if size == GROWTH and server.name != OURS:
                    continue
                await machine.wait_for_quiet(wanted.wait)
                row = await measure(server, launch, folder, size, pace)
                run.rows.append(row)
                _keep(run)
                log(f"{server.name} at {size:,}: {_in_short(asdict(row))}")
    if OURS in launches:
        for size in wanted.sizes:
            log(f"parts of ours at {size:,}")
            run.breakdowns[str(size)] = json.loads(_module("breakdown", str(size)))
        log("files of other shapes")
        run.shapes.extend(json.loads(_module("shapes")))
        if wanted.profile:
            size = max(size for size in wanted.sizes if size <= SIZES[-1])
            run = replace(run, profiles=_module("breakdown", str(size), "--profile"))
    _keep(run)
    return run


def _kept() -> Path:
    return cache_folder() / "last-run.json"


def _keep(run: Run) -> None:
    """Keep what was measured so far: a run that is broken off still gives a report, with `--again`."""
    _kept().parent.mkdir(parents=True, exist_ok=True)
    _kept().write_text(json.dumps(asdict(run), indent=1))


def _launch(server: Server, folder: Path) -> Launch | InstallError:
    try:
        return server.launch(folder)
    except InstallError as exc:
        return exc


def _module(name: str, *arguments: str) -> str:
    """What a module beside this one says, in a fresh process."""
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=300).stdout


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--servers", type=_servers, default=tuple(BY_NAME.values()), help=f"of {','.join(BY_NAME)} (all)"
    )
    parser.add_argument(
        "--sizes", type=_sizes, help="numbers of steps; 50000 is for ours alone (10,100,1000,10000,50000)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, and no more than 1000 steps")
    parser.add_argument("--output", type=Path, default=RESULTS, metavar="FILE", help="where the report goes")
    parser.add_argument("--profile", action="store_true", help="add where the time of ours goes")
    parser.add_argument(
        "--wait",
        type=float,
        default=0,
        metavar="SECONDS",
        help="wait so long at most, before each server and size, for other work on the machine to rest",
    )
    parser.add_argument("--update", action="store_true", help="keep what else the last run measured")
    parser.add_argument("--again", action="store_true", help="write the report of the last run once more")
    wanted = parser.parse_args()
    wanted.sizes = wanted.sizes or (SIZES[:3] if wanted.quick else (*SIZES, GROWTH))
    return wanted


def _servers(text: str) -> tuple[Server, ...]:
    unknown = [name for name in text.split(",") if name not in BY_NAME]
    if unknown:
        raise argparse.ArgumentTypeError(f"no server is called {unknown[0]}; known: {', '.join(BY_NAME)}")
    return tuple(BY_NAME[name] for name in text.split(","))


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(int(size) for size in text.split(","))
    if min(sizes) < 10:
        raise argparse.ArgumentTypeError("a graph of fewer than 10 steps has nothing to measure")
    return sizes


def _command() -> str:
    arguments: Sequence[str] = [one for one in sys.argv[1:] if one != "--again"]
    return " ".join(["python tests/benchmarks/run.py", *arguments]) if arguments else "make bench"


def _revision() -> str:
    """The commit that was measured; empty outside of a checkout."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _in_short(row: dict[str, object]) -> str:
    shown = (
        "open_ms",
        "key_p50",
        "key_p95",
        "burst_final_ms",
        "completion_p95",
        "stall_ms",
        "memory_mb",
        "trouble",
    )
    return ", ".join(f"{name} {row[name]}" for name in shown if row[name] is not None)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
