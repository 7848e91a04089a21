"""The errors that callers of the planner, the registry and the loader can catch."""

from __future__ import annotations

from collections.abc import Sequence

from spine_lsp.orchestration.problems import Problem, unknown_pipeline


class SpineError(Exception):
    """Base of every error that this package raises on purpose."""


class GroupError(SpineError):
    """Base of the errors about pipeline groups."""


class GroupNotFoundError(GroupError):
    """No group of that name is registered; `group_name` holds the name."""

    def __init__(self, group_name: str, suggestions: Sequence[str] = ()) -> None:
        self.group_name = group_name
        hint = f"; did you mean '{suggestions[0]}'?" if suggestions else ""
        super().__init__(f"no pipeline group is registered as '{group_name}'{hint}")


class StepNotFoundError(GroupError):
    """A step runs a pipeline that is not registered; `step_name` and `pipeline_name` hold both."""

    def __init__(self, step_name: str, pipeline_name: str) -> None:
        self.step_name = step_name
        self.pipeline_name = pipeline_name
        super().__init__(unknown_pipeline(step_name, pipeline_name))


class CycleDetectedError(GroupError):
    """Steps wait for each other; `cycle` is the closed path, its first name equals its last."""

    def __init__(self, cycle: Sequence[str]) -> None:
        self.cycle = list(cycle)
        super().__init__(f"dependency cycle: {' -> '.join(self.cycle)}; each waits for the next")


class DependencyError(GroupError):
    """A step waits for steps that do not exist; `step_name` and `missing_deps` hold them."""

    def __init__(self, step_name: str, missing_deps: Sequence[str]) -> None:
        self.step_name = step_name
        self.missing_deps = list(missing_deps)
        super().__init__(f"step '{step_name}' waits for unknown steps: {', '.join(self.missing_deps)}")


class PlanResolutionError(GroupError):
    """A group cannot be planned for another reason; `group_name` holds its name, if it has one."""

    def __init__(self, message: str, group_name: str | None = None) -> None:
        self.group_name = group_name
        super().__init__(message)


class InvalidGroupSpecError(GroupError):
    """A text is no valid group; `problems` holds every fault, `field` the address of the first."""

    def __init__(self, message: str, field: str | None = None, problems: Sequence[Problem] = ()) -> None:
        self.field = field
        self.problems = list(problems)
        super().__init__(message)
