"""Where the packages of Python environments are that the options name: found by their folders, with nothing run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from spine_lsp.configuration.settings import Rooted, Settings
from spine_lsp.disk.config_files import project_path, system_path

_ENVIRONMENTS = (".venv", "venv", "env")
_SITES = ("lib/python3*/site-packages", "Lib/site-packages", "lib/python3/dist-packages")
"""Where an environment has its packages, on POSIX, on Windows, and in Debian."""


class InstalledPackage(NamedTuple):
    """A package as the options name it, and its folder as a path of the project; empty where there is none."""

    named: str
    folder: str = ""


def installed_packages(settings: Settings) -> list[InstalledPackage]:
    """The packages that settings name, each in the first environment that has it."""
    return [next(_found(each), InstalledPackage(each.text)) for each in settings.python_packages]


def _found(named: Rooted) -> Iterator[InstalledPackage]:
    environment, _, name = named.text.replace("\\", "/").rpartition("/")
    top, inner = Path(system_path(named.folder)), name.replace(".", "/")
    for folder in (environment,) if environment else _ENVIRONMENTS:
        for site in (each for pattern in _SITES for each in sorted((top / folder).glob(pattern))):
            if (site / inner).is_dir():
                yield InstalledPackage(named.text, project_path(site / inner))
