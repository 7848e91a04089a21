"""An answer that would take too long is cut, or given up with a reason; the time is a clock of the test's."""

from __future__ import annotations

import sys
from itertools import count
from types import FrameType
from typing import Any

import pytest

from spine_lsp.analysis.document import LIMITS, Document
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import (
    Budget,
    OutOfTimeError,
    check_cancelled,
    is_cut,
    stopping,
    while_time_is_left,
)
from spine_lsp.ide.commands.group_graph import GroupGraph, compare_graphs, graph_of
from spine_lsp.ide.commands.most import LONGER
from spine_lsp.ide.commands.render import Rendering, render_graph
from spine_lsp.syntax.text import Text
from tests.server.test_start import EVERYTHING
from tests.soak import texts
from tests.soak.inside import Inside
from tests.soak.limits import URI, requests

pytestmark = pytest.mark.any_version

GIVEN_UP = "given up after a second of work, for the text is very large: ask again, or split the group"


class Clock:
    """A clock that goes on by one each time that it is read."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_a_budget_counts_the_time_of_its_own_thread() -> None:
    """A wall clock that runs on beside a busy machine cuts nothing."""
    own = iter([0.0, 0.1, 0.2, 1.0])
    wall = iter([0.0, 5.0, 5.5, 10.0, 20.0])
    budget = Budget(1.0, lambda: next(own), lambda: next(wall))
    assert [budget.is_spent for _ in range(4)] == [False, False, False, True]
    assert next(own, None) is None  # which was not read at 5.5, when there was surely time left


def test_what_is_at_hand_when_the_time_is_up_is_given() -> None:
    """The first part, and a little time for what follows; then the work stops for good."""
    clock = Clock()
    with stopping(lambda: False, Budget(20, clock, clock)):
        first = list(while_time_is_left(range(1_000)))
        assert 0 < len(first) < 20
        assert is_cut()
        with pytest.raises(OutOfTimeError):
            _look(100)
    check_cancelled()
    assert not is_cut()


def _look(times: int) -> None:
    for _ in range(times):
        check_cancelled()


@pytest.fixture(params=["chain", "ring", "missing", "braces", "aliases", "unknown_keys", "flow", "documents"])
def opened(request: pytest.FixtureRequest) -> tuple[Inside, str]:
    """A server in which a text is open, and the text."""
    text = texts.KINDS[request.param][0](60)
    server = Inside(EVERYTHING)
    server.open(URI, text)
    return server, text


def test_without_time_every_request_has_its_cut_answer(opened: tuple[Inside, str]) -> None:
    """A first part, nothing, or one sentence; what is quick in any text is answered as ever, and no edit in parts."""
    server, text = opened
    given_up = {"error": {"code": -32803, "message": GIVEN_UP}}
    for name, method, params in requests(text):
        server.server.protocol.answer_time = 100
        whole = server.call(method, params)
        server.server.protocol.answer_time = 0
        cut = server.call(method, params)
        if cut in (whole, None, given_up):
            continue
        assert name not in ("formatting", "rangeFormatting", "rename"), name
        assert _size(cut) <= _size(whole) + 1, name  # one may say that the list is cut
    told = [message["params"]["message"] for message in server.told if "message" in message.get("params", ())]
    assert len(told) == len(set(told))


def _size(answer: Any) -> int:
    items = answer if isinstance(answer, list) else next(v for v in answer.values() if isinstance(v, list))
    return len(items)


def test_an_edit_that_takes_too_long_is_not_made() -> None:
    """Formatting and actions change nothing, and say so once; a rename says so each time."""
    server = Inside(EVERYTHING)
    text = texts.chain(30).replace("pipeline: ", "pipeline:  ")
    server.open(URI, text)
    params = {name: params for name, _, params in requests(text)}["formatting"]
    assert server.call("textDocument/formatting", params)
    actions = server.call("textDocument/codeAction", params)
    server.server.protocol.answer_time = 0
    for _ in range(2):
        assert server.call("textDocument/formatting", params) is None
        assert server.call("textDocument/rename", params) == {"error": {"code": -32803, "message": GIVEN_UP}}
        assert "edit" not in server.call("codeAction/resolve", actions[0])
    said = [m["params"]["message"] for m in server.told if m["method"] == "window/showMessage"]
    assert said == [f"nothing was changed: {GIVEN_UP}"] * 2  # of the document, and of the action


@pytest.mark.parametrize("form", ["text", "html", "dot", "mermaid", "svg", "spine.graph", "spine.compareGraph"])
@pytest.mark.parametrize("kind", ["chain", "ring", "missing", "knot"])
def test_a_picture_that_runs_out_of_time_is_cut(kind: str, form: str) -> None:
    """Its first steps are drawn and it says so, whatever the format; there is no picture where no time is at all."""
    uri = "file:///drawn.yaml"
    text = texts.KINDS[kind][0](25 if kind == "knot" else 200)
    workspace = Workspace({uri: Document.read(uri, 1, Text(text))})
    (group,) = workspace.documents[uri].groups
    assert group.redundant_edges is not None
    looks = count()

    def clock() -> float:
        """Time stands still but once, after the budget was made."""
        return 0.0 if next(looks) < 2 else 10.0

    def made() -> GroupGraph | Rendering | None:
        if form == "spine.graph":
            return graph_of(workspace, uri)
        if form == "spine.compareGraph":
            return compare_graphs(workspace, uri, text.replace("p1", "q"))
        return render_graph(workspace, uri, form)  # type: ignore[arg-type]  # one of the formats

    whole = made()
    with stopping(lambda: False, Budget(1, clock, clock)):
        assert is_cut() is False
        cut = made()
        assert is_cut()
    assert cut is not None
    assert cut != whole
    assert LONGER in (cut.text if isinstance(cut, Rendering) else cut.cut) or form == "spine.compareGraph"
    with stopping(lambda: False, Budget(0, clock, clock)), pytest.raises(OutOfTimeError):
        made()


NOTHING: tuple[object, ...] = (None, [], {"groups": []}, {"isIncomplete": False, "items": []})

CALLS = 200_000
"""Calls of functions between two looks at the time, at most: a tenth of a second or so."""


@pytest.mark.parametrize("kind", ["brackets", "braces", "duplicates", "flow", "missing", "unknown_keys"])
@pytest.mark.parametrize("name", ["codeAction", "spine.listGroups", "semanticTokens/full"])
def test_the_time_is_looked_at_all_along(kind: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large the text: what is called between two looks has a bound."""
    text = texts.KINDS[kind][0](4_000 if kind in ("braces", "brackets") else 1_500)
    server = Inside(EVERYTHING)
    server.server.protocol.answer_time = 1_000  # seconds: what is counted here runs slowly
    monkeypatch.setattr(server.diagnoser, "step", lambda: False)  # so that the request reads the text itself
    server.open(URI, text)
    method, params = next((method, params) for known, method, params in requests(text) if known == name)
    worst = since = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal worst, since
        if event == "call":
            since = 0 if frame.f_code is check_cancelled.__code__ else since + 1
            worst = max(worst, since)

    sys.setprofile(count)
    try:
        answer = server.call(method, params)
    finally:
        sys.setprofile(None)
    assert not isinstance(answer, dict) or "error" not in answer
    assert worst < CALLS


