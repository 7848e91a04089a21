"""The tools for agents, asked directly: what they say, how much, and what they never touch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from spine_lsp.agents.bounds import bounded, bounded_text, encoded, shortened
from spine_lsp.agents.folder import AgentFolder, RefusedError
from spine_lsp.agents.tools import TOOLS, answer, as_json
from spine_lsp.analysis.catalogue import RULES
from spine_lsp.pysource import reading

GROUP = """\
kind: PipelineGroup
name: daily
defaults: {day: 1}
steps:
- {name: fetch, pipeline: p.f}  # first
- {name: clean, pipeline: p.c, depends_on: [fetch]}
- {name: lost, pipeline: p.l, depends_on: [cleen]}
- {name: later, pipeline: p.l, depends_on: [lost]}
"""


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A workspace with a group, beside a folder with secrets."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "daily.yaml").write_text(GROUP, encoding="utf-8")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text(GROUP.replace("daily", "secret"), encoding="utf-8")
    (outside / "spine-lsp.toml").write_text("nonsense = 1\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to(outside / "secret.yaml")
    (folder / "linked").symlink_to(outside)
    return folder


def ask(top: Path, tool: str, /, **arguments: Any) -> Any:
    return json.loads(answer(AgentFolder(str(top)), tool, arguments))


def test_check_says_what_the_editor_underlines(top: Path) -> None:
    """The worst first, with places from 1."""
    found = ask(top, "check")
    assert (found["groups"], found["error"], found["truncated"]) == (1, 1, False)
    first = found["findings"][0]
    assert (first["file"], first["line"], first["code"]) == ("daily.yaml", 7, "unknown-dependency")
    assert ask(top, "check", path="daily.yaml") == found


def test_plan_graph_why_simulate_explain_and_search(top: Path) -> None:
    """Each over the same engine as the command line."""
    plan = ask(top, "plan", path="daily.yaml", params={"day": 2})
    assert (plan["can_run"], plan["cannot_run"], plan["total"]) == (2, 2, 4)
    assert plan["steps"][0] == {"name": "lost", "cannot_run": "waits for `cleen`, which does not exist"}
    assert plan["steps"][2]["params"] == {"day": 2}
    assert [step["name"] for step in ask(top, "plan", path="daily.yaml", steps="fetch+")["steps"]] == [
        "fetch",
        "clean",
    ]
    near = ask(top, "graph", path="daily.yaml", steps="lost", hops=1)
    assert [(step["name"], step["distance"]) for step in near["steps"]] == [("lost", 0), ("later", 1)]
    assert ask(top, "graph", path="daily.yaml")["missing"] == ["cleen"]
    why = ask(top, "why", path="daily.yaml", step="later")["steps"][0]
    assert why["cause"] == {"name": "lost", "reason": "waits for `cleen`, which does not exist"}
    assert ask(top, "why", path="daily.yaml")["total"] == 2
    assert ask(top, "why", path="daily.yaml", step="clean", on="fetch")["ways"] == [["clean", "fetch"]]
    assert ask(top, "simulate", path="daily.yaml", durations={"*": "2h"})["makespan"] == 240
    assert "## Why is this bad?" in ask(top, "explain", code="dependency-cycle", max_tokens=2000)["page"]
    assert ask(top, "search", query="clean")["found"][0] == {
        "kind": "step",
        "name": "clean",
        "in": "daily",
        "file": "daily.yaml",
        "line": 6,
    }


def test_an_edit_is_a_diff_until_it_is_to_be_applied(top: Path) -> None:
    """Then the file is written, comments and all; what is refused says why."""
    asked = {"path": "daily.yaml", "kind": "rename", "step": "fetch", "name": "take"}
    found = ask(top, "edit", **asked)
    assert found["applied"] is False
    assert "+- {name: take, pipeline: p.f}  # first" in found["diff"]
    assert (top / "daily.yaml").read_text(encoding="utf-8") == GROUP
    assert ask(top, "edit", **asked, apply=True)["applied"] is True
    text = (top / "daily.yaml").read_text(encoding="utf-8")
    assert text == GROUP.replace("name: fetch", "name: take").replace("[fetch]", "[take]")
    with pytest.raises(RefusedError, match=r"cycle|wait"):
        ask(top, "edit", path="daily.yaml", kind="addEdge", **{"from": "clean", "to": "take"})


def test_what_is_on_the_disk_now_counts(top: Path) -> None:
    """One server, and files that change, come and go between questions."""
    folder = AgentFolder(str(top))

    def found(query: str) -> list[str]:
        return [row["file"] for row in json.loads(answer(folder, "search", {"query": query}))["found"]]

    assert found("daily") == ["daily.yaml"]
    (top / "sub").mkdir()
    (top / "sub" / "more.yaml").write_text(GROUP.replace("daily", "hourly"), encoding="utf-8")
    (top / "daily.yaml").write_text(GROUP.replace("cleen", "clean"), encoding="utf-8")
    assert found("hourly")[0] == "sub/more.yaml"
    assert json.loads(answer(folder, "check", {"path": "daily.yaml"}))["error"] == 0
    (top / "sub" / "more.yaml").unlink()
    assert "sub/more.yaml" not in found("hourly")


@pytest.mark.parametrize(
    "path",
    [
        "..",
        "../outside/secret.yaml",
        "/etc/passwd",
        "link.yaml",
        "linked/secret.yaml",
        "linked",
        "a/../../outside",
        "\0",
    ],
)
@pytest.mark.parametrize("tool", ["check", "plan", "graph", "why", "simulate", "edit"])
def test_nothing_outside_of_the_workspace_is_read(top: Path, tool: str, path: str) -> None:
    """Whatever dots and links say; nor is its content in any answer."""
    needed = {"kind": "delete", "step": "fetch", "apply": True} if tool == "edit" else {}
    with pytest.raises(RefusedError, match=r"outside of the workspace|no \S+ in the workspace|zero byte"):
        ask(top, tool, path=path, **needed)
    assert (top.parent / "outside" / "secret.yaml").read_text(encoding="utf-8").count("fetch") == 2


def test_a_search_finds_nothing_outside(top: Path) -> None:
    """Nor do links bring it in."""
    everything = answer(AgentFolder(str(top)), "search", {}) + answer(AgentFolder(str(top)), "check", {})
    assert "secret" not in everything
    assert ask(top, "check")["groups"] == 1


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("chek", {}, "did you mean `check`?"),
        ("plan", {}, "needs `path`"),
        ("plan", {"paht": "x"}, "did you mean `path`?"),
        ("plan", {"path": 3}, "of type string"),
        ("plan", {"path": "none.yaml"}, "there is no none.yaml"),
        ("plan", {"path": "."}, "is a folder"),
        ("plan", {"path": "daily.yaml", "group": "dayly"}, "did you mean `daily`?"),
        ("plan", {"path": "daily.yaml", "steps": "+cleen"}, "did you mean `clean`?"),
        ("why", {"path": "daily.yaml", "step": "cleen"}, "did you mean `clean`?"),
        ("why", {"path": "daily.yaml", "on": "clean"}, "goes with `step`"),
        ("explain", {"code": "dependency-cicle"}, "did you mean `dependency-cycle`?"),
        ("edit", {"path": "daily.yaml", "kind": "fly"}, "one of `rename`"),
        ("check", {"max_tokens": True}, "of type integer"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(top: Path, name: str, arguments: dict[str, Any], said: str) -> None:
    """What is wrong, and what to ask."""
    with pytest.raises(RefusedError) as caught:
        answer(AgentFolder(str(top)), name, arguments)
    assert said in str(caught.value)


HUGE = "kind: PipelineGroup\nname: huge\nsteps:\n" + "".join(
    f"- {{name: step_{i}, pipeline: {'p' * 200}, depends_on: [gone_{i}, step_{i - 1}], params: {{a: {'x' * 900}}}}}\n"
    for i in range(1, 400)
)
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("check", {}),
    ("plan", {"path": "huge.yaml"}),
    ("graph", {"path": "huge.yaml"}),
    ("graph", {"path": "huge.yaml", "steps": "*"}),
    ("explain", {"code": max(RULES, key=lambda rule: len(rule.page)).code}),
    ("why", {"path": "huge.yaml"}),
    ("simulate", {"path": "huge.yaml"}),
    ("edit", {"path": "huge.yaml", "kind": "rename", "step": "step_7", "name": "n"}),
    ("search", {"query": "step"}),
]


def test_a_start_takes_up_what_the_one_before_has_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the cache of the user, and with the same answers; what has changed since is read."""
    top = tmp_path / "top"
    top.mkdir()
    (top / "p.py").write_text(
        "from spine.framework import register_pipeline\n@register_pipeline('a.b')\nclass A: ...\n",
        encoding="utf-8",
    )
    (top / "huge.yaml").write_text(HUGE, encoding="utf-8")
    monkeypatch.setenv("SPINE_LSP_CACHE", str(tmp_path / "cache"))
    read: list[bytes] = []
    real = reading.read_bytes

    def noted(data: bytes, *arguments: Any, **options: Any) -> Any:
        read.append(data)
        return real(data, *arguments, **options)

    monkeypatch.setattr(reading, "read_bytes", noted)
    asked = [("search", {"query": "a.b"}), ("check", {})]
    first = [answer(AgentFolder(str(top)), *each) for each in asked]
    assert len(read) == 1
    assert [answer(AgentFolder(str(top)), *each) for each in asked] == first
    assert len(read) == 1
    (top / "p.py").write_text("", encoding="utf-8")
    assert answer(AgentFolder(str(top)), *asked[0]) != first[0]


