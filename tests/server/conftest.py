"""Servers for the tests: one for each module where nothing is broken, fresh ones where something is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.server.rawclient import RawClient, probe

Start = Callable[..., RawClient]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers that are ended after the test, whatever happens."""
    with ExitStack() as stack:

        def begin(*options: str, initialize: bool = True, env: dict[str, str] | None = None, **ears: bool) -> RawClient:
            client = probe(*options, env=env, **ears)
            stack.callback(client.kill)
            if initialize:
                client.initialize()
            return client

        yield begin


@pytest.fixture(scope="module")
def shared() -> Iterator[RawClient]:
    """One initialized server for all tests of a module, which must leave it as they found it."""
    client = probe()
    try:
        client.initialize()
        client.call("probe/echo")  # the framework is loaded
        yield client
        assert client.shut_down() == 0
        assert client.stray == []
    finally:
        client.kill()
