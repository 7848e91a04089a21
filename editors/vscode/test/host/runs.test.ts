/** Runs: a group of four steps of which one fails is seen red, mended, resumed, and seen green. */
import * as assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension.ts';
import { api, codeOf, diagnostics, eventually } from './help.ts';

const GROUP = `kind: PipelineGroup
name: tides.daily
steps:
  - name: fetch
    pipeline: tides.fetch
  - name: tidy
    pipeline: tides.tidy
    depends_on: [fetch]
  - name: load
    pipeline: tides.load
    depends_on: [tidy]
  - name: report
    pipeline: tides.report
    depends_on: [load]
`;
const PIPELINES = `import pathlib
from spine.framework import register_pipeline

@register_pipeline("tides.fetch")
def fetch(params):
    print("12 stations")

@register_pipeline("tides.tidy")
@register_pipeline("tides.report")
def tidy(params):
    pass

@register_pipeline("tides.load")
def load(params):
    if not pathlib.Path("mended").exists():
        raise RuntimeError("the table is locked")
`;

describe('runs', () => {
  let running: Api;
  let folder: string;
  let document: vscode.TextDocument;
  const before_ = process.env.SPINE_LSP_HISTORY;

  before(async () => {
    running = await api();
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'spine-runs-')));
    writeFileSync(join(folder, 'pyproject.toml'), '');
    writeFileSync(join(folder, 'pipelines.py'), PIPELINES);
    writeFileSync(join(folder, 'daily.yaml'), GROUP);
    process.env.SPINE_LSP_HISTORY = join(folder, 'history.db');
    await vscode.commands.executeCommand('spine.client.restart');
    document = await vscode.workspace.openTextDocument(join(folder, 'daily.yaml'));
    await vscode.window.showTextDocument(document);
  });

  after(() => {
    process.env.SPINE_LSP_HISTORY = before_;
  });

  const lens = (title: string) =>
    eventually(
      async () => {
        const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
          'vscode.executeCodeLensProvider',
          document.uri,
          50,
        );
        return lenses.find(one => one.command?.title === title)?.command;
      },
      command => command !== undefined,
      `the lens ${title}`,
    ) as Promise<vscode.Command>;
  const press = async (title: string) => {
    const { command, arguments: args } = await lens(title);
    return vscode.commands.executeCommand<string>(command, ...(args ?? []));
  };
  const ref = () => ({ uri: document.uri.toString(), group: 'tides.daily' });
  const states = (wanted: string) =>
    eventually(
      () =>
        Object.values(running.runs.statesOf(ref()))
          .map(step => step.state)
          .join(' '),
      found => found === wanted,
      'the states of the steps',
    );
  const failed = (list: vscode.Diagnostic[]) => list.filter(one => codeOf(one) === 'failed-step');

  it('shows a failed step red, with its place in Python', async () => {
    const { command, arguments: args } = await lens('Run');
    assert.match(command, /^spine\.client\.run\b/);
    const run = await vscode.commands.executeCommand(command, ...(args ?? []));
    assert.match(String(run), /^\d{8}-/);
    await states('completed completed failed skipped');
    const [one] = failed(await diagnostics(document, list => failed(list).length > 0));
    assert.ok(one);
    assert.ok(one.message.endsWith('the table is locked'), one.message);
    assert.equal(one.range.start.line, 8);
    const [place] = one.relatedInformation ?? [];
    assert.equal(place?.location.uri.fsPath, join(folder, 'pipelines.py'));
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
    );
    assert.ok(hints.some(hint => String(hint.label).includes('✗ failed')));
  });

  it('shows it in the tree of runs and in the graph', async () => {
    await vscode.commands.executeCommand('spine.runs.focus');
    await running.runs.tree.refresh();
    const [run] = await eventually(
      () => running.runs.tree.children(),
      list => list.length > 0,
      'the tree of runs',
    );
    assert.ok(run?.kind === 'run');
    assert.deepEqual(
      [run.run.state, ...run.run.steps.map(step => step.state)],
      ['failed', 'completed', 'completed', 'failed', 'skipped'],
    );
    await running.runs.showOutput(run.run.id, 'fetch');
  });

  it('gives the step that failed to the Python debugger, with the parameters of its run', async () => {
    const before = running.runs.debugger;
    const made = new Promise<vscode.DebugConfiguration>(resolve => {
      running.runs.debugger = {
        installed: () => true,
        missing: () => Promise.reject(new Error('it is there')),
        start: async (_, configuration) => {
          resolve(configuration);
          return true;
        },
      };
    });
    await press('Debug step');
    assert.equal((await made).name, 'tides.daily: load');
    running.runs.debugger = before;
  });

  it('runs the step alone once it is mended, and resumes the rest: all is green', async () => {
    writeFileSync(join(folder, 'mended'), '');
    await press('Run only this');
    await eventually(
      () => running.runs.statesOf(ref()).load?.state,
      state => state === 'completed',
      'the state of the step',
    );
    await diagnostics(document, list => failed(list).length === 0);
    await press('Resume');
    await states('completed completed completed completed');
    assert.deepEqual(failed(vscode.languages.getDiagnostics(document.uri)), []);
  });

  it('gives a step to the Python debugger, and runs nothing itself', async () => {
    const seen: vscode.DebugConfiguration[] = [];
    const before = running.runs.debugger;
    const count = (await running.server.ask('spine.runs', {}))?.runs.length;
    let missed = 0;
    running.runs.debugger = {
      installed: () => true,
      missing: async () => void missed++,
      start: async (_, configuration) => seen.push(configuration) > 0,
    };
    await vscode.commands.executeCommand('spine.client.debugStep', { ...ref(), step: 'load', params: {} });
    const [made] = await eventually(
      () => seen,
      list => list.length > 0,
      'what the debugger is told',
    );
    assert.equal(made?.type, 'debugpy');
    assert.equal(made?.name, 'tides.daily: load');
    assert.ok(String(made?.program).endsWith('worker'), String(made?.program));
    assert.equal(made?.args[0], '--single');
    assert.equal(JSON.parse(made?.args[1]).pipeline, 'tides.load');
    assert.equal(made?.cwd, folder);
    running.runs.debugger = { ...running.runs.debugger, installed: () => false };
    await vscode.commands.executeCommand('spine.client.debugStep', { ...ref(), step: 'load', params: {} });
    assert.equal(missed, 1);
    assert.equal(seen.length, 1);
    assert.equal((await running.server.ask('spine.runs', {}))?.runs.length, count);
    running.runs.debugger = before;
  });

  it('saves the file before it runs, and runs with the parameters it is given', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# note\n');
    await vscode.workspace.applyEdit(edit);
    const run = await vscode.commands.executeCommand('spine.client.run', { ...ref(), params: { day: 'x' } });
    assert.equal(document.isDirty, false);
    await eventually(
      async () => (await running.server.ask('spine.runs', { limit: 1 }))?.runs[0],
      one => one !== undefined && one.id === run && one.state === 'completed',
      'the newest run',
    );
  });
});
