"""Completion of whole pieces: a new group in an empty file, a new step in the list of steps."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.ide.completion.context import Context
from spine_lsp.ide.completion.items import CompletionItem, shifted
from spine_lsp.ide.completion.matching import ON_PURPOSE, Asking, opens
from spine_lsp.orchestration.kinds import WORKFLOW
from spine_lsp.orchestration.kinds.workflow.vocabulary import CHOICE, LAMBDA, WAIT
from spine_lsp.orchestration.vocabulary import API_VERSION, API_VERSION_KEY, KIND, KIND_KEY, NAME, PIPELINE

_NESTED = (
    f"{API_VERSION_KEY}: {API_VERSION}\n{KIND_KEY}: {KIND}\n"
    """\
metadata:
  name: ${1:domain.group}
  version: 1
spec:
  pipelines:
    - name: ${2:first}
      pipeline: ${3:domain.pipeline}
    - name: ${4:second}
      pipeline: ${5:domain.pipeline}
      depends_on: [${2:first}]
  policy:
    execution: ${6|sequential,parallel|}
    on_failure: ${7|stop,continue|}
$0"""
)
_FLAT = """name: ${1:domain.group}
version: 1
steps:
  - name: ${2:first}
    pipeline: ${3:domain.pipeline}
  - name: ${4:second}
    pipeline: ${5:domain.pipeline}
    depends_on: [${2:first}]
$0"""
_WORKFLOW = (
    f"{API_VERSION_KEY}: {API_VERSION}\n{KIND_KEY}: {WORKFLOW.name}\n"
    """\
metadata:
  name: ${1:domain.workflow}
  version: 1
spec:
  steps:
    - name: ${2:first}
      %(runs)s: ${3:domain.%(runs)s}
    - name: ${4:second}
      %(runs)s: ${5:domain.%(runs)s}
$0"""
)
_CHOOSING = (
    f"{API_VERSION_KEY}: {API_VERSION}\n{KIND_KEY}: {WORKFLOW.name}\n"
    """\
metadata:
  name: ${1:domain.workflow}
  version: 1
spec:
  steps:
    - name: ${2:decide}
      type: choice
      condition_ref: ${3:package.module:function}
      then_step: ${4:finish}
      else_step: ${5:repair}
    - name: ${5:repair}
      %(runs)s: ${6:domain.%(runs)s}
    - name: ${4:finish}
      %(runs)s: ${7:domain.%(runs)s}
      depends_on: [${5:repair}]
$0"""
)
_TYPED = {
    LAMBDA: "name: ${1:name}\ntype: lambda\nhandler_ref: ${2:package.module:function}$0",
    CHOICE: "name: ${1:name}\ntype: choice\ncondition_ref: ${2:package.module:function}\n"
    "then_step: ${3:step}\nelse_step: ${4:step}$0",
    WAIT: "name: ${1:name}\ntype: wait\nduration_seconds: ${2:60}$0",
}
"""Steps of other types than the usual one, the ones that the runner knows."""


def new_group(context: Context, asking: Asking = ON_PURPOSE) -> Iterator[CompletionItem]:
    """A whole group, in either form; for clients with snippets."""
    if not opens(context, asking, owed=False) or not _fits("pipeline group", context, asking):
        return
    yield _snippet(context, "new pipeline group", "pipeline group", _NESTED, "group", "0")
    yield _snippet(context, "new pipeline group, flat", "pipeline group flat", _FLAT, "group", "1")


def new_workflow(context: Context, runs: str, asking: Asking = ON_PURPOSE) -> Iterator[CompletionItem]:
    """A whole workflow, plain and with a choice, in the dialect of ``runs``; for clients with snippets."""
    if not opens(context, asking, owed=False):
        return
    shapes = (
        ("new workflow", "workflow", _WORKFLOW),
        ("new workflow with a choice", "workflow choice", _CHOOSING),
    )
    for place, (label, filter_text, text) in enumerate(shapes, 2):
        if _fits(filter_text, context, asking):
            yield _snippet(context, label, filter_text, text % {"runs": runs}, "workflow", str(place))


def new_step(
    context: Context,
    runs: str = PIPELINE,
    *,
    branches: bool = False,
    snippets: bool,
    asking: Asking = ON_PURPOSE,
) -> Iterator[CompletionItem]:
    """A step, with and without something it waits for; `runs` is the key that says what it runs.

    ``branches`` tells that steps have types, of which each has a shape of its own.
    """
    if not opens(context, asking, owed=False) or not _fits("new step", context, asking):
        return
    lead = "- " if context.role == "below" and _is_list(context) else context.separator
    if context.flow:
        name, pipeline = (f"{context.style}{key}{context.style}" for key in (NAME, runs))
        first, second = (f"{context.style}${{{stop}}}{context.style}" for stop in ("1:name", f"2:{runs}"))
        text = f"{{{name}: {first}, {pipeline}: {second}}}$0"
        yield _snippet(context, "new step", "new step", text, "step", "0", snippets=snippets)
        return
    step = f"name: ${{1:name}}\n{runs}: ${{2:{runs}}}"
    after = f"{step}\ndepends_on: [${{3:step}}]$0"
    first, second = (lead + shifted(text, context.column + len(lead)) for text in (f"{step}$0", after))
    yield _snippet(context, "new step", "new step", first, "step", "0", snippets=snippets)
    label = "new step that waits for another"
    yield _snippet(context, label, label, second, "step", "1", snippets=snippets)
    for place, (kind, shape) in enumerate(_TYPED.items() if branches else (), 2):
        label, text = f"new {kind} step", shifted(shape, context.column + len(lead))
        yield _snippet(context, label, f"new step {kind}", lead + text, "step", str(place), snippets=snippets)


def _fits(name: str, context: Context, asking: Asking) -> bool:
    return not asking.typing or name.startswith(context.prefix.casefold())


def _is_list(context: Context) -> bool:
    return not isinstance(context.path[-1], int)


_DETAILS = {"group": "Spine pipeline group", "workflow": "Spine workflow", "step": "a step of this group"}


def _snippet(
    context: Context, label: str, filter_text: str, text: str, what: str, place: str, *, snippets: bool = True
) -> CompletionItem:
    return CompletionItem(
        label=label,
        kind="snippet",
        span=context.span,
        insert=text if snippets else without_stops(text),
        sort_text=f"!{place}",  # before single keys
        filter_text=filter_text,
        detail=_DETAILS[what],
        is_snippet=snippets,
        data={"kind": "snippet", "text": without_stops(text)},
    )


def without_stops(snippet: str) -> str:
    """A snippet as plain text: what each stop proposes, nothing where it proposes nothing."""
    out: list[str] = []
    at = 0
    while (stop := snippet.find("$", at)) >= 0:
        out.append(snippet[at:stop])
        if snippet[stop + 1] != "{":
            at = stop + 2
            continue
        end = snippet.index("}", stop)
        inside = snippet[stop + 3 : end]
        if inside.startswith("|"):
            out.append(inside[1:].partition(",")[0].rstrip("|"))
        else:
            out.append(inside[1:])
        at = end + 1
    return "".join(out) + snippet[at:]
