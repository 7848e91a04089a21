/** Which Python is chosen, and what is said when none fits. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Candidate, type Check, choosePython, namesOnPath, unfit } from '../../src/python.ts';

const check = (version: [number, number, number], missing: string[] = []): Check => ({
  version,
  executable: '/python',
  missing,
});

/** Plays a machine on which these paths answer, and all others cannot be run. */
async function choose(setting: string, others: string[], machine: Record<string, Check>) {
  const asked: string[] = [];
  const choice = await choosePython(
    setting,
    async () => others.map((path): Candidate => ({ path, from: 'PATH' })),
    async path => {
      asked.push(path);
      const answer = machine[path];
      if (!answer) {
        throw new Error('spawn ENOENT');
      }
      return answer;
    },
  );
  return { choice, asked };
}

describe('choosePython', () => {
  it('takes the setting and asks nothing else', async () => {
    const { choice, asked } = await choose('/mine', ['/usr/bin/python3'], { '/mine': check([3, 12, 1]) });
    assert.ok('python' in choice);
    assert.equal(choice.python.path, '/mine');
    assert.deepEqual(asked, ['/mine']);
  });

  it('goes on to the next when one is too old or cannot be run', async () => {
    const { choice } = await choose('', ['/none', '/old', '/good', '/other'], {
      '/old': check([3, 9, 2]),
      '/good': check([3, 10, 0]),
      '/other': check([3, 13, 0]),
    });
    assert.ok('python' in choice);
    assert.equal(choice.python.path, '/good');
  });

  it('says which one was too old, and what is needed', async () => {
    const { choice } = await choose('', ['/old'], { '/old': check([3, 8, 10]) });
    assert.ok('refusal' in choice);
    assert.match(choice.refusal, /needs Python 3\.10 or later.*\/old, from PATH.*it is Python 3\.8\.10/);
  });

  it('does not pass over a setting that cannot be run', async () => {
    const { choice, asked } = await choose('/gone', ['/good'], { '/good': check([3, 12, 0]) });
    assert.ok('refusal' in choice);
    assert.match(choice.refusal, /spine\.server\.python names \/gone, which could not be run/);
    assert.deepEqual(asked, ['/gone']);
  });

  it('says that none was found, and where it looked', async () => {
    const { choice } = await choose('', [], {});
    assert.ok('refusal' in choice);
    assert.match(
      choice.refusal,
      /none was found: not in the settings, not in the Python extension, not on PATH/,
    );
  });

  it('refuses one that lacks a compiled part, with its name', async () => {
    const { choice } = await choose('', ['/odd'], {
      '/odd': check([3, 12, 0], ['jsonschema_rs (no such file)']),
    });
    assert.ok('refusal' in choice);
    assert.match(choice.refusal, /it cannot load jsonschema_rs/);
  });
});

describe('unfit', () => {
  for (const [version, fits] of [
    [[2, 7, 18], false],
    [[3, 9, 19], false],
    [[3, 10, 0], true],
    [[3, 14, 1], true],
    [[4, 0, 0], true],
  ] as const) {
    it(`${version.join('.')} ${fits ? 'serves' : 'does not serve'}`, () => {
      assert.equal(unfit(check([...version])) === undefined, fits);
    });
  }
});

describe('namesOnPath', () => {
  it('tries the usual names first, then those of each version', () => {
    assert.deepEqual(namesOnPath('linux').slice(0, 2), ['python3', 'python']);
    assert.deepEqual(namesOnPath('win32').slice(0, 3), ['python', 'python3', 'py']);
    assert.ok(namesOnPath('linux').includes('python3.10'));
  });
});
