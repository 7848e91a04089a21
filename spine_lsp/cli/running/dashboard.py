"""The application behind `runs serve`: groups, plans, graphs and the history as JSON, read-only; docs/serving.md.

It answers only requests for this machine by name, so that no page of a browser reaches it through a name of its own.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from threading import Lock
from time import monotonic
from typing import Any

import click
from anyio import sleep
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.cli.files import Search, SearchedFile
from spine_lsp.cli.groups import read_typed
from spine_lsp.disk.walking import GROUP_ENDINGS
from spine_lsp.execution.history import History
from spine_lsp.execution.pages import MOST_EVENTS, MOST_RUNS, MOST_STEPS, Pages
from spine_lsp.ide.commands.group_graph import graph_of, to_json as graph_json
from spine_lsp.ide.commands.resolved_order import resolved_order, to_json as order_json

HOSTS = ("127.0.0.1", "localhost")
"""The names by which the server is asked; any other is refused."""
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"cross-origin-resource-policy": b"same-origin",
    b"content-security-policy": b"default-src 'none'",
    b"cache-control": b"no-store",
}
_LOOKS_AGAIN = 0.5
"""Seconds between two looks for events of a run that goes on."""
_QUIET = 30
"""Looks without an event after which a client is told that the connection is alive."""
_FRESH = 5.0
"""Seconds for which the groups of the folder are taken as they were."""
MOST_GROUPS = 1_000
MOST_PLANNED = 2_000
"""Steps of a plan or a graph that is given; of a larger group `spine-lsp plan` tells."""


class ServedFolder:
    """The groups in the YAML of a folder, read anew when they are asked for and not fresh."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._lock = Lock()
        self._read_at: float | None = None
        self._workspace = Workspace()

    def workspace(self) -> Workspace:
        """The documents of the folder."""
        with self._lock:
            if self._read_at is None or monotonic() - self._read_at > _FRESH:
                self._workspace = self._read()
                self._read_at = monotonic()
            return self._workspace

    def _read(self) -> Workspace:
        workspace, search = Workspace(), Search((self._top,))
        for path in search.files_below(self._top, GROUP_ENDINGS):
            taken = search.read(SearchedFile(path, named=False, through=self._top))
            if taken is not None:
                document = taken.document
                workspace = workspace.with_document(document.uri, 0, document.text, None)
        return workspace

    def groups(self) -> list[Group]:
        """The groups, by file and place."""
        documents = self.workspace().documents
        return [group for uri in sorted(documents) for group in documents[uri].groups]


def application(history: History, folder: ServedFolder) -> ASGIApp:
    """The ASGI application over a history that is only read, and a folder."""
    api = _Api(history.pages, folder)
    routes: list[tuple[str, Callable[[Request], Any]]] = [
        ("/", lambda _: {"paths": [path for path, _ in routes]}),
        ("/groups", api.groups),
        ("/plan", api.plan),
        ("/graph", api.graph),
        ("/runs", api.runs),
        ("/runs/{run}", api.run),
        ("/runs/{run}/steps", api.steps),
    ]
    events = "/runs/{run}/events"
    app = Starlette(
        routes=[
            *(Route(path, _answering(answer)) for path, answer in routes),
            Route(events, api.events),
        ],
        exception_handlers={HTTPException: _refused, SQLAlchemyError: _no_history},
        middleware=[
            Middleware(_Guarded),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False),
        ],
    )
    routes.append((events, api.events))
    return app


