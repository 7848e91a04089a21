"""Sessions as data: made at random, played against two servers, and shrunk when something does not hold.

A session is a list of plain events, so that one that failed can be kept as a file and played again.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from spine_lsp.ide.offer import ACTION_KINDS
from tests.server import test_documents as reference
from tests.server.test_documents import units
from tests.server.test_start import EVERYTHING
from tests.soak import texts
from tests.soak.inside import Inside

Event = dict[str, Any]
Message = dict[str, Any]

CORPUS = Path(__file__).parents[1] / "corpus"
ENCODINGS = ("utf-8", "utf-16", "utf-32")
URIS = ("file:///a.yaml", "file:///b.yaml", "untitled:c")
AT_A_PLACE = (
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/linkedEditingRange",
    "textDocument/prepareCallHierarchy",
    "textDocument/prepareRename",
    "textDocument/references",
    "textDocument/selectionRange",
    "textDocument/codeAction",
    "textDocument/rename",
)
OF_A_DOCUMENT = (
    "textDocument/codeLens",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/inlayHint",
    "textDocument/rangeFormatting",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
    "workspace/symbol",
)
COMMANDS = (
    "spine.showResolvedOrder",
    "spine.graph",
    "spine.compareGraph",
    "spine.explainPath",
    "spine.simulate",
    "spine.renderGraph",
    "spine.listGroups",
)
PIECES = (
    *"abcs01 -:[]{}\"'#&*|>?!%@`,\n\t",
    "😀",
    "é",
    "\r\n",
    "  - name: new\n    pipeline: p\n",
    "    depends_on: [a, s1, nobody]\n",
    "    params: {a: '{{ params.b }} {{', b: *x}\n",
    "    params: &x {k: 1}\n",
    "    <<: *x\n",
    "policy: {execution: parallel, max_concurrency: 2}\n",
    "defaults:\n  b: 1\n",
    "steps:\n",
    "---\n",
    "# spine-ignore: unknown-dependency\n",
    "<<<<<<< ours\n",
    "=======\n",
    ">>>>>>> theirs\n",
    "version: 0x" + "f" * 40 + "\n",
    "\u2028",
    "\x00",
    "name",
    "kind: PipelineGroup\n",
)


@lru_cache(maxsize=64)
def reference_lines(text: str) -> list[tuple[int, int]]:
    """The start and the end of each line."""
    return reference.reference_lines(text)


def reference_offset(text: str, place: Message, encoding: str) -> int:
    """The offset of a position."""
    lines = reference_lines(text)
    if place["line"] >= len(lines):
        return len(text)
    at, end = lines[place["line"]]
    covered = 0
    while at < end and covered + (width := units(text[at], encoding)) <= place["character"]:
        covered += width
        at += 1
    return at


def reference_change(text: str, change: Message, encoding: str) -> str:
    """The text after one change."""
    if "range" not in change:
        return str(change["text"])
    start, end = sorted(reference_offset(text, change["range"][side], encoding) for side in ("start", "end"))
    return text[:start] + str(change["text"]) + text[end:]


class Failure(AssertionError):
    """Something that must always hold did not; the message says what, and at which event."""


# -- made


@lru_cache(maxsize=1)
def seeds() -> tuple[str, ...]:
    """Texts to begin with: groups as users have them, and a small one of each hard kind."""
    files = sorted(CORPUS.glob("*.yaml")) + sorted((CORPUS.parents[1] / "schemas" / "examples").rglob("*.yaml"))
    real = [file.read_text(encoding="utf-8") for file in files]
    return (*real, *(make(6) for make, _ in texts.KINDS.values()), "", "jobs:\n  a: 1\n")


def make_session(seed: int, length: int = 40) -> list[Event]:
    """A random session: the same for the same seed."""
    chance = random.Random(seed)
    shown: dict[str, str] = {}
    encoding = chance.choice(ENCODINGS)
    events: list[Event] = [{"do": "start", "encoding": encoding}]
    while len(events) < length:
        uri = chance.choice(URIS)
        if uri not in shown:
            shown[uri] = chance.choice(seeds())
            events.append({"do": "open", "uri": uri, "text": shown[uri]})
            continue
        dice = chance.random()
        if dice < 0.55:
            changes = []
            for _ in range(chance.choice((1, 1, 1, 2, 5))):
                change = _change(chance, shown[uri], encoding)
                shown[uri] = reference_change(shown[uri], change, encoding)
                changes.append(change)
            events.append({"do": "change", "uri": uri, "changes": changes})
        elif dice < 0.75:
            events.append(_request(chance, uri, shown[uri]))
        elif dice < 0.85:
            at = _place(chance, shown[uri], encoding)
            events.append({"do": "act", "uri": uri, "at": at, "choice": chance.randrange(20)})
            # What the action makes of the text is not known here: the text is put back.
            events.append({"do": "sync", "uri": uri, "text": shown[uri]})
        elif dice < 0.9:
            events.append({"do": "settings", "value": _settings(chance)})
        elif dice < 0.95:
            events.append({"do": "compare"})
        else:
            del shown[uri]
            events.append({"do": "close", "uri": uri})
    events.append({"do": "compare"})
    return events


def _place(chance: random.Random, text: str, encoding: str) -> Message:
    lines = reference_lines(text)
    line = chance.randrange(len(lines))
    start, end = lines[line]
    upto = chance.randint(start, end)
    return {"line": line, "character": sum(units(char, encoding) for char in text[start:upto])}


def _change(chance: random.Random, text: str, encoding: str) -> Message:
    dice = chance.random()
    if dice < 0.03:
        return {"text": chance.choice(seeds())}
    start = _place(chance, text, encoding)
    end = start
    if dice < 0.3:  # something goes, on a line or over some
        end = _place(chance, text, encoding)
        if (end["line"], end["character"]) < (start["line"], start["character"]):
            start, end = end, start
        if end["line"] - start["line"] > 3:
            end = {"line": start["line"] + 1, "character": 0}
    new = "" if dice < 0.2 else "".join(chance.choices(PIECES, k=chance.choice((1, 1, 2))))
    if dice > 0.9:  # a whole line twice, or in another place
        begin, stop = reference_lines(text)[start["line"]]
        new, start = text[begin:stop] + "\n", {"line": start["line"], "character": 0}
        end = start
    return {"range": {"start": start, "end": end}, "text": new}


def _settings(chance: random.Random) -> Message:
    level = chance.choice(("off", "error", "hint", "warning"))
    return {
        "rules": {chance.choice(("unknown-key", "blocked-step", "redundant-dependency", "yaml-syntax")): level},
        "inlayHints": {"order": chance.choice(["all", "moved", "off"])},
        "codeLens": {"dependents": chance.random() < 0.5},
        "completion": {"limit": chance.choice((1, 5, 200))},
    }


def _request(chance: random.Random, uri: str, text: str) -> Event:
    if chance.random() < 0.3:
        return {
            "do": "ask",
            "uri": uri,
            "method": "workspace/executeCommand",
            "command": chance.choice(COMMANDS),
        }
    method = chance.choice(AT_A_PLACE + OF_A_DOCUMENT)
    return {"do": "ask", "uri": uri, "method": method, "at": _place(chance, text, "utf-16")}


# -- played


def play(events: Sequence[Event]) -> None:
    """Play a session; raises Failure at the first thing that does not hold.

    Whatever the session, a server that has lived through it answers as one that has just seen the texts, every
    range lies in its text, every edit applies, no action makes a new error, and no handler fails.
    """
    errors = _Errors()
    logger = logging.getLogger("spine_lsp")
    logger.addHandler(errors)
    try:
        Player().play(events)
    finally:
        logger.removeHandler(errors)
    if errors.lines:
        raise Failure(f"the log has an error: {errors.lines[0]}")


class _Errors(logging.Handler):
    """Notes what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class Player:
    """The server that lives through the session, and what its documents hold by our own reckoning."""

    def __init__(self) -> None:
        self.encoding = "utf-16"
        self.server: Inside | None = None
        self.fresh: Inside | None = None
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.settings: Message = {}
        self.places: dict[str, Message] = {}

    def play(self, events: Sequence[Event]) -> None:
        """Play the events in order; one about a document that is not open is passed over."""
        for number, event in enumerate(events):
            self._guarded(number, event)

    def _guarded(self, number: int, event: Event) -> None:
        try:
            self._event(event)
        except Failure as failure:
            raise Failure(f"event {number} ({event['do']}): {failure}") from failure
        except Exception as exc:
            raise Failure(f"event {number} ({event['do']}): {type(exc).__name__}: {exc}") from exc

    def _event(self, event: Event) -> None:  # noqa: C901 - a branch a kind of event
        kind, uri = event["do"], event.get("uri", "")
        if kind == "start":
            self.encoding = event["encoding"]
            return
        if self.server is None:
            self.server, self.fresh = self._start(), self._start()
        if kind == "settings":
            self.settings = event["value"]
            for server in (self.server, self.fresh):
                assert server is not None
                server.notify("workspace/didChangeConfiguration", {"settings": {"spine": event["value"]}})
        elif kind == "compare":
            self._compare()
        elif kind == "open":
            if uri not in self.texts:
                self.texts[uri], self.versions[uri] = event["text"], 1
                self.server.open(uri, event["text"])
        elif uri not in self.texts:
            return
        elif kind == "change":
            self._change(uri, event["changes"])
        elif kind == "sync":
            if self.texts[uri] != event["text"]:
                self._change(uri, [{"text": event["text"]}])
        elif kind == "close":
            del self.texts[uri]
            self.server.close(uri)
            if self.server.shown.get(uri, {}).get("diagnostics"):
                raise Failure(f"{uri} is closed and still has diagnostics")
        elif kind == "ask":
            self.places[uri] = event.get("at", {"line": 0, "character": 0})
            self._ask(self.server, uri, event)
        elif kind == "act":
            self._act(uri, event["at"], event["choice"])

    def _start(self) -> Inside:
        workspace = {**EVERYTHING["workspace"], "configuration": False}
        general = {"positionEncodings": [self.encoding]}
        return Inside({**EVERYTHING, "general": general, "workspace": workspace})

    def _change(self, uri: str, changes: list[Message]) -> None:
        assert self.server is not None
        for change in changes:
            self.texts[uri] = reference_change(self.texts[uri], change, self.encoding)
        self.versions[uri] += 1
        self.server.change(uri, self.versions[uri], *changes)
        document = self.server.session.snapshot().documents[uri]
        if document.text.source != self.texts[uri]:
            raise Failure(f"the text of {uri} is not what the edits make of it")

    def _ask(self, server: Inside, uri: str, event: Event) -> Any:
        answer = server.call(event["method"], self._params(uri, event))
        if isinstance(answer, dict) and "error" in answer:
            if answer["error"]["code"] != -32602:  # a refusal with a reason
                raise Failure(f"{event['method']} failed: {answer['error']}")
            return answer
        for owner, span in _ranges(answer, uri):
            self._check_range(event["method"], owner, span)
        for owner, edits in _edits(answer, event["method"], uri):
            apply(self.texts[owner], edits, self.encoding)
        return answer

    def _params(self, uri: str, event: Event) -> Message:
        at = event.get("at", {"line": 0, "character": 0})
        if event["method"] == "workspace/executeCommand":
            text = self.texts[uri]
            names = [line.split("name:")[1].strip() for line in text.splitlines() if "name:" in line] or ["x"]
            asked = {"step": names[-1], "on": names[0], "base": text[: len(text) // 2]}
            return {"command": event["command"], "arguments": [{"uri": uri, **asked}]}
        end = {"line": at["line"] + 1, "character": 0}
        return {
            "textDocument": {"uri": uri},
            "position": at,
            "positions": [at],
            "range": {"start": at, "end": end},
            "context": {"includeDeclaration": True, "diagnostics": [], "triggerKind": 1},
            "options": {"tabSize": 2, "insertSpaces": True},
            "newName": "renamed",
            "query": "s",
        }

    def _check_range(self, what: str, uri: str, span: Message) -> None:
        if uri not in self.texts:
            raise Failure(f"{what} answers a place in {uri}, which is not open")
        text = self.texts[uri]
        lines = reference_lines(text)
        before = (-1, -1)
        for end in (span["start"], span["end"]):
            line, column = end["line"], end["character"]
            if (line, column) < before or not 0 <= line < len(lines):
                raise Failure(f"{what}: {span} is no range of {uri}")
            start, stop = lines[line]
            if column < 0 or column > sum(units(char, self.encoding) for char in text[start:stop]):
                raise Failure(f"{what}: {span} runs over its line in {uri}")
            before = (line, column)

    def _errors(self, uri: str) -> list[str]:
        assert self.server is not None
        self.server.rest()
        shown = self.server.shown.get(uri, {"diagnostics": []})["diagnostics"]
        return [found["code"] for found in shown if found["severity"] == 1]

    def _act(self, uri: str, at: Message, choice: int) -> None:
        """Take one of the actions that are offered at a place."""
        assert self.server is not None
        before = self._errors(uri)
        event = {"method": "textDocument/codeAction", "at": at}
        actions = self._ask(self.server, uri, event)
        if not isinstance(actions, list) or not actions:
            return
        action = actions[choice % len(actions)]
        if not str(action.get("kind", "")).startswith(ACTION_KINDS):
            raise Failure(f"an action of kind {action.get('kind')!r}")
        resolved = self.server.call("codeAction/resolve", action)
        if "edit" not in resolved:
            raise Failure(f"{action['title']!r} was offered and has no edit")
        for owner, edits in _edits(resolved, "codeAction/resolve", uri):
            if not edits:
                raise Failure(f"{action['title']!r} changes nothing")
            new = apply(self.texts[owner], edits, self.encoding)
            self._change(owner, [{"text": new}])
        after = self._errors(uri)
        # A text that does not parse hides what else is wrong with it.
        if "yaml-syntax" not in before and len(after) > len(before):
            raise Failure(f"{action['title']!r} makes new errors: {before} became {after}")

    def _compare(self) -> None:
        """The server against one that has just been shown the same texts."""
        assert self.server is not None
        assert self.fresh is not None
        for uri, text in self.texts.items():
            self.fresh.open(uri, text, self.versions[uri])
        for server in (self.server, self.fresh):
            server.rest()
        for uri in self.texts:
            old, new = (one.shown.get(uri, {}).get("diagnostics", []) for one in (self.server, self.fresh))
            if old != new:
                raise Failure(f"diagnostics of {uri} are {_difference(old, new)}")
            for found in old:
                self._check_range("a diagnostic", uri, found["range"])
            for method in (*AT_A_PLACE, *OF_A_DOCUMENT):
                event = {"method": method, "at": self.places.get(uri, {"line": 0, "character": 0})}
                old, new = (_plain(self._ask(one, uri, event)) for one in (self.server, self.fresh))
                if old != new:
                    raise Failure(f"{method} in {uri}: {_difference(old, new)}")
            for command in COMMANDS:
                event = {"method": "workspace/executeCommand", "command": command}
                old, new = (_plain(self._ask(one, uri, event)) for one in (self.server, self.fresh))
                if old != new:
                    raise Failure(f"{command} in {uri}: {_difference(old, new)}")
        for uri in self.texts:
            self.fresh.close(uri)


def apply(text: str, edits: list[Message], encoding: str) -> str:
    """The text with edits that all refer to it; raises Failure when they overlap."""
    spans = sorted(
        (
            reference_offset(text, edit["range"]["start"], encoding),
            reference_offset(text, edit["range"]["end"], encoding),
            number,
            edit["newText"],
        )
        for number, edit in enumerate(edits)
    )
    out, at = [], 0
    for start, end, _, new in spans:
        if start < at or end < start:
            raise Failure(f"edits overlap: {edits}")
        out += [text[at:start], new]
        at = end
    return "".join([*out, text[at:]])


def _plain(answer: Any) -> Any:
    """An answer without what may differ between two servers: the names of token results."""
    if isinstance(answer, dict) and "resultId" in answer:
        return {key: value for key, value in answer.items() if key != "resultId"}
    return answer


def _difference(old: Any, new: Any) -> str:
    one, other = json.dumps(old, ensure_ascii=False), json.dumps(new, ensure_ascii=False)
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(at - 80, 0) : at + 80]!r} and of a fresh server {other[max(at - 80, 0) : at + 80]!r}"


