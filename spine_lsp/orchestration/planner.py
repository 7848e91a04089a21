"""A graph's faults as problems, and `PlanResolver`, which raises them or makes the plan."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from spine_lsp.orchestration import problems as messages
from spine_lsp.orchestration._log import logger
from spine_lsp.orchestration.filling import fill
from spine_lsp.orchestration.graph import GraphInspection, InCycle, Status, WaitsForUnknown, inspect_graph
from spine_lsp.orchestration.problems import Path, Problem, Related
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, NAME

if TYPE_CHECKING:  # at run time where a plan is made: the editor asks for problems at once, for plans later
    from spine_lsp.orchestration.models import ExecutionPlan, PipelineGroup, PipelineStep

Origin = Literal["default", "run", "step"]
PipelineLookup = Callable[[str], object]
"""Knows pipelines by name: raises KeyError, or Spine's own error, or answers None or False, for one that is not."""

_SUGGESTED_NAMES = 100
"""Names for which a did-you-mean is looked up in one call; looking costs a walk over all steps."""

_EDGES_OF_A_CYCLE = 100
_UNKNOWN = ("PipelineNotFoundError", "OperationNotFoundError")
"""What Spine's own registries raise, in some versions, for a name that nothing is registered under."""


def inspect(steps: Sequence[PipelineStep]) -> GraphInspection:
    """The inspection of a list of steps."""
    return inspect_graph([step.name for step in steps], [step.depends_on for step in steps])


