// How the graph view looks and moves: parts of it, folds, the map, changes, colours in four themes, what axe says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, it } from 'node:test';
import { graphOf, largeGraph } from './graphs.mjs';
import { DIAMOND, SHOWN, useGraphPage } from './page.mjs';
import { axeFaults, faint } from './readable.mjs';

const use = useGraphPage();
const { post, sent, node, attribute, draw, drawnTimes } = use;
const THEMES = JSON.parse(readFileSync(new URL('./themes.json', import.meta.url), 'utf8'));
let page;
beforeEach(() => {
  page = use.page;
});

const ids = async () =>
  (await page.locator('.node').evaluateAll(all => all.map(one => one.dataset.id))).toSorted().join(' ');

/** Gives the page the colours of one of the editor's themes. */
async function wear(name) {
  await page.evaluate(({ class: className, colours }) => {
    document.body.className = className;
    for (const [key, value] of Object.entries(colours)) {
      document.documentElement.style.setProperty(key, value);
    }
  }, THEMES[name]);
}

/** A graph in which every state, change and kind of node and edge occurs. */
function everything() {
  const graph = graphOf('a: b\nb: a\nc: b\nd: nobody\ne:\nf: e\ng: e, f\nh: g\ni: h\nk: g', {
    states: { a: 'cycle', b: 'cycle', c: 'blocked', d: 'missing' },
    edgeStates: { 'a b': 'cycle', 'b a': 'cycle', 'e g': 'redundant', 'g k': 'branch' },
    branches: { 'g k': 'then' },
    cycles: [['a', 'b', 'a']],
  });
  const changes = { f: 'changed', h: 'added', i: 'removed' };
  for (const one of graph.nodes) {
    one.change = changes[one.id] ?? null;
  }
  for (const one of graph.edges) {
    one.change = one.to === 'h' ? 'added' : one.to === 'i' ? 'removed' : null;
  }
  return graph;
}

describe('the branches of a workflow', () => {
  const options = {
    edgeStates: { 'choose go': 'branch', 'choose stop': 'branch' },
    branches: { 'choose go': 'then', 'choose stop': 'else' },
  };
  const edge = (from, to) => page.locator(`.edge[data-from="${from}"][data-to="${to}"]`);

  it('are dashed, and say when they are taken, to the eye and to the ear', async () => {
    await draw(graphOf('choose:\ngo: choose\nstop: choose\nlast: go', options));
    for (const [to, label] of [
      ['go', 'then'],
      ['stop', 'else'],
    ]) {
      assert.equal(await edge('choose', to).locator('.when').textContent(), label);
      assert.equal(
        await edge('choose', to).locator('title').textContent(),
        `choose leads to ${to}: ${label}`,
      );
    }
    const dashes = await Promise.all(
      ['go', 'last'].map(to =>
        page.evaluate(
          name => getComputedStyle(document.querySelector(`.edge[data-to="${name}"] .line`)).strokeDasharray,
          to,
        ),
      ),
    );
    assert.deepEqual(dashes, ['7px, 4px', 'none']);
    assert.equal(await edge('go', 'last').locator('.when').count(), 0);
  });

  it('lead somewhere in the details, where an answer is chosen for the simulated run', async () => {
    await draw(graphOf('choose:\ngo: choose\nstop: choose\nlast: go', options));
    await use.node('choose').click();
    const leads = page.locator('#details .branches li');
    assert.deepEqual(await leads.allInnerTexts(), ['then → go', 'else → stop']);
    assert.equal(await page.locator('#details', { hasText: 'Waited for by' }).count(), 0);
    await page.locator('#answer-else').click();
    assert.deepEqual((await use.sent('simulate')).at(-1), {
      ...{ type: 'simulate', fails: [], branches: { choose: 'else' } },
    });
    const steps = ['choose', 'stop'].map((name, index) => ({
      ...{ name, state: 'succeeded', start: index, end: index + 1, worker: 0 },
    }));
    await post({
      type: 'simulation',
      simulation: {
        ...{ group: 'test.group', policy: {}, makespan: 2, unit: 'units of time', slots: [], steps },
        ...{ critical_path: { steps: [], length: 2 }, never_started: [], skipped: ['go'], message: 'done' },
      },
    });
    await page.locator('#answer-else[aria-pressed="true"]').waitFor();
    await use.node('choose').press('t');
    assert.deepEqual((await use.sent('simulate')).at(-1).branches, { choose: 'then' });
    const count = (await use.sent('simulate')).length;
    await use.node('last').press('t');
    assert.equal((await use.sent('simulate')).length, count, 'it decides nothing');
  });

  it('keep their words readable when the picture is smaller', async () => {
    await draw(graphOf('choose:\ngo: choose\nstop: choose', options));
    const height = () =>
      page
        .locator('.when')
        .first()
        .evaluate(one => Number(one.getAttribute('font-size')) * one.getScreenCTM().a);
    for (let zoomed = 0; zoomed < 2; zoomed += 1) {
      assert.ok((await height()) >= 8.9, String(await height()));
      await page.locator('#smaller').click();
    }
  });

  it('stand side by side where no step waits for the other, and then no column is called a level', async () => {
    const graph = graphOf('first:\nchoose:\ngo: choose\nstop: choose', options);
    await draw(graph);
    assert.equal(await page.locator('#levels button').count(), 2);
    graph.nodes.forEach((node, index) => {
      node.level = index;
    });
    graph.nodes[1].pipeline = 'test.chosen';
    await draw(graph);
    assert.equal(await page.locator('#levels button').count(), 0);
  });

  it('lose their words when they become dependencies', async () => {
    await draw(graphOf('choose:\ngo: choose', options));
    const graph = graphOf('choose:\ngo: choose');
    await post({ type: 'graph', graph, shown: SHOWN, compared: false, groups: ['test.group'] });
    await page.waitForFunction(() => !document.querySelector('.when'));
    assert.equal(await edge('choose', 'go').locator('title').textContent(), 'go waits for choose');
  });
});

