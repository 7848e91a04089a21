/** The layout of large graphs: nothing overlaps, what waits comes later, every edge has its way, cycles too. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Link, layered, type Sized } from '../../src/webview/graph/layered.ts';

function chance(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function graph(count: number, seed: number, back: boolean): [Sized[], Link[]] {
  const random = chance(seed);
  const nodes = Array.from({ length: count }, (_, i) => ({
    id: `n${i}`,
    width: 60 + random(120),
    height: random(2) ? 30 : 44,
  }));
  const links: Link[] = [];
  for (let i = 1; i < count; i += 1) {
    for (let k = random(4); k > 0; k -= 1) {
      const other = back && random(20) === 0 ? random(count) : random(i);
      links.push({ id: `${i}.${k}`, from: `n${other}`, to: `n${i}` });
    }
  }
  return [nodes, links];
}

for (const way of ['right', 'down'] as const) {
  for (const back of [false, true]) {
    describe(`layered, ${way}, ${back ? 'with' : 'without'} cycles`, () => {
      for (const [count, seed] of [
        [0, 1],
        [1, 1],
        [2, 1],
        [40, 2],
        [400, 3],
      ] as const) {
        it(`places ${count} nodes`, () => {
          const [nodes, links] = graph(count, seed, back);
          const placed = layered(nodes, links, way);
          const boxes = nodes.map(({ id }) => placed.nodes.get(id));
          for (const [i, a] of boxes.entries()) {
            assert.ok(a && a.x >= 0 && a.y >= 0 && a.x + a.width <= placed.width + 1e-6);
            assert.ok(a.y + a.height <= placed.height + 1e-6);
            for (const b of boxes.slice(i + 1)) {
              assert.ok(b);
              const apart =
                a.x + a.width <= b.x ||
                b.x + b.width <= a.x ||
                a.y + a.height <= b.y ||
                b.y + b.height <= a.y;
              assert.ok(apart, `${JSON.stringify(a)} and ${JSON.stringify(b)} overlap`);
            }
          }
          for (const { id, from, to } of links) {
            const [a, b] = [placed.nodes.get(from), placed.nodes.get(to)];
            assert.ok((placed.edges.get(id)?.length ?? 0) >= 2);
            if (!back && a && b) {
              assert.ok(way === 'right' ? a.x + a.width < b.x : a.y + a.height < b.y, `${from} before ${to}`);
            }
          }
          assert.deepEqual(layered(nodes, links, way), placed);
        });
      }
    });
  }
}

it('lays neighbours beside each other: two chains do not cross', () => {
  const ids = ['a1', 'b1', 'b2', 'a2', 'a3', 'b3'];
  const nodes = ids.map(id => ({ id, width: 80, height: 30 }));
  const links = ['a', 'b'].flatMap(one =>
    [1, 2].map(i => ({ id: `${one}${i}`, from: `${one}${i}`, to: `${one}${i + 1}` })),
  );
  const { nodes: boxes } = layered(nodes, links, 'right');
  const y = (id: string) => boxes.get(id)?.y;
  assert.equal(y('a1'), y('a3'));
  assert.equal(y('b1'), y('b3'));
});
