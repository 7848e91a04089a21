// The graph edited by hand: what each gesture and key asks of the extension, and what is shown of the answer.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { graphOf } from './graphs.mjs';
import { DIAMOND, useGraphPage } from './page.mjs';

const use = useGraphPage();
const { post, sent, node, attribute, draw, box } = use;
let page;
beforeEach(() => {
  page = use.page;
});

const edge = (from, to) => page.locator(`.edge[data-from="${from}"][data-to="${to}"]`);
const handle = end => page.locator(`.handle[data-end="${end}"]`);
const field = () => page.locator('#naming-field');
const centre = async locator => {
  const { x, y, width, height } = await locator.boundingBox();
  return [x + width / 2, y + height / 2];
};
const edits = async () => (await sent('edit')).map(message => message.edit);
const lastEdit = async () => {
  await page.waitForFunction(() => window.sent.some(one => one.type === 'edit'));
  return (await edits()).at(-1);
};

/** Pulls at a handle of a node, to the middle of another node or to a place. */
async function pull(from, end, to) {
  await node(from).hover();
  await page.mouse.move(...(await centre(handle(end))));
  await page.mouse.down();
  const place = Array.isArray(to) ? to : await centre(node(to).locator('rect'));
  await page.mouse.move(...place, { steps: 6 });
}

async function clickEdge(from, to) {
  // In the middle of its line, wherever the layout put it.
  const [x, y] = await edge(from, to)
    .locator('.line')
    .evaluate(line => {
      const { x, y } = line.getPointAtLength(line.getTotalLength() / 2);
      const at = new DOMPoint(x, y).matrixTransform(line.getScreenCTM());
      return [at.x, at.y];
    });
  await page.mouse.click(x, y);
}

describe('an edge drawn with the pointer', () => {
  it('goes from what is waited for to what waits, whichever handle is pulled at', async () => {
    await draw(graphOf(DIAMOND));
    await pull('ingest', 'out', 'publish');
    assert.equal(await attribute('publish', 'data-target'), 'yes');
    await page.mouse.up();
    assert.deepEqual(await lastEdit(), { kind: 'addEdge', from: 'ingest', to: 'publish' });
    assert.equal(await attribute('publish', 'data-target'), null);
    await pull('publish', 'in', 'ingest');
    await page.mouse.up();
    assert.deepEqual((await edits()).length, 2);
    assert.deepEqual((await edits())[1], { kind: 'addEdge', from: 'ingest', to: 'publish' });
  });

  it('is refused while it is drawn to what would close a cycle, with the reason of the server', async () => {
    await draw(graphOf(DIAMOND));
    await pull('publish', 'out', 'ingest');
    for (const name of ['ingest', 'clean', 'enrich', 'publish']) {
      assert.equal(await attribute(name, 'data-target'), 'no', name);
    }
    await page.waitForFunction(() => window.sent.some(one => one.type === 'try'));
    assert.deepEqual((await sent('try'))[0].edit, { kind: 'addEdge', from: 'publish', to: 'ingest' });
    await post({ type: 'tried', refusal: '`ingest` → `publish` → `ingest`: each waits for the other' });
    await page.locator('#note.refused', { hasText: 'ingest → publish → ingest: each waits' }).waitFor();
    assert.equal(await page.locator('#note code').count(), 3, 'names are set off, not in backquotes');
    assert.deepEqual(await edits(), [], 'nothing is edited while the pointer is down');
    await page.mouse.up();
    await page.locator('#note').waitFor({ state: 'hidden' });
  });

  it('makes a new step where it is let go over the ground, once that has a name', async () => {
    await draw(graphOf(DIAMOND));
    await pull('publish', 'out', [300, 480]);
    await page.mouse.up();
    await field().waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'naming-field');
    await page.keyboard.type('archive');
    assert.deepEqual(await edits(), []);
    await page.keyboard.press('Enter');
    assert.deepEqual(await lastEdit(), { kind: 'addStep', on: 'publish', name: 'archive' });
  });

  it('is forgotten with Escape', async () => {
    await draw(graphOf(DIAMOND));
    await pull('ingest', 'out', 'publish');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.rubber:not(.hidden)').count(), 0);
    await page.mouse.up();
    assert.deepEqual(await edits(), []);
  });

  it('starts from steps only, never from ghosts and folded levels', async () => {
    await draw(graphOf('a: nobody\nb: a'));
    await node('?nobody').hover();
    assert.equal(await page.locator('.handles:not(.hidden)').count(), 0);
    await node('b').hover();
    await page.locator('.handles:not(.hidden)').waitFor();
  });
});

