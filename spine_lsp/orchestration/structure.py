"""What keeps plain data from being a group: the errors of the JSON Schema as problems with sentences of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spine_lsp.orchestration.problems import Path, Problem, did_you_mean, meant, quoted
from spine_lsp.orchestration.schema import (
    TYPE_WORDS,
    beside,
    definition_below,
    field_doc,
    properties,
    role,
    split,
)
from spine_lsp.orchestration.vocabulary import (
    API_VERSION_KEY,
    FLAT,
    FREE,
    KIND_KEY,
    LIST_KEYS,
    METADATA,
    NESTED,
    POLICY,
    SPEC,
    STEP,
    value_at,
)

if TYPE_CHECKING:
    import jsonschema_rs

_DEPTH = 6
"""How deep data is looked into; what lies deeper belongs to parameters, where all is allowed."""

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
    if role(definition) == STEP and _is_valid(validator, data):
        return []  # nothing in a step's schema makes the validator walk into parameters
    checked = _as_json(data, _DEPTH, stand_in=lambda _: True)  # true is no value of any key
    if validator.is_valid(checked):
        return []
    errors = list(validator.iter_errors(checked))
    data = _as_json(data, _DEPTH)
    mistyped = {tuple(error.instance_path) for error in errors if error.kind.name == "type"}
    found = []
    for error in errors:  # of a value of the wrong type, say only that
        if error.kind.name == "type" or tuple(error.instance_path) not in mistyped:
            found += _translated(error, data, definition, path, written)
    orders: dict[int, dict[object, int]] = {}
    found.sort(key=lambda problem: _place(problem.path[len(path) :], data, orders))
    return found


def _is_valid(validator: jsonschema_rs.Draft202012Validator, data: object) -> bool:
    try:
        return validator.is_valid(data)
    except ValueError:  # a key that is no text
        return False


@lru_cache(maxsize=32)
def _validator(definition: str) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs

    schema, name = split(definition)
    if name not in schema["$defs"]:
        raise KeyError(f"the schema has no definition {name!r}, only {', '.join(schema['$defs'])}")
    return jsonschema_rs.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})


def _as_json(value: object, depth: int, stand_in: Callable[[object], object] | None = None) -> object:
    """``value`` with text keys, cut at ``depth``, and what JSON has no word for as ``stand_in`` has it, or wrapped."""
    if isinstance(value, Mapping):
        if not depth:
            return {}
        return {
            str(key): {} if key in FREE and isinstance(item, Mapping) else _as_json(item, depth - 1, stand_in)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_as_json(item, depth - 1, stand_in) for item in value] if depth else []
    if value is None or isinstance(value, (str, int, float)):
        return value
    return NonJsonValue(value) if stand_in is None else stand_in(value)


class NonJsonValue(dict[str, object]):
    """Stands for a value that YAML has and JSON has not, such as a date."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


def _place(path: Path, data: object, orders: dict[int, dict[object, int]]) -> list[int]:
    """A sort key: where ``path`` stands in the data. Missing keys come first in their mapping.

    ``orders`` has the order of the keys of each mapping that was asked about, by its id.
    """
    place = []
    for element in path:
        if isinstance(data, Mapping):
            if (order := orders.get(id(data))) is None:
                order = orders[id(data)] = {key: number for number, key in enumerate(data)}
            place.append(order.get(element, -1))
        else:
            place.append(element if isinstance(element, int) else -1)
        data = value_at(data, (element,))
    return place


def _translated(error: Any, data: object, definition: str, prefix: Path, written: Written) -> list[Problem]:
    """The problems that one error of the validator stands for."""
    inner: Path = tuple(error.instance_path)
    path = (*prefix, *inner)
    kind = error.kind.name
    value = value_at(data, inner)
    where = _definition_of(definition, inner)
    if kind == "additionalProperties":
        return [
            _unknown_key(key, value, where, path, written((*inner, key))[0] or key) for key in error.kind.unexpected
        ]
    if kind == "required":
        return [_missing_key(error.kind.property, where, path)]
    if kind == "anyOf":  # only the flat form has one
        message = f"a group needs its steps: add {quoted(LIST_KEYS)}"
        return [Problem("missing-key", message, path, suggestions=LIST_KEYS)]
    if kind == "type":
        message = _wrong_type(error.kind.types, value, definition, inner, written(inner)[1])
        return [Problem("wrong-type", message, path)]
    if kind == "enum":
        return [_bad_choice(error.kind.options, value, definition, inner, path)]
    if kind == "minimum":
        message = f"{_named(inner)} must be at least {error.kind.limit}, not {value}"
        return [Problem("bad-value", message, path)]
    if kind == "minItems":
        return [Problem("bad-value", f"{_named(inner)} must have at least one entry", path)]
    if kind == "minLength":
        return [Problem("bad-value", f"{_named(inner)} must not be empty", path)]
    return [Problem("bad-value", str(error.message), path)]


