"""Links in the values and comments of a group: web addresses, where they are certain."""

from __future__ import annotations

import re
from typing import NamedTuple

from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cancellation import while_time_is_left

MAX_LINKS = 5000


class WebLink(NamedTuple):
    """An address and where it stands."""

    span: Span
    target: str


def links(workspace: Workspace, uri: str) -> tuple[WebLink, ...]:
    """The web addresses in a document's groups; one that goes on with a template is not known, so it is no link."""
    document = workspace.documents.get(uri)
    if document is None:
        return ()
    source = document.text.source
    found: list[WebLink] = []
    for group in document.groups:
        for match in while_time_is_left(_ADDRESS.finditer(source, group.part.start, group.part.end)):
            if source.startswith("{", match.end()) or _WORD.match(source[match.start() - 1 : match.start()]):
                continue
            if len(found) >= MAX_LINKS:
                break
            address = _trimmed(match.group())
            if _HOST.match(address):
                found.append(WebLink(Span(match.start(), match.start() + len(address)), address))
    return tuple(found)


_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]\x00-\x20\x7f-\xa0\u2028\u2029]+")
_WORD = re.compile(r"[\w.+-]")
_HOST = re.compile(r"https?://(?:[^/?#@]*@)?[\w.-]*\w(?::\d+)?(?:[/?#]|\Z)")


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays if it was opened inside."""
    while True:
        if address[-1] in ".,;:!?*_~" or (address[-1] == ")" and address.count("(") < address.count(")")):
            address = address[:-1]
        else:
            return address
