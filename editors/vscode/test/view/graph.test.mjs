// The graph view in a browser: what it draws of each graph, and what it says to the extension.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { graphOf, largeGraph } from './graphs.mjs';
import { DIAMOND, SHOWN, STATE, useGraphPage } from './page.mjs';

const use = useGraphPage();
const { post, sent, node, attribute, draw, box } = use;
let page;
let views;
beforeEach(() => {
  ({ page, views } = use);
});

describe('drawing', () => {
  it('draws every step and edge, and what waits to the right of what it waits for', async () => {
    await draw(graphOf(DIAMOND));
    assert.equal(await page.locator('.node').count(), 4);
    assert.equal(await page.locator('.edge').count(), 4);
    const [ingest, clean, publish] = [await box('ingest'), await box('clean'), await box('publish')];
    assert.ok(ingest.x + ingest.width < clean.x && clean.x + clean.width < publish.x);
  });

  it('lets no two nodes overlap', async () => {
    await draw(largeGraph(60));
    const boxes = await page.locator('.node rect.box').evaluateAll(all =>
      all.map(one => {
        const { left, top, right, bottom } = one.getBoundingClientRect();
        return { left, top, right, bottom };
      }),
    );
    assert.equal(boxes.length, 60);
    const overlapping = boxes.flatMap((a, i) =>
      boxes
        .slice(i + 1)
        .filter(b => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    );
    assert.deepEqual(overlapping, []);
  });

  it('marks cycles, ghosts, blocked steps and redundant edges each in its own way', async () => {
    await draw(
      graphOf('a: b\nb: a\nc: b\nd: nobody\ne:\nf: e\ng: e, f', {
        states: { a: 'cycle', b: 'cycle', c: 'blocked', d: 'blocked' },
        edgeStates: { 'a b': 'cycle', 'b a': 'cycle', 'e g': 'redundant' },
        cycles: [['a', 'b', 'a']],
      }),
    );
    const style = (name, key) =>
      node(name)
        .locator('rect')
        .evaluate((one, wanted) => getComputedStyle(one)[wanted], key);
    const width = (from, to) =>
      page
        .locator(`.edge[data-from="${from}"][data-to="${to}"] .line`)
        .evaluate(one => Number.parseFloat(getComputedStyle(one).strokeWidth));
    assert.equal(await style('a', 'stroke'), 'rgb(241, 76, 76)');
    assert.notEqual(await style('?nobody', 'strokeDasharray'), 'none');
    const print = name =>
      node(name)
        .locator('.name')
        .evaluate(one => getComputedStyle(one).fill);
    assert.notEqual(await print('c'), await print('e'));
    assert.ok((await width('e', 'g')) < (await width('e', 'f')));
  });

  it('keeps the places when only states change, and shows the new states', async () => {
    await draw(graphOf(DIAMOND));
    const first = await box('clean');
    await post({
      type: 'graph',
      graph: graphOf(DIAMOND, { states: { clean: 'blocked' } }),
      shown: SHOWN,
      compared: false,
      groups: [],
    });
    await page.waitForFunction(
      () => document.querySelector('[data-id="clean"]')?.dataset.state === 'blocked',
    );
    assert.deepEqual(await box('clean'), first);
  });

  it('keeps the last picture and says why when the text holds no group', async () => {
    await draw(graphOf(DIAMOND));
    await post({ type: 'stale', reason: 'No group here now.' });
    await page.locator('#banner', { hasText: 'No group here now.' }).waitFor();
    assert.equal(await page.locator('.node').count(), 4);
  });

  it('holds still where the eye rests when a step is added elsewhere', async () => {
    await draw(graphOf(DIAMOND));
    await post({ type: 'select', id: 'clean' });
    await page.waitForFunction(
      () => document.querySelector('[data-id="clean"]')?.dataset.role === 'selected',
    );
    // Moved by hand, it is not fitted any more.
    await page.mouse.move(450, 200);
    await page.mouse.wheel(0, 20);
    await page.waitForFunction(() => JSON.parse(sessionStorage.getItem(location.search) ?? '{}').view);
    const first = await box('clean');
    await draw(graphOf(`before:\nfirst: before\n${DIAMOND.replace('ingest:', 'ingest: first')}`));
    const second = await box('clean');
    assert.ok(Math.abs(first.x - second.x) < 1 && Math.abs(first.y - second.y) < 1);
  });
});

describe('talking with the text', () => {
  it('asks to reveal a clicked step, and lights up what it waits for and what waits for it', async () => {
    await draw(graphOf(DIAMOND));
    await node('clean').click();
    const [message] = await sent('reveal');
    assert.equal(message.range.start.line, 1);
    assert.equal(message.focus, false);
    assert.equal(await attribute('clean', 'data-role'), 'selected');
    assert.equal(await attribute('ingest', 'data-role'), 'up');
    assert.equal(await attribute('publish', 'data-role'), 'down');
    assert.equal(await attribute('enrich', 'data-role'), 'other');
  });

  it('reveals the entry that names a ghost', async () => {
    await draw(graphOf('d: nobody'));
    await node('?nobody').click();
    assert.deepEqual((await sent('reveal'))[0].range.start, { line: 0, character: 50 });
  });

  it('selects what the cursor stands on without answering back', async () => {
    await draw(graphOf(DIAMOND));
    await post({ type: 'select', id: 'publish' });
    await page.waitForFunction(
      () => document.querySelector('[data-id="publish"]')?.dataset.role === 'selected',
    );
    assert.deepEqual(await sent('reveal'), []);
  });

  it('shows the way between two steps', async () => {
    await draw(graphOf(DIAMOND));
    const stop = name => ({ name, uri: '', range: null, edge_range: null });
    const paths = [['publish', 'clean', 'ingest'].map(stop)];
    await post({
      type: 'path',
      explanation: {
        group: '',
        step: 'publish',
        on: 'ingest',
        waits: true,
        paths,
        truncated: false,
        message: 'one way',
      },
    });
    await page.locator('.edge[data-role="path"]').nth(1).waitFor({ state: 'attached' });
    assert.equal(await page.locator('.edge[data-role="path"]').count(), 2);
    assert.equal(await attribute('enrich', 'data-role'), 'other');
  });
});

describe('keyboard and screen reader', () => {
  it('moves along edges and across a level with the arrows, and opens the text with Enter', async () => {
    await draw(graphOf(DIAMOND));
    await node('ingest').focus();
    await page.keyboard.press('ArrowRight');
    const first = await page.evaluate(() => document.activeElement.dataset.id);
    assert.ok(['clean', 'enrich'].includes(first));
    const other = first === 'clean' ? 'enrich' : 'clean';
    const down = (await box(other)).y > (await box(first)).y;
    await page.keyboard.press(down ? 'ArrowDown' : 'ArrowUp');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.id), other);
    await page.keyboard.press('Enter');
    assert.equal((await sent('reveal')).at(-1).focus, true);
  });

  it('has one node in the order of the Tab key, and words for each', async () => {
    await draw(graphOf(DIAMOND));
    assert.equal(await page.locator('.node[tabindex="0"]').count(), 1);
    assert.equal(
      await node('publish').locator('title').textContent(),
      'publish, runs test.publish, number 4, level 3, waits for clean, enrich, nothing waits for it',
    );
    assert.match(await page.locator('[aria-live]').innerText(), /4 steps · 3 levels/);
  });
});

