/**
 * Live documents: texts that the server makes of a group, or of a rule, as read-only documents of the editor.
 *
 * The client library feeds them (`workspace/textDocumentContent`) and reads them again when the server says so; here
 * is how one is named and opened, and that all are read again when another server has taken over.
 */
import * as vscode from 'vscode';
import { TextDocumentContentRequest } from 'vscode-languageclient';
import { groupsOf, toUri } from './groups.ts';
import type { GroupRef } from './protocol.ts';
import type { Server } from './server.ts';

const ENDINGS = { order: '-order.md', graph: '-graph.txt', effective: '-effective.yaml' } as const;
export type LiveKind = keyof typeof ENDINGS;

/** `alone` leaves the group's name out, so that the only group of a file is followed when it is renamed. */
export function liveUri(kind: LiveKind, { uri, group }: GroupRef, alone: boolean): vscode.Uri {
  const label = (group || 'group').replaceAll('/', '_');
  return vscode.Uri.from({
    scheme: `spine-${kind}`,
    path: `/${label}${ENDINGS[kind]}`,
    query: JSON.stringify(alone || group === undefined ? { uri } : { uri, group }),
  });
}

export async function showLive(server: Server, kind: LiveKind, ref: GroupRef): Promise<void> {
  // The server makes it of an open document.
  await vscode.workspace.openTextDocument(toUri(ref.uri));
  const groups = await groupsOf(server, ref.uri);
  const named = { uri: ref.uri, group: ref.group ?? groups[0]?.group ?? '' };
  const document = await vscode.workspace.openTextDocument(liveUri(kind, named, groups.length === 1));
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
    preserveFocus: true,
  });
}

/** Shows the page of a rule: that of a finding at the cursor, or one that is chosen. */
export async function explainRule(codes: readonly string[], argument: unknown): Promise<void> {
  const code = typeof argument === 'string' ? argument : await chooseRule(codes);
  if (code !== undefined) {
    const page = vscode.Uri.from({ scheme: 'spine-rule', path: `/${code}.md` });
    await vscode.commands.executeCommand('markdown.showPreview', page);
  }
}

async function chooseRule(codes: readonly string[]): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const here = editor
    ? vscode.languages
        .getDiagnostics(editor.document.uri)
        .filter(one => one.source === 'spine' && one.range.contains(editor.selection.active))
        .map(codeOf)
    : [];
  if (here.length === 1) {
    return here[0];
  }
  const first = codes.filter(code => here.includes(code));
  const items = [...first, ...codes.filter(code => !first.includes(code))].map(code => ({
    label: code,
    description: first.includes(code) ? 'at the cursor' : '',
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Which rule?' }))?.label;
}

export function codeOf({ code }: vscode.Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : String(code);
}

/** A server that has just started does not know what another one was asked for. */
export function rereadLive(server: Server): vscode.Disposable {
  return server.onReady(async () => {
    const { client } = server;
    await client?.start(); // what it provides is registered a little after it has said that it runs
    const providers = client?.getFeature(TextDocumentContentRequest.method)?.getProviders() ?? [];
    for (const { uri } of vscode.workspace.textDocuments) {
      providers.find(({ scheme }) => scheme === uri.scheme)?.onDidChangeEmitter.fire(uri);
    }
  });
}