def _unknown_key(key: str, value: object, where: str, path: Path, shown: str) -> Problem:
    known = properties(where)
    present = value if isinstance(value, Mapping) else {}
    free = [other for other in known if other not in present]
    aliases = {alias: other for other in free for alias in known[other].get("x-also-written", ())}
    place = f"in {_place_words(where)}"
    others = (beside(where, name) for name in _ELSEWHERE.get(role(where), ()))
    elsewhere = next((name for name in others if key in properties(name)), None)
    suggestions: tuple[str, ...] = ()
    if elsewhere:
        hint = f"; it belongs {_BELONGS[role(elsewhere)]}"
    elif key.lower() in aliases:
        suggestions = (aliases[key.lower()],)
        hint = meant(suggestions)
    else:
        suggestions = did_you_mean(key, free)
        hint = meant(suggestions) or (f"; known keys are {quoted(tuple(known), 'and')}")
    return Problem(
        "unknown-key",
        f"unknown key `{shown}` {place}{hint}",
        (*path, key),
        suggestions=suggestions,
        on_key=True,
        belongs=role(elsewhere),
    )


# Where a key that is unknown here may have been meant to stand, most likely place first.
_ELSEWHERE = {
    NESTED.definition: (METADATA, SPEC, POLICY),
    FLAT.definition: (POLICY, STEP),
    METADATA: (SPEC, POLICY, NESTED.definition),
    SPEC: (POLICY, METADATA, NESTED.definition, STEP),
    POLICY: (SPEC, METADATA, STEP),
    STEP: (POLICY, SPEC),
}
_PLACE_WORDS = {
    METADATA: "`metadata`",
    SPEC: "`spec`",
    POLICY: "`policy`",
    STEP: "a step",
    "schedule": "a schedule",
}


def _place_words(definition: str) -> str:
    """What a definition is, in words."""
    name, word = role(definition), split(definition)[0]["x-word"]
    words = {NESTED.definition: f"a {word}", FLAT.definition: f"a {word} in the flat form"} | _PLACE_WORDS
    return words.get(name, "this")


_BELONGS = {
    STEP: "in a step",
    POLICY: "under `policy`",
    SPEC: "under `spec`",
    METADATA: "under `metadata`",
    NESTED.definition: "at the top of the document",
}


def _missing_key(key: str, where: str, path: Path) -> Problem:
    description = field_doc(where, key)
    words = f" ({description.type_words})" if description else ""
    message = f"{_place_words(where)} needs the key `{key}`{words}"
    return Problem("missing-key", message, path, suggestions=(key,))


def _wrong_type(types: Sequence[str], value: object, definition: str, inner: Path, written: str | None) -> str:
    expected = " or ".join(TYPE_WORDS[name] for name in types)
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
    name = _named(inner) if inner else _place_words(definition)
    if value is None:
        return f"{name} must be {expected}, and here it is empty"
    return f"{name} must be {expected}, not {describe(value)}{hint}"


def _bad_choice(options: Sequence[Any], value: object, definition: str, inner: Path, path: Path) -> Problem:
    names = [str(option) for option in options]
    key = inner[-1] if inner else ""
    field = _field_at(definition, inner) or {}
    shown = str(value)
    suggestions = did_you_mean(shown, names)
    if key == API_VERSION_KEY:
        message = f"unsupported apiVersion `{shown}`: this planner reads {quoted(names, 'and')}"
        return Problem("unsupported-version", message, path, suggestions=suggestions or tuple(names))
    if key == KIND_KEY:
        message = f"expected kind '{names[0]}', not '{shown}'{meant(suggestions)}"
        return Problem("unknown-kind", message, path, suggestions=suggestions or tuple(names))
    effect = f", {field['x-effect']}" if "x-effect" in field else ""
    message = f"{_named(inner)} must be {quoted(names)}, not `{shown}`{effect}{meant(suggestions)}"
    code = field.get("x-code", "bad-value")
    return Problem(code, message, path, suggestions=suggestions or tuple(names))


def _named(inner: Path) -> str:
    """The faulty place in words: its key, or "an entry of" the key above it."""
    if not inner:
        return "this"
    if isinstance(inner[-1], int):
        key = next((element for element in reversed(inner) if isinstance(element, str)), "")
        return "a step" if key in LIST_KEYS else f"an entry of `{key}`"
    return f"`{inner[-1]}`"


def _is_scalar(value: object) -> bool:
    return isinstance(value, NonJsonValue) or not isinstance(value, (Mapping, list, tuple, type(None)))


def _plain_word(value: object) -> str:
    if isinstance(value, NonJsonValue):
        value = value.value
    return str(value).lower() if isinstance(value, bool) else str(value)


def describe(value: object) -> str:
    """A value in words for a message: "the number 3", "a list", "nothing"."""
    if isinstance(value, NonJsonValue):
        value = value.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the value {_plain_word(value)}"
    if isinstance(value, (int, float)):
        return f"the number {str(value)[:20]}"
    if isinstance(value, str):
        return f"the string `{value[:40]}{'…' if len(value) > 40 else ''}`" if value else "an empty string"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    word = type(value).__name__
    return {"date": "a date", "datetime": "a date", "bytes": "binary data"}.get(word, f"a {word}")


def _definition_of(definition: str, inner: Path) -> str:
    """The definition that the mapping at ``inner`` of a ``definition`` is held against."""
    for element in inner:
        definition = definition_below(definition, element) or definition
    return definition


def _field_at(definition: str, inner: Path) -> dict[str, Any] | None:
    """The schema of the last key on a path."""
    for last, key in reversed(list(enumerate(inner))):
        if isinstance(key, str):
            return properties(_definition_of(definition, inner[:last])).get(key)
    return None
