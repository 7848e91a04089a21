"""What stands at a place of a document: the group, the step, the way to the node, and what the node is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from spine_lsp.analysis.document import Document, Group
from spine_lsp.analysis.symbols import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.syntax.tree import Node, Path, path_at

Role = Literal["step-name", "edge", "pipeline", "group-name", "key", "value"]
"""What a token is: a step's name where it is defined, a `depends_on` entry, a pipeline, a key, any other value."""


class At(NamedTuple):
    """A place: a file and an offset in code points."""

    uri: str
    offset: int


@dataclass(frozen=True, slots=True)
class Spot:
    """What `spot_at` found. `path` starts at the top of the document for the header, at the step for a step.

    `nodes` are the nodes on the way, the outermost first; their spans are relative, `span` makes them offsets
    of the file. `step` is None outside the steps. `entry` is the number of the edge for the role "edge".
    """

    document: Document
    group: Group
    offset: int
    step: int | None
    path: Path
    nodes: tuple[Node, ...]
    role: Role
    entry: int | None = None

    @property
    def node(self) -> Node:
        """The innermost node."""
        return self.nodes[-1]

    def span(self, node: Node) -> Span:
        """The span of one of the nodes as offsets of the file."""
        if self.step is None:
            return self.group.header_span(node)
        return Span(node.start, node.end).moved(self.group.base_of(self.step))

    @property
    def step_name(self) -> str | None:
        """The name of the step that the token names: its own for "step-name", the one waited for for "edge"."""
        if self.step is None:
            return None
        step = self.group.steps[self.step]
        if self.role == "edge" and self.entry is not None:
            return step.depends_on[self.entry]
        return step.name if self.role == "step-name" else None


def spot_at(workspace: Workspace, at: At) -> Spot | None:
    """What stands at a place; None outside pipeline groups and where nothing was written."""
    document = workspace.documents.get(at.uri)
    group = document.group_at(at.offset) if document is not None else None
    if document is None or group is None:
        return None
    number = group.step_at(at.offset)
    if number is not None:
        root = group.node_of(number)
        relative = at.offset - group.base_of(number)
    else:
        root = group.header.root
        found = group.part.skeleton_offset(at.offset)
        if found is None:
            return None
        relative = found
    if root is None or not root.start <= relative <= root.end:
        return None
    path, nodes = path_at(root, relative)
    role, entry = _role(group, number, path, nodes, relative)
    return Spot(document, group, at.offset, number, path, tuple(nodes), role, entry)


def _role(
    group: Group, number: int | None, path: Path, nodes: list[Node], relative: int
) -> tuple[Role, int | None]:
    node = nodes[-1]
    if any(entry.key is node for entry in nodes[-2].entries) if len(nodes) > 1 else False:
        return "key", None
    if number is None:
        is_name = path in (("name",), ("metadata", "name")) and node is group.header.name_node
        return ("group-name" if is_name else "value"), None
    if path[:1] == ("depends_on",) and node.kind in ("scalar", "alias"):
        base = Span(node.start, node.end)
        for entry, span in enumerate(group.steps[number].edge_spans):
            if span == base:
                return "edge", entry
    elif path == ("name",) and node.kind in ("scalar", "alias"):
        return "step-name", None
    elif path == ("pipeline",) and node.kind in ("scalar", "alias"):
        return "pipeline", None
    return "value", None
