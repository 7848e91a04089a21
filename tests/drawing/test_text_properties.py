"""What holds for the drawing of every graph: total, truthful, in bounds, places right, the same each time."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from spine_lsp.drawing import marks
from spine_lsp.drawing.canvas import NamePlace
from spine_lsp.drawing.labels import clean, shorten, width
from spine_lsp.drawing.model import Direction, GraphModel
from spine_lsp.drawing.text import LEAST_WIDTH, Form, draw_text
from tests.drawing.draw_fixtures import build
from tests.drawing.draw_tracing import edges_drawn
from tests.examples import examples

pytestmark = pytest.mark.any_version

ODD = st.sampled_from(
    ["", " ", "a b", "naïve", "数据清洗", "👩‍🔬 lab", "🚀", "e\u0301te\u0301", "\u0301", "x\ny", "\x1b[31mred",
     "\u202eabc",     '"quoted"', "<b>", "&amp;", "]];", "-->", "--", "end", "#", "|", "└─┬", "\ud800", "long-" * 30]
)  # fmt: skip
NAME = st.one_of(ODD, st.text(max_size=12), st.integers(0, 30).map("s{}".format))


@st.composite
def models(draw: DrawFn, names: SearchStrategy[str] = NAME, most: int = 24) -> GraphModel:
    """Random groups: any name, forward and backward edges, unknown names, second steps of one name."""
    chosen = draw(st.lists(names, max_size=most))
    pool = [*chosen, "ghost-1", "ghost-2"]
    steps = [(name, draw(st.lists(st.sampled_from(pool), max_size=3))) for name in chosen]
    return build(steps)


PLAIN = st.integers(0, 59).map("s{}".format)
FORMS = st.sampled_from([None, "boxes", "lines", "rows", "list"])
DIRECTIONS = st.sampled_from(["down", "right"])


def _shortened(name: str, ascii_only: bool) -> set[str]:
    return {shorten(name, cells, ascii_only=ascii_only) for cells in range(1, width(name))}


@settings(max_examples=examples(150))
@given(models(), FORMS, DIRECTIONS, st.one_of(st.none(), st.integers(0, 140)), st.booleans())
def test_every_graph_is_drawn_in_bounds_with_its_places(
    model: GraphModel, form: Form | None, direction: Direction, limit: int | None, ascii_only: bool
) -> None:
    """Each node has one place, labels do not overlap, no line is too wide, and the same input gives the same."""
    drawing = draw_text(model, form=form, direction=direction, width=limit, ascii_only=ascii_only)
    lines = drawing.text.split("\n")
    assert sorted(place.id for place in drawing.places) == sorted(node.id for node in model.nodes)
    taken: set[tuple[int, int]] = set()
    for place in drawing.places:
        shown = lines[place.line][place.start : place.end]
        assert shown == clean(place.name) or shown in _shortened(clean(place.name), ascii_only)
        cells = {(place.line, column) for column in range(place.start, place.end)}
        assert not cells & taken
        taken |= cells
    widest = max(map(width, lines))
    assert widest == drawing.width
    if limit is not None:
        assert widest <= max(limit, LEAST_WIDTH)
    assert drawing == draw_text(model, form=form, direction=direction, width=limit, ascii_only=ascii_only)


@settings(max_examples=examples(150))
@given(models(names=PLAIN, most=40), DIRECTIONS)
@example(
    build(
        [
            ("a", []),
            ("b", []),
            ("c", []),
            ("d", ["c"]),
            ("e", ["d"]),
            ("f", ["d", "b"]),
            ("g", ["d", "b", "a"]),
        ]
    ),
    "down",
)
def test_following_the_lines_finds_the_edges_and_no_others(model: GraphModel, direction: Direction) -> None:
    """A drawing says nothing false: whoever follows its lines finds exactly the edges of the graph."""
    drawing = draw_text(model, form="boxes", direction=direction, redundant=True)
    assert drawing.form == ("boxes" if model.nodes else "list")
    assert edges_drawn(drawing) == {(e.source, e.target) for e in model.edges if e.source != e.target}


@settings(max_examples=examples(60))
@given(models(names=PLAIN), FORMS, DIRECTIONS)
def test_ascii_drawings_are_ascii(model: GraphModel, form: Form | None, direction: Direction) -> None:
    """With ASCII names, an ASCII drawing holds ASCII only."""
    assert draw_text(model, form=form, direction=direction, ascii_only=True).text.isascii()


@settings(max_examples=examples(60))
@given(models(), FORMS)
def test_colour_changes_nothing_but_the_colour(model: GraphModel, form: Form | None) -> None:
    """Without its escape sequences a coloured drawing is the plain one, with the same places."""
    plain, coloured = draw_text(model, form=form), draw_text(model, form=form, color=True)
    bare = coloured.text
    for code in ("31", "33", "35", "2", "0"):
        bare = bare.replace(f"\x1b[{code}m", "")
    assert bare == plain.text
    assert coloured.places == plain.places
    assert "\x1b" not in plain.text


@pytest.mark.parametrize("state", ["cycle", "ghost", "missing", "blocked", "duplicate", "self"])
def test_every_fault_has_a_mark_without_colour(state: str) -> None:
    """Cycles, ghosts and the like can be told apart without colour, in ASCII too."""
    assert marks.mark(state, ascii_only=False)
    assert marks.mark(state, ascii_only=True).isascii()


@settings(max_examples=examples(60))
@given(models(names=PLAIN, most=30), st.sampled_from(["boxes", "lines", "rows"]), DIRECTIONS)
def test_the_way_of_an_edge_is_one_line_from_name_to_name(model: GraphModel, form: Form, direction: Direction) -> None:
    """Each edge that is drawn has its way.

    That is joined cells with a line in them, from beside the one name to beside the other, and beside no third name
    that it could be taken for.
    """
    drawing = draw_text(model, form=form, direction=direction, redundant=True, ways=True)
    lines = drawing.text.split("\n")
    place = {one.id: one for one in drawing.places}
    edges = {(e.source, e.target) for e in model.known_edges() if e.source != e.target}
    assert set(drawing.ways) <= edges
    if drawing.form in ("boxes", "lines"):
        assert set(drawing.ways) == edges
    for (source, target), way in drawing.ways.items():
        cells = {(row, column) for row, start, end in way for column in range(start, end)}
        assert all(lines[row][column] not in (" ", "") for row, column in cells)
        reached: set[tuple[int, int]] = set()
        todo = [min(cells)]
        while todo:
            row, column = todo.pop()
            if (row, column) in cells - reached:
                reached.add((row, column))
                todo += [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
        assert reached == cells
        for end in (source, target):
            assert any(_beside(place[end], row, column) for row, column in cells), (source, target, end)


def _beside(place: NamePlace, row: int, column: int) -> bool:
    """Whether a cell lies on the border of a node's box, bracket or bullet; boxes are up to 40 lines tall."""
    return abs(row - place.line) <= 20 and place.start - 44 <= column <= place.end + 44


@settings(max_examples=examples(60))
@given(models(names=PLAIN, most=30), st.integers(0, 4), st.data())
def test_the_part_around_a_node_is_what_lies_within_some_edges(
    model: GraphModel, hops: int, data: st.DataObject
) -> None:
    """A node belongs to the part exactly if it can be reached downward or upward in so many edges."""
    if not model.nodes:
        return
    centre = data.draw(st.sampled_from([node.id for node in model.nodes]))
    part = model.around([centre], hops)

    def reach(node: str, pairs: set[tuple[str, str]], left: int) -> set[str]:
        found = {node}
        for first, second in pairs if left else ():
            if first == node:
                found |= reach(second, pairs, left - 1)
        return found

    down = {(edge.source, edge.target) for edge in model.edges}
    up = {(target, source) for source, target in down}
    near = reach(centre, down, hops) | reach(centre, up, hops)
    assert {node.id for node in part.nodes} == near
    assert set(part.edges) == {e for e in model.edges if e.source in near and e.target in near}
    assert {node for level in part.levels for node in level} <= near
    assert draw_text(part).places
