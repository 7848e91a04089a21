"""What a pipeline group means: its order, its faults, its plan. Knows no positions and no editor.

Every public name can be imported from here; its module is loaded when it is first used (PEP 562),
so that a program which only inspects graphs pays for nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spine_lsp.orchestration.exceptions import (
        CycleDetectedError as CycleDetectedError,
    )
    from spine_lsp.orchestration.exceptions import (
        DependencyError as DependencyError,
    )
    from spine_lsp.orchestration.exceptions import (
        GroupError as GroupError,
    )
    from spine_lsp.orchestration.exceptions import (
        GroupNotFoundError as GroupNotFoundError,
    )
    from spine_lsp.orchestration.exceptions import (
        InvalidGroupSpecError as InvalidGroupSpecError,
    )
    from spine_lsp.orchestration.exceptions import (
        PlanResolutionError as PlanResolutionError,
    )
    from spine_lsp.orchestration.exceptions import (
        SpineError as SpineError,
    )
    from spine_lsp.orchestration.exceptions import (
        StepNotFoundError as StepNotFoundError,
    )
    from spine_lsp.orchestration.graph import (
        GraphInspection as GraphInspection,
    )
    from spine_lsp.orchestration.graph import (
        inspect_graph as inspect_graph,
    )
    from spine_lsp.orchestration.loader import (
        SUPPORTED_API_VERSIONS as SUPPORTED_API_VERSIONS,
    )
    from spine_lsp.orchestration.loader import (
        group_from_data as group_from_data,
    )
    from spine_lsp.orchestration.loader import (
        group_to_yaml as group_to_yaml,
    )
    from spine_lsp.orchestration.loader import (
        groups_from_text as groups_from_text,
    )
    from spine_lsp.orchestration.loader import (
        load_group_from_yaml as load_group_from_yaml,
    )
    from spine_lsp.orchestration.loader import (
        load_groups_from_directory as load_groups_from_directory,
    )
    from spine_lsp.orchestration.loader import (
        load_groups_from_yaml as load_groups_from_yaml,
    )
    from spine_lsp.orchestration.loader import (
        validate_yaml_schema as validate_yaml_schema,
    )
    from spine_lsp.orchestration.models import (
        ExecutionMode as ExecutionMode,
    )
    from spine_lsp.orchestration.models import (
        ExecutionPlan as ExecutionPlan,
    )
    from spine_lsp.orchestration.models import (
        ExecutionPolicy as ExecutionPolicy,
    )
    from spine_lsp.orchestration.models import (
        FailurePolicy as FailurePolicy,
    )
    from spine_lsp.orchestration.models import (
        GroupRunStatus as GroupRunStatus,
    )
    from spine_lsp.orchestration.models import (
        PipelineGroup as PipelineGroup,
    )
    from spine_lsp.orchestration.models import (
        PipelineStep as PipelineStep,
    )
    from spine_lsp.orchestration.models import (
        PlannedStep as PlannedStep,
    )
    from spine_lsp.orchestration.planner import (
        PlanResolver as PlanResolver,
    )
    from spine_lsp.orchestration.planner import (
        graph_problems as graph_problems,
    )
    from spine_lsp.orchestration.planner import (
        inspect as inspect,
    )
    from spine_lsp.orchestration.planner import (
        merge_params as merge_params,
    )
    from spine_lsp.orchestration.planner import (
        validate_group as validate_group,
    )
    from spine_lsp.orchestration.problems import (
        Problem as Problem,
    )
    from spine_lsp.orchestration.problems import (
        Related as Related,
    )
    from spine_lsp.orchestration.registry import (
        clear_group_registry as clear_group_registry,
    )
    from spine_lsp.orchestration.registry import (
        get_group as get_group,
    )
    from spine_lsp.orchestration.registry import (
        get_registry_stats as get_registry_stats,
    )
    from spine_lsp.orchestration.registry import (
        group_exists as group_exists,
    )
    from spine_lsp.orchestration.registry import (
        list_groups as list_groups,
    )
    from spine_lsp.orchestration.registry import (
        register_group as register_group,
    )

_PUBLIC = {
    "exceptions": (
        "SpineError GroupError GroupNotFoundError CycleDetectedError PlanResolutionError "
        "StepNotFoundError InvalidGroupSpecError DependencyError"
    ),
    "graph": "GraphInspection inspect_graph",
    "loader": (
        "SUPPORTED_API_VERSIONS group_from_data group_to_yaml groups_from_text load_group_from_yaml "
        "load_groups_from_directory load_groups_from_yaml validate_yaml_schema"
    ),
    "models": (
        "ExecutionMode ExecutionPlan ExecutionPolicy FailurePolicy GroupRunStatus PipelineGroup "
        "PipelineStep PlannedStep"
    ),
    "planner": "PlanResolver graph_problems inspect merge_params validate_group",
    "problems": "Problem Related",
    "registry": ("clear_group_registry get_group get_registry_stats group_exists list_groups register_group"),
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
