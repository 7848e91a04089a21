// The view of the resolved order in a browser: fifty steps in a panel of 340 pixels, and what all steps share.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openBrowser } from '../rig/browser.mjs';
import { serveViews } from './host.mjs';

const WIDTH = 340;

function planOf(count) {
  const param = (value, origin) => ({ value, origin });
  const steps = Array.from({ length: count }, (_, i) => ({
    name: `a_rather_long_step_name_${i}`,
    pipeline: `warehouse.retail.european.pipeline_${i}`,
    order: i,
    level: Math.floor(i / 5),
    depends_on: i < 5 ? [] : [`a_rather_long_step_name_${i - 5}`],
    params: {
      week_ending: param('{{ params.week_ending }}', 'default'),
      day: param('2026-01-09', 'run'),
      ...(i % 7 === 0 ? { region: param('us', 'step') } : { region: param('eu', 'default') }),
    },
    range: { start: { line: i, character: 0 }, end: { line: i, character: 9 } },
  }));
  const levels = Array.from({ length: Math.ceil(count / 5) }, (_, level) =>
    steps.filter(step => step.level === level).map(step => step.name),
  );
  const policy = { execution: 'sequential', words: 'sequential, on failure stop' };
  const head = { group: 'retail.nightly', version: 1, uri: 'file:///a.yaml', range: null, policy };
  return { ...head, levels, steps, blocked: [], problems: [], truncated: null };
}

describe('the resolved order', () => {
  let browser;
  let views;
  let page;

  before(async () => {
    [browser, views] = await Promise.all([openBrowser({ width: WIDTH, height: 800 }), serveViews()]);
    page = browser.page;
    const state = { uri: 'file:///a.yaml', group: 'retail.nightly', params: [] };
    await page.goto(views.address('plan', state));
    const shown = { uri: state.uri, group: state.group, index: 0 };
    await page.evaluate(message => window.postMessage(message, '*'), {
      type: 'plan',
      plan: planOf(50),
      shown,
    });
    await page.locator('tr[data-step]').nth(49).waitFor();
  });
  after(async () => {
    await browser?.close();
    await views?.close();
  });

  it('can be read at 340 pixels: nothing is cut off, and no word is broken into letters', async () => {
    const sideways = await page.evaluate(() => document.scrollingElement.scrollWidth);
    assert.ok(sideways <= WIDTH, `the page is ${sideways} wide`);
    const cut = await page.locator('#order *').evaluateAll(all =>
      all
        .filter(one => one.getClientRects().length > 0 && one.textContent.trim() !== '')
        .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5)
        .map(one => one.outerHTML.slice(0, 80)),
    );
    assert.deepEqual(cut, []);
    const rows = await page
      .locator('tr[data-step]')
      .evaluateAll(all => all.map(one => one.getBoundingClientRect().height));
    assert.ok(Math.max(...rows) < 110, `a step takes ${Math.max(...rows)} pixels`);
    const average = rows.reduce((a, b) => a + b) / rows.length;
    assert.ok(average < 90, `a step takes ${average} pixels on average`);
  });

  it('says once what every step gets, and in the rows only what is their own', async () => {
    const shared = await page
      .locator('#defaults li')
      .evaluateAll(all => all.map(one => [one.dataset.param, one.dataset.origin]));
    assert.deepEqual(shared, [
      ['week_ending', 'default'],
      ['day', 'run'],
      ['region', 'default'],
    ]);
    assert.equal(await page.locator('tr[data-step] li').count(), 8);
    assert.equal(await page.locator('tr[data-step] li[data-param="region"]').count(), 8);
  });
});
