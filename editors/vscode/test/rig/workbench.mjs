// Runs the real VS Code workbench: code-server with a fresh profile and the packaged extension, seen in Chromium.
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';

const CODE_SERVER = join(process.env.CACHE, 'workbench/node_modules/.bin/code-server');
const FIXTURES = join(process.env.EXT, 'test/workspace');

const USER_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.editor.enablePreview': false,
  'workbench.editor.restoreViewState': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'files.autoSave': 'off',
  'npm.autoDetect': 'off',
  'window.restoreWindows': 'none',
  'window.confirmBeforeClose': 'never',
  'editor.inlineSuggest.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
};

async function freePort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

/**
 * Starts a workbench on a copy of the test workspace.
 *
 * `machine` are settings of the machine (paths belong there: as user settings they arrive late or not at all);
 * `trusted: false` leaves the workspace in Restricted Mode; `args` go to code-server as they are.
 */
export async function startWorkbench({
  folder = FIXTURES,
  extensions = [process.env.VSIX],
  settings = {},
  machine = {},
  trusted = true,
  args = [],
  git = false,
  port,
} = {}) {
  const home = mkdtempSync(join(tmpdir(), 'spine-workbench-'));
  const at = (...parts) => join(home, ...parts);
  mkdirSync(at('user/User'), { recursive: true });
  mkdirSync(at('user/Machine'), { recursive: true });
  cpSync(folder, at('ws'), { recursive: true });
  if (git) {
    const run = (...words) => execFileSync('git', ['-C', at('ws'), ...words], { stdio: 'ignore' });
    run('init', '-q');
    run('add', '.');
    run('-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', 'commit', '-qm', 'First state');
  }
  const files = { user: at('user/User/settings.json'), machine: at('user/Machine/settings.json') };
  const write = (file, value) => writeFileSync(file, JSON.stringify(value, null, 2));
  write(files.user, { ...USER_SETTINGS, 'security.workspace.trust.enabled': !trusted, ...settings });
  write(files.machine, machine);

  const common = [
    '--user-data-dir',
    at('user'),
    '--extensions-dir',
    at('ext'),
    '--config',
    at('config.yaml'),
  ];
  for (const vsix of extensions) {
    execFileSync(CODE_SERVER, [...common, '--install-extension', vsix], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
  const number = port ?? (await freePort());
  const log = openSync(at('server.log'), 'w');
  const child = spawn(
    CODE_SERVER,
    [
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${number}`],
      ...common,
      ...[
        '--disable-telemetry',
        '--disable-update-check',
        '--disable-getting-started-override',
        '--disable-proxy',
      ],
      ...['--reconnection-grace-time', '5'],
      ...(trusted ? ['--disable-workspace-trust'] : []),
      ...args,
    ],
    // A group of its own, so that one signal ends the extension hosts and language servers too.
    {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}' },
    },
  );
  const stop = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // it has ended by itself
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.once('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => process.exit(1)); // which runs the line above
  }
  const address = `http://127.0.0.1:${number}`;
  await answers(`${address}/healthz`, child, at('server.log'));
  return {
    address,
    port: number,
    child,
    home,
    workspace: at('ws'),
    path: (...parts) => at('ws', ...parts),
    read: (...parts) => readFileSync(at('ws', ...parts), 'utf8'),
    extensionFolder: () => installedExtension(at('ext')),
    setMachine: value => write(files.machine, { ...machine, ...value }),
    stop,
  };
}

async function answers(address, child, log) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) {
      break;
    }
    try {
      if ((await fetch(address)).ok) {
        return;
      }
    } catch {
      // not listening yet
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`code-server does not answer; its log:\n${readFileSync(log, 'utf8').slice(-3000)}`);
}

function installedExtension(folder) {
  const known = JSON.parse(readFileSync(join(folder, 'extensions.json'), 'utf8'));
  const found = known.find(one => one.identifier.id === 'spine.spine-lsp');
  const path = found && join(folder, found.relativeLocation);
  if (!path || !existsSync(path)) {
    throw new Error(`the extension is not installed in ${folder}`);
  }
  return path;
}

/** Opens the workbench in a browser and waits until it can be used. */
export async function openWorkbench(workbench, { target, payload = [], prepare, size } = {}) {
  const browser = await openBrowser(size);
  const { page } = browser;
  page.setDefaultTimeout(Number(process.env.SPINE_TEST_PATIENCE ?? 20_000));
  const log = [];
  page.on('console', message => log.push(`${message.type()} ${message.text()}`));
  await prepare?.(page);
  const query = new URLSearchParams(target ?? { folder: workbench.path('first') });
  if (payload.length > 0) {
    query.set('payload', JSON.stringify(payload));
  }
  await page.goto(`${workbench.address}/?${query}`);
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  return { ...browser, log };
}
