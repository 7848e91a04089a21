"""The files that hold configuration, read from their texts: what they set, and what is wrong in them, by place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from spine_lsp.analysis.findings import Finding, Severity
from spine_lsp.analysis.span import Span
from spine_lsp.configuration.reading import NOTHING_SET, OptionFault, Path, Values, read_values

OWN = "spine-lsp.toml"
SHARED = "pyproject.toml"
NAMES = (OWN, SHARED)
"""The files that are looked for in each folder; the first wins over the second."""

CODE = "configuration"
"""The code of every finding in such a file."""

PURPOSE = "A configuration file that cannot be read, or that sets what does not exist."
MAX_BYTES = 1 << 20
"""Larger files are not read."""

_TABLE = ("tool", "spine-lsp")
_MENTION = re.compile(r"spine[-_]?lsp", re.IGNORECASE)
_MOST_FAULTS = 200


def is_config_file(path: str) -> bool:
    """Whether a path or uri is that of a file that may hold configuration."""
    return path.rpartition("/")[2] in NAMES


@dataclass(frozen=True)
class ConfigFile:
    """A file with configuration, by its path as a path of the project; `findings` are by place in its `text`.

    `holds` is false for a pyproject.toml without a table of ours, which is none of our business; `broken` for text
    that is no TOML, of which nothing is known.
    """

    path: str
    text: str
    values: Values = field(default_factory=lambda: NOTHING_SET)
    findings: tuple[Finding, ...] = ()
    holds: bool = True
    broken: bool = False

    @property
    def folder(self) -> str:
        """The folder of the file, which it is the configuration of."""
        return self.path.rpartition("/")[0]

    @property
    def is_own(self) -> bool:
        """Whether it is a file of nothing but configuration, `spine-lsp.toml`."""
        return self.path.rpartition("/")[2] == OWN

    @cached_property
    def table(self) -> Span:
        """Where our configuration begins: the header of its table, or the first place of the file."""
        from spine_lsp.configuration.toml_places import places_of

        place = None if self.is_own else places_of(self.text).get(_TABLE)
        return place.key if place is not None else Span(0, 0)


def read_config_file(path: str, data: bytes | str) -> ConfigFile:
    """The configuration in the content of a file."""
    if isinstance(data, bytes):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as exc:
            text = data.decode("utf-8", "replace")
            if path.endswith(SHARED) and not _MENTION.search(text):
                return ConfigFile(path, text, holds=False)
            at = len(data[: exc.start].decode("utf-8"))
            return _broken(path, text, at, f"it is not UTF-8 (byte {exc.start}); save it as UTF-8")
    else:
        text = data
    own = path.rpartition("/")[2] == OWN
    if not own and not _MENTION.search(text):
        return ConfigFile(path, text, holds=False)
    from spine_lsp.configuration.toml import TomlFault, load  # most folders have no such file

    found = load(text)
    if isinstance(found, TomlFault):
        return _broken(path, text, *found)
    if own:
        values, faults = read_values(found, frozenset({"tool"}))
        if "tool" in found:
            faults.append(OptionFault(("tool",), f"in {OWN} options stand at the top, without a table", on_key=True))
        return ConfigFile(path, text, values, _findings(text, (), faults))
    return _shared(path, text, found)


def _shared(path: str, text: str, found: Mapping[str, Any]) -> ConfigFile:
    """What a pyproject.toml says in its table."""
    tools = found.get("tool")
    tools = tools if isinstance(tools, Mapping) else {}
    faults = [
        OptionFault(("tool", name), f"there is no tool `{name}`; did you mean `spine-lsp`?", on_key=True)
        for name in tools
        if name != "spine-lsp" and _MENTION.fullmatch(name)
    ]
    if "spine-lsp" not in tools:
        return ConfigFile(path, text, findings=_findings(text, (), faults), holds=False)
    table = tools["spine-lsp"]
    if not isinstance(table, Mapping):
        faults.append(OptionFault(_TABLE, "`tool.spine-lsp` must be a table of options"))
        return ConfigFile(path, text, findings=_findings(text, (), faults))
    values, inside = read_values(table)
    return ConfigFile(path, text, values, (*_findings(text, (), faults), *_findings(text, _TABLE, inside)))


def _broken(path: str, text: str, at: int, message: str) -> ConfigFile:
    start = min(at, max(len(text) - 1, 0))
    end = min(start + 1, len(text))
    finding = Finding(CODE, Severity.ERROR, start, end, f"this is no valid TOML: {message}")
    return ConfigFile(path, text, findings=(finding,), broken=True)


def _findings(text: str, above: Path, faults: Iterable[OptionFault]) -> tuple[Finding, ...]:
    """Faults as findings where they stand, in the order of the text."""
    faults = list(faults)[:_MOST_FAULTS]
    if not faults:
        return ()
    from spine_lsp.configuration.toml_places import places_of

    places = places_of(text)
    found = []
    for fault in faults:
        path = (*above, *fault.path)
        while path and path not in places:
            path = path[:-1]
        place = places.get(path)
        span = Span(0, 0) if place is None else place.key if fault.on_key else place.value
        found.append(Finding(CODE, Severity.WARNING, *span, fault.message, suggestions=fault.suggestions))
    return tuple(sorted(found, key=lambda finding: (finding.start, finding.end)))
