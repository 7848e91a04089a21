"""Texts that are hard on a server, by kind and size: each grows in one way only."""

from __future__ import annotations

from collections.abc import Callable

HEAD = "kind: PipelineGroup\nname: g\nsteps:\n"


def _step(number: int, *more: str) -> str:
    lines = [f"  - name: s{number}", f"    pipeline: p{number}", *(f"    {line}" for line in more)]
    return "\n".join(lines) + "\n"


def chain(size: int) -> str:
    """Each step waits for the one before."""
    return HEAD + "".join(_step(n, *([f"depends_on: [s{n - 1}]"] if n else [])) for n in range(size))


def complete(size: int) -> str:
    """Each step waits for all before it: the square of `size` in edges."""
    names = [f"s{n}" for n in range(size)]
    return HEAD + "".join(_step(n, f"depends_on: [{', '.join(names[:n])}]") for n in range(size))


def knot(size: int) -> str:
    """Each step waits for all others."""
    names = ", ".join(f"s{n}" for n in range(size))
    return HEAD + "".join(_step(n, f"depends_on: [{names}]") for n in range(size))


def ring(size: int) -> str:
    """One cycle of all steps."""
    return HEAD + "".join(_step(n, f"depends_on: [s{(n + 1) % size}]") for n in range(size))


def layers(size: int) -> str:
    """Levels of ten steps that each wait for the whole level before: many paths."""
    return HEAD + "".join(
        _step(n, f"depends_on: [{', '.join(f's{m}' for m in range(n - n % 10 - 10, n - n % 10) if m >= 0)}]")
        for n in range(size)
    )


def missing(size: int) -> str:
    """A list of names that nobody has."""
    return HEAD + _step(0, f"depends_on: [{', '.join(f'x{n}' for n in range(size))}]")


def long_names(size: int) -> str:
    """A hundred steps with names so long, which wait for one another."""
    name = "n" * size
    return HEAD + "".join(
        f"  - name: {name}{n}\n    pipeline: {name}\n    depends_on: [{name}{n - 1}]\n" for n in range(100)
    )


def braces(size: int) -> str:
    """Templates that only begin, in one line."""
    return HEAD + _step(0, f"params: {{a: '{'{{ ' * size}'}}")


def templates(size: int) -> str:
    """Whole templates, in one line."""
    return HEAD + _step(0, f"params: {{a: '{'{{ params.a }} ' * size}'}}")


def dollars(size: int) -> str:
    """Braces of another kind, in one line."""
    return HEAD + _step(0, f"params: {{a: '{'${' * size}{'}' * size}'}}")


def url(size: int) -> str:
    """One address."""
    return HEAD + _step(0, f"params: {{a: 'http://x.y/{'ab' * size}'}}")


def urls(size: int) -> str:
    """Many beginnings of addresses."""
    return HEAD + _step(0, f"params: {{a: '{'http://' * size}'}}")


def brackets(size: int) -> str:
    """A value that opens and closes many lists."""
    return HEAD + _step(0, f"params: {{a: {'[' * 30}{'[],' * size}{']' * 30}}}")


def wide(size: int) -> str:
    """One step with many parameters."""
    return HEAD + _step(0, "params:", *(f"  k{n}: {n}" for n in range(size)))


def comments(size: int) -> str:
    """Comments only, in the middle of the list."""
    return HEAD + _step(0) + "  # spine-ignore: x\n" * size + _step(1)


def unknown_keys(size: int) -> str:
    """Keys that no step has."""
    return HEAD + _step(0, *(f"k{n}: {n}" for n in range(size)))


def duplicates(size: int) -> str:
    """Steps that all have one name and wait for it."""
    return HEAD + "  - name: a\n    pipeline: p\n    depends_on: [a]\n" * size


def aliases(size: int) -> str:
    """Aliases without an anchor."""
    return HEAD + "".join(f"  - name: s{n}\n    pipeline: *a{n}\n" for n in range(size))


def anchored(size: int) -> str:
    """Steps that share an anchor of the head."""
    return "x: &a {k: 1}\n" + HEAD + "".join(_step(n, "params: *a") for n in range(size))


