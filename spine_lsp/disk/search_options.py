"""What the options `include` and `exclude` leave out of a search, each folder by the configuration that holds there."""

from __future__ import annotations

import os
from pathlib import Path

from spine_lsp.configuration.configuration import EMPTY, Configuration
from spine_lsp.configuration.lookup import Lookup
from spine_lsp.configuration.options import DEFAULTS
from spine_lsp.configuration.settings import Rooted, Settings
from spine_lsp.disk.config_files import project_path, read_config, system_path
from spine_lsp.disk.ignores import Rules


class SearchOptions:
    """Chooses for a search; `configuration` gathers the files of configuration in the folders that it enters."""

    def __init__(self, configuration: Configuration = EMPTY) -> None:
        self.configuration = configuration
        self._lookup = Lookup(read_config)
        self._rules: dict[tuple[Rooted, ...], list[tuple[str, Rules]]] = {}

    def settings_of(self, path: str) -> Settings:
        """The settings of a file or folder, by its path of the project."""
        self.configuration = self._lookup.above(self.configuration, [path])
        return self.configuration.settings_of(path)

    def takes_all(self, folder: Path) -> bool:
        """Whether the options leave out none of the files that are right in a folder: then they need not be asked."""
        settings = self.settings_of(f"{project_path(folder)}/_")
        return not settings.exclude and _is_default(settings)

    def reason(self, path: Path, *, folder: bool) -> str | None:
        """Why a file or folder is left out; None where it is not. What is above it is taken to be looked at."""
        whole = project_path(path)
        settings = self.settings_of(whole)
        if settings.exclude and self._verdict(settings.exclude, whole, folder=folder):
            return "the option exclude leaves it out"
        if folder or path.name.lower().endswith(_PYTHON) or _is_default(settings):
            return None
        inside, kind = whole, False
        while inside:
            if (verdict := self._verdict(settings.include, inside, folder=kind)) is not None:
                return None if verdict else _NOT_INCLUDED
            inside, kind = inside.rpartition("/")[0], True
        return _NOT_INCLUDED

    def _verdict(self, patterns: tuple[Rooted, ...], path: str, *, folder: bool) -> bool | None:
        """What the last pattern says that matches; None where none does."""
        for base, rules in self._compiled(patterns):
            inner = path if not base else path[len(base) + 1 :] if path.startswith(f"{base}/") else ""
            if inner and (found := rules.verdict(os.fsencode(inner).split(b"/"), folder=folder)) is not None:
                return found
        return None

    def _compiled(self, patterns: tuple[Rooted, ...]) -> list[tuple[str, Rules]]:
        if (known := self._rules.get(patterns)) is None:
            by_base: dict[str, list[str]] = {}
            for base, text in patterns:
                by_base.setdefault(base, []).append(text)
            known = self._rules[patterns] = [
                (base, Rules(os.fsencode("\n".join(texts)), 0)) for base, texts in by_base.items()
            ]
        return known


_PYTHON = ".py"  # which no pattern of groups names
_NOT_INCLUDED = "the option include does not name it"


def python_roots(settings: Settings) -> tuple[str, ...]:
    """The folders that the options have imports start from, as paths of the project."""
    return tuple(project_path(Path(system_path(root.folder), root.text)) for root in settings.python_roots)


def _is_default(settings: Settings) -> bool:
    return [text for _, text in settings.include] == list(DEFAULTS["include"])