@pytest.mark.parametrize("tokens", [None, 200, 9_000, 1_000_000])
def test_every_answer_is_bounded(tmp_path: Path, tokens: int | None) -> None:
    """Under 2,000 tokens unless more is asked for, and never over 10,000; cut ones say how to go on."""
    (tmp_path / "huge.yaml").write_text(HUGE, encoding="utf-8")
    folder = AgentFolder(str(tmp_path))
    for name, arguments in QUESTIONS:
        text = answer(folder, name, {**arguments, **({} if tokens is None else {"max_tokens": tokens})})
        assert len(text) / 3 < min(max(tokens or 2_000, 500), 10_000), name
        found = json.loads(text)
        assert found["truncated"] == ("more" in found)


def test_parts_of_an_answer_make_the_whole(tmp_path: Path) -> None:
    """Asked for with the offset that each part names."""
    (tmp_path / "huge.yaml").write_text(HUGE, encoding="utf-8")
    folder = AgentFolder(str(tmp_path))
    names: list[str] = []
    while True:
        asked = {"path": "huge.yaml", "offset": len(names)}
        found = json.loads(answer(folder, "graph", asked))
        names += [step["name"] for step in found["steps"]]
        if "more" not in found:
            break
        assert found["more"] == f"ask again with offset {len(names)}"
    assert len(names) == len(set(names)) == found["total"] == 399


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=600),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=10,
)


