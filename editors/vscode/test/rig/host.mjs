// Runs the mocha tests of test/host inside the real extension host, on a workspace of two folders.
// The workbench reads the payload that names the tests only with `enable-smoke-test-driver`.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { keepScreenshot } from './browser.mjs';
import { openWorkbench, startWorkbench } from './workbench.mjs';

const EXT = process.env.EXT;
const OUT = join(EXT, 'dist/host-tests');
const REPORT = join(process.env.ARTIFACTS, 'vscode-host.txt');
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
let report = '';
try {
  report = readFileSync(REPORT, 'utf8');
} catch {
  report = 'the extension host wrote no report\n';
}
process.stdout.write(report);
const passed = Number(report.match(/(\d+) passing/)?.[1] ?? 0);
const failed = Number(report.match(/(\d+) failing/)?.[1] ?? 0);
const sound = code === 0 && passed > 0 && failed === 0;
if (!sound) {
  console.log(`the extension host ended with ${code}; seen: ${await keepScreenshot(browser.page, 'host')}`);
}
await browser.close();
workbench.stop();
console.log(`COUNT host ${passed} ${sound ? 0 : Math.max(1, failed)}`);
process.exit(sound ? 0 : 1);
