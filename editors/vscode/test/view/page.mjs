// One page for a file of tests of the graph view: what is posted to it, what it sends, and that it never faults.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { keepScreenshot, openBrowser } from '../rig/browser.mjs';
import { serveViews } from './host.mjs';

export const DIAMOND = 'ingest:\nclean: ingest\nenrich: ingest\npublish: clean, enrich';
export const SHOWN = { uri: 'file:///test.yaml', group: 'test.group', index: 0 };
export const STATE = {
  uri: 'file:///test.yaml',
  direction: 'right',
  collapsed: [],
  fails: [],
  compare: false,
};

/** `page`, `views` and what a test does with them; the first two are there once the tests run. */
export function useGraphPage({ width = 900, height = 640, ...options } = {}) {
  const faults = [];
  const use = {
    post: message => use.page.evaluate(data => window.postMessage(data, '*'), message),
    sent: type => use.page.evaluate(wanted => window.sent.filter(message => message.type === wanted), type),
    node: name => use.page.locator(`.node[data-id="${name}"]`),
    attribute: (name, key) => use.node(name).getAttribute(key),
    open: state => use.page.goto(use.views.address('graph', { ...STATE, ...state })),
    async draw(graph, extra = {}) {
      const count = (await use.sent('drawn')).length;
      await use.post({
        ...{ type: 'graph', graph, shown: SHOWN, compared: false, groups: ['test.group'] },
        ...extra,
      });
      await use.drawnTimes(count + 1);
    },
    /** Waits until so many layouts were drawn since the page was opened. */
    drawnTimes: count =>
      use.page.waitForFunction(
        wanted => window.sent.filter(one => one.type === 'drawn').length >= wanted,
        count,
      ),
    async box(name) {
      const found = await use.node(name).locator('rect').boundingBox();
      assert.ok(found, `${name} is drawn`);
      return found;
    },
  };
  before(async () => {
    use.views = await serveViews();
    const browser = await openBrowser({ width, height, ...options });
    Object.assign(use, { browser, page: browser.page });
    use.page.setDefaultTimeout(60_000); // a busy machine lays out thousands of steps slowly
    use.page.on('console', message => message.type() === 'error' && faults.push(message.text()));
    use.page.on('pageerror', error => faults.push(error.message));
  });
  after(async () => {
    await use.browser?.close();
    await use.views?.close();
  });
  beforeEach(async () => {
    faults.length = 0;
    await use.open({});
  });
  afterEach(async test => {
    // A refused script, style or connection shows up as an error in the console.
    assert.deepEqual(faults, []);
    if (test.passed === false || test.error) {
      await keepScreenshot(use.page, `view-${test.name}`);
    }
  });
  return use;
}