describe('what a large graph is cut down to', () => {
  const NAMES = 'load_a:\nload_b:\nclean_a: load_a\nclean_b: load_b\njoin: clean_a, clean_b';

  it('folds steps whose names begin alike into one node, one kind or all, and unfolds them', async () => {
    await draw(graphOf(NAMES));
    await node('load_a').focus();
    await page.keyboard.press('p');
    await drawnTimes(2);
    assert.equal(await ids(), 'clean_a clean_b join names:load_');
    assert.equal(await node('names:load_').locator('.detail').textContent(), '2 steps');
    await page.waitForFunction(() => document.activeElement?.dataset?.id === 'names:load_');
    await page.locator('#fold-names').click();
    await drawnTimes(3);
    assert.equal(await ids(), 'clean_a clean_b join load_a load_b');
    await page.locator('#fold-names').click();
    await drawnTimes(4);
    assert.equal(await ids(), 'join names:clean_ names:load_');
    assert.equal(await page.locator('.edge').count(), 2);
    await node('names:clean_').click();
    await drawnTimes(5);
    assert.equal(await ids(), 'clean_a clean_b join names:load_');
  });

  it('shows only what was found', async () => {
    await draw(graphOf(NAMES));
    await page.locator('#search').fill('load');
    await page.locator('#only').click();
    await drawnTimes(2);
    assert.equal(await ids(), 'load_a load_b');
    await page.locator('#focus').click();
    await drawnTimes(3);
    assert.equal((await ids()).split(' ').length, 5);
  });

  it('has a map of the shape of the graph, and the frame stays on it', async () => {
    const chain = Array.from({ length: 40 }, (_, i) => `step_${i}: ${i === 0 ? '' : `step_${i - 1}`}`);
    await draw(graphOf(chain.join('\n')));
    await page.locator('#minimap').waitFor();
    const map = await page.locator('#minimap').boundingBox();
    assert.ok(map.width > 150 && map.height < 60, `${map.width} x ${map.height}`);
    const frame = await page.locator('#minimap .frame').boundingBox();
    for (const [start, length, from, room] of [
      [frame.x, frame.width, map.x, map.width],
      [frame.y, frame.height, map.y, map.height],
    ]) {
      assert.ok(start >= from - 1 && start + length <= from + room + 3, `${start} ${length} ${from} ${room}`);
    }
  });
});

