// The page of `spine-lsp graph --format html` in a browser, from the disk and under its own policy.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openBrowser } from '../rig/browser.mjs';
import { eventually } from '../rig/user.mjs';
import { axeFaults, faint } from './readable.mjs';

const START = join(process.env.EXT, 'server/start.py');
const BROKEN = `name: broken
steps:
  - {name: ingest, pipeline: p.ingest, params: {day: today}}
  - {name: tidy, pipeline: p.tidy, depends_on: [ingest, loop]}
  - {name: loop, pipeline: p.loop, depends_on: [tidy]}
  - {name: gap, pipeline: p.gap, depends_on: [ingst]}
`;

/** A wide group: each step waits for two that come a third of the way before it. */
function large(count) {
  const steps = Array.from({ length: count }, (_, i) => {
    const waits = i === 0 ? [] : [Math.floor((i - 1) / 3), Math.max(0, Math.floor((i - 1) / 3) - 2)];
    const names = [...new Set(waits)].map(j => `step_${j}`);
    return `  - {name: step_${i}, pipeline: p.run, depends_on: [${names.join(', ')}]}`;
  });
  return `name: large\nsteps:\n${steps.join('\n')}\n`;
}

let browser;
let page;
let folder;
let faults;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spine-page-'));
  browser = await openBrowser({ width: 1200, height: 800 });
  page = browser.page;
  page.on('console', message => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', error => faults.push(String(error)));
  page.on('request', request => request.url().startsWith('file:') || faults.push(request.url()));
  for (const [name, text] of [
    ['broken', BROKEN],
    ['2000', large(2000)],
    ['3000', large(3000)],
  ]) {
    writeFileSync(join(folder, `${name}.yaml`), text);
    const words = ['-I', START, 'graph', join(folder, `${name}.yaml`), '--format', 'html'];
    writeFileSync(join(folder, `${name}.html`), run(words));
  }
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  faults = [];
});

/** What the command prints; that of a broken group says so by its exit code too. */
function run(words) {
  try {
    return execFileSync(process.env.SPINE_TEST_PYTHON, words, { maxBuffer: 2 ** 26, stdio: 'pipe' });
  } catch (error) {
    assert.equal(error.status, 1, String(error.stderr));
    return error.stdout;
  }
}

async function open(name) {
  await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
}

const node = name =>
  page.locator(
    `svg.graph:not(.away) .node[aria-label^="${name},"], svg.graph:not(.away) .node[aria-label="${name}"]`,
  );
const heightOf = async name => (await node(name).locator('rect').boundingBox()).height;

/** Whether a node stands inside the drawing, at a size at which it can be read. */
async function isReadable(name) {
  const box = await node(name).locator('rect').boundingBox();
  const stage = await page.locator('svg.graph:not(.away)').boundingBox();
  const inside = box.x >= stage.x && box.x + box.width <= stage.x + stage.width;
  return inside && box.y >= stage.y && box.y + box.height <= stage.y + stage.height && box.height >= 23;
}

