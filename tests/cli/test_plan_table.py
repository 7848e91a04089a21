"""The table of `plan`: whatever names and values a group has, at whatever width."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from spine_lsp.cli.reports.plan_table import plan_table
from spine_lsp.drawing.labels import clean, width
from spine_lsp.ide.commands.resolved_order import ResolvedOrder, resolved_order
from tests.cli.runner import run
from tests.fixture import fixture

_names = st.text("abcdefghi_.-语 é", min_size=1, max_size=30).filter(lambda name: name.strip() == name)
_values = st.one_of(st.none(), st.booleans(), st.integers(-99, 99), _names, st.lists(st.integers(0, 9), max_size=3))
_params = st.dictionaries(_names, _values, max_size=3)
_steps = st.lists(
    st.tuples(_names, _names, st.lists(st.integers(0, 5), max_size=3), _params),
    min_size=1,
    max_size=6,
    unique_by=lambda step: step[0],
)


def order_of(group: object, params: dict[str, object] | None = None) -> ResolvedOrder:
    fix = fixture(json.dumps(group))
    order = resolved_order(fix.workspace, fix.uri, None, params)
    assert order is not None
    return order


@given(_steps, _params, _params, st.sampled_from([None, 20, 40, 80, 200]))
def test_names_are_never_broken_and_lines_fit(
    steps: list[tuple[str, str, list[int], dict[str, object]]],
    defaults: dict[str, object],
    given_params: dict[str, object],
    limit: int | None,
) -> None:
    """Every name stands whole on one line, lines end in no blanks, and fit where no single name is longer."""
    group = {
        "kind": "PipelineGroup",
        "name": "g",
        "defaults": defaults,
        "steps": [
            {
                "name": name,
                "pipeline": pipeline,
                "params": params,
                "depends_on": sorted({steps[on][0] for on in waits if on < number}),
            }
            for number, (name, pipeline, waits, params) in enumerate(steps)
        ],
    }
    order = order_of(group, given_params)
    text = plan_table(order, limit)
    lines = text.splitlines()
    assert all(line == line.rstrip() for line in lines)
    words = [clean(word) for step in order.steps for word in (step.name, step.pipeline or "", *step.depends_on)]
    for word in words:
        assert any(word in line for line in lines)
    atoms = [
        *words,
        *(f"{key}={json.dumps(value)} (in the place of {json.dumps(value)})" for key, value in given_params.items()),
    ]
    if limit is not None:
        longest = max(map(width, atoms), default=0) + 60  # the words around a name, and the two lines on top
        assert max(map(width, lines)) <= max(limit, longest)


def test_values_are_json(tmp_path: Path) -> None:
    """A text and what it looks like differ; line breaks and long values break nothing."""
    path = tmp_path / "x.yaml"
    path.write_text(
        "kind: PipelineGroup\nname: g\ndefaults: {star: '*x*', s: 'true', t: true}\nsteps:\n"
        "  - name: a\n    pipeline: p\n    params: {n: 1, m: '1', none: null, lines: \"a\\nb\", long: "
        + "x" * 5000
        + ", t: false}\n"
    )
    out = run("plan", str(path)).out
    assert 'every step gets: star="*x*", s="true", t=true\n' in out
    row = out.splitlines()[4]
    assert 'n=1, m="1", none=null, lines="a\\nb", long="xxx' in row
    assert "t=false, n=1" in row
    assert len(row) < 300


def test_everything_that_cannot_run_has_its_reason(tmp_path: Path) -> None:
    """Cycles, steps that wait for themselves or for nobody, duplicates, the blocked; in JSON too."""
    path = tmp_path / "x.yaml"
    names = [f"m{number}" for number in range(9)]
    path.write_text(
        json.dumps(
            {
                "kind": "PipelineGroup",
                "name": "g",
                "steps": [
                    {"name": "ok", "pipeline": "p"},
                    {"name": "a", "pipeline": "p", "depends_on": ["b"]},
                    {"name": "b", "pipeline": "p", "depends_on": ["a"]},
                    {"name": "self", "pipeline": "p", "depends_on": ["self"]},
                    {"name": "gap", "pipeline": "p", "depends_on": ["ok", *names]},
                    {"name": "behind", "pipeline": "p", "depends_on": ["gap", "a", "ok"]},
                    {"name": "ok", "pipeline": "p"},
                ],
            }
        )
    )
    reasons = {
        "a": "is in the cycle `a` → `b` → `a`",
        "b": "is in the cycle `a` → `b` → `a`",
        "self": "waits for itself",
        "gap": "waits for `m0`, `m1`, `m2`, `m3` and 5 more, which do not exist",
        "behind": "waits for `gap` and `a`, which cannot run",
        "ok": "is not planned, because an earlier step has the same name",
    }
    code, out, _ = run("plan", str(path))
    assert code == 1
    assert "1 step in 1 level, 6 cannot run\n" in out
    for name, reason in reasons.items():
        assert f"  `{name}`, which {reason}\n" in out
    answer = json.loads(run("plan", str(path), "--format", "json").out)
    assert {step["name"]: step["reason"] for step in answer["blocked"]} == reasons
    assert [step["state"] for step in answer["blocked"]] == [
        "cycle",
        "cycle",
        "cycle",
        "missing",
        "blocked",
        "duplicate",
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("n=3", 3),
        ('n="3"', "3"),
        ("n=", ""),
        ("n=null", None),
        ("n=[1, a]", [1, "a"]),
        ("n={a: [b]}", {"a": ["b"]}),
        ("n=a=b", "a=b"),
        ("n=http://x/y?z", "http://x/y?z"),
        ("n=a b", "a b"),
        ("n=[&x 1, *x]", [1, 1]),
    ],
)
def test_parameters_are_read_as_yaml(tmp_path: Path, written: str, value: object) -> None:
    """What YAML can read is the value that it says."""
    path = tmp_path / "x.yaml"
    path.write_text("kind: PipelineGroup\nname: g\nsteps: [{name: a, pipeline: p}]\n")
    code, out, _ = run("plan", str(path), "--param", written, "--format", "json")
    assert code == 0
    assert json.loads(out)["steps"][0]["params"]["n"] == {"value": value, "origin": "run"}


@pytest.mark.parametrize(
    "value",
    [
        *("*a", "*.csv", "&a", "[*a, &a 1]", "- a\n- *b"),
        *("[1, 2", "{a: 1", "'open", "a: b: c", "{{ x }}", "{a: 1, a: 2}"),
        *("@home", "%d", "`x`", "!env HOME", "!!python/object:x {}", "2026-13-45"),
        *("#fff", "a # b", "a\n--- b"),
    ],
)
def test_what_is_no_value_is_refused_with_the_way_to_write_it(tmp_path: Path, value: str) -> None:
    """One sentence with what is wrong and what to type; typing that gives the text."""
    import shlex

    path = tmp_path / "x.yaml"
    path.write_text("kind: PipelineGroup\nname: g\nsteps: [{name: a, pipeline: p}]\n")
    code, out, err = run("plan", str(path), "--param", f"k={value}")
    assert (code, out) == (2, "")
    assert "is no YAML value: " in err
    advice = re.search(r"to give it as a text, write (--param .*)", err)
    assert advice is not None
    if "\n" not in value:  # a line break is shown as an escape
        _, out, _ = run("plan", str(path), *shlex.split(advice.group(1)), "--format", "json")
        assert json.loads(out)["steps"][0]["params"]["k"]["value"] == value


def test_mermaid_of_many_edges_is_printed_with_a_word(tmp_path: Path) -> None:
    """Mermaid refuses more than 500 edges by default, so that is said on standard error."""
    path = tmp_path / "x.yaml"
    steps = [{"name": f"s{number}", "pipeline": "p", "depends_on": ["root"]} for number in range(501)]
    path.write_text(
        json.dumps({"kind": "PipelineGroup", "name": "g", "steps": [{"name": "root", "pipeline": "p"}, *steps]})
    )
    for command in ("plan", "graph"):
        code, out, err = run(command, str(path), "--format", "mermaid")
        assert code == 0
        assert out.startswith("flowchart")
        assert err == "501 edges: Mermaid draws 500 unless its setting `maxEdges` says more\n"
