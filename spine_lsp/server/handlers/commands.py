"""Commands: questions of the graph, answered as the JSON that docs/commands.md documents, and documents to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast

from lsprotocol import types as lsp

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.python_view import PythonView
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.uris import is_python, path_of
from spine_lsp.disk.config_files import system_path
from spine_lsp.drawing.model import Direction
from spine_lsp.execution.place import HistoryError, history_place
from spine_lsp.execution.recorded import usual_seconds
from spine_lsp.ide import code_actions, offer
from spine_lsp.ide.commands import (
    explain,
    graph_edits,
    group_graph,
    groups,
    render,
    resolved_order,
    selection,
    simulation,
)
from spine_lsp.ide.commands.answers import ToRange, find_group
from spine_lsp.ide.commands.live import ENDINGS, Live, live_text, live_uri
from spine_lsp.ide.commands.most import ALL, DRAWN, Most
from spine_lsp.ide.pipelines.python_groups import python_view, view_of_text
from spine_lsp.ide.rename import Refusal
from spine_lsp.ide.values import step_span
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.server import to_lsp
from spine_lsp.server.expectations import compare
from spine_lsp.server.framework import InvalidParamsError, RefusedError, SpineServer
from spine_lsp.server.handlers.common import range_maker, range_of, text_of
from spine_lsp.server.handlers.doctor import doctor
from spine_lsp.server.handlers.new_pipelines import create_pipeline
from spine_lsp.server.rpc import wire
from spine_lsp.server.session import Snapshot
from spine_lsp.server.shown import write_shown

Argument = Mapping[str, Any]

_BUILT_IN_PYTHON = "this group is built in Python, and is edited there"


def show_resolved_order(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.showResolvedOrder`."""
    snap, uri, name, view = _asked(ls, argument)
    picked = _picked(snap, uri, name, argument)
    most = Most() if picked is None else ALL  # what was picked is cut out of the whole
    found = resolved_order.resolved_order(snap.workspace, uri, name, _object(argument, "params"), most)
    if found is not None and picked is not None:
        found = found.only({step_span(picked.group, step) for step in picked.steps}, Most())
    return _json(resolved_order.to_json(found, _ranges(snap, uri, view)) if found is not None else None)


