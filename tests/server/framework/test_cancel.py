"""Cancellation: before, while and after a request is handled."""

from __future__ import annotations

from tests.server.rawclient import RawClient, notification, request


def cancel(number: int) -> dict[str, object]:
    return notification("$/cancelRequest", {"id": number})


def kept(client: RawClient) -> dict[str, int]:
    """What the server holds; a call before it lets callbacks of the last message have their turn."""
    client.call("probe/echo")
    found = client.call("probe/stats")
    assert isinstance(found, dict)
    return found


def test_queued_request_is_not_executed(shared: RawClient) -> None:
    """A request that is cancelled while it waits behind another is answered at once, and never executed."""
    shared.send(request(501, "probe/hold"), request(502, "probe/boom"), cancel(502))
    assert shared.answer(502)["error"]["code"] == -32800
    shared.send(notification("probe/release"), request(503, "probe/stats"))
    assert shared.answer(501)["result"] == "held"
    assert shared.answer(503)["result"]["cancelled"] == 0


def test_running_request_is_answered_when_it_is_cancelled(shared: RawClient) -> None:
    """A request that is being worked on is answered as cancelled at once, and its late result is dropped."""
    number = shared.start_request("probe/hold")
    shared.notified("probe/holding")
    shared.send(cancel(number))
    assert shared.answer(number)["error"]["code"] == -32800
    shared.notify("probe/release")
    assert shared.call("probe/echo", 1) == 1
    assert all("method" in message for message in shared.received_so_far())


def test_work_that_nobody_waits_for_stops(shared: RawClient) -> None:
    """A long loop sees that its request was cancelled: what waits behind it has its turn."""
    number = shared.start_request("probe/loop")
    shared.notified("probe/looping")
    shared.send(cancel(number))
    assert shared.answer(number)["error"]["code"] == -32800
    assert shared.call("probe/echo", 1) == 1
    assert kept(shared)["futures"] == 0


def test_running_coroutine_is_cancelled(shared: RawClient) -> None:
    """A coroutine stops, and its request is answered as cancelled."""
    number = shared.start_request("probe/wait")
    shared.notified("probe/waiting")
    shared.send(cancel(number))
    assert shared.answer(number)["error"]["code"] == -32800
    shared.notified("probe/cancelled")
    assert kept(shared)["futures"] == 0


def test_cancelled_command_takes_its_coroutine_with_it(shared: RawClient) -> None:
    """Nothing of a cancelled command runs on or stays behind."""
    number = shared.start_request("workspace/executeCommand", {"command": "probe.wait"})
    shared.notified("probe/waiting")
    shared.send(cancel(number))
    assert shared.answer(number)["error"]["code"] == -32800
    shared.notified("probe/cancelled")
    assert kept(shared)["futures"] == 0


def test_late_answer_to_a_request_of_ours_that_was_given_up(shared: RawClient) -> None:
    """When the handler that asked was cancelled, the client's answer is dropped quietly."""
    number = shared.start_request("probe/ask")
    asked = shared.until(lambda m: m.get("method") == "workspace/configuration")
    shared.send(cancel(number))
    assert shared.answer(number)["error"]["code"] == -32800
    shared.send({"jsonrpc": "2.0", "id": asked["id"], "result": [None]})
    assert kept(shared)["futures"] == kept(shared)["result_types"] == 0


def test_cancelling_what_is_over_or_unknown_is_silent(shared: RawClient) -> None:
    """A late cancellation leaves nothing behind, and the number may be used again."""
    shared.send(
        request(601, "probe/echo", 1),
        cancel(601),
        cancel(602),
        request(601, "probe/echo", 2),
        request(603, "probe/stats"),
    )
    first, second = shared.answer(601), shared.answer(601)
    assert second["result"] == 2
    assert first.get("result") == 1 or first["error"]["code"] == -32800  # the cancellation may win the race
    assert shared.answer(603)["result"]["cancelled"] == 0
