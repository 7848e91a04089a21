"""`make soak`: random sessions, and a long day at the real server, for a given time; what came of them as a table.

A session that fails is shrunk and kept in `tests/corpus/sessions`, where `make test` plays it from then on.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import sys
from datetime import datetime, timezone
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.machine import describe
from tests.benchmarks.run import SOAK
from tests.soak import texts
from tests.soak.endurance import SHAPES, Day, State
from tests.soak.sessions import failure_of, make_session, save, shrink

RESULTS = Path(__file__).parents[1] / "benchmarks" / "RESULTS.md"
HEADING = SOAK
ROUND = 250  # edits between two looks at the clock
KEYS, SAVES = 40, 4  # in a file of each shape
FEW = 50  # documents open at once
MEGABYTES = 60.0
"""What a server may hold more at the end than after its first round: caches are bounded, and full by then."""


def main() -> int:
    """Soak for as long as was asked for; answers the exit code."""
    asked = _arguments()
    seconds = asked.minutes * 60
    begun = monotonic()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        sessions = pool.apply_async(play_sessions, (asked.seed, seconds))
        rows, count = live(asked.seed, seconds)
        played, failures = sessions.get()
    for name, reason in failures:
        _say(f"FAILED {name}: {reason}")
    grown = rows[-1][1].memory - rows[0][1].memory
    if grown > MEGABYTES:
        failures.append(("memory", f"grew by {grown:.0f} MB"))
    if rows[-1][1].descriptors > rows[0][1].descriptors or rows[-1][1].threads > rows[0][1].threads + 1:
        failures.append(("threads or descriptors", "more at the end than at the start"))
    section = _section(asked.seed, (monotonic() - begun) / 60, played, len(failures), rows, count)
    _say(section)
    if asked.write:
        before = RESULTS.read_text(encoding="utf-8").partition(HEADING)[0].rstrip()
        RESULTS.write_text(f"{before}\n\n{section}", encoding="utf-8")
    return 1 if failures else 0


def play_sessions(seed: int, seconds: float) -> tuple[int, list[tuple[str, str]]]:
    """Play one session after the other; answers how many, and the name and the reason of each that failed."""
    logging.disable(logging.WARNING)
    until = monotonic() + seconds
    failures: list[tuple[str, str]] = []
    number = 0
    while monotonic() < until:
        made = seed * 1_000_000 + number
        events = make_session(made, length=40 if number % 5 else 150)
        if (reason := failure_of(events)) is not None:
            kept = shrink(events, lambda shorter: failure_of(shorter) is not None)
            save(kept, failure_of(kept) or reason, f"seed-{made}")
            failures.append((f"seed-{made}", reason))
            _say(f"seed-{made} failed: {reason}")
        number += 1
    return number, failures


def live(seed: int, seconds: float) -> tuple[list[tuple[str, State]], int]:
    """The long day; answers states of the server by what went before, and the number of edits."""
    day = Day(seed)
    until = monotonic() + seconds
    count = rounds = 0
    rows: list[tuple[str, State]] = []
    try:
        while monotonic() < until or len(rows) < 2:
            day.edit(ROUND)
            day.edit(ROUND // 10, texts.foreign(1_000))
            day.edit(ROUND // 10, texts.flow(200))
            for make in SHAPES.values():
                day.type_and_save(make(), KEYS, SAVES)
            day.open_and_close(FEW * 4, at_once=FEW)
            count += 2 * (ROUND + ROUND // 5) + len(SHAPES) * KEYS
            rounds += 1
            if rounds & (rounds - 1) == 0 or monotonic() >= until:
                rows.append((f"{count:,} edits, {day.files:,} documents", day.state()))
                _say(f"{rows[-1]}")
        if day.client.shut_down() != 0:
            raise SystemExit("the server did not end as it should")
    finally:
        day.client.kill()
    return rows, count


def _section(seed: int, minutes: float, played: int, failures: int, rows: list[tuple[str, State]], count: int) -> str:
    now = datetime.now(timezone.utc)
    measured = f"Measured {now:%Y-%m-%d %H:%M} UTC on {', '.join(describe())}: {minutes:.0f} minutes with seed {seed}."
    played_so = f"{played:,} random sessions were played against fresh servers, {failures} failed."
    lived = f"One server lived through {count:,} edits with requests of every kind."
    lines = [
        HEADING,
        "",
        measured,
        f"{played_so} {lived}",
        "Each line is taken in a pause, with all documents closed.",
        "",
        "| after | memory, MB | threads | descriptors | keystroke, ms | hover, ms |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for what, (memory, threads, descriptors, keystroke, hover) in rows:
        lines.append(f"| {what} | {memory:.0f} | {threads} | {descriptors} | {keystroke:.1f} | {hover:.1f} |")
    return "\n".join([*lines, "", "Again:", "", "    make soak MINUTES=60 SEED=2", ""])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"put the table into {RESULTS.name}")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