describe('an edge that is chosen', () => {
  it('is deleted with Delete, and gets a step with I', async () => {
    await draw(graphOf(DIAMOND));
    await clickEdge('ingest', 'clean');
    assert.equal(await edge('ingest', 'clean').getAttribute('data-role'), 'chosen');
    await page.locator('#note', { hasText: 'clean waits for ingest' }).waitFor();
    await page.keyboard.press('i');
    await field().fill('check');
    await page.keyboard.press('Enter');
    assert.deepEqual(await lastEdit(), { kind: 'insertOnEdge', from: 'ingest', to: 'clean', name: 'check' });
    await page.keyboard.press('Escape');
    await clickEdge('enrich', 'publish');
    await page.keyboard.press('Delete');
    assert.deepEqual((await edits()).at(-1), { kind: 'removeEdge', from: 'enrich', to: 'publish' });
  });

  it('is reached with the keys, and told to those who hear it', async () => {
    await draw(graphOf(DIAMOND));
    await node('publish').focus();
    await page.keyboard.press('e');
    await page.keyboard.press('e');
    assert.match(await page.locator('[aria-live]').innerText(), /publish waits for enrich/);
    await page.keyboard.press('Shift+E');
    await page.keyboard.press('Delete');
    assert.deepEqual(await lastEdit(), { kind: 'removeEdge', from: 'clean', to: 'publish' });
  });

  it('has a menu of its own, as the ground has', async () => {
    await draw(graphOf(DIAMOND));
    const context = JSON.parse(await edge('ingest', 'clean').getAttribute('data-vscode-context'));
    assert.deepEqual(
      [context.webviewSection, context.spineFrom, context.spineTo],
      ['edge', 'ingest', 'clean'],
    );
    const ground = JSON.parse(await page.locator('#canvas').getAttribute('data-vscode-context'));
    assert.equal(ground.webviewSection, 'ground');
    await post({ type: 'act', act: 'removeEdge', at: { from: 'ingest', to: 'clean' } });
    assert.deepEqual(await lastEdit(), { kind: 'removeEdge', from: 'ingest', to: 'clean' });
  });
});

