"""From a plain object, of an editor or of TOML, to the values of options, with a fault for each part that is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from spine_lsp.configuration.options import LEVELS, OPTIONS, Option

Path = tuple[str | int, ...]
Values = Mapping[str, Any]
"""Values by the names of options: what was set, and nothing else."""

NOTHING_SET: Values = MappingProxyType({})
_LONGEST_SHOWN = 60


class OptionFault(NamedTuple):
    """A part of an object that sets nothing; `on_key` where the key is at fault, not its value."""

    path: Path
    message: str
    on_key: bool = False
    suggestions: tuple[str, ...] = ()


def read_values(given: Mapping[Any, Any], others: frozenset[str] = frozenset()) -> tuple[Values, list[OptionFault]]:
    """The values that an object sets, and its faults; `others` are keys at its top that are not ours to judge."""
    values: dict[str, Any] = {}
    faults: list[OptionFault] = []
    _read(given, (), values, faults, others)
    return MappingProxyType(values), faults


def _read(
    given: Mapping[Any, Any],
    above: tuple[str, ...],
    values: dict[str, Any],
    faults: list[OptionFault],
    others: frozenset[str] = frozenset(),
) -> None:
    for key, value in given.items():
        if not isinstance(key, str) or (key in others and not above):
            continue
        path = (*above, key)
        name = ".".join(path)
        if (option := OPTIONS.get(name)) is not None and len(path) == len(option.keys):
            taken, found = _value(option, value, path)
            faults += found
            if taken is not None:
                values[name] = taken
        elif any(option.keys[: len(path)] == path for option in OPTIONS.values()):
            if isinstance(value, Mapping):
                _read(value, path, values, faults)
            else:
                faults.append(OptionFault(path, f"`{name}` is a group of options, not {_shown(value)}"))
        else:
            faults.append(_unknown(path))


def _unknown(path: tuple[str, ...]) -> OptionFault:
    """The fault for a key that is no option: there may be one that is spelled much like it, here or elsewhere."""
    from spine_lsp.orchestration.problems import did_you_mean, meant

    name, depth = ".".join(path), len(path) - 1
    here = {option.keys[depth]: None for option in OPTIONS.values() if option.keys[:depth] == path[:-1]}
    near = did_you_mean(path[-1], here)
    elsewhere = () if near else did_you_mean(name, OPTIONS)
    message = f"there is no option `{name}`{meant(near or elsewhere)}"
    return OptionFault(path, message, on_key=True, suggestions=near)


def _value(option: Option, value: Any, path: tuple[str, ...]) -> tuple[Any, list[OptionFault]]:
    """The value as it is kept, None where it is none of the option's; and what is wrong with it."""
    if option.type == "levels":
        return _levels(option, value, path)
    if option.type == "list":
        return _list(option, value, path)
    if option.type == "choice":
        return _choice(option, value, path)
    if option.type == "boolean":
        wrong = None if isinstance(value, bool) else "must be true or false"
    elif isinstance(value, int) and not isinstance(value, bool):
        inside = option.least <= value <= option.most
        wrong = None if inside else f"must be from {option.least:,} to {option.most:,}"
    else:
        wrong = "must be a whole number"
    if wrong is None:
        return value, []
    return None, [OptionFault(path, f"`{option.name}` {wrong}, not {_shown(value)}")]


def _choice(option: Option, value: Any, path: Path) -> tuple[str | None, list[OptionFault]]:
    if isinstance(value, str) and value in option.choices:
        return value, []
    if isinstance(value, str | bool) and value in option.synonyms:
        return option.synonyms[value], []
    return None, [_none_of(option.name, value, tuple(option.choices), path)]


def _list(option: Option, value: Any, path: Path) -> tuple[tuple[str, ...] | None, list[OptionFault]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None, [OptionFault(path, f"`{option.name}` must be a list of texts, not {_shown(value)}")]
    taken: list[str] = []
    faults: list[OptionFault] = []
    for number, item in enumerate(value):
        at = (*path, number)
        if not isinstance(item, str):
            faults.append(OptionFault(at, f"`{option.name}` must be a list of texts, not of {_shown(item)}"))
        elif option.choices and item not in option.choices:
            faults.append(_none_of(option.name, item, tuple(option.choices), at))
        elif (wrong := _wrong_item(option, item)) is not None:
            faults.append(OptionFault(at, f"{_shown(item)} {wrong}"))
        elif item not in taken:
            taken.append(item)
    return tuple(taken), faults


def _wrong_item(option: Option, item: str) -> str | None:
    """Why a text cannot be an item of the list."""
    if option.item == "decorator" and not all(part.isidentifier() for part in item.split(".")):
        return "is no name in Python"
    if option.item == "glob" and (not item.strip() or "\n" in item or "\0" in item):
        return "is no pattern"
    if option.item == "package" and not all(
        part.isidentifier() for part in item.replace("\\", "/").rpartition("/")[2].split(".")
    ):
        return "is no package of Python"
    if option.item in ("folder", "package") and (not item.strip() or "\0" in item):
        return "is no folder"
    return None


def _levels(option: Option, value: Any, path: Path) -> tuple[Mapping[str, str] | None, list[OptionFault]]:
    if not isinstance(value, Mapping):
        return None, [OptionFault(path, f"`{option.name}` must give levels by rule, not {_shown(value)}")]
    from spine_lsp.analysis.catalogue import BY_CODE
    from spine_lsp.orchestration.problems import did_you_mean, meant

    taken: dict[str, str] = {}
    faults: list[OptionFault] = []
    for code, level in value.items():
        at = (*path, str(code))
        if code not in BY_CODE:
            near = did_you_mean(str(code), BY_CODE)
            guess = meant(near) or "; `spine-lsp rules` lists them"
            faults.append(
                OptionFault(at, f"there is no rule `{_short(str(code))}`{guess}", on_key=True, suggestions=near)
            )
        elif isinstance(level, str) and (known := option.synonyms.get(level, level)) in LEVELS:
            taken[code] = known
        else:
            faults.append(_none_of(f"{option.name}.{code}", level, LEVELS, at))
    return MappingProxyType(taken), faults


def _none_of(name: str, value: Any, choices: Sequence[str], path: Path) -> OptionFault:
    from spine_lsp.orchestration.problems import did_you_mean, meant, quoted

    near = did_you_mean(value, choices) if isinstance(value, str) else ()
    return OptionFault(path, f"`{name}` must be {quoted(choices)}, not {_shown(value)}{meant(near)}", suggestions=near)


def _shown(value: Any) -> str:
    """A value in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"`{_short(value)}`"
    if isinstance(value, int | float):
        return _short(str(value))
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, Sequence) else f"`{_short(str(value))}`"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
