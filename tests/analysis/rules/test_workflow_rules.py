"""The rules of workflows: each way in which the runner does what the author hardly meant is told by its own rule."""

# ruff: noqa: E501 - one line a case

from __future__ import annotations

import re
import textwrap

import pytest

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.project import Project
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.reading import read_text
from spine_lsp.syntax.text import Text
from tests.fixture import check_diagnostics

FLAT_HEAD = "apiVersion: spine.io/v1\nkind: Workflow\nname: w\n"
HEAD = "apiVersion: spine.io/v1\nkind: Workflow\nmetadata:\n  name: w\nspec:\n"


def codes(body: str, project: Project | None = None, head: str = HEAD) -> list[str]:
    """The findings of a workflow with this `spec`: code, and the text that they stand on."""
    text = head + textwrap.indent(textwrap.dedent(body).strip("\n"), "  " if head == HEAD else "") + "\n"
    found = diagnose(Document.read("file:///w.yaml", 1, Text(text)), project=project or Project())
    return [f"{finding.code} {text[finding.start : finding.end]}" for finding in found]


def steps(*lines: str, policy: str = "") -> str:
    listed = "".join(f"  - {{{line}}}\n" for line in lines)
    return f"steps:\n{listed}" + (f"policy: {{{policy}}}\n" if policy else "")


A, B, C = "name: a, operation: x.a", "name: b, operation: x.b", "name: c, operation: x.c"
B_AFTER_A, C_AFTER_B = f"{B}, depends_on: [a]", f"{C}, depends_on: [b]"
UNASKED = "name: a, type: choice"
MISSED = "unreachable-step b"
D_AFTER_C = "name: d, operation: o, depends_on: [c]"
PARALLEL = "execution: parallel"
CHOICE = "name: ask, type: choice, condition_ref: 'm:f'"


FAULTS = [
        # W1
        (steps(B_AFTER_A, A), "ignored-order a"),
        (steps(B_AFTER_A, A, policy=PARALLEL), ""),
        (steps(A, B_AFTER_A), ""),
        # W2, W12, W13
        (steps("name: a, operation: o, on_error: continue"), "dropped-key on_error"),
        (steps("name: a, operation: o, on_error: null"), ""),
        (steps("name: a, operation: o, params: {n: 1}, config: {m: 1}"), "dropped-key params"),
        (steps("name: a, operation: o, params: {n: 1}, config: {}"), ""),
        (steps("name: a, operation: o, params: {n: 1}, config: null"), ""),
        (steps(A, policy="timeout_seconds: 60"), "dropped-key 60"),
        (steps(A, policy="timeout_seconds: null"), ""),
        (steps("name: a, type: wait, duration_seconds: 1, params: {n: 1}"), "dropped-key params"),
        (steps("name: a, operation: o, then_step: a"), "dropped-key then_step"),
        (steps("name: a, operation: o, handler_ref: 'm:f'"), "dropped-key handler_ref"),
        # W3
        (steps(A, B, policy="on_failure: continue"), "ineffective-on-failure continue"),
        (steps(A, B, policy=f"on_failure: continue, {PARALLEL}"), "ineffective-on-failure continue"),
        (steps(A, B_AFTER_A, policy=f"on_failure: continue, {PARALLEL}"), ""),
        (steps(A, policy="on_failure: stop"), ""),
        # W4, W5
        (steps("name: a, type: lambda"), "unresolved-reference lambda"),
        (steps("name: a, type: lambda, handler_ref: m.f"), "unresolved-reference m.f"),
        (steps("name: a, type: lambda, handler_ref: 'm:'"), "unresolved-reference 'm:'"),
        (steps("name: a, type: lambda, handler_ref: 'm.n:C.f'"), ""),
        (steps(f"{UNASKED}, then_step: b, else_step: c", B, C_AFTER_B), "unresolved-reference choice"),
        # W6
        (steps("name: a, type: pipelin"), "unknown-step-type pipelin"),
        (steps("name: a, type: operation"), "missing-operation operation"),
        (steps("name: a"), "missing-operation a"),
        (steps("name: a, operation: ''"), "missing-operation a"),
        (steps("name: a, type: pipeline, pipeline: p"), ""),
        # W7
        (steps(f"{CHOICE}, then_step: b, else_step: c", B, C), "choice-falls-through b"),
        (steps(f"{CHOICE}, then_step: c, else_step: b", B, C), "choice-falls-through b"),
        (steps(f"{CHOICE}, then_step: b, else_step: c", B, C_AFTER_B), ""),
        # W8
        (steps(A, f"{CHOICE}, then_step: b, else_step: a", B), "choice-jumps-back a"),
        (steps(A, f"{CHOICE}, then_step: b, else_step: ask", B), "choice-jumps-back ask"),
        # W9
        (steps(f"{CHOICE}, then_step: b, else_step: c", f"{B}, depends_on: [ask]", C, policy=PARALLEL), "choice-in-parallel choice"),
        (steps(f"{CHOICE}, then_step: b, else_step: c", B, C, policy=PARALLEL), "choice-in-parallel choice"),
        (steps(f"{CHOICE}, depends_on: [a], then_step: b, else_step: c", A, B, C, policy=PARALLEL), "choice-in-parallel choice"),
        # W10
        (steps(f"{CHOICE}, then_step: b", B, C), "choice-without-else b"),
        (steps(f"{CHOICE}, then_step: c", B, C), "choice-without-else c"),
        # W11
        (steps("name: a, type: map, items_path: $.x, iterator_workflow: v"), "unsupported-map map"),
        (steps("name: a, type: map, iterator_workflow: w"), "unsupported-map map;recursive-workflow w"),
        # W17
        (steps("name: fetch, operation: o", "name: Fetch, operation: o"), "similar-names Fetch"),
        # branches
        (steps(f"{CHOICE}, then_step: bb, else_step: c", B, C), "unknown-branch-target bb"),
        (steps(f"{CHOICE}, then_step: c, else_step: d", B, C, D_AFTER_C), MISSED),
        # dialects
        (steps(A, "name: b, pipeline: p"), "mixed-dialects pipeline"),
        (steps("name: a, pipeline: p", B), "mixed-dialects operation"),
        (steps(A, B, "name: c, type: pipeline, pipeline: p"), "mixed-dialects pipeline"),
        (steps("name: a, type: pipeline, operation: p"), "mixed-dialects operation"),
        (steps("name: a, pipeline: p", "name: b, type: lambda, handler_ref: 'm:f'"), ""),
        # as for groups
        (steps(A, A), "duplicate-step a"),
        (steps("name: a, operation: o, depends_on: [b]", B_AFTER_A), "dependency-cycle b"),
        (steps("name: a, operation: o, depends_on: [z]"), "unknown-dependency z"),
        (steps("name: a, operation: o, depends_on: [a]"), "self-dependency a"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), FAULTS)
