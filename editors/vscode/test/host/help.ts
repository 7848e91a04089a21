/** What the tests in the extension host share: the extension's own API, documents, and waiting for a condition. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension.ts';

export async function api(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>('spine.spine-lsp');
  assert.ok(extension, 'the extension is installed');
  return extension.activate();
}

/** Asks again until the answer is the wanted one; the last answer is in the message when it never comes. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  wanted: (value: T) => boolean,
  what: string,
): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = await ask();
    if (wanted(value)) {
      return value;
    }
    if (Date.now() > deadline) {
      assert.fail(`${what}: still ${JSON.stringify(value)}`);
    }
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}

export async function open(name: string): Promise<vscode.TextDocument> {
  const [uri] = await vscode.workspace.findFiles(`**/${name}`);
  assert.ok(uri, `${name} is in the workspace`);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

export function diagnostics(document: vscode.TextDocument, wanted: (list: vscode.Diagnostic[]) => boolean) {
  return eventually(() => vscode.languages.getDiagnostics(document.uri), wanted, 'diagnostics');
}

/** Replaces a text of the document, and undoes it afterwards whatever happens. */
export async function withEdit(
  document: vscode.TextDocument,
  [from, to]: [string, string],
  then: () => Promise<void>,
): Promise<void> {
  const before = document.getText();
  await replaceAll(document, before.replace(from, to));
  assert.notEqual(document.getText(), before, `${from} is in the text`);
  try {
    await then();
  } finally {
    await replaceAll(document, before);
  }
}

export async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** The position of the mark `|` in a text that the document holds. */
export function at(document: vscode.TextDocument, marked: string): vscode.Position {
  const offset = document.getText().indexOf(marked.replace('|', ''));
  assert.notEqual(offset, -1, `${marked} is in the text`);
  return document.positionAt(offset + marked.indexOf('|'));
}

export const codeOf = (one: vscode.Diagnostic) =>
  typeof one.code === 'object' ? String(one.code.value) : String(one.code);
