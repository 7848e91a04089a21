"""How a run is shown while it goes on: a line for each event in a pipe, a line for each step on a terminal."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, TextIO

from spine_lsp.cli.output import styler
from spine_lsp.execution.events import RunEvent
from spine_lsp.execution.results import GroupExecutionResult
from spine_lsp.ide.words import seconds
from spine_lsp.orchestration.problems import counted
from spine_lsp.printable import printable

LOOKS: dict[str, dict[str, Any]] = {
    "completed": {"fg": "green"},
    "failed": {"fg": "red"},
    "timed_out": {"fg": "red"},
    "lost": {"fg": "red"},
    "partial": {"fg": "yellow"},
    "cancelled": {"fg": "yellow"},
    "skipped": {"dim": True},
    "running": {"fg": "cyan"},
    "pending": {"dim": True},
}
_MOST_OUTPUT = 2_000
"""Characters of a line of output that are shown."""


def words(state: str) -> str:
    """A state in words."""
    return state.replace("_", " ")


class PlainProgress:
    """A line for each thing that happens, with the time and the step."""

    def __init__(self, say: Callable[[str], None], *, color: bool) -> None:
        self._say = say
        self._style = styler(on=color)
        self._rest: dict[tuple[str, str], str] = {}

    def __call__(self, event: RunEvent) -> None:
        """Show an event."""
        data, step = event.data, printable(event.step or "")
        if event.kind == "run_started":
            kept = sum(each["kept"] for each in data["steps"])
            of = f", {kept} of them kept" if kept else ""
            self._line(
                event.at,
                f"{printable(data['group'])}: {counted(len(data['steps']), 'step')}{of}, run {event.run_id}",
            )
        elif event.kind == "step_started":
            again = f", attempt {data['attempt']}" if data["attempt"] > 1 else ""
            self._line(event.at, f"{step}: started{again}")
        elif event.kind == "step_waiting":
            self._line(event.at, f"{step}: waiting, because {printable(data['because'])}")
        elif event.kind == "step_output":
            self._output(event)
        elif event.kind == "step_retrying":
            error = printable(_first_line(data["error"]))
            self._line(event.at, f"{step}: failed ({error}), tried again in {seconds(data['seconds'])}")
        elif event.kind == "step_finished":
            self._flush(event)
            state = data["status"]
            error = f": {printable(_first_line(data['error']))}" if data["error"] else ""
            styled = self._style(words(state), **LOOKS[state])
            self._line(event.at, f"{step}: {styled} after {seconds(data['seconds'])}{error}")
        elif event.kind == "step_skipped":
            self._line(event.at, f"{step}: {self._style('skipped', dim=True)}, because {printable(data['because'])}")
        elif event.kind == "run_cancelling":
            self._line(event.at, "cancelling; once more ends at once")

    def _output(self, event: RunEvent) -> None:
        key = (event.step or "", event.data["stream"])
        lines = (self._rest.pop(key, "") + event.data["text"]).split("\n")
        if lines[-1]:
            self._rest[key] = lines[-1][:_MOST_OUTPUT]  # a line without an end costs no more than is shown of it
        for line in lines[:-1]:
            self._one(event.at, key[0], line)

    def _flush(self, event: RunEvent) -> None:
        for stream in ("stdout", "stderr"):
            if rest := self._rest.pop((event.step or "", stream), ""):
                self._one(event.at, event.step or "", rest)

    def _one(self, at: datetime, step: str, line: str) -> None:
        self._line(at, f"{printable(step)} | {printable(line.rstrip(chr(13))[:_MOST_OUTPUT])}")

    def _line(self, at: datetime, text: str) -> None:
        self._say(f"{at.astimezone():%H:%M:%S} {text}\n")


class LiveProgress:
    """A line for each step with its state, time and last output, drawn anew a few times a second."""

    def __init__(self, *, color: bool) -> None:
        from rich.console import Console
        from rich.live import Live

        self._console = Console(file=sys.stderr, no_color=not color, highlight=False, markup=False)
        self._steps: dict[str, dict[str, Any]] = {}
        self._title = ""
        self._live = Live(get_renderable=self._table, console=self._console, refresh_per_second=8, transient=True)

    def __call__(self, event: RunEvent) -> None:
        """Take an event in; it is shown with the next drawing."""
        if event.kind == "run_started":
            self._title = f"{printable(event.data['group'])}, run {event.run_id}"
            for each in event.data["steps"]:
                self._steps[each["name"]] = {"state": "completed" if each["kept"] else "pending"}
            self._live.start()
        elif event.kind == "run_finished":
            self._live.stop()
        elif event.kind == "run_cancelling":
            self._title += ": cancelling; once more ends at once"
        elif event.step is not None:
            step = self._steps[event.step]
            if event.kind == "step_started":
                step.update(state="running", begun=event.at)
            elif event.kind == "step_waiting":
                step["last"] = f"waiting: {event.data['because']}"
            elif event.kind == "step_output":
                lines = [line for line in event.data["text"].splitlines() if line.strip()]
                step["last"] = lines[-1] if lines else step.get("last", "")
            elif event.kind == "step_retrying":
                step["last"] = _first_line(event.data["error"])
            elif event.kind == "step_finished":
                error = event.data["error"]
                last = _first_line(error) if error else step.get("last", "")
                step.update(state=event.data["status"], seconds=event.data["seconds"], last=last)
            elif event.kind == "step_skipped":
                step["state"] = "skipped"

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._live.stop()

    def _table(self) -> Any:
        from datetime import timezone

        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, show_header=False, title=Text(self._title, style="bold"), title_justify="left")
        now = datetime.now(timezone.utc)
        rows = list(self._steps.items())
        room = max(self._console.size.height - 4, 1)
        if len(rows) > room:  # what runs and what failed first, then what comes
            urgent = {"running": 0, "failed": 1, "timed_out": 1, "lost": 1, "pending": 2}
            rows = sorted(rows, key=lambda row: urgent.get(row[1]["state"], 3))[:room]
        for name, step in rows:
            took = step.get("seconds")
            if step["state"] == "running":
                took = (now - step["begun"]).total_seconds()
            look = LOOKS[step["state"]]
            style = "dim" if look.get("dim") else str(look.get("fg", ""))
            table.add_row(
                Text(printable(name), no_wrap=True),
                Text(words(step["state"]), style=style, no_wrap=True),
                Text(seconds(took), justify="right", no_wrap=True),
                Text(printable(step.get("last", "")), style="dim", no_wrap=True, overflow="ellipsis"),
            )
        return table


class EventLines:
    """The events of a run as lines of JSON; with ``alone`` the run goes on when nobody takes them any more."""

    def __init__(self, stream: TextIO, *, alone: bool = False) -> None:
        self._stream: TextIO | None = stream
        self._alone = alone

    def __call__(self, event: RunEvent) -> None:
        """Write an event, at once."""
        if self._stream is None:
            return
        try:
            self._stream.write(json.dumps(event.to_dict()) + "\n")
            self._stream.flush()
        except OSError:
            if not self._alone:
                raise
            self._stream = None


def summary(result: GroupExecutionResult, *, color: bool) -> str:
    """A run that has ended: what failed with its error, and all in one line."""
    style = styler(on=color)
    lines = []
    for step in result.step_executions:
        if step.status.value in ("failed", "timed_out", "lost"):
            lines.append(f"{style(printable(step.step_name), bold=True)}: {printable(_first_line(step.error))}")
            if step.traceback:
                lines += (f"    {printable(line)}" for line in step.traceback.rstrip().split("\n")[-12:])
    state = result.status.value
    counted_states = Counter(step.status.value for step in result.step_executions)
    counts = [f"{count} {words(each)}" for each in LOOKS if (count := counted_states[each])]
    because = f" ({printable(result.error)})" if result.error else ""
    lines.append(
        f"{printable(result.group_name)}: {style(words(state), **LOOKS[state], bold=True)}{because}: "
        f"{', '.join(counts) or 'no steps'} in {seconds(result.duration_seconds)}; run {result.run_id}"
    )
    return "\n".join(lines) + "\n"


def _first_line(text: str | None) -> str:
    lines = (text or "").strip().splitlines()
    return lines[0] if lines else ""
