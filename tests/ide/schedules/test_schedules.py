"""Files of schedules: what is said of them, and what the editor shows."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.project import NO_PROJECT, Project
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At
from spine_lsp.ide.hover.markup import render
from spine_lsp.ide.schedules import schedule_completions, schedule_definition, schedule_hover
from spine_lsp.syntax.text import Text
from tests.fixture import project_of
from tests.soak.inside import Inside

URI = "file:///config/schedules.yaml"
NOW = datetime(2026, 11, 28, 11, 30, tzinfo=timezone.utc)
PYTHON = """\
from spine.framework.registry import register_pipeline
from spine.framework.params import ParamDef, PipelineSpec
from spine.orchestration import Step, Workflow

@register_pipeline("prices.fetch")
class Fetch:
    \"\"\"Fetches prices.\"\"\"
    spec = PipelineSpec({"symbol": ParamDef("symbol", str, "Which")}, {"limit": ParamDef("limit", int, "At most")})

daily = Workflow("prices.daily", [Step.operation("a", "prices.fetch", params={"symbol": "X"})])
"""
SOUND = """\
# config/schedules.yaml
schedules:
  - name: prices.every_morning
    pipeline: prices.fetch
    cron: "30 2 * * *"
    interval: null
    timezone: Europe/Berlin
    params:
      symbol: AAPL
    enabled: true
  - name: prices.often
    workflow: prices.daily
    cron: null
    interval: 15
    enabled: false
  - {name: flow, operation: prices.fetch, cron: '@daily', params: {symbol: X, limit: 3}}
