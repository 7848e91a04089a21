"""The configuration files of the disk as the session asks for them, and when it asks again."""

from __future__ import annotations

from spine_lsp.analysis.uris import path_of
from spine_lsp.configuration.configuration import Configuration
from spine_lsp.configuration.lookup import Lookup
from spine_lsp.disk.config_files import read_config


class ConfigFiles:
    """Puts into a configuration what the files above the open documents say; each folder is looked into once."""

    def __init__(self) -> None:
        self._lookup = Lookup(read_config)

    def above(self, configuration: Configuration, uri: str) -> Configuration:
        """The configuration with the files above a document; the same object where there are none that are new."""
        path = path_of(uri)
        return configuration if path is None else self._lookup.above(configuration, [path])

    def again(self, configuration: Configuration) -> Configuration:
        """The configuration with all files that were found, or were looked for, as they are on the disk now."""
        return self._lookup.all_again(configuration)
