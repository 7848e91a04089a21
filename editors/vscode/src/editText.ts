/** Makes in the text what was done to the picture: one edit, which the text editor undoes in one step. */
import * as vscode from 'vscode';
import { sameDocument, toUri } from './groups.ts';
import type { AskedEdit, EditedGraph, GroupRef } from './protocol.ts';
import type { Server } from './server.ts';

type WireEdit = Parameters<NonNullable<Server['client']>['protocol2CodeConverter']['asWorkspaceEdit']>[0];

/** How often an edit is asked for anew because somebody typed meanwhile. */
const ATTEMPTS = 3;

export interface Edited {
  refusal: string | null;
  select: string | null;
}

/** Asks what an edit would be; nothing is changed. */
export async function askEdit(server: Server, ref: GroupRef, edit: AskedEdit): Promise<EditedGraph> {
  const document = await vscode.workspace.openTextDocument(toUri(ref.uri));
  const answer = await server.ask('spine.editGraph', { ...ref, edit, version: document.version });
  return answer ?? { edit: null, select: null, refusal: 'the text holds no such group now' };
}

export async function editText(server: Server, ref: GroupRef, edit: AskedEdit): Promise<Edited> {
  const document = await vscode.workspace.openTextDocument(toUri(ref.uri));
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { version } = document;
    const { edit: wire, refusal, select } = await askEdit(server, ref, edit);
    if (refusal !== null) {
      return { refusal, select: null };
    }
    const made = await server.client?.protocol2CodeConverter.asWorkspaceEdit(wire as WireEdit);
    if (!made || document.version !== version) {
      continue;
    }
    return (await vscode.workspace.applyEdit(made))
      ? { refusal: null, select }
      : { refusal: 'the file cannot be edited here: is it read-only?', select: null };
  }
  return { refusal: 'the text changes too quickly: try again', select: null };
}

/** Undoes or redoes the last edit of the text, where it is shown. */
export async function inText(uri: vscode.Uri, command: 'undo' | 'redo'): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find(editor => sameDocument(editor.document.uri, uri));
  await vscode.window.showTextDocument(uri, { viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One });
  await vscode.commands.executeCommand(command);
}
