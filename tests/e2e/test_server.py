"""What an editor sees of the real server, feature by feature, on the broken example."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from tests.e2e.conftest import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILE = ROOT / "schemas" / "examples" / "broken_refresh.yaml"
URI = FILE.as_uri()
SOURCE = FILE.read_text(encoding="utf-8")


def at(token: str, inside: str = "") -> lsp.Position:
    """The position in the middle of `inside` (or of the token) where `token` first stands."""
    offset = SOURCE.index(token) + (token.index(inside) + 1 if inside else 1)
    before = SOURCE[:offset]
    return lsp.Position(before.count("\n"), offset - before.rfind("\n") - 1)


def text_at(range_: lsp.Range) -> str:
    lines = SOURCE.splitlines()
    assert range_.start.line == range_.end.line
    return lines[range_.start.line][range_.start.character : range_.end.character]


def publication(client: LanguageClient) -> asyncio.Future[Any]:
    """The next diagnostics that are published, awaited from this call on.

    The client's own coroutine waits only from when it first runs, and may miss what comes before.
    """
    next_one: asyncio.Future[Any] = client.protocol.wait_for_notification_async(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return next_one


async def opened(client: LanguageClient, source: str = SOURCE, uri: str = URI) -> list[lsp.Diagnostic]:
    """The diagnostics of the file, opened anew."""
    if uri in client.diagnostics:
        client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
        client.diagnostics.pop(uri)
    item = lsp.TextDocumentItem(uri=uri, language_id="yaml", version=1, text=source)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    if client.pulls:  # type: ignore[attr-defined]  # noted by the fixture
        asked = lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier(uri))
        report = await asyncio.wait_for(client.text_document_diagnostic_async(asked), 30)
        assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
        return list(report.items)
    while not client.diagnostics.get(uri):
        await asyncio.wait_for(publication(client), 30)
    return list(client.diagnostics[uri])


def page_at(uri: str) -> str:
    return Path(url2pathname(urlsplit(uri).path)).read_text("utf-8")


def position(token: str, inside: str = "") -> dict[str, Any]:
    return {"text_document": lsp.TextDocumentIdentifier(URI), "position": at(token, inside)}


async def test_diagnostics_have_code_range_related_places_and_tags(code: LanguageClient) -> None:
    """Each fault on its token; the cycle with an entry for each edge."""
    found = await opened(code)
    assert sorted((str(d.code), text_at(d.range)) for d in found) == [
        ("blocked-step", "report"),
        ("dependency-cycle", "publish"),
        ("duplicate-step", "ingest"),
        ("unknown-dependency", "ingst"),
    ]
    cycle = next(d for d in found if d.code == "dependency-cycle")
    assert cycle.severity == lsp.DiagnosticSeverity.Error
    assert cycle.code_description is not None
    assert page_at(cycle.code_description.href).startswith("# dependency-cycle")
    assert [text_at(place.location.range) for place in cycle.related_information or ()] == [
        "publish",
        "rolling",
        "aggregate",
    ]


async def test_an_edit_mends_what_it_mends(code: LanguageClient) -> None:
    """An incremental change takes the finding away and nothing else."""
    await opened(code)
    start = at("ingst")
    start = lsp.Position(start.line, start.character - 1)
    change = lsp.TextDocumentContentChangePartial(
        range=lsp.Range(start, lsp.Position(start.line, start.character + 5)), text="ingest"
    )
    published = publication(code)
    code.text_document_did_change(
        lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(version=2, uri=URI), [change])
    )
    await asyncio.wait_for(published, 30)
    assert sorted(str(d.code) for d in code.diagnostics[URI]) == [
        "blocked-step",
        "dependency-cycle",
        "duplicate-step",
    ]


@pytest.mark.parametrize("pulled", [False, True], ids=["in the notification", "asked for"])
async def test_a_setting_of_a_running_server_takes_a_finding_away(code: LanguageClient, pulled: bool) -> None:
    """The finding goes when its rule is turned off, and comes back with it; nobody touches the text."""
    await opened(code)

    async def codes_with(level: str) -> set[str]:
        settings = {"spine": {"rules": {"blocked-step": level}}}
        code.set_configuration(settings)
        published = publication(code)
        code.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(None if pulled else settings))
        await asyncio.wait_for(published, 30)
        return {str(d.code) for d in code.diagnostics[URI]}

    assert "blocked-step" not in await codes_with("off")
    assert "blocked-step" in await codes_with("warning")


async def test_completion_offers_steps_and_says_what_would_close_a_cycle(code: LanguageClient) -> None:
    """Neither the step itself nor what is listed; cycle-makers last, with the reason."""
    await opened(code)
    answer = await code.text_document_completion_async(lsp.CompletionParams(**position("[aggregate]", "[")))
    assert isinstance(answer, lsp.CompletionList)
    labels = [item.label for item in sorted(answer.items, key=lambda item: item.sort_text or "")]
    assert "rolling" not in labels
    assert labels.index("ingest") < labels.index("publish")
    publish = next(item for item in answer.items if item.label == "publish")
    assert "cycle" in f"{publish.detail} {publish.label_details}"
    resolved = await code.completion_item_resolve_async(publish)
    assert isinstance(resolved.documentation, lsp.MarkupContent)


async def test_hover_tells_order_and_neighbours(code: LanguageClient) -> None:
    """On an edge: pipeline, order, level, who waits."""
    await opened(code)
    answer = await code.text_document_hover_async(lsp.HoverParams(**position("[ingest, publish]", "ingest")))
    assert answer is not None
    assert isinstance(answer.contents, lsp.MarkupContent)
    assert "finra.otc_transparency.ingest_week" in answer.contents.value
    assert "level 1" in answer.contents.value
    assert answer.range is not None
    assert text_at(answer.range) == "ingest"


async def test_definition_and_references(code: LanguageClient) -> None:
    """From an edge to its step, and from the step to its edges."""
    await opened(code)
    target = await code.text_document_definition_async(lsp.DefinitionParams(**position("[rolling]", "rolling")))
    assert isinstance(target, list | tuple)
    link = target[0]
    assert isinstance(link, lsp.LocationLink | lsp.Location)
    range_ = link.target_selection_range if isinstance(link, lsp.LocationLink) else link.range
    assert (range_.start.line, text_at(range_)) == (at("name: rolling").line, "rolling")
    context = lsp.ReferenceContext(include_declaration=True)
    uses = await code.text_document_references_async(
        lsp.ReferenceParams(context=context, **position("name: rolling", "rolling"))
    )
    assert [text_at(place.range) for place in uses or ()] == ["rolling", "rolling"]


async def test_symbols_outline_the_group(code: LanguageClient) -> None:
    """Hierarchical, the steps below the group."""
    await opened(code)
    answer = await code.text_document_document_symbol_async(lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(URI)))
    assert answer is not None
    group = answer[0]
    assert isinstance(group, lsp.DocumentSymbol)
    assert group.name == "finra.broken_refresh"
    names = [child.name for child in group.children or ()]
    assert [name for name in names if name in ("ingest", "rolling", "report")] == [
        "ingest",
        "rolling",
        "report",
        "ingest",
    ]


async def test_rename_changes_every_use_and_refuses_a_taken_name(code: LanguageClient) -> None:
    """The definition and the edges; a name that another step has is refused with the reason."""
    await opened(code)
    edit = await code.text_document_rename_async(
        lsp.RenameParams(new_name="roll", **position("name: rolling", "rolling"))
    )
    assert edit is not None
    changes = [c for d in edit.document_changes or () if isinstance(d, lsp.TextDocumentEdit) for c in d.edits]
    assert [text_at(change.range) for change in changes] == ["rolling", "rolling"]
    with pytest.raises(Exception, match="report"):
        await code.text_document_rename_async(
            lsp.RenameParams(new_name="report", **position("name: rolling", "rolling"))
        )


async def test_a_quick_fix_is_offered_and_resolved(code: LanguageClient) -> None:
    """Did-you-mean, preferred, with its edit when asked for."""
    await opened(code)
    here = at("ingst")
    actions = await code.text_document_code_action_async(
        lsp.CodeActionParams(
            text_document=lsp.TextDocumentIdentifier(URI),
            range=lsp.Range(here, here),
            context=lsp.CodeActionContext(diagnostics=[]),
        )
    )
    fix = next(a for a in actions or () if isinstance(a, lsp.CodeAction) and a.is_preferred)
    assert fix.kind == lsp.CodeActionKind.QuickFix
    assert fix.diagnostics is not None
    assert fix.diagnostics[0].code == "unknown-dependency"
    if fix.edit is None:
        fix = await code.code_action_resolve_async(fix)
    assert fix.edit is not None
    change = fix.edit.document_changes[0] if fix.edit.document_changes else None
    assert isinstance(change, lsp.TextDocumentEdit)
    edit = change.edits[0]
    assert isinstance(edit, lsp.TextEdit)
    assert (text_at(edit.range), edit.new_text) == ("ingst", "ingest")


async def test_a_lens_offers_the_order_and_opens_it_without_a_view_of_ours(code: LanguageClient) -> None:
    """The lens resolves to a command of the server, which shows a document."""
    await opened(code)
    lenses = await code.text_document_code_lens_async(lsp.CodeLensParams(lsp.TextDocumentIdentifier(URI)))
    resolved = [await code.code_lens_resolve_async(lens) for lens in lenses or ()]
    order = next(
        lens.command for lens in resolved if lens.command and lens.command.command == "spine.openResolvedOrder"
    )
    assert order.title.startswith("Resolved order: 1 step")
    await code.workspace_execute_command_async(lsp.ExecuteCommandParams(order.command, order.arguments))
    assert code.shown_documents[-1].uri.endswith("finra.broken_refresh-order.md")


async def test_inlay_hints_say_what_blocks(code: LanguageClient) -> None:
    """The reason beside each step that cannot run, and nothing beside those that run as they stand."""
    await opened(code)
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(SOURCE.count("\n"), 0))
    hints = await code.text_document_inlay_hint_async(lsp.InlayHintParams(lsp.TextDocumentIdentifier(URI), whole))
    labels = [hint.label for hint in hints or ()]
    assert not [label for label in labels if "#" in str(label)]
    assert "blocked by publish" in labels


async def command(client: LanguageClient, name: str, **argument: object) -> Any:
    params = lsp.ExecuteCommandParams(name, [{"uri": URI, **argument}])
    return await client.workspace_execute_command_async(params)


async def test_the_resolved_order_as_json(code: LanguageClient) -> None:
    """The documented keys; a broken group answers with what can run and what blocks the rest."""
    await opened(code)
    answer = await command(code, "spine.showResolvedOrder", params={"week_ending": "2026-01-02"})
    keys = "group version uri range policy levels steps blocked problems truncated"
    assert sorted(answer) == sorted(keys.split())
    (step,) = answer["steps"]
    assert sorted(step) == sorted(["name", "pipeline", "order", "level", "depends_on", "params", "range"])
    assert step["params"]["week_ending"] == {"value": "2026-01-02", "origin": "run"}
    blocked = {step["name"]: (step["state"], step["because"]) for step in answer["blocked"]}
    assert blocked["report"] == ("blocked", ["publish"])
    assert blocked["normalize"] == ("missing", ["ingst"])
    assert {name for name, (state, _) in blocked.items() if state == "cycle"} == {
        "aggregate",
        "rolling",
        "publish",
    }
    assert {problem["code"] for problem in answer["problems"]} >= {"dependency-cycle", "unknown-dependency"}
    assert await command(code, "spine.showResolvedOrder", group="none") is None


async def test_questions_of_the_graph(code: LanguageClient) -> None:
    """explainPath, simulate, graph, compareGraph, renderGraph and listGroups answer their documented JSON."""
    await opened(code)
    why = await command(code, "spine.explainPath", step="report", on="rolling")
    assert [stop["name"] for stop in why["paths"][0]] == ["report", "publish", "rolling"]
    run = await command(code, "spine.simulate", fails=["ingest"])
    assert (run["steps"][0]["name"], run["steps"][0]["state"]) == ("ingest", "failed")
    graph = await command(code, "spine.graph")
    assert {node["id"]: node["state"] for node in graph["nodes"]}["?ingst"] == "missing"
    assert graph["cycles"] == [["aggregate", "publish", "rolling", "aggregate"]]
    base = SOURCE.replace("    - name: report\n", "    - name: late\n")
    changes = await command(code, "spine.compareGraph", base=base)
    assert {n["id"]: n["change"] for n in changes["nodes"] if n["change"]} == {
        "report": "added",
        "late": "removed",
    }
    for form in ("text", "mermaid", "dot", "html"):
        assert "rolling" in (await command(code, "spine.renderGraph", format=form))["text"]
    groups = await code.workspace_execute_command_async(lsp.ExecuteCommandParams("spine.listGroups", [{}]))
    assert groups is not None
    assert [group["group"] for group in groups["groups"]] == ["finra.broken_refresh"]


async def test_an_edit_of_the_picture(code: LanguageClient) -> None:
    """editGraph answers an edit of the text, or why there is none; one of another version is an error."""
    await opened(code)
    edit = {"kind": "removeEdge", "from": "?ingst", "to": "normalize"}
    made = await command(code, "spine.editGraph", edit=edit)
    assert (made["select"], made["refusal"]) == ("normalize", None)
    assert made["edit"]
    edit = {"kind": "addEdge", "from": "report", "to": "ingest"}
    refused = await command(code, "spine.editGraph", edit={**edit, "to": "report"})
    assert refused["edit"] is None
    assert "waits for itself" in refused["refusal"]
    assert await command(code, "spine.editGraph", edit=edit, group="none") is None
    with pytest.raises(JsonRpcException, match="has changed since"):
        await command(code, "spine.editGraph", edit=edit, version=99)


async def test_the_structure_of_a_text(code: LanguageClient) -> None:
    """Folds, selections, linked names, tokens with a delta, and the edges as a call hierarchy."""
    await opened(code)
    document = lsp.TextDocumentIdentifier(URI)
    folds = await code.text_document_folding_range_async(lsp.FoldingRangeParams(document))
    assert (at("spec:").line, SOURCE.count("\n") - 1) in [(fold.start_line, fold.end_line) for fold in folds or ()]
    chain = await code.text_document_selection_range_async(
        lsp.SelectionRangeParams(document, [at("[rolling]", "rolling")])
    )
    assert chain is not None
    assert text_at(chain[0].range) == "rolling"
    assert chain[0].parent is not None
    assert text_at(chain[0].parent.range) == "[rolling]"
    linked = await code.text_document_linked_editing_range_async(
        lsp.LinkedEditingRangeParams(**position("name: rolling", "rolling"))
    )
    assert linked is not None
    assert [text_at(range_) for range_ in linked.ranges] == ["rolling", "rolling"]
    tokens = await code.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(document))
    assert tokens is not None
    assert tokens.data
    delta = await code.text_document_semantic_tokens_full_delta_async(
        lsp.SemanticTokensDeltaParams(document, str(tokens.result_id))
    )
    assert isinstance(delta, lsp.SemanticTokensDelta)
    assert not delta.edits
    items = await code.text_document_prepare_call_hierarchy_async(
        lsp.CallHierarchyPrepareParams(**position("[rolling]", "rolling"))
    )
    assert items is not None
    waiting = await code.call_hierarchy_incoming_calls_async(lsp.CallHierarchyIncomingCallsParams(items[0]))
    waited = await code.call_hierarchy_outgoing_calls_async(lsp.CallHierarchyOutgoingCallsParams(items[0]))
    assert [(call.from_.name, text_at(call.from_ranges[0])) for call in waiting or ()] == [("publish", "rolling")]
    assert [(call.to.name, text_at(call.from_ranges[0])) for call in waited or ()] == [("aggregate", "aggregate")]


async def test_formatting_moves_spaces_only(code: LanguageClient) -> None:
    """Minimal edits for a crooked file, none for a straight one."""
    uri = "file:///crooked.yaml"
    source = "kind:   PipelineGroup\nname: g\nsteps:\n- name: a   # first\n  pipeline:  p\n  depends_on: [ nowhere ]\n"
    await opened(code, source, uri)
    options = lsp.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await code.text_document_formatting_async(
        lsp.DocumentFormattingParams(lsp.TextDocumentIdentifier(uri), options)
    )
    assert edits
    assert {edit.new_text.strip() for edit in edits} == {""}


async def test_other_yaml_gets_nothing(code: LanguageClient) -> None:
    """A workflow of another system has no diagnostics, no symbols, no lenses."""
    uri = "file:///workflow.yaml"
    item = lsp.TextDocumentItem(uri=uri, language_id="yaml", version=1, text="on: push\njobs:\n  a: {needs: [b]}\n")
    code.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    document = lsp.TextDocumentIdentifier(uri)
    assert not await code.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    assert not await code.text_document_code_lens_async(lsp.CodeLensParams(document))
    assert uri not in code.diagnostics


@pytest.mark.parametrize("editor", ["neovim", "emacs"])
async def test_other_editors(
    editor: str, request: pytest.FixtureRequest, neovim: LanguageClient, emacs: LanguageClient
) -> None:
    """With the abilities of Neovim and Emacs: diagnostics, completion, hover, symbols, actions."""
    client = {"neovim": neovim, "emacs": emacs}[editor]
    assert len(await opened(client)) == 4
    answer = await client.text_document_completion_async(lsp.CompletionParams(**position("[aggregate]", "[")))
    assert answer
    assert await client.text_document_hover_async(lsp.HoverParams(**position("[rolling]", "rolling")))
    assert await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(URI)))
    here = at("ingst")
    context = lsp.CodeActionContext(diagnostics=[])
    params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(URI), lsp.Range(here, here), context)
    assert await client.text_document_code_action_async(params)