@given(items=st.lists(JSON, max_size=8), offset=st.integers(0, 9), tokens=st.integers(200, 600))
def test_bounds_hold_for_every_answer(items: list[Any], offset: int, tokens: int) -> None:
    """Its size, and that it says where to go on."""
    text = bounded({"a": 1}, "items", items, offset=offset, tokens=tokens)
    found = json.loads(text)
    assert len(text) <= tokens * 3 + 60
    assert found["total"] == len(items)
    if offset < len(items):
        assert ("more" in found) == (offset + len(found["items"]) < len(items))
    page = "é\n" * 700
    parts, at = "", 0
    while at < len(page):
        part = json.loads(bounded_text({}, "page", page, offset=at, tokens=tokens))["page"]
        assert part
        parts, at = parts + part, at + len(part)
    assert parts == page
    assert len(encoded(shortened(items, 300))) < 4_000


def test_the_list_of_tools_is_small_and_plain() -> None:
    """At most eight, under 2,000 tokens; no schema has what strict clients refuse."""
    listed = [as_json(tool) for tool in TOOLS]
    assert len(listed) <= 8
    assert len(json.dumps(listed, separators=(",", ":"))) / 3.3 < 2_000
    for tool in listed:
        schema = tool["inputSchema"]
        assert schema.keys() == {"type", "properties", "required", "additionalProperties"}
        assert (schema["type"], schema["additionalProperties"]) == ("object", False)
        assert set(schema["required"]) <= schema["properties"].keys()
        for argument in schema["properties"].values():
            assert argument["type"] in {"string", "integer", "boolean", "object", "array"}
            assert ("items" in argument) == (argument["type"] == "array")
            assert argument["description"]
        assert tool["annotations"]["readOnlyHint"] is (tool["name"] != "edit")
        assert tool["annotations"]["destructiveHint"] is (tool["name"] == "edit")
