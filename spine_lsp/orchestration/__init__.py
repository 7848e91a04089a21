"""What a pipeline group or a workflow means: its order, its faults, its plan. Knows no positions and no editor.

Every public name can be imported from here; its module is loaded when it is first used (PEP 562),
so that a program which only inspects graphs pays for nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spine_lsp.orchestration.exceptions import (
        CycleDetectedError as CycleDetectedError,
        DependencyError as DependencyError,
        GroupError as GroupError,
        GroupNotFoundError as GroupNotFoundError,
        InvalidGroupSpecError as InvalidGroupSpecError,
        PlanResolutionError as PlanResolutionError,
        SpineError as SpineError,
        StepNotFoundError as StepNotFoundError,
    )
    from spine_lsp.orchestration.graph import (
        GraphInspection as GraphInspection,
        inspect_graph as inspect_graph,
    )
    from spine_lsp.orchestration.loader import (
        SUPPORTED_API_VERSIONS as SUPPORTED_API_VERSIONS,
        group_from_data as group_from_data,
        group_to_yaml as group_to_yaml,
        groups_from_text as groups_from_text,
        load_group_from_yaml as load_group_from_yaml,
        load_groups_from_directory as load_groups_from_directory,
        load_groups_from_yaml as load_groups_from_yaml,
        load_workflow_from_yaml as load_workflow_from_yaml,
        validate_yaml_schema as validate_yaml_schema,
        workflow_from_text as workflow_from_text,
        workflow_to_yaml as workflow_to_yaml,
        workflows_from_text as workflows_from_text,
    )
    from spine_lsp.orchestration.models import (
        ExecutionMode as ExecutionMode,
        ExecutionPlan as ExecutionPlan,
        ExecutionPolicy as ExecutionPolicy,
        FailurePolicy as FailurePolicy,
        GroupRunStatus as GroupRunStatus,
        PipelineGroup as PipelineGroup,
        PipelineStep as PipelineStep,
        PlannedStep as PlannedStep,
    )
    from spine_lsp.orchestration.planner import (
        PlanResolver as PlanResolver,
        graph_problems as graph_problems,
        inspect as inspect,
        merge_params as merge_params,
        validate_group as validate_group,
    )
    from spine_lsp.orchestration.problems import Problem as Problem, Related as Related
    from spine_lsp.orchestration.registry import (
        clear_group_registry as clear_group_registry,
        get_group as get_group,
        get_registry_stats as get_registry_stats,
        group_exists as group_exists,
        list_groups as list_groups,
        register_group as register_group,
    )
    from spine_lsp.orchestration.workflows import (
        ErrorPolicy as ErrorPolicy,
        Step as Step,
        StepType as StepType,
        Workflow as Workflow,
        WorkflowExecutionPolicy as WorkflowExecutionPolicy,
    )

_PUBLIC = {
    "exceptions": (
        "SpineError GroupError GroupNotFoundError CycleDetectedError PlanResolutionError "
        "StepNotFoundError InvalidGroupSpecError DependencyError"
    ),
    "graph": "GraphInspection inspect_graph",
    "loader": (
        "SUPPORTED_API_VERSIONS group_from_data group_to_yaml groups_from_text load_group_from_yaml "
        "load_groups_from_directory load_groups_from_yaml load_workflow_from_yaml validate_yaml_schema "
        "workflow_from_text workflow_to_yaml workflows_from_text"
    ),
    "models": (
        "ExecutionMode ExecutionPlan ExecutionPolicy FailurePolicy GroupRunStatus PipelineGroup "
        "PipelineStep PlannedStep"
    ),
    "planner": "PlanResolver graph_problems inspect merge_params validate_group",
    "problems": "Problem Related",
    "registry": ("clear_group_registry get_group get_registry_stats group_exists list_groups register_group"),
    "workflows": "ErrorPolicy Step StepType Workflow WorkflowExecutionPolicy",
}
_MODULE_OF = {name: module for module, names in _PUBLIC.items() for name in names.split()}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605 - a list all the same


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
