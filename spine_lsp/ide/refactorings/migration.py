"""A document as one of another kind: a pipeline group as a workflow, and back, checked to run the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Severity
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workflows import DIALECTS, runs_in_parallel, type_of
from spine_lsp.ide.edits.depends_on import set_edges
from spine_lsp.ide.edits.sort_steps import sort_steps
from spine_lsp.ide.edits.yaml_edits import remove_entries
from spine_lsp.ide.refactorings.nested_form import to_nested_form
from spine_lsp.ide.refactorings.rewriting import Rewriting
from spine_lsp.ide.trees import Tree, skeleton, tree_of_step
from spine_lsp.ide.values import defaults_of, params_of, policy_of
from spine_lsp.orchestration.kinds import GROUP, KINDS, WORKFLOW, Kind
from spine_lsp.orchestration.kinds.workflow.vocabulary import (
    CONFIG,
    ON_ERROR,
    OPERATION,
    TIMEOUT_SECONDS,
    TYPE,
)
from spine_lsp.orchestration.models import ExecutionMode
from spine_lsp.orchestration.planner import merge_params
from spine_lsp.orchestration.vocabulary import (
    API_VERSION,
    API_VERSION_KEY,
    BACKOFF,
    DEPENDS_ON,
    EXECUTION,
    KIND_KEY,
    ON_FAILURE,
    PARAMS,
    PIPELINE,
    POLICY,
    RETRIES,
    TIMEOUT_MINUTES,
)
from spine_lsp.syntax.lines import line_break
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit, Text, apply_edits
from spine_lsp.syntax.tree import Node

_SECONDS = 60
_MOST_OFFERED = 2000  # steps; of a larger document the conversion is left to the command line


class Migration(NamedTuple):
    """The text of a document as another kind, and what could not be carried over, in sentences."""

    text: str
    notes: tuple[str, ...] = ()


class NotMigrated(NamedTuple):
    """Why a document stays what it is."""

    reason: str


def migrated(group: Group, to: Kind) -> Migration | NotMigrated:
    """The YAML document of a group as one of another kind: steps in the same order, with the same parameters.

    What would run otherwise is refused; comments stay where they are.
    """
    alone = _read(group.text.source[group.part.start : group.part.end])
    if alone is None or _has_errors(alone, but=_CARRIED_OVER if to is GROUP else ""):
        return NotMigrated("it has errors: mend them first")
    if (reason := _refusal(alone, to)) is not None:
        return NotMigrated(reason)
    notes: list[str] = []
    ready = _prepared(alone, to, notes)
    if ready is None:
        return NotMigrated("its steps cannot be moved as they are written")
    edits = _workflow_edits(ready, notes) if to is WORKFLOW else _group_edits(ready, notes)
    if edits is None:
        return NotMigrated("it is written in a way that cannot be converted step by step")
    text = apply_edits(ready.text.source, sorted(edits, reverse=True))
    after = _read(text)
    if after is None or after.kind is not to or _has_errors(after) or _runs(after) != _runs(alone):
        return NotMigrated("the steps would not run in the same order with the same parameters")
    return Migration(text, tuple(dict.fromkeys(notes)))


def migration_rewritings(group: Group) -> Iterator[Rewriting]:
    """The conversions of a document, where there is one."""
    if group.step_count > _MOST_OFFERED or not group.graph.ok:
        return
    for kind in KINDS:
        if kind is not group.kind and _refusal(group, kind) is None:
            yield Rewriting(f"Convert to a {kind.word} (`kind: {kind.name}`)", partial(_as_edits, group, kind))


def _as_edits(group: Group, to: Kind) -> list[Edit] | None:
    found = migrated(group, to)
    if isinstance(found, NotMigrated):
        return None
    return [Edit(group.part.start, group.part.end, found.text)]


def _read(text: str) -> Group | None:
    groups = Document.read("file:///migrated.yaml", None, Text(text)).groups
    return groups[0] if len(groups) == 1 else None


def _has_errors(group: Group, but: str = "") -> bool:
    """Whether there are errors, those of the rule ``but`` left out."""
    found = diagnose(Document.read(group.uri, None, group.text))
    return any(finding.severity is Severity.ERROR and finding.code != but for finding in found)


def _runs(group: Group) -> object:
    """What a run does: the steps level by level (one after the other, if so), their work, edges and parameters."""
    defaults, steps = defaults_of(group), group.steps
    parallel = policy_of(group).mode is ExecutionMode.PARALLEL
    said = {
        group.names[number]: (
            step.pipeline,
            merge_params(defaults, {}, params_of(group, number)),
            tuple(step.depends_on) if parallel else (),
        )
        for number, step in enumerate(steps)
    }
    return parallel, [group.names[number] for number in group.graph.order], said


def _refusal(group: Group, to: Kind) -> str | None:
    """Why a document cannot become another kind, as far as a look at it tells."""
    if group.kind is to:
        return f"it is a {to.word} already"
    if to is GROUP:
        other = next((step for step in group.steps if type_of(step) not in DIALECTS), None)
        if other is not None:
            return f"`{other.name}` is a `{type_of(other)}` step, which a group does not have"
    parallel = policy_of(group).mode is ExecutionMode.PARALLEL
    if to is WORKFLOW and parallel and len(group.steps) > 1 and not any(group.dependencies.depends_on):
        return (
            "its steps run side by side, and where none has `depends_on` "
            f"{WORKFLOW.runner} runs those of a workflow one by one"
        )
    return None


def _prepared(group: Group, to: Kind, notes: list[str]) -> Group | None:
    """The document in the nested form, so that its steps run one by one in the order in which they ran.

    For a workflow they are sorted; for a group they wait for what stands above them, where they have to.
    """
    ready: Group | None = group
    if group.header.form is group.header.kind.flat:
        edits = to_nested_form(group) if group.kind is GROUP else None
        ready = _read(apply_edits(group.text.source, sorted(edits, reverse=True))) if edits else None
    if ready is None:
        return None
    one_by_one = policy_of(ready).mode is ExecutionMode.SEQUENTIAL
    if to is WORKFLOW and one_by_one and ready.graph.order != sorted(ready.graph.order):
        edits = sort_steps(ready)
        ready = _read(apply_edits(ready.text.source, sorted(edits, reverse=True))) if edits else None
    if ready is not None and to is GROUP and one_by_one:
        edits = _edges_for_order(ready, notes)
        ready = _read(apply_edits(ready.text.source, sorted(edits, reverse=True))) if edits is not None else None
    return ready


def _edges_for_order(group: Group, notes: list[str]) -> list[Edit] | None:
    """What steps have to wait for so that a group takes them in the order of the file.

    A group takes the steps level by level, and those of a level in the order of the file; so it is enough that no
    step has a lower level than the one above it. What they wait for further down was not heeded, and goes.
    """
    first, names = group.dependencies.first, group.names
    levels: list[int] = []
    edits: list[Edit] = []
    unheeded: list[str] = []
    behind: list[str] = []
    for number, step in enumerate(group.steps):
        wanted = [name for name in step.depends_on if first.get(name, number) < number]
        if len(wanted) < len(step.depends_on):
            unheeded.append(names[number])
        level = max((levels[first[name]] + 1 for name in wanted), default=0)
        if levels and level < levels[-1]:
            wanted.append(names[number - 1])
            behind.append(names[number])
            level = levels[-1] + 1
        levels.append(level)
        if wanted != list(step.depends_on):
            changed = set_edges(group, number, wanted)
            if changed is None:
                return None
            edits += changed
    if unheeded:
        notes.append(f"what {_listed(unheeded)} waited for further down was not heeded, and is left out")
    if behind:
        notes.append(f"{_listed(behind)} waits for the step above, to run behind it as before")
    return edits


_MOST_NAMED = 5


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    shown = [f"`{name}`" for name in names[:_MOST_NAMED]] + ([f"{more} more"] if more > 0 else [])
    return shown[0] if len(shown) == 1 else f"each of {', '.join(shown[:-1])} and {shown[-1]}"


_CARRIED_OVER = "ignored-order"
"""The error that a conversion to a group mends: there `depends_on` counts, so it says what the runner did."""
_NO_RETRIES = "a workflow tries nothing again: `retries` and `backoff` are left out"


def _workflow_edits(group: Group, notes: list[str]) -> list[Edit] | None:
    edits = _head(group, WORKFLOW)
    policy = _policy(group)
    if edits is None or (policy is not None and not _policy_of_workflow(group, policy, edits, notes)):
        return None
    for number in range(group.step_count):
        node, tree = group.node_of(number), tree_of_step(group, number)
        if node is None:
            return None
        for key, value in node.entries:
            if key.text == PIPELINE:
                edits.append(_key(tree, key, OPERATION))
            elif key.text == DEPENDS_ON and value.kind == "scalar":
                if value.style in ("|", ">"):
                    return None
                edits.append(Edit(*tree.span(value), f"[{tree.written(value)}]"))
        gone = _keys(node, RETRIES, BACKOFF)
        if gone:
            notes.append(_NO_RETRIES)
        if not _removed(edits, tree, node, gone):
            return None
    return edits


def _policy_of_workflow(group: Group, policy: Node, edits: list[Edit], notes: list[str]) -> bool:
    tree, meant = skeleton(group), policy_of(group)
    gone = _keys(policy, RETRIES, BACKOFF)
    if gone:
        notes.append(_NO_RETRIES)
    for key, value in policy.entries:
        if key.text == TIMEOUT_MINUTES and meant.timeout_minutes is not None:
            seconds = f"{meant.timeout_minutes * _SECONDS:.0f}"
            edits += [_key(tree, key, TIMEOUT_SECONDS), Edit(*tree.span(value), seconds)]
            stands = f"`{TIMEOUT_SECONDS}` stands for `{TIMEOUT_MINUTES}`"
            notes.append(f"{stands}, but {WORKFLOW.runner} keeps no time limit")
    if meant.mode is ExecutionMode.SEQUENTIAL and _says(policy, ON_FAILURE, "continue"):
        ends = f"one by one, {WORKFLOW.runner} ends a run at the first failure"
        notes.append(f"{ends}: `on_failure: continue` does nothing there")
    return _removed(edits, tree, policy, gone)


def _group_edits(group: Group, notes: list[str]) -> list[Edit] | None:
    edits = _head(group, GROUP)
    policy = _policy(group)
    if edits is None or (policy is not None and not _policy_of_group(group, policy, edits, notes)):
        return None
    for number, step in enumerate(group.steps):
        node, tree = group.node_of(number), tree_of_step(group, number)
        if node is None:
            return None
        config = step.fields.get(CONFIG)
        has_config = config is not None and bool(config.value)
        gone = _keys(node, TYPE, ON_ERROR, *((PARAMS,) if has_config else (CONFIG,)))
        if ON_ERROR in step.fields:
            notes.append("`on_error` did nothing, and is left out")
        for key, _ in node.entries:
            if key.text == OPERATION:
                edits.append(_key(tree, key, PIPELINE))
            elif key.text == CONFIG and has_config:
                edits.append(_key(tree, key, PARAMS))
        if not _removed(edits, tree, node, gone):
            return None
    return edits


def _policy_of_group(group: Group, policy: Node, edits: list[Edit], notes: list[str]) -> bool:
    tree = skeleton(group)
    gone: list[int] = []
    one_by_one = policy_of(group).mode is ExecutionMode.SEQUENTIAL
    for number, (key, value) in enumerate(policy.entries):
        if key.text == TIMEOUT_SECONDS:
            seconds = group.header.section(POLICY).get(TIMEOUT_SECONDS)
            if isinstance(seconds, int) and seconds >= _SECONDS:
                edits += [
                    _key(tree, key, TIMEOUT_MINUTES),
                    Edit(*tree.span(value), f"{seconds / _SECONDS:g}"),
                ]
            else:
                gone.append(number)
                notes.append(f"`{TIMEOUT_SECONDS}` of less than a minute is left out: a group counts minutes")
        elif key.text == EXECUTION and value.text == ExecutionMode.PARALLEL.value and one_by_one:
            edits.append(Edit(*tree.span(value), ExecutionMode.SEQUENTIAL.value))
            notes.append("without any `depends_on` the steps ran one by one: `execution` is `sequential`")
        elif key.text == ON_FAILURE and value.text == "continue" and not runs_in_parallel(group):
            edits.append(Edit(*tree.span(value), "stop"))
            notes.append("`on_failure: continue` did nothing in the workflow, and would in a group: it is `stop`")
    return _removed(edits, tree, policy, gone)


def _head(group: Group, to: Kind) -> list[Edit] | None:
    """The kind and the key of the list of steps; a document that declares nothing does so then."""
    header, tree = group.header, skeleton(group)
    edits: list[Edit] = []
    kind = header.node(KIND_KEY)
    if kind is not None:
        edits.append(Edit(*tree.span(kind), write(to.name, tree.written(kind))))
    elif header.root is not None and header.root.style == "block":
        at, eol = tree.at(header.root.start), line_break(tree.source)
        api = "" if header.node(API_VERSION_KEY) is not None else f"{API_VERSION_KEY}: {API_VERSION}{eol}"
        edits.append(Edit(at, at, f"{api}{KIND_KEY}: {to.name}{eol}"))
    else:
        return None
    spec = header.node(*header.form.spec)
    for key, _ in spec.entries if spec is not None else ():
        if key.text in header.form.lists:
            edits.append(_key(tree, key, to.nested.lists[0]))
            return edits
    return None


def _policy(group: Group) -> Node | None:
    node = group.header.node(*group.header.form.path_of(POLICY))
    return node if node is not None and node.kind == "map" else None


def _says(node: Node, key: str, value: str) -> bool:
    found = node.get(key)
    return found is not None and found.text == value


def _keys(node: Node, *keys: str) -> list[int]:
    return [number for number, entry in enumerate(node.entries) if entry.key.text in keys]


def _key(tree: Tree, key: Node, name: str) -> Edit:
    return Edit(*tree.span(key), write(name, tree.written(key)))


def _removed(edits: list[Edit], tree: Tree, node: Node, numbers: list[int]) -> bool:
    """Add the edits that take entries out of a map; False where that cannot be done."""
    if not numbers:
        return True
    if len(numbers) == len(node.entries):
        return False
    found = remove_entries(tree, node, numbers)
    edits += found or []
    return found is not None
