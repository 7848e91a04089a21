"""What signals do to `spine-lsp run`, in each of its phases."""

from __future__ import annotations

import os
import signal
from typing import NoReturn

import pytest

from spine_lsp.cli.running.interrupts import Interrupts


class Ended(BaseException):
    """The process would have ended at once."""


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_phase_has_its_answer(monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> None:
    """Before the run the command ends as by Ctrl-C; the run is told; when it is over, nothing is left to be tidied."""

    def end(code: int) -> NoReturn:
        raise Ended(code)

    monkeypatch.setattr(os, "_exit", end)
    outer = signal.signal(number, signal.SIG_DFL)  # `nohup` and shells have what they start ignore some
    told: list[str] = []
    interrupts = Interrupts()
    with interrupts.taken():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        with interrupts.meaning(lambda: told.append("run")):
            signal.raise_signal(number)
            signal.raise_signal(number)
        with pytest.raises(Ended, match="130"):
            signal.raise_signal(number)
    assert told == ["run", "run"]
    assert signal.signal(number, outer) is signal.SIG_DFL


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_what_is_ignored_stays_ignored() -> None:
    """As `nohup` has it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts().taken():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
