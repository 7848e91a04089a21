// Somebody types a group key by key and never looks at a list: the file holds exactly what was typed.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { useWorkbench } from '../rig/suite.mjs';
import { eventually } from '../rig/user.mjs';

const NESTED = `apiVersion: spine.io/v1
kind: PipelineGroup
metadata:
  name: sales.daily
  domain: sales
  version: 1
spec:
  defaults:
    day: "{{ params.day }}"
  pipelines:
    - name: ingest
      pipeline: sales.ingest
    - name: ingest_eu
      pipeline: sales.ingest_eu
    - name: tidy
      pipeline: sales.tidy
      depends_on: [ingest, ingest_eu]
    - name: clean
      pipeline: sales.clean
      depends_on:
        - tidy
        - ingest
    - name: publish
      pipeline: hr.ingest
      depends_on: [clean]
      params:
        region: eu
  policy:
    execution: parallel
    max_concurrency: 2
    on_failure: continue
`;

const FLAT = `name: prices
steps:
  - name: invest
    pipeline: sales.invest
  - {name: ingest, pipeline: sales.ingestion}
  - name: two
    pipeline: sales.ingest
    depends_on: ingest
`;

const WORKFLOW = `apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: harbor.tides
  domain: harbor
  description: Tide tables
spec:
  defaults:
    gauge: pier 4
  steps:
    - name: fetch
      operation: tides.fetch
      params:
        day: monday
    - name: whole
      type: choice
      condition_ref: jobs.checks:whole
      then_step: publish
      else_step: repair
    - name: repair
      type: lambda
      handler_ref: jobs.handlers:repair
      config:
        longest_gap: 30
    - name: settle
      type: wait
      duration_seconds: 60
    - name: publish
      operation: tides.publish
      depends_on: [repair]
`;

const REPEATED = `apiVersion: spine.io/v1
kind: PipelineGroup
metadata:
  name: harbor
  domain: harbor
spec:
  pipelines:
    - name: tides
      pipeline: tides
    - name: harbor
      pipeline: tides
`;

const CASES = [
  { title: 'a nested group, at 20 ms a key', text: NESTED, delay: 20 },
  { title: 'a workflow, at 40 ms a key', text: WORKFLOW, delay: 40 },
  { title: 'a nested group, at 60 ms a key', text: NESTED, delay: 60 },
  { title: 'a flat group, at 300 ms a key', text: FLAT, delay: 300 },
];
const nameOf = delay => `typed-${delay}.yaml`;

// What the editor itself adds (indentation, closing brackets) is off: then every key stands for one character.
const settings = {
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.trimAutoWhitespace': false,
  'editor.formatOnType': false,
  'editor.minimap.enabled': false,
  '[yaml]': { 'editor.autoIndent': 'none' },
};

/** Where the file is not what was typed, in one short sentence: a log cuts long texts in the middle. */
function difference(saved, typed) {
  const [is, was] = [saved.split('\n'), typed.split('\n')];
  const first = was.findIndex((text, index) => text !== is[index]);
  const line = first < 0 ? was.length : first;
  return `line ${line + 1} holds ${JSON.stringify(is.slice(line, line + 2))}, not ${JSON.stringify(was[line] ?? '')}`;
}

/** Types a text into an empty file of the folder; the saved file holds it. */
async function typedExactly({ page, workbench }, name, text, delay) {
  const file = workbench.path('first', name);
  await page.keyboard.press('Control+p');
  const input = page.locator('.quick-input-widget input[type=text]').first();
  await input.waitFor({ state: 'visible' });
  await input.fill(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
  await page.locator('.tab.active', { hasText: name }).waitFor();
  await page.locator('.view-lines').first().click();
  await page.keyboard.type(text, { delay });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+s');
  const saved = await eventually(
    () => readFileSync(file, 'utf8'),
    found => found !== '',
    'the saved file',
  );
  assert.equal(saved, text, difference(saved, text));
}

/** Empty files of those names, before the workbench looks at the folder: it does not see at once what comes later. */
const empty = names => ({
  target(workbench) {
    for (const name of names) {
      writeFileSync(workbench.path('first', name), '');
    }
  },
});

describe('typed without a look at any list', () => {
  const suite = useWorkbench({ settings }, empty(CASES.map(({ delay }) => nameOf(delay))));
  for (const { title, text, delay } of CASES) {
    it(title, { timeout: 240_000 }, async () => {
      await typedExactly(suite, nameOf(delay), text, delay);
      suite.done = true;
    });
  }
});

describe('typed before the server runs', () => {
  const machine = { 'spine.server.python': '/nowhere/python' };
  const suite = useWorkbench({ settings, machine }, empty(['early.yaml']));
  it('keeps every Enter, though the words stand further up', { timeout: 240_000 }, async () => {
    await typedExactly(suite, 'early.yaml', REPEATED, 60);
    suite.done = true;
  });
});
