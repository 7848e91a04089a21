"""The report: what was measured as Markdown, with the targets beside our figures. Pure functions of the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tests.benchmarks.breakdown import PARTS
from tests.benchmarks.figures import MEASURES, MORE, OURS, REFERENCES, SIZES, START_TARGET, Measure, Run
from tests.benchmarks.measure import Row
from tests.benchmarks.servers import BY_NAME

PARENTHESES = "in brackets less the server's own delay"


def render(run: Run) -> str:
    """The whole report."""
    sections = [
        _head(run),
        _against_targets(run),
        _against_best(run),
        _side_by_side(run),
        _starts(run),
        _growth(run),
        _breakdowns(run),
        _shapes(run),
        _profiles(run),
        _method(run),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(run: Run) -> str:
    loads = [row.others for row in run.rows if row.others is not None]
    lines = [
        "# The language server beside its peers",
        "",
        f"Measured {run.began}{f' at {run.revision}' if run.revision else ''}, on {', '.join(run.machine)}.",
    ]
    if run.older:
        lines.append(f"Some figures are of earlier runs, from {run.older} on.")
    if loads:
        lines.append(
            f"Other work on the machine kept {sum(loads) / len(loads):.2f} cores busy on the mean of all cells, "
            f"{max(loads):.2f} at most (the table of each cell is below); figures are higher for it, never lower."
        )
    lines += ["", "Again:", "", f"    {run.command}"]
    return "\n".join(lines)


# -- ours ---------------------------------------------------------------------------------------------


def _against_targets(run: Run) -> str:
    sizes = [size for size in SIZES if run.row(OURS, size)]
    if not sizes:
        return ""
    table = []
    judged: list[bool] = []
    for measure in MEASURES:
        cells = []
        for size in sizes:
            row = run.row(OURS, size)
            value = measure.of(row) if row is not None else None
            target = measure.targets[size]
            cells.append(_judged(value, target, measure.unit))
            judged.append(value is not None and value <= target)
        table.append([measure.title, *cells])
    ours = next((start for start in run.starts if start.server == OURS), None)
    if ours is not None and ours.initialize_ms is not None:
        judged.append(ours.initialize_ms <= START_TARGET)
        cell = _judged(ours.initialize_ms, START_TARGET, "ms")
        table.append(["Start: spawn to `initialize` answered", cell, *[""] * (len(sizes) - 1)])
    return "\n".join(
        [
            "## Our targets",
            "",
            f"{sum(judged)} of {len(judged)} reached. Each cell: the figure, the target, and how it compares.",
            "",
            *_table(["", *map(_steps, sizes)], table),
        ]
    )


def _judged(value: float | None, target: float, unit: str) -> str:
    unit = f" {unit}" if unit else ""
    if value is None:
        return f"not measured (target {target:g})"
    if value <= target:
        return f"{_number(value)} of {target:g}{unit}, reached"
    over = f"{value / target:.1f} times the target" if target else f"{_number(value)} too many"
    return f"**{_number(value)}** of {target:g}{unit}, missed by {_number(value - target)}{unit}: {over}"


def _growth(run: Run) -> str:
    rows = sorted((row for row in run.rows if row.server == OURS), key=lambda row: row.size)
    if len(rows) < 2:
        return ""
    table = [
        [f"{one.title}{f', {one.unit}' if one.unit else ''}", *(_cell(one.of(row), row) for row in rows)]
        for one in (*MEASURES, *MORE)
    ]
    table.insert(0, ["Lines of the file", *(f"{row.lines:,}" for row in rows)])
    table.insert(1, ["Edges", *(f"{row.edges:,}" for row in rows)])
    return "\n".join(["## Growth of ours", "", *_table(["", *(_steps(row.size) for row in rows)], table)])


PART_WORDS = {
    "decode": "read the message",
    "text": "apply the edit to the text",
    "cut": "cut the file, parse new blocks",
    "steps": "read the steps",
    "graph": "inspect the graph",
    "rules": "run the rules",
    "encode": "encode the diagnostics",
}
KIND_WORDS = {
    "open": "Open",
    "gap": "Keystroke that makes a gap",
    "closed": "Keystroke that closes it",
    "pause": "What waits for a pause (all rules once more, with the dear ones)",
}


def _breakdowns(run: Run) -> str:
    if not run.breakdowns:
        return ""
    lines = [
        "## What each part of ours costs",
        "",
        "Milliseconds, in one process without a client; keystrokes: the median of twelve of each kind.",
    ]
    for kind, words in KIND_WORDS.items():
        found = {size: one[kind] for size, one in run.breakdowns.items() if kind in one}
        parts = [part for part in PARTS if any(one[part] for one in found.values())]
        table = [[PART_WORDS[part], *(_number(one[part]) for one in found.values())] for part in parts]
        if len(parts) > 1:
            table.append(["all", *(_number(sum(one.values())) for one in found.values())])
        lines += ["", f"**{words}**", "", *_table(["", *(_steps(int(size)) for size in found)], table)]
    return "\n".join(lines)


def _shapes(run: Run) -> str:
    if not run.shapes:
        return ""
    lines = [
        "## Files of other shapes",
        "",
        "Ours in one process without a client, processor time; keystrokes: the median of twenty.",
        "What is kept is what a key leaves in memory when it is over, on the mean of four.",
        "",
    ]
    table = [
        [str(row["shape"]), _number(row["open_ms"]), _number(row["key_ms"]), _number(row["kept_kb"])]
        for row in run.shapes
    ]
    return "\n".join([*lines, *_table(["", "open, ms", "key, ms", "kept, kB"], table)])


def _profiles(run: Run) -> str:
    if not run.profiles:
        return ""
    words = "The functions that took most time themselves, under the profiler, which costs time at each call."
    return "\n".join(["## Where the time of ours goes", "", words, "", "```", run.profiles.strip("\n"), "```"])


def _against_best(run: Run) -> str:
    sizes = [size for size in SIZES if run.row(OURS, size)]
    table = []
    for measure in MEASURES:
        if measure.unit:
            found = [_compared(run, measure, size) for size in sizes]
            table.append([measure.title, *found])
    if not any(cell for _, *cells in table for cell in cells):
        return ""
    note = (
        "The best of the peers (not of the references) at each figure, its own delay taken off. "
        "Only `actions` looks at the graph; the others check syntax and a schema."
    )
    return "\n".join(["## Beside the best peer", "", note, "", *_table(["", *map(_steps, sizes)], table)])


def _compared(run: Run, measure: Measure, size: int) -> str:
    """Our figure, the best of the peers, and how many times as much that is."""
    peers = []
    for row in run.rows:
        value = measure.of(row)
        if row.size == size and row.server not in (OURS, *REFERENCES) and value is not None:
            if measure.field == "completion_p95" and not row.completion_steps:
                continue  # quick, for it offers nothing
            delay = BY_NAME[row.server].debounce_ms if measure.delayed else 0
            peers.append((max(0.1, value - delay), row.server))
    ours = run.row(OURS, size)
    mine = measure.of(ours) if ours is not None else None
    if mine is None or not peers:
        return ""
    best, name = min(peers)
    times = f"{best / mine:.1f} times ours" if mine else "ours is 0"
    return f"{_number(mine)} to {_number(best)} of `{name}`: {times}"


# -- all servers --------------------------------------------------------------------------------------


def _side_by_side(run: Run) -> str:
    names = [name for name in BY_NAME if any(row.server == name for row in run.rows)]
    sizes = sorted({row.size for row in run.rows if row.server != OURS} or {row.size for row in run.rows})
    lines = ["## Side by side", ""]
    lines += [f"- `{name}`: {_introduction(name)}" for name in names]
    lines += [f"- `{name}` could not be measured: {why}" for name, why in run.missing.items()]
    for measure in (*MEASURES, *MORE):
        unit = f", {measure.unit}" if measure.unit else ""
        bracket = f" ({PARENTHESES})" if measure.delayed else ""
        table = [[f"`{name}`", *(_peer_cell(measure, run.row(name, size)) for size in sizes)] for name in names]
        lines += ["", f"**{measure.title}{unit}**{bracket}", "", *_table(["", *map(_steps, sizes)], table)]
    lines += ["", *_completions(run, names, sizes), *_troubles(run), *_loads(run, names, sizes)]
    return "\n".join(lines)


def _introduction(name: str) -> str:
    server = BY_NAME[name]
    delay = f", waits {server.debounce_ms} ms before each check" if server.debounce_ms else ""
    return server.title + delay


def _peer_cell(measure: Measure, row: Row | None) -> str:
    if row is None:
        return ""
    value = measure.of(row)
    delay = BY_NAME[row.server].debounce_ms
    if value is None or not measure.delayed or not delay:
        return _cell(value, row)
    return f"{_number(value)} ({_number(max(0.0, value - delay))})"


def _cell(value: float | None, row: Row) -> str:
    if value is not None:
        return _number(value)
    return "not reached" if row.trouble else "–"


def _completions(run: Run, names: Sequence[str], sizes: Sequence[int]) -> list[str]:
    def said(row: Row | None) -> str:
        if row is None:
            return ""
        if row.completion_items is None:
            return _cell(None, row)
        return f"{row.completion_items:,}, {row.completion_steps:,} of them steps"

    table = [[f"`{name}`", *(said(run.row(name, size)) for size in sizes)] for name in names]
    return ["**What completion offers there**", "", *_table(["", *map(_steps, sizes)], table), ""]


def _troubles(run: Run) -> list[str]:
    short = [
        f"- `{row.server}` at {row.size:,} steps: only {row.key_count} keystrokes, as they took too long"
        for row in run.rows
        if 0 < row.key_count < run.keys
    ]
    found = [f"- `{row.server}` at {row.size:,} steps, {row.trouble}" for row in run.rows if row.trouble]
    found += [f"- `{one.server}` at the start: {one.trouble}" for one in run.starts if one.trouble]
    return ["**What did not come to its end**", "", *found, *short, ""] if found or short else []


def _loads(run: Run, names: Sequence[str], sizes: Sequence[int]) -> list[str]:
    def said(row: Row | None) -> str:
        return "" if row is None or row.others is None else f"{row.others:.2f}"

    table = [[f"`{name}`", *(said(run.row(name, size)) for size in sizes)] for name in names]
    return ["**Cores that other work kept busy meanwhile**", "", *_table(["", *map(_steps, sizes)], table)]


def _starts(run: Run) -> str:
    def said(value: float | None) -> str:
        return "" if value is None else _number(value)

    starts = sorted(run.starts, key=lambda one: list(BY_NAME).index(one.server))
    table = [[f"`{one.server}`", said(one.initialize_ms), said(one.first_ms), said(one.memory_mb)] for one in starts]
    head = ["", "spawn to `initialize` answered, ms", "spawn to first diagnostics, ms", "resident then, MB"]
    note = "Median of several starts, the disk's cache warm; the diagnostics are of a file of 10 steps with a fault."
    return "\n".join(["## Start", "", note, "", *_table(head, table)]) if table else ""


def _method(run: Run) -> str:
    tied: dict[str, list[str]] = {}
    for name in BY_NAME:
        for how in {row.tied_by for row in run.rows if row.server == name and row.tied_by}:
            tied.setdefault(how, []).append(f"`{name}`")
    words = {
        "version": "the version that the server gives with its diagnostics",
        "content": "their content, which changes with each edit",
        "order": "order, as the next diagnostics after a silence: these servers say nothing of a gap",
    }
    lines = [
        "## How it is measured",
        "",
        "- The same generated graph for all: about √N layers, about three edges a step, in the format of each server.",
        f"- A fresh process for each server and size. {run.keys} timed keystrokes after two that warm up: a letter in",
        "  the middle of the name, in the middle of the file, of a step that others wait for, and out again.",
        "- Times run from writing the message to the arrival of the whole answer, before it is decoded.",
        "- Completion is asked for right behind an edit, and timed from the edit on.",
        "- The trivial request is one that no server knows. One at a time is under way, from the edit until",
        "  diagnostics came and a pause went by.",
        "- The burst begins with a gap that is shown and ends with a sound file: the last key must be answered.",
        "- No wait is longer than 60 s.",
    ]
    lines += [f"- Edits and diagnostics of {', '.join(names)} are tied by {words[how]}." for how, names in tied.items()]
    return "\n".join(lines)


# -- words --------------------------------------------------------------------------------------------


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    line: Callable[[Sequence[str]], str] = lambda cells: "| " + " | ".join(cells) + " |"  # noqa: E731 - one use
    return [line(head), "|" + " --- |" * len(head), *map(line, rows)]


def _steps(size: int) -> str:
    return f"{size:,} steps"


def _number(value: float) -> str:
    if isinstance(value, int) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2g}" if value < 1 else f"{value:.1f}"
