"""The runs of the client: started, followed, cancelled; what they tell goes to the client frame by frame."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from time import monotonic
from types import MappingProxyType
from typing import Any, Protocol

from spine_lsp.analysis.runs import FAULTS, FailedStep, GroupKey, Past, RunFacts, StepState
from spine_lsp.execution.events import CHANGED_SINCE, DEBUG_CONFIG
from spine_lsp.ide.run_words import with_took
from spine_lsp.orchestration.problems import counted
from spine_lsp.server.client import Client
from spine_lsp.server.rpc import wire
from spine_lsp.server.runs.process import FRAME, RunnerProcess, Running, Starter
from spine_lsp.server.runs.tracebacks import places_of

log = logging.getLogger(__name__)

EVENTS = "spine/runEvents"
REFUSED = "spine/runRefused"
TOKEN = "spine-run-"
"""How the tokens of the progress of runs begin."""

_OUTPUT = b'{"event": "step_output"'
_MOST_OUTPUT = 1 << 18
"""Bytes of output that are told in one frame; the history has it all."""
_VIEWS_APART = 0.25
"""Seconds between two states of a run for hints and the like, which the client asks for anew each time."""


@dataclass(frozen=True)
class Asked:
    """A run that is wanted: of which group, the arguments of the runner, and what it is told first."""

    id: str
    uri: str
    group: str
    folder: str
    arguments: Sequence[str]
    first: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict)
    """The steps of the group as they are in the file."""
    partial: bool = False
    """Whether only some of the steps are wanted: then an earlier run can be resumed as before."""

    @property
    def key(self) -> GroupKey:
        """Of which file and group it is."""
        return self.uri, self.group


class Loop(Protocol):
    """What a run needs of the event loop; any thread may call."""

    def __call__(self, what: Callable[[], None]) -> object:
        """Have this done on the loop's thread."""


