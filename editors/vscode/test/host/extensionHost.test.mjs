// Runs the mocha tests of test/host inside the real extension host, on a workspace of two folders.
// The workbench reads the payload that names the tests only with `enable-smoke-test-driver`.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { keepScreenshot } from '../rig/browser.mjs';
import { openWorkbench, startWorkbench } from '../rig/workbench.mjs';

const EXT = process.env.EXT;
const OUT = join(EXT, 'dist/host-tests');
const REPORT = join(process.env.ARTIFACTS, 'vscode-host.jsonl');
const LIMIT_MS = 300_000; // other editors may run beside it

rmSync(OUT, { recursive: true, force: true });
rmSync(REPORT, { force: true });
await build({
  entryPoints: readdirSync(join(EXT, 'test/host'))
    .filter(name => /^index|\.test\.ts$/.test(name))
    .map(name => join(EXT, 'test/host', name)),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
  outdir: OUT,
  logLevel: 'warning',
});

const workbench = await startWorkbench({ args: ['--vscode-option', 'enable-smoke-test-driver'] });
writeFileSync(
  workbench.path('both.code-workspace'),
  JSON.stringify({ folders: [{ path: 'first' }, { path: 'second' }] }),
);
const remote = path => `vscode-remote://127.0.0.1:${workbench.port}${path}`;
const environment = {
  SPINE_TEST_REPORT: REPORT,
  SPINE_TEST_PYTHON: process.env.SPINE_TEST_PYTHON,
  SPINE_TEST_ONLY: process.env.SPINE_TEST_ONLY ?? '',
};

let ended;
const exit = new Promise(resolve => {
  ended = resolve;
});
const browser = await openWorkbench(workbench, {
  target: { workspace: workbench.path('both.code-workspace') },
  payload: [
    ['extensionDevelopmentPath', remote(workbench.extensionFolder())],
    ['extensionDevelopmentPath', remote(join(EXT, 'test/fixtures/python-extension'))],
    ['extensionTestsPath', remote(join(OUT, 'index.js'))],
    ['extensionEnvironment', JSON.stringify(environment)],
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ],
  prepare: async page => {
    await page.exposeFunction('codeAutomationLog', () => {});
    await page.exposeFunction('codeAutomationExit', code => ended(code));
  },
});
const timer = setTimeout(() => ended('late'), LIMIT_MS);
const code = await exit;
clearTimeout(timer);
const screenshot = code === 0 ? '' : await keepScreenshot(browser.page, 'host');
await browser.close();
workbench.stop();
const lines = existsSync(REPORT) ? readFileSync(REPORT, 'utf8').split('\n').filter(Boolean) : [];

describe('in the extension host', () => {
  for (const { title, error } of lines.map(line => JSON.parse(line))) {
    it(title, () => assert.equal(error, undefined));
  }

  it('comes to its end', () => {
    assert.ok(lines.length > 0, `the extension host wrote no report; seen: ${screenshot}`);
    assert.equal(code, 0, `seen: ${screenshot}`);
  });
});