def relayed(size: int) -> str:
    """Steps that share an anchor of the first step."""
    return HEAD + _step(0, "params: &a {k: 1}") + "".join(_step(n, "params: {<<: *a}") for n in range(1, size))


def long_head(size: int) -> str:
    """A group whose defaults are long."""
    defaults = "".join(f"  key{n}: value\n" for n in range(size))
    return f"kind: PipelineGroup\nname: g\ndefaults:\n{defaults}steps:\n{_step(0)}{_step(1)}"


def conflict(size: int) -> str:
    """A group with the marks of a merge that met a conflict."""
    half = size // 2
    mine, yours = _step(half, "params: {a: 1}"), _step(half, "params: {a: 2}")
    around = chain(size).split(f"  - name: s{half}\n")
    return f"{around[0]}<<<<<<< HEAD\n{mine}=======\n{yours}>>>>>>> other\n  - name: t\n{around[1]}"


def flow(size: int) -> str:
    """A group as one line of JSON."""
    steps = ", ".join(f'{{"name": "s{n}", "pipeline": "p", "params": {{"a": "😀"}}}}' for n in range(size))
    return f'{{"kind": "PipelineGroup", "name": "g", "steps": [{steps}]}}\n'


def documents(size: int) -> str:
    """Many groups in one file."""
    return "---\n".join(f"kind: PipelineGroup\nname: g{n}\nsteps:\n{_step(n)}" for n in range(size))


def foreign(size: int) -> str:
    """YAML of another kind."""
    return "services:\n" + "".join(f"  s{n}:\n    image: x\n    ports: [1, 2]\n" for n in range(size))


def block_text(size: int) -> str:
    """A long literal block."""
    return HEAD + _step(0, "params:", "  a: |", *("    {{ params.x }} http://a.b" for _ in range(size)))


def broken(size: int) -> str:
    """Steps that do not parse."""
    return HEAD + "".join(f"  - name: s{n}\n    pipeline: [a\n" for n in range(size))


def one_line(size: int) -> str:
    """A value of one long line with blanks."""
    return HEAD + _step(0, f"params: {{a: '{'word ' * size}'}}")


def depends(size: int) -> str:
    """One step with a long list of names that exist."""
    tail = ", ".join(f"s{n}" for n in range(size))
    return HEAD + "".join(_step(n) for n in range(size)) + _step(size, f"depends_on: [{tail}]")


def merges(size: int) -> str:
    """Anchors of the head, each of which merges the one before it."""
    anchors = "".join(f"m{n}: &m{n} {{<<: *m{n - 1}, k{n}: 1}}\n" for n in range(1, size))
    return f"m0: &m0 {{k0: 1}}\n{anchors}{HEAD}{_step(0, f'params: {{<<: *m{size - 1}}}')}"


def anchors(size: int) -> str:
    """Many anchors in the head, and steps that have aliases of them."""
    named = "".join(f"  a{n}: &a{n} {n}\n" for n in range(size))
    return f"x:\n{named}{HEAD}" + "".join(_step(n, f"params: {{k: *a{n}}}") for n in range(size))


def placed(size: int) -> str:
    """Anchors at what a step runs and waits for, and aliases of them in the next step."""
    first = "  - name: &n0 s0\n    pipeline: &p p\n    depends_on: &d0 []\n"
    more = "".join(f"  - name: &n{n} s{n}\n    pipeline: *p\n    depends_on: [*n{n - 1}]\n" for n in range(1, size))
    return HEAD + first + more


def same_names(size: int) -> str:
    """Many groups of one name in one file."""
    return "---\n".join(f"kind: PipelineGroup\nname: g\nsteps:\n{_step(n)}" for n in range(size))


def empty_documents(size: int) -> str:
    """Marks of documents, with nothing between them."""
    return chain(2) + "---\n" * size


def deep(size: int) -> str:
    """Brackets that are opened only."""
    return HEAD + _step(0, f"params: {{a: {'[' * size}") + _step(1)


def deep_block(size: int) -> str:
    """Lists in lists, by their dashes."""
    return HEAD + _step(0, "params:", f"  a: {'- ' * size}b") + _step(1)


