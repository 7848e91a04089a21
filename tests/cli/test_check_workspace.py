"""`check` over a workspace: its options, its pipelines, several processes, and what is known already."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from spine_lsp.analysis.findings import Severity
from spine_lsp.cli import files
from spine_lsp.disk import project_files
from spine_lsp.disk.project_files import ProjectFiles
from spine_lsp.disk.reading import bytes_of
from tests.cli.runner import ROOT, command, environment, run
from tests.soak.inside import Inside

EXAMPLE = ROOT / "schemas" / "examples" / "workspace"
PYTHON = "from spine.framework.registry import register_pipeline\n@register_pipeline('p')\nclass A: ...\n"
GROUP = "kind: PipelineGroup\nname: g\nsteps:\n  - name: a\n    pipeline: p\n  - name: b\n    pipeline: p\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        *folders, last = name.split("__")
        stem, _, ending = last.rpartition("_")
        path = folder.joinpath(*folders, f"{stem.replace('-', '_')}.{ending}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found(*arguments: str) -> list[tuple[str, str, str]]:
    """File, code and severity of each finding."""
    answer = json.loads(run("check", "--format", "json", *arguments).out)
    return [(each["file"], each["code"], each["severity"]) for each in answer["findings"]]


def test_the_nearest_file_of_options_holds(folder: Path) -> None:
    """Levels by file; --select and --ignore win over them."""
    twice = GROUP + "    depends_on: [a, a]\n"
    write(folder, a__g_yaml=twice, b__g_yaml=twice.replace("name: g", "name: h"))
    (folder / "b" / "spine-lsp.toml").write_text("rules.duplicate-dependency = 'error'\n")
    (folder / "a" / "pyproject.toml").write_text("[tool.spine-lsp.rules]\nduplicate-dependency = 'off'\n")
    code = "duplicate-dependency"
    assert found() == [("b/g.yaml", code, "error")]
    assert found("--select", code) == [("a/g.yaml", code, "warning"), ("b/g.yaml", code, "error")]
    assert found("--ignore", code) == []


def test_include_and_exclude_choose_what_is_searched(folder: Path) -> None:
    """A named file is looked at in any case; `doctor` says what was left out and why."""
    bad = GROUP + "    depends_on: [c]\n"
    write(folder, groups__g_yaml=bad, groups__old__g_yaml=bad, x__g_yaml=bad, x__p_py=PYTHON)
    (folder / "spine-lsp.toml").write_text("include = ['groups/']\nexclude = ['old/', '*.py']\n")
    assert {file for file, _, _ in found()} == {"groups/g.yaml"}
    assert {file for file, _, _ in found("x/g.yaml")} == {"x/g.yaml"}
    left_out = json.loads(run("doctor", "--json").out)["files"]["left_out"]
    reasons = {each["file"]: each["reason"] for each in left_out}
    assert reasons["groups/old"] == reasons["x/p.py"] == "the option exclude leaves it out"
    assert reasons["x/g.yaml"] == "the option include does not name it"


def test_a_fault_in_the_options_is_a_finding(folder: Path) -> None:
    """Of the file that holds it, with its place; it fails as a warning, and can be left out."""
    write(folder, g_yaml=GROUP)
    (folder / "spine-lsp.toml").write_text("dialect = 'pipeline'\ninlayHnts.order = 'all'\n")
    ran = run("check")
    assert ran.code == 1
    assert ran.out.startswith(
        "spine-lsp.toml:2:1: warning[configuration]: there is no option `inlayHnts`; did you mean `inlayHints`?\n"
        "2 | inlayHnts.order = 'all'\n  | ^^^^^^^^^\n"
    )
    assert run("check", "--ignore", "configuration").code == 0
    (folder / "spine-lsp.toml").write_text("dialect = ")
    assert found() == [("spine-lsp.toml", "configuration", "error")]
    assert found("spine-lsp.toml") == [("spine-lsp.toml", "configuration", "error")]
    (folder / "spine-lsp.toml").write_text("")
    assert run("check", "spine-lsp.toml")[:2] == (0, "0 groups in 0 files checked\n")


def test_steps_are_checked_against_the_python_of_the_project(folder: Path) -> None:
    """Wherever in it the groups are; a file without a project is checked by itself."""
    write(folder, src__p_py=PYTHON, groups__g_yaml=GROUP.replace("pipeline: p\n  -", "pipeline: q\n  -"))
    assert found("groups") == found("groups/g.yaml") == []
    (folder / "pyproject.toml").write_text("")
    assert found("groups") == found("groups/g.yaml") == [("groups/g.yaml", "unknown-pipeline", "error")]
    (folder / "pyproject.toml").write_text("[tool.spine-lsp]\nindex.enabled = false\n")
    assert found("groups") == []
    (folder / "pyproject.toml").write_text("[tool.spine-lsp]\ndecorators = ['mine']\n")
    (folder / "src" / "q.py").write_text("from x import mine\n@mine('q')\nclass B: ...\n")
    assert found("groups") == []


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_each_file_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    """For the project and for the check; one for which there is no room is read again, and says the same."""
    write(folder, **{f"g{number}_yaml": GROUP.replace("name: g", f"name: g{number}") for number in range(30)})
    write(folder, twice_yaml=GROUP.replace("name: g", "name: g7"), p_py=PYTHON)
    read: list[str] = []

    def counted(path: str, limit: int) -> bytes:
        read.append(Path(path).name)
        return bytes_of(path, limit)

    for module in (project_files, files):
        monkeypatch.setattr(module, "bytes_of", counted)
    known = found("--jobs", jobs)
    assert [(file, code) for file, code, _ in known] == [
        ("g7.yaml", "duplicate-group"),
        ("twice.yaml", "duplicate-group"),
    ]
    assert sorted(read) == sorted(path.name for path in folder.iterdir())
    monkeypatch.setattr(project_files, "MOST_SHARED", 200)
    assert found("--jobs", jobs) == known
    assert read.count("twice.yaml") == (3 if jobs == "1" else 2)  # a child of this process is not counted


def wire(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What a server that has a folder open says of each YAML file, as `check` would count it."""
    client = Inside()
    known = ProjectFiles(lambda said: None)
    for _ in known.scan([folder.as_posix().removeprefix("/")]):
        pass
    client.session.change_project(known.project)
    shown: dict[str, list[tuple[Any, ...]]] = {}
    paths = [*sorted(folder.rglob("*.y*ml")), *sorted(folder.rglob("*.py"))]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        document = {"uri": path.as_uri(), "languageId": "", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": document})
    client.rest()
    for path in paths:
        diagnostics = client.shown.get(path.as_uri(), {}).get("diagnostics", [])
        shown[path.relative_to(folder).as_posix()] = [
            (
                each["range"]["start"]["line"] + 1,
                each["range"]["start"]["character"] + 1,
                each["range"]["end"]["line"] + 1,
                each["range"]["end"]["character"] + 1,
                each["code"],
                Severity(each["severity"]).word,
                each["message"],
            )
            for each in diagnostics
        ]
    return shown


def checked(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    answer = json.loads(run("check", "--format", "json", "--level", "hint", str(folder)).out)
    shown: dict[str, list[tuple[Any, ...]]] = {}
    for each in answer["findings"]:
        name = Path(each["file"]).relative_to(folder).as_posix()
        keys = ("line", "column", "end_line", "end_column", "code", "severity", "message")
        shown.setdefault(name, []).append(tuple(each[key] for key in keys))
    return shown


@pytest.mark.parametrize("source", ["schemas/examples", "schemas/examples/workspace", "tests/corpus"])
def test_the_editor_says_the_same(tmp_path: Path, source: str) -> None:
    """Each finding on the wire is one of `check`, in the same order, with the same place, severity and sentence."""
    folder = tmp_path / "w"
    shutil.copytree(ROOT / source, folder)
    (folder / "pyproject.toml").write_text("[tool.spine-lsp.rules]\nlate-definition = 'hint'\n")
    said = {name: each for name, each in wire(folder).items() if each}
    assert said
    assert said == checked(folder)


def test_several_processes_say_what_one_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the same order, with the same failures and counts."""
    write(folder, p_py=PYTHON)
    for number in range(40):
        bad = "    depends_on: [c]\n" if number % 3 else ""
        (folder / f"g{number}.yaml").write_text(GROUP.replace("name: g", f"name: g{number}") + bad)
    (folder / "other.yaml").write_text("x: 1\n")
    (folder / "bytes.yaml").write_bytes(b"a: \xff\n")
    one, many = (run("check", "--format", "json", "--jobs", jobs) for jobs in ("1", "3"))
    assert one == many
    assert one.code == 1
    assert len(json.loads(one.out)["findings"]) == 26


def test_what_is_known_is_not_said_again(folder: Path) -> None:
    """Until it comes a second time; what stands above it may change, and so may the working folder."""
    bad = GROUP + "    depends_on: [c]\n"
    write(folder, x__g_yaml=bad)
    ran = run("check", "--write-baseline", "known.json")
    assert (ran.code, ran.err.splitlines()[-1]) == (0, "1 finding written to known.json")
    assert run("check", "--baseline", "known.json").code == 0
    (folder / "x" / "g.yaml").write_text("# one\n# two\n" + bad.replace("[c]", "[c, a, c, d]"))
    answer = json.loads(run("check", "--baseline", "known.json", "--format", "json", "--level", "error").out)
    assert [each["message"] for each in answer["findings"]] == [
        "no step is called `c`",
        "no step is called `c`",
        "no step is called `d`",
    ]  # another line
    (folder / "x" / "g.yaml").write_text("# one\n# two\n" + bad)
    ran = run("check", "--baseline", "../known.json", "--format", "json", str(folder / "x"))
    assert ran.code == 2  # it is not there
    answer = json.loads(run("check", "--baseline", "known.json", "--format", "json", str(folder)).out)
    assert (answer["findings"], answer["summary"]["known"]) == ([], 1)
    for text in ("{", "[]", '{"version": 2, "files": {}}', '{"version": 1, "files": 3}'):
        (folder / "known.json").write_text(text)
        assert run("check", "--baseline", "known.json").code == 2


def test_what_is_certain_is_mended(folder: Path) -> None:
    """Shown with --diff, written without, in the bytes that the file was in; what is likely only with --unsafe."""
    source = GROUP + "    depends_on: [a, a]\n"
    path = folder / "g.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + source.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    ran = run("check", "--fix", "--diff")
    assert ran.code == 0
    assert "-    depends_on: [a, a]\n+    depends_on: [a]\n" in ran.out
    assert path.read_bytes().count(b"[a, a]") == 1
    ran = run("check", "--fix")
    assert (ran.code, ran.err) == (0, "1 file mended\n")
    assert path.read_bytes() == b"\xef\xbb\xbf" + source.replace("[a, a]", "[a]").replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in folder.iterdir()) == ["g.yaml"]
    path.write_text(GROUP.replace("name: a", "name: ingest") + "    depends_on: [ingst]\n")
    assert run("check", "--fix").code == 1
    assert run("check", "--fix", "--unsafe").code == 0
    assert "depends_on: [ingest]" in path.read_text()


def test_standard_input_has_a_name(folder: Path) -> None:
    """Under which it is spoken of, and whose options hold."""
    write(folder, a__x_txt="")
    (folder / "a" / "spine-lsp.toml").write_text("rules.duplicate-dependency = 'error'\n")
    ran = run("check", "-", "--stdin-filename", "a/g.yaml", stdin=GROUP + "    depends_on: [a, a]\n")
    assert ran.out.startswith("a/g.yaml:8:21: error[duplicate-dependency]")
    ran = run("check", "-", "--diff", stdin=GROUP + "    depends_on: [a, a]\n")
    assert "+++ b/-\n" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--unsafe",),
        ("-", "--fix"),
        ("--stdin-filename", "x"),
        ("--watch", "--fix"),
        ("--watch", "-"),
        ("--baseline", "none.json"),
        ("--select", "configuratoin"),
        ("--jobs", "0"),
    ],
)
def test_what_cannot_be_meant_is_refused(folder: Path, arguments: tuple[str, ...]) -> None:
    """Exit code 2 and one sentence."""
    ran = run("check", *arguments, stdin="")
    assert ran.code == 2
    assert "Error: " in ran.err


def test_personas_say_more_or_less(folder: Path) -> None:
    """Quiet: what fails; pedantic: hints, and the rules that are off. --level wins."""
    write(folder, g_yaml=GROUP.replace("  - name: b", "    depends_on: [b]\n  - name: b") + "defaults: {x: 1}\n")

    def codes(*arguments: str) -> set[str]:
        return {code for _, code, _ in found(*arguments)}

    assert codes("--persona", "quiet") == set()
    assert codes() == codes("--persona", "regular")
    assert "late-definition" in codes("--persona", "pedantic")
    assert "late-definition" not in codes("--persona", "pedantic", "--level", "warning")


def test_statistics_count_by_rule(folder: Path) -> None:
    """On standard error, the most frequent first."""
    write(folder, g_yaml=GROUP + "    depends_on: [c, d, a, a]\n")
    err = run("check", "--statistics").err
    assert err.splitlines() == ["     2 unknown-dependency", "     1 duplicate-dependency"]


def test_python_files_are_checked_with_the_rest(folder: Path) -> None:
    """A name that is registered twice: in a folder, or named by itself; other Python is passed over, said."""
    write(folder, a__p_py=PYTHON, b__q_py=PYTHON, c__plain_py="x = 1\n", pyproject_toml="")
    twice = [("a/p.py", "duplicate-pipeline"), ("b/q.py", "duplicate-pipeline")]
    assert [(file, code) for file, code, _ in found(".")] == twice
    assert [(file, code) for file, code, _ in found("b")] == twice[1:]
    assert [(file, code) for file, code, _ in found("a/p.py")] == twice[:1]
    assert run("check", "c/plain.py").code == 0


def test_the_summary_counts_python_that_has_to_do_with_groups(folder: Path) -> None:
    """Files that build groups, and those in which something was found; pipelines alone are no groups."""
    built = "from spine.orchestration import PipelineGroup\nG = PipelineGroup(name='g', steps=[])\n"
    write(folder, g_py=built, p_py=PYTHON, pyproject_toml="")
    assert run("check", ".").out.splitlines()[-1].startswith("1 group in 1 file checked")
    write(folder, q_py=PYTHON, g_yaml=GROUP.replace("name: g", "name: h"))
    assert run("check", ".").out.splitlines()[-1] == "2 groups in 4 files checked: 2 errors"


def test_watching_checks_again_when_something_changes(folder: Path) -> None:
    """A group, the Python that it names, the options; Ctrl-C ends it."""
    write(folder, g_yaml=GROUP + "    depends_on: [c]\n")
    started = command("check", "--watch")
    with subprocess.Popen(
        started, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
    ) as watching:
        assert watching.stdout is not None
        summaries = (line for line in watching.stdout if "checked" in line)
        try:
            assert "1 error" in next(summaries)
            for name, text, expected in (
                ("p.py", PYTHON.replace("'p'", "'q'"), "3 errors"),
                ("spine-lsp.toml", "rules.unknown-dependency = 'off'\n", "2 errors"),
                ("g.yaml", GROUP.replace("pipeline: p", "pipeline: q"), "nothing found"),
            ):
                (folder / name).write_text(text, encoding="utf-8")
                assert expected in next(summaries)
            watching.send_signal(signal.SIGINT)
            assert watching.wait(60) == 130
        finally:
            watching.kill()


ALSO = "metadata: {name: g}\nkind: PipelineGroup\nspec:\n  pipelines:\n    - {name: a, pipeline: p}\n"


def test_a_name_that_two_files_have_is_found_and_both_are_shown(folder: Path) -> None:
    """Also where one of them is named, in every format that has related places; a link is no second file."""
    (folder / ".git").mkdir()
    write(folder, one_yaml=GROUP, sub__two_yaml=ALSO)
    (folder / "hard.yaml").hardlink_to(folder / "one.yaml")
    (folder / "link.yaml").symlink_to("one.yaml")
    code = "duplicate-group"
    assert found() == [("hard.yaml", code, "warning"), ("sub/two.yaml", code, "warning")]
    assert found("sub/two.yaml") == [("sub/two.yaml", code, "warning")]
    text = run("check", "sub/two.yaml").out
    assert "hard.yaml:2:7: `g` is here too" in text
    (finding,) = json.loads(run("check", "--format", "json", "sub/two.yaml").out)["findings"]
    (related,) = finding["related"]
    assert (related["file"], related["line"], related["column"]) == ("hard.yaml", 2, 7)
    (result,) = json.loads(run("check", "--format", "sarif", "sub/two.yaml").out)["runs"][0]["results"]
    (place,) = result["relatedLocations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "hard.yaml"}
    (shown,) = json.loads(run("check", "--format", "rdjson", "sub/two.yaml").out)["diagnostics"]
    assert [each["location"]["path"] for each in shown["relatedLocations"]] == ["hard.yaml"]


def test_a_group_from_a_pipe_is_nobody_s_double(folder: Path) -> None:
    """It may be the text of any file; one that is told whose it is is compared with the others."""
    (folder / ".git").mkdir()
    write(folder, one_yaml=GROUP, two_yaml=GROUP.replace("name: g", "name: h"))
    assert run("check", "-", stdin=GROUP).code == 0
    taken = run("check", "-", "--stdin-filename", "two.yaml", stdin=GROUP)
    assert "a group called `g` is in `one.yaml` too" in taken.out
