"""The Python of a workspace as one immutable value: files in, and what they declare out."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from spine_lsp.pysource.declarations import NOTHING, Declared, Gap, PythonGroup, Registration
from spine_lsp.pysource.facts import PASSED, Module
from spine_lsp.pysource.modules import Imports, Modules, changes, is_installed, is_of_tests, module_key
from spine_lsp.pysource.resolving import Resolver
from spine_lsp.pysource.table import Stored, Table, rekeyed, sets_of
from spine_lsp.pysource.targets import Spot
from spine_lsp.pysource.vocabulary import Vocabulary


class Linked(NamedTuple):
    """What a file declares, what was looked at for it, and the files whose text is missing to say it for sure."""

    declared: Declared
    noted: frozenset[str]
    wanted: frozenset[str]


class UnreadFile(NamedTuple):
    """A file that is not read: why, and whether what it said before still holds."""

    module: Module
    stale: bool


_Paths = Table[str, None]

_BY_KEY = ("_by_name", "_runnable", "_noted_by", "_wanted_by", "_aliases", "_decorating")
_OF_FILES = ("_declaring", "_grouping", "_open")
_PASSED = -1  # in the place of the line of a file that was passed


@dataclass(frozen=True)
class PipelineIndex:
    """What the files of a workspace declare. It never changes; `with_file` and `without_file` make the next one.

    Paths have slashes and start from the top of the workspace. All answers equal those of an index that got the same
    facts of the same files in any other order, but for a file that does not parse: what it said last is kept.
    A change costs what the file and those that depend on it cost, however many others there are.
    """

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    modules: Modules = field(default_factory=Modules)
    faults: Table[str, UnreadFile] = field(default_factory=Table)
    _linked: Table[str, Linked] = field(default_factory=Table)
    _by_name: Table[str, _Paths] = field(default_factory=Table)
    _runnable: Table[str, _Paths] = field(default_factory=Table)
    _noted_by: Table[str, _Paths] = field(default_factory=Table)
    _wanted_by: Table[str, _Paths] = field(default_factory=Table)
    _declaring: _Paths = field(default_factory=Table)
    _grouping: _Paths = field(default_factory=Table)
    _open: _Paths = field(default_factory=Table)
    _aliases: Table[str, _Paths] = field(default_factory=Table)  # files that call a decorator of Spine's otherwise
    _decorating: Table[str, _Paths] = field(default_factory=Table)  # files that were passed, by their decorators

    @classmethod
    def of(cls, roots: Iterable[str] = (), vocabulary: Vocabulary | None = None) -> PipelineIndex:
        """An empty index; imports start from `roots` before all folders that are guessed."""
        return cls(vocabulary or Vocabulary(), Modules(tuple(roots)))

    def with_file(self, path: str, module: Module) -> PipelineIndex:
        """The index in which the file has these facts."""
        return self.with_files([(path, module)])

    def without_file(self, path: str) -> PipelineIndex:
        """The index without the file."""
        if path not in self.modules.files:
            return self
        index = replace(
            self,
            modules=self.modules.without_file(path),
            faults=self.faults.without(path),
            _aliases=rekeyed(self._aliases, path, self.modules.files[path].aliases, ()),
            _decorating=rekeyed(self._decorating, path, self.modules.files[path].decorators, ()),
        )
        return index._relinked({path: None}, changes(self.modules, index.modules, path))

    def with_files(self, files: Iterable[tuple[str, Module]], pause: Callable[[], object] = bool) -> PipelineIndex:
        """The index with many files at once: what depends on several of them is worked out once.

        `pause` is called before each that is worked out, but for the first.
        """
        modules, faults = self.modules, self.faults
        aliases, decorating = self._aliases, self._decorating
        touched: dict[str, None] = {}
        changed: dict[str, None] = {}
        for path, module in files:
            before = modules.files.get(path)
            if module.reason:
                stale = before is not None and before.state == "read" and not before.reason
                faults = faults.with_item(path, UnreadFile(module, stale))
                if stale:
                    continue
            else:
                faults = faults.without(path)
            if before == module:
                continue
            after = modules.with_file(path, module)
            known = before or PASSED
            aliases = rekeyed(aliases, path, known.aliases, module.aliases)
            decorating = rekeyed(decorating, path, known.decorators, module.decorators)
            changed.update(dict.fromkeys(changes(modules, after, path)))
            modules = after
            touched[path] = None
        if not touched and faults is self.faults:
            return self
        index = replace(self, modules=modules, faults=faults, _aliases=aliases, _decorating=decorating)
        return index._relinked(touched, changed, pause)

    def _relinked(
        self, touched: dict[str, None], changed: Iterable[str], pause: Callable[[], object] = bool
    ) -> PipelineIndex:
        """The index in which these files, and all that noted one of the keys, are worked out anew."""
        paths = dict(touched)
        for key in changed:
            paths.update(dict.fromkeys(self._noted_by.get(key) or ()))
        index = _Builder(self)
        for number, path in enumerate(paths):
            if number:
                pause()
            index.relink(path)
        return index.finished()

    # On the disk.

    def kept(self, numbers: Mapping[str, int], add: Callable[[bytes], int]) -> Generator[None, None, Any]:
        """The index as a value of JSON, for `of_kept`: lines are handed to `add`, which says their numbers.

        `numbers` has one for each file. It pauses after each file. Raises UnpackableError.
        """
        from spine_lsp.pysource.packing import packed

        def line(value: object) -> int:
            return add(value.data if isinstance(value, Stored) else packed(value))

        files, linked = {}, {}
        for path, number in numbers.items():
            if path in self.modules.files:
                module = self.modules.files.as_stored(path)
                files[number] = _PASSED if module is PASSED else line(module)
            if path in self._linked:
                own = self._linked.as_stored(path)
                linked[number] = line(own if isinstance(own, Stored) else tuple(own))
            yield
        keys = {}
        for name in _BY_KEY:
            table = {key: [numbers[path] for path in paths] for key, paths in getattr(self, name).items()}
            keys[name] = add(json.dumps(table, separators=(",", ":")).encode())
            yield
        return {
            "files": files,
            "linked": linked,
            "faults": {numbers[path]: line(tuple(fault)) for path, fault in self.faults.items()},
            "keys": keys,
            "paths": {name: [numbers[path] for path in getattr(self, name)] for name in _OF_FILES},
        }

    @classmethod
    def of_kept(
        cls,
        kept: Any,
        paths: Sequence[str],
        lines: Sequence[bytes],
        roots: Iterable[str],
        vocabulary: Vocabulary,
    ) -> PipelineIndex:
        """The index that `kept` was made of, with the same roots and vocabulary; `paths` are those of the numbers."""

        def stored(at: int, make: Callable[[bytes], Any]) -> Any:
            return PASSED if at == _PASSED else Stored(lines[at], make)

        def of_files(numbers: Iterable[int]) -> _Paths:
            return Table.of(dict.fromkeys([paths[number] for number in numbers]))

        files = {paths[int(number)]: stored(at, module_of) for number, at in kept["files"].items()}
        linked = {paths[int(number)]: stored(at, _linked_of) for number, at in kept["linked"].items()}
        faults = {paths[int(number)]: stored(at, _fault_of) for number, at in kept["faults"].items()}
        tables: dict[str, Any] = {name: sets_of(json.loads(lines[at]), paths) for name, at in kept["keys"].items()}
        tables |= {name: of_files(kept["paths"][name]) for name in _OF_FILES}
        return cls(
            vocabulary,
            Modules.of(roots, files),
            Table.of(faults),
            _linked=Table.of(linked),
            **tables,
        )

    # Questions.

    @cached_property
    def notes(self) -> dict[str, Any]:
        """What others have worked out of this index, by a name of theirs; it goes with the index."""
        return {}

    @property
    def wanted(self) -> list[str]:
        """The files that were passed and that matter: give them again, read whole.

        Others import their names, or they use a decorator that another file makes of Spine's.
        """
        found = set(self._wanted_by)
        for name in self._aliases:
            found.update(self._decorating.get(name) or ())
        return sorted(found)

    def file(self, path: str) -> Declared:
        """What a file declares."""
        linked = self._linked.get(path)
        return NOTHING if linked is None else linked.declared

    def declaring(self) -> list[str]:
        """The files that declare anything, or that leave open whether they do, by path."""
        return sorted(self._declaring)

    def registrations(self) -> Iterator[Registration]:
        """All registrations, file by file, in the order of each."""
        for path in self.declaring():
            yield from self.file(path).registrations

    def groups(self) -> Iterator[PythonGroup]:
        """All groups that are built in Python."""
        for path in sorted(self._grouping):
            yield from self.file(path).groups

    def gaps(self) -> Iterator[Gap]:
        """All that cannot be known."""
        for path in sorted(self._open):
            yield from self.file(path).gaps

    def doubts(self, name: str, *, of_tests: bool = True) -> list[Gap]:
        """What may register a name after all: where there is nothing, the name is surely not registered.

        What only tests register counts for a group that is there for tests.
        """
        return [gap for gap in self.gaps() if gap.may_be(name) and (of_tests or not is_of_tests(gap.spot.path))]

    def named(self, name: str) -> list[Registration]:
        """The registrations of a name, by file and place."""
        return [
            registration
            for path in sorted(self._by_name.get(name) or ())
            for registration in self.file(path).registrations
            if registration.name.value == name
        ]

    def names(self, prefix: str = "") -> list[str]:
        """The names that begin with a text, sorted."""
        return sorted(name for name in self._by_name if name.startswith(prefix))

    def runnable_names(self) -> list[str]:
        """The names that steps of groups can run, sorted."""
        return sorted(self._runnable)

    def segments(self, prefix: str = "") -> list[str]:
        """The names cut behind the next `.` or `/` after the prefix: what is completed segment by segment."""
        found = set()
        for name in self._by_name:
            if name.startswith(prefix):
                ends = [at for at in (name.find(mark, len(prefix)) for mark in "./") if at >= 0]
                found.add(name[: min(ends) + 1] if ends else name)
        return sorted(found)

    def duplicates(self) -> dict[str, list[Registration]]:
        """The names that one registry gets more than once, which its second registration refuses.

        Only what is registered by importing files counts, or by a function `register...` that does nothing else;
        a registry that is named apart is one of its own.
        """
        found: dict[str, list[Registration]] = {}
        for name, paths in sorted(self._by_name.items()):
            per_registry: dict[tuple[str, str], list[Registration]] = {}
            for path in sorted(paths):
                for each in self.file(path).registrations if not is_installed(path) else ():
                    if each.name.value == name and _surely_registers(each):
                        per_registry.setdefault(_registry_key(each), []).append(each)
            twice = [each for same in per_registry.values() if len(same) > 1 for each in same]
            if twice:
                found[name] = twice
        return found

    def dependents(self, path: str) -> list[str]:
        """The files whose answers change, or may change, with the content of a file."""
        return sorted(other for other in self._noted_by.get(module_key(path)) or () if other != path)


def _surely_registers(registration: Registration) -> bool:
    """Whether the import of a file registers this, or a function that does nothing else."""
    within = registration.within
    return not registration.conditional and (not within or within.startswith("register"))


def _registry_key(registration: Registration) -> tuple[str, str]:
    """What names are kept apart by."""
    kind = registration.kind if registration.registry == "functions" else ""
    own = registration.into if registration.shape in ("decorator", "call") else ""
    return f"{registration.registry}:{kind}", f"{registration.path}:{own}" if own else ""


class _Builder:
    """The tables of an index while files are worked out anew."""

    def __init__(self, index: PipelineIndex) -> None:
        self._index = index
        self._linked = index._linked
        self._by_name = index._by_name
        self._runnable = index._runnable
        self._noted_by = index._noted_by
        self._wanted_by = index._wanted_by
        self._declaring = index._declaring
        self._grouping = index._grouping
        self._open = index._open

    def relink(self, path: str) -> None:
        """Work one file out; a file that is gone, or that was passed, declares nothing."""
        index = self._index
        module = index.modules.files.get(path)
        linked = None
        if module is not None and module.state == "read" and (module.sites or module.unread):
            from spine_lsp.pysource.registrations import declared_by  # a warm start seldom comes here

            imports = Imports(index.modules, path)
            resolver = Resolver(imports)
            declared = declared_by(path, resolver, index.vocabulary)
            unread = [part for part in module.unread if part.mentions]
            gaps = [Gap(f"it cannot be read: {module.reason}", Spot(path, part.place)) for part in unread]
            declared = replace(declared, gaps=(*declared.gaps, *gaps))
            linked = Linked(declared, frozenset(imports.noted), frozenset(resolver.wanted))
        elif module is not None and module.state == "broken" and module.mentions:
            gap = Gap(f"it cannot be read: {module.reason}", Spot(path, module.place))
            linked = Linked(Declared(gaps=(gap,)), frozenset(), frozenset())
        before = self._linked.get(path)
        if before == linked:
            return
        self._by_name = rekeyed(self._by_name, path, _names(before), _names(linked))
        self._runnable = rekeyed(self._runnable, path, _runnable(before), _runnable(linked))
        self._noted_by = rekeyed(self._noted_by, path, before.noted if before else (), linked.noted if linked else ())
        self._wanted_by = rekeyed(
            self._wanted_by, path, before.wanted if before else (), linked.wanted if linked else ()
        )
        if linked is None:
            self._linked = self._linked.without(path)
        else:
            self._linked = self._linked.with_item(path, linked)
        declared = NOTHING if linked is None else linked.declared
        self._declaring = _with_or_without(self._declaring, path, member=declared != NOTHING)
        self._grouping = _with_or_without(self._grouping, path, member=bool(declared.groups))
        self._open = _with_or_without(self._open, path, member=bool(declared.gaps))

    def finished(self) -> PipelineIndex:
        return replace(
            self._index,
            _linked=self._linked,
            _by_name=self._by_name,
            _runnable=self._runnable,
            _noted_by=self._noted_by,
            _wanted_by=self._wanted_by,
            _declaring=self._declaring,
            _grouping=self._grouping,
            _open=self._open,
        )


def _names(linked: Linked | None) -> set[str]:
    return set() if linked is None else {each.name.value for each in linked.declared.registrations}


def _runnable(linked: Linked | None) -> set[str]:
    return set() if linked is None else {each.name.value for each in linked.declared.registrations if each.is_runnable}


def _with_or_without(table: _Paths, path: str, *, member: bool) -> _Paths:
    return table.with_item(path, None) if member else table.without(path)


def module_of(line: bytes) -> Module:
    """The facts of a file as they are kept. Raises ValueError, TypeError or KeyError for what they are not."""
    from spine_lsp.pysource.packing import unpacked

    module: Module = unpacked(line)
    return module


def _linked_of(line: bytes) -> Linked:
    from spine_lsp.pysource.packing import unpacked

    return Linked(*unpacked(line))


def _fault_of(line: bytes) -> UnreadFile:
    from spine_lsp.pysource.packing import unpacked

    return UnreadFile(*unpacked(line))
