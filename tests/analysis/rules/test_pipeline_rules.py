"""Rules about pipelines and their parameters, by what the workspace's Python registers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis import step_calls
from spine_lsp.analysis.catalogue import RULES
from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.pipelines import similar_pipelines
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.rule import Rule
from spine_lsp.pysource.reading import read_text
from spine_lsp.syntax.text import Edit, Text
from tests.fixture import check_diagnostics, fixture, project_of

PYTHON = """
#- /jobs/pipelines.py
from enum import Enum
from spine.framework.registry import register_pipeline
from spine.framework.pipelines import Pipeline
from spine.framework.params import ParamDef, PipelineSpec, enum_value
from spine.execution.registry import register_task


class Market(Enum):
    STOCKS = "stocks"
    BONDS = "bonds"


@register_pipeline("prices.fetch")
class Fetch(Pipeline):
    spec = PipelineSpec(
        required_params={"day": ParamDef("day", str), "market": ParamDef("market", str, validator=enum_value(Market))},
        optional_params={
            "retries": ParamDef("retries", int, default=3),
            "pause": ParamDef("pause", float, default=0.5),
            "force": ParamDef("force", bool, default=False),
            "since": ParamDef("since", date, default=None),
            "tags": ParamDef("tags", list[str], default=None),
            "limit": ParamDef("limit", int | None, default=None),
        },
    )

    def run(self):
        return self.params.get("capture_id")


@register_pipeline("prices.clean")
class Clean(Pipeline):
    def run(self):
        return self.params["day"], self.params.get("strict", False)


@register_pipeline("prices.anything")
class Anything(Pipeline):
    def run(self):
        return work(**self.params)


@register_task("send_mail")
def send_mail(params):
    return params["to"]
