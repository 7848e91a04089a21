"""A folder read whole: the groups in its YAML, and what its Python declares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Severity
from spine_lsp.cli.checks.run import Choice, Run
from spine_lsp.cli.files import Search, SearchedFile
from spine_lsp.cli.output import CannotRunError, status
from spine_lsp.configuration.configuration import Configuration
from spine_lsp.configuration.settings import Settings
from spine_lsp.disk.cache import CacheState, state_of_cache
from spine_lsp.disk.config_files import project_path, system_path
from spine_lsp.disk.packages import installed_packages
from spine_lsp.disk.reading import UnusableFileError, bytes_of
from spine_lsp.disk.search_options import python_roots
from spine_lsp.disk.walking import GROUP_ENDINGS, PYTHON_ENDING
from spine_lsp.pysource.declarations import Registration
from spine_lsp.pysource.decoding import MAX_BYTES
from spine_lsp.pysource.facts import Module
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.reading import read_bytes
from spine_lsp.pysource.targets import Spot
from spine_lsp.pysource.vocabulary import Vocabulary


class Use(NamedTuple):
    """A step that names a pipeline: where, in which group, and who runs under that name."""

    pipeline: str
    path: str
    line: int
    column: int
    group: str
    step: str
    registrations: tuple[Registration, ...]

    @property
    def exists(self) -> bool:
        """Whether a step can run it: functions of `spine.execution` are out of its reach."""
        return any(each.registry != "functions" for each in self.registrations)


class FolderContent:
    """All that a folder holds of Spine; paths are as they are shown, in front the folder as it was named.

    Raises CannotRunError for what is no folder.
    """

    def __init__(self, top: str, roots: Sequence[str] = (), decorators: Sequence[str] = ()) -> None:
        folder = Path(top)
        if not folder.is_dir():
            what = "is a file, not a folder" if folder.exists() else "does not exist"
            raise CannotRunError(f"cannot read {top}: it {what}")
        self.top = str(folder)
        self.documents: list[Document] = []
        self.other_yaml = 0
        self.python: Counter[str] = Counter()  # files by how they were read
        self._search = Search((top,))
        settings = self._search.selection.settings_of(f"{project_path(top)}/_")
        vocabulary = Vocabulary(tuple(dict.fromkeys((*decorators, *settings.decorators))))
        files = []
        for number, path in enumerate(self._search.files_below(self.top, (*GROUP_ENDINGS, PYTHON_ENDING)), 1):
            status.show(f"reading files: {number:,}")
            if not path.lower().endswith(PYTHON_ENDING):
                self._take_yaml(path)
            elif (module := self._module(path, vocabulary, whole=False)) is not None:
                files.append((self._inner(path), module))
        self.packages = installed_packages(settings)
        for package in (system_path(each.folder) for each in self.packages if each.folder):
            for path in self._search.files_below(package, (PYTHON_ENDING,), is_package=True):
                module = self._module(path, vocabulary, whole=False)
                files += [(self._inner(path), module)] if module is not None else []
        inner_roots = (*(self._root(root) for root in roots), *self._set_roots(settings))
        self.index = PipelineIndex.of(inner_roots, vocabulary).with_files(files)
        self._read_what_is_wanted(vocabulary)
        for path in self.index.modules.files:
            self.python[self.index.modules.files[path].state] += 1

    @property
    def configuration(self) -> Configuration:
        """All files of configuration in the folder, and above it."""
        return self._search.selection.configuration

    @property
    def cache(self) -> CacheState:
        """What is kept of what was read, for the next start: where, how much, and whether it is used here."""
        settings = self._search.selection.settings_of(f"{project_path(self.top)}/_")
        return state_of_cache(wanted=settings.cache and settings.index)

    def counted_findings(self) -> tuple[Counter[Severity], Counter[str]]:
        """How much an editor would show of all files, by severity and by rule."""
        run = Run(Search((self.top,)), Choice(Severity.HINT))
        for _ in run.results():
            pass
        return run.shown, run.codes

    def _set_roots(self, settings: Settings) -> Iterator[str]:
        """The roots that the options name, those in the folder."""
        top = project_path(self.top)
        for root in python_roots(settings):
            if root == top or root.startswith(f"{top}/"):
                yield root[len(top) + 1 :]

    @property
    def passed_over(self) -> dict[str, str]:
        """The files that could not be read, each with the reason."""
        broken = {
            self.shown(path): fault.module.reason + ("; the rest of it is read" if fault.module.state == "read" else "")
            for path, fault in self.index.faults.items()
        }
        return dict(sorted({**self._search.passed_over, **broken}.items()))

    @property
    def left_out(self) -> dict[str, str]:
        """The files and folders that were not looked at, each with the reason."""
        return dict(sorted(self._search.left_out.items()))

    def shown(self, path: str) -> str:
        """A path of the index as the user names it."""
        return str(Path(self.top, path))

    def roots(self) -> dict[str, int]:
        """The folders that imports start from, as they are shown, with the number of Python files below each."""
        found: Counter[str] = Counter()
        for path in self.index.modules.files:
            found[self.shown(self.index.modules.root_of(path))] += 1
        return dict(sorted(found.items()))

    @property
    def any_registered(self) -> bool:
        """Whether anything is registered in the folder; where nothing is, no pipeline can be called missing."""
        return any(True for _ in self.index.registrations())

    def missing(self) -> list[Use]:
        """The steps whose pipelines no step can run, by file and place."""
        return [use for use in self.uses() if not use.exists] if self.any_registered else []

    def uses(self) -> list[Use]:
        """The steps of all groups, those built in Python too, by file and place."""
        found = [use for document in self.documents for use in self._uses_of(document)]
        for group in self.index.groups():
            found += (self._use(run.name, run.spot or group.spot, group.name or "", run.step) for run in group.runs())
        return sorted(found, key=lambda use: (use.path, use.line, use.column))

    def _uses_of(self, document: Document) -> list[Use]:
        found = []
        for group in document.groups:
            for number, step in enumerate(group.steps):
                if not step.pipeline or step.pipeline_span is None:
                    continue
                line, column = document.text.position(group.base_of(number) + step.pipeline_span.start)
                known = tuple(self.index.named(step.pipeline))
                found.append(Use(step.pipeline, document.uri, line + 1, column + 1, group.name, step.name or "", known))
        return found

    def _use(self, pipeline: str, spot: Spot, group: str, step: str) -> Use:
        place, known = spot.place, tuple(self.index.named(pipeline))
        return Use(pipeline, self.shown(spot.path), place.line + 1, place.column + 1, group, step, known)

    def _take_yaml(self, path: str) -> None:
        taken = self._search.read(SearchedFile(path, named=False, through=self.top))
        if taken is not None:
            self.documents.append(taken.document)
        else:
            self.other_yaml += 1

    def _module(self, path: str, vocabulary: Vocabulary, *, whole: bool) -> Module | None:
        """The facts of a file; None, and a reason, for one whose bytes cannot be had."""
        try:
            return read_bytes(bytes_of(path, MAX_BYTES), vocabulary, whole=whole)
        except UnusableFileError as exc:
            self._search.passed_over.setdefault(path, str(exc))
        except FileNotFoundError:
            self._search.passed_over.setdefault(path, "it is gone")
        return None

    def _read_what_is_wanted(self, vocabulary: Vocabulary) -> None:
        while wanted := self.index.wanted:
            files = []
            for path in wanted:
                module = self._module(self.shown(path), vocabulary, whole=True)
                files.append((path, module or Module("broken", "it is gone")))
            self.index = self.index.with_files(files)

    def _inner(self, path: str) -> str:
        whole = Path(path)
        return (whole.relative_to(self.top) if whole.is_relative_to(self.top) else whole).as_posix()

    def _root(self, root: str) -> str:
        """A root that the user named, from the top of the folder."""
        for path in (Path(root), Path(self.top, root)):
            try:
                inner = path.resolve().relative_to(Path(self.top).resolve()).as_posix()
            except ValueError:
                continue
            if path.is_dir():
                return "" if inner == "." else inner
        raise CannotRunError(f"cannot use {root} as a Python root: it is no folder in {self.top}")