describe('search, folding, direction, zoom', () => {
  it('finds steps by name or pipeline, and Enter goes from one to the next', async () => {
    await draw(graphOf(DIAMOND));
    await page.keyboard.press('/');
    await page.keyboard.type('en');
    assert.equal(await page.locator('.node[data-hit="true"]').count(), 1);
    await page.keyboard.press('Enter');
    assert.equal(await attribute('enrich', 'data-role'), 'selected');
    assert.equal(await page.locator('#hits').innerText(), '1 of 1');
  });

  /** Types into the search field, and answers as the server does what it asks. */
  const answered = async (text, answer) => {
    await page.locator('#search').fill(text);
    assert.equal((await sent('selector')).at(-1)?.text, text);
    await post({
      type: 'selected',
      answer: { selector: text, steps: [], error: null, completions: [], ...answer },
    });
  };
  const hit = name => attribute(name, 'data-hit');

  it('lights up what a selector picks, goes from one to the next, and shows only that', async () => {
    await draw(graphOf(DIAMOND));
    await answered('1+clean', { steps: ['ingest', 'clean'] });
    await page.locator('#hits', { hasText: '2 found' }).waitFor();
    assert.deepEqual(
      [await hit('ingest'), await hit('clean'), await hit('publish')],
      ['true', 'true', 'false'],
    );
    const edge = to => page.locator(`.edge[data-to="${to}"]`).first().getAttribute('data-hit');
    assert.deepEqual([await edge('clean'), await edge('enrich')], ['true', 'false']);
    const height = await page.locator('#hits').evaluate(one => one.offsetHeight);
    assert.ok(height < 24, 'how many were found stands in one line');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('#hits').innerText(), '1 of 2');
    assert.equal(await attribute('ingest', 'data-role'), 'selected');
    // The graph has changed: what is picked now is asked again, and until then nothing else is said.
    await draw(graphOf(`${DIAMOND}\nlast: clean`));
    assert.deepEqual(
      (await sent('selector')).map(one => one.text),
      ['1+clean', '1+clean'],
    );
    await post({
      type: 'selected',
      answer: { selector: '1+clean', steps: ['clean'], error: null, completions: [] },
    });
    await page.waitForFunction(() => document.querySelector('[data-id="ingest"]').dataset.hit === 'false');
    await page.locator('#only').click();
    await node('ingest').waitFor({ state: 'detached' });
    assert.equal(await page.locator('.node').count(), 1);
  });

  it('shows what is wrong with a selector in its place, and dims nothing for it', async () => {
    await draw(graphOf(DIAMOND));
    const message = 'no step is called `clen`; did you mean `clean`?';
    await answered('🚀+clen', { error: { message, start: 2, end: 6 } });
    await page.locator('#search-wrong mark', { hasText: 'clen' }).waitFor();
    assert.equal(await page.locator('#search-wrong p').innerText(), message.replaceAll('`', ''));
    assert.equal(await page.locator('#search').getAttribute('aria-invalid'), 'true');
    assert.equal(await page.locator('.searching').count(), 0);
    // What may still become a selector is not wrong yet.
    await answered('level:', { error: { message, start: 0, end: 6 }, completions: ['level:1', 'level:2'] });
    await page.locator('#search-options', { hasText: 'level:1' }).waitFor();
    assert.equal(await page.locator('#search-wrong p').count(), 0);
    // An answer about another text than the one that stands there now says nothing.
    await post({
      type: 'selected',
      answer: { selector: '🚀+clen', steps: [], error: { message, start: 0, end: 1 }, completions: [] },
    });
    await page.keyboard.press('Escape');
    await page.locator('#search-list').waitFor({ state: 'hidden' });
    assert.equal(await page.locator('#search').inputValue(), '');
  });

  it('completes the words of a selector by keys and by mouse', async () => {
    await draw(graphOf(DIAMOND));
    await answered('+cle', { completions: ['+clean', '+cleanse'] });
    await page.locator('#search-options [role="option"]').first().waitFor();
    const field = page.locator('#search');
    assert.equal(await field.getAttribute('aria-expanded'), 'true');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp']) {
      await page.keyboard.press(key);
    }
    assert.equal(await field.getAttribute('aria-activedescendant'), 'search-option-0');
    await page.keyboard.press('Tab');
    assert.equal(await field.inputValue(), '+clean');
    assert.equal((await sent('selector')).at(-1).text, '+clean');
    await answered('level:', { completions: ['level:1', 'level:2'] });
    await page.locator('#search-options', { hasText: 'level:1' }).locator('[role="option"]').nth(1).click();
    assert.equal(await field.inputValue(), 'level:2');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'search');
  });

  it('folds a level into one node and unfolds it again', async () => {
    await draw(graphOf(DIAMOND));
    await page.locator('#levels button[data-level="1"]').click();
    await node('level:1').waitFor();
    assert.equal(await page.locator('.node').count(), 3);
    assert.equal(await page.locator('.edge').count(), 2);
    await node('level:1').click();
    await node('enrich').waitFor();
    assert.equal(await page.locator('.node').count(), 4);
  });

  it('turns the direction', async () => {
    await draw(graphOf(DIAMOND));
    await page.locator('#turn').click();
    await page.waitForFunction(() => window.sent.filter(one => one.type === 'drawn').length === 2);
    const [ingest, clean] = [await box('ingest'), await box('clean')];
    assert.ok(ingest.y + ingest.height < clean.y);
  });

  it('zooms at the pointer and fits again', async () => {
    await draw(graphOf(DIAMOND));
    const before = await box('clean');
    await page.mouse.move(before.x + before.width / 2, before.y + before.height / 2);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -120);
    await page.keyboard.up('Control');
    await page.waitForFunction(
      width => document.querySelector('[data-id="clean"] rect').getBoundingClientRect().width > width * 1.2,
      before.width,
    );
    const larger = await box('clean');
    assert.ok(Math.abs(larger.x + larger.width / 2 - before.x - before.width / 2) < 2);
    await page.locator('#fit').click();
    assert.ok(Math.abs((await box('clean')).width - before.width) < 1);
  });

  it('shows a small picture of the whole while not all is in sight, and a click there moves the view', async () => {
    await draw(largeGraph(100));
    await page.locator('#minimap').waitFor();
    const before = await box('step_0');
    await page.locator('#minimap').click({ position: { x: 170, y: 10 } });
    assert.ok((await box('step_0')).x < before.x);
    await page.locator('#fit').click();
    await page.locator('#minimap').waitFor({ state: 'hidden' });
  });

  it('comes back after a reload as it was left', async () => {
    await draw(graphOf(DIAMOND));
    await page.locator('#turn').click();
    await page.waitForFunction(() => window.sent.filter(one => one.type === 'drawn').length === 2);
    await page.locator('#larger').click();
    const before = await page.locator('.root').getAttribute('transform');
    await page.waitForFunction(
      () => JSON.parse(sessionStorage.getItem(location.search) ?? '{}').view?.zoom > 0,
    );
    await page.evaluate(() => new Promise(requestAnimationFrame));
    await page.reload();
    await draw(graphOf(DIAMOND));
    assert.equal(await page.locator('.root').getAttribute('transform'), before);
  });
});

