// What a person sees and does in the real workbench, from the first squiggle to the picture of the graph.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { picture, useWorkbench } from '../rig/suite.mjs';
import {
  chooseInMenu,
  closeEditors,
  cursorLine,
  eventually,
  goToEndOf,
  graphFrame,
  line,
  openFile,
  planFrame,
  runCommand,
  toast,
} from '../rig/user.mjs';

const suite = useWorkbench({
  git: true,
  settings: { 'workbench.colorTheme': 'Dark Modern', 'editor.minimap.enabled': false },
});

/** A test that counts as done only when it came to its end; the screenshot of the others is kept. */
const works = (name, run) =>
  it(name, async test => {
    await run(suite.page, test);
    suite.done = true;
  });

/** Steps are picked by a selector that the server reads: as it is completed, against git, and with a fault in it. */
async function selects(page, frame) {
  const search = frame.locator('#search');
  const hits = () =>
    frame.locator('.node[data-hit="true"]').evaluateAll(all => all.map(one => one.dataset.id).join(' '));
  const picks = async ids =>
    eventually(hits, found => found === ids, `what ${await search.inputValue()} picks`);
  await search.fill('changed:HEAD');
  await picks('archive');
  await search.fill('1+pub');
  await frame.locator('#search-options [role="option"]', { hasText: '1+publish' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await picks('tidy enrich publish');
  await search.fill('level:1,tydi');
  await frame.locator('#search-wrong mark', { hasText: 'tydi' }).waitFor();
  await picture(page, 'selector');
  await search.fill('');
}

const squiggle = page => page.locator('.squiggly-error').first();
const lineWith = (page, pattern) => page.locator('.view-line', { hasText: pattern }).first();
const stateOf = (frame, id) => frame.locator(`.node[data-id="${id}"]`).getAttribute('data-state');
const roleOf = (frame, id) => frame.locator(`.node[data-id="${id}"]`).getAttribute('data-role');

async function chooseTheme(page, name) {
  await runCommand(page, 'Preferences: Color Theme');
  const input = page.locator('.quick-input-widget input[type=text]').first();
  await input.fill(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
}

async function openGraph(page, name = 'daily.yaml') {
  await openFile(page, name);
  await runCommand(page, 'Spine: Show Graph');
  const frame = await graphFrame(page);
  await frame.locator('.node').first().waitFor();
  return frame;
}

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

describe('the graph', () => {
  works('draws the group, and a click on a step puts the cursor on it', async page => {
    const frame = await openGraph(page);
    assert.equal(await frame.locator('.node').count(), 4);
    const icons = () => document.fonts.load('16px codicon').then(fonts => fonts.map(font => font.status));
    assert.deepEqual(await frame.locator('body').evaluate(icons), ['loaded']);
    await page.locator('.editor-actions .action-label[aria-label*="Show Graph"]').first().waitFor();
    await frame.locator('.node[data-id="enrich"]').click();
    await eventually(
      () => cursorLine(page),
      at => at === 17,
      'the line of enrich',
    );
    assert.equal(await roleOf(frame, 'ingest'), 'up');
    assert.equal(await roleOf(frame, 'publish'), 'down');
    assert.equal(await roleOf(frame, 'tidy'), 'other');
    await picture(page, 'graph');
  });

  works('selects the step at the cursor', async page => {
    const frame = await openGraph(page);
    await line(page, 'sales.tidy').click();
    await frame.locator('.node[data-id="tidy"][data-role="selected"]').waitFor();
    await line(page, 'sales.publish').click();
    await frame.locator('.node[data-id="publish"][data-role="selected"]').waitFor();
  });

  works('turns a cycle red as it is typed, and back when it is undone', async page => {
    const frame = await openGraph(page);
    await goToEndOf(page, 'pipeline: sales.ingest');
    await page.keyboard.type('\ndepends_on: [publish]');
    await frame.locator('.node[data-id="ingest"][data-state="cycle"]').waitFor();
    const stroke = id =>
      frame.locator(`.node[data-id="${id}"] .box`).evaluate(one => getComputedStyle(one).stroke);
    const [red, green, blue] = (await stroke('tidy')).match(/\d+/g).map(Number);
    assert.ok(red > 180 && green < 120 && blue < 120, 'the cycle is red');
    assert.ok((await frame.locator('.edge[data-state="cycle"]').count()) >= 3);
    await picture(page, 'cycle');
    for (let i = 0; i < 'depends_on: [publish]'.length; i += 1) {
      await page.keyboard.press('Backspace');
    }
    await frame.locator('.node[data-id="ingest"][data-state="ok"]').waitFor();
    assert.equal(await stateOf(frame, 'publish'), 'ok');
  });

  works('shows a missing step as a ghost and what waits for it as blocked', async page => {
    const frame = await openGraph(page, 'faulty.yaml');
    assert.equal(await stateOf(frame, '?ingst'), 'missing');
    assert.equal(await stateOf(frame, 'publish'), 'blocked');
  });

  works('shows what stops when a step fails', async page => {
    const frame = await openGraph(page);
    await frame.locator('.node[data-id="tidy"]').click();
    await frame.locator('#fails').click();
    await frame.locator('.node[data-id="tidy"][data-run="failed"]').waitFor();
    await frame.locator('.node[data-id="publish"][data-run="never-started"]').waitFor();
    assert.match(await frame.locator('#simulation-message').innerText(), /1 fails, 1 never starts/);
    await picture(page, 'simulation');
  });

  works('shows the way between two steps that was asked for by command', async page => {
    const frame = await openGraph(page);
    await line(page, 'sales.publish').click();
    await runCommand(page, 'Spine: Why Does This Step Wait?');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'ingest' }).first().waitFor();
    await page.keyboard.type('ingest');
    await page.keyboard.press('Enter');
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'waits for ingest' })
      .first()
      .waitFor();
    await frame.locator('.edge[data-role="path"]').first().waitFor({ state: 'attached' });
    assert.equal(await frame.locator('.edge[data-role="path"]').count(), 4);
    await page.keyboard.press('Escape');
  });

  works(
    'is edited by hand: one edit of the text each, undone in one step; a cycle is refused by name',
    async page => {
      const frame = await openGraph(page);
      const centre = async locator => {
        const { x, y, width, height } = await locator.boundingBox();
        return [x + width / 2, y + height / 2];
      };
      const node = id => frame.locator(`.node[data-id="${id}"]`);
      const pull = async (from, to) => {
        await node(from).hover();
        await page.mouse.move(...(await centre(frame.locator('.handle[data-end="out"]'))));
        await page.mouse.down();
        await page.mouse.move(...(await centre(node(to).locator('rect.box'))), { steps: 5 });
      };
      const edge = (from, to) => frame.locator(`.edge[data-from="${from}"][data-to="${to}"]`);
      await pull('publish', 'ingest');
      await frame.locator('#note.refused', { hasText: 'ingest → publish' }).waitFor();
      await page.mouse.up();
      await pull('ingest', 'publish');
      await page.mouse.up();
      await edge('ingest', 'publish').waitFor({ state: 'attached' });
      await lineWith(page, /depends_on:\s*\[tidy,\s*enrich,\s*ingest\]/).waitFor();
      await node('publish').focus();
      await page.keyboard.press('Control+z');
      await edge('ingest', 'publish').waitFor({ state: 'detached' });
      await node('publish').focus();
      await page.keyboard.press('F2');
      await frame.locator('#naming-field').fill('deliver');
      await page.keyboard.press('Enter');
      await node('deliver').waitFor();
      await lineWith(page, /name:\s*deliver/).waitFor();
      await node('tidy').click({ button: 'right' });
      await chooseInMenu(page, 'Delete and Reconnect');
      await edge('ingest', 'deliver').waitFor({ state: 'attached' });
      assert.equal(await node('tidy').count(), 0);
    },
  );

  works('follows the editor until it is pinned, and is docked below the text', async page => {
    const frame = await openGraph(page);
    const shows = (where, id) => where.locator(`.node[data-id="${id}"]`).waitFor();
    await openFile(page, 'faulty.yaml');
    await shows(frame, '?ingst');
    await frame.locator('#pin').click();
    await openFile(page, 'daily.yaml');
    await lineWith(page, 'sales.daily').waitFor();
    assert.equal(await frame.locator('.node[data-id="?ingst"]').count(), 1, 'it keeps its group');
    await closeEditors(page);
    await openFile(page, 'daily.yaml');
    await runCommand(page, 'Spine: Dock Graph in the Panel');
    const docked = await graphFrame(page);
    await shows(docked, 'enrich');
    await picture(page, 'docked');
    await docked.locator('.node[data-id="enrich"]').click({ button: 'right' });
    await chooseInMenu(page, 'Only What It Waits For');
    await docked.locator('.node[data-id="publish"]').waitFor({ state: 'detached' });
    await openFile(page, 'faulty.yaml');
    await shows(docked, '?ingst');
  });

  works('turns to the group of the file that the cursor moves into, until it is pinned', async page => {
    const frame = await openGraph(page, 'pair.yaml');
    const node = id => frame.locator(`.node[data-id="${id}"]`);
    await node('store').waitFor();
    await line(page, 'pair.mail').click();
    await frame.locator('.node[data-id="mail"][data-role="selected"]').waitFor();
    await line(page, 'pair.fetch').click();
    await frame.locator('.node[data-id="fetch"][data-role="selected"]').waitFor();
    await frame.locator('#pin').click();
    await line(page, 'pair.mail').click();
    await runCommand(page, 'Spine: Show Graph');
    for (const group of ['pair.late', 'pair.early']) {
      await page.locator('.tab', { hasText: `Graph: ${group}` }).waitFor();
    }
  });

  works('compares with HEAD: what was added, removed and changed', async page => {
    await openFile(page, 'daily.yaml');
    await goToEndOf(page, 'depends_on: [tidy, enrich]');
    // The editor keeps the indentation of the line before.
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('- name: archive\n  pipeline: sales.archive\ndepends_on: [publish]');
    await runCommand(page, 'Spine: Compare Graph with HEAD');
    const frame = await graphFrame(page);
    await frame.locator('.node[data-id="archive"][data-change="added"]').waitFor();
    assert.equal(await frame.locator('.node[data-id="ingest"]').getAttribute('data-change'), '');
    await frame
      .locator('.edge[data-from="publish"][data-to="archive"][data-change="added"]')
      .waitFor({ state: 'attached' });
    await frame.locator('#changes-toggle', { hasText: '+1 step, +1 edge since HEAD' }).click();
    await picture(page, 'compare');
    await frame.locator('#changes button', { hasText: 'archive waits for publish' }).click();
    await frame.locator('.edge[data-role="chosen"]').waitFor({ state: 'attached' });
    await selects(page, frame);
    await frame.locator('#compare-with').click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'First state' }).first().click();
    await frame.locator('#changes-toggle', { hasText: /since [0-9a-f]{8}/ }).waitFor();
  });

  works('asks for the file of a new group, and saves it there', async page => {
    await openFile(page, 'daily.yaml');
    await runCommand(page, 'Spine: New Pipeline Group');
    const input = page.locator('.quick-input-widget input[type=text]').first();
    await eventually(
      () => input.inputValue(),
      value => value === 'group.yaml',
      'the proposed name',
    );
    await input.fill('daily.yaml');
    await page.locator('.quick-input-widget', { hasText: 'daily.yaml exists already' }).waitFor();
    await input.fill('weekly');
    await page.keyboard.press('Enter');
    await page.locator('.tab.active', { hasText: 'weekly.yaml' }).waitFor();
    await lineWith(page, 'name: domain.weekly').waitFor();
    await page.keyboard.press('Control+s');
    await eventually(() => existsSync(suite.workbench.path('first', 'weekly.yaml')), Boolean, 'the file');
  });

  works('writes the graph to a file that is chosen in the dialog', async page => {
    await openGraph(page);
    await runCommand(page, 'Spine: Export Graph');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: '.mmd' }).click();
    await page.locator('.quick-input-widget', { hasText: 'Export the graph as Mermaid' }).waitFor();
    const input = page.locator('.quick-input-widget input[type=text]').first();
    const target = suite.workbench.path('first', 'sales.daily.mmd');
    await eventually(
      () => input.inputValue(),
      path => path === target,
      'the proposed file',
    );
    await page.keyboard.press('Enter');
    await toast(page, 'The graph was written to').waitFor();
    assert.match(readFileSync(target, 'utf8'), /graph|flowchart/);
  });

  works('stands as it was after the window is loaded again', async page => {
    const frame = await openGraph(page);
    await frame.locator('#turn').click();
    await frame.locator('.node[data-id="tidy"]').click();
    await frame.locator('#levels.down').waitFor({ state: 'attached' });
    const loaded = page.waitForEvent('load');
    await runCommand(page, 'Developer: Reload Window');
    await loaded;
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    const again = await graphFrame(page);
    await again.locator('.node[data-id="tidy"][data-role="selected"]').waitFor({ timeout: 30_000 });
    await again.locator('#levels.down').waitFor({ state: 'attached' });
  });

  works('follows the theme, high contrast too', async page => {
    const frame = await openGraph(page);
    const look = () =>
      frame.locator('body').evaluate(one => [one.className, getComputedStyle(one).backgroundColor]);
    const [, dark] = await look();
    await chooseTheme(page, 'Dark High Contrast');
    await frame.locator('body.vscode-high-contrast').waitFor();
    const [, contrast] = await look();
    assert.notEqual(dark, contrast);
    const box = frame.locator('.node[data-id="ingest"] .box');
    assert.equal(await box.evaluate(one => getComputedStyle(one).fill), contrast);
    await picture(page, 'contrast');
    await chooseTheme(page, 'Dark Modern');
    await frame.locator('body:not(.vscode-high-contrast)').waitFor();
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
