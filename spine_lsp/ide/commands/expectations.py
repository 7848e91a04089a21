"""Whether a plan is as a file has it, in sentences or as a whole plan that was kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from spine_lsp.analysis.group import Group
from spine_lsp.ide.commands.resolved_order import ResolvedOrder, to_json
from spine_lsp.ide.commands.simulation import named_graph
from spine_lsp.ide.markdown import code, sentence
from spine_lsp.orchestration.expectations import ExpectationError, Outcome, check_expectations
from spine_lsp.orchestration.problems import counted
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, NAME, PARAMS, PIPELINE, POLICY, STEPS, VERSION

ENDING = ".expect"
"""The end of the name of a file that holds the expectations of the group file beside it."""

_MOST_LISTED = 200


def file_names(stem: str, group: str, *, alone: bool) -> tuple[str, ...]:
    """The names under which the expectations of a group stand beside its file, `stem` being its name without ending.

    With the name of the group in it, and without where the group is `alone` in its file.
    """
    named = f"{stem}.{group}{ENDING}"
    usable = group.isprintable() and not set(group) & set('/\\:*?"<>|') and len(named.encode()) < 250
    return (*((named,) if group and usable else ()), *((f"{stem}{ENDING}",) if alone else ()))


def plan_outcomes(group: Group, order: ResolvedOrder, text: str) -> list[Outcome]:
    """Each expectation of a text, and whether it holds; raises ExpectationError for a text that says none."""
    if text.lstrip().startswith("{"):
        return _golden(text, order)
    outcomes = check_expectations(text, named_graph(group))
    if not outcomes:
        raise ExpectationError(0, "it holds no expectation")
    return outcomes


def verdict(outcomes: list[Outcome]) -> str:
    """The outcomes in a few words."""
    failed = sum(bool(each.fault) for each in outcomes)
    if not failed:
        return f"Plan as expected ({len(outcomes):,})"
    return f"Plan differs from what is expected: {failed:,} of {counted(len(outcomes), 'expectation')}"


def as_markdown(name: str, group: str, outcomes: list[Outcome]) -> str:
    """The comparison of a group's plan with a file: what does not hold and why, then what holds."""
    failed = [each for each in outcomes if each.fault]
    held = [each for each in outcomes if not each.fault]
    lines = [
        f"# {sentence(verdict(outcomes))}",
        "",
        f"The plan of {code(group) if group else 'this group'} beside {code(name)}.",
        "",
    ]
    for title, rows in (("Does not hold", failed), ("Holds", held)):
        if rows:
            lines += [f"## {title}", ""]
            lines += [
                f"- line {each.line}: {code(each.sentence)}" + (f": {sentence(each.fault)}" if each.fault else "")
                for each in rows[:_MOST_LISTED]
            ]
            if len(rows) > _MOST_LISTED:
                lines.append(f"- and {len(rows) - _MOST_LISTED:,} more")
            lines.append("")
    return "\n".join(lines)


def _golden(text: str, order: ResolvedOrder) -> list[Outcome]:
    """Each step of a plan that was kept, and of the plan as it is: one expectation, that it is as it was."""
    try:
        kept = json.loads(text)
        steps = {str(step[NAME]): step for step in kept[STEPS]}
        blocked = {str(step[NAME]) for step in kept["blocked"]}
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ExpectationError(0, "it is neither expectations nor a plan that `plan --json` has printed") from None
    now: dict[str, Any] = json.loads(json.dumps(to_json(order, None), default=str))
    present = {str(step[NAME]): step for step in now[STEPS]}
    outcomes = [
        Outcome(1, f"{name} as it was", _step_fault(name, steps.get(name), present.get(name)))
        for name in dict.fromkeys((*steps, *present))
    ]
    cannot = {str(step[NAME]) for step in now["blocked"]}
    for name in sorted((blocked | cannot) - steps.keys() - present.keys()):
        fault = "" if name in blocked & cannot else "it is gone" if name in blocked else "it is new, and cannot run"
        outcomes.append(Outcome(1, f"{name} as it was", fault))
    for key in (POLICY, VERSION, "levels"):
        fault = "" if kept.get(key) == now[key] else f"it is {_brief(now[key])}, not {_brief(kept.get(key))}"
        outcomes.append(Outcome(1, f"{key} as it was", fault))
    return outcomes


def _step_fault(name: str, kept: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str:
    if kept is None:
        return "it was no step of the plan"
    if now is None:
        return "it is no step of the plan any more"
    faults = (
        f"{key} is {_brief(now[key])}, not {_brief(kept.get(key))}"
        for key in ("order", "level", PIPELINE, DEPENDS_ON, PARAMS)
        if kept.get(key) != now[key]
    )
    return "; ".join(faults)


def _brief(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 120 else f"{text[:119]}…"