def long_keys(size: int) -> str:
    """Keys so long that YAML wants a question mark before them."""
    return HEAD + "".join(_step(n, f"{'k' * size}: 1") for n in range(20))


def unicode(size: int) -> str:
    """What is no ASCII, in names and beside them."""
    return HEAD + "".join(
        f"  - name: s\u00e9\U0001f600{n}  # \u2028\U0001f469\u200d\U0001f4bb\n    pipeline: p\u0301\n"
        for n in range(size)
    )


def tabs(size: int) -> str:
    """Lines that are indented by tabs."""
    return HEAD + _step(0) + "\t- name: x\n\t\tpipeline: p\n" * size + _step(1)


def lone_returns(size: int) -> str:
    """Lines that end as those of old Macs."""
    return chain(size).replace("\n", "\r")


def nulls(size: int) -> str:
    """Characters that no YAML may hold."""
    return HEAD + "".join(f"  - name: s\0{n}\n    pipeline: \x07\ufeffp\n" for n in range(size))


def open_quotes(size: int) -> str:
    """Quotes that are not closed, of both kinds."""
    return HEAD + "".join(f"  - name: \"s{n}\n    pipeline: 'p\n" for n in range(size))


def open_quote(size: int) -> str:
    """A quote before everything else, not closed."""
    return f'x: "\n{chain(size)}'


def conflicts(size: int) -> str:
    """Many conflicts of a merge."""
    return HEAD + "".join(f"<<<<<<< a\n{_step(n)}=======\n{_step(n)}>>>>>>> b\n" for n in range(size))


def question_marks(size: int) -> str:
    """Keys behind question marks, without values."""
    return HEAD + _step(0, "params:", *(f"  ? k{n}" for n in range(size)))


def tags(size: int) -> str:
    """Tags that nobody knows."""
    return HEAD + "".join(_step(n, f"params: !t{n} {{a: !!binary x}}") for n in range(size))


Make = Callable[[int], str]
KINDS: dict[str, tuple[Make, int]] = {
    "chain": (chain, 5_000),
    "complete": (complete, 500),
    "knot": (knot, 300),
    "ring": (ring, 3_000),
    "layers": (layers, 2_000),
    "missing": (missing, 10_000),
    "long_names": (long_names, 10_000),
    "braces": (braces, 40_000),
    "templates": (templates, 40_000),
    "dollars": (dollars, 40_000),
    "url": (url, 75_000),
    "urls": (urls, 40_000),
    "brackets": (brackets, 40_000),
    "wide": (wide, 10_000),
    "comments": (comments, 20_000),
    "unknown_keys": (unknown_keys, 3_000),
    "duplicates": (duplicates, 3_000),
    "aliases": (aliases, 2_000),
    "anchored": (anchored, 3_000),
    "relayed": (relayed, 3_000),
    "long_head": (long_head, 3_000),
    "conflict": (conflict, 1_000),
    "flow": (flow, 2_000),
    "documents": (documents, 1_000),
    "foreign": (foreign, 100_000),
    "block_text": (block_text, 20_000),
    "broken": (broken, 1_000),
    "one_line": (one_line, 100_000),
    "depends": (depends, 3_000),
    "merges": (merges, 1_000),
    "anchors": (anchors, 2_000),
    "placed": (placed, 1_000),
    "same_names": (same_names, 1_000),
    "empty_documents": (empty_documents, 20_000),
    "deep": (deep, 20_000),
    "deep_block": (deep_block, 20_000),
    "long_keys": (long_keys, 5_000),
    "unicode": (unicode, 3_000),
    "tabs": (tabs, 3_000),
    "lone_returns": (lone_returns, 1_000),
    "nulls": (nulls, 2_000),
    "open_quotes": (open_quotes, 1_000),
    "open_quote": (open_quote, 2_000),
    "conflicts": (conflicts, 1_000),
    "question_marks": (question_marks, 3_000),
    "tags": (tags, 2_000),
}
"""Each kind, and a size at which what grows with its square takes seconds."""
