"""What the files of a workspace say, open or not: the pipelines of its Python, and whether all of it has been read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spine_lsp.analysis.findings import JudgedFile
from spine_lsp.analysis.group_index import GroupIndex
from spine_lsp.analysis.lazy import lazy
from spine_lsp.analysis.pipelines import Pipelines, pipelines_of
from spine_lsp.orchestration.vocabulary import NAME
from spine_lsp.pysource.table import Table

if TYPE_CHECKING:  # imported when the first file is read, not at the start
    from spine_lsp.pysource.index import PipelineIndex
    from spine_lsp.pysource.places import SourcePlace
    from spine_lsp.pysource.targets import Spot


@dataclass(frozen=True)
class Project:
    """The workspace beside the open documents, as a value that never changes.

    The paths of `python` are those of the file system from its root, with slashes and without the first one
    (`home/me/prices/pipelines.py`, `c:/prices/pipelines.py`), so that several folders are one project; see `uri_of`.
    Until it is `ready`, nothing may be said of what is missing in it; `python` is None until a file has been read.
    """

    python: PipelineIndex | None = None
    ready: bool = False
    groups: GroupIndex = field(default_factory=GroupIndex)
    marks: Table[str, object] = field(default_factory=Table)
    """By each file with groups what is another whenever its text is."""
    judged: tuple[JudgedFile, ...] = ()
    """The files of configuration, as the disk has them, in which something is wrong; by path."""

    @property
    def knows_pipelines(self) -> bool:
        """Whether a pipeline may be called unknown: all files are read, and something is registered in them."""
        return self.pipelines is not None

    def groups_called(self, name: str, kind: str, *, but: str) -> list[tuple[str, SourcePlace]]:
        """Where groups of this name and kind are, by path and place of the name, but for those of one file."""
        found = [
            (path, group.name_place)
            for path, group in self.groups.named(name)
            if path != but and group.kind == kind and group.name_place is not None
        ]
        spots = self._python_groups.get((kind, name), ())
        return [*found, *((spot.path, spot.place) for spot in spots if spot.path != but)]

    def python_names(self, kind: str) -> set[str]:
        """The names of the groups of a kind that Python builds, registered or not."""
        groups = self.python.groups() if self.python is not None else ()
        return {group.name for group in groups if group.name and group.kind == kind}

    @lazy
    def _python_groups(self) -> dict[tuple[str, str], list[Spot]]:
        """Where Python registers groups, by their kinds and names."""
        found: dict[tuple[str, str], list[Spot]] = {}
        for group in self.python.groups() if self.python is not None else ():
            if group.name and group.registered:
                found.setdefault((group.kind, group.name), []).append(group.places.get((NAME,), group.spot))
        return found

    @lazy
    def pipelines(self) -> Pipelines | None:
        """The pipelines that steps can run; None where nothing may be said of those that are missing."""
        if not self.ready or self.python is None:
            return None
        pipelines = pipelines_of(self.python)
        return pipelines if pipelines.names else None

    def pipelines_for(self, path: str) -> Pipelines | None:
        """The same as a file of this path is judged by: in doubt by what tests register only if it is one of theirs."""
        if self.pipelines is None or self.python is None:
            return self.pipelines
        from spine_lsp.pysource.modules import is_of_tests  # a file without a project needs none of it

        return self.pipelines if is_of_tests(path) else pipelines_of(self.python, for_tests=False)


NO_PROJECT = Project()
"""Nothing beside the open documents."""
