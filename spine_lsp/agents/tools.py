"""The tools for agents: what each is asked and answers, over the same engine as the editor and the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any, NamedTuple

from spine_lsp.agents.bounds import DEFAULT_TOKENS, LEAST_TOKENS, MOST_TOKENS, bounded, bounded_text
from spine_lsp.agents.folder import AgentFolder, RefusedError
from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.orchestration.problems import did_you_mean, meant, quoted

Arguments = dict[str, Any]


class Argument(NamedTuple):
    """What a tool may be told: its type in JSON Schema, and what it is."""

    type: str
    about: str
    needed: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A tool: its name, what it is for, its arguments, and what it does."""

    name: str
    description: str
    run: Callable[[AgentFolder, Arguments], str]
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    reads_only: bool = True

    def schema(self) -> dict[str, Any]:
        """The arguments as JSON Schema, in the words that the strictest clients take."""
        return {
            "type": "object",
            "properties": {name: _property(each) for name, each in self.arguments.items()},
            "required": [name for name, each in self.arguments.items() if each.needed],
            "additionalProperties": False,
        }


def as_json(tool: Tool) -> dict[str, Any]:
    """A tool as a client lists it."""
    return {
        "name": tool.name,
        "description": tool.description,
        "inputSchema": tool.schema(),
        "annotations": {
            "readOnlyHint": tool.reads_only,
            "destructiveHint": not tool.reads_only,
            "idempotentHint": tool.reads_only,
            "openWorldHint": False,
        },
    }


def answer(folder: AgentFolder, name: str, arguments: Arguments) -> str:
    """What a tool says, as JSON on one line of a bounded size; raises RefusedError in a sentence."""
    tool = _BY_NAME.get(name)
    if tool is None:
        raise RefusedError(f"there is no tool `{name}`{meant(did_you_mean(name, _BY_NAME))}")
    for key, value in arguments.items():
        argument = tool.arguments.get(key)
        if argument is None:
            guess = meant(did_you_mean(key, tool.arguments)) or f"; it takes {quoted(list(tool.arguments), 'and')}"
            raise RefusedError(f"`{name}` takes no `{key}`{guess}")
        if not _IS[argument.type](value):
            raise RefusedError(f"`{key}` is to be of type {argument.type}")
        if argument.choices and value not in argument.choices:
            raise RefusedError(f"`{key}` is one of {quoted(argument.choices)}")
    missing = [key for key, each in tool.arguments.items() if each.needed and key not in arguments]
    if missing:
        raise RefusedError(f"`{name}` needs {quoted(missing, 'and')}")
    return tool.run(folder, arguments)


def _check(folder: AgentFolder, asked: Arguments) -> str:
    from spine_lsp.analysis.diagnose import diagnose

    workspace = folder.workspace()
    counts = {"error": 0, "warning": 0, "information": 0, "hint": 0}
    found: list[tuple[int, dict[str, Any]]] = []
    unread: list[str] = []
    groups = 0
    for file in folder.files(asked.get("path", ".")):
        try:
            here, document = folder.document(workspace, file)
        except RefusedError as exc:
            unread.append(str(exc))
            continue
        groups += len(document.groups)
        for finding in diagnose(document, here.config_of(document.uri), here.project):
            counts[finding.severity.word] += 1
            row = {"file": folder.shown(file), **_place(document, Span(finding.start, finding.end))}
            row |= {"severity": finding.severity.word, "code": finding.code, "message": finding.message}
            found.append((finding.severity, row))
    found.sort(key=lambda each: each[0])
    answer_ = {"groups": groups, **counts, **({"unread": unread[:5]} if unread else {})}
    return bounded(answer_, "findings", (row for _, row in found), **_size(asked))


