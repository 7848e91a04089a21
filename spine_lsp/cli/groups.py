"""One group of one file, chosen on the command line, and the run parameters given with it."""

from __future__ import annotations

import json
import shlex
from datetime import date

import click

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cli.files import read
from spine_lsp.cli.output import CannotRunError
from spine_lsp.ide.words import shorten
from spine_lsp.orchestration.problems import did_you_mean, meant
from spine_lsp.syntax.parse import parse_fragment
from spine_lsp.syntax.scalars import is_merge_key, is_value_key
from spine_lsp.syntax.values import read_values

_NAMED = 20
"""Groups of a file that a sentence names."""


def open_group(file: str, name: str | None) -> tuple[Workspace, Group]:
    """The group of a file; without a name, its only one. Raises CannotRunError in one sentence."""
    read_document = read(file)
    workspace = Workspace().with_document(read_document.uri, 0, read_document.text, None)
    document = workspace.documents[read_document.uri]
    if not document.groups:
        raise CannotRunError(f"{file} holds no pipeline group: no `kind: PipelineGroup`, no step with a `pipeline`")
    known = [group.name for group in document.groups]
    names = ", ".join(f"`{name}`" for name in known[:_NAMED])
    if len(known) > _NAMED:
        names += f" and {len(known) - _NAMED:,} more"
    if name is None and len(known) > 1:
        raise CannotRunError(f"{file} holds {len(known):,} groups; choose one with --group: {names}")
    group = document.group_named(name)
    if group is None:
        guess = meant(did_you_mean(str(name), known)) or f"; it has {names}"
        raise CannotRunError(f"{file} holds no group called `{name}`{guess}")
    return workspace, group


def run_params(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, object]:
    """`K=V` options as run parameters; a value is read as YAML, so `n=3` is a number and `n="3"` a text.

    A value that is empty is the empty text; one that YAML cannot read whole is refused. What is not what it looks
    like (a date, `12:30`, `010`, `yes`) stays the text that was typed; `AsTyped` knows what YAML makes of it.
    """
    params: dict[str, object] = {}
    for value in values:
        key, equals, written = value.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"`{value}` is not of the form KEY=VALUE")
        params[key] = read_typed(key, written)
    return params


def read_typed(key: str, written: str) -> object:
    """The value of the parameter `key` as somebody typed it; raises BadParameter for what YAML cannot read whole."""
    try:
        return _value(written) if written else ""
    except _NoValueError as exc:
        text = shlex.quote(f"{key}={json.dumps(written, ensure_ascii=False)}")
        raise click.BadParameter(
            f"`{shorten(written)}` is no YAML value: {exc}; to give it as a text, write --param {text}"
        ) from None


class AsTyped(str):
    """A text as it was typed, and what YAML `reads` in its place."""

    __slots__ = ("reads",)
    reads: object


class _NoValueError(Exception):
    """A text that is not one YAML value; the message says why."""


def _value(written: str) -> object:
    fragment = parse_fragment(written)
    root = fragment.root
    if fragment.faults:
        raise _NoValueError(fragment.faults[0].message)
    if root is None or written[root.end :].strip():
        raise _NoValueError("all or part of it is a comment or another document")
    if root.anchor is not None:
        raise _NoValueError("`&` begins an anchor, and nothing else can refer to it")
    reading = read_values(root, written)
    is_plain = root.kind == "scalar" and root.style == "plain" and root.tag is None
    if is_plain and (is_merge_key(root) or is_value_key(root)):
        return root.text  # what these mean to YAML they mean as keys
    if is_plain and isinstance(reading.value, str) and "\n" in written:
        return written  # as a shell gives it: YAML would fold its lines
    if reading.faults:
        raise _NoValueError(reading.faults[0].message)
    if reading.duplicate_keys:
        raise _NoValueError(f"it has the key `{reading.duplicate_keys[0][1].text}` twice")
    if root.kind == "scalar" and (reading.misleading or isinstance(reading.value, date)):
        typed = AsTyped(written.strip())
        typed.reads = reading.value
        return typed
    return reading.value


group_option = click.option("--group", "name", metavar="NAME", help="The group, where the file holds several.")
"""The option `--group` of every command about one group of a file."""

param_option = click.option(
    "--param",
    "params",
    multiple=True,
    callback=run_params,
    metavar="K=V",
    help="A run parameter, its value as in YAML; may be repeated.",
)
"""The option `--param` of what resolves a plan."""
