/** What differs from the revision that a graph is compared with, as a list and in a few words. */
import type { Graph } from './protocol.ts';

export interface ListedChange {
  sign: '+' | '-' | '~';
  text: string;
  /** Where it is on the picture. */
  node?: string;
  edge?: { from: string; to: string };
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/** Steps first, then edges, each in the order of the file. */
export function changesOf(graph: Graph): ListedChange[] {
  const names = new Map(graph.nodes.map(node => [node.id, node.name]));
  const nameOf = (id: string) => names.get(id) ?? id;
  return [
    ...graph.nodes.flatMap((node): ListedChange[] =>
      node.change && node.kind === 'step'
        ? [{ sign: SIGNS[node.change], text: node.name, node: node.id }]
        : [],
    ),
    ...graph.edges.flatMap(({ from, to, change }): ListedChange[] =>
      change
        ? [{ sign: SIGNS[change], text: `${nameOf(to)} waits for ${nameOf(from)}`, edge: { from, to } }]
        : [],
    ),
  ];
}

/** "+1 step, -2 edges"; "no difference" where there is none. */
export function changeWords(changes: readonly ListedChange[]): string {
  const words = (['+', '-', '~'] as const).flatMap(sign =>
    (['step', 'edge'] as const).flatMap(kind => {
      const count = changes.filter(
        one => one.sign === sign && (kind === 'step') === (one.node !== undefined),
      ).length;
      return count === 0 ? [] : [`${sign}${count} ${kind}${count === 1 ? '' : 's'}`];
    }),
  );
  return words.length === 0 ? 'no difference' : words.join(', ');
}
