"""What a rule is: a code, a severity, a page of documentation, and a check, declared together in one file."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding, Report, Severity
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.suppressions import Heeded
from spine_lsp.cancellation import check_cancelled

Check = Callable[..., Iterator[Report]]
Scope = Literal["group", "file", "across", "settings", "workspace", "project", "python", "schedules", "suppressions"]
"""What a check is given: a document of one group, the whole document, the whole document with the `Project` beside it,
a group of a kind that keeps its steps' fields with the user's settings (a `Group` and a `Config`) or with what is
known of the workspace (a `Group` and a `Project`), each
step with what is known of its pipeline (a `StepCall`; it runs only where the workspace's pipelines are known), or the
suppressions that were heeded. Rules of schedules are given a `ScheduleEntry`. Rules of Python files are run by
`python_findings.py`."""

_CODE = re.compile(r"[a-z]+(?:-[a-z]+)*\Z")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `severity` is what it has unless configuration says otherwise; `on` whether it runs at all then.

    `quick` is for a rule that is too dear for a keystroke in a large group: what it can say at once. The whole
    check then runs when the user pauses. `structural` rules check what the JSON Schema says, which another server may
    check already. `of_group` is what a rule of a project has to say of the group that no single step says (it is given
    the `GroupCalls`). `only` is the kind of document that it is about, where that is one.
    """

    code: str
    severity: Severity
    since: str
    check: Check
    documentation: str
    on: bool = True
    quick: Check | None = None
    scope: Scope = "group"
    structural: bool = False
    of_group: Check | None = None
    only: str = ""

    def findings(
        self, level: Severity | None, *subject: Document | Heeded | Project, quick: bool = False
    ) -> Iterator[Finding]:
        """What the check reports of its subject (see `Scope`), as findings; `level` is the user's for the rule."""
        check = self.quick if quick and self.quick is not None else self.check
        for report in check(*subject):
            check_cancelled()
            yield self.finding(level, report)

    def finding(self, level: Severity | None, report: Report) -> Finding:
        """A report as a finding."""
        return Finding(self.code, level or report.severity or self.severity, *report[:-1])

    @property
    def summary(self) -> str:
        """The first sentence of the documentation."""
        return self.documentation.partition("\n")[0]

    @property
    def page(self) -> str:
        """The whole page of the rule, in Markdown."""
        if self.on:
            state, heading = self.severity.word, "How to silence"
            setting = f'Everywhere: the setting `spine.rules`, as in `{{"{self.code}": "off"}}`.'
        else:
            state, heading = f"off (as {self.severity.word} when it is on)", "How to turn it on"
            setting = (
                f'With the setting `spine.rules`, as in `{{"{self.code}": "{self.severity.word}"}}`. '
                "Where it is on, comments silence it."
            )
        comments = (
            f"On a line: `# spine: ignore[{self.code}]`; for the next line: `# spine: ignore-next-line[{self.code}]`; "
            f"in a whole file: `# spine: ignore-file[{self.code}]`."
        )
        use = f"{comments} {setting}" if self.on else f"{setting} {comments}"
        head = f"# {self.code}\n\nDefault: {state}. Since {self.since}."
        return f"{head}\n\n{self.documentation}\n\n## {heading}\n{use}\n"


def rule(
    code: str,
    severity: Severity,
    since: str,
    *,
    on: bool = True,
    quick: Check | None = None,
    scope: Scope = "group",
    structural: bool = False,
    of_group: Check | None = None,
    only: str = "",
) -> Callable[[Check], Rule]:
    """Declare a check as the rule `code`; its docstring is the documentation, in Markdown.

    Raises ValueError for a code that is not in kebab case, or a check without documentation.
    """

    def declare(check: Check) -> Rule:
        documentation = inspect.cleandoc(check.__doc__ or "")
        if not _CODE.match(code) or not documentation:
            raise ValueError(f"rule {code!r} needs a code in kebab case and documentation")
        return Rule(code, severity, since, check, documentation, on, quick, scope, structural, of_group, only)

    return declare