describe('while a layout is computed', () => {
  it('shows the last picture in every frame, until the next is there', async () => {
    await draw(largeGraph(400));
    const fewest = await page.evaluate(
      () =>
        new Promise(resolve => {
          const drawn = () => window.sent.filter(one => one.type === 'drawn').length;
          const before = drawn();
          let least = Number.POSITIVE_INFINITY;
          const look = () => {
            least = Math.min(least, document.querySelectorAll('.node').length);
            if (drawn() > before) {
              resolve(least);
            } else {
              requestAnimationFrame(look);
            }
          };
          look();
          window.postMessage({ type: 'act', act: 'focus', at: { id: 'step_200' } }, '*');
        }),
    );
    assert.ok(fewest > 0, `${fewest} nodes`);
    assert.ok((await page.locator('.node').count()) < 400);
  });
});

describe('another revision', () => {
  it('is listed in words and one by one, each leading to its place', async () => {
    await draw(everything(), { compared: true, since: 'v1.2' });
    const button = page.locator('#changes-toggle');
    assert.equal(await button.innerText(), '+1 step, +1 edge, -1 step, -1 edge, ~1 step since v1.2');
    await button.click();
    assert.equal(await page.locator('#changes li').count(), 5);
    await page.locator('#changes button', { hasText: /^f$/ }).click();
    assert.equal(await attribute('f', 'data-role'), 'selected');
    assert.match(await page.locator('#details .change').innerText(), /Changed since v1\.2/);
    await page.locator('#changes button', { hasText: 'i waits for h' }).click();
    assert.equal(await page.locator('.edge[data-from="h"][data-to="i"]').getAttribute('data-role'), 'chosen');
    await draw(graphOf(DIAMOND));
    assert.ok(!(await button.isVisible()));
  });

  it('is chosen by a button beside the one for HEAD', async () => {
    await draw(graphOf(DIAMOND));
    await page.locator('#compare-with').click();
    assert.equal((await sent('compareWith')).length, 1);
  });
});

describe('the editor that is followed', () => {
  it('brings another group, which is looked at anew; a pin is kept over a reload', async () => {
    await draw(graphOf(DIAMOND));
    await node('clean').click();
    await page.locator('#levels button[data-level="1"]').click();
    await drawnTimes(2);
    await draw(graphOf('x:\ny: x'), { fresh: true, shown: { uri: 'file:///other.yaml', group: 'other' } });
    assert.equal(await ids(), 'x y');
    assert.equal(await page.locator('.node[data-role="selected"]').count(), 0);
    assert.ok(await page.locator('#levels button[data-level="1"][aria-expanded="true"]').isVisible());
    await page.locator('#pin').click();
    assert.deepEqual((await sent('pin')).at(-1), { type: 'pin', on: true });
    await page.waitForFunction(() => JSON.parse(sessionStorage.getItem(location.search) ?? '{}').pinned);
    await page.reload();
    await draw(graphOf(DIAMOND));
    assert.equal(await page.locator('#pin').getAttribute('aria-pressed'), 'true');
  });

  it('marks the picture of a group that is gone, or of a server that is down', async () => {
    await draw(graphOf(DIAMOND));
    await post({ type: 'stale', reason: 'The Spine server does not run; this picture may be old.' });
    await page.locator('body.stale').waitFor();
    assert.ok(Number(await page.locator('#canvas').evaluate(one => getComputedStyle(one).opacity)) < 1);
  });
});

