"""What is under the cursor: the group, the step, the nodes on the way to it, its role, and the symbol it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.anchors import anchor_at
from spine_lsp.ide.templates import template_in, templates
from spine_lsp.ide.trees import Tree, default_entries, skeleton, step_param_entries, tree_at, tree_of_step
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, NAME
from spine_lsp.syntax.tree import Node, Path, path_at

Role = Literal["step-name", "edge", "branch", "pipeline", "group-name", "key", "value"]
"""What a token is: a step's name where it is defined, an edge, a branch, a pipeline, a key, any other value."""

SymbolKind = Literal["step", "group", "param", "anchor", "pipeline", "function", "workflow"]


class At(NamedTuple):
    """A place: a file and an offset in code points."""

    uri: str
    offset: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something that has a name, and the token at which it was asked for. `step` is the step that defines it.

    A second step of a name is its own thing: nothing waits for it. A parameter with a `step` belongs to that
    step alone, because the group has no default of its name and no template asks for it.
    """

    kind: SymbolKind
    name: str
    document: Document
    group: Group
    span: Span
    step: int | None = None


@dataclass(frozen=True, slots=True)
class CursorContext:
    """A place inside a group. `path` starts at the top of the document for the header, at the step for a step.

    `nodes` are the nodes on the way, the outermost first, none where nothing is written; `span` makes offsets of
    the file of theirs. `step` is None outside the steps. `entry` is the number of the edge for the role "edge".
    """

    document: Document
    group: Group
    offset: int
    step: int | None
    path: Path = ()
    nodes: tuple[Node, ...] = ()
    role: Role = "value"
    entry: int | None = None

    @property
    def node(self) -> Node:
        """The innermost node."""
        return self.nodes[-1]

    def span(self, node: Node) -> Span:
        """The span of one of the nodes as offsets of the file."""
        tree = skeleton(self.group) if self.step is None else tree_of_step(self.group, self.step)
        return tree.span(node)

    @property
    def step_name(self) -> str | None:
        """The name of the step that the token names: its own for "step-name", the one waited for for "edge"."""
        if self.step is None:
            return None
        step = self.group.steps[self.step]
        if self.role == "edge" and self.entry is not None:
            return step.depends_on[self.entry]
        if self.role == "branch" and self.entry is not None:
            return step.branches[self.entry].name
        return step.name if self.role == "step-name" else None

    @property
    def symbol(self) -> Symbol | None:
        """What is named here, if anything is: a template, a step or pipeline, an anchor, the group, a parameter."""
        tree = tree_at(self.group, self.offset)
        relative = tree.relative(self.offset) if tree is not None else None
        if tree is None or relative is None:
            return None
        if (template := template_in(tree, self.offset)) is not None:
            return self._symbol("param", template.name, template.name_span)
        if (step := self._step_token()) is not None:
            return step
        if (anchor := anchor_at(tree, relative)) is not None:
            return self._symbol("anchor", anchor[0], tree.moved(*anchor[1]))
        node = self.group.header.name_node
        if tree.block is None and node is not None and node.start <= relative <= node.end:
            return self._symbol("group", self.group.name, tree.span(node))
        return self._param_key(tree, relative)

    def _symbol(self, kind: SymbolKind, name: str, span: Span, step: int | None = None) -> Symbol:
        return Symbol(kind, name, self.document, self.group, span, step)

    def _step_token(self) -> Symbol | None:
        """The step or pipeline that the token here names."""
        number, group = self.step, self.group
        if number is None or number >= len(group.steps):
            return None
        step, base = group.steps[number], group.base_of(number)
        tokens: list[tuple[SymbolKind, str | None, Span | None, int | None]] = [
            ("step", step.name, step.name_span, number)
        ]
        for name, span in zip(step.depends_on, step.edge_spans, strict=True):
            tokens.append(("step", name, span, group.graph.first.get(name)))
        first = group.graph.first
        tokens += [("step", branch.name, branch.span, first.get(branch.name)) for branch in step.branches]
        tokens.append(("pipeline", step.pipeline, step.pipeline_span, number))
        kind = group.header.kind
        for key in (*kind.references, *kind.parts) if step.fields else ():
            if (field := step.fields.get(key)) is not None:
                tokens.append(("function" if key in kind.references else "workflow", field.text, field.span, number))
        for what, text, place, defined in tokens:
            if text is not None and place is not None and place.start <= self.offset - base <= place.end:
                return self._symbol(what, text, place.moved(base), defined)
        return None

    def _param_key(self, tree: Tree, relative: int) -> Symbol | None:
        group = self.group
        if tree.block is None:
            for key, _ in default_entries(group).entries:
                if key.start <= relative <= key.end:
                    return self._symbol("param", key.text, tree.span(key))
        step = group.step_at(tree.at(relative))
        for key, _ in step_param_entries(group, step).entries if step is not None else ():
            if key.start <= relative <= key.end:
                own = None if _is_shared(group, key.text) else step
                return self._symbol("param", key.text, tree.span(key), own)
        return None


def cursor_at(workspace: Workspace, at: At) -> CursorContext | None:
    """What is at a place; None outside pipeline groups."""
    document = workspace.documents.get(at.uri)
    group = document.group_at(at.offset) if document is not None else None
    if document is None or group is None:
        return None
    step = group.step_at(at.offset)
    relative: int | None
    if step is not None:
        root, relative = group.node_of(step), at.offset - group.base_of(step)
    else:
        root, relative = group.header.root, group.part.skeleton_offset(at.offset)
    if root is None or relative is None or not root.start <= relative <= root.end:
        return CursorContext(document, group, at.offset, step)
    path, nodes = path_at(root, relative)
    role, entry = _role(group, step, path, nodes)
    return CursorContext(document, group, at.offset, step, path, tuple(nodes), role, entry)


def symbol_at(workspace: Workspace, at: At) -> Symbol | None:
    """What is named at a place, if anything is."""
    cursor = cursor_at(workspace, at)
    return cursor.symbol if cursor is not None else None


def _role(group: Group, number: int | None, path: Path, nodes: list[Node]) -> tuple[Role, int | None]:
    node = nodes[-1]
    if any(entry.key is node for entry in nodes[-2].entries) if len(nodes) > 1 else False:
        return "key", None
    if number is None:
        is_name = path == group.header.form.path_of(NAME) and node is group.header.name_node
        return ("group-name" if is_name else "value"), None
    if path[:1] == (DEPENDS_ON,) and node.kind in ("scalar", "alias"):
        base = Span(node.start, node.end)
        for entry, span in enumerate(group.steps[number].edge_spans):
            if span == base:
                return "edge", entry
    elif path == (NAME,) and node.kind in ("scalar", "alias"):
        return "step-name", None
    elif path[:1] and path[0] in group.header.kind.branches and node.kind in ("scalar", "alias"):
        for entry, branch in enumerate(group.steps[number].branches):
            if branch.key == path[0]:
                return "branch", entry
    elif len(path) == 1 and path[0] in group.header.kind.runs and node.kind in ("scalar", "alias"):
        return "pipeline", None
    return "value", None


def _is_shared(group: Group, name: str) -> bool:
    """Whether a parameter is more than one step's own: the group has a default for it, or a template asks for it."""
    if any(key.text == name for key, _ in default_entries(group).entries):
        return True
    return next(templates(group, name), None) is not None
