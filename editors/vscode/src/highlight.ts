/** Which part each node and edge plays beside the selected one, or on a path that was asked for. */
import { type Drawing, reach } from './graphModel.ts';
import type { Explanation, Graph } from './protocol.ts';

export type Role = 'selected' | 'up' | 'down' | 'path' | 'other' | '';

export interface Highlight {
  /** Something stands out, so that the rest steps back. */
  focusing: boolean;
  node(id: string): Role;
  edge(edge: { id: string; from: string; to: string }): Role;
}

export function highlight(
  graph: Graph,
  drawing: Drawing,
  selected: string | undefined,
  explanation: Explanation | null,
): Highlight {
  const chosen = selected === undefined ? undefined : drawing.place.get(selected);
  const path = pathOf(graph, drawing, explanation);
  if (path.nodes.size > 0) {
    return {
      focusing: true,
      node: id => (id === chosen ? 'selected' : path.nodes.has(id) ? 'path' : 'other'),
      edge: edge => (path.edges.has(edge.id) ? 'path' : 'other'),
    };
  }
  if (chosen === undefined) {
    return { focusing: false, node: () => '', edge: () => '' };
  }
  const { upstream, downstream } = reach(drawing.edges, chosen);
  const isUp = (id: string) => id === chosen || upstream.has(id);
  const isDown = (id: string) => id === chosen || downstream.has(id);
  return {
    focusing: true,
    node: id => (id === chosen ? 'selected' : isUp(id) ? 'up' : isDown(id) ? 'down' : 'other'),
    edge: ({ from, to }) => (isUp(from) && isUp(to) ? 'up' : isDown(from) && isDown(to) ? 'down' : 'other'),
  };
}

function pathOf(graph: Graph, drawing: Drawing, explanation: Explanation | null) {
  const byName = new Map(graph.nodes.toReversed().map(node => [node.name, node.id]));
  const nodes = new Set<string>();
  const edges = new Set<string>();
  for (const stops of explanation?.paths ?? []) {
    let waiting: string | undefined;
    for (const { name } of stops) {
      const id = drawing.place.get(byName.get(name) ?? name) ?? name;
      nodes.add(id);
      if (waiting !== undefined) {
        edges.add(`${id}\n${waiting}`);
      }
      waiting = id;
    }
  }
  return { nodes, edges };
}
