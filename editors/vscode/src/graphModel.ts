/** Questions of a drawn graph that need no server: neighbours, the node at a place, and the graph with levels folded. */
import type { Answer, Change, Graph, GraphEdge, GraphNode, NodeState, Position, Range } from './protocol.ts';
import { levelName } from './summary.ts';

/** The edges along which steps wait for each other: all but the branches of a workflow, which only lead on. */
export function dependencies(graph: Graph): GraphEdge[] {
  return graph.edges.filter(edge => edge.state !== 'branch');
}

/** Where a choice of a workflow leads, for each of its answers; nothing for any other step. */
export function answersOf(graph: Graph, id: string): { answer: Answer; to: string }[] {
  return graph.edges.flatMap(({ from, to, state, label }) =>
    from === id && state === 'branch' && (label === 'then' || label === 'else')
      ? [{ answer: label, to }]
      : [],
  );
}

/**
 * What reaches a node and what it reaches, itself left out. The server does not send it: it would grow with the
 * square of the graph, and it is asked at each selection, of parts and folded pictures that only the view knows.
 */
export interface Reach {
  upstream: Set<string>;
  downstream: Set<string>;
}

export function reach(edges: readonly Pick<GraphEdge, 'from' | 'to'>[], id: string): Reach {
  return { upstream: walk(edges, id, 'to', 'from'), downstream: walk(edges, id, 'from', 'to') };
}

function walk(
  edges: readonly Pick<GraphEdge, 'from' | 'to'>[],
  start: string,
  near: 'from' | 'to',
  far: 'from' | 'to',
): Set<string> {
  const next = new Map<string, string[]>();
  for (const edge of edges) {
    const list = next.get(edge[near]);
    if (list) {
      list.push(edge[far]);
    } else {
      next.set(edge[near], [edge[far]]);
    }
  }
  const found = new Set<string>();
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const other of next.get(id) ?? []) {
      if (other !== start && !found.has(other)) {
        found.add(other);
        waiting.push(other);
      }
    }
  }
  return found;
}

/** The step whose text holds a position, or nothing. */
export function nodeAt(graph: Graph, at: Position): GraphNode | undefined {
  return graph.nodes.find(node => node.kind === 'step' && node.range && holds(node.range, at));
}

export function holds(range: Range, at: Position): boolean {
  return !isBefore(at, range.start) && !isBefore(range.end, at);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

/** A part of a graph: what lies within so many edges of some steps. */
export interface Focus {
  /** The ids of the steps that it is about. */
  on: string[];
  up: number;
  down: number;
  /** Steps that were widened: all their neighbours are shown too. */
  also?: string[];
}

/** The ids of the nodes of a focus: its steps, `up` edges towards what they wait for, `down` towards what waits. */
export function within(
  edges: readonly Pick<GraphEdge, 'from' | 'to'>[],
  { on, up, down, also = [] }: Focus,
): Set<string> {
  const all = new Set(on);
  for (const [hops, near, far] of [
    [up, 'to', 'from'],
    [down, 'from', 'to'],
  ] as const) {
    let edge = new Set(on);
    for (let hop = 0; hop < hops && edge.size > 0; hop += 1) {
      const next = new Set<string>();
      for (const one of edges) {
        if (edge.has(one[near]) && !edge.has(one[far])) {
          next.add(one[far]);
        }
      }
      for (const id of next) {
        all.add(id);
      }
      edge = next;
    }
  }
  const widened = new Set(also);
  for (const { from, to } of edges) {
    if (widened.has(from) || widened.has(to)) {
      all.add(from).add(to);
    }
  }
  return all;
}

/** The part of a graph that a focus shows; the whole where none of its steps is there any more. */
export function focused(graph: Graph, focus: Focus | undefined): Graph {
  const on = focus?.on.filter(id => graph.nodes.some(node => node.id === id)) ?? [];
  if (!focus || on.length === 0) {
    return graph;
  }
  const ids = within(graph.edges, { ...focus, on });
  return {
    ...graph,
    nodes: graph.nodes.filter(node => ids.has(node.id)),
    edges: graph.edges.filter(edge => ids.has(edge.from) && ids.has(edge.to)),
  };
}

/** How many neighbours of each node a focus leaves out: what it can be widened by. */
export function leftOut(graph: Graph, shown: ReadonlySet<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { from, to } of graph.edges) {
    if (shown.has(from) !== shown.has(to)) {
      const inside = shown.has(from) ? from : to;
      counts.set(inside, (counts.get(inside) ?? 0) + 1);
    }
  }
  return counts;
}