@pytest.mark.parametrize(
    "text",
    [
        "kind: PipelineGroup\n" + "# much\n" * (LIMITS.text // 7),
        texts.missing(LIMITS.piece // 8),
        texts.long_head(LIMITS.piece // 15),
    ],
    ids=["text", "step", "head"],
)
def test_a_text_beyond_the_limits_is_not_analysed_and_says_so(text: str) -> None:
    """One remark, and every request has its answer; commands and formatting say why there is none."""
    of_texts = {key: value for key, value in EVERYTHING["textDocument"].items() if key != "diagnostic"}
    server = Inside({**EVERYTHING, "textDocument": of_texts})
    server.open(URI, text)
    (remark,) = server.shown[URI]["diagnostics"]
    assert remark["severity"] == 3
    assert remark["message"].startswith("not analysed: ")
    assert "too large" in remark["message"]
    assert "code" not in remark
    reason = remark["message"].removeprefix("not analysed: ")
    for name, method, params in requests(text):
        answer = server.call(method, {**params, "arguments": params.get("arguments")})
        if method == "workspace/executeCommand" and params["command"] != "spine.listGroups":
            assert answer == {"error": {"code": -32803, "message": reason}}
        else:
            assert name == "selectionRange" or answer in NOTHING  # which is told from the lines alone
    shown = [m["params"]["message"] for m in server.told if m["method"] == "window/showMessage"]
    assert shown == [f"nothing was changed: {reason}"]
    server.change(URI, 2, {"text": texts.chain(3)})
    assert server.shown[URI]["diagnostics"] == []
