"""How far the scan of the workspace is, shown by the client where it lasts; the client can cancel it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from spine_lsp.server.rpc import wire

TOKEN = "spine-scan"
_PATIENCE = 0.3
"""Seconds for which nothing is shown: most workspaces are read by then."""


class ScanProgress:
    """`$/progress` of one scan after another (LSP 3.17, Work Done Progress); `shows` says whether the client can."""

    def __init__(self, send: Callable[[bytes], None], *, shows: bool, clock: Callable[[], float] = monotonic) -> None:
        self._send = send
        self._shows = shows
        self._clock = clock
        self._scans = 0
        self._since: float | None = None
        self._percent = -1

    def begin(self) -> None:
        """A scan has begun; one that went on is over."""
        self.end(cancelled=False)
        self._since, self._percent = self._clock(), -1

    def report(self, done: int, total: int) -> None:
        """So many files of so many are read, or none of none while folders are listed."""
        if not self._shows or self._since is None:
            return
        if self._percent < 0:
            if self._clock() - self._since < _PATIENCE:
                return
            self._scans += 1
            created = wire.dumps({"token": self._token})
            self._send(wire.request(self._token, "window/workDoneProgress/create", created))
            begin = {"kind": "begin", "title": "Spine: reading the workspace", "cancellable": True}
            self._tell({**begin, "percentage": 0})
            self._percent = 0
        percent = done * 100 // total if total else 0
        if percent > self._percent:
            from spine_lsp.orchestration.problems import counted  # not before the first answer

            self._percent = percent
            self._tell({"kind": "report", "message": f"{done:,} of {counted(total, 'file')}", "percentage": percent})

    def end(self, *, cancelled: bool) -> None:
        """The scan is over."""
        if self._percent >= 0:
            self._tell({"kind": "end", **({"message": "cancelled"} if cancelled else {})})
        self._since, self._percent = None, -1

    @property
    def _token(self) -> str:
        return f"{TOKEN}-{self._scans}"

    def _tell(self, value: dict[str, Any]) -> None:
        params = wire.dumps({"token": self._token, "value": value})
        self._send(wire.notification("$/progress", params))
