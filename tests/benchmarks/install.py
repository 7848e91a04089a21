"""Installs the peers from npm into a folder outside the tree, once for each version."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 300.0
"""Seconds that one installation may take."""

NODE = "node@24.21.0"
"""The runtime of all peers: some of them need a newer one than the machine may have."""


class InstallError(Exception):
    """A peer cannot be installed; the message says why."""


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package of a pinned version, and the program in it."""

    name: str
    version: str
    program: str


def cache_folder() -> Path:
    """Where installed peers and raw results are kept: the user's cache, never the tree."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "spine-lsp-bench"


def installed(package: Package) -> tuple[str, ...]:
    """The command that starts the program of a package, which is installed first if need be.

    Raises InstallError.
    """
    node = _installed(NODE) / "node" / "bin" / "node"
    modules = _installed(f"{package.name}@{package.version}")
    return (str(node), str(modules / package.name / package.program))


def _installed(pinned: str) -> Path:
    """The `node_modules` that holds a package; a stamp tells that its installation came to its end."""
    folder = cache_folder() / pinned.removeprefix("@").replace("/", "-")
    stamp = folder / ".installed"
    if not stamp.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise InstallError("npm is not installed, and the peers come from it; install Node.js 20 or later")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"private": true}\n')
        command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error", pinned]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise InstallError(f"npm install {pinned} took more than {PATIENCE:.0f} s") from None
        except subprocess.CalledProcessError as exc:
            reason = exc.stderr.strip().splitlines()[:1]
            raise InstallError(f"npm install {pinned} failed: {''.join(reason)}") from None
        stamp.touch()
    return folder / "node_modules"
