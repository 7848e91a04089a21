"""A graph's faults as problems, and `PlanResolver`, which raises them or makes the plan."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from spine_lsp.orchestration import problems as say
from spine_lsp.orchestration._log import logger
from spine_lsp.orchestration.graph import GraphInspection, inspect_graph
from spine_lsp.orchestration.problems import Path, Problem, Related

if TYPE_CHECKING:  # at run time where a plan is made: the editor asks for problems at once, for plans later
    from spine_lsp.orchestration.models import ExecutionPlan, PipelineGroup, PipelineStep

Origin = Literal["default", "run", "step"]
PipelineLookup = Callable[[str], object]
"""Knows pipelines by name: raises KeyError, or answers None or False, for one that does not exist."""

_SUGGESTED_NAMES = 100
"""Names for which a did-you-mean is looked up in one call; looking costs a walk over all steps."""

_EDGES_OF_A_CYCLE = 100


def inspect(steps: Sequence[PipelineStep]) -> GraphInspection:
    """The inspection of a list of steps."""
    return inspect_graph([step.name for step in steps], [step.depends_on for step in steps])


def graph_problems(found: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """Every fault of the graph, each once; ``steps_path`` is the path of the list of steps."""
    if found.duplicates:
        yield from duplicate_step_problems(found, steps_path)
    if found.missing:
        yield from unknown_dependency_problems(found, steps_path)
    if found.self_dependencies:
        yield from self_dependency_problems(found, steps_path)
    if found.cycles:
        yield from cycle_problems(found, steps_path)
    if found.blocked:
        yield from blocked_problems(found, steps_path)
    if found.duplicate_entries:
        yield from duplicate_dependency_problems(found, steps_path)


def duplicate_step_problems(found: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`duplicate-step`, on the later name; related: the first."""
    for step, first in found.duplicates:
        name = found.names[step]
        related = Related((*steps_path, first, "name"), f"the first `{name}`")
        yield Problem(
            "duplicate-step", say.duplicate_step(name), (*steps_path, step, "name"), related=(related,)
        )


