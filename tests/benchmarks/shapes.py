"""What a keystroke costs in files of every shape: others' YAML, flow, one line, aliases, many documents, and so on.

In one process without a client. Run as a module it prints JSON.
"""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import process_time

from spine_lsp.analysis.diagnose import diagnose_in_steps
from spine_lsp.analysis.document import Document
from spine_lsp.server import to_lsp
from spine_lsp.server.client import Client
from spine_lsp.syntax.text import Edit, Text

Row = dict[str, str | float]

URI = "file:///shape.yaml"
KEYS = 20
HEAD = "apiVersion: spine.io/v1\nkind: PipelineGroup\nmetadata:\n  name: shape\n"


def _steps(count: int, params: str = "{batch: 500}") -> str:
    step = "    - name: s{0}\n      pipeline: p.q\n      depends_on: [{1}]\n      params: {2}\n"
    return "".join(step.format(i, f"s{i - 2}" if i > 2 else "", params) for i in range(1, count + 1))


def _flow(count: int, between: str) -> str:
    steps = f",{between}".join(
        f'{{"name": "s{i}", "pipeline": "p", "depends_on": ["s{i - 1}"]}}' for i in range(1, count)
    )
    return f'[{{"name": "s0", "pipeline": "p"}},{between}{steps}]'


def _foreign(lines: int) -> str:
    return "name: ci\njobs:\n  build:\n    steps:\n" + "      - run: make pipeline\n" * lines


SHAPES: dict[str, Callable[[], str]] = {
    "a plain group of 3,000 steps": lambda: f"{HEAD}spec:\n  pipelines:\n{_steps(3000)}",
    "the same with an alias in each step": lambda: (
        f"{HEAD}x: &x {{a: 1}}\nspec:\n  pipelines:\n{_steps(3000, '{<<: *x, b: 1}')}"
    ),
    "one of 3,000 steps and a header of 1,000 lines": lambda: (
        f"{HEAD}spec:\n  defaults:\n"
        + "".join(f"    key{i}: value\n" for i in range(1000))
        + f"  pipelines:\n{_steps(3000)}"
    ),
    "2,000 documents of two steps": lambda: "---\n".join(
        f"{HEAD.replace('shape', f'shape{i}')}spec:\n  pipelines:\n{_steps(2)}" for i in range(2000)
    ),
    "400 steps in brackets": lambda: f"kind: PipelineGroup\nname: x\nsteps: {_flow(400, chr(10))}\n",
    "400 steps in one line": lambda: f'{{"kind": "PipelineGroup", "name": "x", "steps": {_flow(400, "")}}}',
    "the same with an emoji": lambda: f'{{"kind": "PipelineGroup", "name": "😀", "steps": {_flow(400, "")}}}',
    "others' YAML, 1,000 lines": lambda: _foreign(1_000),
    "others' YAML, 20,000 lines": lambda: _foreign(20_000),
    "others' YAML, 15 MB": lambda: _foreign(520_000),
}


def measure_shapes() -> list[Row]:
    """For each shape: milliseconds to open and for a key (median), and what a key leaves in memory, in kB."""
    return [{"shape": name, **_measure(make())} for name, make in SHAPES.items()]


def _measure(source: str) -> dict[str, float]:
    began = process_time()
    document = Document.read(URI, 0, Text(source))
    _diagnose(document)
    opened = process_time() - began
    middle = source.find("s1000") if "s1000" in source else len(source) // 2
    word = max(source.rfind("name", 0, middle), source.rfind("run", 0, middle))
    at = source.index(":", word) + 4  # inside of a name, or of a text
    taken = []
    for number in range(KEYS):
        began = process_time()
        document = _key(document, at, number)
        taken.append(process_time() - began)
    tracemalloc.start()
    for number in range(4):
        document = _key(document, at, number)
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(4):
        document = _key(document, at, number)
    gc.collect()
    kept = (tracemalloc.get_traced_memory()[0] - before) / 4
    tracemalloc.stop()
    return {"open_ms": opened * 1000, "key_ms": median(taken) * 1000, "kept_kb": max(kept, 0) / 1000}


def _key(document: Document, at: int, number: int) -> Document:
    edit = Edit(at, at + 1, "") if number % 2 else Edit(at, at, "x")
    document = document.changed(number, document.text.replaced(*edit), [edit])
    _diagnose(document)
    return document


def _diagnose(document: Document) -> None:
    work = diagnose_in_steps(document, quick=True)
    try:
        while True:
            next(work)
    except StopIteration as done:
        to_lsp.diagnostics(document.text, URI, done.value, Client())


if __name__ == "__main__":
    print(json.dumps(measure_shapes()))
