"""`spine-lsp migrate`: pipeline groups as workflows, and back."""

from __future__ import annotations

import click

from spine_lsp.analysis.document import Document
from spine_lsp.cli import exits
from spine_lsp.cli.files import Search
from spine_lsp.cli.fmt import differences, replace
from spine_lsp.cli.output import CannotRunError, note, write
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
def command(*, paths: tuple[str, ...], word: str, written: bool) -> int:
    """Convert pipeline groups to workflows, or workflows to groups.

    The steps run in the same order with the same parameters afterwards, or the document stays as it is and is said;
    so is what cannot be carried over. Comments stay. Without PATH the working folder is searched, as `check` does.

    \b
    Exit code 0: converted, shown, or nothing to do
              1: a document cannot be converted
              2: could not run

    \b
    Examples:
      spine-lsp migrate --to workflow weekly_refresh.yaml
      spine-lsp migrate --to group --write workflows/
    """
    search = Search(paths or (".",))
    converted = kept = files = 0
    for source in search:
        document = source.document
        if document.uri in STANDARD_INPUT:
            raise CannotRunError("a file is needed: standard input cannot be converted")
        files += 1
        after, done, stayed = _converted(document, _BY_WORD[word])
        converted, kept = converted + done, kept + stayed
        if after == document.text.source:
            continue
        if written:
            replace(document, after)
        else:
            write("".join(differences(document, after)))
    words = "converted" if written else "would be converted"
    note(
        f"{counted(converted, 'document')} in {counted(files, 'file')} {words}"
        + (f", {kept} cannot be" if kept else "")
    )
    if search.missing:
        raise CannotRunError(f"cannot read {search.missing[0]}: there is no such file or folder")
    return exits.FOUND if kept else exits.OK


def _converted(document: Document, to: Kind) -> tuple[str, int, int]:
    """The text of a file with its documents converted, how many were, and how many cannot be."""
    edits: list[Edit] = []
    kept = 0
    for group in document.groups:
        if group.kind is to:
            continue
        found = migrated(group, to)
        name = f"{document.uri}: {group.name or 'a document without a name'}"
        if isinstance(found, NotMigrated):
            kept += 1
            note(f"{name} stays as it is: {found.reason}")
            continue
        edits.append(Edit(group.part.start, group.part.end, found.text))
        for each in found.notes:
            note(f"{name}: {each}")
    return apply_edits(document.text.source, sorted(edits, reverse=True)), len(edits), kept
