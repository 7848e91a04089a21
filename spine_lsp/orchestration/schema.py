"""The JSON Schema of a group: structural problems of plain data, and the documentation of its fields."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spine_lsp.orchestration.problems import Path, Problem, did_you_mean, meant, quoted

if TYPE_CHECKING:
    from pathlib import Path as FilePath

    import jsonschema_rs

SCHEMA_NAME = "pipeline-group.schema.json"

_DEPTH = 6
"""How deep data is looked into; what lies deeper belongs to parameters, where all is allowed."""

_FREE = ("params", "defaults")
"""Keys under which everything is allowed, so that nothing need be looked at."""

_TYPE_WORDS = {
    "string": "a text",
    "array": "a list",
    "object": "a mapping of keys",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """What the schema says of one key. ``values`` pairs each allowed value with its documentation."""

    key: str
    description: str
    type_words: str
    values: tuple[tuple[str, str], ...]
    default: Any
    has_default: bool
    required: bool
    examples: tuple[Any, ...]


def schema_path() -> FilePath:
    """Where the schema file is: inside the installed package, or beside it in a checkout."""
    from pathlib import (
        Path as FilePath,  # with what it imports it costs 5 ms, and the editor's first file waits
    )

    return FilePath(_schema_file())


def _schema_file() -> str:
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - see schema_path
    installed = os.path.join(package, "schemas", SCHEMA_NAME)  # noqa: PTH118 - see schema_path
    beside = os.path.join(os.path.dirname(package), "schemas", SCHEMA_NAME)  # noqa: PTH118, PTH120 - see schema_path
    return installed if os.path.isfile(installed) else beside  # noqa: PTH113 - see schema_path


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - see schema_path
        return file.read()


@lru_cache(maxsize=1)
def load_schema() -> dict[str, Any]:
    """The schema; shared, so not to be changed."""
    loaded: dict[str, Any] = json.loads(_read(_schema_file()))
    return loaded


LIST_PATHS: tuple[Path, ...] = (("spec", "pipelines"), ("steps",), ("pipelines",))
"""Where the list of steps may stand."""

_PROBED_STEPS = 20  # looked at to tell whether a list is one of steps


def declares_group(data: Mapping[Any, Any]) -> bool | None:
    """Whether ``apiVersion`` and ``kind`` make this a group; None for older files, which have neither."""
    api, kind = data.get("apiVersion"), data.get("kind")
    if isinstance(api, str) and api.strip():
        return api.startswith("spine") or (kind == "PipelineGroup" and "." not in api)
    if isinstance(kind, str) and kind:
        return kind == "PipelineGroup"
    return None


def is_group(data: object) -> bool:
    """Whether a document is a pipeline group; where nothing declares it, a step that runs a pipeline does."""
    if not isinstance(data, Mapping):
        return False
    declared = declares_group(data)
    if declared is not None:
        return declared
    for path in LIST_PATHS:
        steps = _at(data, path)
        if isinstance(steps, list):
            return any(isinstance(step, Mapping) and "pipeline" in step for step in steps[:_PROBED_STEPS])
    return False


def form_of(data: Mapping[Any, Any]) -> str:
    """The definition that a document of a group is held against: "nested" or "flat"."""
    return "nested" if "metadata" in data or "spec" in data else "flat"


Written = Callable[[Path], tuple[str | None, str | None]]
"""Tells for a path how its key and its value are written, None for what is not known."""


def not_written(_: Path) -> tuple[None, None]:
    """Of data that were read from no text."""
    return None, None


def structural_problems(
    data: object, definition: str, path: Path = (), written: Written = not_written
) -> list[Problem]:
    """What keeps ``data`` from being a ``definition`` of the schema, in the order of the data.

    ``data`` are plain values, whatever they are: nothing raises. ``path`` is put before each
    problem's path; ``written`` knows the text that ``data`` were read from, where there is one. A valid
    step costs a few microseconds.
    """
    validator = _validator(definition)
    if definition == "step" and _is_valid(validator, data):
        return []  # nothing in a step's schema makes the validator walk into parameters
    checked = _as_json(data, _DEPTH, odd=lambda _: True)  # true is no value of any key
    if validator.is_valid(checked):
        return []
    errors = list(validator.iter_errors(checked))
    data = _as_json(data, _DEPTH)
    mistyped = {tuple(error.instance_path) for error in errors if error.kind.name == "type"}
    found = []
    for error in errors:  # of a value of the wrong type, say only that
        if error.kind.name == "type" or tuple(error.instance_path) not in mistyped:
            found += _translated(error, data, definition, path, written)
    found.sort(key=lambda problem: _place(problem.path[len(path) :], data))
    return found


def _is_valid(validator: jsonschema_rs.Draft202012Validator, data: object) -> bool:
    try:
        return validator.is_valid(data)
    except ValueError:  # a key that is no text
        return False


@lru_cache(maxsize=32)
def _validator(definition: str) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs

    schema = load_schema()
    if definition not in schema["$defs"]:
        raise KeyError(f"the schema has no definition {definition!r}, only {', '.join(schema['$defs'])}")
    return jsonschema_rs.Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]})


def _as_json(value: object, depth: int, odd: Callable[[object], object] | None = None) -> object:
    """``value`` with text keys, cut at ``depth``, and what JSON has no word for as ``odd`` has it, or wrapped."""
    if isinstance(value, Mapping):
        if not depth:
            return {}
        return {
            str(key): {} if key in _FREE and isinstance(item, Mapping) else _as_json(item, depth - 1, odd)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_as_json(item, depth - 1, odd) for item in value] if depth else []
    if value is None or isinstance(value, (str, int, float)):
        return value
    return _Odd(value) if odd is None else odd(value)


class _Odd(dict[str, object]):
    """Stands for a value that YAML has and JSON has not, such as a date."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


