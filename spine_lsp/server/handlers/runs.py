"""Runs: started, cancelled and looked up by commands; in a workspace that is not trusted nothing is started."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.runs import text_of_step
from spine_lsp.analysis.uris import path_of
from spine_lsp.disk.config_files import system_path
from spine_lsp.disk.reading import MAX_BYTES, UnusableFileError, bytes_of, decoded
from spine_lsp.execution.place import HistoryError, history_place, stamp_of
from spine_lsp.ide import offer
from spine_lsp.ide.commands.run_parameters import run_parameters, to_json
from spine_lsp.ide.run_words import with_took
from spine_lsp.server.framework import InvalidParamsError, RefusedError, SpineServer
from spine_lsp.server.handlers.common import text_of
from spine_lsp.server.rpc import wire
from spine_lsp.server.runs.desk import TOKEN, Asked
from spine_lsp.server.runs.past import OpenGroup
from spine_lsp.server.session import Snapshot
from spine_lsp.syntax.text import Text

if TYPE_CHECKING:  # SQLAlchemy is imported when somebody asks for runs
    from spine_lsp.execution.history import History

Argument = Mapping[str, Any]

UNTRUSTED = "this workspace is not trusted, so nothing of it is run; trust it in the editor if you know its code"
_LISTS = (("from", "--from"), ("to", "--to"), ("only", "--only"), ("imports", "--import"))
_TEXTS = (("resume", "--resume"), ("python", "--python"), ("root", "--root"))
_MOST_RUNS = 1_000


def run(ls: SpineServer, argument: Argument) -> wire.Json:
    """`spine.run`: answers the id of the run, whose events follow."""
    from spine_lsp.execution.runner import new_run_id

    if not ls.runs.trusted:
        raise RefusedError(UNTRUSTED, code=wire.REQUEST_FAILED)
    snap, uri = ls.session.snapshot(), text_of(argument, "uri") or ""
    path = path_of(uri)
    if path is None:
        raise InvalidParamsError("spine.run needs `uri`, a file of this machine")
    file = system_path(path)
    name = text_of(argument, "group")
    group = _saved(snap, uri, file).group_named(name)
    if group is None:
        what = f"group called `{name}`" if name is not None else "pipeline group"
        raise RefusedError(f"{file} holds no {what}", code=wire.REQUEST_FAILED)
    name = group.name
    texts = {known: text_of_step(group, step) for known, step in group.graph.first.items()}
    asked = Asked(
        new_run_id(),
        uri,
        name or "",
        str(Path(file).parent),
        [],
        {"params": _map_of(argument, "params"), "typed": _typed(argument)},
        texts,
        partial=any(argument.get(key) for key in ("from", "to", "only")),
    )
    stays = argument.get("ends_with_server") is not True
    arguments = _arguments(argument, file, name, asked.id, stays=stays)
    try:
        ls.runs.begin(replace(asked, arguments=arguments))
    except OSError as exc:
        raise RefusedError(f"no runner can be started: {exc}", code=wire.REQUEST_FAILED) from None
    return wire.Json(wire.dumps({"run": asked.id, "group": name}))


def cancel_run(ls: SpineServer, argument: Argument) -> wire.Json:
    """`spine.cancelRun`: a run of this server, or one of this machine that the history knows."""
    name = _run_of(argument, "spine.cancelRun")
    cancelled = ls.runs.cancel(name)
    if not cancelled and (history := _history()) is not None:
        cancelled = _read(history, lambda: history.interrupt(history.run(name).id))
    return wire.Json(wire.dumps({"run": name, "cancelled": cancelled}))


def runs(ls: SpineServer, argument: Argument) -> wire.Json:
    """`spine.runs`: those of the history, newest first, of one file and group or of all."""
    uri, limit = text_of(argument, "uri"), argument.get("limit")
    path = path_of(uri) if uri is not None else None
    most = limit if isinstance(limit, int) and not isinstance(limit, bool) and limit > 0 else 20
    history = _history()
    found: list[dict[str, Any]] = []
    if history is not None:
        from spine_lsp.execution.reports import run_json

        file = system_path(path) if path is not None else None
        group, most = text_of(argument, "group"), min(most, _MOST_RUNS)
        found = [_in_words(run_json(each)) for each in _read(history, lambda: history.runs(most, group, file))]
    return wire.Json(wire.dumps({"live": ls.runs.live, "runs": found}, str))


def run_details(ls: SpineServer, argument: Argument) -> wire.Json:
    """`spine.runDetails`: one run with the results, tracebacks and output of its steps."""
    name = _run_of(argument, "spine.runDetails")
    history = _history()
    if history is None:
        raise RefusedError(f"there is no run called `{name}`, and no history of runs", code=wire.REQUEST_FAILED)
    from spine_lsp.execution.reports import run_json

    def whole() -> dict[str, Any]:
        found = history.run(name)
        events = [with_took(each) if "seconds" in each else each for each in history.events(found.id)]
        return {**_in_words(run_json(found, whole=True)), "events": events}

    return wire.Json(wire.dumps(_read(history, whole), str))


def run_params(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.runParameters`: what a run of a group can be given, and must be."""
    snap = ls.session.snapshot()
    found = run_parameters(snap.workspace, text_of(argument, "uri") or "", text_of(argument, "group"))
    trusted = ls.runs.trusted
    return None if found is None else wire.Json(wire.dumps({**to_json(found), "trusted": trusted}, str))


