"""Drawings as they are seen: each is compared with a text file beside the tests.

`SPINE_UPDATE=1 python -m pytest tests/drawing` writes the files anew; look at the difference.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from spine_lsp.drawing.dot import draw_dot
from spine_lsp.drawing.mermaid import draw_mermaid
from spine_lsp.drawing.model import GraphModel
from spine_lsp.drawing.text import draw_text
from tests.drawing.draw_fixtures import build, graph

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus"

FAULTS = "a < c; b < a; c < b; d < c; e < nope; f < e; g < g; a; h < d f"
GRAPHS = {
    "one": "a",
    "chain": "ingest; clean < ingest; train < clean; publish < train",
    "diamond": "a; b < a; c < a; d < b c",
    "fan-out": "a; b < a; c < a; d < a; e < a; f < a",
    "fan-in": "a; b; c; d; e < a b c d",
    "complete": "a; b; c < a b; d < a b; e < a b",
    "crossing": "a; b; c < a b; d < b; e < a",
    "long-edges": "a; b < a; c < b; d < c; e < d; x < a; y < x e; z < x e",
    "redundant": "a; b < a; c < a b; d < a b c",
    "two-parts": "a; b < a; c; d < c; e; f; g",
    "two-cycles": "a < b; b < a; c < b; d < e; e < d",
    "faults": FAULTS,
    "wide-names": "数据清洗; 'naïve résumé' < 数据清洗; 🚀 < 数据清洗; report < 'naïve résumé' 🚀",
    "control-characters": "'a\x1b[31m'; 'b\nc' < 'a\x1b[31m'; ' d ' < 'b\nc'",
}
OPTIONS: dict[str, dict[str, Any]] = {
    "down": {},
    "right": {"direction": "right"},
    "lines": {"form": "lines"},
    "lines-right": {"form": "lines", "direction": "right"},
    "rows": {"form": "rows"},
    "list": {"form": "list"},
    "ascii": {"ascii_only": True},
    "ascii-right": {"ascii_only": True, "direction": "right"},
}


pytestmark = pytest.mark.generated


def corpus_graph(name: str) -> GraphModel:
    """The graph of a file of the corpus."""
    steps = yaml.safe_load((CORPUS / f"{name}.yaml").read_text(encoding="utf-8"))["spec"]["pipelines"]
    return build([(step["name"], step.get("depends_on", [])) for step in steps])


def check_drawing(name: str, text: str) -> None:
    """`text` is what the file says, or becomes it when the update is asked for."""
    file = HERE / "drawings" / name
    if os.environ.get("SPINE_UPDATE"):
        file.write_text(text, encoding="utf-8", newline="\n")
    assert file.is_file(), f"no drawing {name}; set SPINE_UPDATE=1 to write it, then look at it"
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GRAPHS)
def test_each_shape_in_every_form(name: str) -> None:
    """Every form and direction of each small graph is as it was looked at."""
    model = graph(GRAPHS[name])
    parts = [f"## {option}\n{draw_text(model, **how).text}" for option, how in OPTIONS.items()]
    check_drawing(f"{name}.txt", "\n".join(parts))


@pytest.mark.parametrize(
    "name",
    ["pygls.ci", "ruff.ci", "ruff.release", "rust_analyzer.ci", "structlog.ci"],
)
def test_real_job_graphs(name: str) -> None:
    """The job graphs of known projects, as wide as they like, in 100 cells, and running right."""
    model = corpus_graph(f"from-ci/{name}")
    drawings = [draw_text(model), draw_text(model, width=100), draw_text(model, direction="right")]
    check_drawing(f"{name}.txt", "\n".join(f"## {drawn.form}\n{drawn.text}" for drawn in drawings))


def test_colours() -> None:
    """Cycles are red, ghosts and those who wait for them yellow, blocked steps dim."""
    text = draw_text(graph(FAULTS), color=True).text
    check_drawing("faults-colour.txt", text.replace("\x1b", "␛"))


def test_mermaid_and_dot() -> None:
    """The sources of the other pictures, with all states in them."""
    model = graph(FAULTS + "; 'x \"y\" <z> & # ; ]' < e")
    check_drawing("faults.mmd", draw_mermaid(model))
    check_drawing("faults.dot", draw_dot(model))
