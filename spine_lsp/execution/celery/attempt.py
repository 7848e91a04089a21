"""An attempt at a step in a Celery worker: asked for, run in a process of the project's Python, told to the runner."""

from __future__ import annotations

import secrets
from collections import deque
from threading import Condition
from time import monotonic
from typing import Any

from spine_lsp.execution.celery.mail import Letter, Mailbox
from spine_lsp.execution.celery.terms import LeaseTerms, own_version
from spine_lsp.execution.executors import Ended, Output, Report, Task
from spine_lsp.execution.processes import ProcessExecutor

_WINDOW = 16
"""Reports that may be without an answer; a pipeline that writes more waits."""
_RANK = ("asked", "go", "cancelled", "timed_out", "kill", "over")
"""What the runner has said, in an order in which it goes on and never back."""


class LentAttempt:
    """One attempt, of the task with the id `key`, for the runner that reads the queue `reply_to`."""

    def __init__(
        self,
        connection: Any,
        key: str,
        reply_to: str,
        host: str,
        terms: LeaseTerms,
        executor: ProcessExecutor,
    ) -> None:
        self._key = key
        self._reply_to = reply_to
        self._host = host
        self._terms = terms
        self._executor = executor
        self._changed = Condition()
        self._order = "asked"
        self._obeyed = "go"
        self._heard = monotonic()
        self._unread: deque[tuple[int, dict[str, Any]]] = deque()
        self._number = 0
        self._written = 0
        self._written_at = -terms.lease
        name = f"spine-lsp.attempt.{secrets.token_hex(8)}"
        self._mail = Mailbox(connection, name, self._take, self._nothing, terms.again)

    def run(self, task: Task, refusal: str | None = None) -> bool:
        """Run the task if the runner lets this worker do so, and answer whether it did.

        With a ``refusal`` the task is not run, and has failed with these words.
        """
        granted = False
        try:
            granted = self._is_granted()
            if granted and refusal is not None:
                self._report(Ended(task.step, "failed", error=refusal, may_retry=False))
                self._deliver()
            elif granted:
                self._carry_out(task)
        finally:
            self._mail.close(*([self._reply_to] if granted and self._is_alone else []))
        return granted

    @property
    def _is_alone(self) -> bool:
        """Whether the runner has been silent for so long that it is gone, or takes this worker for lost."""
        return monotonic() - self._heard >= self._terms.worker_gives_up

    def _is_granted(self) -> bool:
        until = monotonic() + self._terms.asking
        with self._changed:
            while self._order == "asked" and monotonic() < until:
                self._write()
                self._changed.wait(self._terms.again)
            if self._order == "asked":  # the runner may have lent it all the same, and its word come too late
                self._order = "over"
                self._mail.write(self._reply_to, {"attempt": self._key, "from": self._mail.name, "declined": True})
            return self._order == "go"

    def _carry_out(self, task: Task) -> None:
        self._executor.start(task)
        ended = False
        while not ended:
            self._obey()
            if len(self._unread) >= _WINDOW and not self._is_alone:
                with self._changed:
                    self._changed.wait_for(lambda: len(self._unread) < _WINDOW, self._terms.again)
            else:
                for report in self._executor.wait(self._terms.again):
                    ended = ended or isinstance(report, Ended)
                    self._report(report)
            self._write()
        self._deliver()

    def _report(self, report: Report) -> None:
        self._number += 1
        with self._changed:
            self._unread.append((self._number, _said(report)))

    def _deliver(self) -> None:
        """Say what there is until the runner has heard it, or is gone."""
        self._write()
        with self._changed:
            while self._unread and self._order != "over" and not self._is_alone:
                self._changed.wait(self._terms.again)
                self._write()

    def _obey(self) -> None:
        """Do what the runner has said; end the step when it says nothing any more."""
        order = "cancelled" if self._is_alone and self._order == "go" else self._order
        if _RANK.index(order) <= _RANK.index(self._obeyed):
            return
        self._obeyed = order
        if order == "cancelled":
            self._executor.stop(0, "cancelled")
        elif order == "timed_out":
            self._executor.stop(0, "timed_out")
        else:
            self._executor.kill()

    def _write(self) -> None:
        """Write what is new, or again what has not been answered, or that the step goes on."""
        now = monotonic()
        with self._changed:
            waited = now - self._written_at
            fresh = [each for each in self._unread if each[0] > self._written]
            reports = fresh or (list(self._unread) if waited >= self._terms.again else [])
            due = self._terms.beat if self._order != "asked" else self._terms.again
            if not reports and waited < due:
                return
            self._written_at = now
            if reports:
                self._written = reports[-1][0]
            letter = {
                "attempt": self._key,
                "from": self._mail.name,
                "worker": self._host,
                **own_version(),
            }
            more = {"first": reports[0][0], "reports": [said for _, said in reports]} if reports else {}
        self._mail.write(self._reply_to, {**letter, **more})

    def _take(self, letter: Letter) -> None:
        if letter.get("attempt") != self._key:
            return
        with self._changed:
            self._heard = monotonic()
            order = str(letter["order"])
            if _RANK.index(order) > _RANK.index(self._order):
                self._order = order
            while self._unread and self._unread[0][0] <= letter["read"]:
                self._unread.popleft()
            self._changed.notify_all()
        self._executor.wake()

    def _nothing(self) -> None:
        """The thread that runs the step sees to what is due."""


def _said(report: Report) -> dict[str, Any]:
    if isinstance(report, Output):
        return {"stream": report.stream, "text": report.text}
    return {
        "outcome": report.outcome,
        "result": report.result,
        "error": report.error,
        "traceback": report.traceback,
        "may_retry": report.may_retry,
    }
