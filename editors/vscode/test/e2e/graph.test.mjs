// The graph in the real workbench: drawn, followed both ways, edited by hand, compared, and as it was after a reload.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe } from 'node:test';
import { picture, useWorkbench } from '../rig/suite.mjs';
import {
  chooseInMenu,
  chooseTheme,
  closeEditors,
  cursorLine,
  eventually,
  goToEndOf,
  graphFrame,
  line,
  lineWith,
  openFile,
  openGraph,
  runCommand,
  toast,
} from '../rig/user.mjs';

const suite = useWorkbench({
  git: true,
  settings: { 'workbench.colorTheme': 'Dark Modern', 'editor.minimap.enabled': false },
});
const { works } = suite;

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

const stateOf = (frame, id) => frame.locator(`.node[data-id="${id}"]`).getAttribute('data-state');
const roleOf = (frame, id) => frame.locator(`.node[data-id="${id}"]`).getAttribute('data-role');

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
