"""Letters by way of a broker: a queue of one's own to read, others to write to, whatever becomes of the connection.

A letter may be lost, come late, or come twice: who writes says again what was not answered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Any

_logger = logging.getLogger(__name__)
_PAUSE = 0.2
"""Seconds before a broker that cannot be reached is tried again."""
_LAST_LETTERS = 3.0
"""Seconds in which what is still to be sent must be, when a mailbox is closed."""
_UNREAD = 3_600_000
"""Milliseconds after which a queue that nobody reads may go, where the broker has such a limit."""

Letter = Mapping[str, Any]
Send = Callable[[Any], object]
"""Something to be sent by a producer of kombu's."""


class Mailbox:
    """Reads the queue `name` in one thread and writes to others in a second one.

    ``take`` is called with each letter; ``tick`` about every ``every`` seconds, also while the broker is away. Both are
    called by the thread that reads, and what they raise is logged.
    """

    def __init__(
        self,
        connection: Any,
        name: str,
        take: Callable[[Letter], object],
        tick: Callable[[], object],
        every: float,
    ) -> None:
        self.name = name
        self._connection = connection
        self._take = take
        self._tick = tick
        self._every = every
        self._due = 0.0
        self._out: SimpleQueue[Send | None] = SimpleQueue()
        self._closed = Event()
        self._threads = [
            Thread(target=target, name=f"{target.__name__} {name}", daemon=True) for target in (self._read, self._write)
        ]
        for thread in self._threads:
            thread.start()

    def write(self, to: str, letter: Letter) -> None:
        """Send a letter, from any thread; one that cannot be sent now is dropped."""
        self.send(lambda producer: producer.publish(letter, exchange="", routing_key=to, serializer="json"))

    def send(self, send: Send) -> None:
        """Have something sent, as `write` does."""
        self._out.put(send)

    def close(self, *others: str) -> None:
        """Send what is to be sent, and take the queue off the broker, and those of `others` who are gone."""
        self._closed.set()
        for name in others:
            self.send(partial(_forget, name))
        self.write(self.name, {})  # ends the reading
        self._out.put(None)
        for thread in reversed(self._threads):
            thread.join(_LAST_LETTERS)

    def _read(self) -> None:
        from kombu import Consumer, Queue

        while not self._closed.is_set():
            try:
                with self._connection.clone() as connection:
                    queue = Queue(self.name, channel=connection, queue_arguments={"x-expires": _UNREAD})
                    queue.declare()
                    with Consumer(connection, [queue], on_message=self._taken, no_ack=True, accept=["json"]):
                        while not self._closed.is_set():
                            with suppress(TimeoutError):
                                connection.drain_events(timeout=self._every)
                            self._ticked()
                    queue.delete()
            except Exception as exc:  # noqa: BLE001 - each transport has errors of its own; it is tried again
                _logger.debug("the broker cannot be read: %s", exc)
                self._ticked()
                self._closed.wait(_PAUSE)

    def _taken(self, message: Any) -> None:
        try:
            letter = message.decode()
            if isinstance(letter, Mapping) and letter:
                self._take(letter)
        except Exception:
            _logger.warning("a letter in %s cannot be read", self.name, exc_info=True)

    def _ticked(self) -> None:
        if monotonic() < self._due:
            return
        self._due = monotonic() + self._every
        try:
            self._tick()
        except Exception:
            _logger.warning("what is due for %s failed", self.name, exc_info=True)

    def _write(self) -> None:
        send = self._out.get()
        while send is not None:
            try:
                with self._connection.clone() as connection:
                    producer = connection.Producer()
                    while send is not None:
                        send(producer)
                        send = self._out.get()
            except Exception as exc:  # noqa: BLE001 - as in `_read`
                _logger.debug("the broker cannot be written to: %s", exc)
                send = self._out.get()


def _forget(name: str, producer: Any) -> None:
    producer.channel.queue_delete(name)
