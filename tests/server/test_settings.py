"""Settings: read with care, applied at once."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.findings import Severity
from spine_lsp.server.settings import DEFAULT, read_settings


def test_what_is_not_said_stays() -> None:
    """Each part alone; the rest has what it had."""
    one = read_settings({"rules": {"blocked-step": "off"}, "codeLens": {"dependents": True}})
    two = read_settings({"inlayHints": {"order": False}}, one)
    assert two.rules == {"blocked-step": "off"}
    assert "dependents" in two.lenses
    assert "order" in two.lenses
    assert two.hints == {"blocked", "shadowed"}


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