class _Guarded:
    """Headers that keep what is answered from pages of other origins, on each answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS.items()]
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


class _Api:
    def __init__(self, pages: Pages, folder: ServedFolder) -> None:
        self._pages = pages
        self._folder = folder

    def groups(self, _: Request) -> Any:
        found = self._folder.groups()
        groups = [{"name": group.name, "file": group.uri, "steps": len(group.steps)} for group in found]
        return {"groups": groups[:MOST_GROUPS], "more": max(len(groups) - MOST_GROUPS, 0)}

    def plan(self, request: Request) -> Any:
        group = self._group(request)
        given = [pair.partition("=") for pair in request.query_params.getlist("param")]
        try:
            params = {key: read_typed(key, value) for key, _, value in given}
        except click.UsageError as exc:
            raise HTTPException(400, exc.format_message()) from None
        order = resolved_order(self._folder.workspace(), group.uri, group.name or None, params)
        if order is None:
            raise _gone()
        return order_json(order, None)

    def graph(self, request: Request) -> Any:
        group = self._group(request)
        graph = graph_of(self._folder.workspace(), group.uri, group.name or None)
        if graph is None:
            raise _gone()
        return graph_json(graph, lambda span: list(group.text.position(span.start)))

    def runs(self, request: Request) -> Any:
        query = request.query_params
        limit = _number(request, "limit", 20, MOST_RUNS)
        return {"runs": self._pages.runs(limit, query.get("group"), query.get("before"))}

    def run(self, request: Request) -> Any:
        return self._run(request)

    def steps(self, request: Request) -> Any:
        run_id = self._run(request)["id"]
        limit, after = _number(request, "limit", 100, MOST_STEPS), _number(request, "from", 0)
        steps = self._pages.steps(run_id, after, limit)
        return {"steps": steps, "next": steps[-1]["place"] + 1 if len(steps) == limit else None}

    async def events(self, request: Request) -> Response:
        """The events, as a page of JSON, or as they happen for who takes `text/event-stream`."""
        run = await run_in_threadpool(self._run, request)
        after = _number(request, "after", 0)
        if "text/event-stream" in request.headers.get("accept", ""):
            last = request.headers.get("last-event-id", "")
            start = int(last) if last.isdecimal() and len(last) < 10 else after
            return StreamingResponse(self._stream(run["id"], start), media_type="text/event-stream")
        limit = _number(request, "limit", 100, MOST_EVENTS)
        events = await run_in_threadpool(self._pages.events, run["id"], after, limit)
        return JSONResponse({"events": events, "next": events[-1]["number"] if events else None})

    async def _stream(self, run_id: str, after: int) -> AsyncIterator[str]:
        """What has happened, and what happens until the run is over."""
        quiet = 0
        while True:
            run = await run_in_threadpool(self._pages.run, run_id)  # before its events: the last are not missed
            events = await run_in_threadpool(self._pages.events, run_id, after, MOST_EVENTS)
            for event in events:
                after = event["number"]
                yield f"id: {after}\nevent: {event['event']}\ndata: {json.dumps(event)}\n\n"
            if not events:
                if run is None or run["state"] != "running":
                    state = "forgotten" if run is None else run["state"]
                    yield f"event: end\ndata: {json.dumps({'state': state})}\n\n"
                    return
                quiet += 1
                if quiet % _QUIET == 0:
                    yield ": still there\n\n"
                await sleep(_LOOKS_AGAIN)

    def _run(self, request: Request) -> dict[str, Any]:
        run = self._pages.run(request.path_params["run"])
        if run is None:
            raise HTTPException(404, "there is no such run")
        return run

    def _group(self, request: Request) -> Group:
        name, file = request.query_params.get("group"), request.query_params.get("file")
        if name is None:
            raise HTTPException(400, "say which group: `?group=NAME`, and `&file=FILE` where several have the name")
        groups = [group for group in self._folder.groups() if group.name == name and file in (None, group.uri)]
        if not groups:
            raise HTTPException(404, "there is no such group")
        if len(groups) > 1:
            raise HTTPException(409, "several files have a group of this name: say which with `file`")
        if len(groups[0].steps) > MOST_PLANNED:
            raise HTTPException(413, f"the group has more than {MOST_PLANNED:,} steps")
        return groups[0]


def _gone() -> HTTPException:
    return HTTPException(404, "there is no such group any more")


def _number(request: Request, name: str, default: int, most: int = 1_000_000_000) -> int:
    """A number of the query, 0 or more; more than there may be is the most."""
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal()) or len(text) > 10:
        raise HTTPException(400, f"`{name}` must be a number")
    return min(int(text), most)


def _answering(answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
    async def respond(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(answer, request))

    return respond


async def _refused(_: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    return JSONResponse({"error": exc.detail}, exc.status_code, headers=exc.headers)


async def _no_history(_: Request, exc: Exception) -> Response:
    return JSONResponse({"error": "the history cannot be read; is there one?"}, 503)