"""


def told(steps: str, config: Config | None = None, *, python: str = PYTHON) -> list[str]:
    """What is said of a group of these steps: the marked text, the code, and the message."""
    fix = fixture(f"{python}\n#- /group.yaml\nname: g\n{steps}", config)
    source = fix.document.text.source
    found = diagnose(fix.document, fix.workspace.config_of(fix.document.uri), fix.workspace.project)
    return [f"{source[f.start : f.end]} {f.severity.word}[{f.code}] {f.message}" for f in found]


def step(pipeline: str, **params: str) -> str:
    """A step with parameters as they are written."""
    lines = "".join(f"\n      {name}: {value}" for name, value in params.items())
    return f"steps:\n  - name: a\n    pipeline: {pipeline}\n" + (f"    params:{lines}\n" if lines else "")


BOTH = "steps:\n- {name: a, pipeline: prices.clean}\n- {name: b, pipeline: prices.fetch}\n"
RIGHT = {"day": '"2026-01-09"', "market": "bonds"}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.scope == "project"], ids=lambda rule: rule.code)
def test_the_examples_of_a_page_are_what_it_says(rule: Rule) -> None:
    """The first example has the finding and no error besides, the second has no finding at all."""
    python, wrong, right = (
        match for kind, match in re.findall(r"```(python|yaml)\n(.*?)```", rule.documentation, re.DOTALL)
    )
    project = project_of({"pipelines.py": python})

    def codes(text: str) -> list[str]:
        document = Document.read("file:///g.yaml", 1, Text(text))
        return [finding.code for finding in diagnose(document, project=project)]

    assert codes(wrong) == [rule.code]
    assert codes(right) == []


@pytest.mark.parametrize(
    ("steps", "text", "code", "message"),
    [
        (step("prices.fetsh"), "prices.fetsh", "unknown-pipeline", "did you mean `prices.fetch`?"),
        (
            step("send_mail"),
            "send_mail",
            "unknown-pipeline",
            "`send_mail` is a task of `spine.execution`; a step",
        ),
        (
            step("prices.fetch", **RIGHT, retrys="3"),
            "retrys",
            "unknown-parameter",
            "`prices.fetch` takes no parameter `retrys`; did you mean `retries`?",
        ),
        (
            step("prices.clean", day="x", strickt="1"),
            "strickt",
            "unknown-parameter",
            "did you mean `strict`?",
        ),
        (
            "defaults: {strickt: true, day: x}\n" + step("prices.clean"),
            "strickt",
            "unknown-parameter",
            "no pipeline of this group takes a parameter `strickt`; did you mean `strict`?",
        ),
        (
            step("prices.fetch", market="bonds"),
            "prices.fetch",
            "missing-parameter",
            "requires the parameter `day`, which neither the step nor `defaults` give: each run has to give it",
        ),
        (
            step("prices.fetch"),
            "prices.fetch",
            "missing-parameter",
            "requires the parameters `day` and `market`",
        ),
        (step("prices.clean"), "prices.clean", "missing-parameter", "requires the parameter `day`, which"),
        (
            step("prices.fetch", **RIGHT | {"market": "bond"}),
            "bond",
            "bad-parameter-value",
            "`market` of `prices.fetch` takes `stocks` or `bonds`; did you mean `bonds`?",
        ),
        (
            "defaults: {market: futures}\n" + step("prices.fetch", day="x"),
            "futures",
            "bad-parameter-value",
            "`market` of `prices.fetch` takes `stocks` or `bonds`",
        ),
        (
            "defaults: {day: 2026-01-09}\n" + step("prices.fetch", market="bonds"),
            "2026-01-09",
            "wrong-parameter-type",
            "`day` of `prices.fetch` takes a string, and this is read as the date 2026-01-09: quote it",
        ),
        (
            step("prices.fetch", **RIGHT, batch_id="one"),
            "batch_id",
            "overwritten-parameter",
            "Spine gives every step a `batch_id` of its own when it runs, so this one never arrives",
        ),
        (
            step("prices.clean", day='"{{ params.day }}"'),
            '"{{ params.day }}"',
            "unfilled-template",
            "only a default makes room for a parameter of the run",
        ),
        (
            'defaults: {day: "{{ params.today }}"}\n' + step("prices.clean"),
            '"{{ params.today }}"',
            "unfilled-template",
            "only where that is called `today` too",
        ),
    ],
)
def test_what_is_wrong_with_a_step_is_said_once(steps: str, text: str, code: str, message: str) -> None:
    """One finding for each fault, at the token that is wrong."""
    (found,) = told(steps)
    assert found.startswith(f"{text} ")
    assert f"[{code}]" in found
    assert message in found


@pytest.mark.parametrize(
    "steps",
    [
        step("prices.fetch", **RIGHT),
        step("prices.fetch", **RIGHT, capture_id="x"),
        step("prices.fetch", **RIGHT, force="yes", since="2026-01-09", limit="null", tags="[a, b]"),
        step("prices.clean", day="x", strict="true"),
        step("prices.anything", whatever="1"),
        'defaults: {day: "{{ params.day }}", market: stocks}\n' + step("prices.fetch"),
        'defaults: {market: "{{ params.market }}", day: x}\n' + step("prices.fetch"),
        "defaults: {strict: true, day: x, market: bonds}\n" + BOTH,
    ],
)
def test_nothing_is_said_of_what_is_right(steps: str) -> None:
    """Neither a parameter that only the code reads, nor a default that one of the pipelines takes."""
    assert told(steps) == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("day", "2026-01-09", "takes a string, and this is read as the date 2026-01-09: quote it"),
        ("day", "20260109", "takes a string, and this is the integer 20260109: quote it"),
        ("day", "yes", "takes a string, and this is read as true: quote it"),
        ("day", "12:30", "takes a string, and this is the integer 750: quote it"),
        ("day", "[x]", "takes a string, and this is a list"),
        ("day", "null", "takes a string, and this is null"),
        ("retries", '"3"', "takes an integer, and this is the string `3`: write `3` without quotes"),
        ("retries", "3.0", "takes an integer, and this is the float 3.0"),
        ("retries", "many", "takes an integer, and this is the string `many`"),
        ("retries", "3", ""),
        ("retries", "null", ""),
        ("pause", "12", "takes a float, and this is the integer 12: write `12.0`"),
        ("pause", "0.5", ""),
        (
            "force",
            '"true"',
            "takes true or false, and this is the string `true`: write `true` without quotes",
        ),
        ("force", "1", "takes true or false, and this is the integer 1"),
        ("since", "2026-01-09", ""),
        ("since", '"2026-01-09"', "takes a date, and this is the string `2026-01-09`"),
        ("tags", "a", "takes a list, and this is the string `a`"),
        ("limit", "x", "takes an integer or null, and this is the string `x`"),
    ],
)
def test_a_value_is_of_the_type_that_is_asked_for(name: str, value: str, message: str) -> None:
    """By what Spine's loader makes of the scalar; one finding at it, whatever else there is to say of it."""
    found = told(step("prices.fetch", **RIGHT | {name: value}))
    said = f"{value} error[wrong-parameter-type] `{name}` of `prices.fetch` {message}"
    assert found == ([said] if message else [])


