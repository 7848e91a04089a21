"""Parameters as JSON that keeps what YAML can say: dates, bytes, sets, keys that are no texts, numbers beyond JSON."""

import base64
import datetime
import json
import math
from typing import Any

_MARK = "!"
"""The key of an object that stands for something else."""


def encode(value: Any) -> Any:
    """A value as JSON has it. TypeError for what is none of YAML's."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {_MARK: "float", "is": repr(value)}
    if isinstance(value, datetime.datetime):
        return {_MARK: "datetime", "is": value.isoformat()}
    if isinstance(value, datetime.date):
        return {_MARK: "date", "is": value.isoformat()}
    if isinstance(value, (bytes, bytearray)):
        return {_MARK: "bytes", "is": base64.b64encode(value).decode("ascii")}
    if isinstance(value, dict):
        if _MARK not in value and all(isinstance(key, str) for key in value):
            return {key: encode(item) for key, item in value.items()}
        return {_MARK: "map", "is": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, (tuple, set, frozenset)):
        kind = "tuple" if isinstance(value, tuple) else "set"
        return {_MARK: kind, "is": [encode(item) for item in value]}
    raise TypeError(f"a parameter cannot be a {type(value).__name__}")


def decode(value: Any) -> Any:
    """The value that `encode` took."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(_MARK)
    if kind is None:
        return {key: decode(item) for key, item in value.items()}
    body = value["is"]
    if kind == "map":
        return {decode(key): decode(item) for key, item in body}
    if kind == "float":
        return float(body)
    if kind == "datetime":
        return datetime.datetime.fromisoformat(body)
    if kind == "date":
        return datetime.date.fromisoformat(body)
    if kind == "bytes":
        return base64.b64decode(body)
    items = [decode(item) for item in body]
    return tuple(items) if kind == "tuple" else set(items)


def line(message: Any) -> bytes:
    """A message as one line."""
    return json.dumps(message).encode("ascii") + b"\n"
