"""Steps carried out by Celery workers: the runner lends each attempt to one worker, and hears of it until its end.

A task in the broker is an invitation. The worker that takes it asks the runner for the attempt, and the first that
asks has it: so a task may be delivered twice, and be sent again when it was lost, and runs once. What is heard of an
attempt comes numbered and is answered, and said again until it is; who is silent for too long is given up.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock
from time import monotonic
from typing import Any, Literal

from spine_lsp.execution.celery.mail import Letter, Mailbox
from spine_lsp.execution.celery.terms import MARK, QUEUE, TASK, LeaseTerms, own_version, version_of
from spine_lsp.execution.executors import Ended, Output, Report, Task
from spine_lsp.execution.processes import Workers
from spine_lsp.execution.worker import wire
from spine_lsp.orchestration.scheduling import Halt

_CONNECT = 5.0
"""Seconds in which a broker must answer at the start of a run."""
_AT_ONCE = 3.0
"""Seconds that are left to workers when a run is ended at once."""

Order = Literal["go", "cancelled", "timed_out", "kill", "over"]
"""What a worker is to do: run, end the step gently, or at once; `over`: it does not have the step, or has ended it."""


class BrokerError(Exception):
    """The broker cannot be used: one sentence, without the secrets of its address."""


@dataclass
class _Attempt:
    """An attempt that has not ended, or whose end has not been answered."""

    task: Task
    key: str
    invited: float
    heard: float
    order: Order = "go"
    why: Halt | None = None
    holder: str | None = None
    """The mailbox of the worker that has it."""
    host: str = ""
    taken: int = 0
    """Reports that have been heard."""
    read: int = 0
    """Those that the runner has done with."""
    ended: bool = False
    warned: bool = False


class CeleryExecutor:
    """Hands tasks to the workers that listen to a queue of a broker. BrokerError where that cannot be reached.

    ``workers`` says where pipelines are; the interpreter and the folder are those of whoever takes a task.
    """

    def __init__(
        self, app: Any, run_id: str, workers: Workers, terms: LeaseTerms | None = None, queue: str = QUEUE
    ) -> None:
        self._app = app
        self._run_id = run_id
        self._workers = workers
        self._terms = terms or LeaseTerms()
        self._queue = queue
        self._lock = Lock()
        self._attempts: dict[str, _Attempt] = {}
        self._at: dict[int, _Attempt] = {}
        self._unanswered: dict[str, int] = {}
        self._others: set[str] = set()
        """Workers of another version, which has been said."""
        self._reports: SimpleQueue[tuple[Report, _Attempt, int] | None] = SimpleQueue()
        self._gives_up: float | None = None
        """When nobody is waited for any more."""
        self._beaten = monotonic()
        connection = _reached(app)
        name = f"spine-lsp.run.{secrets.token_hex(8)}"
        self._mail = Mailbox(connection, name, self._take, self._tick, self._terms.again)

    def now(self) -> float:
        """The time, on a clock that only goes forward."""
        return monotonic()

    def start(self, task: Task) -> None:
        """Invite a worker to a task; one whose parameters cannot be sent has failed."""
        now = monotonic()
        attempt = _Attempt(task, secrets.token_hex(16), now, now)
        try:
            params = wire.encode(task.params)
        except TypeError as exc:
            ended = Ended(task.step, "failed", error=str(exc), may_retry=False)
            self._reports.put((ended, attempt, 0))
            return
        with self._lock:
            self._attempts[attempt.key] = self._at[task.step] = attempt
        self._invite(attempt, params)

    def stop(self, step: int, why: Halt) -> None:
        """Have a step ended by its worker; what no worker has taken has ended."""
        with self._lock:
            attempt = self._at.get(step)
            if attempt is None or attempt.ended:
                return
            attempt.order = attempt.why = why
            if attempt.holder is None:
                self._end(attempt, Ended(step, why, error="no worker had taken it"))
            else:
                self._answer(attempt)

    def kill(self) -> None:
        """Have all steps ended at once, and wait for nobody much longer; for a signal's handler too."""
        self._gives_up = monotonic() + _AT_ONCE
        for attempt in list(self._at.values()):
            attempt.order, attempt.why = "kill", attempt.why or "cancelled"
            self._answer(attempt)

    def wait(self, seconds: float | None) -> Sequence[Report]:
        """The reports since the last call; those of the last call are answered now, for they have been dealt with."""
        self._answer_read()
        reports: list[Report] = []
        with suppress(Empty):
            item = self._reports.get(timeout=seconds)
            while True:
                if item is not None:
                    report, attempt, number = item
                    self._unanswered[attempt.key] = number
                    reports.append(report)
                item = self._reports.get_nowait()
        return reports

    def wake(self) -> None:
        """End the waiting."""
        self._reports.put(None)

    def close(self) -> None:
        """Take leave of the workers: what still runs is ended at once."""
        self._answer_read()
        self.kill()
        self._mail.close()

    def _answer_read(self) -> None:
        with self._lock:
            for key, number in self._unanswered.items():
                attempt = self._attempts.get(key)
                if attempt is None:
                    continue
                attempt.read = max(attempt.read, number)
                if attempt.ended:
                    attempt.order = "over"
                    del self._attempts[key]
                    if self._at.get(attempt.task.step) is attempt:
                        del self._at[attempt.task.step]
                self._answer(attempt)
            self._unanswered.clear()

    def _invite(self, attempt: _Attempt, params: Any = None) -> None:
        task, terms, workers = attempt.task, self._terms, self._workers
        target = workers.targets.get(task.pipeline)
        ours = {
            **own_version(),
            "reply_to": self._mail.name,
            "step": task.step_name,
            "attempt": task.attempt,
            "lease": terms.lease,
            "target": target._asdict() if target is not None else None,
            "roots": [os.path.relpath(root, workers.folder) for root in workers.roots],
            "imports": list(workers.imports),
        }
        known = {
            "idempotency_key": f"{self._run_id}:{task.step_name}:{task.attempt}",
            "correlation_id": self._run_id,
            "parent_run_id": self._run_id,
            "metadata": {MARK: ours},
        }
        arguments = [task.pipeline, wire.encode(task.params) if params is None else params]

        def send(producer: Any) -> None:
            self._app.send_task(
                TASK,
                arguments,
                known,
                task_id=attempt.key,
                queue=self._queue,
                producer=producer,
                ignore_result=True,
                retry=False,
            )

        self._mail.send(send)

    def _invite_again(self, attempt: _Attempt) -> None:
        """Send a task again if none is in the queue: it was lost, or is held by a worker that is busy."""

        def look(producer: Any) -> None:
            if producer.channel.queue_declare(self._queue, passive=True).message_count == 0:
                self._invite(attempt)

        self._mail.send(look)

    def _answer(self, attempt: _Attempt) -> None:
        if attempt.holder is not None:
            self._write(attempt.holder, attempt.key, attempt.order, attempt.read)

    def _write(self, to: str, key: str, order: Order, read: int) -> None:
        self._mail.write(to, {"attempt": key, "order": order, "read": read})

    def _take(self, letter: Letter) -> None:
        key, sender = str(letter["attempt"]), letter.get("from")
        with self._lock:
            attempt = self._attempts.get(key)
            if sender is None:
                if attempt is not None and attempt.holder is not None:
                    self._end(attempt, _lost(attempt, str(letter["gone"])))
                return
            if letter.get("declined"):
                if attempt is not None and attempt.holder == sender and not attempt.ended:
                    self._give_back(attempt)
                return
            if attempt is None or attempt.holder not in (None, sender):
                self._write(sender, key, "over", 0)
                return
            attempt.heard = monotonic()
            if attempt.holder is None:
                attempt.holder, attempt.host = sender, str(letter.get("worker"))
                if not self._understands(attempt, letter):
                    return
            for number, said in enumerate(letter.get("reports", ()), letter.get("first", 1)):
                if number == attempt.taken + 1 and not attempt.ended:
                    attempt.taken = number
                    self._hear(attempt, number, said)
            self._answer(attempt)

    def _understands(self, attempt: _Attempt, letter: Letter) -> bool:
        """Whether a worker is of a version that can be talked to; that it is another one is said once."""
        ours, worker = own_version(), attempt.host
        if letter.get("contract") != ours["contract"]:
            error = (
                f"its worker {worker} has {version_of(letter)} and this run {version_of(ours)}, "
                "which do not understand each other: give both the same, and start the worker again"
            )
            self._end(attempt, Ended(attempt.task.step, "failed", error=error, may_retry=False))
            return False
        if letter.get("version") != ours["version"] and worker not in self._others:
            self._others.add(worker)
            text = f"spine-lsp: the worker {worker} has {version_of(letter)} and this run {version_of(ours)}\n"
            self._reports.put((Output(attempt.task.step, "stderr", text), attempt, attempt.read))
        return True

    def _give_back(self, attempt: _Attempt) -> None:
        """The worker that asked for an attempt has not begun it, and will not."""
        attempt.holder = None
        if attempt.why is not None:
            self._end(attempt, Ended(attempt.task.step, attempt.why, error="no worker had taken it"))
        else:
            self._invite(attempt)

    def _hear(self, attempt: _Attempt, number: int, said: Mapping[str, Any]) -> None:
        step = attempt.task.step
        if "text" in said:
            self._reports.put((Output(step, said["stream"], said["text"]), attempt, number))
            return
        attempt.ended = True
        report = Ended(step, said["outcome"], said["result"], said["error"], said["traceback"], said["may_retry"])
        self._reports.put((report, attempt, number))

    def _end(self, attempt: _Attempt, report: Ended) -> None:
        """An attempt has ended for the runner; whoever has it, or takes it, is to let it be."""
        attempt.ended, attempt.order = True, "kill"
        self._answer(attempt)
        self._attempts.pop(attempt.key, None)
        self._at.pop(attempt.task.step, None)
        self._reports.put((report, attempt, 0))

    def _tick(self) -> None:
        now, terms = monotonic(), self._terms
        beats = now - self._beaten >= terms.beat
        if beats:
            self._beaten = now
        with self._lock:
            for attempt in [each for each in self._attempts.values() if not each.ended]:
                if self._gives_up is not None and now >= self._gives_up:
                    error = "the run was ended at once, and its worker has not answered"
                    self._end(attempt, Ended(attempt.task.step, "lost", error=error))
                elif attempt.holder is None:
                    self._seek(attempt, now)
                elif now - attempt.heard >= self._terms.lease:
                    silence = f"nothing was heard of it for {terms.lease:g} seconds"
                    self._end(attempt, _lost(attempt, silence))
                elif beats:
                    self._answer(attempt)

    def _seek(self, attempt: _Attempt, now: float) -> None:
        """Look for a worker once more."""
        if now - attempt.invited < self._terms.patience:
            return
        attempt.invited = now
        self._invite_again(attempt)
        if not attempt.warned:
            attempt.warned = True
            text = (
                f"spine-lsp: no worker has taken this step for {self._terms.patience:g} seconds; "
                "`celery -A spine_lsp.execution.celery.worker worker` starts one\n"
            )
            self._reports.put((Output(attempt.task.step, "stderr", text), attempt, attempt.read))


def _lost(attempt: _Attempt, why: str) -> Ended:
    return Ended(attempt.task.step, "lost", error=f"its worker {attempt.host} is lost: {why}")


def _reached(app: Any) -> Any:
    """A connection to the broker, which has answered."""
    address = "that is named"
    try:
        connection = app.connection_for_write()
        address = connection.as_uri()  # without its password
        with connection.clone() as trial:
            trial.ensure_connection(max_retries=1, interval_start=0, timeout=_CONNECT)
            trial.default_channel  # noqa: B018 - made, it has been spoken to
    except Exception as exc:  # noqa: BLE001 - each transport has errors of its own
        reason = str(exc.args[0] if isinstance(exc, KeyError) else exc).strip().splitlines()
        raise BrokerError(f"cannot use the broker {address}: {reason[0] if reason else type(exc).__name__}") from None
    return connection