def test_a_template_may_stand_for_a_value_of_any_type() -> None:
    """It is only said that Spine's runner does not fill it in."""
    (found,) = told(step("prices.fetch", **RIGHT, retries='"{{ params.n }}"'))
    assert "[unfilled-template]" in found


REGISTERED = [
    *("harbor.reports.render", "harbor.reports.count_calls", "tides.forecast", "tides.fetch_levels", "a/b"),
    *(
        "finra.otc_transparency.ingest_week",
        "finra.otc_transparency.aggregate_week",
        "market_data.ingest_prices",
    ),
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("harbor.reports.publish", ()),
        ("harbor.reports.rendr", ("harbor.reports.render",)),
        ("habor.report.render", ("harbor.reports.render",)),
        ("tides.forecasts", ("tides.forecast",)),
        ("fetch_levels", ("tides.fetch_levels",)),
        ("prices.market_data.ingest_prices", ("market_data.ingest_prices",)),
        ("finra.otc_transparency.ingest", ("finra.otc_transparency.ingest_week",)),
        ("finra.otc_transparency.backfill", ()),
        ("finra.otc", ("finra.otc_transparency.ingest_week", "finra.otc_transparency.aggregate_week")),
        ("a.b", ("a/b",)),
        ("Tides.Fetch-Levels", ("tides.fetch_levels",)),
        ("zzz", ()),
        ("x" * 500, ()),
    ],
)
def test_what_a_misspelt_name_means_is_told_by_its_segments(name: str, meant: tuple[str, ...]) -> None:
    """A long beginning that two names share makes them no more alike."""
    assert similar_pipelines(name, REGISTERED) == meant


def test_nothing_is_said_where_nothing_is_known() -> None:
    """Not before all is read, not without a registration, and not of a name that a run may register."""
    steps = step("prices.nope", batch_id="1", day='"{{ params.day }}"')
    document = Document.read("file:///g.yaml", 1, Text(f"name: g\n{steps}"))
    python = PYTHON.partition(".py\n")[2]
    half = project_of({"p.py": python})
    for project in (
        Project(),
        Project(None, ready=True),
        Project(half.python, ready=False),
        project_of({"p.py": "x = 1\n"}),
        project_of({"p.py": "from spine.execution.registry import register_task\nregister_task('t')(print)\n"}),
    ):
        assert diagnose(document, project=project) == []
    loop = "\n\nfor name in names():\n    register_pipeline(name)(Fetch)\n"
    doubted = project_of({"p.py": python + loop})
    assert {f.code for f in diagnose(document, project=doubted)} == {
        "overwritten-parameter",
        "unfilled-template",
    }
    known = Document.read("file:///g.yaml", 1, Text(f"name: g\n{step('prices.fetch', dya='1')}"))
    assert "unknown-parameter" in {f.code for f in diagnose(known, project=doubted)}  # what is registered is sure
    prefixed = project_of({"p.py": python + loop.replace("(name)(", "('gauges.' + name)(")})
    assert "unknown-pipeline" in {f.code for f in diagnose(document, project=prefixed)}


def test_a_suppression_is_not_idle_before_its_rule_could_run() -> None:
    """Neither while files are read nor where no pipelines are known."""
    text = "name: g\nsteps:\n- name: a\n  pipeline: x # spine: ignore[unknown-pipeline]\n"
    document = Document.read("file:///g.yaml", 1, Text(text))
    known = project_of({"p.py": PYTHON.partition(".py\n")[2]})
    right = Document.read("file:///g.yaml", 1, Text(text.replace("pipeline: x", "pipeline: prices.anything")))
    blanket = Document.read("file:///g.yaml", 1, Text(text.replace("[unknown-pipeline]", "")))
    assert diagnose(document, project=known) == []
    assert diagnose(document, project=Project()) == []
    assert diagnose(blanket, project=known) == []
    assert diagnose(blanket, project=Project(known.python, ready=False)) == []
    assert [f.code for f in diagnose(right, project=known)] == ["unused-suppression"]


