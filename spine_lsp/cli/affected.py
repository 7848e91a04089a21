"""`spine-lsp affected`: what a change of steps, pipelines or files reaches, over all groups of a folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import click

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cli import exits
from spine_lsp.cli.output import CannotRunError, color_option, colored, note, styler, width, write, write_json
from spine_lsp.cli.terminal.folding import folded
from spine_lsp.cli.versions import changed_yaml, of_documents
from spine_lsp.cli.workspace import FolderContent
from spine_lsp.disk.revisions import RevisionError, changed_files
from spine_lsp.drawing.labels import clean
from spine_lsp.ide.commands.selection import selectable
from spine_lsp.orchestration.problems import counted, did_you_mean, meant
from spine_lsp.orchestration.queries import dependents_of_all
from spine_lsp.orchestration.selectors import Selectable, SelectorError, select
from spine_lsp.printable import printable

_SHOWN = 30


class Reach(NamedTuple):
    """A group that a change reaches: the steps that are changed themselves, and those that wait for them."""

    group: Group
    file: str
    changed: list[int]
    downstream: list[int]


@click.command()
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--step", "selectors", multiple=True, metavar="SELECTOR", help="Steps that change; may be repeated.")
@click.option("--pipeline", "pipelines", multiple=True, metavar="NAME", help="A pipeline that changes, or a pattern.")
@click.option(
    "--file", "files", multiple=True, metavar="FILE", help="A Python file that changes, with what imports it."
)
@click.option("--git", "revision", metavar="REV", help="All that is different since this revision, YAML and Python.")
@click.option("--json", "json", is_flag=True, help="Print one JSON object.")
@color_option
def command(
    *,
    path: str,
    selectors: tuple[str, ...],
    pipelines: tuple[str, ...],
    files: tuple[str, ...],
    revision: str | None,
    json: bool,
    color: str,
) -> int:
    """List the steps that a change reaches, over all groups in the folder PATH (default: the working folder).

    A step is reached if it is changed itself, runs a pipeline that is, or waits for such a step, directly or through
    others. A change of a Python file is one of every pipeline that it registers, or that a file registers that
    imports it. What changes is told by at least one option.

    \b
    Exit code 0: listed, whatever is reached
              2: could not run

    \b
    Examples:
      spine-lsp affected --pipeline prices.fetch
      spine-lsp affected --pipeline 'prices.*' services/
      spine-lsp affected --step 'fetch' --json
      spine-lsp affected --git main
    """
    if not (selectors or pipelines or files or revision):
        raise click.UsageError("say what changes: --step, --pipeline, --file or --git")
    content = FolderContent(path)
    wanted = [*pipelines]
    changed_steps: dict[tuple[str, int], set[int]] = {}
    if revision is not None:
        files, changed_steps = _since(content, revision, files)
    wanted += sorted(_registered(content, files))
    found = list(_reached(content, selectors, wanted, changed_steps, path))
    _complain(content, selectors, pipelines)
    if json:
        write_json(_as_json(found, wanted))
    else:
        lines = folded(_lines(found, wanted, color=colored(color)), width())
        write("".join(f"{line}\n" for line in lines))
    return exits.OK


def _since(
    content: FolderContent, revision: str, files: tuple[str, ...]
) -> tuple[tuple[str, ...], dict[tuple[str, int], set[int]]]:
    """The Python files, and the steps by file and number of their group, that are not as they were."""
    top = Path(content.top)
    try:
        python = changed_files(top, revision, None, map(content.shown, content.index.modules.files))
        yaml = set(changed_yaml(top, revision, None))
        known = {str(Path(document.uri)): document for document in content.documents}
        steps: dict[tuple[str, int], set[int]] = {}
        for file in yaml:
            document = known.get(str(file))
            if document is None:
                continue
            for group, old in of_documents(document, file, revision):
                picks = Selectable(group.graph, [], lambda step: "ok").steps if old is None else old
                steps[(document.uri, document.groups.index(group))] = set(picks)
    except RevisionError as exc:
        raise CannotRunError(str(exc)) from None
    return (*files, *(str(file) for file in python if file.name.endswith(".py"))), steps


def _registered(content: FolderContent, files: Iterable[str]) -> set[str]:
    """The pipelines that some Python files register, or that files register which read them."""
    top = Path(content.top).resolve()
    waiting: list[str] = []
    for file in files:
        try:
            inner = Path(file).resolve().relative_to(top).as_posix()
        except ValueError:
            raise CannotRunError(f"{file} is not in {content.top}") from None
        if inner not in content.index.modules.files:
            if not Path(file).exists():  # it is gone; what imported it is not registered any more either
                continue
            raise CannotRunError(f"{file} is no Python file of {content.top} that is read")
        waiting.append(inner)
    seen = set(waiting)
    while waiting:
        for other in content.index.dependents(waiting.pop()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return {each.name.value for path in seen for each in content.index.file(path).registrations}


def _reached(
    content: FolderContent,
    selectors: Collection[str],
    pipelines: Collection[str],
    changed_steps: dict[tuple[str, int], set[int]],
    path: str,
) -> Iterator[Reach]:
    workspace = Workspace()
    plain = frozenset(pipelines)
    patterns = [name for name in pipelines if any(char in name for char in "*?[")]
    for document in content.documents:
        for number, group in enumerate(document.groups):
            steps = selectable(workspace, group)
            changed = set(changed_steps.get((document.uri, number), ()))
            for selector in selectors:
                changed.update(_selected(selector, steps))
            for step, name in enumerate(steps.pipelines):
                if name and (name in plain or any(fnmatchcase(name, pattern) for pattern in patterns)):
                    changed.add(step)
            if changed:
                yield Reach(group, document.uri, sorted(changed), _downstream(group, changed))


def _selected(selector: str, steps: Selectable) -> list[int]:
    """The steps that a selector picks in one of many groups, in which its names need not be."""
    try:
        return select(selector, steps)
    except SelectorError as exc:
        if exc.is_unknown:
            return []
        raise CannotRunError(f"cannot select by `{selector}`: {exc}") from None


def _downstream(group: Group, changed: set[int]) -> list[int]:
    dependents = dependents_of_all(group.graph)
    seen = set(changed)
    work = list(changed)
    for step in work:  # grows while it is walked
        for other in dependents[step]:
            if other not in seen:
                seen.add(other)
                work.append(other)
    return sorted(seen - changed)


def _complain(content: FolderContent, selectors: Collection[str], pipelines: Collection[str]) -> None:
    """Say of names that nothing in the folder has."""
    names = {name for document in content.documents for group in document.groups for name in group.graph.first}
    used = {step.pipeline for document in content.documents for group in document.groups for step in group.steps}
    known = {*filter(None, used), *content.index.names()}
    for name in selectors:
        if name.isidentifier() and name not in names:
            note(f"no group in {content.top} has a step `{name}`{meant(did_you_mean(name, names))}")
    for name in pipelines:
        if not any(char in name for char in "*?[") and name not in known:
            note(f"nothing in {content.top} knows a pipeline `{name}`{meant(did_you_mean(name, known))}")


def _as_json(found: list[Reach], pipelines: list[str]) -> dict[str, object]:
    return {
        "version": 1,
        "pipelines": pipelines,
        "groups": [
            {
                "group": each.group.name,
                "file": each.file,
                "changed": [each.group.graph.names[step] for step in each.changed],
                "downstream": [each.group.graph.names[step] for step in each.downstream],
            }
            for each in found
        ],
        "summary": {
            "groups": len(found),
            "changed": sum(len(each.changed) for each in found),
            "downstream": sum(len(each.downstream) for each in found),
        },
    }


def _lines(found: list[Reach], pipelines: list[str], *, color: bool) -> Iterator[str]:
    style = styler(on=color)
    if pipelines:
        yield f"pipelines: {_some(pipelines)}"
    for each in found:
        names = each.group.graph.names
        yield f"{style(clean(each.group.name), bold=True)} ({printable(each.file)})"
        yield f"  changed: {_some([names[step] for step in each.changed])}"
        if each.downstream:
            yield f"  downstream: {_some([names[step] for step in each.downstream])}"
    steps = sum(len(each.changed) + len(each.downstream) for each in found)
    yield f"{counted(steps, 'step')} in {counted(len(found), 'group')} {'is' if steps == 1 else 'are'} reached"


def _some(names: list[str]) -> str:
    more = [f"({len(names) - _SHOWN:,} more)"] if len(names) > _SHOWN else []
    return ", ".join([*map(clean, names[:_SHOWN]), *more])
