"""Every command, asked as a client asks; docs/commands.md says of each what it answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spine_lsp.ide import offer
from tests.cli.runner import ROOT
from tests.server.shapes import read_shape
from tests.soak.inside import Inside

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"(?ms)^## (spine\.\w+)\n(.*?)(?=^## |\Z)", PAGE))
A = "file:///a.yaml"
# A step for every state, parameters from each origin, an edge of every kind.
GROUP = """\
kind: PipelineGroup
name: daily
version: 3
domain: market
policy: {execution: parallel, max_concurrency: 2, on_failure: continue}
defaults: {params: {day: 2026-01-09, limit: 10}}
steps:
- {name: ingest, pipeline: p.ingest, params: {limit: 3}}
- {name: tidy, pipeline: p.tidy, depends_on: [ingest]}
- {name: load, pipeline: p.load, depends_on: [ingest, tidy]}
- {name: typo, pipeline: p, depends_on: [ingst]}
- {name: self, pipeline: p, depends_on: [self]}
- {name: up, pipeline: p, depends_on: [down]}
- {name: down, pipeline: p, depends_on: [up]}
- {name: late, pipeline: p, depends_on: [down]}
- {name: load, pipeline: p}
"""
BASE = GROUP.replace("name: late", "name: later").replace("p.tidy", "p.other")


@pytest.fixture
def client() -> Inside:
    """A client without views of its own, which shows documents and applies edits."""
    client = Inside({"window": {"showDocument": {"support": True}}, "workspace": {"applyEdit": True}})
    client.open(A, GROUP)
    return client


class Silent:
    """A runner that says nothing."""

    def cancel(self) -> None:
        """Nothing is to be ended."""


@pytest.fixture(autouse=True)
def _one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A history with a run of a step that failed."""
    from spine_lsp.execution import GroupRunner
    from spine_lsp.execution.history import History
    from tests.execution.fakes import FakeDispatcher, plan_of

    history = History(tmp_path / "history.db")
    plan = plan_of({"a": [], "fail": ["a"]})
    GroupRunner(FakeDispatcher(), record=history.begin(plan, "r")).execute(plan, run_id="r")
    history.close()
    monkeypatch.setenv("SPINE_LSP_HISTORY", str(tmp_path / "history.db"))


def ask(client: Inside, command: str, **argument: Any) -> Any:
    """Its answer about the group; a refusal is `{"error": ...}`."""
    params = {"command": command, "arguments": [{"uri": A, **argument}]}
    return client.call("workspace/executeCommand", params)


def applied(client: Inside) -> dict[str, Any]:
    """The argument of a code action at the misspelt dependency."""
    line = GROUP[: GROUP.index("ingst")].count("\n")
    at = {"line": line, "character": GROUP.splitlines()[line].index("ingst")}
    params = {
        "textDocument": {"uri": A},
        "range": {"start": at, "end": at},
        "context": {"diagnostics": []},
    }
    (argument,) = client.call("textDocument/codeAction", params)[0]["arguments"]
    return dict(argument)


QUESTIONS: dict[str, list[dict[str, Any]]] = {
    offer.SHOW_RESOLVED_ORDER: [{"params": {"day": "2026-01-10"}}, {"selector": "state:ok"}],
    offer.GRAPH: [{}, {"text": BASE}],
    offer.COMPARE_GRAPH: [{"base": BASE}, {"base": ""}],
    offer.EXPLAIN_PATH: [
        {"step": "load", "on": "ingest"},
        {"step": "ingest", "on": "load"},
        {"step": "load"},
    ],
    offer.SIMULATE: [{}, {"fails": ["ingest"], "durations": {"tidy": 2.5}, "on_failure": "stop"}],
    offer.RENDER_GRAPH: [
        *({"format": form} for form in ("text", "mermaid", "dot", "html", "svg")),
        {"format": "text", "ways": True, "around": "tidy"},
        {"format": "text", "selector": "+load"},
    ],
    offer.LIST_GROUPS: [{}],
    offer.EDIT_GRAPH: [
        {"edit": {"kind": "rename", "step": "load", "name": "store"}},
        {"edit": {"kind": "addEdge", "from": "load", "to": "load"}},
    ],
    offer.SELECT: [
        {"selector": "+load"},
        {"selector": "lod"},
        {"selector": "changed:HEAD", "bases": {"HEAD": BASE}},
        {"selector": "changed:HEAD"},
        {"selector": "state:", "complete": True},
    ],
    offer.DOCTOR: [{}, {"uri": None}],
    offer.RUN: [{}],
    offer.CANCEL_RUN: [{"run": "r"}],
    offer.RUNS: [{}],
    offer.RUN_DETAILS: [{"run": "last"}],
    offer.RUN_PARAMETERS: [{}],
    offer.OPEN_RESOLVED_ORDER: [{}],
    offer.OPEN_GRAPH: [{}],
    offer.OPEN_EFFECTIVE: [{}],
    offer.OPEN_EXPECTATIONS: [{}],
    offer.APPLY_ACTION: [],  # its argument is made above
    offer.CREATE_PIPELINE: [{"pipeline": "p.ingest"}],
}