describe('what one sees at first', () => {
  const AUTO = { ...STATE, direction: 'auto' };
  const WEEKLY =
    'ingest_week:\nnormalize_week: ingest_week\naggregate_week: normalize_week\nrolling: aggregate_week\nshare: aggregate_week';

  /** The sizes of all print on the screen, in pixels; what shows no letters is left out. */
  const printSizes = () =>
    page.locator('.node text').evaluateAll(all => {
      const [, zoom] = /scale\(([\d.]+)\)/.exec(document.querySelector('.root').getAttribute('transform'));
      return all
        .filter(one => one.textContent !== '' && getComputedStyle(one).display !== 'none')
        .map(one => Number.parseFloat(getComputedStyle(one).fontSize) * Number(zoom));
    });
  const isInSight = async name => {
    const { x, y, width, height } = await box(name);
    const stage = await page.locator('#stage').boundingBox();
    return (
      x >= stage.x &&
      y >= stage.y &&
      x + width <= stage.x + stage.width &&
      y + height <= stage.y + stage.height
    );
  };

  for (const [width, height] of [
    [340, 700],
    [520, 800],
    [900, 300],
    [1200, 800],
  ]) {
    for (const [title, graph] of [
      ['5 steps', graphOf(WEEKLY)],
      ['50 steps', largeGraph(50)],
      ['300 steps', largeGraph(300)],
    ]) {
      it(`can be read: ${title} in ${width} x ${height}`, async () => {
        await page.setViewportSize({ width, height });
        await page.goto(views.address('graph', { ...AUTO, selected: graph.nodes[4].id }));
        await draw(graph);
        const sizes = await printSizes();
        assert.ok(sizes.length > 0 && Math.min(...sizes) >= 9, `the smallest print is ${Math.min(...sizes)}`);
        assert.ok(await isInSight(graph.nodes[4].id), 'the selected step is in sight');
        if (graph.nodes.length === 5 && height > 300) {
          for (const { id } of graph.nodes) {
            assert.ok(await isInSight(id), `${id} is in sight`);
          }
        }
      });
    }
  }
  afterEach(() => page.setViewportSize({ width: 900, height: 640 }));

  it('has no print that is too small at any zoom: names get shorter, then they are left out', async () => {
    await draw(largeGraph(30));
    const letters = [];
    for (let i = 0; i < 12; i += 1) {
      const sizes = await printSizes();
      assert.ok(
        sizes.every(size => size >= 9),
        `${Math.min(...sizes)} after ${i} steps out`,
      );
      letters.push(
        await page.locator('.node .name').evaluateAll(all => all.map(one => one.textContent).join('')),
      );
      await page.locator('#smaller').click();
    }
    const lengths = letters.map(text => text.length);
    assert.ok(lengths[0] > 0 && lengths.at(-1) === 0, lengths.join(' '));
    assert.deepEqual(
      lengths,
      lengths.toSorted((a, b) => b - a),
    );
    const line = page.locator('.edge .line').first();
    assert.equal(await line.evaluate(one => getComputedStyle(one).vectorEffect), 'non-scaling-stroke');
  });

  it('runs as the shape of the panel has it, turns with it, and stays as somebody turned it', async () => {
    await page.setViewportSize({ width: 1100, height: 400 });
    await page.goto(views.address('graph', AUTO));
    await draw(graphOf(WEEKLY));
    assert.ok((await box('ingest_week')).x < (await box('normalize_week')).x);
    const turned = async count =>
      page.waitForFunction(
        wanted => window.sent.filter(one => one.type === 'drawn').length === wanted,
        count,
      );
    await page.setViewportSize({ width: 400, height: 800 });
    await turned(2);
    assert.ok((await box('ingest_week')).y < (await box('normalize_week')).y);
    assert.ok(await isInSight('share'));
    await page.locator('#turn').click();
    await turned(3);
    await page.setViewportSize({ width: 420, height: 810 });
    assert.ok((await box('ingest_week')).x < (await box('normalize_week')).x);
  });

  it('begins with its first step where it is too large to be shown whole, in a panel of any width', async () => {
    // A hundred steps that wait for the first: below it the drawing is wide, and beside it there is nothing.
    const wide = ['first:', ...Array.from({ length: 100 }, (_, i) => `step_${i}: first`)].join('\n');
    await page.goto(views.address('graph', { ...AUTO, direction: 'down' }));
    await draw(graphOf(wide));
    assert.ok(await isInSight('first'));
    await page.setViewportSize({ width: 340, height: 640 });
    await page.waitForFunction(() => document.querySelector('#stage').clientWidth < 345);
    await page.waitForFunction(() => {
      const { x, width } = document.querySelector('[data-id="first"] rect').getBoundingClientRect();
      return x >= 0 && x + width <= 340;
    });
  });

  it('is fitted anew when the panel gets another size, until it was moved by hand', async () => {
    await draw(graphOf(DIAMOND));
    const before = await box('clean');
    await page.setViewportSize({ width: 640, height: 640 });
    await page.waitForFunction(
      x => document.querySelector('[data-id="clean"] rect').getBoundingClientRect().x !== x,
      before.x,
    );
    assert.ok(await isInSight('ingest'));
    assert.ok(await isInSight('publish'));
  });

  it('brings a step into sight that was selected before it was laid out', async () => {
    const { nodes } = largeGraph(200);
    await draw(largeGraph(199));
    await post({ type: 'select', id: nodes.at(-1).id });
    await draw(largeGraph(200));
    assert.ok(await isInSight(nodes.at(-1).id));
  });

  it('does not move for a click on what is in sight, and covers no part of the picture with details', async () => {
    await draw(graphOf(DIAMOND));
    const moved = () => page.locator('.root').getAttribute('transform');
    const before = await moved();
    for (const name of ['publish', 'ingest', 'clean', 'enrich']) {
      await node(name).click();
      await page.locator('#details h2', { hasText: name }).waitFor();
      assert.equal(await moved(), before);
    }
    const [stage, side] = [
      await page.locator('#stage').boundingBox(),
      await page.locator('#side').boundingBox(),
    ];
    assert.ok(side.x >= stage.x + stage.width || side.y >= stage.y + stage.height);
  });

  it('folds the details away, and they stay so', async () => {
    await draw(graphOf(DIAMOND));
    const narrow = await page.locator('#stage').boundingBox();
    await page.locator('#details-toggle').click();
    assert.ok((await page.locator('#stage').boundingBox()).width > narrow.width);
    await page.waitForFunction(
      () => JSON.parse(sessionStorage.getItem(location.search) ?? '{}').detailsFolded,
    );
    await page.reload();
    await draw(graphOf(DIAMOND));
    assert.ok(!(await page.locator('#side').isVisible()));
  });

  it('leaves out what all pipelines begin with', async () => {
    const graph = graphOf(DIAMOND);
    await draw(graph);
    assert.equal(await node('clean').locator('.detail').textContent(), '…clean');
    assert.match(await node('clean').locator('title').textContent(), /runs test\.clean/);
  });

  it('has short labels of the levels where long ones would lie over nodes', async () => {
    await page.setViewportSize({ width: 340, height: 600 });
    await page.goto(views.address('graph', { ...STATE, direction: 'down' }));
    await draw(graphOf('a:\nb: a\nc: b'));
    const label = page.locator('#levels button').first();
    assert.equal(await label.innerText(), '▾ level 1');
    const free = await box('a');
    // The picture is pulled to the left, until its nodes stand beside the edge.
    await page.mouse.move(300, 380);
    await page.mouse.down();
    await page.mouse.move(300 - (free.x - 34), 380, { steps: 4 });
    await page.mouse.up();
    await page.locator('#levels button.short').first().waitFor();
    assert.equal(await label.innerText(), '▾ 1');
    assert.equal(await label.getAttribute('aria-label'), 'level 1');
    const { x, width } = await label.boundingBox();
    assert.ok((await box('a')).x >= x + width, 'the label lies beside the node');
  });

  it('has room for the labels of the levels in both directions', async () => {
    await page.setViewportSize({ width: 400, height: 700 });
    for (const direction of ['right', 'down']) {
      await page.goto(views.address('graph', { ...STATE, direction }));
      await draw(graphOf(WEEKLY));
      const boxes = await page
        .locator('.node rect, #levels button:not(.hidden)')
        .evaluateAll(all => all.map(one => one.getBoundingClientRect().toJSON()));
      const [labels, nodes] = [boxes.slice(0, -5), boxes.slice(-5)].toSorted((a, b) => a.length - b.length);
      for (const a of labels) {
        for (const b of nodes) {
          const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
          assert.ok(apart || a === b, 'a label lies over a node');
        }
      }
    }
  });
});

