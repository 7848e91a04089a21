"""Which file a module's name means: the files of a workspace by path, and the folders that imports start from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from spine_lsp.pysource.facts import Module
from spine_lsp.pysource.table import Stored, Table

SOURCE_FOLDERS = frozenset({"src", "lib", "python"})
"""Folders that hold packages, and are none."""

_MOST_ROOTS = 32
"""Folders that may hold a package of one name; where there are more, none of them is meant for sure."""

Files = Table[str, Module]


def module_key(path: str) -> str:
    """What a path is called as a module: without `.py`, and a package by its folder."""
    stem = path.removesuffix(".pyi").removesuffix(".py")
    return stem.removesuffix("/__init__") if stem.endswith("/__init__") else "" if stem == "__init__" else stem


def is_of_tests(path: str) -> bool:
    """Whether a file is there for tests alone: what it registers while they run, nothing else runs."""
    *folders, name = path.split("/")
    return "tests" in folders or name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")


def is_installed(path: str) -> bool:
    """Whether a file is one of a package that is installed, which is read and never changed."""
    folders = path.split("/")
    return "site-packages" in folders or "dist-packages" in folders


def parent(folder: str) -> str:
    """The folder around a path; the top is the empty text, and its own parent."""
    return folder.rpartition("/")[0]


def joined(folder: str, name: str) -> str:
    """A path below a folder."""
    return f"{folder}/{name}" if folder else name


@dataclass(frozen=True)
class Modules:
    """The files of a workspace, by paths with slashes from its top, as modules.

    `roots` are folders that imports start from, before all that are guessed. `below` counts the files of each
    folder. `homes` has the folders that hold a package or module of a name and look as if imports started there.
    """

    roots: tuple[str, ...] = ()
    files: Files = field(default_factory=Table)
    below: Table[str, int] = field(default_factory=Table)
    homes: Table[str, Table[str, int]] = field(default_factory=Table)

    @classmethod
    def of(cls, roots: Iterable[str], files: Mapping[str, Module | Stored[Module]]) -> Modules:
        """The modules of many files at once."""
        below: dict[str, int] = {}
        homes: dict[str, dict[str, int]] = {}
        for folder, count in Counter(map(parent, files)).items():
            below[folder] = below.get(folder, 0) + count
            above = folder
            while above:
                above = parent(above)
                below[above] = below.get(above, 0) + count
        for path in files:
            for name, home in homes_of(path):
                inner = homes.setdefault(name, {})
                inner[home] = inner.get(home, 0) + 1
        by_name = {name: Table.of(inner) for name, inner in homes.items()}
        return cls(tuple(roots), Table.of(files), Table.of(below), Table.of(by_name))

    def with_file(self, path: str, module: Module) -> Modules:
        """The modules in which the file has these facts."""
        files = self.files.with_item(path, module)
        return replace(self, files=files) if path in self.files else replace(self._counted(path, 1), files=files)

    def without_file(self, path: str) -> Modules:
        """The modules without the file."""
        if path not in self.files:
            return self
        return replace(self._counted(path, -1), files=self.files.without(path))

    def _counted(self, path: str, by: int) -> Modules:
        below, homes = self.below, self.homes
        folder = path
        while folder:
            folder = parent(folder)
            below = _count(below, folder, by)
        for name, home in homes_of(path):
            inner = _count(homes.get(name) or Table(), home, by)
            homes = homes.with_item(name, inner) if inner else homes.without(name)
        return replace(self, below=below, homes=homes)

    def is_package(self, folder: str) -> bool:
        """Whether a folder is a package with a file of its own."""
        return joined(folder, "__init__.py") in self.files

    def file_of(self, key: str) -> str | None:
        """The file of a module."""
        for path in (joined(key, "__init__.py"), f"{key}.py"):  # a package hides a module
            if path in self.files:
                return path
        return None

    def root_of(self, path: str) -> str:
        """The folder that an import of this file starts from, as far as its path tells: above its packages."""
        folder = parent(path)
        while folder and self.is_package(folder):
            folder = parent(folder)
        parts = folder.split("/")
        for at in range(len(parts), 0, -1):
            inner = "/".join(parts[:at])
            if inner in self.roots or parts[at - 1] in SOURCE_FOLDERS:
                return inner
        return folder


def changes(before: Modules, after: Modules, path: str) -> Iterator[str]:
    """The keys under which `Imports` notes what is different when one file came, went or changed."""
    yield module_key(path)
    if (path in before.files) == (path in after.files):
        return
    yield f"!{module_key(path)}"
    folder = path
    while folder:
        folder = parent(folder)
        if (folder in before.below) != (folder in after.below):
            yield f"!{folder}"
    for name, home in homes_of(path):
        if (home in (before.homes.get(name) or ())) != (home in (after.homes.get(name) or ())):
            yield f"?{name}"


def homes_of(path: str) -> Iterator[tuple[str, str]]:
    """The names that a path may be imported by, each with the folder that the import would start from."""
    parts = path.split("/")
    for at, part in enumerate(parts[:-1]):
        if part in SOURCE_FOLDERS:
            yield parts[at + 1].removesuffix(".py"), "/".join(parts[: at + 1])
    if parts[-1] == "__init__.py" and len(parts) > 1 and (len(parts) < 3 or parts[-3] not in SOURCE_FOLDERS):
        yield parts[-2], "/".join(parts[:-2])


def _count(table: Table[str, int], key: str, by: int) -> Table[str, int]:
    number = table.get(key, 0) + by
    return table.with_item(key, number) if number else table.without(key)


class Imports:
    """Finds modules for the imports of one file, and notes what it looked for.

    `noted` has the keys of modules whose content was asked for, `!key` where it mattered whether a module or folder
    is there, and `?name` for the folders that hold a package of a name: when any of them changes, the answers may be
    others.
    """

    def __init__(self, modules: Modules, path: str) -> None:
        self._modules = modules
        self._path = path
        self.noted: set[str] = {module_key(path)}
        self._roots: dict[str, str | None] = {}

    def file(self, key: str) -> str | None:
        """The file of a module, by its key."""
        self.noted.add(f"!{key}")
        return self._modules.file_of(key)

    def facts(self, path: str) -> Module:
        """The facts of a file that exists."""
        self.noted.add(module_key(path))
        return self._modules.files[path]

    def exists(self, key: str) -> bool:
        """Whether a module, a package or a folder with modules has this key."""
        self.noted.add(f"!{key}")
        return self._modules.file_of(key) is not None or key in self._modules.below

    def relative(self, path: str, level: int, module: str) -> str:
        """The key of `module` behind so many dots in a file."""
        folder = parent(path)
        for _ in range(level - 1):
            folder = parent(folder)
        return joined(folder, module.replace(".", "/")) if module else folder

    def absolute(self, path: str, module: str) -> str | None:
        """The key of a module that a file imports by its full name; None if the workspace does not hold it.

        Raises AmbiguousModuleError where several folders may be meant.
        """
        folder, inner = parent(path), module.replace(".", "/")
        known = f"{folder}|{module}"
        if known not in self._roots:
            self._roots[known] = self._root(folder, module.partition(".")[0], inner)
        root = self._roots[known]
        return None if root is None else joined(root, inner)

    def _root(self, folder: str, top: str, inner: str) -> str | None:
        """The folder below which a package or module is found by the imports of a folder."""
        for root in self._modules.roots:
            if self._starts(root, top, inner):
                return root
        while True:
            for root in (folder, *(joined(folder, name) for name in sorted(SOURCE_FOLDERS))):
                if self._is_package(folder) if root == folder else not self.exists(root):
                    continue  # what a package holds is imported by the package's name
                if self._starts(root, top, inner):
                    return root
            if not folder:
                break
            folder = parent(folder)
        self.noted.add(f"?{top}")
        homes = self._modules.homes.get(top) or ()
        if len(homes) > _MOST_ROOTS:
            raise AmbiguousModuleError(f"`{top}` is in more than {_MOST_ROOTS} folders")
        found = sorted(home for home in homes if not self._is_package(home))
        if len(found) > 1:  # as the parts of a namespace package are
            holding = [home for home in found if self.exists(joined(home, inner))]
            found = holding if len(holding) == 1 else found
        if len(found) > 1:
            raise AmbiguousModuleError(f"`{top}` is in several folders: {', '.join(found[:4])}")
        return found[0] if found else None

    def _starts(self, root: str, top: str, inner: str) -> bool:
        """Whether a folder holds the package; a mere folder is one if the module is in it."""
        package = joined(root, top)
        return self.exists(package) and (self.file(package) is not None or self.exists(joined(root, inner)))

    def _is_package(self, folder: str) -> bool:
        self.noted.add(f"!{folder}")
        return self._modules.is_package(folder)


class AmbiguousModuleError(Exception):
    """A module that several files may be; the message completes "... because"."""
