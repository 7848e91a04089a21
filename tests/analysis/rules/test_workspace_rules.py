"""Rules that look at the other files of the workspace."""

from __future__ import annotations

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.group_index import GroupIndex, indexed
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.uris import uri_of
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.syntax.text import Text
from tests.pysource.workspaces import cut, index_of

GROUP = "kind: PipelineGroup\nname: {}\nsteps:\n- {{name: a, pipeline: p}}\n"
WORKFLOW = "kind: Workflow\nmetadata: {{name: {}}}\nspec:\n  steps:\n  - {{name: a, operation: p}}\n"
PYTHON = """\
from spine.orchestration import PipelineGroup, PipelineStep, register_group

register_group(PipelineGroup(name="built", steps=[PipelineStep("a", "p")]))
PipelineGroup(name="kept", steps=[PipelineStep("a", "p")])
"""


def found_in(path: str, files: dict[str, str], python: PipelineIndex | None = None) -> list[Finding]:
    """What the rule says in one of the files, beside all of them."""
    groups, documents = GroupIndex(), {}
    for each, text in files.items():
        documents[each] = Document.read(uri_of(each), None, Text(text))
        groups = groups.with_file(each, indexed(documents[each]))
    found = diagnose(documents[path], project=Project(python, groups=groups))
    return [finding for finding in found if finding.code == "duplicate-group"]


def test_groups_of_one_name_point_at_each_other() -> None:
    """Across files, each at the name of the other, whatever stands before it; the same name once is none."""
    files = {
        "a/one.yaml": GROUP.format("daily"),
        "b/two.yaml": "# \u00e9\n" + GROUP.format("daily"),
        "c.yaml": GROUP.format("other"),
        "d.yaml": WORKFLOW.format("daily"),
    }
    for path, other in (("a/one.yaml", "b/two.yaml"), ("b/two.yaml", "a/one.yaml")):
        [finding] = found_in(path, files)
        assert files[path][finding.start : finding.end] == "daily"
        assert f"`daily` is in `{other.rpartition('/')[2]}` too" in finding.message
        [pointed] = finding.elsewhere
        assert (pointed.path, cut(files[other], pointed.place)) == (other, "daily")
    assert found_in("c.yaml", files) == found_in("d.yaml", files) == []


def test_two_in_one_file_and_many_elsewhere() -> None:
    """Those of the same file are named first; a hundred others are not all pointed at."""
    files = {"a.yaml": f"{GROUP.format('daily')}---\n{GROUP.format('daily')}"}
    one, two = found_in("a.yaml", files)
    assert "is in this file too" in one.message
    assert (one.related[0].start, two.related[0].start) == (two.start, one.start)
    files = {f"{number:03}.yaml": GROUP.format("daily") for number in range(100)}
    [finding] = found_in("050.yaml", files)
    assert "is in `000.yaml` and 98 more too" in finding.message
    assert len(finding.elsewhere) == 20


def test_a_group_that_python_registers() -> None:
    """It has the name too; one that is only made does not take it."""
    index = index_of(PYTHON)
    [finding] = found_in("a.yaml", {"a.yaml": GROUP.format("built")}, index)
    assert (finding.elsewhere[0].path, cut(PYTHON, finding.elsewhere[0].place)) == ("pipelines.py", "built")
    assert found_in("a.yaml", {"a.yaml": GROUP.format("kept")}, index) == []


def test_what_is_not_named_is_no_duplicate() -> None:
    """Groups without a name, and a suppressed finding."""
    files = {"a.yaml": GROUP.format(""), "b.yaml": GROUP.format("")}
    assert found_in("a.yaml", files) == []
    files = {
        "a.yaml": "# spine: ignore-file[duplicate-group]\n" + GROUP.format("x"),
        "b.yaml": GROUP.format("x"),
    }
    assert found_in("a.yaml", files) == []
