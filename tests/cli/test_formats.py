"""The formats of `check`: each is valid, tells each finding at its place, and lets nothing of a file out raw."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from spine_lsp.cli import formats
from tests.cli.official.schemas import junit, schema_store, validate
from tests.cli.runner import ROOT, run
from tests.disk.test_revisions import git

BROKEN = "broken_refresh.yaml"
GROUP = "kind: PipelineGroup\nname: g\nsteps:\n  - name: a\n    pipeline: p\n"
SARIF = schema_store("https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json")


@pytest.fixture(autouse=True)
def _beside_the_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder without any Python, which would be read each time."""
    folder = tmp_path / "example"
    folder.mkdir()
    shutil.copy(ROOT / "schemas" / "examples" / BROKEN, folder)
    monkeypatch.chdir(folder)


def findings(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("check", "--format", "json", *arguments).out)["findings"]
    return found


def sarif(*arguments: str) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(run("check", "--format", "sarif", *arguments).out)
    validate(SARIF, log)
    ran: dict[str, Any] = log["runs"][0]
    return ran


@pytest.mark.parametrize("form", formats.NAMES)
def test_every_format_has_the_exit_code_and_each_finding(form: str) -> None:
    """Whatever is printed, the code is the same; the rule of each finding is named."""
    ran = run("check", BROKEN, "--format", form)
    assert ran.code == 1
    for finding in findings(BROKEN):
        assert finding["code"] in ran.out, finding


@pytest.mark.parametrize("form", ["sarif", "gitlab", "junit", "rdjson", "json"])
@pytest.mark.parametrize("name", ["]]>", "<x a='1'>&amp;", '"', "[x](y)", "a|b`c", "%0A::error::x"])
def test_names_are_told_as_they_are(form: str, name: str, tmp_path: Path) -> None:
    """Whoever reads the format gets the name back."""
    path = tmp_path / "g.yaml"
    path.write_text(GROUP + f"    depends_on: [{json.dumps(name)}]\n", encoding="utf-8")
    out = run("check", str(path), "--format", form).out
    if form == "junit":
        messages = [each.get("message", "") for each in ET.fromstring(out).iter("failure")]
    else:
        messages = [each for each in _texts(json.loads(out)) if "no step is called" in each]
    shown = re.sub(r"([\\\[\]])", r"\\\1", name) if form == "sarif" else name
    assert f"no step is called `{shown}`" in messages


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]


