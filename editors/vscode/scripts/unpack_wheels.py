"""Unpacks a folder of wheels into one folder that any Python from 3.10 on can have on its path.

Left out: what only tools read, tests, and C++ parts that have a pure twin in the same package.
Licences stay, each under its package's name in `licenses/`.
"""

import sys
import zipfile
from pathlib import Path, PurePosixPath

BINARIES = (".so", ".pyd", ".dylib")
# Packages whose compiled parts only make them faster, by more bytes than the speed is worth here.
PURE_IS_ENOUGH = {"rapidfuzz", "sqlalchemy", "tomli"}
# Only the command line's tables need these of rich's parts; `serve` never imports them.
NOT_FOR_SERVE = {"pygments", "markdown_it", "markdown_it_py", "mdurl"}
NOT_NEEDED = ("/tests/", "/test/", "__pycache__/", "/bin/", "/scripts/", ".pyi", "py.typed", ".pxd", ".pyx", ".cpp", ".hpp")


def wanted(name: str) -> bool:
    """Say whether a file of a wheel is of use at run time."""
    package = name.split("/", 1)[0]
    if package in PURE_IS_ENOUGH and name.endswith(BINARIES):
        return False
    if "__mypyc." in name:  # what compiled parts of tomli share
        return False
    if package == "spine_lsp":
        return "__pycache__" not in name
    return not any(part in name for part in NOT_NEEDED) and ".data/" not in name


def unpack(wheel: Path, target: Path) -> None:
    """Write the wanted files of one wheel, its metadata and its licences."""
    project = wheel.name.split("-", 1)[0]
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            path = PurePosixPath(name)
            if name.endswith("/"):
                continue
            if path.parts[0].endswith(".dist-info"):
                # METADATA is what importlib.metadata.version reads.
                if path.name == "METADATA":
                    destination = target / name
                elif "licen" in name.lower() or path.name in ("COPYING", "NOTICE"):
                    destination = target / "licenses" / f"{project}-{path.name}"
                else:
                    continue
            elif wanted(name):
                destination = target / name
            else:
                continue
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_bytes(archive.read(name))


def main(wheels: Path, target: Path) -> None:
    """Unpack each project once, and every binary of each."""
    found = sorted(wheels.glob("*.whl"))
    if not any(wheel.name.startswith("spine_lsp-") for wheel in found):
        sys.exit(f"{wheels} holds no wheel of spine-lsp")
    for wheel in found:
        if wheel.name.split("-", 1)[0].lower() not in NOT_FOR_SERVE:
            unpack(wheel, target)


main(Path(sys.argv[1]), Path(sys.argv[2]))
