// A workspace that is not trusted: the server still helps, and nothing of the workspace is run.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { useWorkbench } from '../rig/suite.mjs';
import { eventually, openFile } from '../rig/user.mjs';

const suite = useWorkbench({
  trusted: false,
  settings: { 'security.workspace.trust.startupPrompt': 'never' },
});

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
});
