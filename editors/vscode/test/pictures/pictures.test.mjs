// The pictures of the README, made anew from the real workbench; run by `SPINE_PICTURES=1 test/run.sh` alone.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { readmePicture, useWorkbench } from '../rig/suite.mjs';
import { goToEndOf, graphFrame, line, openFile, openGraph, planFrame, runCommand } from '../rig/user.mjs';

const DAILY = `apiVersion: spine.io/v1
kind: PipelineGroup
metadata:
  name: sales.daily
  domain: sales
  version: 3
spec:
  defaults:
    day: "{{ params.day }}"
    region: eu
  pipelines:
    - name: ingest
      pipeline: sales.ingest
    - name: tidy
      pipeline: sales.tidy
      depends_on: [ingest]
    - name: enrich
      pipeline: sales.enrich
      depends_on: [ingest]
      params:
        region: us
    - name: publish
      pipeline: sales.publish
      depends_on: [tidy, enrich]
    - name: report
      pipeline: sales.report
      depends_on: [publish]
  policy:
    execution: parallel
    max_concurrency: 2
    on_failure: stop
    timeout_minutes: 60
`;
const SOURCES = 'orders returns stock prices clicks stores partners weather calendar costs'.split(' ');
const MARTS = {
  revenue: ['check_orders', 'check_returns', 'check_prices'],
  margin: ['revenue', 'check_costs'],
  stock_days: ['check_stock', 'check_orders'],
  sessions: ['check_clicks', 'check_stores'],
  campaigns: ['sessions', 'check_partners'],
  footfall: ['check_stores', 'check_weather', 'check_calendar'],
  forecast: ['revenue', 'footfall'],
  reorder: ['stock_days', 'forecast'],
  baskets: ['check_orders', 'check_clicks'],
  segments: ['baskets', 'sessions'],
  churn: ['segments'],
  prices_next: ['forecast', 'margin'],
  daily_view: ['revenue', 'margin', 'footfall'],
  weekly_view: ['daily_view', 'forecast'],
  board_view: ['weekly_view', 'campaigns'],
  alerts: ['reorder', 'churn'],
  publish_prices: ['prices_next'],
  publish_orders: ['reorder'],
  publish_views: ['board_view', 'daily_view'],
  archive: ['publish_prices', 'publish_orders', 'publish_views', 'alerts'],
};

/** Ten sources that are loaded, tidied and checked, and what is made of them: fifty steps. */
function fifty() {
  const step = (name, waits) =>
    `    - name: ${name}\n      pipeline: retail.${name}\n${waits.length > 0 ? `      depends_on: [${waits.join(', ')}]\n` : ''}`;
  const chains = SOURCES.flatMap(source => [
    step(`load_${source}`, []),
    step(`tidy_${source}`, [`load_${source}`]),
    step(`check_${source}`, [`tidy_${source}`]),
  ]);
  const marts = Object.entries(MARTS).map(([name, waits]) => step(name, waits));
  const head =
    'apiVersion: spine.io/v1\nkind: PipelineGroup\nmetadata:\n  name: retail.nightly\nspec:\n  pipelines:\n';
  return `${head}${chains.join('')}${marts.join('')}  policy:\n    execution: parallel\n    max_concurrency: 8\n`;
}

const folder = mkdtempSync(join(tmpdir(), 'spine-pictures-'));
mkdirSync(join(folder, 'first'));
writeFileSync(join(folder, 'first/daily.yaml'), DAILY);
writeFileSync(join(folder, 'first/nightly.yaml'), fifty());
writeFileSync(
  join(folder, 'first/faulty.yaml'),
  DAILY.replace('sales.daily', 'sales.hourly')
    .replace('[tidy, enrich]', '[tidy, enrch]')
    .replace('[ingest]\n      params', '[ingest]\n      parms'),
);
after(() => rmSync(folder, { recursive: true, force: true }));

const suite = useWorkbench(
  {
    folder,
    git: true,
    settings: {
      'workbench.colorTheme': 'Dark Modern',
      'workbench.activityBar.location': 'hidden',
      'workbench.sideBar.location': 'right',
      'workbench.layoutControl.enabled': false,
      'window.commandCenter': false,
      'editor.minimap.enabled': false,
      'editor.lineNumbersMinChars': 3,
      'breadcrumbs.enabled': false,
      'git.decorations.enabled': false,
      'scm.diffDecorations': 'none',
    },
  },
  { size: { width: 1200, height: 680 } },
);