/** A node as it is drawn: a step, a ghost, or a whole folded level, or all steps whose names begin alike. */
export interface DrawnNode {
  id: string;
  name: string;
  detail: string;
  kind: 'step' | 'ghost' | 'level' | 'names';
  state: NodeState;
  change: Change;
  level: number | null;
  /** The ids of the graph's nodes that it stands for. */
  stands: string[];
  /** How many of its edges lead to what a focus leaves out. */
  more?: number;
}

export interface DrawnEdge {
  id: string;
  from: string;
  to: string;
  state: GraphEdge['state'];
  /** What is written at a branch. */
  label: string;
  change: Change;
  /** How many of the graph's edges it stands for. */
  count: number;
}

export interface Drawing {
  nodes: DrawnNode[];
  edges: DrawnEdge[];
  /** Where each of the graph's nodes is drawn. */
  place: Map<string, string>;
}

const WORST: NodeState[] = ['cycle', 'missing', 'duplicate', 'blocked', 'ok'];

export function levelId(level: number): string {
  return `level:${level}`;
}

/**
 * What all pipelines of a graph begin with, up to a dot: it sets no step apart, so the picture leaves it out. Empty
 * where they share nothing, or there is only one.
 */
export function sharedPrefix(pipelines: readonly string[]): string {
  const [first, ...rest] = [...new Set(pipelines)].map(pipeline => pipeline.split('.'));
  if (!first || rest.length === 0) {
    return '';
  }
  let shared = 0;
  // The last part of a name always stays.
  while (rest.every(parts => shared < parts.length - 1 && parts[shared] === first[shared])) {
    shared += 1;
    if (shared === first.length) {
      break;
    }
  }
  shared = Math.min(shared, first.length - 1);
  return shared === 0 ? '' : `${first.slice(0, shared).join('.')}.`;
}

/** What a name begins with, up to its first separator; empty where it has none. */
export function prefixOf(name: string): string {
  return /^[^._\-/: ]+[._\-/: ]/.exec(name)?.[0] ?? '';
}

