"""Findings in Python files: names registered twice, and groups that are built in code."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.config import Config
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import indexed
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.python_findings import diagnose_python
from spine_lsp.syntax.text import Text
from tests.fixture import check_diagnostics, fixture, project_of

EXAMPLE = Path(__file__).parents[2] / "schemas" / "examples" / "workspace"
TWICE = """
#- /a.py
from spine.framework.registry import register_pipeline
@register_pipeline("prices.fetch")
class A: ...
#- /b.py
from spine.framework.registry import register_pipeline
NAME = "prices.fetch"
@register_pipeline(NAME)
class B: ...
"""


def test_a_name_that_two_files_register_is_said_in_both() -> None:
    """Each is shown where the other is; nobody knows which is imported first."""
    fix = fixture(TWICE)
    for path, other in (("a.py", "b.py"), ("b.py", "a.py")):
        (found,) = diagnose_python(path, fix.workspace.project)
        assert found.message == (
            f"`prices.fetch` is registered in `{other}` too: Spine refuses the second registration of a name"
        )
        assert [each.spot.path for each in found.related] == [other]
    assert diagnose_python("a.py", fix.workspace.project, Config.of({"duplicate-pipeline": "off"})) == []
    (hint,) = diagnose_python("a.py", fix.workspace.project, Config.of({"duplicate-pipeline": "hint"}))
    assert hint.severity.word == "hint"


def test_in_one_file_the_second_is_said() -> None:
    """The first is where it shall be."""
    check_diagnostics("""
        #- /a.py
        from spine.framework.registry import register_pipeline
        @register_pipeline("prices.fetch")
        class A: ...
        @register_pipeline("prices.fetch")
        #                   ^^^^^^^^^^^^ error[duplicate-pipeline]: `prices.fetch` is registered above too: Spine refuses the second registration of a name
        class B: ...
    """)  # noqa: E501 - a label is one line


def test_the_examples_of_the_page() -> None:
    """The first has the finding, the second has none."""
    documentation = BY_CODE["duplicate-pipeline"].documentation
    wrong, right = re.findall(r"```python\n(.*?)```", documentation, re.DOTALL)
    assert [f.code for f in diagnose_python("p.py", project_of({"p.py": wrong}))] == ["duplicate-pipeline"]
    assert diagnose_python("p.py", project_of({"p.py": right})) == []


def test_a_group_built_in_python_has_the_findings_of_its_graph() -> None:
    """At the entries and names as they stand in the code."""
    check_diagnostics("""
        #- /g.py
        from spine.orchestration import PipelineGroup, PipelineStep
        group = PipelineGroup(
            name="g",
            steps=[
                PipelineStep("a", "p", depends_on=["c"]),
        #                                           ^ error[dependency-cycle]: `a` → `c` → `a`: each waits for the other, so none can start
                PipelineStep("b", "p", depends_on=["nobody"]),
        #                                           ^^^^^^ error[unknown-dependency]: no step is called `nobody`
                PipelineStep(name="c", pipeline="p", depends_on=["a", "c"]),
        #                                                              ^ error[self-dependency]: `c` waits for itself, so it can never start
                PipelineStep("a", "p"),
        #                     ^ error[duplicate-step]: a step called `a` already exists; this one is not planned, rename it or remove it
            ],
        )
    """)  # noqa: E501 - a label is one line


def test_steps_in_python_are_checked_as_those_of_a_file() -> None:
    """Pipelines and parameters, by what is registered."""
    check_diagnostics("""
        #- /g.py
        from spine.framework.pipelines import Pipeline
        from spine.framework.params import ParamDef, PipelineSpec
        from spine.framework.registry import register_pipeline
        from spine.orchestration import PipelineGroup, PipelineStep

        @register_pipeline("prices.fetch")
        class Fetch(Pipeline):
            spec = PipelineSpec(optional_params={"retries": ParamDef("retries", int)})

        group = PipelineGroup(
            name="g",
            steps=[
                PipelineStep("a", "prices.fetch", params={"retries": "3"}),
        #                                                             ^ error[wrong-parameter-type]: `retries` of `prices.fetch` takes an integer, and this is the string `3`
                PipelineStep("b", "nothing"),
        #                          ^^^^^^^ error[unknown-pipeline]: no pipeline of the workspace is called `nothing`
            ],
        )
    """)  # noqa: E501 - a label is one line


def test_what_is_not_known_of_a_group_is_not_said() -> None:
    """A step that only a run makes may be the one that is waited for."""
    fix = fixture("""
        #- /g.py
        from spine.orchestration import PipelineGroup, PipelineStep
        group = PipelineGroup(name="g", steps=[PipelineStep("a", "p", depends_on=["b"]), make_step()])
    """)
    project = fix.workspace.project
    assert diagnose_python("g.py", project) == []
    assert diagnose_python("g.py", Project(project.python, ready=False)) == []
    assert diagnose_python("nothing.py", project) == []


def test_the_example_workspace_has_one_name_twice_and_no_other_error() -> None:
    """The renderer whose name was copied; the group that is built in Python leaves the day to each run."""
    files = {path.relative_to(EXAMPLE).as_posix(): path.read_text("utf-8") for path in EXAMPLE.rglob("*.py")}
    project = project_of(files)
    found = {path: [f.code for f in diagnose_python(path, project)] for path in files}
    assert {path: codes for path, codes in found.items() if codes} == {
        "jobs/weekly_group.py": ["missing-parameter"] * 4,
        "src/harbor/reports/operations.py": ["duplicate-pipeline"],
    }


def test_parameters_are_judged_on_their_words() -> None:
    """A key that is none, a value of another type, one outside of an enum; what a run works out is given."""
    check_diagnostics(
        """
        #- /jobs.py
        from enum import Enum
        from spine.framework.registry import register_pipeline
        from spine.framework.pipelines import Pipeline
        from spine.framework.params import ParamDef, PipelineSpec, enum_value
        from spine.orchestration import PipelineGroup, PipelineStep
        class Tier(Enum):
            ONE = "one"
            TWO = "two"
        @register_pipeline("prices.fetch")
        class Fetch(Pipeline):
            spec = PipelineSpec(
                {"day": ParamDef("day", str, "")},
                {
                    "limit": ParamDef("limit", int, ""),
                    "tier": ParamDef("tier", str, "", validator=enum_value(Tier)),
                },
            )
        COMMON = {"limit": 3}
        daily = PipelineGroup(
            "daily",
            [
                PipelineStep("a", "prices.fetch", params={"day": today(), "limit": None, "tier": "one"}),
                PipelineStep("b", "prices.fetch", params={"dya": today(), "day": "x"}),
        #                                                  ^^^ warning[unknown-parameter]: `prices.fetch` takes no parameter `dya`
                PipelineStep("c", "prices.fetch", params={"day": 3, **COMMON, "tier": "three"}),
        #                                                        ^ error[wrong-parameter-type]: `day` of `prices.fetch` takes a string, and this is the integer 3
        #                                                                              ^^^^^ error[bad-parameter-value]: `tier` of `prices.fetch` takes `one` or `two`
                PipelineStep("d", "prices.fetch", params=dict(limit="3", day=today(), tier=pick())),
        #                                                            ^ error[wrong-parameter-type]: `limit` of `prices.fetch` takes an integer, and this is the string `3`
            ],
        )
        """  # noqa: E501 - a label is one line
    )


def test_comments_silence_findings() -> None:
    """Of a line, of the next, of the file; of one code or of all; a text in quotes is no comment."""
    head = "from spine.orchestration import PipelineGroup, PipelineStep as S\n"
    group = "g = PipelineGroup('g', [S('a', 'p'), S('b', 'p', depends_on=['nope'])]){}\n"
    fault = ["unknown-dependency"]
    for text, left in (
        (head + group.format(""), fault),
        (head + group.format("  # spine: ignore[unknown-dependency]"), []),
        (head + group.format("  # noqa  # spine: ignore"), []),
        (head + group.format("  # spine: ignore[blocked-step]"), fault),
        (head + "# spine: ignore-next-line\n# and why\n" + group.format(""), []),
        (head + "# spine: ignore-next-line\n\n" + group.format(""), fault),
        ("# spine: ignore-file[unknown-dependency]\n" + head + group.format(""), []),
        (head + "x = '# spine: ignore-file'\n" + group.format(""), fault),
    ):
        found = diagnose_python("jobs.py", project_of({"jobs.py": text}))
        assert [each.code for each in found] == left, text


def test_groups_of_one_name_are_told_in_python_too() -> None:
    """Of those that are registered; in this file, in another one, and in YAML."""
    head = "from spine.orchestration import PipelineGroup, PipelineStep, register_group\n"
    one = "register_group(PipelineGroup('daily', [PipelineStep('a', 'p')]))\n"
    loose = "PipelineGroup('daily', [PipelineStep('a', 'p')])\n"

    def said(files: dict[str, str], yaml: str = "") -> list[tuple[str, str, list[str]]]:
        project = project_of(files)
        if yaml:
            groups = indexed(Document.read("file:///g.yaml", 1, Text(yaml)))
            project = replace(project, groups=project.groups.with_file("g.yaml", groups))
        return [
            (
                files["a.py"][each.spot.place.start : each.spot.place.end],
                each.message,
                [r.spot.path for r in each.related],
            )
            for each in diagnose_python("a.py", project)
        ]

    words = "a group called `daily` is in {} too: Spine takes one of a name"
    assert said({"a.py": head + one, "b.py": head + loose}) == []
    assert said({"a.py": head + one, "b.py": head + one}) == [("daily", words.format("`b.py`"), ["b.py"])]
    assert said({"a.py": head + one}, "name: daily\nsteps: [{name: a, pipeline: p}]\n") == [
        ("daily", words.format("`g.yaml`"), ["g.yaml"])
    ]
    assert said({"a.py": head + one + one}) == [("daily", words.format("this file"), ["a.py"])] * 2
