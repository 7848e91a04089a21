"""The page for the browser: nothing from outside, nothing but its own script, everything escaped."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from spine_lsp.drawing import html
from spine_lsp.drawing.html import draw_html
from spine_lsp.drawing.model import Direction, GraphEdge, GraphModel, GraphNode
from tests.drawing.draw_fixtures import build, graph
from tests.examples import examples

NASTY = "'</script><script>alert(1)</script>'; '<img src=x onerror=alert(1)>' < '</script><script>alert(1)</script>'"


class Page(HTMLParser):
    """The elements and the texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.elements[-1][0] if self.elements else "", []).append(data)

    def count(self, tag: str, **having: str) -> int:
        return sum(
            name == tag and all((a.get(k) or "").startswith(v) for k, v in having.items()) for name, a in self.elements
        )


@pytest.mark.parametrize("source", ["a; b < a", NASTY])
def test_only_its_own_style_and_script_may_run(source: str) -> None:
    """The policy names the hashes of the very style and script on the page, and there are no others."""
    text = draw_html(graph(source))
    page = Page(text)
    policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(script) == 1
    assert policy is not None
    beside = Path(html.__file__).parent
    for kind, content, name in (("style", style, "page.css"), ("script", script[0], "page.js")):
        assert content == (beside / name).read_text(encoding="utf-8")  # so it does not end its element
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert page.count("script") == 2
    assert page.count("img") == 0


def test_nothing_is_fetched() -> None:
    """No element points anywhere, no handler or style stands in an attribute."""
    for tag, attributes in Page(draw_html(graph(NASTY))).elements:
        assert not attributes.keys() & {"src", "href", "style", "action", "data"}, tag
        assert not [name for name in attributes if name.startswith("on")]


def test_every_node_can_be_reached_and_is_named() -> None:
    """Nodes take the keyboard's focus and say name and state."""
    page = Page(draw_html(graph("a < a; b < nope")))
    nodes = [a for tag, a in page.elements if tag == "g"]
    assert [node["aria-label"] for node in nodes] == [
        "a, waits for itself",
        "b, waits for a step that does not exist",
        "nope, no step has this name",
    ]
    assert all(node["tabindex"] == "0" and node["role"] == "button" for node in nodes)
    assert page.count("path", **{"class": "edge"}) == 2


@settings(max_examples=examples(80))
@given(
    st.lists(st.tuples(st.text(max_size=20), st.lists(st.integers(0, 9), max_size=3)), min_size=1, max_size=10),
    st.sampled_from(["down", "right"]),
)
def test_names_never_become_markup(steps: list[tuple[str, list[int]]], direction: Direction) -> None:
    """For any names the page has the same elements, and its data can be read back."""
    model = build([(name, [steps[dep % len(steps)][0] for dep in deps]) for name, deps in steps])
    text = draw_html(model, direction=direction)
    text.encode()
    page = Page(text)
    assert page.count("g", **{"class": "node"}) == len(model.nodes)
    lines = re.findall(r'class="edge [^"]*" d="[^"]*?([\d.-]+ [\d.-]+)[LC](?:[\d. -]* )?([\d.-]+ [\d.-]+)"', text)
    assert len(lines) == len(model.known_edges())
    assert all(before != end for before, end in lines)  # an arrow has a direction
    assert page.count("path", **{"class": "edge"}) == len(model.edges)
    assert page.count("script") == 2
    (script,) = re.findall(r'id="data">(.*?)</script>', text)
    data = json.loads(script)
    assert len(data["nodes"]) == len(model.nodes)
    assert len(data["edges"]) == len(model.edges)


def test_a_large_group_is_listed() -> None:
    """Thousands of steps are a list by level, whose entries say which node they are."""
    nodes = tuple(GraphNode(f"s{i}", f"s{i}") for i in range(3000))
    page = Page(draw_html(GraphModel("large", nodes, tuple(GraphEdge("s0", f"s{i}") for i in range(1, 3000)))))
    assert page.count("li") == 3000
    assert page.count("script") == 2
    assert page.count("button") == 3000 + 4
    numbers = {a["data-n"] for tag, a in page.elements if tag == "li"}
    assert numbers == {str(number) for number in range(3000)}
    assert page.count("svg") == 0
