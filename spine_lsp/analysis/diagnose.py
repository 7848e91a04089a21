"""All findings of a document: every rule run, levels applied, suppressions heeded, in the order of the text."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from spine_lsp.analysis.catalogue import BY_CODE, RULES
from spine_lsp.analysis.config import Config
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.header import GroupPart
from spine_lsp.analysis.pipelines import Pipelines
from spine_lsp.analysis.project import NO_PROJECT, Project
from spine_lsp.analysis.rule import Rule, Scope
from spine_lsp.analysis.rules.pipelines.wrong_parameter_type import settled_values
from spine_lsp.analysis.step_calls import judge_steps
from spine_lsp.analysis.suppressions import Heeded, suppress
from spine_lsp.analysis.uris import path_of
from spine_lsp.cancellation import check_cancelled
from spine_lsp.orchestration.pauses import finish

DEFAULT = Config()
_KNOWN = frozenset(BY_CODE)


def diagnose(doc: Document, config: Config = DEFAULT, project: Project = NO_PROJECT) -> list[Finding]:
    """Every finding of `doc`, by place; nothing for a file that holds none of ours.

    What `project` knows of pipelines is heeded; where it knows none, nothing is said of them.
    """
    return finish(diagnose_in_steps(doc, config, project))


def diagnose_in_steps(
    doc: Document, config: Config = DEFAULT, project: Project = NO_PROJECT, *, quick: bool = False
) -> Generator[None, None, list[Finding]]:
    """As `diagnose`, as a generator that yields between two rules: whoever runs it may stop or drop it there.

    With `quick`, rules that are too dear for a keystroke say what they can at once; see `is_settled`.
    """
    if not doc.has_findings:
        return []
    rules = [rule for rule in RULES if _runs(rule, config)]
    found: list[Finding]
    if doc.schedules and not (doc.groups or doc.unread):
        found, _ = suppress(doc, _of_schedules(doc, rules, config, project))
        found.sort(key=lambda finding: (finding.start, finding.end, finding.severity, finding.code))
        return found
    of_groups, of_files = _of(rules, "group"), _of(rules, "file")
    found = []
    if doc.file.faults:  # of the file as a whole, which no group has alone
        found = yield from _run(doc, [*of_groups, *of_files], config, quick=quick)
    else:
        for group in doc.groups:
            kept = _KEPT.get(group.part.origin)
            if kept is None or kept.config != config:
                kind = group.header.kind
                holding = [rule for rule in of_groups if rule.only in ("", kind.name) and rule.code not in kind.silent]
                alone = yield from _run(doc.with_only(group), holding, config, quick=quick)
                kept = _Kept(config, group.part.start, alone)
                if not quick or group.knows_redundant_edges:
                    _KEPT[group.part.origin] = kept
            elif kept.start != group.part.start:
                by = group.part.start - kept.start
                kept = _Kept(config, group.part.start, [finding.moved(by) for finding in kept.findings])
                _KEPT[group.part.origin] = kept
            found += kept.findings
        found += yield from _run(doc, of_files, config, quick=quick)
    found += yield from _beside(doc, _of(rules, "settings"), config, config)
    found += yield from _beside(doc, _of(rules, "workspace"), config, project)
    for rule in _of(rules, "across"):
        check_cancelled()
        found += rule.findings(config.levels.get(rule.code), doc, project)
        yield
    if (pipelines := project.pipelines_for(path_of(doc.uri) or "")) is not None:
        found = yield from _with_pipelines(doc, found, rules, config, pipelines)
    found += _of_schedules(doc, rules, config, project)
    found, uses = suppress(doc, found)
    if uses:
        known = ("project",) if project.knows_pipelines else ()
        ran = (
            rule.code
            for rule in rules
            if rule.scope in ("group", "file", "across", "settings", "workspace", "suppressions", *known)
        )
        heeded = Heeded(uses, frozenset(ran), _KNOWN, everything=project.ready or project.python is None)
        for rule in _of(rules, "suppressions"):
            found += rule.findings(config.levels.get(rule.code), heeded)
    found.sort(key=lambda finding: (finding.start, finding.end, finding.severity, finding.code))
    return found


def _of_schedules(doc: Document, rules: Iterable[Rule], config: Config, project: Project) -> list[Finding]:
    """What is said of the schedules of a document; in one with groups too, of faults of the file nothing again."""
    mixed = bool(doc.groups or doc.unread)
    if not doc.schedules or (mixed and doc.file.faults):
        return []
    from spine_lsp.analysis.schedules.judging import judge_schedules  # few files have any

    return judge_schedules(doc.with_schedules_only() if mixed else doc, rules, config, project)


class _Kept(NamedTuple):
    """What the rules said of a group that starts there."""

    config: Config
    start: int
    findings: list[Finding]


_KEPT: WeakKeyDictionary[GroupPart, _Kept] = WeakKeyDictionary()
"""Findings before suppression, for as long as the text of their group stays: of many, only the changed one is run."""


def _of(rules: Iterable[Rule], scope: Scope) -> list[Rule]:
    return [rule for rule in rules if rule.scope == scope]


def _run(doc: Document, rules: Iterable[Rule], config: Config, *, quick: bool) -> Generator[None, None, list[Finding]]:
    """What some rules say of a document."""
    found: list[Finding] = []
    for rule in rules:
        check_cancelled()
        found += rule.findings(config.levels.get(rule.code), doc, quick=quick)
        yield
    return found


def _beside(
    doc: Document, rules: Iterable[Rule], config: Config, beside: Config | Project
) -> Generator[None, None, list[Finding]]:
    """What the rules say that hold a group's fields against the settings or the workspace."""
    found: list[Finding] = []
    for group in doc.groups:
        for rule in rules if group.header.kind.keeps_fields else ():
            check_cancelled()
            level = config.levels.get(rule.code)
            found += (rule.finding(level, report) for report in rule.check(group, beside))
            yield
    return found


_MISLEADING = "misleading-value"


def _with_pipelines(
    doc: Document, found: list[Finding], rules: Iterable[Rule], config: Config, pipelines: Pipelines
) -> Generator[None, None, list[Finding]]:
    """The findings with those of the pipelines and parameters; a value that is spoken of there is not so elsewhere.

    The checks of steps all run, whatever the configuration says, as what they say is kept with the steps.
    """
    by_code = {rule.code: rule for rule in _of(rules, "project")}
    checks = [(rule.code, rule.check) for rule in RULES if rule.scope == "project"]
    more: list[Finding] = []
    settled: set[int] = set()
    for group in doc.groups:
        judged = yield from judge_steps(group, pipelines, checks, settled_values)
        settled |= judged.settled
        silent = group.header.kind.silent
        for code, report in judged.reports:
            if (rule := by_code.get(code)) is not None and code not in silent:
                more.append(rule.finding(config.levels.get(code), report))
        for rule in by_code.values():
            if rule.of_group is not None and rule.code not in silent:
                check_cancelled()
                level = config.levels.get(rule.code)
                more += (rule.finding(level, report) for report in rule.of_group(judged.calls))
                yield
    settled.update(finding.start for finding in more)
    return [each for each in found if each.code != _MISLEADING or each.start not in settled] + more


def is_settled(doc: Document) -> bool:
    """Whether a quick diagnosis of `doc` says all that there is to say."""
    return all(group.knows_redundant_edges for group in doc.groups)


def _runs(rule: Rule, config: Config) -> bool:
    """Whether a rule is on, by itself or by the configuration."""
    return config.levels[rule.code] is not None if rule.code in config.levels else rule.on
