"""What the user has set, read once from plain JSON into one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spine_lsp.analysis.config import Config

SECTION = "spine"
COMPANION = ("validation", "completion", "hover", "formatting")
"""What another YAML server may give already: checks by schema, keys and values, hover of keys, formatting."""

_HINTS = {"blocked": True, "shadowed": False}
_ORDER_HINTS = {"all": "order", "moved": "moved", "off": None, True: "order", False: None}
_LENSES = {"order": True, "graph": True, "dependents": False, "problems": True}
_MOST_ITEMS = 1000


@dataclass(frozen=True)
class Settings:
    """The section `spine`; what was not given, or has a wrong type, has its default."""

    rules: Mapping[str, str]
    hints: frozenset[str] = frozenset(("moved", *(kind for kind, on in _HINTS.items() if on)))
    lenses: frozenset[str] = frozenset(kind for kind, on in _LENSES.items() if on)
    companion: frozenset[str] = frozenset()
    completion_limit: int = 200

    def config(self) -> Config:
        """The part that concerns the analysis."""
        from spine_lsp.analysis.config import Config

        if "validation" not in self.companion:
            return Config.of(self.rules)
        from spine_lsp.analysis.catalogue import RULES

        return Config.of({**{rule.code: "off" for rule in RULES if rule.structural}, **self.rules})


DEFAULT = Settings({})


def read_settings(given: object, before: Settings = DEFAULT) -> Settings:
    """The settings that a plain object says; a part that it leaves out stays as it was `before`."""
    if not isinstance(given, Mapping):
        return before
    rules = given.get("rules")
    limit = _inner(given, "completion").get("limit")
    companion = given.get("companion")
    return Settings(
        rules={k: v for k, v in rules.items() if isinstance(k, str) and isinstance(v, str)}
        if isinstance(rules, Mapping)
        else before.rules,
        hints=_kinds(given, "inlayHints", _HINTS, before.hints) | _order_hint(given, before.hints),
        lenses=_kinds(given, "codeLens", _LENSES, before.lenses),
        companion=frozenset(c for c in companion if c in COMPANION)
        if isinstance(companion, list | tuple)
        else before.companion,
        completion_limit=min(limit, _MOST_ITEMS)
        if isinstance(limit, int) and limit > 0
        else before.completion_limit,
    )


def _order_hint(given: Mapping[str, Any], before: frozenset[str]) -> frozenset[str]:
    """The kind of hints that `inlayHints.order` asks for, at most one."""
    order = _inner(given, "inlayHints").get("order")
    if isinstance(order, (str, bool)) and order in _ORDER_HINTS:
        kind = _ORDER_HINTS[order]
        return frozenset(() if kind is None else (kind,))
    return before & {"order", "moved"}


def _inner(given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = given.get(key)
    return inner if isinstance(inner, Mapping) else {}


def _kinds(
    given: Mapping[str, Any], key: str, known: Mapping[str, bool], before: frozenset[str]
) -> frozenset[str]:
    inner = _inner(given, key)
    return frozenset(
        kind for kind in known if (inner[kind] if isinstance(inner.get(kind), bool) else kind in before)
    )
