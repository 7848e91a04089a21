// The figures of the README, as a table.
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { largeGraph } from '../view/graphs.mjs';
import { serveViews } from '../view/host.mjs';
import { openBrowser } from './browser.mjs';
import { closeEditors } from './user.mjs';
import { openWorkbench, startWorkbench } from './workbench.mjs';

const TIMES = 5;
const median = list => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const rows = [];
const row = (what, value) => {
  rows.push([what, value]);
  console.log(`| ${what} | ${value} |`);
};

console.log('| | |\n|---|---|');
row('size of the package', `${(statSync(process.env.VSIX).size / 1e6).toFixed(1)} MB`);

const faulty = number =>
  readFileSync(join(process.env.EXT, 'test/workspace/first/faulty.yaml'), 'utf8').replace(
    'sales.faulty',
    `sales.faulty${number}`,
  );
const folder = mkdtempSync(join(tmpdir(), 'spine-figures-'));
for (let i = 0; i < TIMES + 1; i += 1) {
  writeFileSync(join(folder, `faulty${i}.yaml`), faulty(i));
}
const workbench = await startWorkbench({ folder });
const browser = await openWorkbench(workbench, { target: { folder: workbench.workspace } });

/** From the click that opens a file to the first squiggle on the screen. */
async function openAndWait(number) {
  const { page } = browser;
  await page.keyboard.press('Control+p');
  const input = page.locator('.quick-input-widget input[type=text]').first();
  await input.waitFor({ state: 'visible' });
  await input.fill(`faulty${number}.yaml`);
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: `faulty${number}.yaml` }).first();
  await row.waitFor();
  const squiggle = page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error('no squiggle within a minute')), 60_000);
        const began = () => {
          const start = performance.now();
          const look = () =>
            document.querySelector('.squiggly-error')
              ? resolve(performance.now() - start)
              : requestAnimationFrame(look);
          look();
        };
        window.addEventListener('pointerdown', began, { capture: true, once: true });
      }),
  );
  await row.click();
  const taken = await squiggle;
  await closeEditors(page);
  return taken;
}

row(
  'first file of a session, with the start of extension and server, to the first squiggle',
  `${Math.round(await openAndWait(0))} ms`,
);
const next = [];
for (let i = 1; i <= TIMES; i += 1) {
  next.push(await openAndWait(i));
}
row('every further file, to the first squiggle', `${Math.round(median(next))} ms`);
await browser.close();
workbench.stop();

const views = await serveViews();
const plain = await openBrowser({ width: 900, height: 640 });
const state = { uri: 'file:///test.yaml', direction: 'right', collapsed: [], fails: [], compare: false };
/** From the wish for the surroundings of a step in the middle to their picture on the screen. */
const focusTime = step =>
  plain.page.evaluate(
    id =>
      new Promise(resolve => {
        const drawn = () => window.sent.filter(one => one.type === 'drawn').length;
        const [before, start] = [drawn(), performance.now()];
        const look = () =>
          drawn() > before ? resolve(performance.now() - start) : requestAnimationFrame(look);
        window.postMessage({ type: 'act', act: 'focus', at: { id } }, '*');
        look();
      }),
    step,
  );
for (const count of [100, 1000, 2000]) {
  const taken = [];
  const focused = [];
  for (let i = 0; i < TIMES; i += 1) {
    await plain.page.goto(views.address('graph', state));
    await plain.page.evaluate(
      graph => window.postMessage({ type: 'graph', graph, compared: false, groups: [] }, '*'),
      largeGraph(count),
    );
    await plain.page.waitForFunction(() => window.sent.some(one => one.type === 'drawn'), undefined, {
      timeout: 60_000,
    });
    taken.push(await plain.page.evaluate(() => window.sent.find(one => one.type === 'drawn').milliseconds));
    focused.push(await focusTime(`step_${count / 2}`));
  }
  row(`${count.toLocaleString('en')} steps drawn in a new view`, `${Math.round(median(taken))} ms`);
  row(`the surroundings of one of ${count.toLocaleString('en')} steps`, `${Math.round(median(focused))} ms`);
}
await plain.close();
await views.close();
console.log(
  `\nMeasured on ${cpus().length} × ${cpus()[0].model}, Node ${process.version}, with test/figures.sh.`,
);
process.exit(0);
