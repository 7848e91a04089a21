// Runs files of tests, each in a process of its own and some of them side by side: much of a test in the workbench is
// waiting. Those that are named first begin first, and none runs twice. Somebody who types has the machine for himself:
// such files run before the others, one by one. The line before the last says how many passed and failed.
// usage: node run.mjs FILE...
//   SPINE_TEST_LANES   how many files run at a time (default: 2)
import { once } from 'node:events';
import { sep } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const TYPING = /typing\.test\.mjs$/;
const LANES = Number(process.env.SPINE_TEST_LANES ?? 2);
const PROCESS = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', '--test-timeout=240000'];

/** Runs files and shows how it goes; answers the tests that failed, the counts, and how long each file took. */
async function play(files, options) {
  const failed = [];
  const took = [];
  let whole;
  const stream = run({ files, execArgv: PROCESS, ...options });
  stream.on('test:fail', ({ name, file, details }) => {
    if (details.error?.failureType !== 'subtestsFailed') {
      failed.push({ name, file });
    }
  });
  stream.on('test:summary', summary => {
    if (summary.file) {
      took.push(summary);
    } else {
      whole = summary;
    }
  });
  const shown = stream.compose(new spec());
  shown.pipe(process.stdout, { end: false });
  await once(shown, 'end');
  const { passed, tests } = whole.counts;
  return { failed, took, passed, bad: Math.max(tests - passed, whole.success ? 0 : 1) };
}

const exactly = name => new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);

/**
 * Whether the tests that failed pass when they run once more, alone. The workbench is not ours, and on a busy machine
 * something of it takes the focus now and then; a fault of ours fails twice. It is said aloud.
 */
async function passOnceMore(failed) {
  const workbench = `${sep}e2e${sep}`;
  if (failed.length === 0 || failed.some(({ file, name }) => !file.includes(workbench) || name === file)) {
    return false;
  }
  for (const [file, tests] of Map.groupBy(failed, one => one.file)) {
    for (const { name } of tests) {
      console.log(`UNSTEADY? once more: ${name}`);
    }
    const testNamePatterns = tests.map(({ name }) => exactly(name));
    const { passed, bad } = await play([file], { testNamePatterns });
    if (bad > 0 || passed < tests.length) {
      return false;
    }
  }
  return true;
}

const files = [...new Set(process.argv.slice(2))];
const parts = [];
for (const [isTyping, part] of Map.groupBy(files, file => TYPING.test(file))) {
  parts.push(await play(part, { concurrency: isTyping ? 1 : LANES }));
}
const [failed, took] = [parts.flatMap(part => part.failed), parts.flatMap(part => part.took)];
const [passed, bad] = ['passed', 'bad'].map(key => parts.reduce((sum, part) => sum + part[key], 0));
for (const { file, duration_ms: time } of took.toSorted((a, b) => b.duration_ms - a.duration_ms)) {
  console.log(`${(time / 1000).toFixed(1).padStart(7)} s  ${file.slice(process.cwd().length + 1)}`);
}
const excused = bad > 0 && (await passOnceMore(failed));
console.log(`COUNT ${excused ? passed + bad : passed} ${excused ? 0 : bad}`);
process.exit(bad > 0 && !excused ? 1 : 0);