def _plan(folder: AgentFolder, asked: Arguments) -> str:
    from spine_lsp.ide.commands.resolved_order import resolved_order
    from spine_lsp.ide.values import step_span

    workspace, document, group = _group(folder, asked)
    order = resolved_order(workspace, document.uri, group.name or None, asked.get("params"))
    assert order is not None  # the group was found in this very document
    if "steps" in asked:
        order = order.only({step_span(group, step) for step in _selected(workspace, group, asked["steps"])})
    rows: list[dict[str, Any]] = [{"name": step.name, "cannot_run": step.cause.reason()} for step in order.blocked]
    rows += (
        {
            "name": step.name,
            "level": step.level,
            "pipeline": step.pipeline,
            "waits_for": list(step.depends_on),
            "params": {key: value for key, (value, _) in step.params.items()},
        }
        for step in order.steps
    )
    facts = {
        "group": order.group,
        "can_run": len(order.steps),
        "cannot_run": len(order.blocked),
        "levels": len(order.levels),
        "policy": order.policy.to_dict(),
    }
    return bounded(facts, "steps", rows, **_size(asked))


def _graph(folder: AgentFolder, asked: Arguments) -> str:
    from spine_lsp.ide.states import state_of

    workspace, _, group = _group(folder, asked)
    graph = group.graph
    start = _selected(workspace, group, asked["steps"]) if "steps" in asked else []
    rows = [
        {
            "name": graph.names[step],
            **({"distance": distance} if start else {"level": graph.level[step]}),
            "state": state_of(graph, step),
            "waits_for": list(dict.fromkeys(graph.depends_on[step])),
        }
        for step, distance in _breadth_first(group, start, asked.get("hops"))
    ]
    missing = list(dict.fromkeys(graph.depends_on[step][entry] for step, entry in graph.missing))
    facts = {
        "group": group.name,
        "cycles": [[graph.names[step] for step in cycle] for cycle in graph.cycles[:5]],
        "missing": missing[:20],
    }
    return bounded(facts, "steps", rows, **_size(asked))


def _breadth_first(group: Group, start: list[int], hops: int | None) -> Iterator[tuple[int, int]]:
    """The steps around some, near ones first, each with its distance; of all by level, those that cannot run last."""
    from spine_lsp.orchestration.queries import dependents_of_all

    graph = group.graph
    if not start:
        yield from ((step, 0) for step in graph.order)
        yield from ((step, 0) for step, level in enumerate(graph.level) if level < 0)
        return
    dependents = dependents_of_all(graph)
    distance = dict.fromkeys(start, 0)
    work = list(start)
    for step in work:  # grows while it is walked
        yield step, distance[step]
        if hops is None or distance[step] < hops:
            for other in (*graph.waits_for(step), *dependents[step]):
                if other not in distance:
                    distance[other] = distance[step] + 1
                    work.append(other)


def _explain(folder: AgentFolder, asked: Arguments) -> str:
    code = asked["code"]
    if code not in BY_CODE:
        raise RefusedError(f"there is no rule `{code}`{meant(did_you_mean(code, BY_CODE))}")
    rule = BY_CODE[code]
    return bounded_text({"code": code, "severity": rule.severity.word}, "page", rule.page, **_size(asked))


def _why(folder: AgentFolder, asked: Arguments) -> str:
    from spine_lsp.ide.commands.explain import explain_path
    from spine_lsp.ide.commands.why import step_reasons, to_json

    workspace, document, group = _group(folder, asked)
    step, on = asked.get("step"), asked.get("on")
    for name in filter(None, (step, on)):
        if name not in group.graph.first:
            raise RefusedError(f"no step is called `{name}`{meant(did_you_mean(name, group.graph.first))}")
    if on is not None:
        if step is None:
            raise RefusedError("`on` goes with `step`")
        found = explain_path(workspace, document.uri, step, on, group.name or None)
        assert found is not None  # the group was found in this very document
        ways = ([stop.name for stop in path] for path in found.paths)
        return bounded({"message": found.message}, "ways", ways, **_size(asked))
    reasons = step_reasons(group, None if step is None else [group.graph.first[step]])
    return bounded({"group": group.name}, "steps", map(to_json, reasons), **_size(asked))


