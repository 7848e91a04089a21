"""`spine-lsp plan --expect`."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.cli.official.schemas import junit
from tests.cli.runner import ROOT, run

WEEKLY = str(ROOT / "schemas" / "examples" / "weekly_refresh.yaml")


def test_sentences_are_checked_and_told(tmp_path: Path) -> None:
    """What fails with its place, how many hold, JSON, and JUnit for CI."""
    wanted, report = tmp_path / "w.expect", tmp_path / "junit.xml"
    wanted.write_text("ingest before rolling\nlevel of ingest is 2\n", encoding="utf-8")
    code, out, err = run("plan", WEEKLY, "--expect", str(wanted), "--junit", str(report))
    assert (code, err) == (1, "")
    assert out == f"{wanted}:2: level of ingest is 2: the level of `ingest` is 0\n1 of 2 expectations holds\n"
    junit().validate(report)
    suite = ET.parse(report).getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["ingest before rolling", "level of ingest is 2"]
    found = json.loads(run("plan", WEEKLY, "--expect", str(wanted), "--json").out)
    assert found["summary"] == {"expectations": 2, "failed": 1}
    wanted.write_text("ingest runs\n", encoding="utf-8")
    assert run("plan", WEEKLY, "--expect", str(wanted)).code == 0


def test_a_plan_that_was_kept(tmp_path: Path) -> None:
    """Holds as long as nothing is different; then each difference is said."""
    kept, now = tmp_path / "plan.json", tmp_path / "now.yaml"
    kept.write_text(run("plan", WEEKLY, "--json").out, encoding="utf-8")
    assert run("plan", WEEKLY, "--expect", str(kept)).code == 0
    text = Path(WEEKLY).read_text(encoding="utf-8")
    for old, new, said in [
        ("retries: 3", "retries: 4", "ingest as it was: params is"),
        ("name: rolling", "name: rollin", "it is no step of the plan any more"),
        ("on_failure: continue", "on_failure: stop", "policy as it was"),
    ]:
        assert old in text
        now.write_text(text.replace(old, new), encoding="utf-8")
        ran = run("plan", str(now), "--expect", str(kept))
        assert ran.code == 1
        assert said in ran.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        ("", "holds no expectation"),
        ("a then b", "line 1: this is no expectation"),
        ("{}", "neither expectations nor a plan"),
        ('{"steps": 3}', "neither expectations nor a plan"),
        ("\udcff", "it is not UTF-8"),
    ],
)
def test_a_file_that_says_nothing_is_one_sentence(tmp_path: Path, content: str | None, said: str) -> None:
    """Exit code 2: a slip must not look like success."""
    file = tmp_path / "x.expect"
    if content is not None:
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
    code, out, err = run("plan", WEEKLY, "--expect", str(file))
    assert (code, out) == (2, "")
    assert said in err


def test_what_a_file_says_is_escaped_in_the_report(tmp_path: Path) -> None:
    """In JUnit and on the terminal."""
    wanted, report = tmp_path / "w.expect", tmp_path / "junit.xml"
    wanted.write_text("'<b>\x1b[31m&\"' runs\n", encoding="utf-8")
    ran = run("plan", WEEKLY, "--expect", str(wanted), "--junit", str(report))
    assert "\x1b" not in ran.out
    assert ET.parse(report).getroot()[0][0].get("name", "").startswith("'<b>\\x1b[31m&")
    assert run("plan", WEEKLY, "--junit", str(report)).code == 2