def documented() -> Iterator[tuple[str, Any]]:
    """Each command of the page, with the check of its shape."""
    names: dict[str, Any] = {}
    for name, source in re.findall(r"(?m)^type (\w+) = (.*)$", PAGE):
        names[name] = read_shape(source, names)
    for command, section in SECTIONS.items():
        (shape,) = re.findall(r"(?s)```ts\n(.*?)```", section)
        yield command, read_shape(shape, names)


def test_every_command_is_documented() -> None:
    """The page has a section for each, in the order in which the server offers them."""
    assert tuple(SECTIONS) == offer.COMMANDS


@pytest.mark.parametrize("command", offer.COMMANDS)
def test_each_answer_has_the_documented_shape(
    client: Inside, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key more or less, and each value of its type."""
    check = dict(documented())[command]
    if command == offer.RUN:
        file = tmp_path / "a.yaml"
        file.write_text(GROUP, encoding="utf-8")
        monkeypatch.setattr(client.server.runs, "start", lambda *_: Silent())
        monkeypatch.setattr("tests.server.test_commands.A", file.as_uri())
        client.notify("spine/trust", {"trusted": True})
    for argument in QUESTIONS[command] or [applied(client)]:
        assert list(check(ask(client, command, **argument), "answer")) == []


def test_shapes_are_told_apart() -> None:
    """What the comparison rests on: a wrong value, a missing and an unknown key are each named."""
    check = read_shape('{a: number[], b?: "x" | null}')
    assert list(check({"a": [1, 2]}, "v")) == list(check({"a": [], "b": None}, "v")) == []
    faults = list(check({"a": ["1"], "b": "y", "c": 1}, "v"))
    assert faults == ["v.c is not documented", "v.a[0] is '1', not number", "v.b is 'y', not \"x\""]
    assert list(check({}, "v")) == ["v.a is missing"]


@pytest.mark.parametrize(
    "command", [name for name in offer.COMMANDS if name not in (offer.LIST_GROUPS, offer.DOCTOR, offer.RUNS)]
)
def test_a_group_that_is_not_there_answers_nothing(client: Inside, command: str) -> None:
    """`null`, or a reason where a code action is meant."""
    argument = {"group": "none", "step": "a", "on": "b", "base": "", "selector": "a"}
    answer = ask(client, command, **argument)
    assert answer is None or "error" in answer
    assert client.told == []


def test_the_order_and_the_drawing_are_shown_as_documents(client: Inside) -> None:
    """Files that the client is asked to show, with the group's name in theirs."""
    ask(client, offer.OPEN_RESOLVED_ORDER)
    ask(client, offer.OPEN_GRAPH)
    assert [message["method"] for message in client.told] == ["window/showDocument"] * 2
    assert [message["params"]["uri"].rpartition("/")[2] for message in client.told] == [
        "daily-order.md",
        "daily-graph.txt",
    ]


def test_the_drawing_is_a_message_where_no_document_can_be_shown() -> None:
    """Better than nothing."""
    client = Inside()
    client.open(A, GROUP)
    ask(client, offer.OPEN_GRAPH)
    (message,) = client.told
    assert message["method"] == "window/showMessage"
    assert "ingest" in message["params"]["message"]


def test_an_action_is_applied_by_the_client(client: Inside) -> None:
    """The edit goes out as a request, for the document as the server knows it."""
    assert ask(client, offer.APPLY_ACTION, **applied(client)) is None
    (message,) = client.told
    assert message["method"] == "workspace/applyEdit"
    ((uri, edits),) = message["params"]["edit"]["changes"].items()
    assert (uri, [edit["newText"] for edit in edits]) == (A, ["ingest"])


@pytest.mark.parametrize(
    ("command", "argument", "reason"),
    [
        (offer.RENDER_GRAPH, {"format": "pdf"}, "pdf"),
        (offer.RENDER_GRAPH, {"around": "nobody"}, "nobody"),
        (offer.EXPLAIN_PATH, {"on": "load"}, "`step`"),
        (offer.SELECT, {}, "`selector`"),
        (offer.APPLY_ACTION, {"title": "x"}, "changed since"),
        (offer.EDIT_GRAPH, {"edit": {"kind": "addStep"}, "version": 99}, "changed since"),
        (offer.EDIT_GRAPH, {"edit": {"kind": "fly"}}, "edit.kind"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(
    client: Inside, command: str, argument: dict[str, Any], reason: str
) -> None:
    """As bad params, with what is wrong about them."""
    error = ask(client, command, **argument)["error"]
    assert error["code"] == -32602
    assert reason in error["message"]


SHOWN: dict[str, Callable[[Any], set[str]]] = {
    offer.SHOW_RESOLVED_ORDER: lambda answer: {step["name"] for step in answer["steps"] + answer["blocked"]},
    offer.RENDER_GRAPH: lambda answer: {place["name"] for place in answer["places"]},
    offer.SIMULATE: lambda answer: {step["name"] for step in answer["steps"]},
}


@pytest.mark.parametrize("command", SHOWN)
@pytest.mark.parametrize(
    "selector",
    ["tidy", "+tidy", "1+load,!ingest", "level:1", "state:cycle", "pipeline:p.t* self", "changed:v1"],
)
def test_only_what_a_selector_picks_is_shown(client: Inside, command: str, selector: str) -> None:
    """The same steps as `spine.select` answers, in every command that shows steps."""
    bases = {"v1": BASE}
    picked = ask(client, offer.SELECT, selector=selector, bases=bases)
    names = {step["name"] for step in picked["steps"]}
    assert names
    assert picked["revisions"] == []
    assert SHOWN[command](ask(client, command, selector=selector, bases=bases)) == names


def test_a_selected_run_is_that_of_the_whole_group(client: Inside) -> None:
    """Times and the longest way stay what they are; and numbers in the order."""
    whole, part = ask(client, offer.SIMULATE), ask(client, offer.SIMULATE, selector="load")
    assert part["steps"] == [step for step in whole["steps"] if step["name"] == "load"]
    assert (part["makespan"], part["critical_path"]) == (whole["makespan"], whole["critical_path"])
    (step,) = ask(client, offer.SHOW_RESOLVED_ORDER, selector="tidy")["steps"]
    assert (step["name"], step["order"], step["level"]) == ("tidy", 1, 1)


@pytest.mark.parametrize("command", SHOWN)
@pytest.mark.parametrize(
    ("selector", "message", "carets"),
    [
        ("+tidi level:1", "no step is called `tidi`; did you mean `tidy`?", "   ^^^^"),
        ("changed:v2", "the text of this document in `v2` is not known", "  ^^^^^^^^^^"),
        ("", "a selector names at least one step; `*` is all of them", "  ^"),
    ],
)
def test_a_selector_that_is_none_is_refused_with_its_place(
    client: Inside, command: str, selector: str, message: str, carets: str
) -> None:
    """A sentence, the selector, and what of it is meant."""
    error = ask(client, command, selector=selector)["error"]
    assert error["code"] == -32602
    assert error["message"].splitlines() == [f"cannot select: {message}", f"  {selector}", carets]


def test_revisions_that_a_selector_needs_are_named(client: Inside) -> None:
    """Each once, wherever it stands; those that were given are not asked for again."""
    selector = "(changed:v1 !changed:HEAD~2+) @changed:v1,changed:v3"
    answer = ask(client, offer.SELECT, selector=selector, bases={"v3": BASE})
    assert answer["revisions"] == ["v1", "HEAD~2"]
    assert ask(client, offer.SELECT, selector="changed:v1 (")["revisions"] == []


def test_doctor_says_where_options_come_from(tmp_path: Path) -> None:
    """The editor, the nearest file, the defaults; what is wrong in files; and what is found in open documents."""
    config = tmp_path / "spine-lsp.toml"
    config.write_text("dialect = 'pipeline'\nrules.blocked-step = 'off'\nzzz = 1\n", encoding="utf-8")
    client = Inside(initializationOptions={"completion": {"limit": 9}})
    uri = (tmp_path / "g.yaml").as_uri()
    client.open(uri, GROUP)
    answer = client.call("workspace/executeCommand", {"command": offer.DOCTOR, "arguments": [{"uri": uri}]})
    options = {each["name"]: (each["value"], each["from"]) for each in answer["configuration"]["options"]}
    assert answer["cache"] == {"folder": None, "on": False, "files": 0, "bytes": 0}  # as tests have it
    assert options["dialect"] == ("pipeline", str(config))
    assert options["rules.blocked-step"] == ("off", str(config))
    assert options["completion.limit"] == (9, "editor")
    assert options["inlayHints.order"] == ("moved", "default")
    (file,) = answer["configuration"]["files"]
    assert (file["file"], file["overruled"], file["faults"][0]["line"]) == (str(config), False, 3)
    shown = client.shown[uri]["diagnostics"]
    assert answer["open"]["error"] == sum(each["severity"] == 1 for each in shown) > 0
