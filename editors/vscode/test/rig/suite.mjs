// One workbench for a file of tests: started once, a screenshot when a test fails, pictures for the README.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach } from 'node:test';
import { keepScreenshot } from './browser.mjs';
import { closeEditors, runCommand } from './user.mjs';
import { openWorkbench, startWorkbench } from './workbench.mjs';

const KEPT = join(process.env.ARTIFACTS, 'vscode-pictures');
const README = readFileSync(join(process.env.EXT, 'README.md'), 'utf8');

/** The pictures of the README are written over only when asked for; all others stay beside the other artefacts. */
function pictureFile(name) {
  const wanted = process.env.SPINE_PICTURES && README.includes(`images/${name}.png`);
  return join(wanted ? join(process.env.EXT, 'images') : KEPT, `${name}.png`);
}

export function useWorkbench(options, { target } = {}) {
  const suite = {};
  before(async () => {
    suite.workbench = await startWorkbench(options);
    const opened = await openWorkbench(suite.workbench, { target: target?.(suite.workbench) });
    Object.assign(suite, opened);
  });
  after(async () => {
    await suite.close?.();
    suite.workbench?.stop();
  });
  beforeEach(() => {
    suite.done = false;
  });
  afterEach(async test => {
    if (!suite.done) {
      const file = await keepScreenshot(suite.page, `${test.name}`);
      test.diagnostic(`screenshot: ${file}`);
      test.diagnostic(
        suite.log
          .filter(one => /^error/.test(one))
          .slice(-5)
          .join('\n'),
      );
    }
    await closeEditors(suite.page);
    if (await suite.page.locator('.part.panel').isVisible()) {
      await runCommand(suite.page, 'View: Hide Panel');
    }
  });
  return suite;
}

/** A picture of a part of the page, without the pointer's traces. */
export async function picture(page, name, clip) {
  mkdirSync(KEPT, { recursive: true });
  await page.mouse.move(2, 500);
  await page.screenshot({ path: pictureFile(name), ...(clip ? { clip } : {}) });
}