def _at(data: object, path: Sequence[str | int]) -> Any:
    for element in path:
        if isinstance(data, Mapping):
            data = data.get(element)
        elif isinstance(data, (list, tuple)) and isinstance(element, int) and element < len(data):
            data = data[element]
        else:
            return None
    return data


def _place(path: Path, data: object) -> list[int]:
    """A sort key: where ``path`` stands in the data. Missing keys come first in their mapping."""
    place = []
    for element in path:
        if isinstance(data, Mapping):
            keys = list(data)
            place.append(keys.index(element) if element in keys else -1)
        else:
            place.append(element if isinstance(element, int) else -1)
        data = _at(data, (element,))
    return place


def _translated(error: Any, data: object, definition: str, prefix: Path, written: Written) -> list[Problem]:
    """The problems that one error of the validator stands for."""
    inner: Path = tuple(error.instance_path)
    path = (*prefix, *inner)
    kind = error.kind.name
    value = _at(data, inner)
    where = _definition_at(definition, inner)
    if kind == "additionalProperties":
        return [
            _unknown_key(key, value, where, path, written((*inner, key))[0] or key)
            for key in error.kind.unexpected
        ]
    if kind == "required":
        return [_missing_key(error.kind.property, where, path)]
    if kind == "anyOf":  # only the flat form has one
        message = f"a group needs its steps: add {quoted(('steps', 'pipelines'))}"
        return [Problem("missing-key", message, path, suggestions=("steps", "pipelines"))]
    if kind == "type":
        message = _wrong_type(error.kind.types, value, definition, inner, written(inner)[1])
        return [Problem("wrong-type", message, path)]
    if kind == "enum":
        return [_bad_choice(error.kind.options, value, definition, inner, path)]
    if kind == "minimum":
        message = f"{_named(inner)} must be at least {error.kind.limit}, not {value}"
        return [Problem("bad-value", message, path)]
    if kind == "minLength":
        return [Problem("bad-value", f"{_named(inner)} must not be empty", path)]
    return [Problem("bad-value", str(error.message), path)]