def _simulate(folder: AgentFolder, asked: Arguments) -> str:
    from spine_lsp.ide.commands.simulation import simulate_group

    workspace, document, group = _group(folder, asked)
    fails = [name for name in asked.get("fails", []) if isinstance(name, str)]
    run = simulate_group(
        workspace,
        document.uri,
        group.name or None,
        fails=fails,
        durations=asked.get("durations"),
        execution=asked.get("execution"),
        max_concurrency=asked.get("max_concurrency"),
        on_failure=asked.get("on_failure"),
    )
    assert run is not None  # the group was found in this very document
    rows = ({"name": s.name, "state": s.state, "start": s.start, "end": s.end} for s in run.run.steps)
    facts = {
        "message": run.message,
        "makespan": run.run.makespan,
        "unit": run.unit,
        "critical_path": list(run.run.critical_path.steps),
    }
    return bounded(facts, "steps", rows, **_size(asked))


def _edit(folder: AgentFolder, asked: Arguments) -> str:
    from spine_lsp.disk.writing import rewrite
    from spine_lsp.ide.commands.graph_edits import edit_graph
    from spine_lsp.ide.rename import Refusal
    from spine_lsp.syntax.text import apply_edits

    workspace, document, group = _group(folder, asked)
    what: dict[str, object] = {key: asked[key] for key in ("kind", "step", "name", "from", "to", "on") if key in asked}
    try:
        made = edit_graph(workspace, document.uri, what, group.name or None)
    except ValueError as exc:
        raise RefusedError(str(exc)) from None
    assert made is not None  # the group was found in this very document
    if isinstance(made, Refusal):
        raise RefusedError(made.reason)
    before = document.text.source
    after = apply_edits(before, made.edits)
    name = asked["path"]
    lines = unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    applied = bool(asked.get("apply")) and after != before
    if applied:
        file = folder.path(name)
        _, present = folder.document(workspace, file)
        if present.text.source != before:
            raise RefusedError(f"{name} has changed meanwhile; ask again")
        try:
            rewrite(str(file), after)
        except OSError as exc:
            raise RefusedError(f"cannot write {name}: {exc.strerror or exc}") from None
    facts: dict[str, Any] = {"applied": applied}
    if not applied:
        facts["note"] = "nothing would change" if after == before else "a preview; with apply=true it is written"
    return bounded(facts, "diff", lines, **_size(asked))


def _search(folder: AgentFolder, asked: Arguments) -> str:
    from spine_lsp.analysis.uris import path_of
    from spine_lsp.disk.config_files import system_path
    from spine_lsp.ide.symbols import workspace_symbols

    rows = []
    for symbol in workspace_symbols(folder.workspace(), asked.get("query", ""), 1_000):
        path = path_of(symbol.uri)
        row: dict[str, Any] = {"kind": symbol.kind, "name": symbol.name, "in": symbol.container}
        row["file"] = folder.shown(system_path(path)) if path is not None else symbol.uri
        if not isinstance(symbol.where, Span):
            row["line"] = symbol.where.line + 1
        rows.append(row)
    return bounded({}, "found", rows, **_size(asked))


def _group(folder: AgentFolder, asked: Arguments) -> tuple[Workspace, Document, Group]:
    return folder.group(asked["path"], asked.get("group"))


def _selected(workspace: Workspace, group: Group, selector: str) -> list[int]:
    from spine_lsp.ide.commands.selection import selectable
    from spine_lsp.orchestration.selectors import SelectorError, select

    try:
        return select(selector, selectable(workspace, group))
    except SelectorError as exc:
        raise RefusedError(f"cannot select at character {exc.start}: {exc}") from None


def _size(asked: Arguments) -> dict[str, int]:
    """The part of an answer that is asked for, within its bounds."""
    tokens = min(max(asked.get("max_tokens", DEFAULT_TOKENS), LEAST_TOKENS), MOST_TOKENS)
    return {"offset": max(asked.get("offset", 0), 0), "tokens": tokens}


