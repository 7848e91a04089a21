"""One group of one file, chosen on the command line, and the run parameters given with it."""

from __future__ import annotations

from pathlib import Path

import click

from spine_lsp.analysis.document import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cli.files import CannotRun, read
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.values import node_value


def open_group(file: str, name: str | None) -> tuple[Workspace, Group]:
    """The group of a file; without a name, its only one. Raises CannotRun in one sentence."""
    read_document = read(Path(file))
    workspace = Workspace().with_document(read_document.uri, 0, read_document.text, None)
    document = workspace.documents[read_document.uri]
    if not document.groups:
        raise CannotRun(
            f"{file} holds no pipeline group: no `kind: PipelineGroup`, no step with a `pipeline`"
        )
    names = ", ".join(f"`{group.name}`" for group in document.groups)
    if name is None and len(document.groups) > 1:
        raise CannotRun(f"{file} holds {len(document.groups)} groups; choose one with --group: {names}")
    group = document.group_named(name)
    if group is None:
        raise CannotRun(f"{file} holds no group called `{name}`; it has {names}")
    return workspace, group


def run_params(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, object]:
    """`K=V` options as run parameters; a value is read as YAML, so `n=3` is a number and `n="3"` a text."""
    params: dict[str, object] = {}
    for value in values:
        key, equals, written = value.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"`{value}` is not of the form KEY=VALUE")
        fragment = parse_fragment(written)
        readable = fragment.root is not None and not fragment.faults
        params[key] = node_value(fragment.root) if readable and fragment.root is not None else written
    return params
