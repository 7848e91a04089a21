"""One document of a file that is read: its header, its steps with places, and the inspected graph."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from spine_lsp.analysis.foreign import ALMOST
from spine_lsp.analysis.header import GroupPart, Header, read_header
from spine_lsp.analysis.kept import kept
from spine_lsp.analysis.lazy import lazy
from spine_lsp.analysis.plain_steps import read_plain
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.steps import Step, StepBlock, anchors_in, item_value, read_item, read_step
from spine_lsp.analysis.templates import CLOSING, OPENING, unpaired_braces
from spine_lsp.cancellation import check_cancelled
from spine_lsp.orchestration.documents import faults_between
from spine_lsp.orchestration.graph import GraphInspection, inspect_graph
from spine_lsp.orchestration.kinds import (
    GROUP,
    KINDS,
    PROBED_STEPS,
    Kind,
    told_by,
)
from spine_lsp.orchestration.kinds.kind import as_inspected
from spine_lsp.orchestration.pauses import finish
from spine_lsp.orchestration.vocabulary import PIPELINE, POLICY, STEP, Form, value_at
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.text import Text
from spine_lsp.syntax.tree import Node
from spine_lsp.syntax.values import Anchored, follow

if TYPE_CHECKING:
    from spine_lsp.orchestration.queries import RedundantEdge

_SMALL = 200  # steps of a graph in which a question of all paths is answered at every keystroke
_MAY_TELL = re.compile(r"type|operation|_ref|_step|_workflow|handler|condition|\\")
"""What stands in a step that may tell that the document is no group."""
_ALMOST_PIPELINE = re.compile(ALMOST)


class _LastGraph:
    """What was last found of the graph of a group, for a text with the same edges."""

    __slots__ = ("as_run", "graph", "redundant", "similar")

    def __init__(self) -> None:
        self.graph: GraphInspection | None = None
        self.as_run: tuple[GraphInspection, GraphInspection] | None = None
        self.similar: tuple[GraphInspection, tuple[tuple[int, int], ...]] | None = None
        self.redundant: tuple[GraphInspection, tuple[RedundantEdge, ...]] | None = None


@kept
def _last_graph(header: Header) -> _LastGraph:
    """The same for every edit that leaves the header as it is."""
    return _LastGraph()


class Group:
    """One document that is read, a pipeline group or another kind: its header, its steps in order, and their graph."""

    def __init__(self, uri: str, text: Text, part: GroupPart) -> None:
        self.uri = uri
        self.text = text  # of the whole file
        self.part = part

    @lazy
    def header(self) -> Header:
        """Everything but the steps; kept for as long as head and tail are the same."""
        memo = self.part.memo
        if memo is None:
            memo = self.part.memo = read_header(self.part)
        if memo.declared.candidates:
            kind = self._told_kind(memo) or memo.declared.kind or GROUP
            if memo.kind is not kind:
                memo = self.part.memo = read_header(self.part, kind)
        return memo

    @lazy
    def kind(self) -> Kind | None:
        """What kind of document this is; None if it is none of ours, or none that is read."""
        declared = self.header.declared
        return declared.kind if not declared.candidates else self._told_kind(self.header) or declared.kind

    def _told_kind(self, header: Header) -> Kind | None:
        """The kind that the steps tell, where the header leaves it to them."""
        found = self.__dict__.get("_told")
        if found is None:
            found = self.__dict__["_told"] = (self._by_steps(header),)
        kind: Kind | None = found[0]
        return kind

    def _by_steps(self, header: Header) -> Kind | None:
        values = self._probed_values(header)
        for kind in header.declared.candidates:
            if told_by(kind, values, header.declared):
                return kind
        # What runs pipelines is told from the steps' keys, through aliases too, and however they are misspelt.
        if GROUP in header.declared.candidates:
            probed = self._probed_steps(header)
            if any(step.has_pipeline for step in probed) or any(map(_mistypes_pipeline, probed)):
                return GROUP
        return None

    def _probed_values(self, header: Header) -> list[object]:
        """The first steps as plain values, those that may be of another kind than a group's."""
        if self.part.path is None:
            lists = (value_at(header.value, path) for kind in KINDS for path in kind.list_paths)
            return next((found[:PROBED_STEPS] for found in lists if isinstance(found, list)), [])
        blocks = self.part.blocks[:PROBED_STEPS]
        if not header.declared.says_kind and not any(_MAY_TELL.search(block.text) for block in blocks):
            return []
        return [item_value(block.text, block.fragment) for block in blocks]

    def _probed_steps(self, header: Header) -> list[Step]:
        if self.part.path is not None:
            return [self._read_plainly(block) for block in self.part.blocks[:PROBED_STEPS]]
        return self._steps_of(header, GROUP, GROUP.nested, PROBED_STEPS)

    @property
    def is_spine(self) -> bool:
        """Whether this is a document that is read; where nothing declares it, its steps tell."""
        return self.kind is not None

    @property
    def name(self) -> str:
        """The group's name, empty where none is written."""
        return self.header.name or ""

    @lazy
    def is_cut(self) -> bool:
        """Whether each step was read from its own text; else the whole document was read as one."""
        return self.part.path in self.header.kind.list_paths

    @lazy
    def steps(self) -> list[Step]:
        """The steps in the order of the file; spans are relative to `base_of` the step."""
        if not self.is_cut:
            return self._whole_steps
        if self._is_plain:
            return [block.memo or self._read_plainly(block) for block in self.part.blocks]
        return [self.read(block) for block in self.part.blocks]

    @lazy
    def _is_plain(self) -> bool:
        """Whether steps are those of a group: what is read of them is kept apart from what other kinds read."""
        return self.header.form.step == STEP

    def read(self, block: StepBlock) -> Step:
        """The step that a block of the group says, made once for each text."""
        if self._is_plain:
            return self._read_plainly(block)
        header = self.header
        memo = block.other
        if memo is None or memo.form is not header.form:
            check_cancelled()
            memo = read_plain(block.text, header.kind) or self._read_item(block, header.kind, header.form)
            memo.form = header.form
            block.other = memo
        return memo

    def _read_plainly(self, block: StepBlock) -> Step:
        memo = block.memo
        if memo is None:
            check_cancelled()
            memo = block.memo = read_plain(block.text) or self._read_item(block, GROUP, GROUP.nested)
        return memo

    def _read_item(self, block: StepBlock, kind: Kind, form: Form) -> Step:
        known = {name: self._anchored(name) for name in block.open_aliases & self.part.shared.keys()}
        return read_item(block.text, block.fragment, known, kind, form)

    def _anchored(self, name: str) -> Anchored:
        """What an anchor names that items have aliases of from elsewhere."""
        home = self.part.shared[name].home
        return ((self.part.memo or self.header).anchors if home is None else anchors_in(home))[name]

    @property
    def step_count(self) -> int:
        """The number of items in the list of steps."""
        return len(self.part.blocks) if self.is_cut else len(self._whole_nodes)

    def _step(self, number: int) -> Step:
        return self.read(self.part.blocks[number]) if self.is_cut else self._whole_steps[number]

    @lazy
    def steps_to_check(self) -> list[int]:
        """The steps that need attention: looked for once, so that nobody else needs to look at all of them."""
        return [number for number, step in enumerate(self.steps) if step.needs_attention]

    @property
    def steps_with_faults(self) -> list[int]:
        """The steps with faults that their text alone shows; in a sound file none."""
        return [number for number in self.steps_to_check if self.steps[number].has_text_faults]

    @lazy
    def _whole_list(self) -> tuple[list[Node], list[Any]]:
        """The items of the list of steps, through aliases and merge keys, and their values."""
        return self._list_of(self.header, self.header.kind)

    def _list_of(self, header: Header, kind: Kind) -> tuple[list[Node], list[Any]]:
        if header.root is None:
            return [], []
        for path in kind.list_paths:
            node = follow(header.root, path, header.anchors)
            if node is not None and node.kind == "seq":
                values = value_at(header.value, path)
                known = isinstance(values, list) and len(values) == len(node.items)
                return node.items, values if known else [None] * len(node.items)
        return [], []

    @property
    def _whole_nodes(self) -> list[Node]:
        return self._whole_list[0]

    @lazy
    def _whole_steps(self) -> list[Step]:
        return self._steps_of(self.header, self.header.kind, self.header.form)

    def _steps_of(self, header: Header, kind: Kind, form: Form, most: int | None = None) -> list[Step]:
        """The steps of a document that was not cut, read as those of a kind."""
        nodes, values = self._list_of(header, kind)
        faults = (*self.part.skeleton.faults, *header.faults)
        broken = sorted(fault.start for fault in faults)
        steps = []
        for node, value in zip(nodes[:most], values[:most], strict=True):
            place = bisect_left(broken, node.start)
            hit = place < len(broken) and broken[place] <= node.end
            steps.append(read_step(node, node.start, value, header.anchors, broken=hit, kind=kind, form=form))
        return steps

    @lazy
    def faults_between(self) -> tuple[Fault, ...]:
        """What is wrong only because of several items, as offsets of the file."""
        if not self.is_cut:
            return ()
        steps = self.steps
        anchored = ((number, steps[number].anchors) for number in self.steps_to_check if steps[number].anchors)
        shared = [step.shared for step in steps]
        header = self.header
        return tuple(faults_between(self.part, header.anchor_spans, header.shared, anchored, shared))

    @lazy
    def open_braces(self) -> tuple[Span, ...]:
        """The templates in the skeleton that only begin or only end."""
        part, root = self.part, self.part.skeleton.root
        text = part.head + part.tail
        return unpaired_braces(text, root) if root is not None and (OPENING in text or CLOSING in text) else ()

    @lazy
    def span(self) -> Span:
        """From the group's first key to the end of its last line with text, as offsets of the file."""
        root = self.header.root
        start = self.part.file_offset(root.start) if root is not None else self.part.start
        text, end = self.text, self.part.end
        while end > start:
            base = text.line_start(text.line_of(end - 1))
            kept = text.line_text(text.line_of(base))[: end - base].rstrip()
            if kept:
                return Span(start, max(start, base + len(kept)))
            end = base
        return Span(start, start)

    def base_of(self, step: int) -> int:
        """What to add to the spans of a step to have offsets in the file."""
        return self.part.block_starts[step] if self.is_cut else self.part.start

    def node_of(self, step: int) -> Node | None:
        """The tree of a step, with spans relative to `base_of`; None for an item that holds nothing."""
        if not self.is_cut:
            return self._whole_nodes[step]
        root = self.part.blocks[step].fragment.root
        return root.items[0] if root is not None and root.kind == "seq" and root.items else None

    def faults_of(self, step: int) -> tuple[Fault, ...]:
        """What is wrong with the YAML of a step that was cut out; spans as in `node_of`."""
        return self.part.blocks[step].faults if self.is_cut else ()

    def step_at(self, offset: int) -> int | None:
        """The step whose item holds an offset of the file."""
        if self.is_cut:
            return self.part.block_at(offset)
        starts = [node.start + self.part.start for node in self._whole_nodes]
        index = bisect_right(starts, offset) - 1
        return index if index >= 0 and offset <= self._whole_nodes[index].end + self.part.start else None

    def steps_in(self, span: Span) -> range:
        """The steps whose text may meet a span of the file; all of them where they were not cut out."""
        if not self.is_cut:
            return range(self.step_count)
        starts = self.part.block_starts
        first = max(bisect_right(starts, span.start) - 1, 0)
        return range(first, min(bisect_right(starts, span.end), len(self.part.blocks)))

    def item_span(self, step: int) -> Span:
        """The whole lines of a step's item where it was cut out, else its tokens; offsets of the file."""
        if self.is_cut:
            return Span(self.part.block_starts[step], self.part.block_starts[step + 1])
        return self.steps[step].span.moved(self.part.start)

    def name_span(self, step: int) -> Span:
        """The name of a step (or its first token), as offsets of the file."""
        return self.steps[step].anchor_span.moved(self.base_of(step))

    def edge_span(self, step: int, entry: int) -> Span:
        """One entry of a step's `depends_on`, as offsets of the file."""
        return self.steps[step].edge_spans[entry].moved(self.base_of(step))

    def header_span(self, node: Node) -> Span:
        """The span of a node of the skeleton, as offsets of the file."""
        return Span(*self.part.file_span(node.start, node.end))

    @lazy
    def names(self) -> list[str]:
        """The names of the steps; one without a name has one that nobody can write."""
        names = [step.name or "" for step in self.steps]
        for number in self.steps_to_check:
            names[number] = names[number] or f"\0{number}"
        return names

    @lazy
    def graph(self) -> GraphInspection:
        """The planner's inspection, in the order in which the runner runs it; step i of it is `steps[i]`."""
        graph, kind = self.dependencies, self.header.kind
        if kind.as_run is as_inspected:
            return graph
        last = _last_graph(self.header)  # of one policy, which stands in the header
        known = last.as_run
        if known is None or known[0] is not graph:
            known = last.as_run = (graph, kind.as_run(graph, self.header.section(POLICY)))
        return known[1]

    @lazy
    def dependencies(self) -> GraphInspection:
        """The inspection by what each step waits for, whether the runner heeds that or not."""
        names = self.names
        depends_on = [step.depends_on for step in self.steps]
        last = _last_graph(self.header)
        known = last.graph
        if known is None or known.names != names or known.depends_on != depends_on:
            repeating = [number for number in self.steps_to_check if self.steps[number].repeats]
            known = last.graph = inspect_graph(names, depends_on, repeating, known)
        return known

    @property
    def similar_names(self) -> tuple[tuple[int, int], ...]:
        """Pairs of steps whose names differ only by case, the earlier first; looked for once for a graph."""
        graph, last = self.graph, _last_graph(self.header)
        if last.similar is None or last.similar[0] is not graph:
            last.similar = (graph, tuple(_differing_by_case(graph.first)))
        return last.similar[1]

    @property
    def redundant_edges(self) -> tuple[RedundantEdge, ...]:
        """The edges that others imply; taken over from the document before where the graph did not change."""
        return finish(self.find_redundant_edges())

    def find_redundant_edges(self) -> Generator[None, None, tuple[RedundantEdge, ...]]:
        """The `redundant_edges`, as a generator that yields now and then, for large graphs."""
        from spine_lsp.orchestration.queries import redundant_edges_in_parts

        graph, last = self.dependencies, _last_graph(self.header)
        if last.redundant is None or last.redundant[0] is not graph:
            found = yield from redundant_edges_in_parts(graph)
            last.redundant = (graph, found.edges)
        return last.redundant[1]

    @property
    def knows_redundant_edges(self) -> bool:
        """Whether `redundant_edges` costs next to nothing: known already, or of a small graph."""
        if self.step_count <= _SMALL:
            return True
        known = _last_graph(self.header).redundant
        return known is not None and known[0] is self.dependencies

    def redundant_edges_so_far(self, limit: int) -> tuple[tuple[RedundantEdge, ...], int]:
        """At most `limit` of the `redundant_edges`, and how many there are, without making a large graph wait.

        In a large graph that has just changed: those found before that are still there.
        """
        if self.knows_redundant_edges:
            return self.redundant_edges[:limit], len(self.redundant_edges)
        known = _last_graph(self.header).redundant
        if known is None:
            return (), 0
        from spine_lsp.orchestration.queries import RedundantEdge

        before, edges = known
        names = before.names
        first, depends_on = self.dependencies.first, self.dependencies.depends_on
        left: list[RedundantEdge] = []
        for edge in edges:
            step, on, through = names[edge.step], names[edge.on], names[edge.through]
            entries = depends_on[first[step]] if step in first else ()
            if on in entries and through in entries and on in first and through in first:
                left.append(RedundantEdge(first[step], entries.index(on), first[on], first[through]))
                if len(left) == limit:
                    break
        return tuple(left), len(edges)


def _differing_by_case(first: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    written = "".join(first)
    if (written.islower() and written.isascii()) or len(set(map(str.casefold, first))) == len(first):
        return
    known: dict[str, int] = {}
    for name, step in sorted(first.items(), key=lambda item: item[1]):
        other = known.setdefault(name.casefold(), step)
        if other != step:
            yield other, step


def _mistypes_pipeline(step: Step) -> bool:
    """Whether a step has a name and a key that was surely meant to be `pipeline`, and no other unknown one."""
    unknown = [problem for problem in step.problems if problem.code == "unknown-key"]
    return (
        bool(step.name)
        and all(problem.suggestions for problem in unknown)
        and any(
            problem.suggestions == (PIPELINE,) and _ALMOST_PIPELINE.fullmatch(str(problem.path[-1]))
            for problem in unknown
        )
    )
