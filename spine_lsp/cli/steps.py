"""The option `--steps SELECTOR`: the steps of a group that a selector picks, and their names for the shell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spine_lsp.cli.output import CannotRunError, note

if TYPE_CHECKING:  # what selects is imported where there is a selector: `check` of a file has none
    from click.shell_completion import CompletionItem

    from spine_lsp.analysis.document import Document
    from spine_lsp.analysis.group import Group
    from spine_lsp.analysis.span import Span
    from spine_lsp.analysis.workspace import Workspace
    from spine_lsp.orchestration.selectors import SelectorError


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What a shell offers for a selector: what goes on with its last word, in the group that is named before it."""
    from click.shell_completion import CompletionItem

    from spine_lsp.cli.groups import open_group
    from spine_lsp.ide.commands.selection import selectable
    from spine_lsp.orchestration.selectors import completions

    words = list(ctx.args)  # where an option waits for its value, click has read none of the line
    named = [*words, *(ctx.params.get("paths") or ())]
    file = ctx.params.get("file") or next((word for word in named if Path(word).is_file()), "")
    name = ctx.params.get("name")
    if "--group" in words[:-1]:
        name = words[words.index("--group") + 1]
    try:
        workspace, group = open_group(file, name)
        return [CompletionItem(text) for text in completions(incomplete, selectable(workspace, group))]
    except Exception:  # noqa: BLE001 - whoever presses Tab wants no trace of an error
        return []


steps_option = click.option(
    "--steps",
    "selector",
    metavar="SELECTOR",
    shell_complete=_complete,
    help="Only these steps: names and patterns, `+a` with what it waits for, `a+` with what waits for it, "
    "`state:blocked`, `changed:HEAD`; see docs/selectors.md.",
)
"""The option `--steps`, the same in every command that takes steps."""


def picked(workspace: Workspace, group: Group, selector: str | None) -> list[int] | None:
    """The steps that a selector picks, in the order of the file; None without one.

    Raises CannotRunError in one sentence; where in the selector it is meant is shown before it.
    """
    if selector is None:
        return None
    from spine_lsp.ide.commands.selection import selectable
    from spine_lsp.orchestration.selectors import SelectorError, select

    try:
        steps = select(selector, selectable(workspace, group, _revisions_of(group.uri)))
    except SelectorError as exc:
        raise refused(exc) from None
    if not steps:
        note(f"no step is selected by `{selector}`")
    return steps


def check_selector(selector: str) -> None:
    """Refuse what is no selector whatever the group: CannotRunError, with the place shown before it."""
    from spine_lsp.orchestration.graph import inspect_graph
    from spine_lsp.orchestration.selectors import Selectable, SelectorError, select

    nothing = Selectable(inspect_graph([], []), [], lambda step: "ok", lambda revision: ())
    try:
        select(selector, nothing)
    except SelectorError as exc:
        if not exc.is_unknown:
            raise refused(exc) from None


def picked_spans(document: Document, path: str, selector: str) -> list[Span]:
    """The steps that a selector picks in any group of a document; names that one of several has will do.

    `path` is where the file is, for `changed:`. Raises SelectorError where no group knows what is named.
    """
    from spine_lsp.analysis.workspace import Workspace
    from spine_lsp.ide.commands.selection import selectable
    from spine_lsp.ide.values import step_span
    from spine_lsp.orchestration.selectors import SelectorError, select

    workspace = Workspace().with_document(document.uri, 0, document.text, None)
    spans: list[Span] = []
    unknown: SelectorError | None = None
    known = not document.groups
    for group in workspace.documents[document.uri].groups:
        try:
            steps = select(selector, selectable(workspace, group, _revisions_of(path)))
        except SelectorError as exc:
            if not exc.is_unknown:
                raise
            if unknown is None or exc.start > unknown.start:  # it knows more of what is named
                unknown = exc
            continue
        known = True
        spans += (step_span(group, step) for step in steps)
    if unknown is not None and not known:
        raise unknown
    return spans


def refused(error: SelectorError) -> CannotRunError:
    """What to raise for a selector that cannot be used; the place that is meant is shown at once."""
    from spine_lsp.ide.commands.selection import frame

    for line in frame(error):
        note(line)
    return CannotRunError(f"cannot select: {error}")


def _revisions_of(path: str) -> Callable[[str], str]:
    """What gives the text of a file in a revision; it raises ValueError."""

    def text_of(revision: str) -> str:
        from spine_lsp.disk.reading import STANDARD_INPUT
        from spine_lsp.disk.revisions import text_in

        if path in STANDARD_INPUT:
            raise ValueError("standard input has no revisions, so `changed:` selects nothing")
        return text_in(Path(path), revision)

    return text_of
