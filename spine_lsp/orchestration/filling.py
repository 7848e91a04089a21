"""Templates in parameters, ``{{ params.x }}``, filled in: one function for the plan, the editor and the run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from spine_lsp.cancellation import check_cancelled
from spine_lsp.orchestration.vocabulary import PARAMS

NAME = r"[^\W\d]\w*(?:-\w+)*"
"""What a parameter may be called in a reference."""

_PLAIN = re.compile(rf"\{{\{{[ \t]*{PARAMS}\.({NAME})[ \t]*\}}\}}")
_REFERRING = re.compile(rf"\{{\{{[^{{}}\r\n]*(?<![\w.]){PARAMS}\.{NAME}[^{{}}\r\n]*\}}\}}")
_DEEPEST = 20


def fill(value: Any, run: Mapping[str, Any], defaults: Mapping[str, Any]) -> Any:
    """A value in which each template that names a parameter is that: of the run, or else of the group's defaults.

    A text that is nothing but a template becomes the parameter's value, of whatever type; inside a longer text it is
    written out. Defaults may refer to other parameters; what a run is given is taken as it is. A template that names
    nothing that is known, or is more than a name, stays.
    """
    return _Filling(run, defaults).value(value, ())


def unfilled(value: Any) -> Iterator[str]:
    """The templates that refer to parameters and are still there, each as it is written."""
    if isinstance(value, str):
        if "{{" in value:
            yield from _REFERRING.findall(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from unfilled(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from unfilled(item)


class _Filling:
    def __init__(self, run: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        self._run = run
        self._defaults = defaults

    def value(self, value: Any, within: tuple[str, ...]) -> Any:
        if isinstance(value, str):
            return self._text(value, within) if "{{" in value else value
        check_cancelled()
        if isinstance(value, dict):
            items = {key: self.value(item, within) for key, item in value.items()}
            return value if all(items[key] is value[key] for key in items) else items
        if isinstance(value, list):
            filled = [self.value(item, within) for item in value]
            return value if all(new is old for new, old in zip(filled, value, strict=True)) else filled
        return value

    def _text(self, text: str, within: tuple[str, ...]) -> Any:
        whole = _PLAIN.fullmatch(text)
        if whole is not None:
            return self._named(whole.group(1), within, text)
        return _PLAIN.sub(lambda found: _written(self._named(found.group(1), within, found.group())), text)

    def _named(self, name: str, within: tuple[str, ...], template: str) -> Any:
        if name in self._run:
            return self._run[name]
        if name in self._defaults and name not in within and len(within) < _DEEPEST:
            return self.value(self._defaults[name], (*within, name))
        return template


def _written(value: Any) -> str:
    """A value inside a text, as YAML would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