def graph(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.graph`."""
    snap, uri, name, view = _asked(ls, argument)
    text = text_of(argument, "text")
    if view is not None and text is not None:
        view = view_of_text(snap.workspace, uri, text)
        text = view.document.text.source if view is not None else ""
    found = group_graph.graph_of(snap.workspace, uri, name, text, DRAWN)
    return _json(group_graph.to_json(found, _ranger_of(snap, found, view)) if found is not None else None)


def compare_graph(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.compareGraph`."""
    snap, uri, name, view = _asked(ls, argument)
    base = text_of(argument, "base") or ""
    if view is not None:
        before = view_of_text(snap.workspace, uri, base)
        base = before.document.text.source if before is not None else ""
    found = group_graph.compare_graphs(snap.workspace, uri, base, name, DRAWN)
    return _json(group_graph.to_json(found, _ranger_of(snap, found, view)) if found is not None else None)


def explain_path(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.explainPath`."""
    snap, uri, name, view = _asked(ls, argument)
    step, on = text_of(argument, "step"), text_of(argument, "on")
    if step is None:
        raise InvalidParamsError("spine.explainPath needs `step`, the name of a step")
    found = explain.explain_path(snap.workspace, uri, step, on, name)
    return _json(explain.to_json(found, _ranges(snap, uri, view)) if found is not None else None)


def simulate(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.simulate`."""
    snap, uri, name, _ = _asked(ls, argument)
    fails = argument.get("fails")
    at_once = argument.get("max_concurrency")
    found = simulation.simulate_group(
        snap.workspace,
        uri,
        name,
        fails=[name for name in fails if isinstance(name, str)] if isinstance(fails, list | tuple) else (),
        branches=_object(argument, "branches"),
        durations=_object(argument, "durations"),
        execution=text_of(argument, "execution"),
        max_concurrency=at_once if isinstance(at_once, int) and not isinstance(at_once, bool) else None,
        on_failure=text_of(argument, "on_failure"),
        recorded=_recorded(snap, uri, name) if argument.get("recorded") is True else None,
    )
    picked = _picked(snap, uri, name, argument)
    shown = None if picked is None else {picked.group.names[step] for step in picked.steps}
    return _json(simulation.to_json(found, shown) if found is not None else None)


def render_graph(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.renderGraph`."""
    snap, uri, name, view = _asked(ls, argument)
    width = argument.get("width")
    hops = argument.get("hops")
    direction: Direction = "right" if argument.get("direction") == "right" else "down"
    picked = _picked(snap, uri, name, argument)
    try:
        found = render.render_graph(
            snap.workspace,
            uri,
            cast('Literal["text"]', text_of(argument, "format") or "text"),
            name,
            ascii_only=argument.get("ascii") is True,
            color=argument.get("color") is True,
            direction=direction,
            width=width if isinstance(width, int) else None,
            around=text_of(argument, "around"),
            hops=hops if isinstance(hops, int) and hops >= 0 else 2,
            steps=None if picked is None else picked.steps,
            ways=argument.get("ways") is True,
            most=DRAWN,
        )
    except ValueError as exc:
        raise InvalidParamsError(str(exc)) from None
    return _json(render.to_json(found, _ranges(snap, uri, view)) if found is not None else None)


def list_groups(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.listGroups`."""
    snap = ls.session.snapshot()

    def to_range(document: Document | None, where: Span | SourcePlace) -> object:
        return range_of(snap, document, where)

    return _json(groups.to_json(groups.list_groups(snap.workspace, text_of(argument, "uri")), to_range))


def edit_graph(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.editGraph`: the edit is answered, not made; a text that has changed since is refused."""
    snap, uri, name, view = _asked(ls, argument)
    document, version = snap.workspace.documents.get(uri), argument.get("version")
    if document is not None and version is not None and version != document.version:
        raise InvalidParamsError("this edit belongs to a text that has changed since")
    if view is not None:
        return _json({"edit": None, "select": None, "refusal": _BUILT_IN_PYTHON})
    try:
        found = graph_edits.edit_graph(snap.workspace, uri, _object(argument, "edit") or {}, name)
    except ValueError as exc:
        raise InvalidParamsError(str(exc)) from None
    if found is None:
        return None
    if isinstance(found, Refusal):
        return _json({"edit": None, "select": None, "refusal": found.reason})
    edit = to_lsp.workspace_edit(snap.workspace, {found.uri: found.edits}, snap.client)
    return _json({"edit": edit, "select": found.select, "refusal": None})


def select(ls: SpineServer, argument: Argument) -> wire.Json | None:
    """`spine.select`: a selector that is none is answered too, with the place of its fault."""
    snap, uri, name, view = _asked(ls, argument)
    selector = text_of(argument, "selector")
    if selector is None:
        raise InvalidParamsError("spine.select needs `selector`, such as `ingest+`")
    complete = argument.get("complete") is True
    found = selection.select_steps(snap.workspace, uri, selector, name, bases=_bases(argument), complete=complete)
    return _json(selection.to_json(found, _ranges(snap, uri, view)) if found is not None else None)


def open_resolved_order(ls: SpineServer, argument: Argument) -> None:
    """`spine.openResolvedOrder`: the order as a document that the client shows, where it has no view of ours."""
    _open(ls, argument, offer.LIVE_ORDER)


def open_graph(ls: SpineServer, argument: Argument) -> None:
    """`spine.openGraph`: the graph drawn as text, as a document that the client shows."""
    _open(ls, argument, offer.LIVE_GRAPH)


def open_effective(ls: SpineServer, argument: Argument) -> None:
    """`spine.openEffective`: the group as it runs, as a document that the client shows."""
    _open(ls, argument, offer.LIVE_EFFECTIVE)


def open_expectations(ls: SpineServer, argument: Argument) -> None:
    """`spine.openExpectations`: the plan beside the file of its expectations, compared now, as a document."""
    snap, uri, name, _ = _asked(ls, argument)
    group = find_group(snap.workspace, uri, name)
    if group is None or (found := compare(snap.workspace, group)) is None:
        return
    if not snap.client.show_document:
        ls.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Info, message=found.text))
        return
    shown = write_shown(uri, group.name, "-expectations.md", found.text).as_uri()
    ls.window_show_document(lsp.ShowDocumentParams(uri=shown, take_focus=True), callback=lambda _: None)


def apply_action(ls: SpineServer, argument: Argument) -> None:
    """`spine.applyAction`: a code action, for a client that knows commands only."""
    snap = ls.session.snapshot()
    if not snap.client.apply_edit:
        raise RefusedError("this editor applies no edits of a server", code=wire.REQUEST_FAILED)
    edits = code_actions.resolve(snap.workspace, argument)
    if edits is None:
        raise InvalidParamsError("this action belongs to a text that has changed since")
    if not edits:
        raise InvalidParamsError(code_actions.HARMFUL)
    edit = ls.protocol.typed(to_lsp.workspace_edit(snap.workspace, edits, snap.client), lsp.WorkspaceEdit)
    ls.workspace_apply_edit(lsp.ApplyWorkspaceEditParams(edit=edit), callback=lambda _: None)


def _asked(ls: SpineServer, argument: Argument) -> tuple[Snapshot, str, str | None, PythonView | None]:
    """The snapshot, the uri and the name of the group that a command is about; an unknown uri holds no group.

    Of a Python file also its groups as YAML, which it is in the snapshot.

    Raises RefusedError for a text that is not analysed, with the reason.
    """
    snap, uri = ls.session.snapshot(), text_of(argument, "uri") or ""
    document = snap.workspace.documents.get(uri)
    if document is not None and document.too_large is not None:
        raise RefusedError(document.too_large.message, code=wire.REQUEST_FAILED)
    view = python_view(snap.workspace, uri) if is_python(uri) else None
    if view is not None:
        snap = snap._replace(workspace=view.within(snap.workspace))
    return snap, uri, text_of(argument, "group"), view


class _Picked(NamedTuple):
    """The steps of a group that the field `selector` of a question picks, in the order of the file."""

    group: Group
    steps: list[int]


def _picked(snap: Snapshot, uri: str, name: str | None, argument: Argument) -> _Picked | None:
    """What `selector` and `bases` pick; None without one, or without a group. Refused in a sentence with its place."""
    selector, group = text_of(argument, "selector"), find_group(snap.workspace, uri, name)
    if selector is None or group is None:
        return None
    try:
        return _Picked(group, selection.picked_steps(snap.workspace, group, selector, _bases(argument)))
    except ValueError as exc:
        raise InvalidParamsError(str(exc)) from None


def _bases(argument: Argument) -> dict[str, str]:
    """The texts of the document in the revisions that `changed:` may name."""
    given = _object(argument, "bases") or {}
    return {revision: text for revision, text in given.items() if isinstance(text, str)}


def _recorded(snap: Snapshot, uri: str, name: str | None) -> dict[str, float]:
    """The median seconds of the steps of a group in the history."""
    group, path = find_group(snap.workspace, uri, name), path_of(uri)
    if group is None or path is None:
        return {}
    try:
        return usual_seconds(history_place(), system_path(path), group.name or "")
    except HistoryError as exc:
        raise RefusedError(str(exc), code=wire.REQUEST_FAILED) from None


def _object(argument: Argument, key: str) -> Mapping[str, Any] | None:
    value = argument.get(key)
    return value if isinstance(value, Mapping) else None


def _ranges(snap: Snapshot, uri: str, view: PythonView | None) -> ToRange:
    """Makes ranges of spans of a document."""
    if view is None:
        return range_maker(snap, uri)
    return lambda span: to_lsp.place_range(view.place(span), snap.encoding)


def _ranger_of(snap: Snapshot, found: group_graph.GroupGraph, view: PythonView | None) -> ToRange:
    if view is not None:
        return _ranges(snap, found.uri, view)
    return lambda span: to_lsp.range_(found.text, span.start, span.end, snap.encoding)


def _json(answer: dict[str, object] | None) -> wire.Json | None:
    """Values of YAML are JSON already; what is not (a number beyond all, say) goes as text."""
    return None if answer is None else wire.Json(wire.dumps(answer, str))


def _open(ls: SpineServer, argument: Argument, scheme: str) -> None:
    """Show what is made of a group: as a live document, as a file, or as a message, whatever the client has."""
    snap, uri, name, _ = _asked(ls, argument)
    workspace, client = snap.workspace, snap.client
    group = find_group(workspace, uri, name)
    if group is None:
        return
    if client.show_document and client.live_documents:
        shown = live_uri(scheme, workspace.documents[uri], group)
    else:
        text = live_text(workspace, Live(scheme, uri, name))
        if not client.show_document:
            ls.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Info, message=text))
            return
        shown = write_shown(uri, group.name, ENDINGS[scheme], text).as_uri()
    ls.window_show_document(lsp.ShowDocumentParams(uri=shown, take_focus=True), callback=lambda _: None)


COMMANDS = (
    (offer.SHOW_RESOLVED_ORDER, show_resolved_order),
    (offer.GRAPH, graph),
    (offer.COMPARE_GRAPH, compare_graph),
    (offer.EXPLAIN_PATH, explain_path),
    (offer.SIMULATE, simulate),
    (offer.RENDER_GRAPH, render_graph),
    (offer.LIST_GROUPS, list_groups),
    (offer.EDIT_GRAPH, edit_graph),
    (offer.SELECT, select),
    (offer.DOCTOR, doctor),
    (offer.OPEN_RESOLVED_ORDER, open_resolved_order),
    (offer.OPEN_GRAPH, open_graph),
    (offer.OPEN_EFFECTIVE, open_effective),
    (offer.OPEN_EXPECTATIONS, open_expectations),
    (offer.APPLY_ACTION, apply_action),
    (offer.CREATE_PIPELINE, create_pipeline),
)
