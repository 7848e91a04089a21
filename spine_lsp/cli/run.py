"""One run of `check`: which findings are shown, which make it fail, and what there is to say of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.cli import exits
from spine_lsp.cli.files import CheckedFile, Search


class Choice(NamedTuple):
    """What the options of `check` choose."""

    shown: Severity = Severity.INFORMATION
    fail_on: Severity = Severity.WARNING
    select: Collection[str] = ()
    ignore: Collection[str] = ()
    exit_zero: bool = False
    require_groups: bool = False

    def config(self) -> Config:
        """The rules that run: those selected, or else those that are on; none that is ignored."""
        levels: dict[str, Severity | None] = {}
        if self.select:
            levels = {code: rule.severity if code in self.select else None for code, rule in BY_CODE.items()}
        return Config(levels | dict.fromkeys(self.ignore))

    def shows(self, finding: Finding) -> bool:
        """Whether a finding is shown: it is grave enough, or its rule was asked for by name."""
        return finding.severity <= self.shown or finding.code in self.select


class Run:
    """Goes through a search; `results` gives the findings to show, and the rest is known when it has ended.

    `failures` are paths that the run should have checked and did not, each with a sentence.
    """

    def __init__(self, search: Search, choice: Choice) -> None:
        self.search = search
        self.choice = choice
        self.files = 0
        self.groups = 0
        self.shown: Counter[Severity] = Counter()
        self.hidden: Counter[Severity] = Counter()
        self.failures: list[tuple[str, str]] = []

    def results(self) -> Iterator[tuple[Document, list[Finding]]]:
        """Each file with groups, and its findings that are to be shown, by place."""
        config = self.choice.config()
        for source in self.search:
            document = source.document
            try:
                groups = len(document.groups)
                found = self._findings(source, config)
            except Exception as exc:  # noqa: BLE001 - one file at fault costs no other its answer
                self.failures.append((document.uri, internal_error(exc)))
                continue
            self.files += 1
            self.groups += groups
            shown = [finding for finding in found if self.choice.shows(finding)]
            self.shown.update(finding.severity for finding in shown)
            self.hidden.update(finding.severity for finding in found if not self.choice.shows(finding))
            yield document, shown
        self.failures += [
            (path, f"cannot read {path}: there is no such file or folder") for path in self.search.missing
        ]
        if self.choice.require_groups:
            missing = set(self.search.missing)
            self.failures += [
                (path, f"{path} gave no pipeline group") for path in self.search.empty if path not in missing
            ]

    def _findings(self, source: CheckedFile, config: Config) -> list[Finding]:
        own = [fault for fault in source.faults if config.levels.get(fault.code, fault.severity) is not None]
        found = [*own, *diagnose(source.document, config)]
        return sorted(found, key=lambda finding: finding.start) if own else found

    @property
    def exit_code(self) -> int:
        """The exit code of the run."""
        if self.failures:
            return exits.CANNOT_RUN
        fails = any(severity <= self.choice.fail_on for severity in (*self.shown, *self.hidden))
        return exits.FOUND if fails and not self.choice.exit_zero else exits.OK


def internal_error(exc: BaseException) -> str:
    """One sentence for a fault of our own: what it was and where."""
    import traceback

    last = traceback.extract_tb(exc.__traceback__)[-1:]
    where = f" at {Path(last[0].filename).name}:{last[0].lineno}" if last else ""
    return f"internal error, please report it: {type(exc).__name__}{where}: {str(exc)[:200]}"