def _unknown_key(key: str, value: object, where: str, path: Path, shown: str) -> Problem:
    properties = load_schema()["$defs"][where]["properties"]
    present = value if isinstance(value, Mapping) else {}
    free = [other for other in properties if other not in present]
    aliases = {
        alias: other for other in free for alias in _resolved(properties[other]).get("x-also-written", ())
    }
    place = f"in {_PLACE_WORDS[where]}"
    elsewhere = next((name for name in _ELSEWHERE[where] if key in _properties(name)), None)
    suggestions: tuple[str, ...] = ()
    if elsewhere:
        hint = f"; it belongs {_BELONGS[elsewhere]}"
    elif key.lower() in aliases:
        suggestions = (aliases[key.lower()],)
        hint = meant(suggestions)
    else:
        suggestions = did_you_mean(key, free)
        hint = meant(suggestions) or (f"; known keys are {quoted(tuple(properties), 'and')}")
    return Problem(
        "unknown-key",
        f"unknown key `{shown}` {place}{hint}",
        (*path, key),
        suggestions=suggestions,
        on_key=True,
        belongs=elsewhere or "",
    )


# Where a key that is unknown here may have been meant to stand, most likely place first.
_ELSEWHERE = {
    "nested": ("metadata", "spec", "policy"),
    "flat": ("policy", "step"),
    "metadata": ("spec", "policy", "nested"),
    "spec": ("policy", "metadata", "nested", "step"),
    "policy": ("spec", "metadata", "step"),
    "step": ("policy", "spec"),
}
_PLACE_WORDS = {
    "nested": "a group",
    "flat": "a group in the flat form",
    "metadata": "`metadata`",
    "spec": "`spec`",
    "policy": "`policy`",
    "step": "a step",
}
_BELONGS = {
    "step": "in a step",
    "policy": "under `policy`",
    "spec": "under `spec`",
    "metadata": "under `metadata`",
    "nested": "at the top of the document",
}


def _missing_key(key: str, where: str, path: Path) -> Problem:
    description = field_doc(where, key)
    words = f" ({description.type_words})" if description else ""
    message = f"{_PLACE_WORDS.get(where, 'this')} needs the key `{key}`{words}"
    return Problem("missing-key", message, path, suggestions=(key,))


def _wrong_type(
    types: Sequence[str], value: object, definition: str, inner: Path, written: str | None
) -> str:
    expected = " or ".join(_TYPE_WORDS[name] for name in types)
    field = _field_at(definition, inner)
    if field and "x-words" in field and not isinstance(inner[-1] if inner else "", int):
        expected = field["x-words"]
    hint = ""
    if "string" in types and _is_scalar(value):
        text = _plain_word(value) if written is None else written
        hint = f"; put it in quotes: {json.dumps(text, ensure_ascii=False)}"
    elif {"integer", "number"} & set(types) and isinstance(value, str) and value.strip().isdigit():
        hint = f"; remove the quotes: {value.strip()}"
    elif list(types) == ["array"] and isinstance(value, str) and (field or {}).get("items", {}).get("type"):
        hint = f"; write [{value}]"
    if field and "enum" in field:
        expected, hint = quoted(field["enum"]), ""
    name = _named(inner) if inner else _PLACE_WORDS.get(definition, "this")
    if value is None:
        return f"{name} must be {expected}, and here it is empty"
    return f"{name} must be {expected}, not {describe(value)}{hint}"


def _bad_choice(options: Sequence[Any], value: object, definition: str, inner: Path, path: Path) -> Problem:
    names = [str(option) for option in options]
    key = inner[-1] if inner else ""
    shown = str(value)
    suggestions = did_you_mean(shown, names)
    if key == "apiVersion":
        message = f"unsupported apiVersion `{shown}`: this planner reads {quoted(names, 'and')}"
        return Problem("unsupported-version", message, path, suggestions=suggestions or tuple(names))
    if key == "kind":
        message = f"expected kind '{names[0]}', not '{shown}'{meant(suggestions)}"
        return Problem("unknown-kind", message, path, suggestions=suggestions or tuple(names))
    message = f"{_named(inner)} must be {quoted(names)}, not `{shown}`{meant(suggestions)}"
    return Problem("bad-value", message, path, suggestions=suggestions or tuple(names))


