/** Finds the group that a command means: from its argument, the lens, the tree, or the active editor. */
import * as vscode from 'vscode';
import { holds } from './graphModel.ts';
import type { GroupEntry, GroupRef, Range } from './protocol.ts';
import type { Server } from './server.ts';

export function toRange(range: Range): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

export function toUri(uri: string): vscode.Uri {
  return vscode.Uri.parse(uri, true);
}

/** The string that the server knows a document by. */
export function toServerUri(server: Server, uri: vscode.Uri): string {
  return server.client?.code2ProtocolConverter.asUri(uri) ?? uri.toString();
}

export function sameDocument(a: vscode.Uri, b: vscode.Uri): boolean {
  return a.toString() === b.toString();
}

export async function groupsOf(server: Server, uri: string): Promise<GroupEntry[]> {
  return (await server.ask('spine.listGroups', { uri: toServerUri(server, toUri(uri)) }))?.groups ?? [];
}

function isGroupRef(value: unknown): value is GroupRef {
  return typeof value === 'object' && value !== null && 'uri' in value && typeof value.uri === 'string';
}

/**
 * The group that a command means, or nothing after having said why there is none.
 *
 * The argument may be what a lens passes, an entry of the tree, or the file of an editor's title bar. Without one it
 * is the group at the cursor, the one of the panel that has the focus (`focused`), or one of those in sight; when
 * none is, it is asked for.
 */
export async function meantGroup(
  server: Server,
  argument: unknown,
  focused: GroupRef | undefined,
): Promise<GroupRef | undefined> {
  if (isGroupRef(argument)) {
    return { uri: argument.uri, ...(argument.group === undefined ? {} : { group: argument.group }) };
  }
  const editor = vscode.window.activeTextEditor;
  const uri = argument instanceof vscode.Uri ? argument : editor?.document.uri;
  if (!uri) {
    return focused ?? groupInSight(server);
  }
  const groups = await groupsOf(server, toServerUri(server, uri));
  const [first] = groups;
  if (!first) {
    void vscode.window.showInformationMessage(
      `${vscode.workspace.asRelativePath(uri)} holds no pipeline group.`,
    );
    return undefined;
  }
  const cursor = editor && sameDocument(editor.document.uri, uri) ? editor.selection.active : undefined;
  const here = cursor && groups.find(entry => entry.range && holds(entry.range, cursor));
  return refOf(here ?? first);
}

/** The group at the cursor of an editor, or else the first of its file; none where that holds none. */
export async function groupAt(server: Server, editor: vscode.TextEditor): Promise<GroupRef | undefined> {
  const groups = await groupsOf(server, toServerUri(server, editor.document.uri));
  const here = groups.find(entry => entry.range && holds(entry.range, editor.selection.active));
  const entry = here ?? groups[0];
  return entry && refOf(entry);
}

const refOf = ({ uri, group }: GroupEntry): GroupRef => ({ uri, group });

/** The group of an editor that is in sight, or else one that is chosen among all that are known. */
async function groupInSight(server: Server): Promise<GroupRef | undefined> {
  const all = (await server.ask('spine.listGroups', {}))?.groups ?? [];
  const seen = vscode.window.visibleTextEditors
    .map(editor => all.find(entry => sameDocument(toUri(entry.uri), editor.document.uri)))
    .find(entry => entry !== undefined);
  if (seen) {
    return refOf(seen);
  }
  if (all.length === 0) {
    void vscode.window.showInformationMessage('Open a file with a pipeline group first.');
    return undefined;
  }
  const items = all.map(entry => ({
    label: entry.group,
    description: vscode.workspace.asRelativePath(toUri(entry.uri)),
    entry,
  }));
  const chosen =
    items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder: 'Which group?' });
  return chosen && refOf(chosen.entry);
}

/** Shows a range in the text: beside the view that asked, with the cursor at its start. */
export async function reveal(uri: string, range: Range, focus: boolean): Promise<void> {
  const target = toUri(uri);
  const open = vscode.window.visibleTextEditors.find(editor => sameDocument(editor.document.uri, target));
  const known = vscode.window.tabGroups.all.find(group =>
    group.tabs.some(tab => tab.input instanceof vscode.TabInputText && sameDocument(tab.input.uri, target)),
  );
  const column = open?.viewColumn ?? known?.viewColumn ?? vscode.ViewColumn.One;
  const editor = await vscode.window.showTextDocument(target, { viewColumn: column, preserveFocus: !focus });
  const place = toRange(range);
  editor.selection = new vscode.Selection(place.start, place.start);
  editor.revealRange(place, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
