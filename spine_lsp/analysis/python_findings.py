"""What there is to say of a Python file of the workspace: names registered twice, and the groups that it builds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from spine_lsp.analysis.catalogue import BY_CODE, RULES
from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.pipelines import Pipelines, Terms
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.python_view import BESIDE_THE_POINT, PythonView, is_whole
from spine_lsp.analysis.rules.duplicate_group import same_name
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.step_calls import Given
from spine_lsp.analysis.steps import Step, param_keys
from spine_lsp.analysis.suppressions import python_suppressions
from spine_lsp.analysis.uris import uri_of
from spine_lsp.orchestration.graph import GraphInspection, inspect_graph
from spine_lsp.orchestration.kinds import BY_NAME
from spine_lsp.orchestration.planner import graph_problems
from spine_lsp.orchestration.problems import Path
from spine_lsp.orchestration.vocabulary import DEFAULTS, DEPENDS_ON, NAME, PARAMS, STEPS
from spine_lsp.pysource.targets import Spot

if TYPE_CHECKING:
    from spine_lsp.pysource.declarations import PythonGroup, Registration, RunByStep
    from spine_lsp.pysource.index import PipelineIndex

DUPLICATE = "duplicate-pipeline"
DUPLICATE_GROUP = "duplicate-group"
_MOST_POINTED_AT = 20


class RelatedSpot(NamedTuple):
    """Another place that belongs to a finding, in whichever Python file."""

    spot: Spot
    message: str


@dataclass(frozen=True, slots=True)
class PythonFinding:
    """A finding in a Python file: a rule's code, its severity, where, and what."""

    code: str
    severity: Severity
    spot: Spot
    message: str
    related: tuple[RelatedSpot, ...] = ()
    suggestions: tuple[str, ...] = ()


def diagnose_python(path: str, project: Project, config: Config | None = None) -> list[PythonFinding]:
    """Every finding of the Python file of that path of the project, by place; nothing before all files are read."""
    if project.python is None or not project.ready:
        return []
    levels = (config or Config()).levels
    found = [*_duplicates(project.python, path)]
    groups = project.python.file(path).groups
    for group in groups:
        kind = BY_NAME[group.kind]
        if kind.keeps_fields and is_whole(group):  # its rules look at the whole of it
            found += _of_document(group, path, project, config or Config())
        else:
            found += _of_graph(group, path)
        found += _of_calls(group, path, project.pipelines_for(path), kind.silent)
    found += _same_names(groups, path, project)
    kept = []
    module = project.python.modules.files.get(path)
    silenced = python_suppressions(module.directives if module is not None else ())
    for finding in found:
        at = finding.spot.place.line
        if any(line in (at, None) and (codes is None or finding.code in codes) for line, codes in silenced):
            continue
        rule = BY_CODE[finding.code]
        level = levels.get(rule.code, finding.severity if rule.on else None)
        if level is not None:
            kept.append(finding if level == finding.severity else _at_level(finding, level))
    kept.sort(key=lambda finding: (finding.spot.place.start, finding.severity, finding.code))
    return kept


def _at_level(finding: PythonFinding, level: Severity) -> PythonFinding:
    return PythonFinding(finding.code, level, finding.spot, finding.message, finding.related, finding.suggestions)


def duplicates_of(index: PipelineIndex) -> Mapping[str, list[Registration]]:
    """The names that one registry gets more than once; worked out once for an index."""
    known: Mapping[str, list[Registration]] | None = index.notes.get("duplicates")
    if known is None:
        known = index.notes["duplicates"] = index.duplicates()
    return known


def _duplicates(index: PipelineIndex, path: str) -> Iterator[PythonFinding]:
    """The names that this file registers, and that are registered elsewhere too, or above in this file."""
    known = duplicates_of(index)
    for registration in index.file(path).registrations:
        name = registration.name.value
        same = [each for each in known.get(name, ()) if each.registry == registration.registry]
        if not any(each is registration for each in same):
            continue
        others = [each for each in same if each is not registration]
        is_first = all(other.path == path and other.name.spot.place > registration.name.spot.place for other in others)
        if is_first or not others:  # said where the second stands
            continue
        place = "above" if all(other.path == path for other in others) else f"in `{_file_name(others, path)}`"
        message = f"`{name}` is registered {place} too: Spine refuses the second registration of a name"
        related = tuple(RelatedSpot(other.name.spot, f"`{name}` is registered here too") for other in others)
        yield PythonFinding(DUPLICATE, BY_CODE[DUPLICATE].severity, registration.name.spot, message, related)


def _file_name(others: Iterable[Registration], path: str) -> str:
    return next(other.path for other in others if other.path != path).rpartition("/")[2]


# Groups that are built in Python.


def _same_names(groups: Sequence[PythonGroup], path: str, project: Project) -> Iterator[PythonFinding]:
    """The groups that this file registers under a name that another group has."""
    rule = BY_CODE[DUPLICATE_GROUP]
    named = [(group, group.name) for group in groups if group.registered and group.name]
    for group, name in named:
        beside = [other for other, theirs in named if (theirs, other.kind) == (name, group.kind) and other is not group]
        spots = [spot_of(other, (NAME,), path) for other in beside]
        spots += [Spot(other, place) for other, place in project.groups_called(name, group.kind, but=path)]
        if spots:
            message = same_name(
                BY_NAME[group.kind], name, in_this_file=bool(beside), paths=[each.path for each in spots]
            )
            related = tuple(RelatedSpot(spot, f"`{name}` is here too") for spot in spots)
            spot = spot_of(group, (NAME,), path)
            yield PythonFinding(rule.code, rule.severity, spot, message, related[:_MOST_POINTED_AT])