describe('the page of a graph', () => {
  it('draws each arrow in the direction of its line', async () => {
    await open('broken');
    const ends = await page.locator('svg.graph .edge').evaluateAll(all =>
      all.map(path => {
        const length = path.getTotalLength();
        const [from, to] = [path.getPointAtLength(length - 3), path.getPointAtLength(length)];
        return Math.hypot(from.x - to.x, from.y - to.y);
      }),
    );
    assert.equal(ends.length, 4);
    assert.ok(
      ends.every(end => end > 2.5),
      `${ends}`,
    );
    assert.deepEqual(faults, []);
  });

  it('lists what a step waits for and what waits for it, and each name leads on', async () => {
    await open('broken');
    await node('tidy').click();
    const details = page.locator('aside');
    await details.locator('h2', { hasText: 'tidy' }).waitFor();
    const text = await details.innerText();
    assert.match(text, /Waits for \(2 directly, 2 in all\)\s+ingest\s+loop/);
    assert.match(text, /Waited for by \(1 directly, 1 in all\)\s+loop/);
    await details.getByRole('button', { name: 'ingest' }).click();
    await details.locator('h2', { hasText: 'ingest' }).waitFor();
    assert.match(await details.innerText(), /Parameter day\s+today/);
    await page.keyboard.press('Escape');
    assert.ok(await details.isHidden());
    assert.deepEqual(faults, []);
  });

  it('can be worked with the keyboard: one stop of Tab, arrows along the edges, keys that zoom', async () => {
    await open('broken');
    for (let stops = 0; !(await node('ingest').evaluate(one => one === document.activeElement)); stops += 1) {
      assert.ok(stops < 8, 'the drawing is a few stops away');
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('ArrowDown');
    assert.ok(await node('tidy').evaluate(one => one === document.activeElement));
    await page.keyboard.press('Enter');
    assert.equal(await node('tidy').getAttribute('aria-pressed'), 'true');
    const before = await heightOf('tidy');
    await page.keyboard.press('+');
    assert.ok((await heightOf('tidy')) > before * 1.2);
    await page.keyboard.press('0');
    await eventually(
      () => heightOf('tidy'),
      height => Math.abs(height - before) < 2,
      'the size that fits',
    );
    await page.keyboard.press('Tab');
    assert.ok(!(await page.evaluate(() => document.activeElement?.classList.contains('node'))));
    assert.deepEqual(faults, []);
  });

  it('finds and shows a step among 2,000, large enough to be read', async () => {
    await open('2000');
    assert.equal(await page.locator('.node').count(), 2000);
    assert.ok(await isReadable('step_0'), 'it begins where the run begins');
    await page.keyboard.press('/');
    await page.keyboard.type('step_1777');
    assert.equal(await page.locator('output').innerText(), '1 found');
    await page.keyboard.press('Enter');
    await eventually(() => isReadable('step_1777'), Boolean, 'step_1777 in sight');
    assert.equal(await page.locator('aside h2').innerText(), 'step_1777');
    await page.locator('input').fill('step_177');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Enter');
    assert.equal(await page.locator('output').innerText(), '11 of 11');
    assert.ok(await isReadable('step_1779'));
    assert.deepEqual(faults, []);
  });

  it('zooms with the wheel around the pointer, with buttons, and shows everything again', async () => {
    await open('2000');
    await page.locator('#fit').click();
    const least = await heightOf('step_0');
    assert.ok(least < 10);
    const box = await node('step_0').locator('rect').boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    for (let turns = 0; turns < 7; turns += 1) {
      await page.mouse.wheel(0, -120);
    }
    await eventually(
      () => heightOf('step_0'),
      height => height > least * 4,
      'a larger node',
    );
    const larger = await node('step_0').locator('rect').boundingBox();
    // The browser tells where the pointer is in whole pixels, and they have become larger too.
    const away = Math.abs(larger.x + larger.width / 2 - x);
    assert.ok(away < 2 + larger.height / least, `what is under the pointer stays there: ${away}`);
    await page.locator('#farther').click();
    assert.ok((await heightOf('step_0')) < larger.height);
    await page.locator('#fit').click();
    assert.ok(Math.abs((await heightOf('step_0')) - least) < 1);
    assert.deepEqual(faults, []);
  });

  for (const count of [2000, 3000]) {
    it(`draws what is near a step of ${count}, by itself`, async () => {
      await open(String(count));
      await page.locator('input').fill('step_400');
      await page.keyboard.press('Enter');
      await page.locator('#near').click();
      await eventually(() => isReadable('step_400'), Boolean, 'step_400 in sight');
      const shown = await page.locator('svg.graph:not(.away) .node').count();
      assert.ok(shown > 4 && shown < 60, `${shown} steps`);
      const edges = await page
        .locator('svg.graph:not(.away) .edge')
        .evaluateAll(all =>
          all.every(
            path => path.getTotalLength() > 10 && path.getAttribute('marker-end').startsWith('url(#near-'),
          ),
        );
      assert.ok(edges);
      const next = page.locator('aside').getByRole('button', { name: 'step_131' });
      await next.click();
      await page.locator('aside h2', { hasText: 'step_131' }).waitFor();
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('svg.graph:not(.away)').count(), count > 2500 ? 0 : 1);
      assert.deepEqual(faults, []);
    });
  }
});

for (const scheme of ['light', 'dark']) {
  describe(`the page of a graph, ${scheme}`, () => {
    before(() => page.emulateMedia({ colorScheme: scheme }));
    after(() => page.emulateMedia({ colorScheme: null }));

    for (const name of ['broken', '3000']) {
      it(`can be read by everybody: ${name}`, async () => {
        await open(name);
        await page
          .locator('input')
          .first()
          .fill(name === 'broken' ? 'loop' : 'step_1700');
        await page.keyboard.press('Enter');
        await page.locator('aside:not([hidden])').waitFor();
        // Of thousands of entries that are made alike a few are enough.
        await page.evaluate(() => {
          for (const entry of [...document.querySelectorAll('.list li')].slice(40)) {
            entry.remove();
          }
        });
        assert.deepEqual(await axeFaults(page), []);
      });
    }

    it('every print and every line can be told from its ground', async () => {
      await open('broken');
      assert.deepEqual(await faint(page, { print: ['.node text'], lines: ['.node rect', '.edge'] }), []);
    });
  });
}