def unknown_dependency_problems(found: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`unknown-dependency`, on the entry."""
    known: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    taken_by = -1
    for step, entry in found.missing:
        name = found.depends_on[step][entry]
        if name not in known:
            known[name] = say.did_you_mean(name, found.first) if len(known) < _SUGGESTED_NAMES else ()
        if known[name] and taken_by != step:  # once for a list, which may miss thousands
            taken, taken_by = {found.names[step], *found.depends_on[step]}, step
        suggestions = tuple(other for other in known[name] if other not in taken)
        yield Problem(
            "unknown-dependency",
            say.unknown_dependency(name, suggestions),
            (*steps_path, step, "depends_on", entry),
            suggestions=suggestions,
        )


def self_dependency_problems(found: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`self-dependency`, on the entry."""
    for step, entry in found.self_dependencies:
        message = say.self_dependency(found.names[step])
        yield Problem("self-dependency", message, (*steps_path, step, "depends_on", entry))


def cycle_problems(found: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`dependency-cycle`, on the entry of the path's first edge; related: every edge (a hundred at most)."""
    for cycle, knot in zip(found.cycles, found.knots, strict=True):
        names = [found.names[step] for step in cycle]
        on_path = set(cycle)
        edges = [
            Related(
                (*steps_path, step, "depends_on", found.depends_on[step].index(on)),
                say.cycle_edge(found.names[step], on),
            )
            for step, on in zip(cycle[:_EDGES_OF_A_CYCLE], names[1:], strict=False)
        ]
        others = [found.names[step] for step in knot if step not in on_path]
        yield Problem("dependency-cycle", say.cycle(names, others), edges[0].path, related=tuple(edges))


def blocked_problems(found: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`blocked-step`, on the name of the step; related: the step that is at fault."""
    faults = {step: "is in a cycle" for knot in found.knots for step in knot}
    for step, _ in found.self_dependencies:
        faults.setdefault(step, "waits for itself")
    for step, entry in found.missing:
        faults.setdefault(step, f"waits for `{found.depends_on[step][entry]}`, a step that does not exist")
    names = found.names
    for step, on, culprit in blocking_culprits(found):
        yield Problem(
            "blocked-step",
            say.blocked(names[step], names[on], names[culprit], faults[culprit]),
            (*steps_path, step, "name"),
            related=(Related((*steps_path, culprit, "name"), f"`{names[culprit]}` {faults[culprit]}"),),
        )


def blocking_culprits(found: GraphInspection) -> Iterator[tuple[int, int, int]]:
    """For each blocked step, when asked: itself, its first dependency that cannot run, the step at fault behind."""
    at_fault = found.at_fault
    next_of: dict[int, int] = {}
    culprit_of: dict[int, int] = {}
    for step in found.blocked:
        trail = []
        at = step
        while at not in at_fault and at not in culprit_of:
            trail.append(at)
            if at not in next_of:
                next_of[at] = found.blocked_by(at)[0]
            at = next_of[at]
        culprit = culprit_of.get(at, at)
        culprit_of.update(dict.fromkeys(trail, culprit))
        yield step, next_of[step], culprit


def duplicate_dependency_problems(found: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`duplicate-dependency`, on the later entry; related: the first."""
    for step, entry, earlier in found.duplicate_entries:
        path: Path = (*steps_path, step, "depends_on")
        name = found.depends_on[step][entry]
        related = Related((*path, earlier), "listed here first")
        yield Problem(
            "duplicate-dependency", say.duplicate_dependency(name), (*path, entry), related=(related,)
        )


def merge_params(
    defaults: Mapping[str, Any], run: Mapping[str, Any], step: Mapping[str, Any]
) -> dict[str, tuple[Any, Origin]]:
    """Each parameter of a step with its value and where that comes from: step before run before default."""
    merged: dict[str, tuple[Any, Origin]] = {key: (value, "default") for key, value in defaults.items()}
    merged.update((key, (value, "run")) for key, value in run.items())
    merged.update((key, (value, "step")) for key, value in step.items())
    return merged


def new_batch_id(group_name: str) -> str:
    """``group_{name}_{timestamp}_{random}``, unique for each run."""
    import secrets
    from datetime import datetime, timezone

    now = datetime.now(timezone.utc)
    return f"group_{group_name}_{now:%Y%m%dT%H%M%S}_{secrets.token_hex(4)}"


def find_pipeline_lookup() -> PipelineLookup | None:
    """The pipeline registry of Spine, if this program has loaded it; it is never imported from here.

    A program that registered pipelines has loaded the registry. Elsewhere, as in an editor,
    nothing is known of pipelines, and so nothing is said of them.
    """
    found = getattr(sys.modules.get("spine.framework.registry"), "get_pipeline", None)
    return found if callable(found) else None


def pipeline_exists(lookup: PipelineLookup, pipeline: str) -> bool:
    """Whether ``lookup`` knows the pipeline."""
    try:
        answer = lookup(pipeline)
    except KeyError:
        return False
    return answer is not None and answer is not False


class PlanResolver:
    """Turns groups into plans; holds no state but its settings.

    With ``validate_pipelines`` each step's pipeline must exist, as far as that can be known:
    from ``pipeline_lookup``, or else from the pipeline registry of Spine if the program has it.
    """

    def __init__(
        self, validate_pipelines: bool = True, pipeline_lookup: PipelineLookup | None = None
    ) -> None:
        self.validate_pipelines = validate_pipelines
        self.pipeline_lookup = pipeline_lookup

    def resolve(
        self, group: PipelineGroup, params: Mapping[str, Any] | None = None, batch_id: str | None = None
    ) -> ExecutionPlan:
        """The plan of ``group`` for a run with ``params``.

        Raises the first that applies: PlanResolutionError (two steps of one name), StepNotFoundError
        (unknown pipeline), DependencyError (the first step with unknown dependencies, all of them),
        CycleDetectedError (the first cycle in the file, a step that waits for itself included).
        """
        from spine_lsp.orchestration.exceptions import PlanResolutionError, StepNotFoundError
        from spine_lsp.orchestration.models import ExecutionPlan, PlannedStep

        found = inspect(group.steps)
        if found.duplicates:
            name = found.names[found.duplicates[0][0]]
            raise PlanResolutionError(
                f"group '{group.name}' has more than one step called '{name}'; rename all but one", group.name
            )
        for step in self._unknown_pipelines(group):
            raise StepNotFoundError(step.name, step.pipeline)
        _raise_graph_fault(found)

        run = dict(params or {})
        order = [group.steps[i] for i in found.order]
        plan = ExecutionPlan(
            group_name=group.name,
            group_version=group.version,
            batch_id=batch_id or new_batch_id(group.name),
            steps=[
                PlannedStep(
                    step_name=step.name,
                    pipeline_name=step.pipeline,
                    params={**group.defaults, **run, **step.params},
                    depends_on=step.depends_on,
                    sequence_order=place,
                )
                for place, step in enumerate(order)
            ],
            policy=group.policy,
            params=run,
        )
        logger().debug("plan_resolved", group=group.name, batch_id=plan.batch_id, steps=plan.step_count)
        return plan

    def _unknown_pipelines(self, group: PipelineGroup) -> Iterator[PipelineStep]:
        if not self.validate_pipelines:
            return
        lookup = self.pipeline_lookup or find_pipeline_lookup()
        if lookup is None:
            logger().debug("pipelines_not_validated", group=group.name, reason="no pipeline registry")
            return
        yield from (step for step in group.steps if not pipeline_exists(lookup, step.pipeline))


def _raise_graph_fault(found: GraphInspection) -> None:
    from spine_lsp.orchestration.exceptions import CycleDetectedError, DependencyError

    if found.missing:
        step = found.missing[0][0]
        missing = [found.depends_on[i][entry] for i, entry in found.missing if i == step]
        raise DependencyError(found.names[step], missing)
    closed = [*found.cycles, *((step, step) for step, _ in found.self_dependencies)]
    if closed:
        raise CycleDetectedError([found.names[step] for step in min(closed)])


def validate_group(
    group: PipelineGroup,
    validate_pipelines: bool = True,
    pipeline_lookup: PipelineLookup | None = None,
) -> list[str]:
    """One sentence for each fault of the group, none if it can be planned. Never raises.

    Steps that are only blocked are left out: they run when the faults named here are gone.
    """
    found = inspect(group.steps)
    sentences = [
        problem.message
        if problem.code == "dependency-cycle"
        else f"`{_step_of(found, problem)}`: {problem.message}"
        for problem in graph_problems(found, ())
        if problem.code not in ("blocked-step", "duplicate-dependency")
    ]
    resolver = PlanResolver(validate_pipelines, pipeline_lookup)
    sentences += [
        say.unknown_pipeline(step.name, step.pipeline) for step in resolver._unknown_pipelines(group)
    ]
    return sentences


def _step_of(found: GraphInspection, problem: Problem) -> str:
    place = problem.path[0]
    return found.names[place] if isinstance(place, int) else ""
