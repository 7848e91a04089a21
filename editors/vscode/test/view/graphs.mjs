// Builds answers of `spine.graph` for the tests of the view, from "name: what it waits for" lines.

export function graphOf(
  text,
  { states = {}, reasons = {}, edgeStates = {}, branches = {}, cycles = [] } = {},
) {
  const lines = text
    .trim()
    .split('\n')
    .map(line => line.trim().split(':'));
  const names = lines.map(([name]) => name.trim());
  const waits = new Map(
    lines.map(([name, rest = '']) => [name.trim(), rest.split(/[\s,]+/).filter(Boolean)]),
  );
  const levels = levelsOf(names, waits);
  const nodes = names.map((name, index) => ({
    id: name,
    name,
    pipeline: `test.${name}`,
    kind: 'step',
    state: states[name] ?? 'ok',
    order: index,
    level: states[name] && states[name] !== 'ok' ? null : levels.get(name),
    because: [],
    reason: reasons[name] ?? null,
    params: { day: { value: 1, origin: 'default' } },
    range: rangeAt(index, 0, 40),
    name_range: rangeAt(index, 8, 8 + name.length),
  }));
  const ghosts = new Set([...waits.values()].flat().filter(name => !waits.has(name)));
  for (const name of ghosts) {
    nodes.push({
      ...{ id: `?${name}`, name, pipeline: null, kind: 'ghost', state: 'missing', order: null, level: null },
      ...{ because: [], reason: 'no step has this name', params: null, range: null, name_range: null },
    });
  }
  const edges = names.flatMap(to =>
    waits.get(to).map((from, index) => ({
      from: ghosts.has(from) ? `?${from}` : from,
      to,
      state: ghosts.has(from) ? 'missing' : (edgeStates[`${from} ${to}`] ?? 'ok'),
      label: branches[`${from} ${to}`] ?? null,
      range: rangeAt(names.indexOf(to), 50 + index * 10, 55 + index * 10),
    })),
  );
  return {
    ...{
      group: 'test.group',
      version: 1,
      uri: 'file:///test.yaml',
      range: rangeAt(0, 0, 1),
      nodes,
      edges,
      cycles,
    },
    policy: {
      execution: 'parallel',
      max_concurrency: 4,
      on_failure: 'stop',
      timeout_minutes: null,
      words: 'parallel, 4 at once, on failure stop',
    },
    levels: byLevel(nodes),
    problems: [],
  };
}

const rangeAt = (line, from, to) => ({ start: { line, character: from }, end: { line, character: to } });

function levelsOf(names, waits) {
  const levels = new Map();
  const level = (name, above) => {
    if (above.has(name)) {
      return 0;
    }
    if (!levels.has(name)) {
      const before = (waits.get(name) ?? []).filter(one => waits.has(one));
      const seen = new Set(above).add(name);
      levels.set(name, Math.max(-1, ...before.map(one => level(one, seen))) + 1);
    }
    return levels.get(name);
  };
  for (const name of names) {
    level(name, new Set());
  }
  return levels;
}

function byLevel(nodes) {
  const levels = [];
  for (const node of nodes) {
    if (node.level !== null) {
      levels[node.level] ??= [];
      levels[node.level].push(node.name);
    }
  }
  return levels;
}

/** A group of `count` steps in about the shape of real ones: each waits for one to three of those shortly before it. */
export function largeGraph(count, seed = 7) {
  let state = seed;
  const random = below => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const lines = [];
  for (let i = 0; i < count; i += 1) {
    const before = new Set();
    for (let k = i === 0 ? 0 : 1 + random(3); k > 0; k -= 1) {
      before.add(`step_${Math.max(0, i - 1 - random(Math.max(6, Math.floor(count / 10))))}`);
    }
    lines.push(`step_${i}: ${[...before].join(', ')}`);
  }
  return graphOf(lines.join('\n'));
}
