"""`spine-lsp migrate`: pipeline groups as workflows, and back."""

from __future__ import annotations

import click

from spine_lsp.analysis.document import Document
from spine_lsp.cli import exits
from spine_lsp.cli.files import NO_GROUP, Search, read_filter
from spine_lsp.cli.fmt import differences, replace
from spine_lsp.cli.output import CannotRunError, note, write, write_json
from spine_lsp.disk.reading import STANDARD_INPUT
from spine_lsp.ide.refactorings.migration import NotMigrated, migrated
from spine_lsp.orchestration.kinds import KINDS, Kind
from spine_lsp.orchestration.problems import counted
from spine_lsp.syntax.text import Edit, apply_edits

_BY_WORD = {kind.word: kind for kind in KINDS}


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--to", "word", type=click.Choice(list(_BY_WORD)), required=True, help="The kind to have.")
@click.option("--write", "written", is_flag=True, help="Change the files; without it a diff is shown.")
@click.option("--json", "json", is_flag=True, help="Print one JSON object.")
def command(*, paths: tuple[str, ...], word: str, written: bool, json: bool) -> int:
    """Convert pipeline groups to workflows, or workflows to groups.

    The steps run in the same order with the same parameters afterwards, or the document stays as it is and is said;
    so is what cannot be carried over. Comments stay. Without PATH the working folder is searched, as `check` does; of
    `-`, the result goes to standard output.

    \b
    Exit code 0: converted, shown, or nothing to do
              1: a document cannot be converted
              2: could not run

    \b
    Examples:
      spine-lsp migrate --to workflow --json pipelines/
      spine-lsp migrate --to workflow weekly_refresh.yaml
      spine-lsp migrate --to group --write workflows/
      spine-lsp migrate --to workflow - < daily.yaml
    """
    if any(path in STANDARD_INPUT for path in paths) and not json:
        if len(paths) > 1 or written:
            raise click.UsageError(
                "standard input is converted alone and without --write: its result is standard output"
            )
        return _filter(_BY_WORD[word])
    search = Search(paths or (".",))
    converted = kept = 0
    files: list[dict[str, object]] = []
    for source in search:
        document = source.document
        if source.faults:
            after, done = document.text.source, 0
            stayed: _Told = [(None, source.faults[0].message)]
            notes: _Told = []
        else:
            after, done, stayed, notes = _converted(document, _BY_WORD[word])
        converted, kept = converted + done, kept + len(stayed)
        diff = "".join(differences(document, after)) if after != document.text.source else ""
        files.append(
            {
                "file": document.uri,
                "converted": done,
                "kept": [{"document": name, "reason": reason} for name, reason in stayed],
                "notes": [{"document": name, "message": message} for name, message in notes],
                "diff": diff,
            }
        )
        if not json:
            _tell(document, stayed, notes)
        if diff and written and document.uri not in STANDARD_INPUT:
            replace(document, after)
        elif diff and not json:
            write(diff)
    words = "converted" if written else "would be converted"
    if json:
        summary = {"files": len(files), "converted": converted, "kept": kept, "written": written}
        write_json({"version": 1, "files": files, "missing": search.missing, "summary": summary})
    else:
        note(
            f"{counted(converted, 'document')} in {counted(len(files), 'file')} {words}"
            + (f", {kept} cannot be" if kept else "")
        )
    if search.missing:
        raise CannotRunError(f"cannot read {search.missing[0]}: there is no such file or folder")
    return exits.FOUND if kept else exits.OK


_Told = list[tuple[str | None, str]]
"""Sentences, each with the name of the document that it is about."""


def _filter(to: Kind) -> int:
    """Standard input, converted, to standard output; what cannot be converted comes out as it went in."""
    given = read_filter()
    document = given.document
    after, done = document.text.source, 0
    stayed: _Told = [(None, given.fault or "")]
    notes: _Told = []
    if given.fault is None:
        after, done, stayed, notes = _converted(document, to)
    given.write(after)
    _tell(document, stayed, notes)
    if not document.groups and given.fault is None:
        note(f"-: {NO_GROUP}")
    else:
        note(f"{counted(done, 'document')} converted" + (f", {len(stayed)} cannot be" if stayed else ""))
    return exits.FOUND if stayed else exits.OK


def _tell(document: Document, stayed: _Told, notes: _Told) -> None:
    """What could not be converted, and what could not be carried over."""
    for name, reason in stayed:
        note(f"{_place(document, name)} stays as it is: {reason}")
    for name, message in notes:
        note(f"{_place(document, name)}: {message}")


def _place(document: Document, name: str | None) -> str:
    return document.uri if name is None else f"{document.uri}: {name or 'a document without a name'}"


def _converted(document: Document, to: Kind) -> tuple[str, int, _Told, _Told]:
    """The text of a file with its documents converted, how many were, which cannot be, and what is not carried over."""
    edits: list[Edit] = []
    kept: _Told = []
    notes: _Told = []
    for group in document.groups:
        if group.kind is to:
            continue
        found = migrated(group, to)
        if isinstance(found, NotMigrated):
            kept.append((group.name, found.reason))
            continue
        edits.append(Edit(group.part.start, group.part.end, found.text))
        notes += ((group.name, each) for each in found.notes)
    return apply_edits(document.text.source, sorted(edits, reverse=True)), len(edits), kept, notes
