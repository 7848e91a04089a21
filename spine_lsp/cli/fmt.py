"""`spine-lsp fmt`: formats pipeline groups as the editor does."""

from __future__ import annotations

from collections.abc import Iterator

import click

from spine_lsp.analysis.document import Document
from spine_lsp.cli import exits
from spine_lsp.cli.files import NO_GROUP, Search, read_filter
from spine_lsp.cli.output import CannotRunError, note, write, write_json
from spine_lsp.disk.reading import STANDARD_INPUT
from spine_lsp.ide.formatting.formatting import format_document, unformatted
from spine_lsp.orchestration.problems import counted
from spine_lsp.printable import printable
from spine_lsp.syntax.text import apply_edits


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 if something would be.")
@click.option(
    "--diff",
    "show_diff",
    is_flag=True,
    help="Change nothing; print what would be as a diff, exit as --check.",
)
@click.option("--json", "json", is_flag=True, help="Print one JSON object.")
def command(*, paths: tuple[str, ...], only_check: bool, show_diff: bool, json: bool) -> int:
    """Format the groups, workflows and schedules of files and folders: indentation and spacing; lines keep their order.

    What is formatted means the same, comments stay with their lines, and what cannot be read stays as it is and is
    said. Without PATH the working folder is searched, as `check` does; of `-`, the result goes to standard output.

    \b
    Exit code 0: formatted, or nothing to do
              1: something would be changed, with --check or --diff
              2: could not run

    \b
    Examples:
      spine-lsp fmt
      spine-lsp fmt --check pipelines/
      spine-lsp fmt --diff daily.yaml
    """
    only_looked = only_check or show_diff
    if any(path in STANDARD_INPUT for path in paths) and not only_looked and not json:
        if len(paths) > 1:
            raise click.UsageError("standard input is formatted alone: its result is standard output")
        _filter()
        return exits.OK
    search = Search(paths or (".",))
    changed: list[str] = []
    skipped: dict[str, str] = {}
    files = 0
    for source in search:
        document, before = source.document, source.document.text.source
        named_input = document.uri in STANDARD_INPUT
        files += 1
        reason = source.faults[0].message if source.faults else unformatted(document)
        if reason is not None:
            skipped[document.uri] = reason
        after = before if source.faults else apply_edits(before, format_document(document))
        if after == before:
            continue
        changed.append(document.uri)
        if show_diff and not json:
            write("".join(differences(document, after)))
        if not only_looked and not named_input:
            replace(document, after)
    if json:
        write_json({"version": 1, "files": files, "changed": changed, "skipped": skipped, "missing": search.missing})
    else:
        _tell(changed, files, {**search.passed_over, **skipped}, only_looked=only_looked, listed=not show_diff)
    if search.missing:
        raise CannotRunError(f"cannot read {search.missing[0]}: there is no such file or folder")
    return exits.FOUND if changed and only_looked else exits.OK


def _filter() -> None:
    """Standard input, formatted, to standard output; what cannot be formatted comes out as it went in."""
    given = read_filter()
    document, text = given.document, given.document.text.source
    reason = given.fault or (unformatted(document) if document.is_served else NO_GROUP)
    given.write(text if given.fault is not None else apply_edits(text, format_document(document)))
    if reason is not None:
        note(f"-: {reason}")


def _tell(changed: list[str], files: int, skipped: dict[str, str], *, only_looked: bool, listed: bool) -> None:
    words = "would be changed" if only_looked else "changed"
    for path, reason in skipped.items():
        note(f"{path}: {reason}")
    for path in changed if listed else ():
        if path not in STANDARD_INPUT or only_looked:
            write(f"{printable(path)} {words}\n")
    note(f"{len(changed):,} of {counted(files, 'file')} {words}")


def differences(document: Document, after: str) -> Iterator[str]:
    """What is different in a file, as the lines of a unified diff."""
    from difflib import unified_diff

    name = printable(document.uri).lstrip("/")
    lines = unified_diff(
        document.text.source.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"a/{name}",
        f"b/{name}",
    )
    for line in lines:
        yield printable(line.rstrip("\r\n")) + "\n"


def replace(document: Document, after: str) -> None:
    """Write a file anew; CannotRunError where that cannot be done."""
    from spine_lsp.disk.writing import rewrite

    try:
        rewrite(document.uri, after)
    except OSError as exc:
        raise CannotRunError(f"cannot write {document.uri}: {exc.strerror or exc}") from None
