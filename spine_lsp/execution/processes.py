"""Steps carried out by worker processes of the user's interpreter, so that whatever a pipeline does costs its step."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Condition, Semaphore, Thread, Timer
from time import monotonic
from typing import IO, Any, Literal, NamedTuple

from spine_lsp.execution.executors import Ended, Output, Report, Task
from spine_lsp.execution.worker import wire
from spine_lsp.orchestration.scheduling import Halt

WORKER = Path(__file__).with_name("worker")
_CHUNK = 65536
_UNREAD = 16
"""Pieces of output of one stream that may wait for the runner; a pipeline that writes more waits."""
_PAUSE = 0.02
"""Seconds in which what a pipeline writes line by line is gathered."""
_SWIFT = 16
"""Reads without such a pause after one that found the pipe full: whoever writes that much waits for us."""
_LAST_WORDS = 2.0
"""Seconds in which the output of a worker that has died must come to its end: others may hold its pipes."""
_POSIX = os.name == "posix"

Stream = Literal["stdout", "stderr"]
_DESCRIPTORS: dict[Stream, int] = {"stdout": 1, "stderr": 2}


class PipelinePlace(NamedTuple):
    """Where a pipeline is defined, as far as that can be told without running anything."""

    module: str
    symbol: str


@dataclass(frozen=True)
class Workers:
    """How workers are started: the interpreter, the folder they work in, and where pipelines come from.

    `roots` go in front of the places that modules are imported from, `imports` are imported before anything is run.
    A step that is to end has `grace` seconds to do so by itself.
    """

    python: str
    folder: str
    roots: Sequence[str] = ()
    imports: Sequence[str] = ()
    targets: Mapping[str, PipelinePlace] = field(default_factory=dict)
    grace: float = 5.0


class ProcessExecutor:
    """Starts a worker when none is free, and gives each one task at a time."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._reports: SimpleQueue[tuple[Report, Semaphore | None] | None] = SimpleQueue()
        self._free: list[_Worker] = []
        self._running: dict[int, _Worker] = {}
        self._read: list[Semaphore] = []
        self._targets = dict(workers.targets)

    def now(self) -> float:
        """The time, on a clock that only goes forward."""
        return monotonic()

    def know(self, targets: Mapping[str, PipelinePlace]) -> None:
        """Learn where more pipelines are."""
        self._targets.update(targets)

    @property
    def processes(self) -> list[int]:
        """The ids of the workers' processes."""
        return [worker.process.pid for worker in [*self._free, *self._running.values()]]

    def start(self, task: Task) -> None:
        """Begin a task; one whose worker cannot be started, or whose parameters cannot be sent, has failed."""
        try:
            params = wire.encode(task.params)
            worker = self._worker()
        except (OSError, TypeError) as exc:
            self._reports.put((Ended(task.step, "failed", error=str(exc), may_retry=False), None))
            return
        self._running[task.step] = worker
        target = self._targets.get(task.pipeline)
        worker.give(
            task.step,
            {
                "pipeline": task.pipeline,
                "params": params,
                "target": target._asdict() if target is not None else None,
            },
        )

    def stop(self, step: int, why: Halt) -> None:
        """Ask a step's process to end, and make it after the grace."""
        worker = self._running.get(step)
        if worker is not None:
            worker.end(why, self._workers.grace)

    def kill(self) -> None:
        """End all processes at once; for a signal's handler too."""
        for worker in list(self._running.values()):
            worker.kill("cancelled")

    def wait(self, seconds: float | None) -> Sequence[Report]:
        """The reports since the last call; what a step wrote in one go is one report."""
        for read in self._read:
            read.release()
        self._read.clear()
        reports: list[Report] = []
        with suppress(Empty):
            item = self._reports.get(timeout=seconds)
            while True:
                if item is not None:
                    self._take(*item, reports)
                item = self._reports.get_nowait()
        return reports

    def _take(self, report: Report, read: Semaphore | None, reports: list[Report]) -> None:
        if isinstance(report, Ended):
            worker = self._running.pop(report.step, None)
            if worker is not None and worker.usable:
                self._free.append(worker)
        elif read is not None:
            self._read.append(read)
            last = reports[-1] if reports else None
            if isinstance(last, Output) and (last.step, last.stream) == (report.step, report.stream):
                reports[-1] = Output(last.step, last.stream, last.text + report.text)
                return
        reports.append(report)

    def wake(self) -> None:
        """End the waiting."""
        self._reports.put(None)

    def close(self) -> None:
        """Let the free workers go, and end at once those that still run something."""
        self.kill()
        for worker in self._free:
            worker.dismiss()
        for worker in [*self._free, *self._running.values()]:
            worker.wait_for_end(self._workers.grace)

    def _worker(self) -> _Worker:
        while self._free:
            worker = self._free.pop()
            if worker.usable:
                return worker
            worker.wait_for_end(0)
        return _Worker(self._workers, self._reports)


