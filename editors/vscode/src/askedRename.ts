/**
 * Asks before a rename changes several files.
 *
 * What the server wants to have confirmed is shown by VS Code as a list with a box at each change, none of them ticked:
 * its button `Apply` does nothing then, and of fifty groups fifty are to be ticked. So there is one question, and the
 * list for those who want to choose.
 */
import * as vscode from 'vscode';
import { count } from './summary.ts';

const SHOWN = 12;

export async function askedRename(
  edit: vscode.WorkspaceEdit | null | undefined,
  newName: string,
): Promise<vscode.WorkspaceEdit | null | undefined> {
  const files = edit?.entries() ?? [];
  if (files.length < 2) {
    return edit;
  }
  const names = files.map(([uri, edits]) => `${vscode.workspace.asRelativePath(uri)} (${edits.length})`);
  const more = names.length > SHOWN ? [`and ${names.length - SHOWN} more`] : [];
  const choices = ['Rename', 'Choose Changes'] as const;
  const chosen = await vscode.window.showInformationMessage(
    `Rename to ${newName} in ${count(files.length, 'file')}?`,
    { modal: true, detail: [...names.slice(0, SHOWN), ...more].join('\n') },
    ...choices,
  );
  if (chosen === 'Choose Changes') {
    return edit;
  }
  const plain = new vscode.WorkspaceEdit();
  for (const [uri, edits] of chosen === 'Rename' ? files : []) {
    plain.set(uri, edits);
  }
  return plain;
}