"""


def project() -> Project:
    return project_of({"jobs/prices.py": PYTHON})


def findings(text: str, known: Project = NO_PROJECT) -> list[str]:
    """The findings of a text: code, and what they stand on."""
    found = diagnose(Document.read(URI, 1, Text(text)), project=known)
    return [f"{one.code} {text[one.start : one.end]}" for one in found]


def one(*lines: str) -> str:
    """A schedule of these lines beside a name."""
    return "schedules:\n  - name: s\n" + "".join(f"    {line}\n" for line in lines)


P, C = "pipeline: prices.fetch", "cron: '0 6 * * *'"
W = "workflow: prices.daily"
NEEDED = "params: {symbol: X}"


def test_nothing_is_said_of_sound_schedules() -> None:
    """Whatever is known of the workspace, and in JSON."""
    assert findings(SOUND) == []
    assert findings(SOUND, project()) == []
    assert findings('{"schedules": [{"name": "a", "pipeline": "p", "cron": "0 6 * * 1-5"}]}\n') == []


@pytest.mark.parametrize(
    "lines",
    [
        ["<<: *shared", W],
        [W, "cron: '{{ env.cron }}'", "timezone: '{{ tz }}'", "enabled: '{{ on }}'"],
        ["pipeline: ${PIPELINE}", "cron: ${CRON}", "timezone: $(TZ)"],
        [W, C, "timezone: null", "params: null", "description: null"],
        [W, C, "owner: me", "labels: {team: data}", "tags: [a, b]", "max_instances: 1", "retry: {times: 3}"],
        [W, "cron: '*/15 9-17 * * MON-FRI'"],
        [W, "cron: '0 0 L * *'"],
        [W, "cron: '0 0 * * FRI#2'"],
        [W, "cron: '  5,10 0-5,22-23 1-7 jan,JUL ?  '"],
        [W, "cron: '0 0 29 2 *'"],
        [W, "cron: '0 0 31 2 MON'"],
    ],
)
def test_nothing_is_said_of_what_is_odd_and_valid(lines: list[str]) -> None:
    """Keys that no document lists, templates that are filled in elsewhere, merged keys, uncommon crons."""
    text = "shared: &shared {cron: '@daily', timezone: UTC}\n" + one(*lines)
    for each in (text, text.replace("\n", "\r\n"), "\ufeff" + text, f"---\n{text}---\nother: 1\n"):
        assert findings(each, project()) == findings(each) == []


@pytest.mark.parametrize(
    "text",
    [
        "schedules:\n- cron: '0 0 99 * *'\n  displayName: nightly\n  branches:\n    include: [main]\n",
        "on:\n  schedule:\n    - cron: '99 * * * *'\n",
        "schedules: {a: {cron: x, pipeline: y}}\n",
        "schedules:\n  - weekly\n",
        "schedules:\n",
        "text: |\n  schedules:\n    - {pipeline: p, cron: x}\n",
        "# schedules:\n#  - {pipeline: p, cron: x}\n",
    ],
)
def test_schedules_of_others_are_left_alone(text: str) -> None:
    """Those of CI services, and what is no list of schedules."""
    assert findings(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (one(P, "cron: '0 25 * * *'"), "bad-cron 25"),
        (one(P, "cron: 0 25 * * *"), "bad-cron 25"),
        (one(P, "cron: '0 6 * *'"), "bad-cron 0 6 * *"),
        (one(P, "cron: '0 6 30 2 *'"), "never-runs '0 6 30 2 *'"),
        (one(P, "cron: 5"), "wrong-type 5"),
        (one(P, C, "timezone: Europe/Berlln"), "unknown-timezone Europe/Berlln"),
        (one(P, C, "timezone: europe/berlin"), "unknown-timezone europe/berlin"),
        (one(P, C, "interval: 5"), "bad-schedule interval"),
        (one(P, "cron: null"), "bad-schedule s"),
        (one(P, "interval: 0"), "bad-value 0"),
        (one(P, C, "workflow: prices.daily"), "bad-schedule workflow"),
        (one(P, C) + "  - name: t\n    cron: '0 6 * * *'\n", "bad-schedule t"),
        (one(P, C) + f"  - {P}\n    {C}\n", "missing-key pipeline"),
        (one(P, C, "timezon: UTC"), "unknown-key timezon"),
        (one(P, C, "enabled: 'yes'"), "wrong-type 'yes'"),
        (one(P, "cron: '0 25 * * *' # spine: ignore[bad-cron]"), ""),
        (one(P, C, C), "duplicate-key cron"),
        (one(P, "cron: * * * * *"), "yaml-syntax * * * * *"),
        (one("pipeline: [p", "interval: 5"), "yaml-syntax [p"),
        ("x: &d {cron: '0 6 * * *', timezone: Mars/Base}\n" + one(P, "<<: *d"), "unknown-timezone *d"),
    ],
)
def test_each_fault_is_told_by_its_own_rule(text: str, expected: str) -> None:
    """And nothing else."""
    assert findings(text) == [each for each in [expected] if each]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["pipeline: prices.fetsh", C], "unknown-pipeline prices.fetsh"),
        (["operation: prices.fetsh", C], "unknown-pipeline prices.fetsh"),
        (["workflow: prices.dayly", C], "unknown-workflow prices.dayly"),
        (["workflow: elsewhere.entirely", C], ""),
        ([P, C], "missing-parameter prices.fetch"),
        ([P, C, "params: {symbol: X, limit: '3'}"], "wrong-parameter-type '3'"),
        ([P, C, "params: {symbol: X, limt: 3}"], "unknown-parameter limt"),
        ([P, C, NEEDED], ""),
    ],
)
def test_targets_and_their_parameters_are_those_of_the_workspace(lines: list[str], expected: str) -> None:
    """Nothing is said of them where the workspace is not known."""
    assert findings(one(*lines), project()) == [each for each in [expected] if each]
    assert findings(one(*lines)) == []


def opened(text: str = SOUND, known: Project | None = None) -> Workspace:
    return Workspace().with_document(URI, 1, Text(text), None).with_project(known or project())


def shown(marked: str) -> str:
    found = schedule_hover(opened(), at(marked), NOW)
    return "" if found is None else render(found, markdown=False)


def at(marked: str, text: str = SOUND) -> At:
    before, _, after = marked.partition("$")
    assert text.count(before + after) == 1, marked
    return At(URI, text.index(before + after) + len(before))


def test_hover_says_when_it_runs() -> None:
    """In words, in both zones, with the days on which the clock changes."""
    for marked in ('"30 2 $* * *"', 'cr$on: "30', "name: prices.every_mo$rning"):
        said = shown(marked)
        assert "02:30" in said
        assert "Sun 29 Nov 2026 01:30 UTC, Sun 29 Nov 2026 02:30 Europe/Berlin" in said
        assert said.count(" UTC") == 5
        assert "On Sunday, 28 March 2027, 02:30 does not exist, as the clock is put forward." in said
        assert "On Sunday, 31 October 2027, 02:30 comes twice, as it is put back." in said
    often = shown("interval: 1$5")
    assert "Every 15 minutes" in often
    assert "switched off" in often
    assert "Fetches prices." in shown("pipeline: prices.fe$tch")
    assert "IANA" in shown("time$zone: Europe")
    assert shown("sym$bol: AAPL") == ""


def test_definition_leads_to_the_target() -> None:
    """To the class of a pipeline, and to a workflow, in a file that is open or not."""
    head = "kind: Workflow\nmetadata: {name: prices.weekly}\n"
    workflow = f"{head}spec:\n  steps:\n  - {{name: a, operation: prices.fetch}}\n"
    found = schedule_definition(opened(), at("pipeline: prices.fe$tch"))
    assert found is not None
    assert [target.uri for target in found.targets] == ["file:///jobs/prices.py"]
    assert schedule_definition(opened(), at("time$zone: Europe")) is None
    text = SOUND.replace("prices.daily", "prices.weekly")
    workspace = opened(text).with_document("file:///w.yaml", 1, Text(workflow), None)
    found = schedule_definition(workspace, at("workflow: prices.we$ekly", text))
    assert found is not None
    assert [target.uri for target in found.targets] == ["file:///w.yaml"]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("timezone: Europe/Ber$lin", "Europe/Berlin"),
        ("pipeline: $prices.fetch", "prices.fetch"),
        ("workflow: pri$ces.daily", "prices.daily"),
        ("enabled: $true", "true"),
        ("en$abled: true", "enabled"),
    ],
)
def test_completion_offers_what_could_be_written(marked: str, expected: str) -> None:
    """Targets, time zones, truth values and keys."""
    found = schedule_completions(opened(), at(marked), limit=50)
    assert expected in [item.label for item in found.items]


def test_completion_of_keys_leaves_out_what_is_there() -> None:
    """Also the other words for a target; nothing among parameters."""
    text = one(P, C) + "    "
    found = schedule_completions(opened(text), At(URI, len(text)), limit=50)
    labels = [item.label for item in found.items]
    assert {"timezone", "params", "enabled"} <= set(labels)
    assert not {"name", "pipeline", "operation", "workflow", "cron"} & set(labels)
    assert schedule_completions(opened(), at("symb$ol: AAPL"), limit=50).items == ()


@given(
    st.integers(0, len(SOUND)),
    st.integers(0, 30),
    st.sampled_from(["", "x", ": ", "\n", "'", "- ", "  ", "{", "#"]),
)
def test_every_text_has_answers(start: int, length: int, new: str) -> None:
    """Whatever is typed or taken away."""
    text = SOUND[:start] + new + SOUND[start + length :]
    workspace = opened(text, Project())
    findings(text)
    if workspace.documents[URI].schedules:
        for offset in (start, min(start + len(new), len(text)), len(text)):
            schedule_hover(workspace, At(URI, offset), NOW)
            schedule_definition(workspace, At(URI, offset))
            for item in schedule_completions(workspace, At(URI, offset), limit=5).items:
                assert 0 <= item.span.start <= item.span.end <= len(text)


def test_the_server_answers_in_files_of_schedules() -> None:
    """Hover, completion, and what the other features say of such a file: nothing."""
    client = Inside({})
    client.open(URI, SOUND)
    place = {"textDocument": {"uri": URI}, "position": {"line": 4, "character": 14}}
    assert "Europe/Berlin" in client.call("textDocument/hover", place)["contents"]["value"]
    zone = {**place, "position": {"line": 6, "character": 18}}
    labels = [item["label"] for item in client.call("textDocument/completion", zone)["items"]]
    assert "Europe/Berlin" in labels
    assert client.call("textDocument/definition", place) is None
    assert client.call("textDocument/codeLens", place) is None
