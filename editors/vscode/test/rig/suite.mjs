// One workbench for a file of tests: started once, a screenshot when a test fails, pictures for the README.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, it } from 'node:test';
import { keepScreenshot } from './browser.mjs';
import { closeEditors, runCommand } from './user.mjs';
import { openWorkbench, startWorkbench } from './workbench.mjs';

const KEPT = join(process.env.ARTIFACTS, 'vscode-pictures');
const IMAGES = join(process.env.EXT, 'images');

export function useWorkbench(options, { target, size } = {}) {
  const suite = {
    /** A test that counts as done only when it came to its end; the screenshot of the others is kept. */
    works: (name, run) =>
      it(name, async test => {
        await run(suite.page, test);
        suite.done = true;
      }),
  };
  before(async () => {
    suite.workbench = await startWorkbench(options);
    const opened = await openWorkbench(suite.workbench, { target: target?.(suite.workbench), size });
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

/** A picture of the page, without the pointer's traces, kept beside the other artefacts. */
export async function picture(page, name, folder = KEPT) {
  mkdirSync(folder, { recursive: true });
  await page.mouse.move(2, 500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** A picture that the README shows: what moves or fades has come to its end. */
export async function readmePicture(page, name) {
  await page.mouse.move(2, 500);
  await page.waitForTimeout(600);
  await picture(page, name, IMAGES);
}