class _OwnRun:
    """One run: the process, and what is known of it."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.process: Running | None = None
        self.state = "starting"
        self.steps: dict[str, StepState] = {}
        self.failures: dict[str, FailedStep | None] = {}
        self.kept: list[bytes] = []
        self.dropped = 0
        self.done = 0
        self.due = False


class RunDesk:
    """Holds the runs of this server, and says what they tell: to the client as events, to the session as `RunFacts`.

    `change` replaces what the session knows of runs, on the loop's thread; `news` says that diagnostics or views of
    a file may read otherwise now. `look` has the history read again.
    """

    def __init__(
        self,
        client: Callable[[], Client],
        send: Callable[[bytes], None],
        on_loop: Loop,
        change: Callable[[Callable[[RunFacts], RunFacts]], None],
        news: Callable[[str | None], None],
        *,
        congested: Callable[[], bool] = lambda: False,
        look: Callable[[], None] = lambda: None,
        later: Callable[[float, Callable[[], None]], object] = lambda *_: None,
        start: Starter = RunnerProcess,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._client = client
        self._send = send
        self._on_loop = on_loop
        self._change = change
        self._news = news
        self._congested = congested
        self._look = look
        self._later = later
        self.start = start
        self._clock = clock
        self._lock = Lock()
        self._runs: dict[str, _OwnRun] = {}
        self._trusted: bool | None = None
        self._viewed = float("-inf")
        self._pause = Event()

    @property
    def trusted(self) -> bool:
        """Whether the user trusts the code of the workspace."""
        return self._client().trusts_workspace if self._trusted is None else self._trusted

    def trust(self, *, trusted: bool) -> None:
        """The client says that the user trusts the workspace from now on, or does no more."""
        self._trusted = trusted

    @property
    def live(self) -> list[str]:
        """The ids of the runs of this server that go on."""
        with self._lock:
            return list(self._runs)

    def begin(self, asked: Asked) -> None:
        """Start a run; raises OSError where there is no runner to be had."""
        run = _OwnRun(asked)
        with self._lock:
            self._runs[asked.id] = run
        try:
            run.process = self.start(
                asked.arguments,
                asked.folder,
                asked.first,
                lambda lines: self._take(run, lines),
                lambda code, complaints: self._ended(run, code, complaints),
            )
        except OSError:
            with self._lock:
                del self._runs[asked.id]
            raise

    def cancel(self, run_id: str) -> bool:
        """End a run of this server; once more ends it at once. Answers whether it is one."""
        with self._lock:
            run = self._runs.get(run_id)
        if run is None or run.process is None:
            return False
        run.process.cancel()
        return True

    def forget(self, uri: str) -> None:
        """Keep nothing of the runs of a file that was closed but what failed in it."""
        self._change(lambda runs: replace(runs, shown=_without(runs.shown, uri)))

    # -- on the runner's thread -----------------------------------------------------------------

    def _take(self, run: _OwnRun, lines: Sequence[bytes]) -> None:
        """Events of one frame: pass them on, times in words too, and take note of what they say of steps."""
        output = sum(map(len, run.kept))
        for line in lines:
            if line.startswith(_OUTPUT):
                output += len(line)
                if output > _MOST_OUTPUT:
                    run.dropped += 1
                    continue
            elif line.startswith(b"{"):
                event = json.loads(line)
                with self._lock:
                    self._note(run, event)
                if "seconds" in event:
                    line = wire.dumps(with_took(event))
            else:
                continue
            run.kept.append(line)
        self._tell(run)

    def _tell(self, run: _OwnRun) -> None:
        if not self._congested() or run.state not in ("starting", "running"):
            events, run.kept, dropped, run.dropped = run.kept, [], run.dropped, 0
            if events:
                about = wire.dumps({"run": run.asked.id, "uri": run.asked.uri, "group": run.asked.group})
                params = b'%b,"dropped":%d,"events":[%b]}' % (about[:-1], dropped, b",".join(events))
                self._send(wire.notification(EVENTS, params))
        else:  # a client that reads nothing is told what became of the steps, and spared their output
            run.kept = [line for line in run.kept if not line.startswith(_OUTPUT)]
        self._show(run)

    def _note(self, run: _OwnRun, event: Mapping[str, Any]) -> None:
        kind, step = event["event"], event.get("step", "")
        if kind == "run_started":
            run.state = "running"
            for each in event["steps"]:
                run.steps[each["name"]] = StepState("completed" if each["kept"] else "pending")
                if not each["kept"]:
                    run.failures[each["name"]] = None
            run.done = sum(each["kept"] for each in event["steps"])
            self._progress(run, {"kind": "begin", "title": f"Running {run.asked.group}", "cancellable": True})
        elif kind == "step_started":
            run.steps[step] = StepState("running")
        elif kind == "step_skipped":
            run.steps[step] = StepState("skipped")
            run.done += 1
        elif kind == "step_finished":
            run.done += 1
            run.steps[step] = StepState(event["status"], event["seconds"])
            if event["status"] in FAULTS:
                run.failures[step] = FailedStep(
                    run.asked.id,
                    event["status"],
                    event["error"] or "",
                    run.asked.texts.get(step),
                    places_of(event["traceback"] or "", run.asked.folder),
                )
        elif kind == "run_finished":
            run.state = event["status"]
        elif kind == DEBUG_CONFIG:
            run.state = "debugged"

    def _show(self, run: _OwnRun) -> None:
        """Tell the session, and have views asked for anew, a few times a second at most."""
        if run.state == "debugged":  # the client's debugger has the step now, and nothing of a run is known
            return
        over = run.state not in ("starting", "running")
        if not over and not run.failures and self._clock() - self._viewed < _VIEWS_APART:
            if not run.due:
                run.due = True

                def soon() -> None:
                    self._later(_VIEWS_APART, lambda: self._show_due(run))

                self._on_loop(soon)
            return
        self._viewed = self._clock()
        with self._lock:
            key, steps, failures, state = run.asked.key, dict(run.steps), run.failures, run.state
            run.failures = {}
        if run.state == "running":
            total = max(len(run.steps), 1)
            words = f"{run.done} of {counted(total, 'step')}"
            self._progress(run, {"kind": "report", "message": words, "percentage": run.done * 100 // total})

        def changed(runs: RunFacts) -> RunFacts:
            known = {**runs.failures.get(key, {}), **failures}
            left = {step: failure for step, failure in known.items() if failure is not None}
            resumable = {k: v for k, v in runs.resumable.items() if k != key or run.asked.partial}
            if over and not run.asked.partial and state not in ("completed", "refused"):
                resumable[key] = run.asked.id
            return replace(
                runs,
                failures=MappingProxyType({**runs.failures, key: MappingProxyType(left)}),
                shown=MappingProxyType({**runs.shown, key: MappingProxyType(steps)}),
                resumable=MappingProxyType(resumable),
            )

        def on_loop() -> None:
            self._change(changed)
            self._news(run.asked.uri if failures or over else None)

        self._on_loop(on_loop)

    def _show_due(self, run: _OwnRun) -> None:
        """What was not told because something had just been."""
        run.due = False
        if run.state == "running":
            self._viewed = float("-inf")
            self._show(run)

    def _ended(self, run: _OwnRun, code: int, complaints: str) -> None:
        while self._congested():
            self._pause.wait(FRAME)
        if run.state == "starting":
            self._refused(run, code, complaints)
        elif run.state == "running":  # it was killed, so nobody else will say it
            run.state = "lost"
            for step, known in run.steps.items():
                if known.state in ("pending", "running"):
                    run.steps[step] = StepState("lost" if known.state == "running" else "skipped")
            finished = {"event": "run_finished", "run": run.asked.id, "status": "lost"}
            run.kept.append(wire.dumps({**finished, "error": "its runner was killed"}))
            self._tell(run)
        if run.steps:
            self._progress(run, {"kind": "end", "message": run.state.replace("_", " ")})
            if not self._client().shows_runs:
                self._message(run, f"{run.asked.group}: {run.state.replace('_', ' ')}")
        with self._lock:
            self._runs.pop(run.asked.id, None)
        self._look()

    def _refused(self, run: _OwnRun, code: int, complaints: str) -> None:
        """The runner could not start: what it says of that."""
        run.state = "refused"
        lines = [line for line in complaints.strip().splitlines() if line.strip()]
        words = "\n".join(lines) or f"the runner ended with exit code {code} and said nothing"
        if code not in (2, CHANGED_SINCE):
            log.error("a runner ended with exit code %d: %s", code, words)
        params = {
            "run": run.asked.id,
            "uri": run.asked.uri,
            "group": run.asked.group,
            "message": words,
            "changed": code == CHANGED_SINCE,
        }
        self._send(wire.notification(REFUSED, wire.dumps(params)))
        if not self._client().shows_runs:
            self._message(run, words)

    def _message(self, run: _OwnRun, words: str) -> None:
        kind = 3 if run.state == "completed" else 1
        self._send(wire.notification("window/showMessage", wire.dumps({"type": kind, "message": words})))

    def _progress(self, run: _OwnRun, value: Mapping[str, Any]) -> None:
        if not self._client().progress:
            return
        token = f"{TOKEN}{run.asked.id}"
        if value["kind"] == "begin":
            created = wire.dumps({"token": token})
            self._send(wire.request(token, "window/workDoneProgress/create", created))
        self._send(wire.notification("$/progress", wire.dumps({"token": token, "value": value})))


def with_past(past: Past) -> Callable[[RunFacts], RunFacts]:
    """The change by which the history says this from now on."""
    return lambda runs: replace(runs, past=MappingProxyType({**runs.past, **past}))


def _without(known: Mapping[GroupKey, Any], uri: str) -> Mapping[GroupKey, Any]:
    return MappingProxyType({key: value for key, value in known.items() if key[0] != uri})
