"""What `spine-lsp doctor` says of a folder, as text and as JSON; docs/command-line.md documents the latter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from spine_lsp.analysis.findings import Severity
from spine_lsp.cli.output import styler
from spine_lsp.cli.workspace import FolderContent, Use
from spine_lsp.configuration.files import OWN
from spine_lsp.configuration.report import options_report
from spine_lsp.disk.config_files import project_path, system_path
from spine_lsp.orchestration.problems import counted, did_you_mean, meant
from spine_lsp.printable import printable
from spine_lsp.pysource.declarations import ParameterSpec, Registration, Signature
from spine_lsp.pysource.modules import is_of_tests
from spine_lsp.pysource.targets import Known, Spot, Unknown

VERSION = 1
"""Goes up when a key changes its meaning or goes away; new keys may come with the same version."""

_MOST_PATHS = 20
"""Paths of one kind that the text lists."""

_MOST_STEPS = 100
"""Steps without a pipeline that the text lists."""

_REGISTRIES = {
    "classes": "for steps of groups",
    "functions": "for `spine.execution` only, which no step reaches",
    "project": "in a registry of the project's",
}


def as_text(content: FolderContent, *, color: bool) -> str:
    """The report in lines, everything of a file escaped."""
    return "".join(f"{line}\n" for line in _Text(content, color=color).lines())


class _Text:
    def __init__(self, content: FolderContent, *, color: bool) -> None:
        self._content = content
        self._style = styler(on=color)

    def lines(self) -> Iterator[str]:
        for number, part in enumerate(
            (
                self._options(),
                self._files(),
                self._cache(),
                self._roots(),
                self._registrations(),
                self._duplicates(),
                self._gaps(),
                self._groups(),
                self._findings(),
            )
        ):
            lines = list(part)
            if lines and number:
                yield ""
            yield from lines

    def _title(self, text: str) -> str:
        return self._style(text, bold=True)

    def _files(self) -> Iterator[str]:
        content = self._content
        yield self._title(f"Files in {printable(content.top)}")
        python = content.python
        total = python.total()
        yield f"  {counted(total, 'Python file')}: {python['read']} read, {python['passed']} without a word of Spine"
        documents = len(content.documents)
        yield f"  {counted(documents + content.other_yaml, 'YAML file')}: {documents} with groups"
        yield from self._paths("could not be read", content.passed_over)
        yield from self._paths("not looked at", content.left_out)

    def _cache(self) -> Iterator[str]:
        cache = self._content.cache
        if cache.folder is None:
            yield self._title("Cache: off in the environment")
            return
        used = "on" if cache.on else "off by the options"
        yield self._title(f"Cache in {printable(cache.folder)}: {used}")
        yield f"  {counted(cache.files, 'file')}, {cache.bytes / 1e6:.1f} MB; it may be deleted at any time"

    def _options(self) -> Iterator[str]:
        found = options_report(self._content.configuration, f"{project_path(self._content.top)}/_", system_path)
        yield self._title(f"Options from {printable(found['file'])}" if found["file"] else "Options: the defaults")
        for each in found["options"]:
            if each["from"] != "default":
                value = json.dumps(each["value"], ensure_ascii=False)
                yield f"  {each['name']} = {printable(value)} ({printable(each['from'])})"
        for each in found["files"]:
            if each["overruled"]:
                yield f"  not used: {printable(each['file'])} ({OWN} beside it wins)"
            elif each["file"] != found["file"]:
                yield f"  for its own folder: {printable(each['file'])}"
            for fault in each["faults"]:
                where = f"{each['file']}:{fault['line']}:{fault['column']}"
                yield f"  {printable(where)}: {printable(fault['message'])}"

    def _findings(self) -> Iterator[str]:
        by_severity, by_code = self._content.counted_findings()
        if not by_severity:
            yield self._title("Nothing found by `check`")
            return
        counts = (counted(by_severity[severity], severity.word) for severity in Severity if by_severity[severity])
        yield self._title(f"Found by `check`: {', '.join(counts)}")
        for code, count in sorted(by_code.items(), key=lambda item: (-item[1], item[0])):
            yield f"  {count:>6,} {code}"

    def _paths(self, what: str, paths: Mapping[str, str]) -> Iterator[str]:
        for path, reason in list(paths.items())[:_MOST_PATHS]:
            yield f"  {what}: {printable(path)} ({printable(reason)})"
        if len(paths) > _MOST_PATHS:
            yield f"  {what}: {len(paths) - _MOST_PATHS:,} more, which --json lists"

    def _roots(self) -> Iterator[str]:
        roots = self._content.roots()
        if roots:
            yield self._title("Python roots, which imports start from")
            for root, files in list(roots.items())[:_MOST_PATHS]:
                yield f"  {printable(root)} ({counted(files, 'file')})"
            if len(roots) > _MOST_PATHS:
                yield f"  {len(roots) - _MOST_PATHS:,} more, which --json lists"
        for named, folder in self._content.packages[:_MOST_PATHS]:
            where = printable(system_path(folder)) if folder else "no environment has it: nothing of it is known"
            yield f"  package {printable(named)}: {where}"

    def _registrations(self) -> Iterator[str]:
        found = list(self._content.index.registrations())
        yield self._title(counted(len(found), "registration") if found else "No registrations")
        for each in found:
            yield from self._registration(each)

    def _registration(self, each: Registration) -> Iterator[str]:
        what = "class" if each.is_class else "function"
        symbol = f"{what} {each.symbol}" if each.symbol != "lambda" else "a lambda"
        place = self._place(each.name.spot)
        yield f"  {self._style(printable(each.name.value), bold=True)}  {place}  {printable(symbol)}"
        head = f"{each.kind}, {_REGISTRIES[each.registry]}"
        if each.within:
            head += f", when `{printable(each.within)}` is called"
        yield f"    {head}"
        if summary := each.description or each.doc.partition("\n")[0]:
            yield f"    {printable(summary)}"
        signature = each.signature
        for parameter in signature.parameters:
            yield f"    {printable(_parameter_text(parameter))}"
        for name, sentence in _only_read(signature):
            yield f"    {printable(name)}: {printable(sentence)}"
        for unknown in signature.open:
            yield f"    may take others: {printable(unknown.reason)}"
        if each.lock is not None:
            key = each.lock.template
            reason = each.lock.unknown.reason if each.lock.unknown is not None else ""
            yield f"    lock: {printable(key if key is not None else f'not known, {reason}')}"

    def _duplicates(self) -> Iterator[str]:
        found = self._content.index.duplicates()
        if found:
            yield self._title("Registered twice, which the second registration refuses")
            for name, same in found.items():
                places = ", ".join(self._place(each.name.spot) for each in same)
                yield f"  {printable(name)}: {places}"

    def _gaps(self) -> Iterator[str]:
        gaps = list(self._content.index.gaps())
        if gaps:
            yield self._title("Not known without running the code")
            for gap in gaps:
                name = f"`{gap.name}` may be registered, but " if gap.name is not None else ""
                if gap.prefix:
                    name = f"names that begin with `{gap.prefix}` may be registered, but "
                yield f"  {self._place(gap.spot)}: {printable(name + gap.reason)}"

    def _groups(self) -> Iterator[str]:
        content = self._content
        uses, groups = content.uses(), _group_count(content)
        if not groups:
            yield self._title("No pipeline groups")
            return
        yield self._title(f"{counted(groups, 'group')} with {counted(len(uses), 'step')}")
        yield f"  {_sentence(uses, checked=content.any_registered)}"
        missing = content.missing()
        names = content.index.names()
        for use in missing[:_MOST_STEPS]:
            where = f"{printable(use.path)}:{use.line}:{use.column}"
            said = _missing(use, names)
            if doubts := content.index.doubts(use.pipeline, of_tests=is_of_tests(use.path)):
                said += f"; what cannot be known may register it ({self._place(doubts[0].spot)})"
            yield f"  {where}: step `{printable(use.step)}` names {printable(said)}"
        if len(missing) > _MOST_STEPS:
            yield f"  {len(missing) - _MOST_STEPS:,} more, which --json lists"
        for group in content.index.groups():
            for gap in group.gaps:
                of = printable(group.name or "a group")
                yield f"  {self._place(gap.spot)}: not all of {of} is known: {printable(gap.reason)}"

    def _place(self, spot: Spot) -> str:
        return printable(f"{self._content.shown(spot.path)}:{spot.place.line + 1}")


def _parameter_text(parameter: ParameterSpec) -> str:
    parts = [f"{parameter.name}: {parameter.type or 'any type'}, {'required' if parameter.required else 'optional'}"]
    if isinstance(parameter.default, Known):
        parts.append(f"default {_written(parameter.default.value)}")
    elif parameter.default is not None:
        parts.append(f"default not known, {parameter.default.reason}")
    validator = parameter.validator
    if validator is not None and validator.values is not None:
        parts.append(f"one of {', '.join(map(_written, validator.values))}")
    elif validator is not None:
        parts.append(f"checked by {validator.name}")
        if validator.unknown is not None:
            parts[-1] += f", its values not known, {validator.unknown.reason}"
    return ", ".join(parts)


def _only_read(signature: Signature) -> Iterator[tuple[str, str]]:
    """The parameters that the code takes and no specification names, with a word on each."""
    specified = {parameter.name for parameter in signature.parameters}
    reads: dict[str, str] = {}
    for read in signature.reads:
        if read.name in specified:
            continue
        if read.needed:
            reads[read.name] = "read by the code, which fails without it"
        elif isinstance(read.default, Known):
            reads.setdefault(read.name, f"read by the code, or else {_written(read.default.value)}")
        else:
            reads.setdefault(read.name, "read by the code")
    yield from reads.items()


def _written(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"


def _sentence(uses: Iterable[Use], *, checked: bool) -> str:
    """How many of the named pipelines there are; where nothing is registered, they may be anywhere."""
    by_name = {use.pipeline: use for use in uses}
    sentence = f"they name {counted(len(by_name), 'pipeline')}"
    if not checked:
        return f"{sentence}; nothing is registered in this folder, so nothing is said of them"
    there = sum(use.exists for use in by_name.values())
    missing = len(by_name) - there
    sentence = f"{sentence}: {there} registered"
    return f"{sentence}, {missing} not" if missing else sentence


def _missing(use: Use, names: list[str]) -> str:
    """A pipeline that a step cannot run."""
    if use.registrations:
        return f"`{use.pipeline}`, which is registered {_REGISTRIES['functions']}"
    return f"`{use.pipeline}`, which is not registered{meant(did_you_mean(use.pipeline, names))}"


def _group_count(content: FolderContent) -> int:
    return sum(len(document.groups) for document in content.documents) + len(list(content.index.groups()))


def as_json(content: FolderContent) -> dict[str, Any]:
    """The report as one object; lines and columns count from 1."""
    index = content.index
    uses = content.uses()
    return {
        "version": VERSION,
        "folder": content.top,
        "configuration": options_report(content.configuration, f"{project_path(content.top)}/_", system_path),
        "files": {
            "python": {state: content.python[state] for state in ("read", "passed", "broken")},
            "yaml": {"with_groups": len(content.documents), "other": content.other_yaml},
            "passed_over": _reasons(content.passed_over),
            "left_out": _reasons(content.left_out),
        },
        "cache": content.cache._asdict(),
        "python_roots": [{"folder": root, "files": files} for root, files in content.roots().items()],
        "python_packages": [
            {"name": named, "folder": system_path(folder) if folder else None} for named, folder in content.packages
        ],
        "registrations": [_registration(content, each) for each in index.registrations()],
        "duplicates": [
            {"name": name, "places": [_spot(content, each.name.spot) for each in same]}
            for name, same in index.duplicates().items()
        ],
        "unknown": [
            {**_spot(content, gap.spot), "name": gap.name, "prefix": gap.prefix, "reason": gap.reason}
            for gap in index.gaps()
        ],
        "groups": {
            "count": _group_count(content),
            "steps": len(uses),
            "pipelines": len({use.pipeline for use in uses}),
            "checked": content.any_registered,
            "registered": len({use.pipeline for use in uses if use.exists}),
            "missing": [
                {
                    "file": use.path,
                    "line": use.line,
                    "column": use.column,
                    "group": use.group,
                    "step": use.step,
                    "pipeline": use.pipeline,
                    "registered_as_function": bool(use.registrations),
                    "in_doubt": bool(index.doubts(use.pipeline, of_tests=is_of_tests(use.path))),
                }
                for use in content.missing()
            ],
            "unknown": [
                {**_spot(content, gap.spot), "group": group.name, "reason": gap.reason}
                for group in index.groups()
                for gap in group.gaps
            ],
        },
        "findings": _counts(content),
    }


def _counts(content: FolderContent) -> dict[str, Any]:
    by_severity, by_code = content.counted_findings()
    return {
        **{severity.word: by_severity[severity] for severity in Severity},
        "rules": [{"code": code, "count": count} for code, count in sorted(by_code.items())],
    }


def _reasons(paths: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"file": path, "reason": reason} for path, reason in paths.items()]


def _spot(content: FolderContent, spot: Spot) -> dict[str, Any]:
    place = spot.place
    return {
        "file": content.shown(spot.path),
        "line": place.line + 1,
        "column": place.column + 1,
        "end_line": place.end_line + 1,
        "end_column": place.end_column + 1,
    }


def _value(value: Known | Unknown | None) -> dict[str, Any] | None:
    """A value as `{value}` or `{unknown}`; null where none is given."""
    if value is None:
        return None
    return {"value": value.value} if isinstance(value, Known) else {"unknown": value.reason}


def _registration(content: FolderContent, each: Registration) -> dict[str, Any]:
    signature = each.signature
    return {
        "name": each.name.value,
        **_spot(content, each.name.spot),
        "kind": each.kind,
        "registry": each.registry,
        "shape": each.shape,
        "within": each.within or None,
        "symbol": {
            "name": each.symbol,
            "kind": "class" if each.is_class else "function",
            "place": _spot(content, each.symbol_spot) if each.symbol_spot is not None else None,
        },
        "description": each.description,
        "documentation": each.doc,
        "specified": signature.specified,
        "parameters": [
            {
                "name": parameter.name,
                **_spot(content, parameter.spot),
                "type": parameter.type or None,
                "required": parameter.required,
                "default": _value(parameter.default),
                "description": parameter.description,
                "validator": parameter.validator.name if parameter.validator is not None else None,
                "values": list(parameter.validator.values)
                if parameter.validator is not None and parameter.validator.values is not None
                else None,
            }
            for parameter in signature.parameters
        ],
        "reads": [
            {
                "name": read.name,
                **_spot(content, read.spot),
                "needed": read.needed,
                "default": _value(read.default),
            }
            for read in signature.reads
        ],
        "open": [{**_spot(content, unknown.spot), "reason": unknown.reason} for unknown in signature.open],
        "dependencies": _value(each.dependencies),
        "lock": {
            "template": each.lock.template,
            "unknown": each.lock.unknown.reason if each.lock.unknown is not None else None,
        }
        if each.lock is not None
        else None,
    }
