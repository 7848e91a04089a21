/** What the server knows, in words. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doctorSummary, doctorText } from '../../src/doctorText.ts';
import type { Doctor } from '../../src/protocol.ts';

const DOCTOR: Doctor = {
  server: '0.1.0',
  folders: ['/home/ada/harbor'],
  configuration: {
    file: '/home/ada/harbor/spine-lsp.toml',
    options: [
      { name: 'dialect', value: 'operation', from: '/home/ada/harbor/spine-lsp.toml' },
      { name: 'rules', value: {}, from: 'default' },
    ],
    files: [
      {
        file: '/home/ada/harbor/spine-lsp.toml',
        overruled: false,
        faults: [{ line: 2, column: 1, message: 'no option is called `nonsense`' }],
      },
    ],
  },
  index: {
    ready: true,
    python: { read: 4, passed: 1, broken: 0 },
    ...{ registrations: 12, duplicates: 1, unknown: 0, groups: 9, steps: 41 },
  },
  open: { documents: 1, error: 2, warning: 0, information: 0, hint: 3 },
};

describe('what the server knows', () => {
  it('is in one line of the menu', () => {
    assert.equal(
      doctorSummary(DOCTOR),
      '9 groups, 12 pipelines registered in 4 Python files · options of /home/ada/harbor/spine-lsp.toml · 1 fault in files of options',
    );
    const early = { ...DOCTOR, index: { ...DOCTOR.index, ready: false } };
    assert.match(doctorSummary(early), /^still reading: /);
  });

  it('has a page: the Python, what is read, which options hold and where each comes from', () => {
    const text = doctorText(DOCTOR, '/usr/bin/python3 (PATH)');
    for (const part of [
      '- spine-lsp 0.1.0, on /usr/bin/python3 (PATH)',
      '- 9 groups of 41 steps',
      '- 4 Python files read, 1 passed over',
      '- 12 pipelines registered, 1 name registered twice',
      '- 1 document of Spine: 2 error, 0 warning, 0 information, 3 hint',
      '- dialect = `"operation"` (/home/ada/harbor/spine-lsp.toml)',
      '- `/home/ada/harbor/spine-lsp.toml:2:1`: `` no option is called `nonsense` ``',
    ]) {
      assert.ok(text.includes(part), `${part} in\n${text}`);
    }
    assert.doesNotMatch(text, /rules =/);
  });

  it('takes nothing of a file name or an option for Markdown', () => {
    const odd = { ...DOCTOR, folders: ['/tmp/`<img src=x>`\n# no'] };
    assert.ok(doctorText(odd, 'p').includes('- folder `` /tmp/`<img src=x>` # no ``'));
  });
});
