"""The worked example of CONTRIBUTING.md is followed to the letter, in a copy of the package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_version

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CALL_EVERY_TEST = """
import runpy, sys
for name, test in runpy.run_path(sys.argv[1]).items():
    if name.startswith("test_"):
        test()
"""


def test_the_rule_of_the_worked_example_does_what_its_test_says(tmp_path: Path) -> None:
    """The test fails without the rule, and passes once the rule is written and in the catalogue."""
    test, rule = (textwrap.dedent(block) for block in re.findall(r"(?ms)^   ```python\n(.*?)^   ```", PAGE))
    written = re.search(r"`spine_lsp/analysis/(rules/(\w+)\.py)`:", PAGE)
    assert written is not None
    name = written.group(2)
    analysis = tmp_path / "spine_lsp" / "analysis"
    for part in ("spine_lsp", "schemas"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "test_example.py").write_text(test, encoding="utf-8")
    assert "AssertionError" in _run(tmp_path).stderr
    (analysis / written.group(1)).write_text(rule, encoding="utf-8")
    catalogue = analysis / "catalogue.py"
    listed = catalogue.read_text(encoding="utf-8")
    begin = "RULES: tuple[Rule, ...] = (\n"
    assert begin in listed
    imported = f"from spine_lsp.analysis.rules.{name} import {name}\n\n{begin}    {name},\n"
    catalogue.write_text(listed.replace(begin, imported), encoding="utf-8")
    done = _run(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def _run(folder: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-c", CALL_EVERY_TEST, "test_example.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