describe('a part of the graph', () => {
  const CHAIN = 'a:\nb: a\nc: b\nd: c\ne: d\nf: e\ng: f\nx: d';
  const ids = async () =>
    (await page.locator('.node').evaluateAll(all => all.map(one => one.dataset.id))).toSorted().join(' ');
  const drawnAgain = count =>
    page.waitForFunction(wanted => window.sent.filter(one => one.type === 'drawn').length === wanted, count);

  it('is what lies two edges up and two down, widened where one asks, and whole again', async () => {
    await draw(graphOf(CHAIN));
    await node('d').click();
    await page.locator('#focus').click();
    await drawnAgain(2);
    assert.equal(await ids(), 'b c d e f x');
    assert.equal(await node('b').locator('.more text').textContent(), '+1');
    await node('f').locator('.more').click();
    await drawnAgain(3);
    assert.equal(await ids(), 'b c d e f g x');
    await node('b').focus();
    await page.keyboard.press('w');
    await drawnAgain(4);
    assert.equal(await ids(), 'a b c d e f g x');
    await page.locator('#focus').click();
    await drawnAgain(5);
    assert.equal(await page.locator('.more:not(.hidden)').count(), 0);
  });

  it('is all that a step waits for, or all that waits for it, from the menu', async () => {
    await draw(graphOf(CHAIN));
    await post({ type: 'act', act: 'upstream', at: { id: 'd' } });
    await drawnAgain(2);
    assert.equal(await ids(), 'a b c d');
    await post({ type: 'act', act: 'downstream', at: { id: 'd' } });
    await drawnAgain(3);
    assert.equal(await ids(), 'd e f g x');
    assert.deepEqual(JSON.parse(await attribute('d', 'data-vscode-context')), {
      webviewSection: 'step',
      spineId: 'd',
      preventDefaultContextMenuItems: true,
    });
  });

  it('goes along with the cursor, and survives an edit and a reload', async () => {
    await draw(graphOf(CHAIN));
    await node('a').click();
    await page.keyboard.press('o');
    await drawnAgain(2);
    assert.equal(await ids(), 'a b c');
    await post({ type: 'select', id: 'g' });
    await drawnAgain(3);
    assert.equal(await ids(), 'e f g');
    await draw(graphOf(`${CHAIN}\nh: g`));
    assert.equal(await ids(), 'e f g h');
    await page.waitForFunction(
      () => JSON.parse(sessionStorage.getItem(location.search) ?? '{}').focus?.on[0] === 'g',
    );
    await page.reload();
    await draw(graphOf(CHAIN));
    assert.equal(await ids(), 'e f g');
  });

  it('is quickly there in a large group', async () => {
    await draw(largeGraph(2000));
    await post({ type: 'act', act: 'focus', at: { id: 'step_1000' } });
    await drawnAgain(2);
    assert.ok((await page.locator('.node').count()) < 200);
  });
});

