"""A tiny server for the tests of the harness: it says what its script tells it to, and knows no YAML.

What is typed makes a gap, what is taken out closes it; a file that holds `mistaken` opens with a gap. Scripts:
`version` publishes with versions, `content` without, `order` publishes always the same, `lagging` says the
version before once more, `silent` never publishes, `dying` ends at the first change.
"""

from __future__ import annotations

import json
import sys
from typing import Any

Message = dict[str, Any]


class Script:
    """One conversation."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.clean: str | None = None
        self.asked: Message | None = None

    def take(self, message: Message) -> None:
        """Answer one message."""
        method, params = message.get("method"), message.get("params") or {}
        if method == "initialize":
            sync = 1 if self.name == "order" else 2
            offers = {"textDocumentSync": {"openClose": True, "change": sync}, "completionProvider": {}}
            self.answer(message, {"capabilities": offers})
        elif method == "shutdown":
            self.answer(message, None)
        elif method == "exit":
            sys.exit(0)
        elif method == "textDocument/completion":
            self.answer(message, {"isIncomplete": False, "items": [{"label": "nothing"}]})
        elif method == "textDocument/didOpen":
            document = params["textDocument"]
            self.publish(document, gap="mistaken" in document["text"])
        elif method == "textDocument/didChange":
            if self.name == "dying":
                sys.exit(3)
            (change,) = params["contentChanges"]
            self.publish(params["textDocument"], gap=change["text"] != "")
        elif method is None:
            self.answer(self.asked or {}, message)  # what the client answered to us
        elif method == "scripted/ask":
            self.asked = message
            send({"jsonrpc": "2.0", "id": "q", "method": params["method"], "params": params["params"]})
        elif "id" in message:
            error = {"code": -32601, "message": "unknown method"}
            send({"jsonrpc": "2.0", "id": message["id"], "error": error})

    def publish(self, document: Message, *, gap: bool) -> None:
        """Say what the script says of a version."""
        if self.name == "silent":
            return
        if self.name == "lagging":
            self.say({**document, "version": document["version"] - 1}, gap=not gap)
        self.say(document, gap=gap and self.name != "order")

    def say(self, document: Message, *, gap: bool) -> None:
        """Publish one diagnostic for a gap, none for a sound file."""
        here = {"line": 0, "character": 0}
        found = [{"range": {"start": here, "end": here}, "message": "a gap"}] if gap else []
        params = {"uri": document["uri"], "diagnostics": found}
        if self.name not in ("content", "order"):
            params["version"] = document["version"]
        send({"jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": params})

    def answer(self, request: Message, result: Any) -> None:
        """Answer a request."""
        send({"jsonrpc": "2.0", "id": request.get("id"), "result": result})


def send(message: Message) -> None:
    """Write one message, with a header that not all clients expect."""
    body = json.dumps(message).encode()
    head = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
    sys.stdout.buffer.write(head + body)
    sys.stdout.buffer.flush()


def main(name: str) -> None:
    """Talk over standard input and output until the client leaves."""
    script = Script(name)
    stream = sys.stdin.buffer
    while line := stream.readline():
        length = int(line.split(b":")[1])
        stream.readline()
        script.take(json.loads(stream.read(length)))


if __name__ == "__main__":
    main(sys.argv[1])