/** What the names of at least two steps of a graph begin with, in the order of the file. */
export function prefixes(graph: Graph): string[] {
  const counts = new Map<string, number>();
  for (const node of graph.nodes) {
    const prefix = node.kind === 'step' ? prefixOf(node.name) : '';
    if (prefix !== '') {
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  }
  return [...counts].filter(([, count]) => count > 1).map(([prefix]) => prefix);
}

/** The node that a step is folded into, if it is. */
type Folded = Pick<DrawnNode, 'id' | 'name' | 'kind'> | undefined;

function foldedInto(node: GraphNode, levels: ReadonlySet<number>, names: ReadonlySet<string>): Folded {
  const prefix = prefixOf(node.name);
  if (node.kind === 'step' && names.has(prefix)) {
    return { id: `names:${prefix}`, name: `${prefix}…`, kind: 'names' };
  }
  return node.level !== null && levels.has(node.level)
    ? { id: levelId(node.level), name: levelName(node.level), kind: 'level' }
    : undefined;
}

/**
 * The graph as it is drawn when the steps of some levels, or those whose names begin with some prefixes, are folded
 * into one node each.
 */
export function fold(
  graph: Graph,
  folded: ReadonlySet<number>,
  foldedNames: ReadonlySet<string> = new Set(),
): Drawing {
  const prefix = sharedPrefix(graph.nodes.flatMap(node => (node.pipeline ? [node.pipeline] : [])));
  const detailOf = (pipeline: string | null) =>
    prefix && pipeline?.startsWith(prefix) ? `…${pipeline.slice(prefix.length)}` : (pipeline ?? '');
  const place = new Map<string, string>();
  const nodes: DrawnNode[] = [];
  const wholes = new Map<string, DrawnNode>();
  for (const node of graph.nodes) {
    const { id, name, kind, state, level } = node;
    const change = node.change ?? null;
    const into = foldedInto(node, folded, foldedNames);
    if (into === undefined) {
      place.set(id, id);
      nodes.push({ id, name, detail: detailOf(node.pipeline), kind, state, change, level, stands: [id] });
      continue;
    }
    place.set(id, into.id);
    const whole = wholes.get(into.id);
    if (whole) {
      whole.stands.push(id);
      whole.level = whole.level === level ? level : null;
      whole.state = WORST.find(one => one === whole.state || one === state) ?? 'ok';
      whole.change = whole.change === change ? change : 'changed';
    } else {
      const first: DrawnNode = { ...into, detail: '', state, change, level, stands: [id] };
      wholes.set(into.id, first);
      nodes.push(first);
    }
  }
  for (const whole of wholes.values()) {
    whole.detail = whole.stands.length === 1 ? '1 step' : `${whole.stands.length} steps`;
  }
  return { nodes, edges: bundled(graph, place), place };
}

/** The edges between drawn nodes, those that lead from one folded node to another as one. */
function bundled(graph: Graph, place: ReadonlyMap<string, string>): DrawnEdge[] {
  const edges = new Map<string, DrawnEdge>();
  for (const edge of graph.edges) {
    const from = place.get(edge.from);
    const to = place.get(edge.to);
    if (from === undefined || to === undefined) {
      continue;
    }
    // An edge inside a folded level, or one that a fold turned into a loop, says nothing.
    if (from === to && edge.from !== edge.to) {
      continue;
    }
    const id = `${from}\n${to}`;
    const known = edges.get(id);
    if (known) {
      known.count += 1;
      // A bundle is as strong as its strongest edge.
      known.state = known.state === 'redundant' ? edge.state : known.state;
      known.label = [known.label, edge.label].filter(Boolean).join(', ');
      known.change = known.change === (edge.change ?? null) ? known.change : 'changed';
    } else {
      const { state, label, change } = edge;
      edges.set(id, { id, from, to, state, label: label ?? '', change: change ?? null, count: 1 });
    }
  }
  return [...edges.values()];
}

/** What decides the layout; when it did not change, the places of all nodes stay as they are. */
export function shape(drawing: Drawing, direction: string): string {
  const nodes = drawing.nodes.map(node => `${node.id}\t${node.name}\t${node.detail}\t${node.more ?? 0}`);
  return [direction, ...nodes, '', ...drawing.edges.map(edge => edge.id)].join('\n');
}

/** Gives what a screen reader says of each node of a graph. */
export function describer(graph: Graph): (node: GraphNode) => string {
  const names = new Map(graph.nodes.map(node => [node.id, node.name]));
  const waits = new Map<string, string[]>();
  const waited = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, id: string, other: string) => {
    const known = map.get(id);
    const name = names.get(other) ?? other;
    if (known) {
      known.push(name);
    } else {
      map.set(id, [name]);
    }
  };
  for (const edge of dependencies(graph)) {
    add(waits, edge.to, edge.from);
    add(waited, edge.from, edge.to);
  }
  return node => {
    const before = waits.get(node.id) ?? [];
    const after = waited.get(node.id) ?? [];
    const parts = [
      node.name,
      node.pipeline ? `runs ${node.pipeline}` : '',
      node.order === null || node.level === null ? '' : `number ${node.order + 1}, ${levelName(node.level)}`,
      node.reason ?? '',
      node.change ?? '',
      ...answersOf(graph, node.id).map(({ answer, to }) => `${answer} leads to ${names.get(to) ?? to}`),
      before.length > 0 ? `waits for ${list(before)}` : 'waits for nothing',
      after.length > 0
        ? `${list(after)} ${after.length === 1 ? 'waits' : 'wait'} for it`
        : 'nothing waits for it',
    ];
    return parts.filter(part => part !== '').join(', ');
  };
}

const NAMED = 5;

function list(names: readonly string[]): string {
  return names.length <= NAMED
    ? names.join(', ')
    : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
}