def on_trust(ls: SpineServer, params: Any) -> None:
    """`spine/trust`: the user trusts the workspace from now on."""
    given = ls.protocol.plain(params)
    ls.runs.trust(trusted=isinstance(given, dict) and given.get("trusted") is True)
    ls.refresh_views(hints=False)


def on_cancel_progress(ls: SpineServer, params: lsp.WorkDoneProgressCancelParams) -> None:
    """`window/workDoneProgress/cancel`, of a run."""
    token = params.token
    if isinstance(token, str) and token.startswith(TOKEN):
        ls.runs.cancel(token.removeprefix(TOKEN))


def look_at_past(ls: SpineServer, snap: Snapshot, document: Document) -> None:
    """Have what the history has of the groups of a document read, if there is any and it is new."""
    path = path_of(document.uri)
    if path is not None:
        file = system_path(path)
        ls.past.look([OpenGroup((document.uri, group.name), file) for group in document.groups])


def _saved(snap: Snapshot, uri: str, file: str) -> Document:
    """The file as it is on the disk; refused where the editor shows another text, for what is seen is what runs."""
    try:
        text, _ = decoded(bytes_of(file, MAX_BYTES))
    except (OSError, UnusableFileError, ValueError) as exc:
        reason = "it is not there" if isinstance(exc, FileNotFoundError) else str(exc)
        raise RefusedError(f"{file} cannot be run: {reason}; save it first", code=wire.REQUEST_FAILED) from None
    shown = snap.workspace.documents.get(uri)
    if shown is None:
        return Document.read(uri, None, Text(text))
    if text.splitlines() != shown.text.source.splitlines():
        raise RefusedError(
            f"{file} has changes that are not saved, and a run takes the file as it is on the disk: save it first",
            code=wire.REQUEST_FAILED,
        )
    return shown


def _arguments(argument: Argument, file: str, name: str | None, run_id: str, *, stays: bool) -> list[str]:
    made = ["run", file, "--events=-", f"--hangup={'stay' if stays else 'end'}", f"--run-id={run_id}"]
    if name:
        made.append(f"--group={name}")
    for key, option in _LISTS:
        given = argument.get(key)
        texts = [given] if isinstance(given, str) else given if isinstance(given, list | tuple) else ()
        made += (f"{option}={text}" for text in texts if isinstance(text, str))
    made += (f"{option}={text}" for key, option in _TEXTS if (text := text_of(argument, key)))
    if argument.get("debug") is True:
        made.append("--debug-config")
    if argument.get("changed") in ("rerun", "keep"):
        made.append(f"--changed={argument['changed']}")
    for key, least in (("jobs", 1), ("timeout", 0)):
        number = argument.get(key)
        if isinstance(number, int | float) and not isinstance(number, bool) and least <= number < math.inf:
            made.append(f"--{key}={number:g}")
    return made


def _map_of(argument: Argument, key: str) -> dict[str, Any]:
    given = argument.get(key)
    return dict(given) if isinstance(given, Mapping) else {}


def _typed(argument: Argument) -> dict[str, str]:
    return {key: value for key, value in _map_of(argument, "typed").items() if isinstance(value, str)}


def _in_words(run: Mapping[str, Any]) -> dict[str, Any]:
    """A run with its times and those of its steps in words too."""
    return {**with_took(run), "steps": [with_took(step) for step in run["steps"]]}


def _run_of(argument: Argument, command: str) -> str:
    name = text_of(argument, "run")
    if not name:
        raise InvalidParamsError(f"{command} needs `run`, the id of a run")
    return name


def _history() -> History | None:
    """The history, if there is one."""
    place = history_place()
    if stamp_of(place) is None:
        return None
    from spine_lsp.execution.history import History

    try:
        return History(place)
    except HistoryError as exc:
        raise RefusedError(str(exc), code=wire.REQUEST_FAILED) from None


def _read(history: History, ask: Any) -> Any:
    try:
        return ask()
    except HistoryError as exc:
        raise RefusedError(str(exc), code=wire.REQUEST_FAILED) from None
    finally:
        history.close()


FEATURES = (
    ("spine/trust", on_trust, None),
    (lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL, on_cancel_progress, None),
)
COMMANDS = (
    (offer.RUN, run),
    (offer.CANCEL_RUN, cancel_run),
    (offer.RUNS, runs),
    (offer.RUN_DETAILS, run_details),
    (offer.RUN_PARAMETERS, run_params),
)