def test_each_fault_is_told_by_its_own_rule(body: str, expected: str) -> None:
    """And nothing else is said, nor of what is right."""
    assert codes(body) == [one for one in expected.split(";") if one]


@pytest.mark.parametrize(("body", "expected"), FAULTS)
def test_each_fault_is_told_in_every_dialect_and_form(body: str, expected: str) -> None:
    """In the older dialect under its own words; in the flat form, but for the key of which nobody knows what it does."""
    told = [one for one in expected.split(";") if one]
    newer, older = re.compile(r"\b(?<!-)operation\b"), "pipeline"
    if "mixed-dialects" not in expected and "pipeline" not in body:
        assert codes(newer.sub(older, body)) == [newer.sub(older, one) for one in told]
        assert sorted(codes(newer.sub(older, body), head=FLAT_HEAD)) == sorted(
            newer.sub(older, one) for one in told if "on_error" not in one
        )
    assert sorted(codes(body, head=FLAT_HEAD)) == sorted(one for one in told if "on_error" not in one)
    if "policy: {" in body and "timeout" not in body:
        of_dict = body.replace("policy: {", "execution_policy: {").replace("execution: ", "mode: ")
        assert sorted(codes(of_dict, head=FLAT_HEAD)) == sorted(told)


def test_messages_name_the_runner_whose_behaviour_they_tell() -> None:
    """A later one may do otherwise."""
    check_diagnostics(
        """
        apiVersion: spine.io/v1
        kind: Workflow
        metadata:
          name: w
        spec:
          steps:
            - name: clean
              operation: p.clean
              depends_on: [fetch]
        #                  ^^^^^ error[unknown-dependency]: no step is called `fetch`
            - name: load
              operation: p.fetch
              on_error: continue
        #     ^^^^^^^^ warning[dropped-key]: spine-core 0.4 drops `on_error`: it does nothing, whatever it says
        """
    )
    text = HEAD + "  steps:\n    - {name: b, operation: o, depends_on: [a]}\n    - {name: a, operation: o}\n"
    (finding,) = diagnose(Document.read("file:///w.yaml", 1, Text(text)))
    assert finding.message == (
        "spine-core 0.4 runs `b` before `a`: unless `execution` is `parallel` the order of the file counts, and "
        "`depends_on` does not"
    )
    assert [place.message for place in finding.related] == ["`a` stands here"]


LOOP, TWINS = ("a", "b", ", depends_on: [b]", ", depends_on: [a]"), ("a", "A", "", "")


