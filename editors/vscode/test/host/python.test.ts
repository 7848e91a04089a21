/** Python files: the server is sent each change once, and asked once. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api, codeOf, diagnostics } from './help.ts';

const CLASS = [
  'from spine.framework import Pipeline, register_pipeline',
  '',
  '',
  '@register_pipeline("sales.made")',
  'class Made(Pipeline):',
  '    """Made by an edit."""',
  '',
  '',
].join('\n');

describe('Python files', () => {
  let document: vscode.TextDocument;
  const insert = async (text: string) => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(document.getText().length), text);
    assert.ok(await vscode.workspace.applyEdit(edit));
  };

  before(async () => {
    await api();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder, 'made.py');
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri, { overwrite: true });
    edit.insert(uri, new vscode.Position(0, 0), CLASS);
    assert.ok(await vscode.workspace.applyEdit(edit));
    document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(document.uri);
  });

  it('are read as they are typed, whichever way they came to be', async () => {
    const another = CLASS.split('\n').slice(2).join('\n').replace('Made', 'Again');
    await insert(another);
    const said = await diagnostics(document, list => list.length > 0);
    assert.deepEqual(
      said.map(one => [codeOf(one), document.getText(one.range)]),
      [['duplicate-pipeline', 'sales.made']],
    );
    const added = document.getText().lastIndexOf(another);
    const edit = new vscode.WorkspaceEdit();
    edit.delete(
      document.uri,
      new vscode.Range(document.positionAt(added), document.positionAt(added + another.length)),
    );
    assert.ok(await vscode.workspace.applyEdit(edit));
    await diagnostics(document, list => list.length === 0);
  });

  it('have one answer of ours to each question', async () => {
    const name = document.positionAt(document.getText().indexOf('sales.made') + 2);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      name,
    );
    assert.equal(hovers.length, 1, JSON.stringify(hovers));
  });
});
