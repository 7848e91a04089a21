"""JSON-RPC messages as bytes: how each kind is encoded, and the error codes the protocol knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

# JSON-RPC 2.0, section 5.1, and LSP 3.17, "ErrorCodes".
PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800
CONTENT_MODIFIED = -32801
REQUEST_FAILED = -32803

_PART = 500  # entries of a list that are encoded at once

MessageId = int | str | None
"""What a message may be called by; `None` only where the id of a broken message is not known."""


class Json(bytes):
    """JSON that is encoded already: as a result or as params it goes to the wire untouched."""

    __slots__ = ()


def dumps(value: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    """Encode `value` compactly.

    Raises ValueError, TypeError or RecursionError for what JSON cannot hold (NaN, sets, cycles).
    ASCII escapes keep lone surrogates legal, whatever a client put into a text. A long list is encoded in
    parts: the encoder keeps all other threads waiting for as long as it works on one.
    """
    encode = json.JSONEncoder(default=default, separators=(",", ":"), allow_nan=False).encode
    if type(value) is dict and any(_is_long(inner) for inner in value.values()):
        fields = [encode(str(key)) + ":" + _encoded(encode, inner) for key, inner in value.items()]
        return ("{" + ",".join(fields) + "}").encode("ascii")
    return _encoded(encode, value).encode("ascii")


dumps_text: Callable[[str], str] = json.encoder.encode_basestring_ascii
"""A text as `dumps` encodes it, but as a text."""


def _is_long(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > _PART


def _encoded(encode: Callable[[Any], str], value: Any) -> str:
    if not _is_long(value):
        return encode(value)
    parts = [encode(value[start : start + _PART])[1:-1] for start in range(0, len(value), _PART)]
    return "[" + ",".join(parts) + "]"


def response(message_id: MessageId, result: bytes) -> bytes:
    """The body that answers a request with an encoded result."""
    return b'{"jsonrpc":"2.0","id":%b,"result":%b}' % (dumps(message_id), result)


def error(message_id: MessageId, code: int, message: str, data: Any = None) -> bytes:
    """The body that refuses a request; `data` is left out when it is None."""
    body: dict[str, Any] = {"code": code, "message": message}
    if data is not None:
        body["data"] = data
    return b'{"jsonrpc":"2.0","id":%b,"error":%b}' % (dumps(message_id), dumps(body))


def request(message_id: MessageId, method: str, params: bytes) -> bytes:
    """The body of a request of ours with encoded params."""
    return b'{"jsonrpc":"2.0","id":%b,"method":%b,"params":%b}' % (dumps(message_id), dumps(method), params)


def notification(method: str, params: bytes) -> bytes:
    """The body of a notification with encoded params."""
    return b'{"jsonrpc":"2.0","method":%b,"params":%b}' % (dumps(method), params)


def frame(body: bytes) -> bytes:
    """A body with its header, ready for the wire."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
