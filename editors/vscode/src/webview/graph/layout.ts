/** Gives every node and edge its place: a layered layout by ELK, which runs in a worker of its own. */
import ELK, { type ELK as Elk, type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api.js';
import type { Drawing, DrawnEdge, DrawnNode } from '../../graphModel.ts';
import type { Direction } from '../../messages.ts';
import { at, type Box, type Layout, rounded } from './geometry.ts';

/** Above this many nodes, speed and compactness go before the straightness of edges. */
const MANY = 300;

export type Size = (id: string) => { width: number; height: number };

function options(drawing: Drawing, direction: Direction): Record<string, string> {
  const many = drawing.nodes.length > MANY;
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
    ...(many
      ? {
          'elk.layered.thoroughness': '2',
          'elk.layered.crossingMinimization.greedySwitch.type': 'OFF',
          'elk.layered.nodePlacement.strategy': 'SIMPLE',
          'elk.edgeRouting': 'POLYLINE',
          'elk.layered.spacing.edgeNodeBetweenLayers': '4',
        }
      : {
          // The order of the file breaks ties, so that an edit moves as little as it can. It costs a large graph most.
          'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
          'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
          'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
          'elk.edgeRouting': 'ORTHOGONAL',
          'elk.layered.spacing.edgeNodeBetweenLayers': '14',
          'elk.layered.spacing.edgeEdgeBetweenLayers': '8',
        }),
  };
}

/** Edges over more levels than this, in a large graph, are drawn straight through: each level would need a bend. */
const FAR = 6;

/** What of a large graph takes part in the layout: not the edges that say little of its shape, and cost the most. */
function routed(drawing: Drawing): DrawnEdge[] {
  if (drawing.nodes.length <= MANY) {
    return drawing.edges;
  }
  const levels = new Map(drawing.nodes.map(node => [node.id, node.level]));
  return drawing.edges.filter(edge => {
    const from = levels.get(edge.from) ?? 0;
    const to = levels.get(edge.to) ?? 0;
    return edge.state !== 'redundant' && to - from <= FAR;
  });
}

/** A layouter that holds one worker; `worker` is the address of the library's own script. */
export function createLayouter(
  worker: string,
): (drawing: Drawing, direction: Direction, size: Size) => Promise<Layout> {
  async function start(): Promise<Elk> {
    const response = await fetch(worker);
    if (!response.ok) {
      throw new Error(`the layout worker could not be loaded: ${response.status}`);
    }
    const address = URL.createObjectURL(await response.blob());
    return new ELK({ workerFactory: () => new Worker(address) });
  }

  // Begun at once: the worker is ready by the time the first graph comes.
  const elk = start();
  return async (drawing, direction, size) => {
    const began = performance.now();
    const library = await elk;
    const answer = await library.layout(toElk(drawing, direction, size));
    return fromElk(drawing, direction, answer, performance.now() - began);
  };
}

function toElk(drawing: Drawing, direction: Direction, size: Size): ElkNode {
  // Ghosts come first: in the order of the file they have no place, and everything that names them comes later.
  const isGhost = (node: DrawnNode) => Number(node.kind === 'ghost');
  const nodes = drawing.nodes.toSorted((a, b) => isGhost(b) - isGhost(a));
  return {
    id: '\nroot',
    layoutOptions: options(drawing, direction),
    children: nodes.map(node => ({ id: node.id, ...size(node.id) })),
    edges: routed(drawing).map(edge => ({ id: edge.id, sources: [edge.from], targets: [edge.to] })),
  };
}

function fromElk(drawing: Drawing, direction: Direction, answer: ElkNode, milliseconds: number): Layout {
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
  return { width: answer.width ?? 0, height: answer.height ?? 0, nodes, edges, milliseconds };
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
