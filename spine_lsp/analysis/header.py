"""What a group says of itself outside its steps: form, name, version, policy and defaults."""

from __future__ import annotations

from functools import partial
from typing import Any, TypeAlias

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import NO_ANCHORS, Anchors, DuplicateKey, Step, anchors_of, duplicate_keys
from spine_lsp.orchestration.documents import helper_keys, with_steps
from spine_lsp.orchestration.kinds import GROUP, NOT_OURS, Kind, Verdict, declared_by
from spine_lsp.orchestration.problems import Problem
from spine_lsp.orchestration.structure import structural_problems
from spine_lsp.orchestration.vocabulary import (
    EXECUTION,
    METADATA,
    NAME,
    NESTED,
    PIPELINE,
    POLICY,
    VERSION,
    value_at,
)
from spine_lsp.syntax.parts import File, Part
from spine_lsp.syntax.scalars import scalar_value
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.tree import Node, resolve, written_at
from spine_lsp.syntax.values import read_values

_STEP_STAND_IN = {NAME: "x", PIPELINE: "x"}


class Header:
    """The skeleton of a group's YAML document, read; spans are those of the skeleton."""

    __slots__ = (
        "__weakref__",
        "anchor_spans",
        "anchors",
        "declared",
        "duplicate_keys",
        "faults",
        "form",
        "kind",
        "misleading",
        "name",
        "name_node",
        "problems",
        "root",
        "shared",
        "value",
        "version",
    )

    def __init__(self) -> None:
        self.form = NESTED
        self.kind = GROUP  # as which it is read
        self.declared: Verdict = NOT_OURS  # what it says that it is
        self.root: Node | None = None
        self.name: str | None = None
        self.name_node: Node | None = None
        self.version: object = 1
        self.value: dict[Any, Any] = {}  # the plain value, without the steps that were cut out
        self.faults: tuple[Fault, ...] = ()  # of its values: aliases, tags, and scalars that the run time refuses
        self.duplicate_keys: tuple[DuplicateKey, ...] = ()
        self.anchors: Anchors = NO_ANCHORS
        self.anchor_spans: tuple[tuple[str, Span], ...] = ()
        self.misleading: tuple[tuple[int, int, str], ...] = ()  # scalars that are not what they look like
        self.shared = 0  # values that its aliases stand for
        self.problems: tuple[Problem, ...] = ()  # of structure; paths start at the top of the document

    def section(self, name: str) -> dict[Any, Any]:
        """`metadata`'s fields, or the map `defaults` or `policy`; empty where there is none."""
        found = value_at(self.value, self.form.path_of(name))
        if not isinstance(found, dict):
            return {}
        if name == POLICY and self.form.execution in found:
            return {**found, EXECUTION: found[self.form.execution]}
        return found

    def node(self, *path: str) -> Node | None:
        """The node at a path of the skeleton."""
        found = resolve(self.root, path) if self.root is not None else None
        return found and found.node

    def policy_node(self, key: str) -> Node | None:
        """The value of a key of the policy where it is a scalar that was written."""
        written = self.form.execution if key == EXECUTION else key
        node = self.node(*self.form.path_of(POLICY), written)
        return node if node is not None and node.kind == "scalar" and not node.is_empty else None


GroupPart: TypeAlias = Part[Step, Header]
"""The YAML document of a group."""
GroupFile: TypeAlias = File[Step, Header]
"""A file of groups."""


def read_header(part: GroupPart, kind: Kind | None = None) -> Header:
    """The header of one YAML document, read as one of a kind: without one, of what it declares."""
    header = Header()
    skeleton = part.skeleton
    root = header.root = skeleton.root
    if root is None or root.kind != "map":
        return header
    reading = read_values(root, part.head + part.tail)
    value = reading.value
    if not isinstance(value, dict):  # a map with a tag that makes it another thing
        value = {}
    header.value = value
    header.faults, header.anchors, header.shared = reading.faults, reading.anchors, reading.shared
    header.duplicate_keys = duplicate_keys(reading)
    header.misleading = reading.misleading
    header.anchor_spans = anchors_of(reading, part.head + part.tail) if reading.anchors else ()
    declared = header.declared = declared_by(value)
    header.kind = kind or declared.kind or GROUP
    header.form = header.kind.form_of(value, begun=header.kind.nested)
    if declared.kind is None and not declared.candidates:
        return header
    metadata = header.section(METADATA)
    node = header.node(*header.form.path_of(NAME))
    if node is not None and node.kind == "scalar" and not node.is_empty:
        got = scalar_value(node)
        header.name = got if isinstance(got, str) else node.text
        header.name_node = node
    header.version = metadata.get(VERSION, 1)
    if not skeleton.faults:
        if part.path is not None:
            value = with_steps(value, part.path, [_STEP_STAND_IN])
        found = structural_problems(value, header.form.definition, written=partial(written_at, root))
        helpers = helper_keys(root) if any(problem.code == "unknown-key" for problem in found) else ()
        # Steps of a document that is not cut are checked one by one, as those of one that is.
        header.problems = tuple(
            problem
            for problem in found
            if not _inside_step(problem, header.kind)
            and not (problem.code == "unknown-key" and len(problem.path) == 1 and problem.path[0] in helpers)
            and not _at_fault(root, problem, header.faults)
        )
    return header


def _at_fault(root: Node, problem: Problem, faults: tuple[Fault, ...]) -> bool:
    """Whether what a problem is about has a fault of its own, which says it better."""
    found = resolve(root, problem.path) if faults and problem.code in ("wrong-type", "bad-value") else None
    return found is not None and any(found.node.start <= f.start <= found.node.end for f in faults)


def _inside_step(problem: Problem, kind: Kind) -> bool:
    path = problem.path
    return any(
        path[: len(steps)] == steps and len(path) > len(steps) and isinstance(path[len(steps)], int)
        for steps in kind.list_paths
    )
