"""The groups of two versions of files: two paths, or a path in revisions of git, matched by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cli.files import Search, read
from spine_lsp.cli.output import CannotRunError
from spine_lsp.disk.reading import STANDARD_INPUT, absolute
from spine_lsp.disk.revisions import RevisionError, changed_files, text_in
from spine_lsp.disk.walking import GROUP_ENDINGS
from spine_lsp.ide.commands.differences import GroupAt, GroupDifference, difference
from spine_lsp.ide.commands.graph_model import node_ids
from spine_lsp.ide.commands.group_graph import compare_groups
from spine_lsp.syntax.text import Text

_Key = tuple[str, str, int]
Pair = tuple[GroupAt | None, GroupAt | None]


def of_paths(old: str, new: str) -> tuple[list[Document], list[Document]]:
    """The documents of two files, or of two folders; raises CannotRunError for a path that is not there."""
    if Path(old).is_dir() != Path(new).is_dir():
        file, folder = (new, old) if Path(old).is_dir() else (old, new)
        raise CannotRunError(f"cannot compare the file {file} with the folder {folder}")
    return _documents(old), _documents(new)


def of_revisions(path: str, revisions: Sequence[str]) -> tuple[list[Document], list[Document]]:
    """The documents below a path in a revision, and in another one or as they are now; only files that differ."""
    if path in STANDARD_INPUT:
        raise CannotRunError("standard input has no revisions; name a file or a folder")
    place = Path(path)
    before, after = revisions[0], revisions[1] if len(revisions) > 1 else None
    try:
        files = changed_yaml(place, before, after)
        old = [_revised(file, before) for file in files]
        if after is not None:
            new = [_revised(file, after) for file in files]
        else:
            new = [document for file in files if file.is_file() for document in _documents(str(file))]
    except RevisionError as exc:
        raise CannotRunError(str(exc)) from None
    return old, new


def since(paths: Iterable[str], revision: str) -> tuple[list[GroupDifference], int]:
    """The groups below some paths that are not as in a revision, and how many were compared.

    Raises CannotRunError.
    """
    sides: tuple[dict[str, Document], dict[str, Document]] = {}, {}
    for path in paths:
        for side, documents in zip(sides, of_revisions(path, (revision,)), strict=True):
            for document in documents:
                side.setdefault(absolute(document.uri), document)
    workspace = Workspace()
    compared = [difference(workspace, *pair) for pair in pairs(*(side.values() for side in sides))]
    return [each for each in compared if each.differs], len(compared)


def changed_yaml(place: Path, before: str, after: str | None) -> list[Path]:
    """The YAML files at a path that differ between two revisions; those that a search meets now, if there is one."""
    if not place.is_dir():
        return [place]
    present = () if after is not None else Search(()).files_below(str(place))
    return [file for file in changed_files(place, before, after, present) if file.name.lower().endswith(GROUP_ENDINGS)]


def pairs(old: Iterable[Document], new: Iterable[Document]) -> Iterator[Pair]:
    """The groups of two sides matched: by file and name, then by name alone, then the only ones of a file; sorted.

    What is left has no partner.
    """
    sides = list(old), list(new)
    before, after = ({key: group for document in side for key, group in _groups(document)} for side in sides)
    matched: dict[_Key, _Key] = {key: key for key in after if key in before}
    ways: list[Callable[[_Key], object]] = [lambda key: key[1:] if key[1] else None, lambda key: key[0]]
    if all(len(side) == 1 for side in sides):  # two files were named
        ways.append(lambda key: "")
    for way in ways:
        left = _by(way, (key for key in before if key not in matched.values()))
        for name, keys in _by(way, (key for key in after if key not in matched)).items():
            if name is not None and len(keys) == len(left.get(name, ())) == 1:
                matched[keys[0]] = left[name][0]
    taken = set(matched.values())
    found: list[tuple[str, Pair]] = [
        (key[0], (before[matched[key]] if key in matched else None, group)) for key, group in after.items()
    ]
    found += ((key[0], (group, None)) for key, group in before.items() if key not in taken)
    yield from (pair for _, pair in sorted(found, key=lambda each: each[0]))


def of_documents(document: Document, file: Path, revision: str) -> Iterator[tuple[Group, list[int] | None]]:
    """The groups of a file that are not as in a revision, each with its steps that differ; None: all, it is new."""
    workspace = Workspace().with_document(document.uri, 0, document.text, None)
    for old, new in pairs([_revised(file, revision)], [document]):
        if new is None:
            continue
        group = new[1]
        if old is None:
            yield group, None
            continue
        now, _ = compare_groups(workspace, new, old)
        different = {node for node, change in (now.node_changes or {}).items() if change != "removed"}
        steps = [step for step, node in node_ids(group).items() if node in different]
        if steps:
            yield group, steps


def _by(way: Callable[[_Key], object], keys: Iterable[_Key]) -> dict[object, list[_Key]]:
    found: dict[object, list[_Key]] = {}
    for key in keys:
        found.setdefault(way(key), []).append(key)
    return found


def _groups(document: Document) -> Iterator[tuple[_Key, GroupAt]]:
    """The groups of a document by file, name, and number among those of that name."""
    times: dict[str, int] = {}
    for group in document.groups:
        number = times[group.name] = times.get(group.name, -1) + 1
        yield (document.uri, group.name, number), (document, group)


def _documents(path: str) -> list[Document]:
    if path not in STANDARD_INPUT and Path(path).is_dir():
        return [source.document for source in Search((path,))]
    return [read(path)]


def _revised(file: Path, revision: str) -> Document:
    return Document.read(str(file), None, Text(text_in(file, revision)))
