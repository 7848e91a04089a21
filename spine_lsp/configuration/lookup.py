"""Finds the configuration files above files, each folder looked into once; a border gives the way to read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from spine_lsp.configuration.configuration import Configuration
from spine_lsp.configuration.files import NAMES, read_config_file

Read = Callable[[str], "bytes | None"]
"""Reads a small file by its path of the project; None where there is none that can be used."""


class Lookup:
    """Knows which folders have been looked into; what it finds it puts into the configuration it is given."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._seen: set[str] = set()

    def above(self, configuration: Configuration, paths: Iterable[str]) -> Configuration:
        """The configuration with the files in all folders above these paths."""
        for path in paths:
            folder = path
            while folder:
                folder = folder.rpartition("/")[0]
                if folder in self._seen:
                    break
                self._seen.add(folder)
                for name in NAMES:
                    configuration = self.again(configuration, f"{folder}/{name}" if folder else name)
        return configuration

    def all_again(self, configuration: Configuration) -> Configuration:
        """The configuration with all these files as they are now."""
        for folder in sorted(self._seen):
            for name in NAMES:
                configuration = self.again(configuration, f"{folder}/{name}" if folder else name)
        return configuration

    def again(self, configuration: Configuration, path: str) -> Configuration:
        """The configuration with one file as it is now; the same object where nothing has changed."""
        data = self._read(path)
        if data is None:
            return configuration.without_file(path)
        file = read_config_file(path, data)
        before = configuration.files.get(path)
        if before is not None and before.text == file.text:
            return configuration
        if not file.holds and not file.findings and not file.broken:
            return configuration.without_file(path)
        return configuration.with_file(file)
