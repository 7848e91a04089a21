"""All configuration as one value: of the editor and of the files, and of both what holds for a path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from spine_lsp.analysis.findings import Finding, JudgedFile, Severity
from spine_lsp.configuration.files import CODE, NAMES, OWN, ConfigFile, read_config_file
from spine_lsp.configuration.options import OPTIONS
from spine_lsp.configuration.reading import NOTHING_SET, Values
from spine_lsp.configuration.settings import Settings

if TYPE_CHECKING:
    from spine_lsp.analysis.config import Config


@dataclass(frozen=True)
class Configuration:
    """What the editor sets, and what the files set, by path; the editor wins where both speak.

    All paths are those of the project (see analysis/project.py). For a path the nearest file above it holds, as a
    whole: the files of two folders are never mixed. `folders` are those of the workspace, from which the editor's
    patterns start.
    """

    editor: Values = field(default_factory=lambda: NOTHING_SET)
    files: Mapping[str, ConfigFile] = field(default_factory=lambda: MappingProxyType({}))
    folders: tuple[str, ...] = ()
    _made: dict[tuple[str | None, str], Settings] = field(default_factory=dict, repr=False, compare=False)

    def with_editor(self, values: Values) -> Configuration:
        """The configuration under which the editor sets this."""
        return replace(self, editor=values, _made={})

    def with_folders(self, folders: tuple[str, ...]) -> Configuration:
        """The configuration of a workspace of these folders."""
        return replace(self, folders=folders, _made={})

    def with_file(self, file: ConfigFile) -> Configuration:
        """The configuration with this file, or what has become of it; one that is broken keeps what it had set."""
        before = self.files.get(file.path)
        if file.broken and before is not None:
            file = replace(file, values=before.values, holds=before.holds)
        return replace(self, files=MappingProxyType({**self.files, file.path: file}), _made={})

    def without_file(self, path: str) -> Configuration:
        """The configuration without a file that is gone."""
        if path not in self.files:
            return self
        rest = {key: file for key, file in self.files.items() if key != path}
        return replace(self, files=MappingProxyType(rest), _made={})

    def file_of(self, path: str) -> ConfigFile | None:
        """The file whose configuration holds for a path: the nearest above it."""
        while path:
            path = path.rpartition("/")[0]
            for name in NAMES:
                found = self.files.get(f"{path}/{name}" if path else name)
                if found is not None and found.holds:
                    return found
        return None

    def as_open(self, path: str, text: str) -> ConfigFile:
        """A file with the text that an editor shows of it, and with a word where another file wins over it."""
        file = read_config_file(path, text)
        winner = self.files.get(f"{file.folder}/{OWN}")
        if file.is_own or not file.holds or winner is None:
            return file
        word = f"{OWN} beside this file wins: what is set here is not used"
        note = Finding(CODE, Severity.INFORMATION, *file.table, word)
        return replace(file, findings=(note, *file.findings))

    def overruled(self) -> list[ConfigFile]:
        """The files that say something and do not count, as another file of their folder wins."""
        first, second = NAMES
        return [
            file
            for path, file in sorted(self.files.items())
            if file.holds
            and path.endswith(f"/{second}")
            and (winner := self.files.get(f"{file.folder}/{first}")) is not None
            and winner.holds
        ]

    def faulty(self) -> tuple[JudgedFile, ...]:
        """The files in which something is wrong, by path, with what is found in them."""
        read = (self.as_open(path, file.text) for path, file in sorted(self.files.items()))
        return tuple(JudgedFile(each.path, each.text, each.findings) for each in read if each.findings)

    def settings_of(self, path: str) -> Settings:
        """The settings that hold for a file or folder."""
        file, folder = self.file_of(path), self._folder_of(path)
        key = (file.path if file is not None else None, folder)
        made = self._made.get(key)
        if made is None:
            values = dict(file.values) if file is not None else {}
            folders = dict.fromkeys(values, file.folder if file is not None else "")
            for name, value in self.editor.items():
                merges = OPTIONS[name].type == "levels"
                values[name] = MappingProxyType({**values.get(name, {}), **value}) if merges else value
                folders[name] = folder
            folders = {**dict.fromkeys(OPTIONS, file.folder if file is not None else folder), **folders}
            made = self._made[key] = Settings.of(values, folders)
        return made

    def config_of(self, path: str) -> Config:
        """The part of the settings that concerns the analysis of a file."""
        return self.settings_of(path).config

    def origins(self, path: str) -> dict[str, tuple[Any, str | None]]:
        """For each option the value that holds for a path, and where it comes from: "editor", a file, None: default.

        Of levels each rule is named for itself, as `rules.CODE`.
        """
        file = self.file_of(path)
        found: dict[str, tuple[Any, str | None]] = {}
        for name, option in OPTIONS.items():
            layers: list[tuple[str, Values]] = [("editor", self.editor)]
            if file is not None:
                layers.append((file.path, file.values))
            if option.type == "levels":
                for where, values in reversed(layers):
                    for code, level in values.get(name, {}).items():
                        found[f"{name}.{code}"] = (level, where)
                continue
            found[name] = next(
                ((values[name], where) for where, values in layers if name in values), (option.default, None)
            )
        return found

    def differs(self, other: Configuration, group: str) -> bool:
        """Whether the options of a group may have other values for some file than under another configuration."""

        def of(values: Values) -> dict[str, Any]:
            return {name: value for name, value in values.items() if name.startswith(group)}

        files = {path: of(file.values) for path, file in self.files.items() if file.holds}
        others = {path: of(file.values) for path, file in other.files.items() if file.holds}
        setting = any(files.values()) or any(others.values())  # a file that sets nothing hides those above it
        return of(self.editor) != of(other.editor) or (setting and files != others)

    @property
    def of_project(self) -> Values:
        """What the editor sets that concerns the search and the index."""
        return {name: value for name, value in self.editor.items() if OPTIONS[name].project}

    def _folder_of(self, path: str) -> str:
        """The folder of the workspace that holds a path, the innermost of several; that of the first for others."""
        holding = [folder for folder in self.folders if path == folder or path.startswith(f"{folder}/")]
        return max(holding, key=len) if holding else self.folders[0] if self.folders else ""


EMPTY = Configuration()
