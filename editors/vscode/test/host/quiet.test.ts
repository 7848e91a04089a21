/** What the extension says by itself: why a file is not served, and one offer, once. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { offerFormatOnType } from '../../src/formatOnType.ts';
import { api, at, eventually, open, replaceAll, withEdit } from './help.ts';

describe('unasked', () => {
  it('says in the status item why a file is not served', async () => {
    const { status } = await api();
    await open('plain.yaml');
    await eventually(
      () => status.text,
      text => text.includes('plain.yaml holds no pipeline group'),
      'the state',
    );
    await open('daily.yaml');
    await eventually(
      () => status.text,
      text => text.startsWith('Running'),
      'the state',
    );
  });

  it('answers where a value has not begun, so that no word of another file waits to be typed in full', async () => {
    await api();
    const daily = await open('daily.yaml');
    await withEdit(daily, ['domain: sales', 'domain: '], async () => {
      const where = at(daily, 'domain: |\n');
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        daily.uri,
        where,
      );
      const ours = items.find(one => one.label === 'no suggestion');
      assert.ok(ours, JSON.stringify(items.map(one => one.label)));
      // Nothing that stands on the line matches it, so it is not shown.
      assert.equal(ours.filterText, '\u0000');
      const range = ours.range instanceof vscode.Range ? ours.range : ours.range?.replacing;
      assert.equal(range && daily.getText(range), 'domain: ');
    });
  });

  it('offers to indent new lines where that would have helped, and only once', async () => {
    const kept = new Map<string, unknown>();
    const memory: vscode.Memento = {
      keys: () => [...kept.keys()],
      get: <T>(key: string, usual?: T) => (kept.get(key) as T | undefined) ?? usual,
      update: async (key: string, value: unknown) => void kept.set(key, value),
    };
    const daily = await open('daily.yaml');
    const before = daily.getText();
    const offered: string[] = [];
    const real = vscode.window.showInformationMessage;
    Object.assign(vscode.window, {
      showInformationMessage: async (message: string) => void offered.push(message),
    });
    const enter = async (marked: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(daily.uri, at(daily, marked), '\n');
      await vscode.workspace.applyEdit(edit);
      await replaceAll(daily, before);
    };
    try {
      let listener = offerFormatOnType(memory);
      await enter('domain: sales|');
      assert.deepEqual(offered, []);
      await enter('metadata:|');
      await eventually(
        () => offered.length,
        count => count === 1,
        'the offer',
      );
      assert.match(offered[0] ?? '', /indent new lines/);
      listener.dispose();
      listener = offerFormatOnType(memory);
      await enter('spec:|');
      assert.equal(offered.length, 1);
      listener.dispose();
    } finally {
      Object.assign(vscode.window, { showInformationMessage: real });
    }
  });
});
