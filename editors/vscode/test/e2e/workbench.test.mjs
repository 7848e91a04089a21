// What a person sees and does in the real workbench: the text, the resolved order, lenses, commands, and what is wrong.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe } from 'node:test';
import { picture, useWorkbench } from '../rig/suite.mjs';
import {
  cursorLine,
  eventually,
  goToEndOf,
  graphFrame,
  lineWith,
  openFile,
  openGraph,
  planFrame,
  runCommand,
  toast,
} from '../rig/user.mjs';

const suite = useWorkbench({
  git: true,
  settings: { 'workbench.colorTheme': 'Dark Modern', 'editor.minimap.enabled': false },
});
const { works } = suite;

const squiggle = page => page.locator('.squiggly-error').first();

describe('in the text', () => {
  works('marks a fault, lists it under Problems, and links to its rule', async page => {
    await openFile(page, 'faulty.yaml');
    await squiggle(page).waitFor();
    await runCommand(page, 'Problems: Focus on Problems View');
    const row = page.locator('.markers-panel .monaco-list-row', { hasText: 'unknown-dependency' });
    await row.waitFor();
    const link = row.locator('a', { hasText: 'unknown-dependency' });
    assert.match(
      await link.getAttribute('href').then(href => href ?? link.getAttribute('data-href')),
      /unknown-dependency/,
    );
    await picture(page, 'problem');
  });

  works('completes the name of a step', async page => {
    await openFile(page, 'daily.yaml');
    await goToEndOf(page, 'depends_on: [tidy, enrich]');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.type(', ing');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'ingest' }).first().waitFor();
    await picture(page, 'completion');
    await page.keyboard.press('Enter');
    await lineWith(page, /depends_on:\s*\[tidy,\s*enrich,\s*ingest\]/).waitFor();
  });

  works('applies the fix for a misspelt dependency', async page => {
    await openFile(page, 'faulty.yaml');
    await squiggle(page).waitFor();
    await page
      .locator('.view-line span', { hasText: /^ingst$/ })
      .last()
      .click();
    const fix = page.locator('.action-widget .monaco-list-row', { hasText: 'ingest' }).first();
    const opens = async () => {
      // A lens that comes meanwhile closes the list again.
      await page.keyboard.press('Control+.');
      return fix.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
    };
    await eventually(opens, isOpen => isOpen, 'the list of fixes', 60_000);
    await page.keyboard.press('Enter');
    await lineWith(page, /depends_on:\s*\[ingest\]/).waitFor();
    await squiggle(page).waitFor({ state: 'detached' });
  });

  works('renames a step wherever it is named', async page => {
    await openFile(page, 'daily.yaml');
    await goToEndOf(page, /name:\s*ingest/);
    await page.keyboard.press('F2');
    const box = page.locator('.rename-box input');
    await box.waitFor();
    await box.fill('fetch');
    await page.keyboard.press('Enter');
    await lineWith(page, /name:\s*fetch/).waitFor();
    assert.equal(await page.locator('.view-line', { hasText: /depends_on:\s*\[fetch\]/ }).count(), 2);
  });

  works('shows where a step stands when the mouse rests on it', async page => {
    await openFile(page, 'daily.yaml');
    await page
      .locator('.view-line span', { hasText: /^\s*publish$/ })
      .first()
      .hover();
    await page.locator('.monaco-hover:visible', { hasText: 'enrich' }).first().waitFor();
  });

  works('lists the group and its steps in the tree', async page => {
    await openFile(page, 'daily.yaml');
    await runCommand(page, 'Explorer: Focus on Spine Groups View');
    const row = page.locator('.pane-body .monaco-list-row', { hasText: 'sales.daily' });
    await row.waitFor();
    await row.click();
    await page.keyboard.press('ArrowRight');
    const step = page.locator('.pane-body .monaco-list-row', { hasText: 'publish' });
    await step.waitFor();
    await step.click();
    await eventually(
      () => cursorLine(page),
      at => at === 22,
      'the line of publish',
    );
  });
});

