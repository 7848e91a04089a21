"""Fixes of the findings of workflows."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workflows import DIALECTS
from spine_lsp.ide.edits.sections import new_section
from spine_lsp.ide.edits.sort_steps import sort_steps
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.ide.edits.yaml_edits import insert_entry, quotes_of, remove_entry
from spine_lsp.ide.fixes.fix import Fix, in_title, offer
from spine_lsp.ide.fixes.params import without_policy_key
from spine_lsp.ide.trees import skeleton, tree_of_step
from spine_lsp.orchestration.kinds.workflow.vocabulary import TIMEOUT_SECONDS, TYPE
from spine_lsp.orchestration.vocabulary import EXECUTION, NAME, ON_FAILURE, POLICY
from spine_lsp.syntax.scalars import write
from spine_lsp.syntax.text import Edit

_PARALLEL, _SEQUENTIAL = "parallel", "sequential"


def fix_ignored_order(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """The steps in the order that `depends_on` asks for, or a policy that heeds it."""
    edits = trial.once("sort", lambda: sort_steps(group))
    yield from offer("Sort the steps by what they wait for", edits, preferred=True)
    yield from offer("Run the steps by what they wait for: `execution: parallel`", execution(group, _PARALLEL))


def fix_ineffective_on_failure(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """No such key, or a policy under which it counts."""
    yield from offer("Remove `on_failure`", without_policy_key(group, ON_FAILURE), preferred=True)
    yield from offer("Run the steps side by side: `execution: parallel`", execution(group, _PARALLEL))


def fix_choice_in_parallel(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """A policy that heeds branches."""
    yield from offer("Run the steps one by one: `execution: sequential`", execution(group, _SEQUENTIAL))


def fix_dropped_key(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """Without the key, which changes no run."""
    title = f"Remove {in_title(finding.kind)}, which does nothing"
    if finding.kind == TIMEOUT_SECONDS:
        yield from offer(title, without_policy_key(group, TIMEOUT_SECONDS), preferred=True)
        return
    step = group.step_at(finding.start)
    node = group.node_of(step) if step is not None else None
    if step is None or node is None:
        return
    for number, entry in enumerate(node.entries):
        if entry.key.text == finding.kind:
            yield from offer(title, remove_entry(tree_of_step(group, step), node, number), preferred=True)
            return


def fix_missing_operation(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """The type that the step's keys belong to."""
    step = group.step_at(finding.start)
    node = group.node_of(step) if step is not None else None
    if step is None or node is None or not finding.suggestions:
        return
    (kind,) = finding.suggestions
    title = f"Make this a {in_title(kind)} step"
    tree = tree_of_step(group, step)
    written = node.get(TYPE)
    if written is not None:
        edits: list[Edit] | None = [Edit(*tree.span(written), write(kind, tree.written(written)))]
    else:
        edits = insert_entry(tree, node, TYPE, write(kind, quotes_of(tree, node)), after=NAME)
    yield from offer(title, edits, preferred=True)


def fix_as_suggested(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """The text that was meant, in the place of the one that is there."""
    span = (finding.start, finding.end)
    source = group.text.source[slice(*span)]
    for place, wish in enumerate(finding.suggestions):
        yield from offer(f"Change to {in_title(wish)}", [Edit(*span, write(wish, source))], preferred=place == 0)


def fix_mixed_dialects(trial: Trial, group: Group, finding: Finding) -> Iterator[Fix]:
    """One word everywhere, that of most steps first."""
    for dialect in sorted(DIALECTS, key=lambda name: name != finding.kind):
        edits = trial.once(f"dialect {dialect}", lambda to=dialect: in_dialect(group, to))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        yield from offer(f"Write {in_title(dialect)} everywhere", edits, preferred=dialect == finding.kind)


def in_dialect(group: Group, dialect: str) -> list[Edit] | None:
    """All steps with one of the words; None where a step has both keys, of which one would be lost."""
    other = next(name for name in DIALECTS if name != dialect)
    edits: list[Edit] = []
    for number, step in enumerate(group.steps):
        if other in step.fields and dialect in step.fields:
            return None
        node = group.node_of(number)
        tree = tree_of_step(group, number)
        for key, value in node.entries if node is not None else ():
            if key.text == other:
                edits.append(Edit(*tree.span(key), write(dialect, tree.written(key))))
            elif key.text == TYPE and value.kind == "scalar" and value.text == other:
                edits.append(Edit(*tree.span(value), write(dialect, tree.written(value))))
    return edits


def execution(group: Group, mode: str) -> list[Edit] | None:
    """The policy with this `execution`."""
    tree, path = skeleton(group), group.header.form.path_of(POLICY)
    written = group.header.policy_node(EXECUTION)
    if written is not None:
        return [Edit(*tree.span(written), write(mode, tree.written(written)))]
    policy = group.header.node(*path)
    if policy is not None:
        return insert_entry(tree, policy, group.header.form.execution, write(mode, quotes_of(tree, policy)))
    return new_section(group, POLICY, [f"{EXECUTION}: {mode}"])
