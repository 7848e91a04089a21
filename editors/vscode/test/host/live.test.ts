/** Live documents: the server's texts in the editor, which follow the text they are made of. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension.ts';
import { liveUri } from '../../src/liveDocuments.ts';
import { api, eventually, open, withEdit } from './help.ts';

describe('live documents', () => {
  let running: Api;
  let daily: vscode.TextDocument;

  before(async () => {
    running = await api();
    daily = await open('daily.yaml');
  });

  const shown = (scheme: string) =>
    eventually(
      () => vscode.window.visibleTextEditors.map(one => one.document).find(one => one.uri.scheme === scheme),
      document => document !== undefined && document.getText() !== '',
      `a document ${scheme}`,
    ) as Promise<vscode.TextDocument>;
  const says = (document: vscode.TextDocument, text: string) =>
    eventually(
      () => document.getText(),
      all => all.includes(text),
      `"${text}" in ${document.uri}`,
    );

  it('shows the group as it runs, beside the text, and follows what is typed', async () => {
    await vscode.commands.executeCommand('spine.client.showEffective');
    const effective = await shown('spine-effective');
    assert.equal(effective.languageId, 'yaml');
    assert.match(effective.getText(), /region: \S+ {2}# default/);
    assert.deepEqual(vscode.languages.getDiagnostics(effective.uri), []);
    await withEdit(daily, ['pipeline: sales.ingest', 'pipeline: sales.fetched'], () =>
      says(effective, 'pipeline: sales.fetched').then(() => {}),
    );
    await says(effective, 'pipeline: sales.ingest');
  });

  it('follows a group whose name is typed, and another server', async () => {
    const effective = await shown('spine-effective');
    await vscode.commands.executeCommand('spine.client.restart');
    await withEdit(daily, ['name: sales.daily', 'name: sales.weekly'], () =>
      says(effective, 'name: sales.weekly').then(() => {}),
    );
    await says(effective, 'name: sales.daily');
  });

  it('shows the order and the graph as text', async () => {
    await vscode.window.showTextDocument(daily);
    await vscode.commands.executeCommand('spine.client.showOrderText');
    assert.match((await shown('spine-order')).getText(), /\| 1 \| 1 \|/);
    await vscode.window.showTextDocument(daily);
    await vscode.commands.executeCommand('spine.client.showGraphText');
    assert.match((await shown('spine-graph')).getText(), /publish/);
  });

  it('has a page for each rule that the settings list', async () => {
    await vscode.commands.executeCommand('spine.client.explainRule', 'unknown-dependency');
    const page = await vscode.workspace.openTextDocument(
      vscode.Uri.parse('spine-rule:/unknown-dependency.md'),
    );
    assert.match(page.getText(), /^# unknown-dependency/);
  });

  it('says what a document would be made of when it is not there', async () => {
    const uri = liveUri('effective', { uri: 'file:///nowhere.yaml' }, false);
    assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), '# nowhere.yaml is not open\n');
    assert.ok(running.server.client);
  });
});
