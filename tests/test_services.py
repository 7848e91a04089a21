"""`make services`: what it says, and that it never fails, where the servers of the tests cannot be had."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("services.sh")
TOOLS = ("bash", "cat", "dirname", "env", "flock", "grep", "mkdir", "mktemp", "rm", "tail")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="it is a script of a shell")


def services(folder: Path, **programs: str) -> str:
    """What the script says where only these programs are there, each with the text of a script; it succeeds."""
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    for name, text in {"initdb": "exit 0", "dpkg-query": "exit 1", **programs}.items():
        path = folder / name.replace("_", "-")
        path.write_text(f"#!{shutil.which('bash')}\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
    done = subprocess.run(
        [folder / "bash", SCRIPT],
        env={"PATH": str(folder), "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr


SKIPPED = "without redis-server the tests that need it are skipped: "


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    """Without a word, and without asking the system for anything."""
    assert services(tmp_path, redis_server="exit 1", apt_get="exit 1", id="exit 1") == ""


def test_without_apt_get(tmp_path: Path) -> None:
    """Nobody knows how to install anything."""
    assert services(tmp_path) == f"{SKIPPED}there is no apt-get here to install it\n"


@pytest.mark.parametrize("sudo", [{}, {"sudo": "exit 1"}])
def test_without_root(tmp_path: Path, sudo: dict[str, str]) -> None:
    """Nobody is asked for a password."""
    said = services(tmp_path, id="echo 1000", apt_get="exit 1", **sudo)
    assert said == f"{SKIPPED}apt-get needs root, or a sudo that asks for no password\n"


def test_without_a_network(tmp_path: Path) -> None:
    """The first thing that apt-get calls an error is told."""
    failing = "echo 'Err:1 somewhere'; echo 'E: Unable to locate package redis-server' >&2; echo 'E: more'; exit 100"
    said = services(tmp_path, id="echo 0", apt_get=failing)
    assert said == f"{SKIPPED}apt-get could not install it (E: Unable to locate package redis-server)\n"


def test_what_is_missing_is_installed(tmp_path: Path) -> None:
    """That, and nothing that is there."""
    words = tmp_path / "words"
    assert services(tmp_path, id="echo 0", apt_get=f'echo "$@" >>{words}') == ""
    assert words.read_text(encoding="utf-8").split()[-1] == "redis-server"
    assert "postgresql" not in words.read_text(encoding="utf-8")