def graph_of(group: PythonGroup) -> GraphInspection:
    """The graph of a group that is built in Python, as far as its steps are known."""
    steps = _steps(group)
    names = [step.get(NAME) for step in steps]
    written = [name if isinstance(name, str) and name else f"\0{number}" for number, name in enumerate(names)]
    return inspect_graph(written, [_edges(step) for step in steps])


def _steps(group: PythonGroup) -> list[dict[str, Any]]:
    steps = group.data.get(STEPS)
    return [step if isinstance(step, dict) else {} for step in steps] if isinstance(steps, list) else []


def _edges(step: dict[str, Any]) -> list[str]:
    entries = step.get(DEPENDS_ON)
    if isinstance(entries, str):
        return [entries]
    return [entry for entry in entries if isinstance(entry, str)] if isinstance(entries, (list, tuple)) else []


_NOT_IN_PYTHON = frozenset(
    {
        *BESIDE_THE_POINT,
        DUPLICATE_GROUP,  # which is said of what is registered
        "unresolved-reference",  # a function is handed on itself
        *(rule.code for rule in RULES if rule.scope == "project"),  # which are asked with Python's own values
    }
)


def _of_document(group: PythonGroup, path: str, project: Project, config: Config) -> Iterator[PythonFinding]:
    """What is said of the document that says what the group says."""
    view = PythonView(uri_of(path), None, [group])
    levels = {**config.levels, **dict.fromkeys(_NOT_IN_PYTHON)}
    for finding in diagnose(view.document, replace(config, levels=levels), project):
        related = tuple(
            RelatedSpot(Spot(path, view.place(Span(place.start, place.end))), place.message)
            for place in finding.related
        )
        spot = Spot(path, view.place(Span(finding.start, finding.end)))
        yield PythonFinding(finding.code, finding.severity, spot, finding.message, related, tuple(finding.suggestions))


def _of_graph(group: PythonGroup, path: str) -> Iterator[PythonFinding]:
    for problem in graph_problems(graph_of(group), (STEPS,)):
        if group.gaps and problem.code in ("unknown-dependency", "blocked-step"):
            continue  # what it waits for may be among what is not known
        spot = spot_of(group, problem.path, path)
        related = tuple(RelatedSpot(spot_of(group, each.path, path), each.message) for each in problem.related)
        rule = BY_CODE[problem.code]
        yield PythonFinding(rule.code, rule.severity, spot, problem.message, related, tuple(problem.suggestions))


def _of_calls(
    group: PythonGroup, path: str, pipelines: Pipelines | None, silent: frozenset[str]
) -> Iterator[PythonFinding]:
    if pipelines is None or not group.places:
        return
    defaults = group.data.get(DEFAULTS)
    default_keys = frozenset(defaults) if isinstance(defaults, dict) else frozenset()
    checks = [rule for rule in RULES if rule.scope == "project" and rule.code not in silent]
    for run in group.runs():
        call = _PythonCall.of(group, run, pipelines.contract(run.name).under(default_keys), path)
        for rule in checks:
            if rule.code == "missing-parameter" and group.gaps:
                continue
            for report in rule.check(call):
                yield _finding(call, rule.code, rule.severity, report)


def spot_of(group: PythonGroup, problem_path: Path, path: str) -> Spot:
    """The place of a path of a group in its own file; of what is written elsewhere, the step or the group."""
    at = tuple(problem_path)
    while at:
        spot = group.places.get(at)
        if spot is not None and spot.path == path:
            return spot
        at = at[:-1]
    return group.spot


class _PythonCall(NamedTuple):
    """A step of a group built in Python, for the rules that look at a `StepCall`; spans are offsets of the file."""

    step: Step
    terms: Terms
    spots: dict[tuple[int, int], Spot]
    pipeline_span: Span
    params: dict[str, Any]
    key_spans: dict[str, Span]
    value_spans: dict[str, Span]

    @classmethod
    def of(cls, group: PythonGroup, run: RunByStep, terms: Terms, path: str) -> _PythonCall:
        """The call of one step."""
        number, step = run.number, _steps(group)[run.number]
        spots: dict[tuple[int, int], Spot] = {}

        def span(*keys: str) -> Span:
            spot = spot_of(group, (STEPS, number, *keys), path)
            spots[spot.place.start, spot.place.end] = spot
            return Span(spot.place.start, spot.place.end)

        params = step.get(PARAMS)
        params = params if isinstance(params, dict) else {}
        made = Step()
        made.pipeline, made.params, made.param_keys = run.name, params, param_keys(params)
        made.pipeline_span = span(run.key)
        values = {name: span(PARAMS, name) for name in params if isinstance(name, str)}
        keys = dict(values)
        for name in values:
            spot = group.keys.get((STEPS, number, PARAMS, name))
            if spot is not None and spot.path == path:
                keys[name] = Span(spot.place.start, spot.place.end)
                spots[keys[name]] = spot
        return cls(made, terms, spots, made.pipeline_span, params, keys, values)

    @property
    def contract(self) -> Any:
        """As of a `StepCall`."""
        return self.terms.contract

    def given(self) -> Iterator[Given]:
        """As of a `StepCall`; the values are Python's."""
        for name, span in self.key_spans.items():
            yield Given(name, self.params[name], span, None, self.value_spans[name])


def _finding(call: _PythonCall, code: str, severity: Severity, report: Report) -> PythonFinding:
    spot = call.spots[report.start, report.end]
    return PythonFinding(code, report.severity or severity, spot, report.message, (), tuple(report.suggestions))
