/** Waits until a document of a kind is open: of what the server is for. */
import * as vscode from 'vscode';
import { concernsPipelines, looksLikeGroup } from './looksLikeGroup.ts';

export const isGroup = (document: vscode.TextDocument) =>
  document.languageId === 'yaml' && looksLikeGroup(document.getText());

/** A file that the server may be for: YAML, and Python that may have to do with pipelines. */
export const isOurs = (document: vscode.TextDocument) =>
  document.languageId === 'yaml' ||
  (document.languageId === 'python' && concernsPipelines(document.getText()));

/** Calls back once, as soon as a document of a kind is open. */
export function onceOpen(
  isWanted: (document: vscode.TextDocument) => boolean,
  act: () => void,
): vscode.Disposable {
  const look = (document: vscode.TextDocument) => {
    if (isWanted(document)) {
      listeners.dispose();
      act();
      return true;
    }
    return false;
  };
  const listeners = vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidSaveTextDocument(look),
  );
  vscode.workspace.textDocuments.some(look);
  return listeners;
}
