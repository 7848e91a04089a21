"""`spine-lsp doctor`: on the example workspace, and on small ones."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runner import ROOT, run
from tests.cli.test_escaping import BAD, assert_harmless

WORKSPACE = "schemas/examples/workspace"
PIPELINE = "from spine.framework.registry import register_pipeline\n@register_pipeline({!r})\nclass A: ...\n"
GROUP = "kind: PipelineGroup\nname: g\nsteps:\n  - name: a\n    pipeline: {}\n"


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def report(*arguments: str) -> dict[str, Any]:
    """The JSON of a run that succeeds."""
    ran = run("doctor", "--json", *arguments)
    assert (ran.code, ran.err) == (0, "")
    value: dict[str, Any] = json.loads(ran.out)
    return value


def write(folder: Path, **files: str) -> str:
    """A workspace of these files; `__` in a name is a slash, and `_py` or `_yaml` at its end the ending."""
    for name, text in files.items():
        path = folder / re.sub(r"_(py|yaml)$", r".\1", name.replace("__", "/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return str(folder)


def test_the_example_workspace_shows_its_shapes() -> None:
    """Eight shapes and more of registering, the two registries, what is left open."""
    shown = report(WORKSPACE)
    found = {each["name"]: each for each in shown["registrations"]}
    assert {name: each["registry"] for name, each in found.items()} == {
        "calls.repair": "classes",
        "calls_backfill": "classes",
        "harbor.arrivals.fetch_messages": "classes",
        "harbor.arrivals.match_berths": "classes",
        "harbor.arrivals.normalize_calls": "classes",
        "harbor.reports.count_calls": "classes",
        "harbor.reports.render": "classes",
        "pilots/assign": "project",
        "tides.fetch_levels": "project",
        "tides.forecast": "project",
        "archive": "functions",
        "nightly_cleanup": "functions",
        "ping": "functions",
        "send_mail": "functions",
        "wait_for_tide": "functions",
    }
    assert {each["shape"] for each in found.values()} == {"decorator", "class", "handler"}
    assert [each["name"] for each in shown["duplicates"]] == ["harbor.reports.render"]
    assert [each["reason"] for each in shown["unknown"]] == ["`gauge` is set by a loop"]
    assert shown["files"]["passed_over"] == []
    groups = shown["groups"]
    assert (groups["count"], groups["pipelines"], groups["registered"]) == (3, 10, 7)
    assert [each["pipeline"] for each in groups["missing"]] == [
        "tides.forecasts",
        "harbor.reports.publish",
        "send_mail",
    ]
    assert [each["registered_as_function"] for each in groups["missing"]] == [False, False, True]
    assert [each["in_doubt"] for each in groups["missing"]] == [False, False, False]


def test_the_example_workspace_shows_its_parameters() -> None:
    """Inherited, by position, of constants; the values of an enum; the key of a lock; what is needed."""
    found = {each["name"]: each for each in report(WORKSPACE)["registrations"]}

    def parameters(name: str) -> dict[str, tuple[str, bool]]:
        return {each["name"]: (each["type"], each["required"]) for each in found[name]["parameters"]}

    assert parameters("harbor.arrivals.fetch_messages") == {
        "day": ("str", True),
        "source": ("str", False),
        "retries": ("int", False),
        "force": ("bool", False),
    }
    assert parameters("harbor.arrivals.normalize_calls") == {"day": ("str", True), "terminal": ("str", False)}
    assert parameters("harbor.reports.count_calls") == {"month": ("str", True)}
    terminal = found["harbor.arrivals.match_berths"]["parameters"][1]
    assert terminal["values"] == ["north", "container", "ferry"]
    assert terminal["default"] == {"value": "north"}
    assert terminal["file"] == f"{WORKSPACE}/src/harbor/base.py"
    assert found["harbor.arrivals.normalize_calls"]["lock"]["template"] == "calls:{day}:{terminal}"
    assert found["calls_backfill"]["lock"]["template"] == "calls_backfill:{start}:{end}"
    (calls, levels) = found["harbor.arrivals.match_berths"]["dependencies"]["value"]
    assert (calls["domain"], levels["required"]) == ("harbor.arrivals", False)
    assert [read["name"] for read in found["tides.forecast"]["reads"]] == ["days", "day", "gauge"]


def test_every_place_of_the_report_is_in_its_file() -> None:
    """What is marked is the word that is meant."""
    shown = report(WORKSPACE)

    def marked(place: dict[str, Any]) -> str:
        lines = Path(place["file"]).read_text(encoding="utf-8").splitlines()
        assert place["line"] == place["end_line"]
        line = lines[int(place["line"]) - 1]
        return line[int(place["column"]) - 1 : int(place["end_column"]) - 1]

    for each in shown["registrations"]:
        if each["symbol"]["place"] is not None:
            assert marked(each["symbol"]["place"]) == each["symbol"]["name"]
        for parameter in each["parameters"]:
            assert marked(parameter) == parameter["name"]
        for read in each["reads"]:
            assert read["name"] in marked(read)
    for use in shown["groups"]["missing"]:
        line = Path(use["file"]).read_text(encoding="utf-8").splitlines()[use["line"] - 1]
        assert line[use["column"] - 1 :].startswith(use["pipeline"])


def test_the_text_says_the_same() -> None:
    """Names with places, parameters, duplicates, gaps, and the pipelines that are not there."""
    ran = run("doctor", WORKSPACE)
    assert (ran.code, ran.err) == (0, "")
    for line in (
        "  14 Python files: 10 read, 4 without a word of Spine",
        f"  {WORKSPACE}/src (9 files)",
        f"  harbor.arrivals.match_berths  {WORKSPACE}/src/harbor/arrivals/pipelines.py:45  class MatchBerths",
        '    terminal: str, optional, default "north", one of "north", "container", "ferry"',
        (
            f"  {WORKSPACE}/jobs/generated.py:8: names that begin with `tides.gauge_` may be registered, "
            "but `gauge` is set by a loop"
        ),
        "  they name 10 pipelines: 7 registered, 3 not",
        (
            f"  {WORKSPACE}/groups/monthly_report.yaml:19:17: step `forecast` names `tides.forecasts`, "
            "which is not registered; did you mean `tides.forecast`?"
        ),
    ):
        assert line in ran.out.splitlines()


def test_documentation_shows_every_key() -> None:
    """The object of the page has the keys of the object that is printed."""
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    block = re.search(r"`doctor --json` prints one object:\n\n```json\n(.*?)```", page, re.DOTALL)
    assert block is not None

    def keys(value: Any, path: str = "") -> set[str]:
        if isinstance(value, dict):
            return set().union(*({f"{path}.{key}"} | keys(inner, f"{path}.{key}") for key, inner in value.items()))
        return set().union(*(keys(inner, path) for inner in value)) if isinstance(value, list) else set()

    places = r"\.(file|line|column|end_line|end_column)$"
    inner = r"\.(default|dependencies)\."  # values of the user's

    def shape(value: Any) -> set[str]:
        return {key for key in keys(value) if not re.search(places, key) and not re.search(inner, key)}

    printed = shape(report(WORKSPACE))
    documented = shape(json.loads(block.group(1)))
    assert printed <= documented
    empty_here = {
        f"{key}.reason" for key in (".files.left_out", ".files.passed_over", ".groups.unknown", ".registrations.open")
    }
    assert documented - printed <= {*empty_here, ".groups.unknown.group"}


def test_nothing_of_spine_is_said_to_be_nothing(tmp_path: Path) -> None:
    """An empty folder, and one of other things."""
    ran = run("doctor", write(tmp_path, a_py="x = 1\n", b_yaml="jobs: {}\n"))
    assert ran.code == 0
    assert "No registrations\n" in ran.out
    assert "No pipeline groups\n" in ran.out
    shown = report(str(tmp_path))
    assert (shown["files"]["python"]["passed"], shown["files"]["yaml"]["other"]) == (1, 1)


def test_where_nothing_is_registered_nothing_is_missing(tmp_path: Path) -> None:
    """The pipelines are somewhere else, then."""
    top = write(tmp_path, g_yaml=GROUP.format("a.b"))
    ran = run("doctor", top)
    assert "  they name 1 pipeline; nothing is registered in this folder, so nothing is said of them\n" in ran.out
    groups = report(top)["groups"]
    assert (groups["checked"], groups["missing"]) == (False, [])


def test_a_name_that_may_be_registered_is_in_doubt(tmp_path: Path) -> None:
    """Only if it begins as the names do that are not known."""
    code = PIPELINE.format("a") + "for n in NAMES:\n    register_pipeline(f'made.{n}')(A)\n"
    top = write(tmp_path, a_py=code, g_yaml=GROUP.format("made.x"), h_yaml=GROUP.format("other.x"))
    assert [each["in_doubt"] for each in report(top)["groups"]["missing"]] == [True, False]
    assert f"; what cannot be known may register it ({top}/a.py:5)" in run("doctor", top).out


def test_a_long_list_is_cut(tmp_path: Path) -> None:
    """The text names a hundred steps, the JSON all."""
    steps = "".join(f"  - name: s{number}\n    pipeline: none.{number}\n" for number in range(150))
    top = write(tmp_path, a_py=PIPELINE.format("a"), g_yaml=f"kind: PipelineGroup\nname: g\nsteps:\n{steps}")
    assert "  50 more, which --json lists\n" in run("doctor", top).out
    assert len(report(top)["groups"]["missing"]) == 150


def test_files_that_are_not_read_are_named(tmp_path: Path) -> None:
    """With the reason: ignored, hidden, broken, too large, a link that leads nowhere."""
    top = write(
        tmp_path,
        a_py=PIPELINE.format("a"),
        broken_py=PIPELINE.format("b") + "@register_pipeline(",
        old__c_py=PIPELINE.format("c"),
        gone_py=PIPELINE.format("g"),
        node_modules__d_py=PIPELINE.format("d"),
    )
    (tmp_path / ".gitignore").write_text("old/\ngone.py\n", encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    (tmp_path / "large.py").write_bytes(b"#" * (1 << 21))
    (tmp_path / "link.py").symlink_to(tmp_path / "nowhere")
    shown = report(top)
    assert [each["name"] for each in shown["registrations"]] == ["a", "b"]

    def reasons(kind: str) -> dict[str, str]:
        return {Path(each["file"]).name: each["reason"] for each in shown["files"][kind]}

    assert reasons("left_out") == {
        ".venv": "a hidden folder",
        "gone.py": "an ignore file leaves it out",
        "node_modules": "folders called node_modules are never searched",
        "old": "an ignore file leaves it out",
    }
    passed_over = reasons("passed_over")
    assert passed_over.keys() == {"broken.py", "large.py", "link.py"}
    assert "does not parse as Python" in passed_over["broken.py"]
    assert passed_over["broken.py"].endswith("; the rest of it is read")
    assert "too large" in passed_over["large.py"]
    assert passed_over["link.py"] == "a link that leads nowhere"
    assert shown["unknown"][0]["reason"].startswith("it cannot be read: ")


def test_names_of_other_files_are_followed(tmp_path: Path) -> None:
    """A file that says nothing of Spine is read when its constants are asked for."""
    user = f"from names import NAME\n{PIPELINE}".replace("{!r}", "NAME")
    shown = report(write(tmp_path, names_py="NAME = 'a.b'\n", p_py=user, g_yaml=GROUP.format("a.b")))
    assert [each["name"] for each in shown["registrations"]] == ["a.b"]
    assert shown["groups"]["missing"] == []
    assert shown["files"]["python"] == {"read": 2, "passed": 0, "broken": 0}


def test_roots_and_decorators_can_be_named(tmp_path: Path) -> None:
    """A root decides which of two modules is meant; a decorator of another package counts."""
    flow = "from acme import flow\nfrom names import NAME\n@flow(NAME)\nclass A: ...\n# register\n"
    top = write(tmp_path, one__names_py="NAME = 'one'\n", two__names_py="NAME = 'two'\n", p_py=flow)
    assert report(top)["registrations"] == []
    for root in ("two", str(tmp_path / "two")):
        found = report(top, "--decorator", "acme.flow", "--root", root)["registrations"]
        assert [each["name"] for each in found] == ["two"]


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    """In one sentence."""
    file = tmp_path / "a.py"
    file.write_text("", encoding="utf-8")
    assert run("doctor", str(file)) == (2, "", f"Error: cannot read {file}: it is a file, not a folder\n")
    gone = tmp_path / "gone"
    assert run("doctor", str(gone)) == (2, "", f"Error: cannot read {gone}: it does not exist\n")
    refused = run("doctor", str(tmp_path), "--root", "..")
    assert refused.code == 2
    assert "it is no folder in" in refused.err
    for name in ("", "a-b", "a..b"):
        refused = run("doctor", str(tmp_path), "--decorator", name)
        assert refused.code == 2
        assert f"`{name}` is no name in Python" in refused.err


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_nothing_of_a_file_reaches_a_terminal_raw(bad: str, tmp_path: Path) -> None:
    """Names, docstrings, descriptions, defaults, reasons, file names, names of steps."""
    text = (
        "from spine.framework.params import PipelineSpec, ParamDef\n"
        f"N = {bad!r}\nfrom spine.framework.registry import register_pipeline\n@register_pipeline(N)\nclass A:\n"
        f"    {bad + 'doc'!r}\n    description = {bad + 'd'!r}\n    lock_key = {bad!r}\n"
        f"    spec = PipelineSpec({{N: ParamDef(N, N, N, validator=check, default={bad!r})}})\n"
        f"    def run(self): return self.params.get({bad + 'x'!r}, N)\n"
        f"@register_pipeline(make({bad!r}))\nclass B: ...\n@register_pipeline(N)\nclass C: ...\n"
    )
    name = re.sub(r"[/\x00]", "", f"f{bad}")
    (tmp_path / f"{name}.py").write_text(text, encoding="utf-8", errors="surrogatepass")
    group = json.dumps({"kind": "PipelineGroup", "name": bad, "steps": [{"name": bad, "pipeline": bad + "p"}]})
    (tmp_path / "g.yaml").write_text(group, encoding="utf-8")
    for arguments in (["--json"], [], ["--color", "always"]):
        ran = run("doctor", str(tmp_path), *arguments)
        assert (ran.code, ran.err) == (0, "")
        assert_harmless(ran.out, *arguments)


def test_the_cache_is_named_with_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder, what it holds, and whether it is used: the environment and the options both turn it off."""
    top, kept_in = tmp_path / "top", tmp_path / "kept"
    top.mkdir()
    write(top, p_py=PIPELINE.format("x"), g_yaml=GROUP.format("x"))
    assert report(str(top))["cache"] == {"folder": None, "on": False, "files": 0, "bytes": 0}
    assert "Cache: off in the environment" in run("doctor", str(top)).out
    monkeypatch.setenv("SPINE_LSP_CACHE", str(kept_in))
    assert f"Cache in {kept_in}: on" in run("doctor", str(top)).out
    run("check", str(top))
    (file,) = kept_in.iterdir()
    size = file.stat().st_size
    assert report(str(top))["cache"] == {
        "folder": str(kept_in),
        "on": True,
        "files": 1,
        "bytes": size,
    }
    (top / "spine-lsp.toml").write_text("index.cache = false\n", encoding="utf-8")
    assert report(str(top))["cache"]["on"] is False
    assert f"Cache in {kept_in}: off by the options" in run("doctor", str(top)).out