describe('the resolved order', () => {
  works('shows levels, steps and parameters, and takes run parameters', async page => {
    await openFile(page, 'daily.yaml');
    await runCommand(page, 'Spine: Show Resolved Order');
    const frame = await planFrame(page);
    const rows = frame.locator('tr[data-step]');
    await rows.nth(3).waitFor();
    assert.deepEqual(await rows.evaluateAll(all => all.map(one => one.dataset.step)), [
      'ingest',
      'tidy',
      'enrich',
      'publish',
    ]);
    const param = (step, name) => frame.locator(`tr[data-step="${step}"] li[data-param="${name}"]`);
    assert.equal(await param('enrich', 'region').getAttribute('data-origin'), 'step');
    assert.equal(await param('tidy', 'region').count(), 0, 'defaults stand once, on top');
    await frame.locator('#defaults li[data-param="region"][data-origin="default"]').waitFor();
    await frame.locator('#add').click();
    await frame.getByLabel('Name', { exact: true }).last().fill('region');
    await frame.getByLabel('Value', { exact: true }).last().fill('asia');
    await frame
      .locator('#defaults li[data-param="region"][data-origin="run"]', { hasText: 'asia' })
      .waitFor();
    await picture(page, 'order');
    await frame.locator('tr[data-step="publish"] button').click();
    await eventually(
      () => cursorLine(page),
      at => at === 22,
      'the line of publish',
    );
  });
});

describe('lenses and commands', () => {
  const failed = page => page.locator('.notification-toast', { hasText: /Spine:|Cannot read|failed/ });

  works('lets every lens of a faulty group be clicked', async page => {
    suite.workbench.setMachine({ 'spine.codeLens.dependents': true });
    await openFile(page, 'faulty.yaml');
    const lens = page.locator('.codelens-decoration a');
    await lens.filter({ hasText: /wait/ }).first().waitFor();
    const titles = await lens.allInnerTexts();
    assert.ok(titles.length >= 4, titles.join(' | '));
    const places = page.locator('.peekview-widget, .reference-zone-widget').first();
    const click = title => lens.filter({ hasText: title }).first().click();
    for (const title of new Set(titles)) {
      if (/problem|error/.test(title)) {
        // The places of the problems, to go through. A lens that is just made anew loses a click.
        const opened = async () => {
          await click(title);
          return places.waitFor({ timeout: 3000 }).then(
            () => true,
            () => false,
          );
        };
        await eventually(opened, Boolean, 'the places of the problems');
        await page.keyboard.press('Escape');
      } else {
        await click(title);
      }
    }
    assert.equal(await failed(page).count(), 0, await failed(page).allInnerTexts());
    suite.workbench.setMachine({});
  });

  works('has no command that throws, whatever has the focus', async page => {
    const titles = [
      'Spine: Show Graph',
      'Spine: Show Resolved Order',
      'Spine: Compare Graph with HEAD',
      'Spine: Simulate',
    ];
    await openFile(page, 'daily.yaml');
    for (const focus of ['text', 'graph', 'order']) {
      if (focus === 'graph') {
        await (await graphFrame(page)).locator('#canvas').click({ position: { x: 5, y: 60 } });
      } else if (focus === 'order') {
        await (await planFrame(page)).locator('header').click();
      }
      for (const title of titles) {
        await runCommand(page, title);
      }
    }
    assert.equal(await failed(page).count(), 0, await failed(page).allInnerTexts());
  });

  works('keeps the panels of a group whose name is typed, and of a file that is renamed', async page => {
    const frame = await openGraph(page);
    await runCommand(page, 'Spine: Show Resolved Order');
    const order = await planFrame(page);
    await order.locator('tr[data-step]').first().waitFor();
    await goToEndOf(page, 'name: sales.daily');
    await page.keyboard.type('_eu', { delay: 40 });
    await page.keyboard.press('Escape');
    await frame.locator('#summary', { hasText: 'sales.daily_eu' }).waitFor();
    await order.locator('h1', { hasText: 'sales.daily_eu' }).waitFor();
    assert.ok(await frame.locator('#banner').isHidden());
    await goToEndOf(page, 'pipeline: sales.ingest');
    await page.keyboard.type('\ndepends_on: [publish]');
    await frame.locator('.node[data-id="ingest"][data-state="cycle"]').waitFor();
    await runCommand(page, 'Spine: Show Graph');
    assert.equal(await page.locator('.tab', { hasText: 'Graph:' }).count(), 1);
  });

  works('shows a step that was just inserted', async page => {
    const frame = await openGraph(page);
    await goToEndOf(page, 'depends_on: [tidy, enrich]');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('- name: archive\n  pipeline: sales.archive\ndepends_on: [publish]');
    await page.keyboard.press('Escape');
    await frame.locator('.node[data-id="archive"][data-role="selected"]').waitFor();
    const stage = await frame.locator('#stage').boundingBox();
    const box = await frame.locator('.node[data-id="archive"] rect').boundingBox();
    assert.ok(box.x >= stage.x && box.x + box.width <= stage.x + stage.width, 'it is in sight');
    assert.ok(box.y >= stage.y && box.y + box.height <= stage.y + stage.height, 'it is in sight');
  });

  works('lists every step in the tree, the broken ones first', async page => {
    await openFile(page, 'faulty.yaml');
    await runCommand(page, 'Explorer: Focus on Spine Groups View');
    const rows = page.locator('.pane-body .monaco-list-row');
    await rows.filter({ hasText: 'sales.faulty' }).first().click();
    await page.keyboard.press('ArrowRight');
    await rows.filter({ hasText: 'waits for ingst, which does not exist' }).first().waitFor();
  });
});

