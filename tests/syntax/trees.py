"""Draws trees as text, and makes YAML that is almost right."""

from __future__ import annotations

from hypothesis import strategies as st

from spine_lsp.syntax.tree import Node

LINES = [
    "apiVersion: spine.io/v1\n",
    "kind: PipelineGroup\n",
    "metadata:\n",
    "  name: g\n",
    "spec:\n",
    "  defaults: {a: 1}\n",
    "  defaults: &d\n",
    "    x: [1, 2]\n",
    "  pipelines:\n",
    "    - name: a\n",
    "      pipeline: p.a\n",
    "    - name: b\n",
    "      pipeline: p.b\n",
    "      depends_on: [a]\n",
    "      depends_on: [a, b\n",
    "      depends_on:\n",
    "        - a\n",
    "      depends_on: c\n",
    "      params: *d\n",
    '      params: {t: "{{ params.t }}"}\n',
    "      params: {t: {{ params.t }}}\n",
    "      note: |\n",
    "        - name: not a step\n",
    "      note: 'it''s'\n",
    '      note: "open\n',
    "    # a comment\n",
    "\n",
    "    -\n",
    "  - name: c\n",
    "  policy:\n",
    "    execution: parallel\n",
    "---\n",
    "...\n",
    "steps:\n",
    "- name: a\n",
    "  pipeline: p.a\n",
    "\tx: 1\n",
    "]\n",
    "<<<<<<< HEAD\n",
    "=======\n",
    ">>>>>>> other\n",
    "    - name: d # end\r\n",
    "x: \u2028 y\n",
    "😀: 語\n",
    "- - - a\n",
    "? a\n",
    ": b\n",
]

almost_yaml = st.lists(st.sampled_from(LINES), max_size=14).map("".join)

ITEMS = [
    "    - name: a\n      pipeline: p.a\n",
    "    - name: b\n      pipeline: p.b\n      depends_on: [a]\n",
    "    - name: c\n      depends_on:\n        - a\n        - b\n\n",
    "    # about d\n    - pipeline: p.d\n      name: d\n      note: |\n        - x\n        y: z\n",
    '    - {name: e, pipeline: p, params: {t: "{{ params.t }}"}}\n',
    "    - name: f\n      depends_on: [a,\n        b]\n      params: &p {x: 1}\n",
    "    -\n",
]
group_texts = st.builds(
    lambda head, items, tail: head + "".join(items) + tail,
    st.sampled_from(
        [
            "apiVersion: spine.io/v1\nmetadata:\n  name: g\nspec:\n  defaults: {a: 1}\n  pipelines:\n",
            "spec:\n  pipelines: # the steps\n\n    # first\n",
            "name: g\nsteps:\n",
        ]
    ),
    st.lists(st.sampled_from(ITEMS), min_size=1, max_size=6),
    st.sampled_from(
        [
            "",
            "  policy:\n    execution: parallel\n",
            "  # end\n",
            "metadata:\n  name: late\n",
            "---\nsteps:\n- name: z\n",
        ]
    ),
)


def draw(node: Node | None) -> object:
    """A tree as nested tuples with spans, for comparison."""
    if node is None:
        return None
    inside: object = node.text
    if node.kind == "map":
        inside = [(draw(key), draw(value)) for key, value in node.entries]
    elif node.kind == "seq":
        inside = [draw(item) for item in node.items]
    return (node.kind, node.start, node.end, node.style, node.anchor, inside)
