"""The option `--steps SELECTOR`: the steps of a group that a selector picks, and their names for the shell."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from spine_lsp.analysis.document import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cli.output import CannotRunError, note
from spine_lsp.orchestration.selectors import SelectorError


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What a shell offers for a selector: what goes on with its last word, in the group that is named before it."""
    from spine_lsp.cli.groups import open_group
    from spine_lsp.ide.commands.selection import selectable
    from spine_lsp.orchestration.selectors import completions

    words = list(ctx.args)  # where an option waits for its value, click has read none of the line
    file = ctx.params.get("file") or next((word for word in words if Path(word).is_file()), "")
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
    from spine_lsp.orchestration.selectors import select

    def text_of(revision: str) -> str:
        from spine_lsp.disk.reading import STANDARD_INPUT
        from spine_lsp.disk.revisions import text_in

        if group.uri in STANDARD_INPUT:
            raise ValueError("standard input has no revisions, so `changed:` selects nothing")
        return text_in(Path(group.uri), revision)

    try:
        steps = select(selector, selectable(workspace, group, text_of))
    except SelectorError as exc:
        for line in frame(exc):
            note(line)
        raise CannotRunError(f"cannot select: {exc}") from None
    if not steps:
        note(f"no step is selected by `{selector}`")
    return steps


def frame(error: SelectorError) -> list[str]:
    """The line of a selector, and below it the place that an error means; at most as wide as a terminal."""
    from spine_lsp.drawing.labels import width
    from spine_lsp.printable import printable

    low = max(error.start - 60, 0)
    high = min(max(error.end, error.start + 1), error.start + 40)
    shown = printable(error.text[low : high + 20])
    before = width(printable(error.text[low : error.start]))
    marked = max(width(printable(error.text[error.start : high])), 1)
    return [f"  {shown}", f"  {' ' * before}{'^' * marked}"]