describe('when something is wrong', () => {
  works('says in the menu of its state what the server knows, and in full as a page', async page => {
    await openFile(page, 'daily.yaml');
    await page.locator('#spine\\.spine-lsp\\.spine\\.status a').click();
    const row = page.locator('.quick-input-list .monaco-list-row', { hasText: 'What the Server Knows' });
    await row.filter({ hasText: /group.*registered in/ }).click();
    await page.locator('.tab.active', { hasText: 'What the Spine server knows' }).waitFor();
    await lineWith(page, /^-\sspine-lsp\s.*,\son\s.*python/).waitFor();
    await lineWith(page, 'Read from the workspace').waitFor();
  });

  works('starts the server again after it was killed, and the open graph lives on', async page => {
    const frame = await openGraph(page);
    const [first] = await eventually(
      () => servers(),
      found => found.length === 1,
      'the server',
    );
    process.kill(first, 'SIGKILL');
    await eventually(
      () => servers(),
      found => found.length === 1 && found[0] !== first,
      'the next server',
    );
    await goToEndOf(page, 'pipeline: sales.ingest');
    await page.keyboard.type('\ndepends_on: [publish]');
    await frame.locator('.node[data-id="ingest"][data-state="cycle"]').waitFor();
    await squiggle(page).waitFor();
  });

  works('says in one message that Python is missing, with a button that helps', async page => {
    await openFile(page, 'daily.yaml');
    suite.workbench.setMachine({ 'spine.server.python': '/nowhere/python3' });
    const message = toast(page, 'Spine needs Python 3.10 or later');
    await message.waitFor();
    assert.ok((await message.innerText()).includes('/nowhere/python3'));
    await picture(page, 'python');
    assert.equal(await page.locator('.notification-toast', { hasText: 'Spine needs Python' }).count(), 1);
    await page.locator('#spine\\.spine-lsp\\.spine\\.status', { hasText: 'Spine' }).waitFor();
    await message.locator('.monaco-button', { hasText: 'Open Settings' }).click();
    await page.locator('.settings-editor', { hasText: 'Python' }).waitFor();
    suite.workbench.setMachine({});
    await eventually(
      () => servers(),
      found => found.length === 1,
      'the server on the Python of PATH',
    );
  });
});

/** The processes of the language server that belong to this workbench. */
function servers() {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`))
    .filter(pid => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.some(word => word.startsWith(suite.workbench.home)) && words.includes('serve');
      } catch {
        return false; // it has ended meanwhile
      }
    })
    .map(Number);
}
