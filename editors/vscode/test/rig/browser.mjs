// Starts Debian's Chromium through playwright-core, both found in the cache that install.sh filled.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const cache = process.env.CACHE;
if (!cache) {
  throw new Error('CACHE is not set: start the tests with test/run.sh');
}
const { chromium } = createRequire(join(cache, 'workbench/package.json'))('playwright-core');

export const ARTIFACTS = process.env.ARTIFACTS;

/** A browser with a profile of its own; `close` ends it and removes the profile. */
export async function openBrowser({ width = 1400, height = 900 } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'spine-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    viewport: { width, height },
    reducedMotion: 'reduce', // what moves is where it will be
    permissions: ['clipboard-read', 'clipboard-write'],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Keeps what the page shows; for the moment a test fails. */
export async function keepScreenshot(page, name) {
  mkdirSync(ARTIFACTS, { recursive: true });
  const file = join(ARTIFACTS, `vscode-${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.png`);
  await page.screenshot({ path: file });
  return file;
}
