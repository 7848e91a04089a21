"""Uris of files, and the paths of the project that they mean."""

from __future__ import annotations

from urllib.parse import quote, unquote

_SCHEME = "file:///"


def uri_of(path: str) -> str:
    """The uri of a path of the project."""
    return _SCHEME + quote(path, safe="/:@!$&'()*+,;=~", errors="surrogateescape")


def is_python(uri: str) -> bool:
    """Whether a uri is that of a Python file."""
    return uri.endswith(".py")


def path_of(uri: str) -> str | None:
    """The path of the project that a uri means; None for what is no file of this machine."""
    if not uri.startswith(_SCHEME):
        return None
    path = unquote(uri.removeprefix(_SCHEME), errors="surrogateescape")
    return path[:1].lower() + path[1:] if path[1:2] == ":" else path
