"""How the interpreter is set for a server: each number with its reason."""

from __future__ import annotations

import gc
import sys

_SWITCH_INTERVAL = 0.0005
"""Seconds after which a busy thread hands over. With Python's own 5 ms the reader comes late to a keystroke, by as
many times 5 ms as threads are busy."""

_WHILE_LOADING = (10_000, 20, 50)
"""Seldom: importing the framework leaves 10 MB of garbage, and a large document may come meanwhile."""

_AT_WORK = (50_000, 50, 1000)
"""Rarely: a full collection walks every step of every open document, and is the longest pause that there is."""


def tune_for_start() -> None:
    """Until all is loaded nothing becomes garbage; collecting would only walk what stays."""
    gc.disable()
    sys.setswitchinterval(_SWITCH_INTERVAL)


def tune_for_loading() -> None:
    """The first document is read, and the framework is about to be imported."""
    gc.set_threshold(*_WHILE_LOADING)
    gc.enable()


def tune_for_work() -> None:
    """All is loaded, and what was imported stays for ever: no collection looks at it again."""
    gc.freeze()
    gc.set_threshold(*_AT_WORK)
    gc.enable()
