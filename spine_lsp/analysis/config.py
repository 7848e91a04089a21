"""What the user has set that concerns the analysis: the level of each rule, and which dialect of workflows runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from spine_lsp.analysis.findings import Severity

LEVELS: Mapping[str, Severity | None] = MappingProxyType(
    {"off": None, **{severity.word: severity for severity in Severity}, "info": Severity.INFORMATION}
)

AUTO = "auto"
"""The dialect where the user names none."""


@dataclass(frozen=True)
class Config:
    """Levels by rule code, and the dialect; a rule that is not named keeps its own. None turns a rule off."""

    levels: Mapping[str, Severity | None] = field(default_factory=dict)
    dialect: str = AUTO
    """The dialect of workflows that the Spine reads which runs them, `operation` or `pipeline`; `AUTO`: any."""

    @classmethod
    def of(cls, rules: object, dialect: str = AUTO) -> Config:
        """The configuration that a plain value says, e.g. ``{"blocked-step": "off"}``; what is no level is left out."""
        if not isinstance(rules, Mapping):
            return cls(dialect=dialect)
        return cls(
            {code: LEVELS[level] for code, level in rules.items() if isinstance(level, str) and level in LEVELS},
            dialect,
        )
