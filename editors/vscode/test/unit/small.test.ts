/** Run parameters as typed, work of which only the latest counts, arrow keys, and the manifest's own promises. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { latest } from '../../src/latest.ts';
import { beginsGroup, looksLikeGroup, opensBlock } from '../../src/looksLikeGroup.ts';
import { offReason } from '../../src/offReason.ts';
import { readDurations, readParams, readValue } from '../../src/runParams.ts';
import { rounded } from '../../src/webview/graph/geometry.ts';
import { neighbour } from '../../src/webview/graph/keyboard.ts';

describe('readValue', () => {
  for (const [text, value] of [
    ['3', 3],
    ['true', true],
    ['"3"', '3'],
    ['[1, 2]', [1, 2]],
    ['2026-01-09', '2026-01-09'],
    ['NMS TIER', 'NMS TIER'],
    ['', ''],
  ] as const) {
    it(`reads ${JSON.stringify(text)} as ${JSON.stringify(value)}`, () =>
      assert.deepEqual(readValue(text), value));
  }

  it('leaves out a parameter that has no name yet', () => {
    assert.deepEqual(
      readParams([
        ['', 'x'],
        [' day ', '4'],
      ]),
      { day: 4 },
    );
  });
});

describe('readDurations', () => {
  it('reads steps with their durations, as the server takes them', () => {
    assert.deepEqual(readDurations('ingest=12, a = b=90 s;*=1.5h\n'), {
      ingest: '12',
      'a = b': '90 s',
      '*': '1.5h',
    });
    assert.deepEqual(readDurations(' , '), {});
  });

  for (const text of ['ingest', 'ingest=', 'ingest=-1', 'ingest=2 weeks', '=3']) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () =>
      assert.match(String(readDurations(text)), /is no step with its duration/));
  }
});

describe('latest', () => {
  it('runs one at a time, and once more for all that asked meanwhile', async () => {
    let running = 0;
    let runs = 0;
    const release: (() => void)[] = [];
    const request = latest(async () => {
      running += 1;
      runs += 1;
      assert.equal(running, 1);
      await new Promise<void>(resolve => release.push(resolve));
      running -= 1;
    });
    const asked = [request(), request(), request(), request()];
    release.shift()?.();
    await asked[0];
    while (release.length === 0) {
      await new Promise(setImmediate);
    }
    release.shift()?.();
    await Promise.all(asked);
    assert.equal(runs, 2);
  });

  it('runs again after a run that failed', async () => {
    let runs = 0;
    const request = latest(async () => {
      runs += 1;
      if (runs === 1) {
        throw new Error('once');
      }
    });
    const first = request();
    const second = request();
    await assert.rejects(first, /once/);
    await second;
    assert.equal(runs, 2);
  });
});

describe('beginsGroup', () => {
  it('is true of every beginning of the line that declares a group, until the text looks like one', () => {
    for (const typed of [
      'apiVersion: spine.io/v1',
      '# Prices\n---\nkind: PipelineGroup',
      'kind: "Workflow"',
    ]) {
      const start = typed.lastIndexOf('\n') + 1;
      for (let end = start + 1; end <= typed.length; end += 1) {
        const text = typed.slice(0, end);
        assert.ok(beginsGroup(text) || looksLikeGroup(text), JSON.stringify(text));
      }
    }
  });

  it('is false of an empty text, of what others declare, and of more than one line', () => {
    for (const text of [
      '',
      ' \n',
      'apiVersion: apps',
      'kind: Pod',
      'api: s',
      'name: a',
      'kind:\nname',
      'kinds',
    ]) {
      assert.ok(!beginsGroup(text), JSON.stringify(text));
    }
  });
});

describe('opensBlock', () => {
  it('is true of Enter behind a key that opens a map or a list, and of nothing else', () => {
    assert.ok(opensBlock('metadata:', '\n'));
    assert.ok(opensBlock('    params:  ', '\r\n    '));
    assert.ok(!opensBlock('  name: daily', '\n'));
    assert.ok(!opensBlock('metadata:', 'x'));
    assert.ok(!opensBlock('metadata:', '\nname: pasted'));
  });
});

describe('offReason', () => {
  const GROUP = 'kind: PipelineGroup\nmetadata:\n  name: g\n';
  const why = (change: { text: string; language?: string; scheme?: string }) =>
    offReason({
      name: 'a.yaml',
      language: 'yaml',
      scheme: 'file',
      served: ['file', 'untitled'],
      isGroup: looksLikeGroup(change.text),
      ...change,
    });

  it('is silent about what is served, and about files of other kinds', () => {
    assert.equal(why({ text: GROUP }), undefined);
    assert.equal(why({ text: 'const a = 1;', language: 'javascript' }), undefined);
    assert.equal(why({ text: GROUP, scheme: 'spine-effective' }), undefined);
  });

  it('says which language, place or text keeps a file from being served', () => {
    assert.match(why({ text: GROUP, language: 'dockercompose' }) ?? '', /its language is dockercompose/);
    assert.match(why({ text: GROUP, scheme: 'git' }) ?? '', /shown from "git"/);
    assert.match(why({ text: 'kind: Pod\n' }) ?? '', /holds no pipeline group/);
    assert.match(why({ text: ' \n' }) ?? '', /is empty/);
  });
});

describe('neighbour', () => {
  const box = (x: number, y: number) => ({ x, y, width: 10, height: 10 });
  const layout = {
    nodes: new Map([
      ['a', box(0, 0)],
      ['b', box(50, 0)],
      ['c', box(50, 30)],
    ]),
  };
  const edge = (from: string, to: string) => ({
    id: '',
    from,
    to,
    state: 'ok' as const,
    label: '',
    change: null,
    count: 1,
  });
  const drawing = { edges: [edge('a', 'b'), edge('a', 'c')] };

  for (const [from, key, to] of [
    ['a', 'ArrowRight', 'b'],
    ['b', 'ArrowLeft', 'a'],
    ['b', 'ArrowDown', 'c'],
    ['c', 'ArrowUp', 'b'],
    ['a', 'ArrowLeft', 'a'],
    ['c', 'ArrowDown', 'c'],
  ] as const) {
    it(`${key} leads from ${from} to ${to}`, () => {
      assert.equal(neighbour(drawing, layout, 'right', from, key), to);
    });
  }
});

describe('rounded', () => {
  it('goes through both ends, and cuts corners only as far as the line reaches', () => {
    const path = rounded([
      { x: 0, y: 0 },
      { x: 4, y: 0 },
      { x: 4, y: 100 },
    ]);
    assert.equal(path, 'M0 0L2 0Q4 0 4 7L4 100');
  });
});

describe('the manifest', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const { contributes } = manifest;
  const sources = readdirSync('src')
    .filter(name => name.endsWith('.ts'))
    .map(name => readFileSync(join('src', name), 'utf8'))
    .join('\n');

  it('has a description for every setting, with a level at which it may be set', () => {
    for (const section of contributes.configuration) {
      for (const [name, setting] of Object.entries<Record<string, string>>(section.properties)) {
        assert.ok(setting.description ?? setting.markdownDescription, `${name} has no description`);
        assert.ok(setting.scope, `${name} has no scope`);
      }
    }
  });

  it('contributes only commands that are registered', () => {
    for (const { command } of contributes.commands) {
      assert.ok(sources.includes(`'${command}'`), `${command} is not registered`);
    }
  });

  it('lists every rule of the server with its level and summary, and no other', () => {
    const pages = join('..', '..', 'spine_lsp', 'analysis', 'rules', 'pages');
    const wanted = readdirSync(pages)
      .filter(name => name.endsWith('.md'))
      .map(name => {
        const page = readFileSync(join(pages, name), 'utf8');
        const [, state, summary] = page.match(/^Default: (.*?)\. Since.*\n\n(.*)$/m) ?? [];
        return [name.replace('.md', ''), `${summary} Default: ${state}.`];
      });
    const listed: Record<string, { description: string }> = Object.assign(
      {},
      ...contributes.configuration.map(
        (one: { properties: Record<string, { properties?: object }> }) =>
          one.properties['spine.rules']?.properties,
      ),
    );
    assert.deepEqual(
      Object.fromEntries(Object.entries(listed).map(([code, { description }]) => [code, description])),
      Object.fromEntries(wanted),
    );
  });

  it('has no marks in the texts of the walkthrough that would be shown raw', () => {
    for (const { id, description } of contributes.walkthroughs[0].steps) {
      assert.ok(!description.includes('`'), id);
    }
  });

  it('names only files that exist', () => {
    const files = [
      manifest.icon,
      contributes.views.explorer[0].icon,
      ...contributes.walkthroughs[0].steps.map(
        (one: { media: { image?: string; markdown?: string } }) => one.media.image ?? one.media.markdown,
      ),
    ];
    for (const file of files) {
      assert.ok(existsSync(file), `${file} does not exist`);
    }
  });

  it('lets no workspace name the program that is run, before it is trusted', () => {
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.sort(), [
      'spine.server.python',
      'spine.server.source',
    ]);
  });
});
