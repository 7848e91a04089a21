"""What there is to say of schedules: by their structure, by rules of their own, and by what their targets take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Place, Report, Severity
from spine_lsp.analysis.pipelines import Contract, Pipelines, Terms
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.rule import Rule
from spine_lsp.analysis.schedules.reading import RUNS, WORKFLOW as WORKFLOW_KEY, ScheduleEntry, ScheduleList
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.step_calls import Given
from spine_lsp.analysis.steps import Step, param_keys
from spine_lsp.analysis.uris import path_of
from spine_lsp.orchestration.kinds import BY_NAME
from spine_lsp.orchestration.problems import did_you_mean, meant
from spine_lsp.orchestration.vocabulary import NAME, PARAMS

_UNKNOWN_WORKFLOW = "unknown-workflow"
_BAD_SCHEDULE = "bad-schedule"
_OF_TEXT = ("yaml-syntax", "duplicate-key")
_OF_STEPS = frozenset({"unfilled-template", "overwritten-parameter"})
"""Rules that tell what the runner of groups does."""


def judge_schedules(doc: Document, rules: Iterable[Rule], config: Config, project: Project) -> list[Finding]:
    """The findings of a file of schedules; those of targets only where all of the workspace is read."""
    running = {rule.code: rule for rule in rules}
    found = []
    for code, report in _reports(doc, running, project):
        rule = running.get(code)
        if rule is not None:
            found.append(rule.finding(config.levels.get(code), report))
    return found


def _reports(doc: Document, running: dict[str, Rule], project: Project) -> Iterator[tuple[str, Report]]:
    own = [rule for rule in running.values() if rule.scope == "schedules"]
    of_calls = [rule for rule in running.values() if rule.scope == "project" and rule.code not in _OF_STEPS]
    for code in _OF_TEXT:
        for report in running[code].check(doc) if code in running else ():
            yield code, report
    for listed in doc.schedules:
        for problem, span in listed.problems:
            # No loader of Spine's is known to read the file, so no more than a slip is known.
            yield (
                problem.code,
                Report(*span, problem.message, suggestions=problem.suggestions, severity=Severity.WARNING),
            )
        if _BAD_SCHEDULE in running:
            yield from ((_BAD_SCHEDULE, report) for report in _of_names(listed))
        for schedule in listed.schedules:
            for rule in own:
                for report in rule.check(schedule):
                    yield rule.code, report
            yield from _of_target(schedule, of_calls, project, path_of(doc.uri) or "")


def _of_names(listed: ScheduleList) -> Iterator[Report]:
    """The second schedules of a name, and those after them: where Spine stores schedules, a name is there once."""
    first: dict[str, ScheduleEntry] = {}
    for schedule in listed.schedules:
        name = schedule.written(NAME)
        if not name:
            continue
        known = first.setdefault(name, schedule)
        if known is not schedule:
            yield Report(
                *schedule.head,
                f"another schedule is called `{name}` too, and Spine stores one schedule of a name",
                (Place(*known.head, f"the first `{name}`"),),
                severity=Severity.WARNING,
            )


def _of_target(
    schedule: ScheduleEntry, of_calls: Iterable[Rule], project: Project, path: str
) -> Iterator[tuple[str, Report]]:
    """What there is to say of what a schedule runs, once all files are read."""
    target = schedule.target
    if target is None or schedule.written(target[0]) is None or not project.ready:
        return
    if target[0] == WORKFLOW_KEY:
        yield from _of_workflow(schedule, target[1], project)
    elif (pipelines := project.pipelines_for(path)) is not None:
        call = ScheduleCall.of(schedule, target, pipelines)
        for rule in of_calls:
            for report in rule.check(call):
                yield rule.code, report


def _of_workflow(schedule: ScheduleEntry, name: str, project: Project) -> Iterator[tuple[str, Report]]:
    known = {each.group.name for each in project.groups.groups() if each.group.name}
    known |= {each for kind in BY_NAME for each in project.python_names(kind)}
    if name in known or not (suggestions := did_you_mean(name, known)):
        return
    message = f"no workflow is called `{name}`{meant(suggestions)}"
    yield (
        _UNKNOWN_WORKFLOW,
        Report(*schedule.fields[WORKFLOW_KEY].span, message, suggestions=suggestions),
    )


class ScheduleCall(NamedTuple):
    """What a schedule runs, for the rules that look at a `StepCall`; spans are offsets of the file."""

    step: Step
    terms: Terms
    pipeline_span: Span
    schedule: ScheduleEntry

    @classmethod
    def of(cls, schedule: ScheduleEntry, target: tuple[str, str], pipelines: Pipelines) -> ScheduleCall:
        """The call of a schedule whose target is a pipeline or an operation."""
        key, name = target
        assert key in RUNS
        field = schedule.fields.get(PARAMS)
        params: dict[Any, Any] = field.value if field is not None and isinstance(field.value, dict) else {}
        step = Step()
        step.pipeline, step.params, step.param_keys = name, params, param_keys(params)
        step.pipeline_span = schedule.fields[key].span
        return cls(step, pipelines.contract(name).under(frozenset()), step.pipeline_span, schedule)

    @property
    def contract(self) -> Contract:
        """As of a `StepCall`."""
        return self.terms.contract

    def given(self) -> Iterator[Given]:
        """As of a `StepCall`; each value by its place in the file."""
        field = self.schedule.fields.get(PARAMS)
        if field is None or field.node.kind != "map":
            return
        moved = field.span.start - field.node.start
        for key, node in field.node.entries:
            if key.kind == "scalar" and key.text in self.step.params:
                place = Span(key.start + moved, key.end + moved)
                on_lines = node.is_empty or node.style == "block" or node.style in ("|", ">")
                value = place if on_lines else Span(node.start + moved, node.end + moved)
                yield Given(key.text, self.step.params[key.text], place, node, value)
