"""`spine-lsp simulate`, `why`, `effective`, `fmt`, `explain`, and `graph --format svg`."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import pytest

from spine_lsp.cli.command_line import _COMMANDS
from tests.cli.runner import ROOT, run, shell

WEEKLY = str(ROOT / "schemas" / "examples" / "weekly_refresh.yaml")
BROKEN = str(ROOT / "schemas" / "examples" / "broken_refresh.yaml")
COMMANDS = [(name,) for name in _COMMANDS] + [
    ("runs", name) for name in ("list", "show", "compare", "prune", "serve", "metrics")
]
NO_JSON = {
    ("run",): "--events -",
    ("runs",): "runs list",
    ("runs", "serve"): "what it serves",
    ("runs", "metrics"): "what it prints is OpenMetrics",
    ("completion",): "--print",
    ("schema",): "",
    ("serve",): "",
    ("mcp",): "--list-tools",
}
"""The commands without `--json`: what they print is JSON of its own, or what gives some."""


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_help_of_a_command_has_examples(words: tuple[str, ...]) -> None:
    """It says its exit codes, prints JSON, and the command takes the options of the examples."""
    text = run(*words, "--help").out
    assert "Exit code 0" in text
    assert "--json" in text or words in NO_JSON or words == ("runs", "prune")
    examples = re.findall(r"(?m)^ {4}(.*spine-lsp .*)$", text.partition("Examples:\n")[2])
    assert any(f"spine-lsp {' '.join(words)}" in example for example in examples)
    for example in examples:
        line = example.rpartition("spine-lsp ")[2]
        for option in re.findall(r"(?<= )(--?[a-z][a-z-]*)", line):
            assert re.search(rf"{option}\b", text) or option in run(*line.split()[:2], "--help").out, example


def test_without_a_command_the_help_is_told() -> None:
    """On standard error, line by line, with 2: nothing was asked."""
    code, out, err = run()
    assert (code, out) == (2, "")
    assert err.startswith("Usage: spine-lsp [OPTIONS] COMMAND")
    assert "\n  check " in err
    assert "\\n" not in err


def test_a_run_on_paper() -> None:
    """When each step runs, what a failure costs, the longest chain; as a picture and as JSON."""
    asked = ("simulate", WEEKLY, "--duration", "*=5min", "--duration", "ingest=1h", "--fail", "aggregate")
    code, out, err = run(*asked)
    assert (code, err) == (0, "")
    assert re.search(r"(?m)^  ingest +#+ +0-60$", out)
    assert re.search(r"(?m)^  aggregate .* failed$", out)
    assert re.search(r"(?m)^  rolling +skipped$", out)
    assert out.endswith("3 of 5 steps succeed, 1 fails, 1 is skipped; it ends after 70 minutes\n")
    found = json.loads(run(*asked, "--json", "--steps", "rolling").out)
    assert [(step["name"], step["state"]) for step in found["steps"]] == [("rolling", "skipped")]
    assert found["unit"] == "minutes"
    assert max(map(len, run(*asked, env={"COLUMNS": "60"}).out.splitlines()[1:6])) <= 60


def test_another_policy_may_be_tried() -> None:
    """In the place of the group's own."""
    out = run("simulate", WEEKLY, "--execution", "sequential", "--on-failure", "stop", "--fail", "ingest").out
    assert "sequential, on failure stop" in out
    assert "4 never start" in out
    assert "9 at once" in run("simulate", WEEKLY, "--at-once", "9").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fail", "rollin"], "did you mean `rolling`?"),
        (["--duration", "rolling"], "not of the form STEP=DURATION"),
        (["--duration", "rolling=soon"], "a duration is a number"),
        (["--duration", "nobody=3"], "no step is called `nobody`"),
        (["--at-once", "0"], "0 is not in the range"),
    ],
)
def test_a_run_that_cannot_be_played(arguments: list[str], said: str) -> None:
    """One sentence, exit code 2."""
    code, out, err = run("simulate", WEEKLY, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_why_a_step_is_where_it_is() -> None:
    """Its number and level with the chain that gives it that; or what is at fault in the end."""
    out = run("why", WEEKLY, "rolling").out
    assert out.startswith("rolling runs as number 5, on level 4\n  because of the chain ingest → normalize → aggregate")
    assert "because it waits for nothing" in run("why", WEEKLY, "ingest").out
    out = run("why", BROKEN, "report").out
    assert "report cannot run: it waits for `publish`, which cannot run" in out
    assert "at fault is `publish`, which is in the cycle" in out
    found = json.loads(run("why", BROKEN, "report", "--json").out)["steps"][0]
    assert (found["cause"]["name"], found["level"], found["state"]) == ("publish", None, "blocked")


def test_why_without_a_step_explains_what_cannot_run() -> None:
    """All of it, or the steps of a selector; nothing where everything runs."""
    assert run("why", WEEKLY).out == "every step can run\n"
    found = json.loads(run("why", BROKEN, "--json").out)["steps"]
    assert [step["name"] for step in found] == [
        "normalize",
        "aggregate",
        "rolling",
        "publish",
        "report",
        "ingest",
    ]
    found = json.loads(run("why", BROKEN, "--json", "--steps", "state:ok").out)["steps"]
    assert [step["name"] for step in found] == ["ingest"]


def test_why_one_step_waits_for_another() -> None:
    """By which ways, the shortest; a step that there is not is one sentence."""
    out = run("why", WEEKLY, "rolling", "ingest").out
    assert out.startswith("`rolling` waits for `ingest`: 2 paths of 3 edges lead there\n  rolling → aggregate")
    found = json.loads(run("why", WEEKLY, "rolling", "ingest", "--json").out)
    assert len(found["paths"]) == 2
    assert run("why", WEEKLY, "ingest", "rolling").out.startswith("`ingest` does not wait for `rolling`")
    assert "did you mean `rolling`?" in run("why", WEEKLY, "roling").err
    assert run("why", WEEKLY, "rolling", "--steps", "ingest").code == 2


def test_the_effective_group_is_a_group() -> None:
    """And its plan is the same, parameter by parameter."""
    text = run("effective", WEEKLY).out
    own, made = (
        json.loads(run("plan", WEEKLY, "--json").out),
        json.loads(run("plan", "-", "--json", stdin=text).out),
    )
    assert made["levels"] == own["levels"]
    values = [
        [{key: param["value"] for key, param in step["params"].items()} for step in plan["steps"]]
        for plan in (own, made)
    ]
    assert values[0] == values[1]
    assert json.loads(run("effective", WEEKLY, "--json").out)["text"] == text


UGLY = "kind: PipelineGroup\nmetadata:\n    name:   g # é\nspec:\n    pipelines:\n        - {name: a,   pipeline: p}\n"


def test_files_are_formatted_in_place(tmp_path: Path) -> None:
    """`--check` and `--diff` look only; what is formatted is formatted once and for all; modes and links stay."""
    file, link = tmp_path / "g.yaml", tmp_path / "link.yaml"
    file.write_text(UGLY, encoding="utf-8")
    file.chmod(0o640)
    link.symlink_to(file)
    assert run("fmt", "--check", str(file)).code == 1
    ran = run("fmt", "--diff", str(file))
    assert ran.code == 1
    assert "-    name:   g # é\n" in ran.out
    assert file.read_text(encoding="utf-8") == UGLY
    assert run("fmt", str(link)).code == 0
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.read_text(encoding="utf-8") != UGLY
    assert run("fmt", "--check", str(file)) == (0, "", "0 of 1 file would be changed\n")
    assert json.loads(run("fmt", "--check", "--json", str(tmp_path)).out)["changed"] == []


def test_standard_input_is_formatted_to_standard_output() -> None:
    """The text and nothing else."""
    ran = run("fmt", "-", stdin=UGLY)
    assert ran.code == 0
    assert "name: g # é\n" in ran.out
    assert run("fmt", "-", "--check", stdin=UGLY).code == 1
    assert run("fmt", "-", "other.yaml", stdin=UGLY).code == 2


def test_standard_input_is_converted_to_standard_output() -> None:
    """The text and nothing else; what cannot be converted comes out as it went in, and is said."""
    group = Path(WEEKLY).read_bytes()
    code, out, err = run("migrate", "--to", "workflow", "-", stdin=group)
    assert code == 0
    assert "kind: Workflow" in out
    assert err.endswith("1 document converted\n")
    for same in (b"a: 1\n", b"", "a: é".encode("latin-1"), b"kind: PipelineGroup\nsteps: 3\n"):
        kept = run("migrate", "--to", "workflow", "-", stdin=same, encoding="latin-1")
        assert kept.out.encode("latin-1") == same
        assert kept.err
    found = json.loads(run("migrate", "--to", "workflow", "-", "--json", stdin=group).out)
    assert found["files"][0]["diff"].startswith("--- a/-\n")
    for more in ("--write", "other.yaml"):
        assert run("migrate", "--to", "workflow", "-", more, stdin=group)[:2] == (2, "")


def test_an_error_is_one_sentence_on_one_line() -> None:
    """What the library of the command line lists below each other is in one line."""
    assert run("migrate").err.splitlines()[-1] == "Error: Missing option '--to'. Choose from: group, workflow"
    assert run("check", "--jobs", "x").err.endswith("Invalid value for '--jobs': 'x' is not a whole number.\n")


@pytest.mark.parametrize(
    "data",
    [
        b"services: {}\r\n",
        b"",
        b"\xef\xbb\xbfa: 1",
        UGLY.encode("latin-1"),
        UGLY.replace("{name", "{[name").encode(),
        UGLY.encode("utf-16")[:-1],
    ],
    ids=["other YAML", "nothing", "a mark", "Latin-1", "a fault", "half a character"],
)
def test_a_filter_gives_back_what_it_cannot_format(data: bytes, tmp_path: Path) -> None:
    """Byte for byte: an editor puts the output in the place of the text."""
    (tmp_path / "in").write_bytes(data)
    ran = shell("$SPINE fmt - <in >out 2>err", tmp_path)
    assert (ran.code, (tmp_path / "out").read_bytes()) == (0, data)


def test_a_filter_keeps_the_encoding(tmp_path: Path) -> None:
    """With the mark in front."""
    (tmp_path / "in").write_bytes(UGLY.encode("utf-16"))
    assert shell("$SPINE fmt - <in >out", tmp_path).code == 0
    out = (tmp_path / "out").read_bytes()
    assert out[:2] == b"\xff\xfe"
    assert "name: g # é\n" in out.decode("utf-16")


def test_what_cannot_be_formatted_stays_and_is_said(tmp_path: Path) -> None:
    """Faults in the YAML, other encodings, paths that are not there."""
    file = tmp_path / "g.yaml"
    file.write_text(UGLY.replace("{name: a,", "{name: [a,"), encoding="utf-8")
    before = file.read_bytes()
    ran = run("fmt", str(file))
    assert ran.code == 0
    assert "has a fault in its YAML" in ran.err
    assert file.read_bytes() == before
    latin = UGLY.encode("latin-1")
    file.write_bytes(latin)
    assert "it is not UTF-8" in run("fmt", str(file)).err
    assert file.read_bytes() == latin
    assert run("fmt", "nowhere").code == 2


def test_a_rule_is_explained() -> None:
    """As `rules CODE` does."""
    assert run("explain", "dependency-cycle").out == run("rules", "dependency-cycle").out
    assert json.loads(run("explain", "dependency-cycle", "--json").out)["code"] == "dependency-cycle"
    assert "did you mean `dependency-cycle`?" in run("explain", "dependency-cicle").err


def test_a_picture_of_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PNG of twice the size of the SVG, with its colours; without the library one sentence says what to install."""
    ran = shell(f"$SPINE graph {BROKEN} --format png >{tmp_path}/g.png")
    assert (ran.code, ran.err) == (0, "")
    data = (tmp_path / "g.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    svg = ET.fromstring(run("graph", BROKEN, "--format", "svg").out)
    size = [int.from_bytes(data[at : at + 4], "big") for at in (16, 20)]
    assert size == [2 * float(svg.get(key, 0)) for key in ("width", "height")]
    assert len(set(zlib.decompress(_pixels(data)))) > 64  # it is not one colour
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    code, out, err = run("graph", BROKEN, "--format", "png")
    assert (code, out) == (2, "")
    assert "pip install 'spine-lsp[png]'" in err


def _pixels(png: bytes) -> bytes:
    """The compressed data of a PNG."""
    at, found = 8, b""
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        found += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + length
    return found


def test_a_picture_for_documents(tmp_path: Path) -> None:
    """SVG with its own style and size, valid whatever the names; a graph that is too large is one sentence."""
    root = ET.fromstring(run("graph", BROKEN, "--format", "svg").out)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(root.get("width", 0)) > 100
    assert root.find("{http://www.w3.org/2000/svg}style") is not None
    file = tmp_path / "g.yaml"
    file.write_text('name: g\nsteps:\n- {name: "<b>&\\"\\e", pipeline: p}\n', encoding="utf-8")
    assert "&lt;b&gt;" in run("graph", str(file), "--format", "svg").out
    ET.fromstring(run("graph", str(file), "--format", "svg").out)
    file.write_text("kind: PipelineGroup\nname: g\nsteps: []\n", encoding="utf-8")
    ET.fromstring(run("graph", str(file), "--format", "svg").out)
    steps = "".join(f"- {{name: s{i}, pipeline: p}}\n" for i in range(2600))
    file.write_text(f"name: g\nsteps:\n{steps}", encoding="utf-8")
    code, out, err = run("graph", str(file), "--format", "svg")
    assert (code, out) == (2, "")
    assert "too large to be drawn" in err
