// A whole project: groups in YAML and the Python that registers what they run, open or not, changed behind the editor.
import assert from 'node:assert/strict';
import { appendFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { picture, useWorkbench } from '../rig/suite.mjs';
import { closeEditors, eventually, openFile, runCommand } from '../rig/user.mjs';

const suite = useWorkbench(
  { folder: join(process.env.REPO, 'schemas/examples/workspace') },
  { target: workbench => ({ folder: workbench.workspace }) },
);
const { works } = suite;

const problem = (page, text) => page.locator('.markers-panel .monaco-list-row', { hasText: text });
const word = (page, text) => page.locator('.view-line span', { hasText: text }).last();

describe('a project', () => {
  works('says which pipelines nobody registers, and heals when the Python on disk changes', async page => {
    await openFile(page, 'monthly_report.yaml');
    await runCommand(page, 'Problems: Focus on Problems View');
    await problem(page, 'tides.forecasts').waitFor();
    await problem(page, 'harbor.reports.publish').waitFor();
    assert.equal(await problem(page, 'harbor.reports.count_calls').count(), 0);
    appendFileSync(
      suite.workbench.path('src/harbor/reports/operations.py'),
      '\n\n@reg.register_operation(REPORTS + ".publish")\nclass Publish(Operation):\n    """Sends it."""\n',
    );
    await problem(page, 'harbor.reports.publish').waitFor({ state: 'detached' });
    await problem(page, 'tides.forecasts').waitFor();
  });

  works('says once what is wrong in a closed file, and no more once it is mended', async page => {
    await openFile(page, 'daily_calls.yaml');
    await runCommand(page, 'Problems: Focus on Problems View');
    await problem(page, 'tides.forecasts').waitFor(); // fails if it is there twice
    await openFile(page, 'monthly_report.yaml');
    await page.locator('.squiggly-error').first().waitFor();
    await word(page, /forecasts$/).dblclick();
    await page.keyboard.type('forecast');
    await problem(page, 'tides.forecasts').waitFor({ state: 'detached' });
  });

  works('shows what the Python says of a pipeline, and leads there', async page => {
    await openFile(page, 'monthly_report.yaml');
    await word(page, /count_calls$/).hover();
    await page.locator('.monaco-hover:visible', { hasText: 'Counts the calls of a month' }).first().waitFor();
    await page.keyboard.press('Escape');
    await word(page, /count_calls$/).click();
    await page.keyboard.press('F12');
    await page.locator('.tab.active', { hasText: 'operations.py' }).waitFor();
  });

  works(
    'completes what Python registers, and tells a parameter that a pipeline does not take',
    async page => {
      await openFile(page, 'daily_calls.yaml');
      await word(page, /fetch_levels$/).dblclick();
      await page.keyboard.type('fore');
      await page.keyboard.press('Control+Space');
      const rows = page.locator('.suggest-widget.visible .monaco-list-row');
      await rows.filter({ hasText: 'tides.forecast' }).first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.view-line', { hasText: /pipeline:\s*tides\.forecast$/ }).waitFor();
      await runCommand(page, 'Problems: Focus on Problems View');
      await word(page, /retries$/).dblclick();
      await page.keyboard.type('retires');
      await page.keyboard.press('Escape');
      await problem(page, 'retires').first().waitFor();
    },
  );

  works('creates a pipeline in the file that is chosen, a new one or one that is there', async page => {
    const tabs = page.locator('.tabs-container .tab');
    const quick = page.locator('.quick-input-widget');
    const row = text => quick.locator('.monaco-list-row', { hasText: text }).first();
    const ask = async () => {
      await openFile(page, 'monthly_report.yaml');
      await word(page, /forecasts$/).click();
      const action = page.locator('.action-widget .monaco-list-row', { hasText: 'in a file to choose' });
      const opens = async () => {
        // A lens that comes meanwhile closes the list again.
        await page.keyboard.press('Control+.');
        return action.click({ timeout: 5000 }).then(
          () => true,
          () => false,
        );
      };
      await eventually(opens, isOpen => isOpen, 'the action', 60_000);
      await quick.locator('.quick-input-title', { hasText: 'Create the pipeline tides.forecasts' }).waitFor();
      await row('forecasts.py').filter({ hasText: 'new file' }).waitFor();
    };
    const created = () => page.locator('.view-line', { hasText: '"tides.forecasts"' }).first().waitFor();
    await ask();
    // The file whose pipelines are most alike is first, and all others follow.
    assert.match((await row('.py').innerText()).replace(/\s+/g, ' '), /src\/harbor\/tides\/pipelines\.py/);
    await picture(page, 'create-pipeline');
    await page.keyboard.press('Escape');
    await quick.waitFor({ state: 'hidden' });
    assert.equal(await tabs.count(), 1);

    await ask();
    await row('tides/pipelines.py').click();
    await page.locator('.tab.active.dirty', { hasText: 'pipelines.py' }).waitFor();
    await created();
    await closeEditors(page);

    await ask();
    await row('forecasts.py').click();
    await page.locator('.tab.active', { hasText: 'forecasts.py' }).waitFor();
    await created();
    await picture(page, 'created-pipeline');
    rmSync(suite.workbench.path('src/harbor/tides/forecasts.py'), { force: true });
  });

  works('renames a pipeline in Python and in every group that runs it', async page => {
    const rename = async choice => {
      await page.keyboard.press('F2');
      await page.locator('.rename-box input').fill('tides.read_levels');
      await page.keyboard.press('Enter');
      await page.locator('.monaco-dialog-box', { hasText: 'in 3 files?' }).waitFor();
      await page.locator('.monaco-dialog-box .monaco-button', { hasText: choice }).click();
    };
    await openFile(page, 'daily_calls.yaml');
    await word(page, /fetch_levels$/).click();
    await rename('Cancel');
    await page.locator('.monaco-dialog-box').waitFor({ state: 'detached' });
    await page.locator('.view-line', { hasText: /pipeline:\s*tides\.fetch_levels$/ }).waitFor();
    await rename('Rename');
    await page.locator('.view-line', { hasText: /pipeline:\s*tides\.read_levels$/ }).waitFor();
    await runCommand(page, 'File: Save All Files');
    const files = ['groups/daily_calls.yaml', 'src/harbor/tides/pipelines.py', 'jobs/weekly_group.py'];
    await eventually(
      () => files.map(file => /fetch_levels/.test(suite.workbench.read(file))),
      left => !left.includes(true),
      'the new name in all files',
    );
  });

  works('says over a registration in Python who runs it, and lists them', async page => {
    await openFile(page, 'monthly_report.yaml');
    await word(page, /count_calls$/).click();
    await page.keyboard.press('F12');
    await page.locator('.tab.active', { hasText: 'operations.py' }).waitFor();
    const lens = page.locator('.codelens-decoration a', { hasText: /used by 1 group/ }).first();
    await lens.click();
    await page.locator('.peekview-widget, .reference-zone-widget').first().waitFor();
    await page.keyboard.press('Escape');
  });

  works('lists the groups of files that are not open, and follows what is renamed on disk', async page => {
    await openFile(page, 'monthly_report.yaml');
    await runCommand(page, 'Explorer: Focus on Spine Groups View');
    const rows = page.locator('.pane-body .monaco-list-row');
    const closed = rows.filter({ hasText: 'harbor.daily_calls' });
    await closed.filter({ hasText: 'daily_calls.yaml' }).waitFor();
    renameSync(
      suite.workbench.path('groups/daily_calls.yaml'),
      suite.workbench.path('groups/calls_of_a_day.yaml'),
    );
    await closed.filter({ hasText: 'calls_of_a_day.yaml' }).waitFor();
    await closed.click();
    await page.keyboard.press('ArrowRight');
    await rows.filter({ hasText: 'berths' }).waitFor();
    await eventually(
      () => rows.filter({ hasText: 'harbor.daily_calls' }).count(),
      count => count === 1,
      'one entry for the group',
    );
  });
});