@pytest.mark.parametrize(
    ("does", "also"),
    [
        ("operation: x", ""),
        ("type: lambda, handler: x", ""),
        ("handler: x", ""),
        ("handler: x.y", ""),
        ("condition: not late", ""),
        ("operation: null, handler: x", ""),
        ("handler_ref: 'm:f'", "missing-operation"),
        ("condition_ref: 'm:f'", "missing-operation"),
        ("then_step: a", "missing-operation"),
        ("else_step: a", "missing-operation"),
        ("iterator_workflow: w2", "missing-operation"),
    ],
)
@pytest.mark.parametrize(("names", "expected"), [(LOOP, "dependency-cycle b"), (TWINS, "similar-names A")])
def test_a_flat_workflow_that_nothing_declares_is_told_by_the_keys_of_its_steps(
    names: tuple[str, str, str, str], expected: str, does: str, also: str
) -> None:
    """Whatever they are, its cycles and its likely mix-ups are told; of words of no known loader no more is said."""
    first, second, left, right = names
    body = steps(f"name: {first}, {does}{left}", f"name: {second}, {does}{right}")
    found = codes(body, head="name: w\n")
    assert expected in found
    others = {one.split(maxsplit=1)[0] for one in found if one != expected}
    assert others - {"dropped-key"} == ({also} if also else set())


@pytest.mark.parametrize(
    ("step", "likely"),
    [("then_step: a", "choice"), ("handler_ref: 'm:f'", "lambda"), ("duration_seconds: 3", "wait")],
)
def test_a_step_without_a_type_is_told_the_one_that_its_keys_show(step: str, likely: str) -> None:
    """And what becomes of the keys without it."""
    text = f"{HEAD}  steps:\n    - {{name: a, {step}}}\n"
    found = diagnose(Document.read("file:///w.yaml", 1, Text(text)))
    (missing,) = (finding for finding in found if finding.code == "missing-operation")
    assert missing.message.endswith(f"is its type `{likely}`?")
    (dropped,) = (finding for finding in found if finding.code == "dropped-key")
    assert " of an `operation` step; " in dropped.message


FLAT = """
name: f
domain: d
version: 1
steps:
  - name: fetch
    type: pipeline
    pipeline: x.fetch
    config: {n: 1}
    on_error: continue
  - name: ask
    type: choice
    condition: "not skip"
    then_step: load
    else_step: report
  - name: load
    type: lambda
    handler: m.n.load
  - name: report
    type: pipeline
    pipeline: x.report
    depends_on: [load]
"""


def test_the_flat_form_has_words_of_its_own() -> None:
    """`handler` and `condition` stand for the references; what no loader reads is not said to be dropped."""
    assert codes(FLAT, head="") == []


def project(files: dict[str, str]) -> Project:
    index = PipelineIndex()
    for path, text in files.items():
        index = index.with_file(f"home/{path}", read_text(text, index.vocabulary, whole=True))
    return Project(python=index, ready=True)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("shop.handlers:clean", ""),
        ("shop.handlers:Tool.clean", ""),
        ("shop.handlers:claen", "unresolved-reference 'shop.handlers:claen'"),
        ("elsewhere.handlers:clean", ""),
        ("shop.open:anything", ""),
        ("shop.starred:anything", ""),
    ],
)
def test_a_name_that_a_module_of_the_workspace_does_not_define_is_told(reference: str, expected: str) -> None:
    """Only where the module is there, and all its names are known."""
    handlers = "from spine.orchestration import StepResult\ndef clean(ctx, cfg): ...\nclass Tool: ...\n"
    known = project(
        {
            "shop/__init__.py": "",
            "shop/handlers.py": handlers,
            "shop/open.py": "import spine\ndef __getattr__(name): ...\n",
            "shop/starred.py": "import spine\nfrom os import *\n",
        }
    )
    body = steps(f"name: a, type: lambda, handler_ref: '{reference}'")
    assert codes(body, known) == [one for one in [expected] if one]
    assert codes(body) == []


@pytest.mark.parametrize(
    ("dialect", "body", "expected"),
    [
        ("pipeline", steps(A, B), ["mixed-dialects operation", "mixed-dialects operation"]),
        ("operation", steps("name: a, pipeline: p"), ["mixed-dialects pipeline"]),
        ("operation", steps("name: a, type: pipeline, pipeline: p"), ["mixed-dialects pipeline"]),
        ("operation", steps(A, B), []),
        ("auto", steps(A, B), []),
        ("pipeline", steps("name: a, type: lambda, handler_ref: 'm:f'"), []),
        ("pipeline", steps(A, B, "name: c, pipeline: p"), ["mixed-dialects operation"] * 2),
    ],
)
def test_the_dialect_of_the_settings_is_the_one_that_is_read(dialect: str, body: str, expected: list[str]) -> None:
    """Of a file in the other one each step is told; of a mixed one those, however many there are."""
    text = HEAD + textwrap.indent(textwrap.dedent(body).strip("\n"), "  ") + "\n"
    found = diagnose(Document.read("file:///w.yaml", 1, Text(text)), Config.of({}, dialect))
    assert [f"{finding.code} {text[finding.start : finding.end]}" for finding in found] == expected
