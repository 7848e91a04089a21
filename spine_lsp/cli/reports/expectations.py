"""`plan --expect`: whether a plan is as a file has it, in sentences or as a whole, for people, as JSON and as JUnit."""

from __future__ import annotations

import json as json_format
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spine_lsp.analysis.group import Group
from spine_lsp.cli import exits
from spine_lsp.cli.output import CannotRunError, styler, write, write_json
from spine_lsp.disk.reading import MAX_BYTES, UnusableFileError, bytes_of
from spine_lsp.ide.commands.resolved_order import ResolvedOrder, to_json
from spine_lsp.ide.commands.simulation import named_graph
from spine_lsp.orchestration.expectations import ExpectationError, Outcome, check_expectations
from spine_lsp.orchestration.problems import counted
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, PARAMS, PIPELINE, POLICY, VERSION
from spine_lsp.printable import printable


def check_plan(
    group: Group, order: ResolvedOrder, expected: str, junit: str | None, *, json: bool, color: bool
) -> int:
    """Check a plan against a file and print what holds; raises CannotRunError for a file that says no expectation."""
    text = _read(expected)
    if text.lstrip().startswith("{"):
        outcomes = _golden(expected, text, order)
    else:
        try:
            outcomes = check_expectations(text, named_graph(group))
        except ExpectationError as exc:
            raise CannotRunError(f"{expected}: {exc}") from None
    if not outcomes:
        raise CannotRunError(f"{expected} holds no expectation")
    failed = [outcome for outcome in outcomes if outcome.fault]
    if junit is not None:
        _write_junit(junit, group.name or "plan", expected, outcomes)
    if json:
        write_json(
            {
                "version": 1,
                "group": group.name,
                "expectations": [
                    {
                        "line": each.line,
                        "text": each.sentence,
                        "holds": not each.fault,
                        "fault": each.fault or None,
                    }
                    for each in outcomes
                ],
                "summary": {"expectations": len(outcomes), "failed": len(failed)},
            }
        )
    else:
        style = styler(on=color)
        for each in failed:
            where = f"{printable(expected)}:{each.line}"
            write(f"{where}: {style(printable(each.sentence), bold=True)}: {printable(each.fault)}\n")
        held = len(outcomes) - len(failed)
        write(f"{held:,} of {counted(len(outcomes), 'expectation')} {'holds' if held == 1 else 'hold'}\n")
    return exits.FOUND if failed else exits.OK


def _read(path: str) -> str:
    try:
        return bytes_of(path, MAX_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise CannotRunError(f"cannot read {path}: there is no such file") from None
    except UnusableFileError as exc:
        raise CannotRunError(f"cannot read {path}: {exc}") from None
    except UnicodeDecodeError:
        raise CannotRunError(f"cannot read {path}: it is not UTF-8") from None


def _golden(path: str, text: str, order: ResolvedOrder) -> list[Outcome]:
    """Each step of a plan that was kept, and of the plan as it is: one expectation, that it is as it was."""
    try:
        kept = json_format.loads(text)
        steps = {str(step["name"]): step for step in kept["steps"]}
        blocked = {str(step["name"]) for step in kept["blocked"]}
    except (ValueError, TypeError, KeyError, RecursionError):
        raise CannotRunError(
            f"{path} is neither expectations nor a plan that `plan --json` has printed"
        ) from None
    now: dict[str, Any] = json_format.loads(json_format.dumps(to_json(order, None), default=str))
    present = {str(step["name"]): step for step in now["steps"]}
    outcomes = [
        Outcome(1, f"{name} as it was", _step_fault(name, steps.get(name), present.get(name)))
        for name in dict.fromkeys((*steps, *present))
    ]
    cannot = {str(step["name"]) for step in now["blocked"]}
    for name in sorted((blocked | cannot) - steps.keys() - present.keys()):
        fault = (
            ""
            if name in blocked & cannot
            else "it is gone"
            if name in blocked
            else "it is new, and cannot run"
        )
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
    text = json_format.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 120 else f"{text[:119]}…"


def _write_junit(path: str, suite: str, expected: str, outcomes: Sequence[Outcome]) -> None:
    failed = sum(bool(each.fault) for each in outcomes)
    counts = f'tests="{len(outcomes)}" failures="{failed}" errors="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites {counts}>",
        f'  <testsuite name="{_xml(suite)}" {counts}>',
    ]
    for each in outcomes:
        case = f'<testcase classname="{_xml(expected)}" name="{_xml(each.sentence)}"'
        if each.fault:
            text = _xml(f"{expected}:{each.line}: {each.fault}")
            lines += [
                f"    {case}>",
                f'      <failure message="{_xml(each.fault)}">{text}</failure>',
                "    </testcase>",
            ]
        else:
            lines.append(f"    {case}/>")
    lines += ["  </testsuite>", "</testsuites>"]
    try:
        Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as exc:
        raise CannotRunError(f"cannot write {path}: {exc.strerror or exc}") from None


def _xml(text: str) -> str:
    safe = printable(text)
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