describe('a change', () => {
  const moves = () => page.evaluate(() => window.moves);
  const watch = () =>
    page.evaluate(() => {
      window.moves = [];
      for (const type of ['transitionrun', 'animationstart']) {
        document.addEventListener(type, event => {
          window.moves.push(event.propertyName ?? event.animationName);
        });
      }
    });

  it('is seen to happen: nodes and edges move, new ones appear', async () => {
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    try {
      await draw(graphOf(DIAMOND));
      await watch();
      await draw(graphOf(`start:\n${DIAMOND.replace('ingest:', 'ingest: start')}`));
      await page.waitForFunction(() =>
        ['transform', 'd', 'appear'].every(wanted => window.moves.includes(wanted)),
      );
    } finally {
      await page.emulateMedia({ reducedMotion: 'reduce' });
    }
  });

  it('is there at once for those who want nothing to move', async () => {
    await draw(graphOf(DIAMOND));
    await watch();
    await draw(graphOf(`start:\n${DIAMOND.replace('ingest:', 'ingest: start')}`));
    await page.evaluate(
      () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    assert.deepEqual(await moves(), []);
  });
});

describe('an image', () => {
  it('goes into the clipboard from the view', async () => {
    await draw(graphOf(DIAMOND));
    await post({ type: 'copyImage', colours: 'light' });
    await page.waitForFunction(() => window.sent.some(one => one.type === 'copied'));
    assert.deepEqual(await sent('copied'), [{ type: 'copied', refusal: null }]);
    const types = await page.evaluate(async () =>
      (await navigator.clipboard.read()).flatMap(one => one.types),
    );
    assert.deepEqual(types, ['image/png']);
  });

  for (const [colours, background] of [
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(31, 31, 31)'],
  ]) {
    it(`is ${colours} in any theme, without a trace on the page`, async () => {
      await wear(colours === 'light' ? 'Dark High Contrast' : 'Light Modern');
      await draw(graphOf(DIAMOND));
      const look = () =>
        page.evaluate(() => [
          document.body.className,
          document.documentElement.getAttribute('style').split(/;\s*/).toSorted(),
        ]);
      const before = await look();
      await post({ type: 'export', request: 1, format: 'svg', colours });
      await page.waitForFunction(() => window.sent.some(one => one.type === 'image'));
      const [{ data }] = await sent('image');
      assert.ok(data.includes(`fill="${background}"`), data.slice(0, 600));
      assert.doesNotMatch(data, /data-vscode-context|handle/);
      assert.deepEqual(await look(), before);
    });
  }
});

for (const theme of Object.keys(THEMES)) {
  describe(`in ${theme}`, () => {
    it('every print and every line can be told from its ground', async () => {
      await wear(theme);
      await draw(everything(), { compared: true });
      // Steps that cannot run are dimmed; they still have to be read.
      assert.deepEqual(
        await faint(page, {
          print: ['.node .name', '.node .detail', '.node .order'],
          lines: ['.node .box', '.edge .line'],
        }),
        [],
      );
    });

    it('has no fault that axe finds', async () => {
      await wear(theme);
      await draw(everything(), { compared: true, since: 'v1' });
      await page.locator('#changes-toggle').click();
      await page.locator('#legend-toggle').click();
      await node('d').click();
      await page.keyboard.press('F2');
      assert.deepEqual(await axeFaults(page), []);
    });
  });
}

describe('a narrow panel', () => {
  it('has all tools: those without room in a menu, with their names', async () => {
    await page.setViewportSize({ width: 340, height: 600 });
    try {
      await draw(graphOf(DIAMOND));
      const isInside = async locator => {
        const { x, width } = await locator.boundingBox();
        return x >= 0 && x + width <= 340;
      };
      assert.ok(!(await page.locator('#export').isVisible()));
      await page.locator('#more-tools').click();
      for (const tool of await page.locator('#toolbar button:visible, #more-menu button').all()) {
        assert.ok(await isInside(tool), await tool.getAttribute('id'));
      }
      await page.locator('#export').click();
      assert.equal((await sent('export')).length, 1);
      assert.ok(!(await page.locator('#more-menu').isVisible()));
      await page.locator('#more-tools').focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'more-tools');
    } finally {
      await page.setViewportSize({ width: 900, height: 640 });
    }
    await page.locator('#more-tools').waitFor({ state: 'hidden' });
    assert.ok(await page.locator('#toolbar #export').isVisible());
  });
});

describe('a fault', () => {
  it('has its fixes behind a button, where it stands in the text', async () => {
    await draw(graphOf('a:\nb: a, nobody', { states: { b: 'missing' } }));
    await node('b').click();
    await page.locator('#fix').click();
    assert.deepEqual((await sent('fix'))[0].range.start, { line: 1, character: 60 });
    await node('a').click();
    assert.equal(await page.locator('#fix').count(), 0);
  });
});

describe('the keyboard', () => {
  it('reaches every button, each with a name', async () => {
    await draw(graphOf(DIAMOND));
    await page.getByRole('button', { name: 'publish, runs test.publish, number 4' }).waitFor();
    await draw(largeGraph(30));
    const names = await page
      .locator('button:visible, input:visible, select:visible')
      .evaluateAll(all => all.map(one => [one.tabIndex, one.getAttribute('aria-label') ?? one.textContent]));
    assert.ok(names.length > 15);
    assert.deepEqual(
      names.filter(([tab, name]) => tab < 0 || name === ''),
      [],
    );
  });
});
