/** What the server gives arrives in the editor: each feature once, through the editor's own commands. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api, at, codeOf, diagnostics, eventually, open, withEdit } from './help.ts';

describe('the language', () => {
  let daily: vscode.TextDocument;
  let faulty: vscode.TextDocument;

  before(async () => {
    await api();
    daily = await open('daily.yaml');
    faulty = await open('faulty.yaml');
  });

  it('marks an unknown dependency, with its rule and a link to the page of the rule', async () => {
    const list = await diagnostics(faulty, all => all.some(one => codeOf(one) === 'unknown-dependency'));
    const found = list.find(one => codeOf(one) === 'unknown-dependency');
    assert.equal(faulty.getText(found?.range), 'ingst');
    assert.equal(found?.source, 'spine');
    assert.ok(typeof found?.code === 'object' && found.code.target.toString().includes('unknown-dependency'));
  });

  it('says nothing of a YAML file that holds no group', async () => {
    const plain = await open('plain.yaml');
    // The server works through its messages in turn, so what it has to say of this file is said before this answer.
    await (await api()).server.ask('spine.listGroups', {});
    assert.deepEqual(vscode.languages.getDiagnostics(plain.uri), []);
  });

  it('serves both folders of the workspace', async () => {
    const hourly = await open('hourly.yaml');
    await withEdit(hourly, ['depends_on: [fetch]', 'depends_on: [fitch]'], async () => {
      await diagnostics(hourly, all => all.some(one => codeOf(one) === 'unknown-dependency'));
    });
    await diagnostics(hourly, all => all.length === 0);
  });

  it('completes the name of a step', async () => {
    const answer = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      daily.uri,
      at(daily, 'depends_on: [tidy, |enrich]'),
    );
    const labels = answer.items.map(item => (typeof item.label === 'string' ? item.label : item.label.label));
    assert.ok(labels.includes('ingest'), `ingest is among ${labels.join(', ')}`);
  });

  it('shows where a step stands when the mouse rests on it', async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      daily.uri,
      at(daily, 'name: ti|dy'),
    );
    const text = hovers
      .flatMap(hover => hover.contents.map(part => (part as vscode.MarkdownString).value))
      .join('\n');
    assert.match(text, /ingest/);
  });

  it('renames a step wherever it is used', async () => {
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      daily.uri,
      at(daily, 'name: in|gest'),
      'fetch',
    );
    assert.deepEqual(
      edit.get(daily.uri).map(one => one.newText),
      ['fetch', 'fetch', 'fetch'],
    );
  });

  it('offers the fix for a misspelt dependency', async () => {
    const list = await diagnostics(faulty, all => all.some(one => codeOf(one) === 'unknown-dependency'));
    const range = list.find(one => codeOf(one) === 'unknown-dependency')?.range;
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      faulty.uri,
      range,
    );
    assert.ok(
      actions.some(action => action.title.includes('ingest')),
      actions.map(action => action.title).join(', '),
    );
  });

  it('offers lenses that open our views, not the text of a server that has none', async () => {
    const commands = await eventually(
      async () => {
        const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
          'vscode.executeCodeLensProvider',
          daily.uri,
          10,
        );
        return lenses.map(lens => lens.command?.command.replace(/\/\d+$/, ''));
      },
      found => found.includes('spine.client.showResolvedOrder') && found.includes('spine.client.showGraph'),
      'the commands of the lenses',
    );
    assert.ok(commands.length > 0);
  });

  it('gives lenses commands that outlive them: a click may come when the next list is there', async () => {
    const lensesNow = async () =>
      vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', daily.uri, 20);
    const shown = ({ command }: vscode.CodeLens) => command?.command ?? '';
    const before = await eventually(
      lensesNow,
      found => found.some(lens => shown(lens).startsWith('spine.client.showGraph')),
      'the lenses',
    );
    const graph = before.find(lens => shown(lens).startsWith('spine.client.showGraph'));
    // The arguments of a command are what the editor forgets with the list.
    assert.deepEqual(
      before.flatMap(lens => lens.command?.arguments ?? []),
      [],
    );
    await withEdit(daily, ['domain: sales', 'domain: shops'], async () => {
      const after = await lensesNow();
      assert.ok(after.map(shown).includes(shown(graph as vscode.CodeLens)), 'one name for one thing');
    });
    const { graphs } = await api();
    await vscode.commands.executeCommand(shown(graph as vscode.CodeLens));
    await eventually(
      () => graphs.of({ uri: daily.uri.toString(), group: 'sales.daily' }).length,
      count => count > 0,
      'the graph of the lens',
    );
    const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter(tab => tab.label.startsWith('Graph: ')));
  });

  it('takes a change of a rule at once', async () => {
    await diagnostics(faulty, all => all.some(one => codeOf(one) === 'unknown-dependency'));
    const settings = vscode.workspace.getConfiguration('spine');
    await settings.update('rules', { 'unknown-dependency': 'off' }, vscode.ConfigurationTarget.Workspace);
    try {
      await diagnostics(faulty, all => !all.some(one => codeOf(one) === 'unknown-dependency'));
    } finally {
      await settings.update('rules', undefined, vscode.ConfigurationTarget.Workspace);
    }
    await diagnostics(faulty, all => all.some(one => codeOf(one) === 'unknown-dependency'));
  });
});
