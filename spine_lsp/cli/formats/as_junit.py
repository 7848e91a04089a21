"""`--format junit`: a test case for each finding, and one for each file that has none; failures from `--fail-on` on."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from spine_lsp.analysis.findings import Finding
from spine_lsp.cli.checks.run import Checked, Run
from spine_lsp.cli.output import write_raw
from spine_lsp.printable import printable

_MORE = {"#": "&#35;"}  # what the log of a CI service would take for a command of its own


def show(run: Run, *, color: bool) -> None:
    """One suite for each file; a path that could not be checked is an error."""
    suites = [_suite(run, checked) for checked in run.results()]
    tests = sum(tests for _, tests, _ in suites)
    failures = sum(failures for _, _, failures in suites)
    lines = [text for text, _, _ in suites]
    for path, message in run.failures:
        name = _attribute(path)
        lines.append(
            f'  <testsuite name={name} tests="1" failures="0" errors="1">\n'
            f'    <testcase classname={name} name="read"><error message={_attribute(message)}/></testcase>\n'
            "  </testsuite>\n"
        )
    counts = f'tests="{tests + len(run.failures)}" failures="{failures}" errors="{len(run.failures)}"'
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="spine-lsp" {counts}>\n'
    ascii_only = (head + "".join(lines) + "</testsuites>\n").encode("ascii", "xmlcharrefreplace")
    write_raw(ascii_only.decode("ascii"))  # which every encoding of standard output has


def _suite(run: Run, checked: Checked) -> tuple[str, int, int]:
    """The suite of a file, and how many tests and failures it holds."""
    name = _attribute(checked.path)
    cases = [_case(run, checked, finding) for finding in checked.findings]
    failures = sum(finding.severity <= run.choice.fail_on for finding in checked.findings)
    cases = cases or [f'    <testcase classname={name} name="no findings"/>\n']
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0"'
    return f"  <testsuite name={name} {counts}>\n{''.join(cases)}  </testsuite>\n", len(cases), failures


def _case(run: Run, checked: Checked, finding: Finding) -> str:
    line, column = checked.text.position(finding.start)
    where = f"{finding.code} at {line + 1}:{column + 1}"
    words = f"{checked.path}:{line + 1}:{column + 1}: {finding.severity.word}: {finding.message}"
    text = escape(printable(words), _MORE)
    if finding.severity <= run.choice.fail_on:
        kind = f'type="{finding.severity.word}"'
        inner = f"<failure message={_attribute(finding.message)} {kind}>{text}</failure>"
    else:
        inner = f"<system-out>{text}</system-out>"
    # No `file` and `line`, which some services read: the schema of Jenkins refuses a report with them.
    head = f"<testcase classname={_attribute(checked.path)} name={_attribute(where)}>"
    return f"    {head}{inner}</testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(printable(text), _MORE)
