"""Settings: read with care, applied at once."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.findings import Severity
from spine_lsp.server.settings import DEFAULT, read_settings
from tests.soak.inside import Inside


def test_what_is_not_said_stays() -> None:
    """Each part alone; the rest has what it had."""
    one = read_settings({"rules": {"blocked-step": "off"}, "codeLens": {"dependents": True}})
    two = read_settings({"inlayHints": {"order": False}}, one)
    assert two.rules == {"blocked-step": "off"}
    assert "dependents" in two.lenses
    assert "order" in two.lenses
    assert two.hints == {"blocked"}


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("all", {"order"}),
        (True, {"order"}),
        ("moved", {"moved"}),
        ("off", set()),
        (False, set()),
        ("x", {"moved"}),
    ],
)
def test_hints_of_the_order_are_all_or_few_or_none(said: object, kinds: set[str]) -> None:
    """Few unless something else is said; the switch that it once was still counts."""
    assert read_settings({"inlayHints": {"order": said}}).hints - {"blocked"} == kinds


@pytest.mark.parametrize(
    "said", [None, 3, [], "x", {"rules": 3, "completion": {"limit": "many"}, "companion": "x"}]
)
def test_wrong_types_are_not_said(said: object) -> None:
    """Whatever a client sends, the defaults remain."""
    assert read_settings(said) == DEFAULT


def test_levels_become_a_configuration() -> None:
    """`off` turns a rule off, a word gives it a severity, nonsense is left out."""
    config = read_settings({"rules": {"blocked-step": "off", "unknown-key": "hint", "x": "loud"}}).config()
    assert config.levels == {"blocked-step": None, "unknown-key": Severity.HINT}


def test_a_companion_that_validates_leaves_the_checks_by_schema_to_it() -> None:
    """Structural rules are off then, unless somebody gave them a level."""
    levels = read_settings({"companion": ["validation"], "rules": {"unknown-key": "error"}}).config().levels
    assert levels["missing-key"] is None
    assert levels["unknown-key"] is Severity.ERROR


REFRESHING = {
    "configuration": True,
    "codeLens": {"refreshSupport": True},
    "inlayHint": {"refreshSupport": True},
}


@pytest.mark.parametrize(
    ("settings", "refreshed"),
    [
        ({"codeLens": {"dependents": True}}, ["workspace/codeLens/refresh"]),
        ({"inlayHints": {"order": False}}, ["workspace/inlayHint/refresh"]),
        ({"rules": {"blocked-step": "off"}}, []),
        ({}, []),
        ({"codeLens": {"order": True}}, []),  # as it was
    ],
)
def test_views_are_refreshed_when_their_settings_change(
    settings: dict[str, object], refreshed: list[str]
) -> None:
    """Each view alone, and none where nothing changed."""
    client = Inside({"workspace": REFRESHING})
    client.told.clear()
    client.notify("workspace/didChangeConfiguration", {"settings": {"spine": settings}})
    assert [message["method"] for message in client.told] == refreshed


def test_settings_are_asked_for_where_they_are_not_sent() -> None:
    """At the start, and when a notification has none; a client that cannot be asked is not."""
    client = Inside({"workspace": REFRESHING})
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    assert [message["method"] for message in client.told] == ["workspace/configuration"] * 2
    silent = Inside()
    silent.notify("workspace/didChangeConfiguration", {"settings": None})
    assert silent.told == []
