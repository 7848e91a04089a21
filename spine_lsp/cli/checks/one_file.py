"""One file checked: what `check` makes of it, in this process or in one beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Elsewhere, Finding, Place
from spine_lsp.analysis.project import NO_PROJECT, Project
from spine_lsp.analysis.uris import uri_of
from spine_lsp.cli.files import CheckedFile, SearchedFile, read_groups
from spine_lsp.configuration.configuration import EMPTY, Configuration
from spine_lsp.disk.config_files import project_path, system_path
from spine_lsp.disk.reading import STANDARD_INPUT, UnusableFileError, bytes_of, why
from spine_lsp.syntax.limits import NO_LIMITS
from spine_lsp.syntax.text import Edit, Text, apply_edits

SCHEDULE_WORD = "schedule"
_MOST_FIXED = 50
"""Findings of a file for which fixes are made: each is tried on a copy of the text."""


class Repair(NamedTuple):
    """A way out of a finding that has been tried; `safe`: right without anybody looking."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool


class FileOutcome(NamedTuple):
    """What there is to say of a file: its findings, or why it was passed over, or why it failed.

    `words` say what each of its documents is. `source` is the text where something was found; `fixed` the text before
    and after it was mended. `unknown` is why the selector picks from none of its groups.
    """

    words: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    repairs: tuple[tuple[Repair, ...], ...] = ()
    source: str = ""
    fixed: tuple[str, str] | None = None
    passed_over: str | None = None
    failure: str | None = None
    mine: bool = False
    unknown: tuple[str, int, int] | None = None


@dataclass(frozen=True)
class Checker:
    """All that decides what is said of a file."""

    choose: Callable[[Config], Config]
    configuration: Configuration = EMPTY
    project: Project = NO_PROJECT
    documents: Mapping[str, Document] = field(default_factory=dict)
    """Those that were read for the project, by its paths."""
    repairs: bool = False
    fix: bool = False
    unsafe: bool = False
    stdin_name: str | None = None
    steps: str | None = None

    def config_of(self, path: str) -> Config:
        """The rules that run in a file."""
        return self.choose(self.configuration.config_of(project_path(path)))

    def name_of(self, path: str) -> str:
        """The name under which a file is spoken of."""
        return self.stdin_name if path in STANDARD_INPUT and self.stdin_name is not None else path

    def check(self, entry: SearchedFile) -> FileOutcome:
        """What there is to say of a file; never raises."""
        try:
            name = self.name_of(entry.path)
            path = project_path(name)
            known = self.documents.get(path) if entry.path not in STANDARD_INPUT else None
            if known is not None:
                source = CheckedFile(known, []) if known.has_findings else None
            else:
                source = read_groups(entry.path, uri=uri_of(path))
            return FileOutcome() if source is None else self._outcome(source, name, entry.path)
        except (UnusableFileError, FileNotFoundError) as exc:
            return FileOutcome(passed_over=why(exc) if isinstance(exc, OSError) else str(exc))
        except SelectionError as exc:
            return FileOutcome(failure=str(exc))
        except Exception as exc:  # noqa: BLE001 - one file at fault costs no other its answer
            return FileOutcome(failure=internal_error(exc))

    def check_python(self, path: str) -> tuple[Text, list[Finding]] | None:
        """The text and the findings of a Python file of the project, by its path in it; None where there are none."""
        from spine_lsp.analysis.python_findings import diagnose_python
        from spine_lsp.pysource.decoding import MAX_BYTES, UnreadableError, decoded

        config = self.choose(self.configuration.config_of(path))
        found = diagnose_python(path, self.project, config)
        if not found:
            return None
        try:
            text = Text(decoded(bytes_of(system_path(path), MAX_BYTES)))
        except (UnusableFileError, FileNotFoundError, UnreadableError):  # it went meanwhile
            return None
        return text, [
            Finding(
                each.code,
                each.severity,
                each.spot.place.start,
                each.spot.place.end,
                each.message,
                related=tuple(
                    Place(other.spot.place.start, other.spot.place.end, other.message)
                    for other in each.related
                    if other.spot.path == path
                ),
                suggestions=each.suggestions,
                elsewhere=tuple(
                    Elsewhere(other.spot.path, other.spot.place, other.message)
                    for other in each.related
                    if other.spot.path != path
                ),
            )
            for each in found
        ]

    def _outcome(self, source: CheckedFile, name: str, path: str) -> FileOutcome:
        document, config, fixed = source.document, self.config_of(name), None
        if self.fix and not source.faults:
            edits = self._all_fixes(document, config)
            if edits:
                fixed = document.text.source, apply_edits(document.text.source, edits)
                document = Document.read(document.uri, None, Text(fixed[1]), NO_LIMITS)
        found = self._findings(document, source.faults, config)
        unknown = None
        if self.steps is not None:
            found, unknown = _of_steps(found, document, path, self.steps)
        repairs = self._repairs(document, config, found) if self.repairs and not source.faults else ()
        text = document.text.source if found or fixed is not None else ""
        words = tuple(group.header.kind.word for group in document.groups)
        words += tuple(SCHEDULE_WORD for listed in document.schedules for _ in listed.schedules)
        return FileOutcome(words, tuple(found), repairs, text, fixed, mine=True, unknown=unknown)

    def _findings(self, document: Document, faults: Sequence[Finding], config: Config) -> list[Finding]:
        own = [fault for fault in faults if config.levels.get(fault.code, fault.severity) is not None]
        found = [*own, *diagnose(document, config, self.project)]
        return sorted(found, key=lambda finding: finding.start) if own else found

    def _all_fixes(self, document: Document, config: Config) -> list[Edit]:
        from spine_lsp.ide.fix_all import fix_all
        from spine_lsp.ide.fixes.catalogue import likely_fix, safe_fix

        return fix_all(document, config, self.project, likely_fix if self.unsafe else safe_fix)

    def _repairs(self, document: Document, config: Config, found: Sequence[Finding]) -> tuple[tuple[Repair, ...], ...]:
        from spine_lsp.ide.edits.trial import Trial
        from spine_lsp.ide.fixes.catalogue import fixes_of

        trial = Trial(document, config, self.project)
        return tuple(
            tuple(
                Repair(fix.title, tuple(fix.edits), fix.safe)
                for fix in fixes_of(trial, finding)
                if trial.can_try(fix.edits) and trial.affords(fix.edits, finding) and trial.permits(fix.edits, finding)
            )
            for finding in found[:_MOST_FIXED]
        )


class SelectionError(Exception):
    """A selector that cannot be used for a file; the message says why."""


def _of_steps(
    found: Sequence[Finding], document: Document, path: str, selector: str
) -> tuple[list[Finding], tuple[str, int, int] | None]:
    """What is found in the steps that a selector picks, and why it picks from no group of this file.

    Raises SelectionError where it cannot be used here, as without a revision that it names.
    """
    from spine_lsp.cli.steps import picked_spans
    from spine_lsp.orchestration.selectors import SelectorError

    try:
        spans = picked_spans(document, path, selector)
    except SelectorError as exc:
        if not exc.is_unknown:
            raise SelectionError(f"cannot select: {exc}") from None
        return [], (str(exc), exc.start, exc.end)
    return [each for each in found if any(span.start <= each.start < span.end for span in spans)], None


def internal_error(exc: BaseException) -> str:
    """One sentence for a fault of our own: what it was and where."""
    import traceback

    last = traceback.extract_tb(exc.__traceback__)[-1:]
    where = f" at {Path(last[0].filename).name}:{last[0].lineno}" if last else ""
    return f"internal error, please report it: {type(exc).__name__}{where}: {str(exc)[:200]}"
