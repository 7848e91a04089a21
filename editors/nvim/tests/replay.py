"""Print what a server was told: the text of each open document, as JSON by uri. replay.py SESSION, a folder of wire.py."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wire import frames

from spine_lsp.server.from_lsp import apply_changes, read_changes
from spine_lsp.syntax.text import Text


def whole(path: Path) -> Iterator[dict[str, Any]]:
    """The messages that have come so far; the last may be on its way."""
    try:
        yield from frames(path.read_bytes())
    except ValueError:
        return


def main(session: Path) -> None:
    """Apply everything in order."""
    answers = (message["result"] for message in whole(session / "from-server") if message.get("result"))
    encoding = next(one["capabilities"] for one in answers if "capabilities" in one)["positionEncoding"]
    texts: dict[str, Text] = {}
    for message in whole(session / "to-server"):
        method = message.get("method")
        if not isinstance(method, str) or not method.startswith("textDocument/did"):
            continue
        document = message["params"]["textDocument"]
        if method.endswith("didOpen"):
            texts[document["uri"]] = Text(document["text"])
        elif method.endswith("didClose"):
            del texts[document["uri"]]
        elif method.endswith("didChange"):
            changes = read_changes(message["params"]["contentChanges"])
            texts[document["uri"]] = apply_changes(texts[document["uri"]], changes, encoding)[0]
    json.dump({uri: text.source for uri, text in texts.items()}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