def test_sarif_names_rules_places_and_fixes() -> None:
    """Each result leads to its rule by number, has its region in characters, and fixes that have been tried."""
    ran = sarif(BROKEN)
    expected = findings(BROKEN)
    rules = ran["tool"]["driver"]["rules"]
    assert [each["ruleId"] for each in ran["results"]] == [each["code"] for each in expected]
    for result, finding in zip(ran["results"], expected, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == BROKEN
        assert [place["region"][key] for key in ("startLine", "startColumn", "endLine", "endColumn")] == [
            finding[key] for key in ("line", "column", "end_line", "end_column")
        ]
        assert len(result.get("fixes", [])) == len(finding["fixes"])
        assert len(result.get("relatedLocations", [])) == len(finding["related"])
    assert any("fixes" in each for each in ran["results"])
    assert all(rule["help"]["markdown"] for rule in rules if rule["id"] != "configuration")


def test_sarif_tells_what_failed_and_quotes_paths(tmp_path: Path) -> None:
    """A run that could not check all was not successful; a path is a reference by uri."""
    odd = tmp_path / "a b#c%.yaml"
    odd.write_text(GROUP + "    depends_on: [q]\n", encoding="utf-8")
    ran = sarif(str(odd), "none.yaml")
    assert ran["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == odd.as_uri()
    (invocation,) = ran["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    assert [each["level"] for each in invocation["toolExecutionNotifications"]] == ["error"]


def test_fingerprints_survive_what_is_written_above(tmp_path: Path) -> None:
    """They are those of before when lines come; findings that are alike have several."""
    path = tmp_path / "g.yaml"
    text = GROUP + "    depends_on: [q, q]\n"

    def prints() -> list[str]:
        made = [each["partialFingerprints"]["spineFinding/v1"] for each in sarif(str(path))["results"]]
        gitlab = json.loads(run("check", str(path), "--format", "gitlab").out)
        assert [each["fingerprint"] for each in gitlab] == made
        return made

    path.write_text(text, encoding="utf-8")
    before = prints()
    path.write_text("# one\n\n# two\n" + text, encoding="utf-8")
    assert prints() == before
    assert len(set(before)) == len(before) == 3


NAMES = ["]]>", "\x1b[2J\n::error::x", "<a b='1'>&amp;", '"', "a\u202eb", "\U0001f600", "[x](y)", "a" * 5_000]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_reports_are_what_the_official_schemas_ask_for(name: str, tmp_path: Path) -> None:
    """SARIF and JUnit, of findings with fixes and related places, of odd names and paths, of what failed."""
    odd = tmp_path / f"a b#c%{'' if len(name) > 99 else name.replace('/', '')}.yaml"
    text = GROUP.replace("name: a", f"name: {json.dumps(name)}")
    odd.write_text(f"{text}    depends_on: [{json.dumps(name)}, q, q]\n", encoding="utf-8")
    (tmp_path / "good.yaml").write_text(GROUP.replace("name: g", "name: h"), encoding="utf-8")
    paths = [str(odd), str(tmp_path / "good.yaml"), BROKEN, "none.yaml"]
    assert len(sarif(*paths, "--persona", "pedantic")["results"]) > 4
    report = run("check", *paths, "--format", "junit").out
    junit().validate(report)
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        junit().validate(report.replace("classname=", "class=", 1))


def test_junit_fails_where_the_run_fails(tmp_path: Path) -> None:
    """What is below --fail-on is told and passes; a file without findings is a test that passes."""
    (tmp_path / "good.yaml").write_text(GROUP, encoding="utf-8")
    root = ET.fromstring(run("check", BROKEN, str(tmp_path / "good.yaml"), "none.yaml", "--format", "junit").out)
    expected = findings(BROKEN)
    failing = [each for each in expected if each["severity"] in ("error", "warning")]
    assert root.get("failures") == str(len(failing)) == str(len(list(root.iter("failure"))))
    assert root.get("tests") == str(len(expected) + 2) == str(len(list(root.iter("testcase"))))
    assert (root.get("errors"), len(list(root.iter("error")))) == ("1", 1)


def test_rdjson_counts_bytes_and_suggests_whole_changes(tmp_path: Path) -> None:
    """As reviewdog has it: columns of UTF-8, and only fixes at one place."""
    path = tmp_path / "g.yaml"
    source = GROUP.replace("name: a", "name: ingest")
    path.write_text(f"{source}  - name: b\n    pipeline: p\n    depends_on: ['语', ingst]\n", encoding="utf-8")
    found = json.loads(run("check", str(path), "--format", "rdjson").out)["diagnostics"]
    starts = [each["location"]["range"]["start"]["column"] for each in found]
    assert starts == [18, 25]  # the second is behind a character of three bytes
    assert "ingest" in [each["text"] for each in found[1]["suggestions"]]


def test_markdown_is_a_table_whatever_names_hold(tmp_path: Path) -> None:
    """Each row has its four cells, the severe ones come first."""
    path = tmp_path / "g.yaml"
    path.write_text(GROUP + "    depends_on: ['a|b', '`|`', a, a]\n", encoding="utf-8")
    rows = [line for line in run("check", str(path), "--format", "markdown").out.splitlines() if line[:1] == "|"]
    assert len(rows) >= 2 + 3
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new repository, and work in it."""
    folder.mkdir()
    monkeypatch.chdir(folder)
    git(folder, "init", "-q")


def test_markdown_compares_the_graphs_with_a_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the findings stands what is different since then, drawn; the exit code is that of the findings."""
    repository(tmp_path / "r", monkeypatch)
    Path("g.yaml").write_text(GROUP, encoding="utf-8")
    git(Path(), "add", "-A")
    git(Path(), "commit", "-qm", "one")
    command = ("check", "g.yaml", ".", "--format", "markdown", "--compare")
    assert run(*command, "HEAD").out.endswith("## Graphs since `HEAD`\n\n**No difference in 1 group**\n")
    Path("g.yaml").write_text(GROUP + "  - name: b\n    pipeline: p\n    depends_on: [a, q]\n", encoding="utf-8")
    code, out, err = run(*command, "HEAD")
    assert (code, err) == (1, "")
    assert "unknown-dependency" in out.partition("## Graphs since `HEAD`")[0]
    assert "- **new** `b` runs `p`\n" in out
    assert "```mermaid\nflowchart TD\n" in out
    assert ":::added" in out
    assert run(*command, "nope").err.startswith("Error: there is no revision `nope` in ")
    for wrong in (("check", "g.yaml", "--compare", "HEAD"), (*command, "HEAD", "-")):
        code, out, _ = run(*wrong, stdin="")
        assert (code, out) == (2, "")


@pytest.mark.parametrize(
    ("more", "said"),
    [("", "\nIts diagram is left out here"), ("x" * 100, " more groups would not fit here")],
    ids=["diagrams", "groups"],
)
def test_markdown_fits_into_a_comment(more: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever there is to tell: diagrams give way first, then groups, and what is left out is counted."""
    repository(tmp_path / "r", monkeypatch)
    git(Path(), "commit", "-qm", "none", "--allow-empty")
    long = "n" * 3_000
    for number in range(12):
        steps = "".join(f"  - name: s{step}{more}\n    pipeline: p\n    depends_on: [{long}]\n" for step in range(40))
        text = f"kind: PipelineGroup\nname: g{number}\nsteps:\n{steps}"
        Path(f"{number}.yaml").write_text(text, encoding="utf-8")
    code, out, _ = run("check", "--format", "markdown", "--compare", "HEAD")
    assert code == 1
    assert 30_000 < len(out) < 65_536
    assert re.search(r"^[\d,]+ more are not listed here", out, re.MULTILINE)
    assert said in out
    assert "```mermaid" in out or more
    assert out.count("```") % 2 == 0


def test_jsonl_is_json_line_by_line() -> None:
    """The findings of `json` one by one, and then all the rest of it."""
    lines = [json.loads(line) for line in run("check", BROKEN, "--format", "jsonl").out.splitlines()]
    whole = json.loads(run("check", BROKEN, "--format", "json").out)
    assert [line["finding"] for line in lines[:-1]] == whole.pop("findings")
    assert lines[-1] == whole


def test_github_ends_with_the_count() -> None:
    """Of many annotations GitHub shows ten; the log says how many there are."""
    assert run("check", BROKEN, "--format", "github").out.splitlines()[-1] == (
        "1 group in 1 file checked: 3 errors, 1 information"
    )
