"""Which fixes belong to which rule."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Finding
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.fixes.dependencies import (
    fix_cycle,
    fix_duplicate_dependency,
    fix_duplicate_step,
    fix_late_definition,
    fix_redundant_dependency,
    fix_self_dependency,
    fix_unknown_dependency,
)
from spine_lsp.ide.fixes.fix import Fix, Fixer
from spine_lsp.ide.fixes.params import (
    fix_misleading_value,
    fix_repeated_default,
    fix_unclosed_template,
    fix_unused_concurrency,
    fix_unused_default,
    fix_useless_parallel,
)
from spine_lsp.ide.fixes.pipelines import (
    fix_bad_parameter_value,
    fix_by_suggestion,
    fix_missing_parameter,
    fix_overwritten_parameter,
    fix_unfilled_template,
    fix_unknown_parameter,
    fix_wrong_parameter_type,
)
from spine_lsp.ide.fixes.schedules import SCHEDULE_FIXERS
from spine_lsp.ide.fixes.structure import (
    fix_bad_value,
    fix_duplicate_key,
    fix_missing_key,
    fix_unknown_key,
    fix_wrong_type,
)
from spine_lsp.ide.fixes.suppress import fix_unused_suppression, suppress
from spine_lsp.ide.fixes.syntax import fix_yaml_syntax
from spine_lsp.ide.fixes.workflows import (
    fix_as_suggested,
    fix_choice_in_parallel,
    fix_dropped_key,
    fix_ignored_order,
    fix_ineffective_on_failure,
    fix_missing_operation,
    fix_mixed_dialects,
)

FIXERS: dict[str, Fixer] = {
    "yaml-syntax": fix_yaml_syntax,
    "duplicate-key": fix_duplicate_key,
    "unknown-key": fix_unknown_key,
    "missing-key": fix_missing_key,
    "wrong-type": fix_wrong_type,
    "bad-value": fix_bad_value,
    "unsupported-version": fix_bad_value,
    "unknown-kind": fix_bad_value,
    "duplicate-step": fix_duplicate_step,
    "unknown-dependency": fix_unknown_dependency,
    "self-dependency": fix_self_dependency,
    "dependency-cycle": fix_cycle,
    "duplicate-dependency": fix_duplicate_dependency,
    "redundant-dependency": fix_redundant_dependency,
    "late-definition": fix_late_definition,
    "misleading-value": fix_misleading_value,
    "unclosed-template": fix_unclosed_template,
    "repeated-default": fix_repeated_default,
    "unused-default": fix_unused_default,
    "useless-parallel": fix_useless_parallel,
    "unused-concurrency": fix_unused_concurrency,
    "unused-suppression": fix_unused_suppression,
    "unknown-step-type": fix_bad_value,
    "missing-operation": fix_missing_operation,
    "unknown-branch-target": fix_as_suggested,
    "ignored-order": fix_ignored_order,
    "dropped-key": fix_dropped_key,
    "ineffective-on-failure": fix_ineffective_on_failure,
    "unresolved-reference": fix_as_suggested,
    "choice-in-parallel": fix_choice_in_parallel,
    "unknown-workflow": fix_as_suggested,
    "mixed-dialects": fix_mixed_dialects,
    "unknown-pipeline": fix_by_suggestion,
    "unknown-parameter": fix_unknown_parameter,
    "missing-parameter": fix_missing_parameter,
    "wrong-parameter-type": fix_wrong_parameter_type,
    "bad-parameter-value": fix_bad_parameter_value,
    "overwritten-parameter": fix_overwritten_parameter,
    "unfilled-template": fix_unfilled_template,
}
"""A rule without an entry goes with its cause, as `blocked-step` does, or leaves it to somebody what is right."""

_SAFE_KINDS = {"template", "tab", "control"}  # of faults of the YAML
_SAFE = {"wrong-type", "wrong-parameter-type", "duplicate-key", "duplicate-dependency", "unused-suppression"}
_SAFE_AS_SUGGESTED = {"unknown-key", "bad-value", "unsupported-version", "unknown-kind", "unknown-dependency"}


def may_be_safe(finding: Finding) -> bool:
    """Whether a finding is of those that may have a safe fix: a look before the fixes are made."""
    code = finding.code
    if code == "yaml-syntax":
        return finding.kind in _SAFE_KINDS
    return code in _SAFE or (code in _SAFE_AS_SUGGESTED and bool(finding.suggestions))


def safe_fix(trial: Trial, finding: Finding) -> Fix | None:
    """The fix of a finding that needs nobody to look at it; it has not been tried."""
    if not may_be_safe(finding):
        return None
    return next((fix for fix in fixes_of(trial, finding) if fix.safe), None)


def likely_fix(trial: Trial, finding: Finding) -> Fix | None:
    """The fix of a finding that a person would choose, or the safe one; it has not been tried."""
    fixes = list(fixes_of(trial, finding))
    return next((fix for fix in fixes if fix.safe), None) or next((fix for fix in fixes if fix.preferred), None)


def fixes_of(trial: Trial, finding: Finding) -> Iterator[Fix]:
    """The fixes of a finding, best first; none of them has been tried."""
    document = trial.document
    group = document.group_at(finding.start) or (document.groups[0] if document.groups else None)
    fixer = FIXERS.get(finding.code)
    in_schedules = document.has_schedules_at(finding.start)
    if group is not None and fixer is not None and not in_schedules:
        yield from fixer(trial, group, finding)
    elif (of_schedules := SCHEDULE_FIXERS.get(finding.code)) is not None:
        yield from of_schedules(trial, finding)


def suppressions_of(trial: Trial, finding: Finding) -> Iterator[Fix]:
    """The comments that could silence a finding; of those with one title the first that does is meant."""
    group = trial.document.group_at(finding.start)
    lists = (each for each in trial.document.schedules if each.span.start <= finding.start <= each.span.end)
    of = group if group is not None else next(lists, None)
    if of is not None:
        yield from suppress(trial, of, finding)
