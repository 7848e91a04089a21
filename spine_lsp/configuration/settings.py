"""What holds for one file: the values of all options, each what the editor says, a file, or the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from spine_lsp.configuration.options import DEFAULTS

if TYPE_CHECKING:  # the server knows its settings before it has loaded the analysis
    from spine_lsp.analysis.config import Config


class Rooted(NamedTuple):
    """A pattern, or a folder, and the folder that it starts from (a path of the project)."""

    folder: str
    text: str


@dataclass(frozen=True)
class Settings:
    """The options as they are used; options.py documents each."""

    rules: Mapping[str, str]
    companion: frozenset[str]
    include: tuple[Rooted, ...]
    exclude: tuple[Rooted, ...]
    python_roots: tuple[Rooted, ...]
    python_packages: tuple[Rooted, ...]
    decorators: tuple[str, ...]
    dialect: str
    index: bool
    most_files: int
    cache: bool
    hints: frozenset[str]
    lenses: frozenset[str]
    completion_limit: int

    @classmethod
    def of(cls, values: Mapping[str, Any], folders: Mapping[str, str] = MappingProxyType({})) -> Settings:
        """The settings of values by the names of options; `folders` are those that patterns start from."""
        whole = {**DEFAULTS, **values}

        def rooted(name: str) -> tuple[Rooted, ...]:
            return tuple(Rooted(folders.get(name, ""), text) for text in whole[name])

        hints = {kind for kind in ("blocked", "shadowed", "runs") if whole[f"inlayHints.{kind}"]}
        order = {"all": "order", "moved": "moved"}.get(whole["inlayHints.order"])
        return cls(
            rules=whole["rules"],
            companion=frozenset(whole["companion"]),
            include=rooted("include"),
            exclude=rooted("exclude"),
            python_roots=rooted("pythonRoots"),
            python_packages=rooted("pythonPackages"),
            decorators=whole["decorators"],
            dialect=whole["dialect"],
            index=whole["index.enabled"],
            most_files=whole["index.maxFiles"],
            cache=whole["index.cache"],
            hints=frozenset(hints | ({order} if order is not None else set())),
            lenses=frozenset(
                kind
                for kind in ("order", "graph", "dependents", "problems", "expectations", "run")
                if whole[f"codeLens.{kind}"]
            ),
            completion_limit=whole["completion.limit"],
        )

    @cached_property
    def config(self) -> Config:
        """The part that concerns the analysis."""
        from spine_lsp.analysis.config import Config

        if "validation" not in self.companion:
            return Config.of(self.rules, self.dialect)
        from spine_lsp.analysis.catalogue import RULES

        return Config.of({**{rule.code: "off" for rule in RULES if rule.structural}, **self.rules}, self.dialect)


DEFAULT = Settings.of({})
