"""Which live documents the client shows, so that it is told when one of them would read otherwise."""

from __future__ import annotations

from urllib.parse import unquote

from spine_lsp.ide.commands.live import read_live

_MOST = 200


class LiveMemory:
    """The uris that were asked for and not reported as changed since, by the document that each is made of.

    One that was reported is forgotten until the client asks for it again: a client that shows it no longer is left
    alone, and one that is slower than the typing is told once for all the keys in between.
    """

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}

    def asked(self, uri: str) -> None:
        """The client is about to get the text of `uri`."""
        live = read_live(uri)
        if live is None or not live.uri:
            return
        self._sources.pop(uri, None)
        self._sources[uri] = unquote(live.uri)
        if len(self._sources) > _MOST:
            del self._sources[next(iter(self._sources))]

    def changed(self, source: str | None) -> list[str]:
        """The uris that the client shows of a document that has changed; None means all of them."""
        if not self._sources:
            return []
        plain = None if source is None else unquote(source)
        stale = [uri for uri, of in self._sources.items() if plain is None or of == plain]
        for uri in stale:
            del self._sources[uri]
        return stale