def graph_problems(graph: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """Every fault of the graph, each once; ``steps_path`` is the path of the list of steps."""
    for problems_of in (
        duplicate_step_problems,
        unknown_dependency_problems,
        self_dependency_problems,
        cycle_problems,
        blocked_problems,
        duplicate_dependency_problems,
    ):
        yield from problems_of(graph, steps_path)


def duplicate_step_problems(graph: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`duplicate-step`, on the later name; related: the first."""
    for step, first in graph.duplicates:
        name = graph.names[step]
        related = Related((*steps_path, first, NAME), f"the first `{name}`")
        yield Problem("duplicate-step", messages.duplicate_step(name), (*steps_path, step, NAME), related=(related,))


def unknown_dependency_problems(graph: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`unknown-dependency`, on the entry."""
    known: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    taken_by = -1
    for step, entry in graph.missing:
        name = graph.depends_on[step][entry]
        if name not in known:
            known[name] = messages.did_you_mean(name, graph.first) if len(known) < _SUGGESTED_NAMES else ()
        if known[name] and taken_by != step:  # once for a list, which may miss thousands
            taken, taken_by = {graph.names[step], *graph.depends_on[step]}, step
        suggestions = tuple(other for other in known[name] if other not in taken)
        yield Problem(
            "unknown-dependency",
            messages.unknown_dependency(name, suggestions),
            (*steps_path, step, DEPENDS_ON, entry),
            suggestions=suggestions,
        )


def self_dependency_problems(graph: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`self-dependency`, on the entry."""
    for step, entry in graph.self_dependencies:
        message = messages.self_dependency(graph.names[step])
        yield Problem("self-dependency", message, (*steps_path, step, DEPENDS_ON, entry))


def cycle_problems(graph: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`dependency-cycle`, on the entry of the path's first edge; related: every edge (a hundred at most)."""
    for cycle, component in zip(graph.cycles, graph.components, strict=True):
        names = [graph.names[step] for step in cycle]
        on_path = set(cycle)
        edges = [
            Related(
                (*steps_path, step, DEPENDS_ON, graph.depends_on[step].index(on)),
                messages.cycle_edge(graph.names[step], on),
            )
            for step, on in zip(cycle[:_EDGES_OF_A_CYCLE], names[1:], strict=False)
        ]
        others = [graph.names[step] for step in component if step not in on_path]
        yield Problem("dependency-cycle", messages.cycle(names, others), edges[0].path, related=tuple(edges))


def blocked_problems(graph: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`blocked-step`, on the name of the step; related: the step that is at fault."""
    names = graph.names
    known: dict[int, tuple[str, tuple[Related, ...]]] = {}  # by the step at fault, of which many are blocked
    for step, on, cause in root_causes(graph):
        if cause not in known:
            fault = _fault_words(graph.status(cause))
            known[cause] = fault, (Related((*steps_path, cause, NAME), f"`{names[cause]}` {fault}"),)
        fault, related = known[cause]
        message = messages.blocked(names[step], names[on], names[cause], fault)
        yield Problem("blocked-step", message, (*steps_path, step, NAME), related=related)


def _fault_words(status: Status) -> str:
    match status:
        case InCycle():
            return "is in a cycle"
        case WaitsForUnknown((name, *_)):
            return f"waits for `{name}`, a step that does not exist"
        case _:
            return "waits for itself"


def root_causes(graph: GraphInspection) -> Iterator[tuple[int, int, int]]:
    """For each blocked step, when asked: itself, the first step it waits for that cannot run, and the step at fault."""
    next_of: dict[int, int] = {}
    cause_of: dict[int, int] = {}
    for step in graph.blocked:
        trail = []
        at = step
        while at not in graph.at_fault and at not in cause_of:
            trail.append(at)
            if at not in next_of:
                next_of[at] = graph.blocked_by(at)[0]
            at = next_of[at]
        cause = cause_of.get(at, at)
        cause_of.update(dict.fromkeys(trail, cause))
        yield step, next_of[step], cause


def duplicate_dependency_problems(graph: GraphInspection, steps_path: Path) -> Iterator[Problem]:
    """`duplicate-dependency`, on the later entry; related: the first."""
    for step, entry, earlier in graph.duplicate_entries:
        path: Path = (*steps_path, step, DEPENDS_ON)
        name = graph.depends_on[step][entry]
        related = Related((*path, earlier), "listed here first")
        yield Problem("duplicate-dependency", messages.duplicate_dependency(name), (*path, entry), related=(related,))


def merge_params(
    defaults: Mapping[str, Any], run: Mapping[str, Any], step: Mapping[str, Any]
) -> dict[str, tuple[Any, Origin]]:
    """Each parameter of a step with its value and where that comes from: step before run before default.

    Templates that name parameters of the run or defaults are filled in.
    """
    merged: dict[str, tuple[Any, Origin]] = {
        key: (fill(value, run, defaults), "default") for key, value in defaults.items()
    }
    merged.update((key, (value, "run")) for key, value in run.items())
    merged.update((key, (fill(value, run, defaults), "step")) for key, value in step.items())
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
    except Exception as exc:
        if isinstance(exc, KeyError) or type(exc).__name__ in _UNKNOWN:
            return False
        raise
    return answer is not None and answer is not False


class PlanResolver:
    """Turns groups into plans; holds no state but its settings.

    With ``validate_pipelines`` each step's pipeline must exist, as far as that can be known:
    from ``pipeline_lookup``, or else from the pipeline registry of Spine if the program has it.
    """

    def __init__(
        self,
        validate_pipelines: bool = True,  # noqa: FBT001, FBT002 - as Spine's own planner
        pipeline_lookup: PipelineLookup | None = None,
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

        graph = inspect(group.steps)
        if graph.duplicates:
            name = graph.names[graph.duplicates[0][0]]
            raise PlanResolutionError(
                f"group '{group.name}' has more than one step called '{name}'; rename all but one", group.name
            )
        for step in self._unknown_pipelines(group):
            raise StepNotFoundError(step.name, step.pipeline)
        _raise_graph_fault(graph)

        run = dict(params or {})
        order = [group.steps[i] for i in graph.order]
        plan = ExecutionPlan(
            group_name=group.name,
            group_version=group.version,
            batch_id=batch_id or new_batch_id(group.name),
            steps=[
                PlannedStep(
                    step_name=step.name,
                    pipeline_name=step.pipeline,
                    params={key: value for key, (value, _) in merge_params(group.defaults, run, step.params).items()},
                    depends_on=step.depends_on,
                    sequence_order=place,
                    retries=group.policy.retries if step.retries is None else step.retries,
                    backoff=group.policy.backoff if step.backoff is None else step.backoff,
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


def _raise_graph_fault(graph: GraphInspection) -> None:
    from spine_lsp.orchestration.exceptions import CycleDetectedError, DependencyError

    if graph.missing:
        step = graph.missing[0][0]
        missing = [graph.depends_on[i][entry] for i, entry in graph.missing if i == step]
        raise DependencyError(graph.names[step], missing)
    closed = [*graph.cycles, *((step, step) for step, _ in graph.self_dependencies)]
    if closed:
        raise CycleDetectedError([graph.names[step] for step in min(closed)])


def validate_group(
    group: PipelineGroup,
    validate_pipelines: bool = True,  # noqa: FBT001, FBT002 - as Spine's own planner
    pipeline_lookup: PipelineLookup | None = None,
) -> list[str]:
    """One sentence for each fault of the group, none if it can be planned. Never raises.

    Steps that are only blocked are left out: they run when the faults named here are gone.
    """
    graph = inspect(group.steps)
    sentences = [
        problem.message if problem.code == "dependency-cycle" else f"`{_step_of(graph, problem)}`: {problem.message}"
        for problem in graph_problems(graph, ())
        if problem.code not in ("blocked-step", "duplicate-dependency")
    ]
    resolver = PlanResolver(validate_pipelines, pipeline_lookup)
    sentences += [
        messages.unknown_pipeline(step.name, step.pipeline)
        for step in resolver._unknown_pipelines(group)  # noqa: SLF001 - of this module
    ]
    return sentences


def _step_of(graph: GraphInspection, problem: Problem) -> str:
    place = problem.path[0]
    return graph.names[place] if isinstance(place, int) else ""
