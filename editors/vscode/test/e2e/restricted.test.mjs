// A workspace that is not trusted: the server still helps, and nothing of the workspace is run.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { useWorkbench } from '../rig/suite.mjs';
import { eventually, openFile, runCommand } from '../rig/user.mjs';

const suite = useWorkbench({
  trusted: false,
  settings: { 'security.workspace.trust.startupPrompt': 'never' },
});

/** The commands of the palette that are called exactly so. */
async function offered(page, title) {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input[type=text]').first();
  await input.fill(`>${title}`);
  const rows = page.locator('.quick-input-list .monaco-list-row');
  await rows.first().waitFor(); // one that says that nothing matches, at the least
  const names = await rows.locator('.label-name').allInnerTexts();
  await page.keyboard.press('Escape');
  return names.filter(name => name === title);
}

describe('in Restricted Mode', () => {
  it('marks faults, and does not run the Python that the workspace names', async () => {
    const { page, workbench } = suite;
    const trap = workbench.path('first', 'python');
    const sprung = workbench.path('first', 'sprung');
    writeFileSync(trap, `#!/bin/sh\ntouch '${sprung}'\nexec python3 "$@"\n`);
    chmodSync(trap, 0o755);
    mkdirSync(workbench.path('first', '.vscode'));
    writeFileSync(
      workbench.path('first', '.vscode/settings.json'),
      JSON.stringify({ 'spine.server.python': trap }),
    );
    await page.reload();
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await openFile(page, 'faulty.yaml');
    await page.locator('.squiggly-error').first().waitFor();
    await eventually(
      () => page.locator('.part.statusbar').innerText(),
      text => /Restricted Mode/.test(text),
      'the mode',
    );
    assert.ok(!existsSync(sprung), 'the Python of the workspace was not run');
    suite.done = true;
  });

  it('has no lens, no command and no list that runs or debugs anything, and says why', async () => {
    const { page } = suite;
    await openFile(page, 'daily.yaml');
    const titles = await page.locator('.codelens-decoration a').allInnerTexts();
    assert.deepEqual(
      titles.filter(title => /^(Run|Resume|Debug)\b/.test(title)),
      [],
    );
    assert.deepEqual(await offered(page, 'Spine: Show Graph'), ['Spine: Show Graph']);
    for (const title of ['Spine: Run', 'Spine: Cancel Run', 'Spine: Debug Step']) {
      assert.deepEqual(await offered(page, title), [], title);
    }
    await runCommand(page, 'Focus on Spine Runs View');
    const view = page.locator('.pane', { hasText: 'Spine Runs' });
    await view.getByText('This workspace is not trusted, so nothing of it is run.').waitFor();
    await view.getByText('Manage Workspace Trust').waitFor();
    assert.equal(await view.locator('.monaco-list-row').count(), 0);
    suite.done = true;
  });
});