def _ranges(answer: Any, uri: str) -> Iterator[tuple[str, Message]]:
    """Every range in an answer, with the document that it lies in."""
    if isinstance(answer, list):
        for one in answer:
            yield from _ranges(one, uri)
    elif isinstance(answer, dict):
        if set(answer) == {"start", "end"} and isinstance(answer["start"], dict) and "line" in answer["start"]:
            yield uri, answer
            return
        inner = answer.get("uri", answer.get("targetUri", uri))
        for key, value in answer.items():
            # The other text of a comparison, and data that only we read.
            if key not in ("data", "originSelectionRange"):
                yield from _ranges(value, inner if isinstance(inner, str) else uri)


def _edits(answer: Any, method: str, uri: str) -> Iterator[tuple[str, list[Message]]]:
    """The edits of an answer, by document."""
    if isinstance(answer, list) and method.lower().endswith("formatting"):
        yield uri, answer
    edit = answer.get("edit", answer) if isinstance(answer, dict) else {}
    if isinstance(edit, dict):
        yield from (edit.get("changes") or {}).items()
        for one in edit.get("documentChanges") or ():
            yield one["textDocument"]["uri"], one["edits"]


# -- shrunk


def shrink(events: Sequence[Event], fails: Callable[[Sequence[Event]], bool]) -> list[Event]:
    """The session without the events that its failure does not need (delta debugging, A. Zeller 1999)."""
    kept = list(events)
    size = len(kept) // 2
    while size:
        start = 0
        while start < len(kept):
            shorter = kept[:start] + kept[start + size :]
            if fails(shorter):
                kept = shorter
            else:
                start += size
        size //= 2
    return kept


def failure_of(events: Sequence[Event]) -> str | None:
    """What does not hold in a session, in words; None if all does."""
    try:
        play(events)
    except Failure as failure:
        return str(failure)
    return None


def save(events: Sequence[Event], reason: str, name: str) -> Path:
    """Keep a session that failed beside the others, where `make test` plays it."""
    folder = CORPUS / "sessions"
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"reason": reason, "events": list(events)}, indent=1) + "\n", encoding="utf-8")
    return file