describe('with the keyboard alone', () => {
  it('takes the focus to the selected node when the panel gets it', async () => {
    await draw(graphOf(DIAMOND));
    await post({ type: 'select', id: 'enrich' });
    await page.locator('.node[data-id="enrich"][data-role="selected"]').waitFor();
    await page.evaluate(() => {
      document.activeElement.blur();
      window.dispatchEvent(new FocusEvent('focus'));
    });
    assert.equal(await page.evaluate(() => document.activeElement.dataset.id), 'enrich');
  });

  it('folds and unfolds a level without losing its place, with Caps Lock too', async () => {
    await draw(graphOf(DIAMOND));
    await node('clean').focus();
    await page.keyboard.press('L');
    await page.waitForFunction(() => document.activeElement?.dataset?.id === 'level:1');
    await page.keyboard.press('l');
    await page.waitForFunction(() => document.activeElement?.dataset?.id === 'clean');
    await page.keyboard.press('F');
    assert.deepEqual((await sent('simulate')).at(-1).fails, ['clean']);
  });
});

describe('colours', () => {
  it('draws edges to missing steps where the theme has no orange, as in high contrast', async () => {
    await draw(graphOf('a:\nb: nobody', { states: { b: 'missing' } }));
    const line = page.locator('.edge[data-state="missing"] .line');
    const stroke = await line.evaluate(one => getComputedStyle(one).stroke);
    assert.match(stroke, /^rgb\(/, 'a full colour');
    await page.evaluate(() =>
      document.documentElement.style.setProperty('--vscode-editorWarning-foreground', 'initial'),
    );
    assert.match(await line.evaluate(one => getComputedStyle(one).stroke), /^rgb\(/);
  });

  it('says of a step what is wrong with it, not with the one that it names', async () => {
    const reasons = { b: 'waits for `nobody`, which does not exist' };
    await draw(graphOf('a:\nb: nobody', { states: { b: 'missing' }, reasons }));
    await node('b').click();
    const reason = page.locator('#details .reason');
    assert.equal(await reason.innerText(), 'Waits for nobody, which does not exist');
    assert.equal(await reason.locator('code').innerText(), 'nobody');
    await node('?nobody').click();
    assert.equal(await page.locator('#details .reason').innerText(), 'No step has this name');
  });
});

describe('simulation, comparison, export', () => {
  it('asks for a run in which a step fails, and shows what it stops', async () => {
    await draw(graphOf(DIAMOND));
    await node('clean').click();
    await page.locator('#fails').click();
    assert.deepEqual((await sent('simulate')).at(-1).fails, ['clean']);
    const step = (name, state, start, end) => ({
      name,
      state,
      start,
      end,
      worker: start === null ? null : 0,
    });
    await post({
      type: 'simulation',
      simulation: {
        group: 'test.group',
        policy: {},
        makespan: 2,
        unit: 'minutes',
        slots: [],
        steps: [
          step('ingest', 'succeeded', 0, 1),
          step('clean', 'failed', 1, 2),
          step('publish', 'never-started', null, null),
        ],
        critical_path: { steps: ['ingest', 'clean'], length: 2 },
        never_started: ['publish'],
        skipped: [],
        message: 'clean fails, publish never starts',
      },
    });
    await page.locator('#simulation-message', { hasText: 'never starts' }).waitFor();
    assert.equal(await attribute('publish', 'data-run'), 'never-started');
    assert.equal(await page.locator('.bar').count(), 2);
    assert.equal(await page.locator('#fails').getAttribute('aria-pressed'), 'true');
    assert.match(await page.locator('.bar title').first().innerHTML(), /from 0 to 1 minute$/);
    const wide = Number(await page.locator('#schedule svg').getAttribute('width'));
    assert.equal(wide, 2 * 56 + 2, 'a unit is as wide as in any other run');
    await page.locator('#durations').click();
    assert.equal((await sent('durations')).length, 1);
    await page.getByRole('button', { name: 'End the simulation' }).click();
    assert.equal((await sent('simulate')).at(-1).fails, null);
  });

  it('colours what was added, removed and changed', async () => {
    const graph = graphOf(DIAMOND);
    const changes = { ingest: 'changed', clean: 'added', enrich: 'removed' };
    for (const one of graph.nodes) {
      one.change = changes[one.id] ?? null;
    }
    await draw(graph, { compared: true });
    assert.equal(await page.locator('#compare').getAttribute('aria-pressed'), 'true');
    const strokes = await Promise.all(
      Object.keys(changes).map(name =>
        node(name)
          .locator('rect')
          .evaluate(one => getComputedStyle(one).stroke),
      ),
    );
    assert.equal(new Set(strokes).size, 3);
  });

  it('exports an SVG that stands alone and a PNG of the whole graph', async () => {
    await draw(graphOf(DIAMOND));
    await post({ type: 'export', request: 1, format: 'svg' });
    await post({ type: 'export', request: 2, format: 'png' });
    await page.waitForFunction(() => window.sent.filter(one => one.type === 'image').length === 2);
    const [svg, png] = (await sent('image')).map(one => one.data);
    assert.match(svg, /^<\?xml/);
    for (const name of ['ingest', 'clean', 'enrich', 'publish']) {
      assert.match(svg, new RegExp(`>${name}<`));
    }
    assert.doesNotMatch(svg, /var\(--|<script|style="|http:\/\/(?!www\.w3\.org)/);
    const bytes = Buffer.from(png, 'base64');
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    assert.ok(bytes.readUInt32BE(16) > 500, 'the PNG is twice as sharp as the screen');
  });
});

describe('large graphs', () => {
  for (const count of [100, 1000, 2000]) {
    it(`draws ${count} steps`, { timeout: 60_000 }, async test => {
      await draw(largeGraph(count));
      assert.equal(await page.locator('.node').count(), count);
      const { milliseconds, layout, edges } = (await sent('drawn')).at(-1);
      test.diagnostic(
        `FIGURE draw-${count} ${Math.round(milliseconds)} ms, of it layout ${Math.round(layout)} ms, ${edges} edges`,
      );
    });
  }
});
