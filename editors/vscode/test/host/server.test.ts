/** How the server is started, found, restarted and refused. */
import * as assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension.ts';
import { api, at, codeOf, diagnostics, eventually, open } from './help.ts';

const settings = () => vscode.workspace.getConfiguration('spine');
const set = (key: string, value: unknown) => settings().update(key, value, vscode.ConfigurationTarget.Global);

describe('the server', () => {
  let running: Api;
  let folder: string;

  before(async () => {
    running = await api();
    folder = mkdtempSync(path.join(os.tmpdir(), 'spine-python-'));
    await eventually(
      () => running.status.state.kind,
      kind => kind === 'running',
      'the state',
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const state = (kind: string) =>
    eventually(
      () => running.status.state,
      one => one.kind === kind,
      'the state',
    );

  function fakePython(name: string, answer: object): string {
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it('runs on the interpreter of the Python extension when no setting names one', () => {
    assert.equal(running.server.python?.from, 'the Python extension');
    assert.equal(running.server.python?.path, process.env.SPINE_TEST_PYTHON);
  });

  it('is the one that travels in the extension', async () => {
    const result = running.server.client?.initializeResult;
    assert.equal(result?.serverInfo?.name, 'spine-lsp');
  });

  it('refuses a Python that is too old in one sentence, and comes back with a good one', async () => {
    await set('server.python', fakePython('old', { version: [3, 8, 10], executable: 'old', missing: [] }));
    const failed = await state('failed');
    assert.match(failed.kind === 'failed' ? failed.reason : '', /3\.10 or later.*it is Python 3\.8\.10/);
    await set('server.python', process.env.SPINE_TEST_PYTHON);
    await state('running');
    assert.equal(running.server.python?.from, 'the setting spine.server.python');
    await set('server.python', undefined);
    await eventually(
      () => running.server.python?.from,
      from => from === 'the Python extension',
      'where Python is from',
    );
    await state('running');
  });

  it('says when a Python cannot load the compiled parts', async () => {
    const missing = ['jsonschema_rs (wrong platform)'];
    await set('server.python', fakePython('odd', { version: [3, 12, 0], executable: 'odd', missing }));
    const failed = await state('failed');
    assert.match(failed.kind === 'failed' ? failed.reason : '', /cannot load jsonschema_rs/);
    await set('server.python', undefined);
    await state('running');
  });

  it('answers again after a restart, with the documents that are open', async () => {
    const faulty = await open('faulty.yaml');
    await diagnostics(faulty, all => all.some(one => codeOf(one) === 'unknown-dependency'));
    await vscode.commands.executeCommand('spine.client.restart');
    await state('running');
    await diagnostics(faulty, all => all.some(one => codeOf(one) === 'unknown-dependency'));
  });

  describe('beside another YAML extension', () => {
    async function hoverOnKey(): Promise<number> {
      const daily = await open('daily.yaml');
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        daily.uri,
        at(daily, 'api|Version'),
      );
      return hovers.length;
    }

    it('explains keys by itself', async () => {
      await eventually(hoverOnKey, count => count === 1, 'hovers on a key');
    });

    it('leaves the keys to the other one when told so, and keeps the steps', async () => {
      await set('companion', ['hover']);
      await eventually(hoverOnKey, count => count === 0, 'hovers on a key');
      const daily = await open('daily.yaml');
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        daily.uri,
        at(daily, 'name: ti|dy'),
      );
      assert.equal(hovers.length, 1);
      await set('companion', undefined);
      await eventually(hoverOnKey, count => count === 1, 'hovers on a key');
    });
  });
});