class _Worker:
    """A process, and the threads that read what comes from it."""

    def __init__(self, workers: Workers, reports: SimpleQueue[tuple[Report, Semaphore | None] | None]) -> None:
        self._reports = reports
        self._mark = f"\0spine-lsp {secrets.token_hex(8)} "
        self._changed = Condition()
        self._step: int | None = None
        self._number = 0
        self._why: Halt | None = None
        self._timer: Timer | None = None
        self._marked: dict[Stream, int] = {}
        self._hurry = False
        """Whether a step has ended, and only what it has written is waited for."""
        self.usable = True
        arguments = [workers.python, str(WORKER)]
        reading = writing = -1
        if _POSIX:
            reading, writing = os.pipe()
            arguments.append(str(writing))
        try:
            self.process = subprocess.Popen(  # noqa: S603 - the interpreter that the user named, and a file of ours
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=workers.folder,
                pass_fds=(writing,) if _POSIX else (),
                start_new_session=_POSIX,
                bufsize=0,
            )
        except OSError:
            if _POSIX:
                os.close(reading)
            raise
        finally:
            if _POSIX:
                os.close(writing)
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._tasks = process.stdin
        outputs: dict[Stream, IO[bytes]] = {"stdout": process.stdout, "stderr": process.stderr}
        answers = os.fdopen(reading, "rb") if _POSIX else outputs.pop("stdout")
        self._open: set[Stream] = set(outputs)
        self._threads = [
            Thread(target=self._read_output, args=(name, stream), daemon=True) for name, stream in outputs.items()
        ]
        for thread in self._threads:
            thread.start()
        self._reader = Thread(target=self._read_answers, args=(answers,), daemon=True)
        self._watcher = Thread(target=self._watch, daemon=True)
        self._reader.start()
        self._watcher.start()
        self._send({"roots": list(workers.roots), "imports": list(workers.imports), "mark": self._mark})

    def give(self, step: int, task: Mapping[str, Any]) -> None:
        """Run a task; whether it could be taken shows in how it ends."""
        with self._changed:
            self._step, self._why, self._hurry = step, None, False
            self._number += 1
        self._send({"task": self._number, **task})

    def end(self, why: Halt, grace: float) -> None:
        """Ask the process to end."""
        self._why = why
        self.usable = False
        self._signal(signal.SIGTERM)
        self._timer = Timer(grace, self.kill, (why,))
        self._timer.daemon = True
        self._timer.start()

    def kill(self, why: Halt) -> None:
        """End the process, and all that it has started."""
        self._why = self._why or why
        self.usable = False
        self._signal(signal.SIGKILL if _POSIX else signal.SIGTERM)

    def dismiss(self) -> None:
        """Let the process end by itself."""
        self.usable = False
        self._send({"bye": True})

    def wait_for_end(self, seconds: float) -> None:
        """Wait so long for the end of the process, then make an end, also of what it has left behind."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self._signal(signal.SIGKILL if _POSIX else signal.SIGTERM)
        self._watcher.join(3 * _LAST_WORDS)

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if _POSIX:
                os.killpg(self.process.pid, number)
            else:
                self.process.terminate()

    def _send(self, message: Any) -> None:
        with suppress(OSError, ValueError):  # it has died, as its other pipe will tell
            self._tasks.write(wire.line(message))

    def _read_answers(self, answers: IO[bytes]) -> None:
        """Take answers to their end, which is not that of the process where a copy of it holds the pipe."""
        try:
            with answers:
                for line in answers:
                    self._answered(json.loads(line))
        except (ValueError, TypeError, KeyError):  # a pipeline has found the pipe, and written on it
            self.usable = False
            self._signal(signal.SIGKILL if _POSIX else signal.SIGTERM)

    def _answered(self, message: Mapping[str, Any]) -> None:
        self.usable = self.usable and message["usable"]
        expected = {name for name, number in _DESCRIPTORS.items() if number in message["marked"]}
        self._await_output(message["task"], expected, None)
        self._ended(
            message["task"],
            Ended(
                self._step if self._step is not None else -1,
                "completed" if message["completed"] else self._why or "failed",
                message["result"],
                message["error"],
                message["traceback"],
                message["again"],
            ),
        )

    def _watch(self) -> None:
        """Wait for the end of the process, and say so of the step that it had not ended."""
        code = self.process.wait()
        self.usable = False
        if self._timer is not None:
            self._timer.cancel()
        self._signal(signal.SIGKILL if _POSIX else signal.SIGTERM)  # what it has started and left behind
        self._reader.join(_LAST_WORDS)
        self._await_output(self._number, set(self._open), _LAST_WORDS)
        with suppress(OSError):
            self._tasks.close()
        if (step := self._step) is not None:
            self._ended(self._number, _died(step, code, self._why))

    def _ended(self, number: int, report: Ended) -> None:
        """Report the end of a task, once."""
        with self._changed:
            if self._step is None or number != self._number:
                return
            self._step = None
        self._reports.put((report, None))

    def _await_output(self, number: int, streams: set[Stream], seconds: float | None) -> None:
        """Wait until all that a step has written is read."""

        def is_read() -> bool:
            return all(self._marked.get(name, 0) >= number or name not in self._open for name in streams)

        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            self._changed.wait_for(is_read, seconds)

    def _read_output(self, name: Stream, stream: IO[bytes]) -> None:
        unread = Semaphore(_UNREAD)
        mark = self._mark.encode()
        rest = b""
        descriptor = stream.fileno()
        swift = 0
        while chunk := _read(descriptor):
            swift = _SWIFT if len(chunk) == _CHUNK else max(swift - 1, 0)
            lines = (rest + chunk).split(b"\n")
            rest = lines.pop()
            text: list[bytes] = []
            for line in lines:
                before, found, number = line.partition(mark)
                if not found:
                    text.append(line + b"\n")
                    continue
                text.append(before)
                self._put(name, text, unread, 0)
                text = []
                with self._changed:
                    self._marked[name] = int(number)
                    self._changed.notify_all()
            if len(rest) > _CHUNK and mark not in rest:
                cut = _between_characters(rest, len(rest) - len(mark))
                text.append(rest[:cut])
                rest = rest[cut:]
            self._put(name, text, unread, 0 if swift else _PAUSE)
        self._put(name, [rest], unread, 0)
        with self._changed:
            self._open.discard(name)
            self._changed.notify_all()
        stream.close()

    def _put(self, name: Stream, text: Sequence[bytes], unread: Semaphore, pause: float) -> None:
        written = b"".join(text).decode("utf-8", "replace")
        step = self._step
        if written and step is not None:
            unread.acquire()
            self._reports.put((Output(step, name, written), unread))
            with self._changed:
                self._changed.wait_for(lambda: self._hurry, pause)


def _between_characters(text: bytes, at: int) -> int:
    """The last place up to ``at`` at which a text in UTF-8 can be cut; of what is no such text, any place will do."""
    return next((place for place in range(at, at - 4, -1) if text[place] & 0xC0 != 0x80), at)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError:
        return b""


def _died(step: int, code: int, why: Halt | None) -> Ended:
    """What it means that a process has ended in the midst of a step."""
    if why is not None:
        return Ended(step, why, error="its process was ended")
    if code >= 0:
        return Ended(step, "failed", error=f"its process ended by itself, with exit code {code}")
    name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
    if -code in (signal.SIGKILL, signal.SIGTERM) if _POSIX else False:
        return Ended(step, "lost", error=f"its process was killed from outside, by {name}")
    return Ended(step, "failed", error=f"its process crashed, with {name}")