def _named(inner: Path) -> str:
    """The faulty place in words: its key, or "an entry of" the key above it."""
    if not inner:
        return "this"
    if isinstance(inner[-1], int):
        key = next((element for element in reversed(inner) if isinstance(element, str)), "")
        return "a step" if key in ("pipelines", "steps") else f"an entry of `{key}`"
    return f"`{inner[-1]}`"


def _is_scalar(value: object) -> bool:
    return isinstance(value, _Odd) or not isinstance(value, (Mapping, list, tuple, type(None)))


def _plain_word(value: object) -> str:
    if isinstance(value, _Odd):
        value = value.value
    return str(value).lower() if isinstance(value, bool) else str(value)


def describe(value: object) -> str:
    """A value in words for a message: "the number 3", "a list", "nothing"."""
    if isinstance(value, _Odd):
        value = value.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the value {_plain_word(value)}"
    if isinstance(value, (int, float)):
        return f"the number {str(value)[:20]}"
    if isinstance(value, str):
        return f"the text `{value[:40]}{'…' if len(value) > 40 else ''}`" if value else "an empty text"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    word = type(value).__name__
    return {"date": "a date", "datetime": "a date", "bytes": "binary data"}.get(word, f"a {word}")


def _resolved(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A property's schema with what it refers to filled in; its own keys win."""
    merged = dict(schema)
    while "$ref" in merged:
        target: Any = load_schema()
        for name in merged.pop("$ref").removeprefix("#/").split("/"):
            target = target[name]
        merged = {**target, **merged}
    return merged


def _properties(definition: str) -> dict[str, Any]:
    found: dict[str, Any] = load_schema()["$defs"][definition].get("properties", {})
    return found


def _definition_at(definition: str, inner: Path) -> str:
    """The name of the definition that the mapping at ``inner`` is held against."""
    at = definition
    for element in inner:
        if isinstance(element, int):
            at = "step"
        elif element in ("metadata", "spec", "policy", "params", "steps"):
            at = element
        elif element == "pipelines":
            at = "steps"
    return at


def _field_at(definition: str, inner: Path) -> dict[str, Any] | None:
    keys = [element for element in inner if isinstance(element, str)]
    if not keys:
        return None
    above = _definition_at(definition, inner[: len(inner) - 1 - inner[::-1].index(keys[-1])])
    schema = _properties(above).get(keys[-1]) if above in load_schema()["$defs"] else None
    return _resolved(schema) if schema else None


def field_doc(definition: str, key: str) -> FieldDoc | None:
    """The documentation of one key of a definition ("nested", "flat", "metadata", "spec", "step", "policy")."""
    return _field_docs(definition).get(key)


def field_docs(definition: str) -> tuple[FieldDoc, ...]:
    """The documentation of all keys of a definition, in the order of the schema."""
    return tuple(_field_docs(definition).values())


@lru_cache(maxsize=32)  # more than there are definitions
def _field_docs(definition: str) -> dict[str, FieldDoc]:
    known = definition in load_schema()["$defs"]
    found = {key: _field_doc(definition, key) for key in (_properties(definition) if known else ())}
    return {key: doc for key, doc in found.items() if doc is not None}


def _field_doc(definition: str, key: str) -> FieldDoc | None:
    defs = load_schema()["$defs"]
    schema = defs[definition].get("properties", {}).get(key)
    if schema is None:
        return None
    field = _resolved(schema)
    types = field.get("type", [])
    words = field.get("x-words") or " or ".join(
        _TYPE_WORDS[name] for name in ([types] if isinstance(types, str) else types)
    )
    values = tuple(map(str, field.get("enum", ())))
    return FieldDoc(
        key=key,
        description=field.get("description", ""),
        type_words=quoted(values) if values else words,
        values=tuple(zip(values, field.get("enumDescriptions", [""] * len(values)), strict=True)),
        default=field.get("default"),
        has_default="default" in field,
        required=key in defs[definition].get("required", ()),
        examples=tuple(field.get("examples", ())),
    )
