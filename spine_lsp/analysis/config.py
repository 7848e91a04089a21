"""What the user has set that concerns the analysis: the level of each rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from spine_lsp.analysis.findings import Severity

LEVELS: Mapping[str, Severity | None] = MappingProxyType(
    {"off": None, **{severity.word: severity for severity in Severity}, "info": Severity.INFORMATION}
)


@dataclass(frozen=True)
class Config:
    """Levels by rule code; a rule that is not named keeps its own. None turns a rule off."""

    levels: Mapping[str, Severity | None] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: object) -> Config:
        """The configuration that a plain value says, e.g. ``{"blocked-step": "off"}``; what is no level is left out."""
        if not isinstance(rules, Mapping):
            return cls()
        return cls(
            {
                code: LEVELS[level]
                for code, level in rules.items()
                if isinstance(level, str) and level in LEVELS
            }
        )