def test_what_several_registrations_disagree_about_is_not_said() -> None:
    """Nobody knows which of two pipelines of one name is run."""
    second = PYTHON + (
        "\n\n@register_pipeline('prices.clean')\nclass Other(Pipeline):\n"
        "    def run(self):\n        return self.params.get('depth')\n"
    )
    assert told(step("prices.clean", day="x", depth="1"), python=second) == []
    assert [each.split()[0] for each in told(step("prices.clean", nothing="1"), python=second)] == ["nothing"]


def test_fixture_labels() -> None:
    """The same with labels, as the other rules have it."""
    check_diagnostics(
        PYTHON
        + """
#- /group.yaml
name: g
steps:
  - name: a
    pipeline: zzzz
#             ^^^^ error[unknown-pipeline]: no pipeline of the workspace is called `zzzz`
"""
    )


PIECES = [
    *(
        "",
        "x",
        "\n",
        ": ",
        "- ",
        "prices.fetch",
        "prices.clean",
        "day: 2026-01-09",
        "market: bonds",
        '"',
        "}",
        "{",
    ),
    *("defaults: {day: x}\n", "{{ params.day }}", "batch_id: 1", "# spine: ignore\n", "&a ", "*a", "1"),
]


@given(st.data())
def test_an_edited_document_says_what_a_fresh_one_says(data: st.DataObject) -> None:
    """Whatever is kept of a step with its text, and whichever way the workspace's Python changes between edits."""
    python = PYTHON.partition(".py\n")[2]
    projects = [
        project_of({"p.py": python}),
        project_of({"p.py": python.replace("market", "place")}),
        Project(),
    ]
    source = "name: g\ndefaults: {strict: true}\n" + BOTH + "- {name: c, pipeline: prices.fetch, params: {day: 1}}\n"
    document = Document.read("file:///g.yaml", 1, Text(source))
    project = projects[0]
    for _ in range(data.draw(st.integers(1, 4))):
        diagnose(document, project=project)
        source = document.text.source
        start = data.draw(st.integers(0, len(source)))
        end = data.draw(st.integers(start, min(len(source), start + 20)))
        edit = Edit(start, end, data.draw(st.sampled_from(PIECES)))
        document = document.changed(2, document.text.replaced(*edit), [edit])
        project = data.draw(st.sampled_from(projects))
    fresh = Document.read(document.uri, 2, Text(document.text.source))
    found = diagnose(document, project=project)
    assert found == diagnose(fresh, project=project)
    assert all(0 <= each.start <= each.end <= len(document.text.source) for each in found)


def test_a_keystroke_judges_the_step_that_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the other steps of a large group anew, nor any when a Python file changes that names other pipelines."""
    python = PYTHON.partition(".py\n")[2]
    steps = "".join(f"- name: s{n}\n  pipeline: prices.clean\n  params: {{day: x, n: {n}}}\n" for n in range(50))
    text = Text(f"name: g\nsteps:\n{steps}")
    document = Document.read("file:///g.yaml", 1, text)
    project = project_of({"p.py": python})
    assert len(diagnose(document, project=project)) == 50
    judged: list[int] = []
    own = step_calls.StepCall.given

    def noted(call: step_calls.StepCall) -> Iterator[step_calls.Given]:
        judged.append(call.number)
        return own(call)

    monkeypatch.setattr(step_calls.StepCall, "given", noted)
    at = text.source.index("n: 7}")
    edit = Edit(at, at + 1, "m")
    document = document.changed(2, text.replaced(*edit), [edit])
    assert len(diagnose(document, project=project)) == 50
    assert set(judged) == {7}
    judged.clear()
    assert project.python is not None
    another = read_text("from p import *\n@register_pipeline('z')\nclass Z: ...\n", project.python.vocabulary)
    other = project.python.with_file("q.py", another)
    assert len(diagnose(document, project=Project(other, ready=True))) == 50
    assert judged == []
