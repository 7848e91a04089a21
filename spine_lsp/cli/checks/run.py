"""One run of `check`: which findings are shown, which make it fail, and what there is to say of the rest."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.config import Config
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.cli import exits
from spine_lsp.cli.checks.baseline import Baseline
from spine_lsp.cli.checks.one_file import SCHEDULE_WORD, Checker, FileOutcome, Repair
from spine_lsp.cli.files import Search, SearchedFile
from spine_lsp.cli.output import status
from spine_lsp.configuration.files import CODE, NAMES, ConfigFile
from spine_lsp.disk.config_files import project_path, system_path
from spine_lsp.disk.reading import STANDARD_INPUT
from spine_lsp.disk.walking import PYTHON_ENDING
from spine_lsp.orchestration.kinds import BY_NAME
from spine_lsp.syntax.text import Text

_FEW = 24
"""Files that are checked in this process whatever `--jobs` says: others would take longer to start."""
_MOST_JOBS = 16


class Choice(NamedTuple):
    """What the options of `check` choose."""

    shown: Severity = Severity.INFORMATION
    fail_on: Severity = Severity.WARNING
    select: Collection[str] = ()
    ignore: Collection[str] = ()
    exit_zero: bool = False
    require_groups: bool = False
    pedantic: bool = False
    fix: bool = False
    unsafe: bool = False
    diff: bool = False
    jobs: int | None = None
    stdin_name: str | None = None
    steps: str | None = None
    compare: str | None = None

    def config(self, base: Config) -> Config:
        """The rules that run: those selected, or else those that are on; none that is ignored."""
        levels = dict(base.levels)
        if self.pedantic:
            levels |= {code: rule.severity for code, rule in BY_CODE.items() if not rule.on and code not in levels}
        if self.select:
            levels = {
                code: (levels.get(code) or rule.severity) if code in self.select else None
                for code, rule in BY_CODE.items()
            }
        return replace(base, levels=levels | dict.fromkeys(self.ignore))

    def shows(self, finding: Finding) -> bool:
        """Whether a finding is shown: it is grave enough, or its rule was asked for by name."""
        return finding.severity <= self.shown or finding.code in self.select

    def has(self, code: str) -> bool:
        """Whether findings that are of no rule are wanted."""
        return code not in self.ignore and (not self.select or code in self.select)


class Checked(NamedTuple):
    """A file that was checked: its findings that are to be shown, by place, and for each what would mend it."""

    path: str
    text: Text
    findings: Sequence[Finding]
    repairs: Sequence[Sequence[Repair]]


class Run:
    """Goes through a search; `results` gives the findings to show, and the rest is known when it has ended.

    `failures` are paths that the run should have checked and did not, each with a sentence. `known` counts what the
    baseline holds, `fixed` the files that were mended, with their texts before and after.
    """

    def __init__(
        self, search: Search, choice: Choice, *, repairs: bool = False, baseline: Baseline | None = None
    ) -> None:
        self.search = search
        self.choice = choice
        self.baseline = baseline
        self.files = 0
        self.groups = 0
        self.kinds: Counter[str] = Counter()
        self.shown: Counter[Severity] = Counter()
        self.hidden: Counter[Severity] = Counter()
        self.codes: Counter[str] = Counter()
        self.known = 0
        self.fixed: dict[str, tuple[str, str]] = {}
        self.failures: list[tuple[str, str]] = []
        self._unknown: tuple[str, int, int] | None = None
        self._selected = False
        self._repairs = repairs

    def results(self) -> Iterator[Checked]:
        """Each file with groups, and each of configuration with something to say, with what is to be shown of it."""
        entries = []
        for entry in self.search.entries():
            entries.append(entry)
            status.show(f"looking for files: {len(entries):,}")
        python = [entry for entry in entries if entry.path.lower().endswith(PYTHON_ENDING)]
        grouped = [entry for entry in entries if not _is_config(entry.path) and entry not in python]
        for entry in entries:
            if _is_config(entry.path):
                path, selection = project_path(entry.path), self.search.selection
                selection.settings_of(path)
                if path not in selection.configuration.files:
                    self.search.note(entry, groups=False)
        checker = self._checker(grouped)
        outcomes = _outcomes(checker, grouped, self.choice.jobs)
        for done, (entry, outcome) in enumerate(zip(grouped, outcomes, strict=True), 1):
            status.show("checking", done, len(grouped))
            yield from self._taken(entry, checker.name_of(entry.path), outcome)
        if self.choice.steps is None:  # what is said of other files is about no step of a group
            yield from self._of_python(checker, python)
            yield from self._of_configuration({project_path(entry.path) for entry in entries if _is_config(entry.path)})
        elif self._unknown is not None and not self._selected:
            self._refuse_selector(self.choice.steps, self._unknown)
        status.clear()
        self.search.finish()
        missing = self.search.missing
        self.failures += [(path, f"cannot read {path}: there is no such file or folder") for path in missing]
        if self.choice.require_groups:
            empty = [path for path in self.search.empty if path not in set(missing)]
            self.failures += [(path, f"{path} gave no pipeline group") for path in empty]

    def _checker(self, entries: Sequence[SearchedFile]) -> Checker:
        from spine_lsp.cli.checks.project import project_of

        selection, choice = self.search.selection, self.choice
        for entry in entries:
            name = choice.stdin_name or "-" if entry.path in STANDARD_INPUT else entry.path
            selection.settings_of(project_path(name))
        named = [path for path in dict.fromkeys(self.search.paths) if path not in self.search.missing]
        paths = [choice.stdin_name or "." if path in STANDARD_INPUT else path for path in named]
        documents: dict[str, Document] = {}
        return Checker(
            choice.config,
            selection.configuration,
            project_of(paths, selection, documents, alone=choice.jobs == 1),
            documents,
            self._repairs,
            choice.fix,
            choice.unsafe,
            choice.stdin_name,
            choice.steps,
        )

    def _taken(self, entry: SearchedFile, name: str, outcome: FileOutcome) -> Iterator[Checked]:
        if outcome.passed_over is not None:
            self.search.pass_over(name, outcome.passed_over)
            return
        if outcome.failure is not None:
            self.failures.append((name, outcome.failure))
            return
        self.search.note(entry, groups=outcome.mine)
        if not outcome.mine:
            return
        if outcome.unknown is not None:
            known = self._unknown  # what is known of most of it is meant
            if known is None or outcome.unknown[1] > known[1]:
                self._unknown = outcome.unknown
        else:
            self._selected = True
        self.files += 1
        self.groups += sum(word != SCHEDULE_WORD for word in outcome.words)
        self.kinds.update(outcome.words)
        if outcome.fixed is not None:
            self._mend(entry, name, outcome.fixed)
        yield self._shown(name, Text(outcome.source), outcome.findings, outcome.repairs)

    def _shown(
        self,
        path: str,
        text: Text,
        findings: Sequence[Finding],
        repairs: Sequence[Sequence[Repair]] = (),
    ) -> Checked:
        """The findings of a file that are to be shown; all are counted."""
        if self.baseline is not None:
            fresh = self.baseline.fresh(path, text, findings)
            self.known += len(findings) - len(fresh)
        else:
            fresh = list(range(len(findings)))
        shown = [number for number in fresh if self.choice.shows(findings[number])]
        self.shown.update(findings[number].severity for number in shown)
        self.codes.update(findings[number].code for number in shown)
        self.hidden.update(findings[number].severity for number in fresh if not self.choice.shows(findings[number]))
        return Checked(
            path,
            text,
            [findings[number] for number in shown],
            [repairs[number] if number < len(repairs) else () for number in shown],
        )

    def _of_python(self, checker: Checker, named: Sequence[SearchedFile]) -> Iterator[Checked]:
        """What there is to say of the Python files among what was named."""
        index = checker.project.python
        known = index.modules.files if index is not None else {}
        for entry in named:
            if project_path(entry.path) not in known:
                self.search.note(entry, groups=False)
        if index is None:
            return
        folders = {project_path(path): path for path in self.search.paths if path and os.path.isdir(path)}  # noqa: PTH112 - which raises for no name
        shown = {project_path(entry.path): entry.path for entry in named}
        for path in sorted(known):
            top = next((folder for folder in folders if path.startswith(f"{folder}/")), None)
            name = shown.get(path) or (str(Path(folders[top], path[len(top) + 1 :])) if top is not None else None)
            if name is None:
                continue
            built, checked = index.file(path).groups, checker.check_python(path)
            if built or checked is not None:  # others are only where pipelines come from
                self.files += 1
                self.groups += len(built)
                self.kinds.update(BY_NAME[group.kind].word for group in built)
            if checked is not None:
                yield self._shown(name, *checked)

    def _of_configuration(self, named: Collection[str]) -> Iterator[Checked]:
        """What is wrong in the files of configuration of what was checked."""
        if not self.choice.has(CODE):
            return
        configuration = self.search.selection.configuration
        for path, file in sorted(configuration.files.items()):
            shown: ConfigFile = configuration.as_open(path, file.text)
            if shown.findings and (file.findings or path in named):
                yield self._shown(_from_here(path), Text(file.text), shown.findings)

    def _mend(self, entry: SearchedFile, name: str, fixed: tuple[str, str]) -> None:
        """Write what was mended, or keep it to be shown."""
        from spine_lsp.cli.checks.mending import write_back

        self.fixed[name] = fixed
        if not self.choice.diff:
            try:
                write_back(entry.path, *fixed)
            except OSError as exc:
                self.failures.append((name, f"cannot write {name}: {exc.strerror or exc}"))

    def _refuse_selector(self, selector: str, fault: tuple[str, int, int]) -> None:
        """No group knows what the selector names: a slip, which must not look like success."""
        from spine_lsp.cli.steps import refused
        from spine_lsp.orchestration.selectors import SelectorError

        message, start, end = fault
        self.failures.append((self.search.paths[0], str(refused(SelectorError(message, selector, start, end)))))

    @property
    def exit_code(self) -> int:
        """The exit code of the run."""
        if self.failures:
            return exits.CANNOT_RUN
        fails = any(severity <= self.choice.fail_on for severity in (*self.shown, *self.hidden))
        return exits.FOUND if fails and not self.choice.exit_zero else exits.OK


def _is_config(path: str) -> bool:
    return Path(path).name in NAMES


def _from_here(path: str) -> str:
    """A path of the project as somebody in the working folder names it."""
    whole = system_path(path)
    with suppress(ValueError):  # another drive
        relative = os.path.relpath(whole)
        return whole if relative.startswith("..") else relative
    return whole


def _outcomes(checker: Checker, entries: Sequence[SearchedFile], jobs: int | None) -> Iterator[FileOutcome]:
    """What there is to say of each file, in their order; by several processes where there are many files."""
    several = min(jobs or os.cpu_count() or 1, _MOST_JOBS, max(len(entries) // 8, 1))
    by_hand = any(entry.path in STANDARD_INPUT for entry in entries)
    if several < 2 or by_hand or (jobs is None and len(entries) < _FEW) or not hasattr(os, "fork"):
        yield from map(checker.check, entries)
        return
    import multiprocessing

    # A child has all that was read, as it is: nothing of it need be sent.
    _shared.append(checker)
    try:
        with multiprocessing.get_context("fork").Pool(several) as pool:
            yield from pool.imap(_check_shared, entries, chunksize=max(len(entries) // (several * 8), 1))
    finally:
        _shared.pop()


_shared: list[Checker] = []


def _check_shared(entry: SearchedFile) -> FileOutcome:
    return _shared[-1].check(entry)