def _place(document: Document, span: Span) -> dict[str, int]:
    line, column = document.text.position(span.start)
    return {"line": line + 1, "column": column + 1}


def _property(argument: Argument) -> dict[str, Any]:
    found: dict[str, Any] = {"type": argument.type, "description": argument.about}
    if argument.type == "array":
        found["items"] = {"type": "string"}
    if argument.choices:
        found["enum"] = list(argument.choices)
    return found


_IS: dict[str, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}

_SIZE = {
    "max_tokens": Argument("integer", f"Size of the answer: {DEFAULT_TOKENS}, at most {MOST_TOKENS}"),
    "offset": Argument("integer", "Where to go on, from 0"),
}
_FILE = {
    "path": Argument("string", "YAML file of the workspace", needed=True),
    "group": Argument("string", "Its group, if several"),
}
_STEPS = Argument("string", "Selector: `a b`, `+a` up, `a+` down, `x*`, `state:blocked`")
_EDITS = (
    "rename",
    "addStep",
    "delete",
    "insertBefore",
    "insertAfter",
    "insertOnEdge",
    "addEdge",
    "removeEdge",
)

TOOLS = (
    Tool(
        "check",
        "Faults of the pipeline groups in a file or folder, worst first. Run after each change of a group.",
        _check,
        {"path": Argument("string", "File or folder; all of the workspace unless given"), **_SIZE},
    ),
    Tool(
        "plan",
        "The order in which the steps of a group run, with merged parameters, and what cannot run and why.",
        _plan,
        {**_FILE, "steps": _STEPS, "params": Argument("object", "Parameters of the run"), **_SIZE},
    ),
    Tool(
        "graph",
        "Steps of a group and what each waits for: around some, nearest first, or all by level.",
        _graph,
        {**_FILE, "steps": _STEPS, "hops": Argument("integer", "How far around `steps`"), **_SIZE},
    ),
    Tool(
        "explain",
        "The page of a rule that `check` names: why it matters, how to fix it.",
        _explain,
        {"code": Argument("string", "Code of the rule", needed=True), **_SIZE},
    ),
    Tool(
        "why",
        "Why a step runs where it does or cannot run, or (with `on`) by which ways it waits for another. "
        "Without `step`: all that cannot run.",
        _why,
        {
            **_FILE,
            "step": Argument("string", "Name of the step"),
            "on": Argument("string", "Name of another step"),
            **_SIZE,
        },
    ),
    Tool(
        "simulate",
        "A run on paper: times, longest chain, what a failure stops. Nothing is run.",
        _simulate,
        {
            **_FILE,
            "fails": Argument("array", "Steps that fail"),
            "durations": Argument("object", 'Step to time, such as {"load": "12min", "*": "30s"}'),
            "execution": Argument("string", "In place of the policy's", choices=("sequential", "parallel")),
            "max_concurrency": Argument("integer", "In place of the policy's"),
            "on_failure": Argument("string", "In place of the policy's", choices=("stop", "continue")),
            **_SIZE,
        },
    ),
    Tool(
        "edit",
        "Change a group: rename a step everywhere, add or delete steps and edges; comments and layout stay. "
        "Answers the diff; the file is written only with apply=true.",
        _edit,
        {
            **_FILE,
            "kind": Argument("string", "What to do", needed=True, choices=_EDITS),
            "step": Argument("string", "The step that is renamed, deleted, or inserted beside"),
            "name": Argument("string", "Its new name, or that of a new step"),
            "from": Argument("string", "Edge: what is waited for"),
            "to": Argument("string", "Edge: what waits"),
            "on": Argument("string", "addStep: what it waits for"),
            "apply": Argument("boolean", "Write the file; false unless given"),
            **_SIZE,
        },
        reads_only=False,
    ),
    Tool(
        "search",
        "Groups, steps and registered pipelines by name, over all of the workspace.",
        _search,
        {"query": Argument("string", "Part of a name; everything without it"), **_SIZE},
    ),
)
_BY_NAME = {tool.name: tool for tool in TOOLS}
