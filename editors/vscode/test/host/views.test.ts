/** The views' side in the extension host: the tree, panels and their exports, commands with arguments. */
import * as assert from 'node:assert/strict';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { GraphPanel } from '../../src/graphPanel.ts';
import { treeItem } from '../../src/groupsTree.ts';
import type { Explanation } from '../../src/protocol.ts';
import { api, at, eventually, open } from './help.ts';

const panels = () =>
  vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .filter(tab => tab.input instanceof vscode.TabInputWebview)
    .map(tab => tab.label);

describe('the views', () => {
  let daily: vscode.TextDocument;

  before(async () => {
    daily = await open('daily.yaml');
    await open('hourly.yaml');
    await vscode.window.showTextDocument(daily);
  });

  it('lists the groups of all folders, and their steps in the order of the plan', async () => {
    const { groups } = await api();
    const entries = await eventually(
      async () => {
        await groups.refresh();
        return groups.children();
      },
      list => list.length >= 2,
      'the groups',
    );
    const labels = entries.map(entry => treeItem(entry).label);
    assert.ok(labels.includes('sales.daily') && labels.includes('prices.hourly'), labels.join(', '));
    const group = entries.find(entry => treeItem(entry).label === 'sales.daily');
    const steps = (await groups.children(group)).map(entry => treeItem(entry).label);
    assert.deepEqual(steps, ['ingest', 'tidy', 'enrich', 'publish']);
  });

  it('opens the graph of the group at the cursor once, however often it is asked', async () => {
    await vscode.commands.executeCommand('spine.client.showGraph');
    await vscode.commands.executeCommand('spine.client.showGraph', {
      uri: daily.uri.toString(),
      group: 'sales.daily',
    });
    await eventually(panels, all => all.includes('Graph: sales.daily'), 'the panels');
    assert.equal(panels().filter(label => label.startsWith('Graph')).length, 1);
  });

  for (const [format, begins] of [
    ['svg', '<?xml'],
    ['mermaid', ''],
    ['dot', 'digraph'],
  ] as const) {
    it(`writes the graph as ${format}`, async () => {
      const target = vscode.Uri.file(path.join(os.tmpdir(), `spine-test-${process.pid}.${format}`));
      await vscode.commands.executeCommand('spine.client.export', {
        ...{ uri: daily.uri.toString(), group: 'sales.daily' },
        ...{ format, target: target.toString() },
      });
      const text = Buffer.from(await vscode.workspace.fs.readFile(target)).toString('utf8');
      await vscode.workspace.fs.delete(target);
      assert.ok(text.includes(begins), text.slice(0, 80));
      for (const name of ['ingest', 'tidy', 'enrich', 'publish']) {
        assert.ok(text.includes(name), `${name} is in the ${format}`);
      }
    });
  }

  it('writes the graph as a PNG', async () => {
    const target = vscode.Uri.file(path.join(os.tmpdir(), `spine-test-${process.pid}.png`));
    await vscode.commands.executeCommand('spine.client.export', {
      ...{ uri: daily.uri.toString(), group: 'sales.daily' },
      ...{ format: 'png', target: target.toString() },
    });
    const bytes = await vscode.workspace.fs.readFile(target);
    await vscode.workspace.fs.delete(target);
    assert.deepEqual([...bytes.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  });

  it('copies the graph as text, and writes an image in colours that the editor has not', async () => {
    const ref = { uri: daily.uri.toString(), group: 'sales.daily' };
    await vscode.commands.executeCommand('spine.client.copyGraph', { ...ref, format: 'mermaid' });
    assert.match(await vscode.env.clipboard.readText(), /flowchart|graph/);
    const target = vscode.Uri.file(path.join(os.tmpdir(), `spine-test-${process.pid}-light.svg`));
    await vscode.commands.executeCommand('spine.client.export', {
      ...ref,
      ...{ format: 'svg', colours: 'light', target: target.toString() },
    });
    const text = Buffer.from(await vscode.workspace.fs.readFile(target)).toString('utf8');
    await vscode.workspace.fs.delete(target);
    assert.match(text, /fill="rgb\(255, 255, 255\)"|fill="#ffffff"/);
  });

  it('opens a link to a step of the workspace, and none that leads elsewhere', async () => {
    const { openLink, stepLink } = await api();
    const link = stepLink({ uri: daily.uri.toString(), group: 'sales.daily' }, 'enrich');
    await open('hourly.yaml');
    await openLink(vscode.Uri.parse(link, true));
    const editor = vscode.window.visibleTextEditors.find(
      one => one.document.uri.toString() === daily.uri.toString(),
    );
    assert.equal(editor?.selection.active.line, 16);
    for (const [from, to] of [
      ['daily.yaml', '../../etc/passwd'],
      ['daily.yaml', 'gone.yaml'],
      ['enrich', 'nobody'],
      ['/step', '/other'],
    ] as const) {
      await assert.rejects(async () => openLink(vscode.Uri.parse(link.replace(from, to), true)), /no |none/);
    }
    await vscode.window.showTextDocument(daily);
  });

  it('opens the resolved order', async () => {
    await vscode.window.showTextDocument(daily);
    await vscode.commands.executeCommand('spine.client.showResolvedOrder');
    await eventually(panels, all => all.includes('Order: sales.daily'), 'the panels');
  });

  it('throws nothing when a panel is closed in the middle of its work', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    const { graphs } = await api();
    const ref = { uri: daily.uri.toString(), group: 'sales.daily' };
    for (const work of [
      (panel: GraphPanel) => panel.compare(true),
      (panel: GraphPanel) => panel.simulate([]),
      (panel: GraphPanel) => panel.export({ format: 'png' }, vscode.Uri.file('/nowhere/at/all.png')),
    ]) {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const panel = graphs.show(ref);
      const done = work(panel).then(
        () => 'done',
        (error: Error) => error.message,
      );
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      assert.match(String(await done), /done|closed/);
      await panel.compare(true); // and what comes later does nothing
    }
    process.off('unhandledRejection', note);
    assert.deepEqual(rejections, []);
    await vscode.window.showTextDocument(daily);
  });

  it('explains why a step waits', async () => {
    const answer = vscode.commands.executeCommand<Explanation>('spine.client.why', {
      ...{ uri: daily.uri.toString(), group: 'sales.daily' },
      ...{ step: 'publish', on: 'ingest' },
    });
    // The paths are shown in a list, which stays open until something is chosen.
    const explanation = await eventually(
      async () => {
        await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
        return Promise.race([
          answer,
          new Promise<undefined>(resolve => setTimeout(() => resolve(undefined), 50)),
        ]);
      },
      one => one !== undefined,
      'the explanation',
    );
    assert.deepEqual(explanation?.paths.map(stops => stops.map(stop => stop.name)).sort(), [
      ['publish', 'enrich', 'ingest'],
      ['publish', 'tidy', 'ingest'],
    ]);
  });

  it('opens a new group from the snippet, which the server finds faultless', async () => {
    await vscode.window.showTextDocument(daily);
    await vscode.commands.executeCommand('spine.client.newGroup', { file: 'weekly' });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.languageId, 'yaml');
    assert.equal(document?.uri.path, daily.uri.path.replace('daily.yaml', 'weekly.yaml'));
    assert.ok(document?.getText().includes('name: domain.weekly'));
    assert.ok(document?.getText().includes('kind: PipelineGroup'));
    assert.ok(document);
    at(document, 'depends_on: [|ingest]');
    await (await api()).server.ask('spine.listGroups', {});
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
});
