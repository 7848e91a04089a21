"""The lock files, the bounds in pyproject.toml and the set-ups of the tests agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "tests" / "requirements").glob("*.txt"))
NPM_LOCKS = sorted(path for path in ROOT.glob("editors/**/package-lock.json") if "node_modules" not in path.parts)
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def listed(key: str) -> list[Requirement]:
    """The requirements under a key of pyproject.toml; Python 3.10 has no reader of TOML."""
    block = re.search(rf"(?m)^{key} = \[\n(.*?)^\]", PYPROJECT, re.DOTALL)
    assert block is not None
    return [Requirement(line) for line in re.findall(r'(?m)^  "(.*)",', block.group(1))]


def pins(lock: str) -> dict[str, Version]:
    """Name and version of each pin of a lock file."""
    text = (ROOT / "tests" / "requirements" / lock).read_text(encoding="utf-8")
    return {name: Version(version) for name, version in re.findall(r"(?m)^([\w.-]+)==(\S+)", text)}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_each_pin_has_its_hashes_and_no_address(path: Path) -> None:
    """pip installs each lock with `--require-hashes`, from whichever registry the machine has."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"(?m)^\w.*\\\n(?:    --hash=sha256:[0-9a-f]{64}.*\n?)+", text)
    assert len(blocks) == len(re.findall(r"(?m)^\w", text)) > 0
    assert "://" not in text
    assert "index" not in text


@pytest.mark.parametrize("path", NPM_LOCKS, ids=lambda path: path.parent.name)
def test_locks_of_npm_name_no_registry(path: Path) -> None:
    """As above; the hashes are there."""
    text = path.read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity"') > 0


@pytest.mark.parametrize("key", ["dependencies", "test", "dev"])
def test_what_is_named_is_locked_within_its_bounds(key: str) -> None:
    """Whoever changes pyproject.toml runs `make lock`."""
    locked = pins("dev.txt")
    wrong = [str(named) for named in listed(key) if locked[canonicalize_name(named.name)] not in named.specifier]
    assert wrong == []


def test_the_lower_bounds_are_those_that_are_tested() -> None:
    """`lowest.txt` holds the very version after each `>=`."""
    lowest = pins("lowest.txt")
    for named in [*listed("dependencies"), *listed("test")]:
        (bound,) = [part.version for part in named.specifier if part.operator == ">="]
        assert lowest[canonicalize_name(named.name)] == Version(bound), named


def test_users_and_tests_have_the_same_versions() -> None:
    """What the extension bundles is what the tests ran with."""
    assert pins("runtime.txt").items() <= pins("dev.txt").items()
