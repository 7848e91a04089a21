"""Code actions cost no more than in proportion to the text, however much is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.code_actions import code_actions, resolve
from spine_lsp.syntax.text import Text

pytestmark = pytest.mark.any_version

HEAD = "apiVersion: spine.io/v1\nkind: PipelineGroup\nmetadata:\n  name: g\nspec:\n  pipelines:\n"
STEP = "    - name: s{0}\n      pipeline: p.x\n"
URI = "file:///group.yaml"


def many(line: str, count: int) -> str:
    """A line for each number."""
    return "".join(line.format(number) for number in range(count))


TEXTS: dict[str, Callable[[int], str]] = {
    "unknown keys of the header": lambda n: "kind: PipelineGroup\n" + many("zz{0}: 1\n", n) + HEAD + STEP,
    "unknown keys of a step": lambda n: HEAD + STEP + many("      zz{0}: 1\n", n),
    "misspelt keys": lambda n: HEAD + many(STEP + "      dependsOn: [s0]\n", n),
    "aliases without an anchor": lambda n: HEAD + many(STEP + "      params: {{x: *a{0}}}\n", n),
    "open quotes": lambda n: HEAD + many(STEP + '      params: {{x: "y}}\n', n),
    "tabs": lambda n: HEAD + many("    - name: s{0}\n\t  pipeline: p\n", n),
    "bare templates": lambda n: HEAD + many(STEP + "      params: {{x: {{{{ params.y }}}}}}\n", n),
    "missing names in a list": lambda n: HEAD + STEP + "      depends_on:\n" + many("        - m{0}\n", n),
    "missing names in brackets": lambda n: f"{HEAD}{STEP}      depends_on: [{many('m{0}, ', n)}]\n",
    "names that are numbers": lambda n: HEAD + many("    - name: {0}\n      pipeline: p\n", n),
    "idle comments": lambda n: HEAD + STEP + "      # spine: ignore[unknown-key]\n" * n,
    "idle codes": lambda n: f"{HEAD}{STEP}      # spine: ignore[{many('zz{0}, ', n)}]\n",
    "steps of one name": lambda n: HEAD + "    - name: s\n      pipeline: p\n" * n,
    "keys written twice": lambda n: f"{HEAD}{STEP}      params: {{{'a: 1, ' * n}}}\n",
    "steps in brackets": lambda n: "name: g\nsteps: [" + many("{{name: s{0}, pipeline: p, zz: 1}}, ", n) + "]\n",
    "long names": lambda n: f"{HEAD}    - name: {'a' * n}\n      depends_on: [{'b' * n}]\n      {'k' * n}: 1\n",
}


def calls_of(work: Callable[[], object]) -> int:
    """How many calls of Python functions some work takes, which no other work on the machine changes."""
    count = 0

    def counting(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", TEXTS)
def test_actions_take_time_in_proportion(name: str) -> None:
    """Four times the faults: not much more than four times the work, for the list and for edits of each kind."""

    def work(count: int) -> int:
        workspace = Workspace().with_document(URI, 1, Text(TEXTS[name](count)), None)
        document = workspace.documents[URI]
        findings = diagnose(document)
        at = findings[len(findings) // 2].start

        def all_of_it() -> None:
            actions = code_actions(workspace, URI, Span(at, at))
            assert len(actions) < 80
            for action in {action.kind: action for action in actions}.values():
                resolve(workspace, action.data)

        return calls_of(all_of_it)

    assert work(120) < 7 * work(30)


def test_what_has_no_place_in_the_list_is_said() -> None:
    """Of hundreds of findings in a selection the first have their fixes, and the last entry counts the others."""
    source = HEAD + STEP + many("      zz{0}: 1\n", 300)
    workspace = Workspace().with_document(URI, 1, Text(source), None)
    last = code_actions(workspace, URI, Span(0, len(source)), ["quickfix"])[-1]
    assert last.title == "280 more findings in this selection"
    assert last.disabled == "only the first 20 findings are listed: select less text"
    assert last.edits == {}
