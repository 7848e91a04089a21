"""All rules, in the order in which they are listed."""

from __future__ import annotations

from spine_lsp.analysis.rule import Rule
from spine_lsp.analysis.rules.bad_value import bad_value
from spine_lsp.analysis.rules.blocked_step import blocked_step
from spine_lsp.analysis.rules.dependency_cycle import dependency_cycle
from spine_lsp.analysis.rules.duplicate_dependency import duplicate_dependency
from spine_lsp.analysis.rules.duplicate_group import duplicate_group
from spine_lsp.analysis.rules.duplicate_key import duplicate_key
from spine_lsp.analysis.rules.duplicate_step import duplicate_step
from spine_lsp.analysis.rules.late_definition import late_definition
from spine_lsp.analysis.rules.misleading_value import misleading_value
from spine_lsp.analysis.rules.missing_key import missing_key
from spine_lsp.analysis.rules.overlooked_file import overlooked_file
from spine_lsp.analysis.rules.pipelines.bad_parameter_value import bad_parameter_value
from spine_lsp.analysis.rules.pipelines.duplicate_pipeline import duplicate_pipeline
from spine_lsp.analysis.rules.pipelines.missing_parameter import missing_parameter
from spine_lsp.analysis.rules.pipelines.overwritten_parameter import overwritten_parameter
from spine_lsp.analysis.rules.pipelines.unfilled_template import unfilled_template
from spine_lsp.analysis.rules.pipelines.unknown_parameter import unknown_parameter
from spine_lsp.analysis.rules.pipelines.unknown_pipeline import unknown_pipeline
from spine_lsp.analysis.rules.pipelines.wrong_parameter_type import wrong_parameter_type
from spine_lsp.analysis.rules.redundant_dependency import redundant_dependency
from spine_lsp.analysis.rules.repeated_default import repeated_default
from spine_lsp.analysis.rules.schedules.bad_cron import bad_cron
from spine_lsp.analysis.rules.schedules.bad_schedule import bad_schedule
from spine_lsp.analysis.rules.schedules.never_runs import never_runs
from spine_lsp.analysis.rules.schedules.unknown_timezone import unknown_timezone
from spine_lsp.analysis.rules.self_dependency import self_dependency
from spine_lsp.analysis.rules.several_documents import several_documents
from spine_lsp.analysis.rules.similar_names import similar_names
from spine_lsp.analysis.rules.unclosed_template import unclosed_template
from spine_lsp.analysis.rules.unknown_dependency import unknown_dependency
from spine_lsp.analysis.rules.unknown_key import unknown_key
from spine_lsp.analysis.rules.unknown_kind import unknown_kind
from spine_lsp.analysis.rules.unsupported_version import unsupported_version
from spine_lsp.analysis.rules.unused_concurrency import unused_concurrency
from spine_lsp.analysis.rules.unused_default import unused_default
from spine_lsp.analysis.rules.unused_suppression import unused_suppression
from spine_lsp.analysis.rules.useless_parallel import useless_parallel
from spine_lsp.analysis.rules.workflows.choice_falls_through import choice_falls_through
from spine_lsp.analysis.rules.workflows.choice_in_parallel import choice_in_parallel
from spine_lsp.analysis.rules.workflows.choice_jumps_back import choice_jumps_back
from spine_lsp.analysis.rules.workflows.choice_without_else import choice_without_else
from spine_lsp.analysis.rules.workflows.dropped_key import dropped_key
from spine_lsp.analysis.rules.workflows.ignored_order import ignored_order
from spine_lsp.analysis.rules.workflows.ineffective_on_failure import ineffective_on_failure
from spine_lsp.analysis.rules.workflows.missing_operation import missing_operation
from spine_lsp.analysis.rules.workflows.mixed_dialects import mixed_dialects
from spine_lsp.analysis.rules.workflows.recursive_workflow import recursive_workflow
from spine_lsp.analysis.rules.workflows.unknown_branch_target import unknown_branch_target
from spine_lsp.analysis.rules.workflows.unknown_step_type import unknown_step_type
from spine_lsp.analysis.rules.workflows.unknown_workflow import unknown_workflow
from spine_lsp.analysis.rules.workflows.unreachable_step import unreachable_step
from spine_lsp.analysis.rules.workflows.unresolved_reference import unresolved_reference
from spine_lsp.analysis.rules.workflows.unsupported_map import unsupported_map
from spine_lsp.analysis.rules.wrong_type import wrong_type
from spine_lsp.analysis.rules.yaml_syntax import yaml_syntax

RULES: tuple[Rule, ...] = (
    yaml_syntax,
    duplicate_key,
    unknown_key,
    missing_key,
    wrong_type,
    bad_value,
    unsupported_version,
    unknown_kind,
    duplicate_step,
    unknown_dependency,
    self_dependency,
    dependency_cycle,
    blocked_step,
    duplicate_dependency,
    redundant_dependency,
    late_definition,
    unclosed_template,
    misleading_value,
    several_documents,
    overlooked_file,
    similar_names,
    duplicate_group,
    repeated_default,
    unused_default,
    useless_parallel,
    unused_concurrency,
    unknown_pipeline,
    duplicate_pipeline,
    unknown_parameter,
    missing_parameter,
    wrong_parameter_type,
    bad_parameter_value,
    overwritten_parameter,
    unfilled_template,
    unknown_step_type,
    missing_operation,
    unknown_branch_target,
    ignored_order,
    dropped_key,
    ineffective_on_failure,
    unresolved_reference,
    choice_falls_through,
    choice_jumps_back,
    choice_without_else,
    choice_in_parallel,
    unreachable_step,
    unsupported_map,
    unknown_workflow,
    recursive_workflow,
    mixed_dialects,
    bad_schedule,
    bad_cron,
    never_runs,
    unknown_timezone,
    unused_suppression,
)

BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
