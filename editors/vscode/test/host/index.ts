/** Runs the tests of this folder inside the extension host, as VS Code asks for it: a module that exports `run`. */
import { appendFileSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import Mocha from 'mocha';

/** What became of one test, as a line of the report: extensionHost.test.mjs reads them. */
export interface Line {
  title: string;
  error?: string;
}

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, color: false, reporter: Lines, forbidOnly: true });
  mocha.grep(process.env.SPINE_TEST_ONLY ?? '');
  for (const file of readdirSync(__dirname)
    .filter(name => name.endsWith('.test.js'))
    .sort()) {
    mocha.addFile(path.join(__dirname, file));
  }
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) {
    throw new Error(`${failures} failed`);
  }
}

/** The host passes on console.log without its arguments, so the report goes to a file. */
class Lines extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env.SPINE_TEST_REPORT ?? '';
    const write = (line: Line) => appendFileSync(file, `${JSON.stringify(line)}\n`);
    runner.on('pass', test => write({ title: test.fullTitle() }));
    runner.on('fail', (test, error: Error) =>
      write({ title: test.fullTitle(), error: error.stack ?? error.message }),
    );
  }
}
