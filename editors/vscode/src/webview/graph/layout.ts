/** Gives every node and edge its place, in a worker: by ELK, and by a quicker layout where there are many. */
import ELK, { type ELK as Elk, type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api.js';
import type { Drawing, DrawnNode } from '../../graphModel.ts';
import type { Direction } from '../../messages.ts';
import { at, type Box, type Layout, rounded } from './geometry.ts';
import type { Placed } from './layered.ts';
import type { LayeredAnswer, LayeredQuestion } from './layered-worker.ts';

/** Above this many nodes, speed goes before the straightness of edges. */
const MANY = 300;
/** So many nodes warm ELK up. */
const WARMING = 60;

export type Size = (id: string) => { width: number; height: number };

function options(direction: Direction): Record<string, string> {
  return {
    'elk.algorithm': 'layered',
    'elk.direction': direction === 'right' ? 'RIGHT' : 'DOWN',
    // A layer is a level: what waits for nothing comes first, everything else right behind what it waits for.
    'elk.layered.layering.strategy': 'LONGEST_PATH_SOURCE',
    'elk.layered.cycleBreaking.strategy': 'GREEDY_MODEL_ORDER',
    'elk.layered.spacing.nodeNodeBetweenLayers': direction === 'right' ? '56' : '44',
    'elk.spacing.nodeNode': '18',
    'elk.spacing.componentComponent': '28',
    'elk.separateConnectedComponents': 'false',
    'elk.padding': '[top=24,left=24,bottom=24,right=24]',
    // The order of the file breaks ties, so that an edit moves as little as it can.
    'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
    'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
    'elk.edgeRouting': 'ORTHOGONAL',
    'elk.layered.spacing.edgeNodeBetweenLayers': '14',
    'elk.layered.spacing.edgeEdgeBetweenLayers': '8',
  };
}

/** Loads a script of ours as a worker, which has to come from a blob: it may not be of another origin. */
async function scriptAddress(script: string): Promise<string> {
  const response = await fetch(script);
  if (!response.ok) {
    throw new Error(`the layout worker could not be loaded: ${response.status}`);
  }
  return URL.createObjectURL(await response.blob());
}

type Layouter = (drawing: Drawing, direction: Direction, size: Size) => Promise<Layout>;

/** Lays out with a worker for each kind of graph; `elk` and `layered` are the addresses of their scripts. */
export function createLayouter(scripts: { elk: string; layered: string }): Layouter {
  const small = elkLayouter(scripts.elk);
  const large = layeredLayouter(scripts.layered);
  let isWarm = false;
  return async (drawing, direction, size) => {
    const began = performance.now();
    const isLarge = drawing.nodes.length > MANY;
    const layout = await (isLarge ? large : small)(drawing, direction, size);
    if (isLarge && !isWarm) {
      // The next wish is a part of it. ELK's first layouts take a quarter of a second until its code is compiled.
      void small(partOf(drawing), direction, size).catch(() => undefined);
    }
    isWarm = true;
    return { ...layout, milliseconds: performance.now() - began };
  };
}

/** A part of a drawing of about the size that one looks at: its first nodes, and the edges among them. */
function partOf(drawing: Drawing): Drawing {
  const nodes = drawing.nodes.slice(0, WARMING);
  const ids = new Set(nodes.map(node => node.id));
  return { ...drawing, nodes, edges: drawing.edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}

function elkLayouter(script: string): Layouter {
  // Begun at once: the worker is ready by the time the first graph comes.
  const elk = scriptAddress(script).then(
    (address): Elk => new ELK({ workerFactory: () => new Worker(address) }),
  );
  return async (drawing, direction, size) =>
    fromElk(drawing, direction, await (await elk).layout(toElk(drawing, direction, size)));
}

function layeredLayouter(script: string): Layouter {
  const waiting = new Map<number, (placed: Placed) => void>();
  let last = 0;
  const worker = scriptAddress(script).then(address => {
    const made = new Worker(address);
    made.addEventListener('message', ({ data }: MessageEvent<LayeredAnswer>) => {
      waiting.get(data.request)?.(data.placed);
      waiting.delete(data.request);
    });
    return made;
  });
  return async (drawing, direction, size) => {
    last += 1;
    const question: LayeredQuestion = {
      request: last,
      nodes: drawing.nodes.map(({ id }) => ({ id, ...size(id) })),
      links: drawing.edges.map(({ id, from, to }) => ({ id, from, to })),
      way: direction,
    };
    const answer = new Promise<Placed>(resolve => waiting.set(question.request, resolve));
    (await worker).postMessage(question);
    const { edges, ...placed } = await answer;
    const paths = new Map<string, string>();
    for (const { id, from, to } of drawing.edges) {
      const points = edges.get(id) ?? [];
      const [a, b] = [placed.nodes.get(from), placed.nodes.get(to)];
      // What passes nothing, and what goes back, is a curve.
      paths.set(id, points.length > 2 || !a || !b ? rounded(points) : bow(a, b, direction));
    }
    return { ...placed, edges: paths, milliseconds: 0 };
  };
}

function toElk(drawing: Drawing, direction: Direction, size: Size): ElkNode {
  // Ghosts come first: in the order of the file they have no place, and everything that names them comes later.
  const isGhost = (node: DrawnNode) => Number(node.kind === 'ghost');
  const nodes = drawing.nodes.toSorted((a, b) => isGhost(b) - isGhost(a));
  return {
    id: '\nroot',
    layoutOptions: options(direction),
    children: nodes.map(node => ({ id: node.id, ...size(node.id) })),
    edges: drawing.edges.map(edge => ({ id: edge.id, sources: [edge.from], targets: [edge.to] })),
  };
}

function fromElk(drawing: Drawing, direction: Direction, answer: ElkNode): Layout {
  const nodes = new Map<string, Box>();
  for (const { id, x = 0, y = 0, width = 0, height = 0 } of answer.children ?? []) {
    nodes.set(id, { x, y, width, height });
  }
  const edges = new Map<string, string>();
  for (const edge of answer.edges ?? []) {
    edges.set(edge.id, route(edge));
  }
  for (const edge of drawing.edges) {
    const from = nodes.get(edge.from);
    const to = nodes.get(edge.to);
    if (!edges.has(edge.id) && from && to) {
      edges.set(edge.id, bow(from, to, direction));
    }
  }
  return { width: answer.width ?? 0, height: answer.height ?? 0, nodes, edges, milliseconds: 0 };
}

function route(edge: ElkExtendedEdge): string {
  const section = edge.sections?.[0];
  if (!section) {
    return '';
  }
  return rounded([section.startPoint, ...(section.bendPoints ?? []), section.endPoint]);
}

/** A curve straight from one node to the other, behind whatever lies between. */
function bow(from: Box, to: Box, direction: Direction): string {
  if (direction === 'right') {
    const a = { x: from.x + from.width, y: from.y + from.height / 2 };
    const b = { x: to.x, y: to.y + to.height / 2 };
    const reach = Math.max(40, (b.x - a.x) / 3);
    return `M${at(a)}C${at({ x: a.x + reach, y: a.y })} ${at({ x: b.x - reach, y: b.y })} ${at(b)}`;
  }
  const a = { x: from.x + from.width / 2, y: from.y + from.height };
  const b = { x: to.x + to.width / 2, y: to.y };
  const reach = Math.max(40, (b.y - a.y) / 3);
  return `M${at(a)}C${at({ x: a.x, y: a.y + reach })} ${at({ x: b.x, y: b.y - reach })} ${at(b)}`;
}