const { works } = suite;

async function hideSideBar(page) {
  const bar = page.locator('.part.sidebar');
  if (await bar.isVisible()) {
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    await bar.waitFor({ state: 'hidden' });
  }
}

async function openAlone(page, name) {
  await hideSideBar(page);
  return openGraph(page, name);
}

describe('pictures', () => {
  works('five steps', async page => {
    const frame = await openAlone(page, 'daily.yaml');
    await frame.locator('.node[data-id="publish"]').click();
    await frame.locator('.node[data-id="publish"][data-role="selected"]').waitFor();
    await readmePicture(page, 'graph');
  });

  works('fifty steps', async page => {
    const frame = await openAlone(page, 'nightly.yaml');
    await frame.locator('.node').nth(49).waitFor({ state: 'attached' });
    await frame.getByRole('button', { name: 'Hide details' }).click();
    await readmePicture(page, 'fifty');
    const search = frame.getByPlaceholder('Find or select steps');
    await search.fill('forecast');
    await search.press('Enter');
    await frame.locator('.node[data-id="forecast"][data-role="selected"]').waitFor();
    await search.fill('');
    await frame.locator('#focus').click();
    await readmePicture(page, 'focus');
  });

  works('a cycle', async page => {
    const frame = await openAlone(page, 'daily.yaml');
    await goToEndOf(page, 'pipeline: sales.ingest');
    await page.keyboard.type('\ndepends_on: [publish]');
    await page.keyboard.press('Escape');
    await frame.locator('.node[data-id="ingest"][data-state="cycle"]').waitFor();
    await readmePicture(page, 'cycle');
  });

  works('a run in which a step fails', async page => {
    const frame = await openAlone(page, 'daily.yaml');
    await frame.locator('.node[data-id="tidy"]').click();
    await frame.locator('#fails').click();
    await frame.locator('.node[data-id="tidy"][data-run="failed"]').waitFor();
    await frame.locator('#durations').click();
    const input = page.locator('.quick-input-widget input[type=text]').first();
    await input.waitFor();
    await input.fill('ingest=12min, tidy=5min, enrich=20min');
    await page.keyboard.press('Enter');
    await frame.locator('#simulation-message', { hasText: 'minutes' }).waitFor();
    await readmePicture(page, 'simulation');
  });

  works('what changed since the last commit', async page => {
    await hideSideBar(page);
    await openFile(page, 'daily.yaml');
    await goToEndOf(page, 'depends_on: [publish]');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('- name: archive\n  pipeline: sales.archive\ndepends_on: [publish]');
    await page.keyboard.press('Escape');
    await runCommand(page, 'Spine: Compare Graph with HEAD');
    const frame = await graphFrame(page);
    await frame.locator('.node[data-id="archive"][data-change="added"]').waitFor();
    await readmePicture(page, 'compare');
  });

  works('the resolved order', async page => {
    await hideSideBar(page);
    await openFile(page, 'daily.yaml');
    await runCommand(page, 'Spine: Show Resolved Order');
    const frame = await planFrame(page);
    await frame.locator('tr[data-step="report"]').waitFor();
    await frame.getByLabel('Value', { exact: true }).first().fill('2026-01-09');
    await frame
      .locator('#defaults', { hasText: '2026-01-09' })
      .or(frame.locator('[data-origin="run"]'))
      .first()
      .waitFor();
    await readmePicture(page, 'order');
  });

  works('the group as it runs', async page => {
    await hideSideBar(page);
    await openFile(page, 'daily.yaml');
    await runCommand(page, 'Spine: Show Group as It Runs');
    await page.locator('.view-line', { hasText: 'not the default' }).first().waitFor();
    await readmePicture(page, 'effective');
  });

  works('faults', async page => {
    await hideSideBar(page);
    await openFile(page, 'faulty.yaml');
    await page.locator('.squiggly-error').first().waitFor();
    await runCommand(page, 'Problems: Focus on Problems View');
    await page.locator('.markers-panel .monaco-list-row', { hasText: 'unknown-dependency' }).click();
    await line(page, 'enrch').waitFor();
    await readmePicture(page, 'problem');
  });
});
