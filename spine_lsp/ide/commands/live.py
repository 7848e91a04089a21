"""Live documents, made and not written: a group's order, graph and effective form, and the pages of rules, by uri.

`spine-order:/LABEL?QUERY` and its like: the query is JSON, `{"uri": ..., "group": ...}`, and the label is for people.
Without JSON the path is that of a file and the query, if there is one, the name of a group in it, which can be
typed: `spine-effective:///home/me/daily.yaml?sales.daily`. A rule is `spine-rule:/unknown-dependency.md`.
"""

from __future__ import annotations

import json
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.most import Most
from spine_lsp.ide.markdown import one_line
from spine_lsp.ide.offer import (
    LIVE_EFFECTIVE as EFFECTIVE,
    LIVE_GRAPH as GRAPH,
    LIVE_ORDER as ORDER,
    LIVE_RULE as RULE,
    LIVE_SCHEMES,
)

ENDINGS = {ORDER: "-order.md", GRAPH: "-graph.txt", EFFECTIVE: "-effective.yaml"}


class Live(NamedTuple):
    """What a uri of ours asks for: the document of that uri and a group of it, or the rule of that code."""

    scheme: str
    uri: str = ""
    group: str | None = None
    rule: str = ""


def live_uri(scheme: str, document: Document, group: Group) -> str:
    """The uri of what `scheme` says of a group; the only one of its file is meant whatever it will be called."""
    about = {"uri": document.uri}
    if len(document.groups) > 1:
        about["group"] = group.name
    label = quote((group.name or "group")[:60].replace("/", "_"), safe="") + ENDINGS[scheme]
    return f"{scheme}:/{label}?{quote(json.dumps(about, separators=(',', ':')), safe='')}"


def read_live(uri: str) -> Live | None:
    """What a uri asks for; None if it is none of ours."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme not in LIVE_SCHEMES:
        return None
    if parts.scheme == RULE:
        return Live(RULE, rule=unquote(parts.path).strip("/").removesuffix(".md"))
    query = unquote(parts.query)
    try:
        about = json.loads(query)
    except (ValueError, RecursionError):
        about = None
    if isinstance(about, dict) and isinstance(about.get("uri"), str):
        group = about.get("group")
        return Live(parts.scheme, about["uri"], group if isinstance(group, str) else None)
    return Live(parts.scheme, f"file://{parts.netloc}{parts.path}", query or None)


def live_text(workspace: Workspace, live: Live) -> str:
    """The text of a live document; where there is nothing to make it of, a sentence that says so."""
    if live.scheme == RULE:
        return _rule(live.rule)
    document = find_document(workspace, live.uri)
    name = one_line(unquote(live.uri).rstrip("/").rpartition("/")[2]) or "this document"
    if document is None:
        return _sentence(live, f"{name} is not open")
    group = document.group_named(live.group)
    if group is None:
        what = "pipeline group" if live.group is None else f"group `{one_line(live.group)}`"
        return _sentence(live, f"{name} holds no {what}")
    if live.scheme == EFFECTIVE:
        from spine_lsp.ide.commands.effective import effective_text

        return effective_text(group, name)
    if live.scheme == ORDER:
        from spine_lsp.ide.commands.order_text import order_text
        from spine_lsp.ide.commands.resolved_order import resolved_order

        order = resolved_order(workspace, document.uri, live.group, most=Most())
        return order_text(order) if order is not None else ""
    from spine_lsp.ide.commands.render import render_graph

    drawn = render_graph(workspace, document.uri, "text", live.group, most=Most())
    return drawn.text if drawn is not None else ""


def find_document(workspace: Workspace, uri: str) -> Document | None:
    """The document of a uri, however it is escaped: clients write `:` and others as they are, or as `%3A`."""
    found = workspace.documents.get(uri)
    if found is None:
        plain = unquote(uri)
        found = next((one for known, one in workspace.documents.items() if unquote(known) == plain), None)
    return found


def _sentence(live: Live, text: str) -> str:
    return f"# {text}\n" if live.scheme == EFFECTIVE else f"{text}\n"


def _rule(code: str) -> str:
    from spine_lsp.analysis.catalogue import BY_CODE
    from spine_lsp.orchestration.problems import did_you_mean, meant

    if code in BY_CODE:
        return BY_CODE[code].page
    head = "# Rules" if not code else f"There is no rule `{one_line(code)}`{meant(did_you_mean(code, BY_CODE))}"
    rules = [f"- [{rule.code}](spine-rule:/{rule.code}.md): {rule.summary}" for rule in BY_CODE.values()]
    return "\n".join([head, "", *rules]) + "\n"
