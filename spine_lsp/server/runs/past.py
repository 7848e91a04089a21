"""What the history has of the groups that are open, read beside everything else and only where there is one."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from threading import Lock, Thread
from typing import NamedTuple

from spine_lsp.analysis.runs import GroupKey, Past
from spine_lsp.execution.place import history_place, stamp_of

log = logging.getLogger(__name__)

Read = Callable[[str, Mapping[GroupKey, str]], Past]
"""Reads of the history at a place what it has of groups, of each by the path of its file."""


class OpenGroup(NamedTuple):
    """A group and the path of its file."""

    key: GroupKey
    path: str


class PastReader:
    """Reads what has changed in the history since the last look; a look costs the question whether anything has."""

    def __init__(self, tell: Callable[[Past], None], read: Read | None = None) -> None:
        self._tell = tell
        self._read = read or read_past
        self._lock = Lock()
        self._stamps: dict[GroupKey, object] = {}
        self._wanted: dict[GroupKey, str] = {}
        self._known: dict[GroupKey, str] = {}
        self._works = False

    def look(self, groups: Iterable[OpenGroup] = ()) -> None:
        """Have what is new read: of these groups, or without any of all that were looked at before."""
        place = history_place(os.environ)
        stamp = stamp_of(place)
        if stamp is None:
            return
        with self._lock:
            asked = {each.key: each.path for each in groups} or self._known
            news = {key: path for key, path in asked.items() if self._stamps.get(key) != stamp}
            self._known.update(news)
            self._wanted.update(news)
            self._stamps.update(dict.fromkeys(news, stamp))
            if not self._wanted or self._works:
                return
            self._works = True
        Thread(target=self._work, args=(place,), name="spine-past", daemon=True).start()

    def forget(self, uri: str) -> None:
        """A file was closed."""
        with self._lock:
            for known in (self._stamps, self._wanted, self._known):
                for key in [key for key in known if key[0] == uri]:
                    del known[key]

    def _work(self, place: str) -> None:
        while True:
            with self._lock:
                wanted, self._wanted = self._wanted, {}
                if not wanted:
                    self._works = False
                    return
            try:
                self._tell(self._read(place, wanted))
            except Exception as exc:  # noqa: BLE001 - a history that cannot be read costs what would be said of it
                log.warning("the history of runs was not read: %s", exc)


def read_past(place: str, groups: Mapping[GroupKey, str]) -> Past:
    """What the history at a place has of groups."""
    from spine_lsp.execution.history import History

    history = History.to_read(place)
    try:
        return {key: history.past(path, key[1]) for key, path in groups.items()}
    finally:
        history.close()
