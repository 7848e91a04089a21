/** Questions of a drawn graph: neighbours, the node at the cursor, folded levels, words, highlight. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  describer,
  focused,
  fold,
  leftOut,
  levelId,
  nodeAt,
  reach,
  shape,
  sharedPrefix,
  within,
} from '../../src/graphModel.ts';
import { highlight } from '../../src/highlight.ts';
import type { Graph } from '../../src/protocol.ts';
import { summaryOf } from '../../src/summary.ts';
// @ts-expect-error: the builder of graphs is plain JavaScript, since the browser tests use it without a build
import { graphOf as build, largeGraph as buildLarge } from '../view/graphs.mjs';

const graphOf = build as (text: string, options?: object) => Graph;
const largeGraph = buildLarge as (count: number) => Graph;

const DIAMOND = 'ingest:\nclean: ingest\nenrich: ingest\npublish: clean, enrich';

describe('reach', () => {
  it('finds all that a step waits for, and all that waits for it', () => {
    const { upstream, downstream } = reach(graphOf(DIAMOND).edges, 'clean');
    assert.deepEqual([...upstream], ['ingest']);
    assert.deepEqual([...downstream], ['publish']);
  });

  it('ends in a cycle and leaves the step itself out', () => {
    const { upstream } = reach(graphOf('a: c\nb: a\nc: b').edges, 'a');
    assert.deepEqual([...upstream].sort(), ['b', 'c']);
  });

  it('equals a search from every step on a large graph', () => {
    const { edges } = largeGraph(200);
    const all = new Map<string, Set<string>>();
    // The steps of this graph only wait for earlier ones, so their sets can be joined in the order of the file.
    for (let i = 0; i < 200; i += 1) {
      const direct = edges.filter(edge => edge.to === `step_${i}`).map(edge => edge.from);
      all.set(`step_${i}`, new Set(direct.flatMap(one => [one, ...(all.get(one) ?? [])])));
    }
    for (const id of ['step_0', 'step_57', 'step_199']) {
      assert.deepEqual([...reach(edges, id).upstream].sort(), [...(all.get(id) ?? [])].sort());
    }
  });
});

describe('nodeAt', () => {
  it('finds the step whose text holds the cursor, its ends included', () => {
    const graph = graphOf(DIAMOND);
    assert.equal(nodeAt(graph, { line: 1, character: 0 })?.id, 'clean');
    assert.equal(nodeAt(graph, { line: 1, character: 40 })?.id, 'clean');
    assert.equal(nodeAt(graph, { line: 1, character: 41 }), undefined);
    assert.equal(nodeAt(graph, { line: 9, character: 0 }), undefined);
  });
});

describe('fold', () => {
  it('leaves the graph as it is when nothing is folded', () => {
    const graph = graphOf(DIAMOND);
    const drawing = fold(graph, new Set());
    assert.deepEqual(
      drawing.nodes.map(node => node.id),
      graph.nodes.map(node => node.id),
    );
    assert.equal(drawing.edges.length, graph.edges.length);
  });

  it('joins the steps of a level, and their edges', () => {
    const { nodes, edges, place } = fold(graphOf(DIAMOND), new Set([1]));
    const level = nodes.find(node => node.kind === 'level');
    assert.deepEqual(level?.stands, ['clean', 'enrich']);
    assert.equal(level?.detail, '2 steps');
    assert.deepEqual(
      edges.map(({ from, to, count }) => [from, to, count]),
      [
        ['ingest', levelId(1), 2],
        [levelId(1), 'publish', 2],
      ],
    );
    assert.equal(place.get('enrich'), levelId(1));
  });

  it('never folds what has no level, and keeps the edge of a step that waits for itself', () => {
    const graph = graphOf('a: a\nb:', { states: { a: 'cycle' }, edgeStates: { 'a a': 'self' } });
    const drawing = fold(graph, new Set([0]));
    assert.deepEqual(
      drawing.nodes.map(node => node.id),
      ['a', levelId(0)],
    );
    assert.deepEqual(
      drawing.edges.map(edge => [edge.from, edge.to, edge.state]),
      [['a', 'a', 'self']],
    );
  });

  it('gives every node a place, whatever is folded', () => {
    const graph = largeGraph(150);
    for (const folded of [[], [0], [1, 2], graph.levels.map((_, level) => level)]) {
      const { nodes, edges, place } = fold(graph, new Set(folded));
      const ids = new Set(nodes.map(node => node.id));
      assert.ok(graph.nodes.every(node => ids.has(place.get(node.id) ?? '')));
      assert.ok(edges.every(edge => ids.has(edge.from) && ids.has(edge.to)));
      assert.equal(
        nodes.reduce((sum, node) => sum + node.stands.length, 0),
        graph.nodes.length,
      );
    }
  });
});

describe('shape', () => {
  it('does not change with the states, and does with names, edges and direction', () => {
    const plain = fold(graphOf(DIAMOND), new Set());
    const faulty = fold(graphOf(DIAMOND, { states: { clean: 'blocked' } }), new Set());
    assert.equal(shape(plain, 'right'), shape(faulty, 'right'));
    assert.notEqual(shape(plain, 'right'), shape(plain, 'down'));
    const other = fold(graphOf(DIAMOND.replace('clean, enrich', 'clean')), new Set());
    assert.notEqual(shape(plain, 'right'), shape(other, 'right'));
  });
});

describe('describer', () => {
  it('says what a step runs, where it stands and what surrounds it', () => {
    const graph = graphOf(DIAMOND);
    const words = describer(graph);
    assert.equal(
      words(graph.nodes[0] as Graph['nodes'][0]),
      'ingest, runs test.ingest, number 1, level 1, waits for nothing, clean, enrich wait for it',
    );
  });

  it('lists no more names than one can listen to', () => {
    const many = Array.from({ length: 9 }, (_, i) => `s${i}`);
    const graph = graphOf(`${many.map(name => `${name}:`).join('\n')}\nlast: ${many.join(', ')}`);
    assert.match(
      describer(graph)(graph.nodes.at(-1) as Graph['nodes'][0]),
      /waits for s0, s1, s2, s3, s4 and 4 more/,
    );
  });
});

describe('highlight', () => {
  const graph = graphOf(`${DIAMOND}\nalone:`);
  const drawing = fold(graph, new Set());

  it('tells apart what comes before, what comes after, and what has nothing to do with it', () => {
    const { node, edge, focusing } = highlight(graph, drawing, 'clean', null);
    assert.ok(focusing);
    assert.deepEqual(['ingest', 'clean', 'publish', 'enrich', 'alone'].map(node), [
      'up',
      'selected',
      'down',
      'other',
      'other',
    ]);
    assert.deepEqual(drawing.edges.map(edge), ['up', 'other', 'down', 'other']);
  });

  it('shows only the path when one was asked for', () => {
    const stop = (name: string) => ({ name, uri: '', range: null, edge_range: null });
    const paths = [[stop('publish'), stop('clean'), stop('ingest')]];
    const explanation = {
      ...{ group: '', step: 'publish', on: 'ingest', waits: true },
      ...{ paths, truncated: false, message: '' },
    };
    const { node, edge } = highlight(graph, drawing, undefined, explanation);
    assert.deepEqual(['ingest', 'clean', 'publish', 'enrich'].map(node), ['path', 'path', 'path', 'other']);
    assert.deepEqual(drawing.edges.map(edge), ['path', 'other', 'path', 'other']);
  });
});

describe('summaryOf', () => {
  it('counts what is there and says nothing of what is not', () => {
    assert.equal(
      summaryOf(graphOf('a: b\nb: a', { states: { a: 'cycle', b: 'cycle' }, cycles: [['a', 'b', 'a']] })),
      'test.group v1 · 2 steps · 0 levels · 1 cycle · parallel, 4 at once, on failure stop',
    );
  });
});

describe('sharedPrefix', () => {
  for (const [pipelines, prefix] of [
    [['sales.a', 'sales.b'], 'sales.'],
    [['finra.otc.a', 'finra.otc.b', 'finra.otc.b'], 'finra.otc.'],
    [['sales', 'sales.b'], ''],
    [['sales.a'], ''],
    [['a', 'b'], ''],
    [['x.a', 'y.a'], ''],
    [[], ''],
    [['a.b', 'a.b.c'], 'a.'],
  ] as const) {
    it(`of ${pipelines.join(', ') || 'nothing'} is ${prefix || 'nothing'}`, () =>
      assert.equal(sharedPrefix(pipelines), prefix));
  }
});

describe('a part of a graph', () => {
  const graph = graphOf('a:\nb: a\nc: b\nd: c\ne: d');

  it('equals a search that takes one edge at a time', () => {
    assert.deepEqual([...within(graph.edges, { on: ['c'], up: 1, down: 1 })].sort(), ['b', 'c', 'd']);
    assert.deepEqual([...within(graph.edges, { on: ['c'], up: 9, down: 0 })].sort(), ['a', 'b', 'c']);
    assert.deepEqual([...within(graph.edges, { on: ['c'], up: 0, down: 0, also: ['a'] })].sort(), [
      'a',
      'b',
      'c',
    ]);
  });

  it('is the whole when its step is gone', () => {
    assert.equal(focused(graph, { on: ['gone'], up: 1, down: 1 }), graph);
  });

  it('says how many edges lead out of it', () => {
    assert.deepEqual([...leftOut(graph, new Set(['b', 'c']))].sort(), [
      ['b', 1],
      ['c', 1],
    ]);
  });
});
