"""`plan --expect`: whether a plan is as a file has it, in sentences or as a whole, for people, as JSON and as JUnit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from spine_lsp.analysis.group import Group
from spine_lsp.cli import exits
from spine_lsp.cli.output import CannotRunError, styler, write, write_json
from spine_lsp.disk.reading import MAX_BYTES, UnusableFileError, bytes_of
from spine_lsp.ide.commands.expectations import plan_outcomes
from spine_lsp.ide.commands.resolved_order import ResolvedOrder
from spine_lsp.orchestration.expectations import ExpectationError, Outcome
from spine_lsp.orchestration.problems import counted
from spine_lsp.printable import printable


def check_plan(group: Group, order: ResolvedOrder, expected: str, junit: str | None, *, json: bool, color: bool) -> int:
    """Check a plan against a file and print what holds; raises CannotRunError for a file that says no expectation."""
    try:
        outcomes = plan_outcomes(group, order, _read(expected))
    except ExpectationError as exc:
        raise CannotRunError(f"{expected}: {exc}") from None
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
