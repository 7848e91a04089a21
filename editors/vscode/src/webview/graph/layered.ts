/**
 * A layered layout for graphs of many nodes, in time about proportional to them: Sugiyama's, with levels by the
 * longest path, their order by barycentres, and places as near to the neighbours' as the order lets them.
 *
 * Directions are called along (from level to level) and across (inside a level), whichever way the picture runs.
 */
import { depths } from './depths.ts';
import type { Box, Point } from './geometry.ts';

export interface Sized {
  id: string;
  width: number;
  height: number;
}

export interface Link {
  id: string;
  from: string;
  to: string;
}

export interface Placed {
  width: number;
  height: number;
  nodes: Map<string, Box>;
  /** The corners of each edge, from one node to the other. */
  edges: Map<string, Point[]>;
}

/** A node, or the place where a long edge passes a level. */
interface Cell {
  along: number;
  across: number;
  level: number;
  /** Its middle across. */
  middle: number;
  before: Cell[];
  after: Cell[];
}

const BETWEEN = { right: 56, down: 44 };
const INSIDE = 18;
const PASSING = 4;
const MARGIN = 24;
const SWEEPS = 6;
/** Edges over more levels than this go straight, behind what lies between: each level would need a bend. */
const FAR = 6;

export function layered(nodes: readonly Sized[], links: readonly Link[], way: 'right' | 'down'): Placed {
  const depth = depths(nodes, links);
  const cells = new Map<string, Cell>();
  for (const { id, width, height } of nodes) {
    const [along, across] = way === 'right' ? [width, height] : [height, width];
    cells.set(id, cell(depth.get(id) ?? 0, along, across));
  }
  const chains = links.map(link => chain(link, cells));
  const levels = rows([...cells.values()], chains);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    arrange(levels, sweep % 2 === 0);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    settle(levels, sweep % 2 === 0);
  }
  return written(nodes, links, { cells, chains, levels, way });
}

function cell(level: number, along: number, across: number): Cell {
  return { along, across, level, middle: 0, before: [], after: [] };
}

/** The cells that an edge goes through, its ends included; each knows the next. Loops and edges back have no others. */
function chain({ from, to }: Link, cells: ReadonlyMap<string, Cell>): Cell[] {
  const [first, last] = [cells.get(from), cells.get(to)];
  if (!first || !last) {
    return [];
  }
  const span = last.level - first.level;
  const passed =
    span > 1 && span <= FAR
      ? Array.from({ length: span - 1 }, (_, i) => cell(first.level + i + 1, 0, 0))
      : [];
  const all = [first, ...passed, last];
  if (span > 0) {
    for (let i = 1; i < all.length; i += 1) {
      const [a, b] = [all[i - 1] as Cell, all[i] as Cell];
      a.after.push(b);
      b.before.push(a);
    }
  }
  return all;
}

/** The cells of each level, nodes in the order in which they came, and what passes right behind where it comes from. */
function rows(nodes: readonly Cell[], chains: readonly Cell[][]): Cell[][] {
  const levels: Cell[][] = [];
  const add = (one: Cell) => {
    levels[one.level] ??= [];
    (levels[one.level] as Cell[]).push(one);
  };
  nodes.forEach(add);
  for (const all of chains) {
    all.slice(1, -1).forEach(add);
  }
  for (let level = 0; level < levels.length; level += 1) {
    levels[level] ??= [];
    spread(levels[level] as Cell[]);
  }
  return levels;
}

const gap = (a: Cell, b: Cell) =>
  (a.across + b.across) / 2 + (a.across === 0 || b.across === 0 ? PASSING : INSIDE);

/** Puts the cells of a level one behind the other, around zero. */
function spread(row: readonly Cell[]): void {
  let at = 0;
  row.forEach((one, i) => {
    at += i === 0 ? 0 : gap(row[i - 1] as Cell, one);
    one.middle = at;
  });
  for (const one of row) {
    one.middle -= at / 2;
  }
}

function wish(one: Cell, forward: boolean): number {
  const near = forward ? one.before : one.after;
  return near.length === 0 ? one.middle : near.reduce((sum, other) => sum + other.middle, 0) / near.length;
}

/** Orders each level by where its neighbours in the levels before (or after) stand. */
function arrange(levels: Cell[][], forward: boolean): void {
  for (const row of forward ? levels : levels.toReversed()) {
    const wishes = new Map(row.map(one => [one, wish(one, forward)]));
    row.sort((a, b) => (wishes.get(a) ?? 0) - (wishes.get(b) ?? 0));
    spread(row);
  }
}

/** Moves each level as near to its neighbours as its order and its gaps let it (least squares, by pooling). */
function settle(levels: readonly Cell[][], forward: boolean): void {
  for (const row of forward ? levels : levels.toReversed()) {
    const pools: { sum: number; count: number }[] = [];
    const offsets: number[] = [];
    row.forEach((one, i) => {
      offsets.push(i === 0 ? 0 : (offsets[i - 1] as number) + gap(row[i - 1] as Cell, one));
      pools.push({ sum: wish(one, forward) - (offsets[i] as number), count: 1 });
      for (let last = pools.length - 1; last > 0; last -= 1) {
        const [a, b] = [pools[last - 1], pools[last]] as [(typeof pools)[0], (typeof pools)[0]];
        if (a.sum / a.count <= b.sum / b.count) {
          break;
        }
        a.sum += b.sum;
        a.count += b.count;
        pools.pop();
      }
    });
    let i = 0;
    for (const { sum, count } of pools) {
      for (const end = i + count; i < end; i += 1) {
        (row[i] as Cell).middle = sum / count + (offsets[i] as number);
      }
    }
  }
}

interface Result {
  cells: ReadonlyMap<string, Cell>;
  chains: readonly Cell[][];
  levels: readonly Cell[][];
  way: 'right' | 'down';
}

function written(
  nodes: readonly Sized[],
  links: readonly Link[],
  { cells, chains, levels, way }: Result,
): Placed {
  const starts: number[] = [];
  const lengths = levels.map(row => row.reduce((most, one) => Math.max(most, one.along), 0));
  let at = MARGIN;
  for (const length of lengths) {
    starts.push(at);
    at += length + BETWEEN[way];
  }
  const length = at - BETWEEN[way] + MARGIN;
  let [low, high] = [0, 0];
  for (const one of levels.flat()) {
    low = Math.min(low, one.middle - one.across / 2);
    high = Math.max(high, one.middle + one.across / 2);
  }
  const across = (one: Cell) => one.middle - low + MARGIN;
  const point = (x: number, y: number): Point => (way === 'right' ? { x, y } : { x: y, y: x });
  const boxes = new Map<string, Box>();
  for (const { id, width, height } of nodes) {
    const one = cells.get(id) as Cell;
    const place = point(starts[one.level] as number, across(one) - one.across / 2);
    boxes.set(id, { ...place, width, height });
  }
  const edges = new Map<string, Point[]>();
  links.forEach(({ id }, i) => {
    const all = chains[i] ?? [];
    const [first, last] = [all[0], all.at(-1)];
    if (first && last) {
      edges.set(id, [
        point((starts[first.level] as number) + first.along, across(first)),
        ...all.slice(1, -1).flatMap(one => {
          const start = starts[one.level] as number;
          return [point(start, across(one)), point(start + (lengths[one.level] as number), across(one))];
        }),
        point(starts[last.level] as number, across(last)),
      ]);
    }
  });
  const breadth = high - low + 2 * MARGIN;
  return {
    ...(way === 'right' ? { width: length, height: breadth } : { width: breadth, height: length }),
    nodes: boxes,
    edges,
  };
}
