"""The server as the tests start it: a tiny analysis, and handlers that misbehave on request.

A line with `bad` in it gets a diagnostic; `crash` breaks the diagnosis; `alien` makes the document not ours.
"""

from __future__ import annotations

import argparse

from spine_lsp.server import logs, serve
from spine_lsp.server.diagnoser import Work
from spine_lsp.server.session import Snapshot
from spine_lsp.server.wiring import Analysis, Wiring
from tests.server.texts import texts_only


def diagnose(snapshot: Snapshot, uri: str) -> Work:
    from spine_lsp.server import to_lsp

    text = snapshot.documents[uri].text
    found = []
    starts = [*text.line_starts, len(text.source)]
    for line, start in enumerate(text.line_starts):
        yield None
        body = text.source[start : starts[line + 1]]
        if "crash" in body:
            raise ValueError("asked to")
        if "alien" in body:
            return None
        if "bad" in body:
            at = start + body.index("bad")
            range_ = to_lsp.range_(text, at, at + 3, snapshot.encoding)
            found.append({"range": range_, "severity": 1, "message": f"bad in line {line}"})
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tcp", type=int)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--broken-handlers", action="store_true")
    options = parser.parse_args()
    logs.configure_logging("warning")
    wiring = Wiring(
        lambda: Analysis(texts_only(), diagnose),
        ("no_such_module",) if options.broken_handlers else ("tests.server.probe_handlers",),
        strict=options.strict,
        parent_poll=0.02,
        grace=0.5,
    )
    serve.leave(serve.serve(options.tcp, wiring))


if __name__ == "__main__":
    main()