describe('steps', () => {
  it('are renamed in place; a refused name stays in the field with the reason', async () => {
    await draw(graphOf(DIAMOND));
    await node('clean').focus();
    await page.keyboard.press('F2');
    assert.equal(await field().inputValue(), 'clean');
    await field().fill('ingest');
    await page.keyboard.press('Enter');
    assert.deepEqual(await lastEdit(), { kind: 'rename', step: 'clean', name: 'ingest' });
    await post({ type: 'edited', refusal: 'the group already has a step `ingest`', select: null });
    await page.locator('#naming-reason', { hasText: 'already has' }).waitFor();
    await field().fill('tidy');
    await page.keyboard.press('Enter');
    await post({ type: 'edited', refusal: null, select: 'tidy' });
    await draw(graphOf(DIAMOND.replaceAll('clean', 'tidy')));
    await page.waitForFunction(() => document.activeElement?.dataset?.id === 'tidy');
    assert.ok(!(await field().isVisible()));
  });

  for (const [key, act, expected] of [
    ['b', 'insertBefore', { kind: 'insertBefore', step: 'clean', name: 'x' }],
    ['a', 'insertAfter', { kind: 'insertAfter', step: 'clean', name: 'x' }],
    ['n', 'addStep', { kind: 'addStep', on: 'clean', name: 'x' }],
  ]) {
    it(`come new by the key ${key} and by the menu (${act})`, async () => {
      await draw(graphOf(DIAMOND));
      await node('clean').focus();
      await page.keyboard.press(key);
      await page.keyboard.type('x');
      await page.keyboard.press('Enter');
      assert.deepEqual(await lastEdit(), expected);
      await page.keyboard.press('Escape');
      await post({ type: 'act', act, at: { id: 'clean' } });
      await field().fill('x');
      await page.keyboard.press('Enter');
      assert.deepEqual(await edits(), [expected, expected]);
    });
  }

  it('are deleted with Delete, and the keys do nothing to a ghost', async () => {
    await draw(graphOf('a: nobody\nb: a'));
    await node('?nobody').focus();
    await page.keyboard.press('Delete');
    await page.keyboard.press('F2');
    await page.keyboard.press('c');
    assert.deepEqual(await edits(), []);
    assert.ok(!(await field().isVisible()));
    await node('a').focus();
    await page.keyboard.press('Delete');
    assert.deepEqual(await lastEdit(), { kind: 'delete', step: 'a' });
  });

  it('are connected with the keys: C, the arrows, Enter; the reason of a refusal on the way', async () => {
    await draw(graphOf(DIAMOND));
    await node('clean').focus();
    await page.keyboard.press('c');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => window.sent.some(one => one.type === 'try'));
    await post({ type: 'tried', refusal: '`publish` already waits for `clean`' });
    await page.locator('#note.refused', { hasText: 'already waits' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    const down = (await box('enrich')).y > (await box('clean')).y;
    await node('clean').focus();
    await page.keyboard.press(down ? 'ArrowDown' : 'ArrowUp');
    await page.keyboard.press('Enter');
    assert.deepEqual(await lastEdit(), { kind: 'addEdge', from: 'clean', to: 'enrich' });
  });

  it('that are dragged elsewhere stay, and the reason is shown', async () => {
    await draw(graphOf(DIAMOND));
    const [x, y] = await centre(node('publish').locator('rect'));
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 200, y + 60, { steps: 4 });
    await page.waitForFunction(() => window.sent.some(one => one.type === 'try'));
    assert.deepEqual((await sent('try'))[0].edit, { kind: 'move', step: 'publish' });
    await post({ type: 'tried', refusal: '`publish` stands where it does because it waits for `clean`' });
    await page.locator('#note.refused', { hasText: 'stands where it does' }).waitFor();
    await page.mouse.up();
    assert.deepEqual(await edits(), []);
  });

  it('stay selected when something else is dragged', async () => {
    await draw(graphOf(DIAMOND));
    await node('clean').click();
    const [x, y] = await centre(node('publish').locator('rect'));
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 60, y + 120, { steps: 4 });
    await page.mouse.up();
    assert.equal(await attribute('clean', 'data-role'), 'selected');
    await pull('ingest', 'out', 'publish');
    await page.mouse.up();
    assert.equal(await attribute('clean', 'data-role'), 'selected');
    await page.mouse.click(450, 500);
    assert.equal(await attribute('clean', 'data-role'), '');
  });

  it('come back with Control+Z, which the text does', async () => {
    await draw(graphOf(DIAMOND));
    await node('clean').focus();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    assert.equal((await sent('undo')).length, 1);
    assert.equal((await sent('redo')).length, 1);
  });
});

describe('the answer', () => {
  it('selects what was added as soon as it is drawn', async () => {
    await draw(graphOf(DIAMOND));
    await post({ type: 'edited', refusal: null, select: 'archive' });
    await draw(graphOf(`${DIAMOND}\narchive: publish`));
    await page.locator('.node[data-id="archive"][data-role="selected"]').waitFor();
  });

  it('says why an edge was refused, until the next thing is done', async () => {
    await draw(graphOf(DIAMOND));
    await post({ type: 'edited', refusal: 'the text holds no such group now', select: null });
    await page.locator('#note.refused', { hasText: 'no such group' }).waitFor();
    await node('clean').click();
    await page.locator('#note').waitFor({ state: 'hidden' });
  });
});
