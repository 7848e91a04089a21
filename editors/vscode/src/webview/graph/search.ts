/** Finds steps by a part of their name or pipeline, and goes from one to the next. */
import type { Graph } from '../../protocol.ts';

export interface Search {
  readonly hits: readonly string[];
  readonly isOn: boolean;
  /** How many were found, or which of them one is at. */
  readonly said: string;
  /** Looks again: `fresh` when the text is new, not when the graph is. */
  run(graph: Graph | undefined, text: string, fresh: boolean): void;
  next(backwards: boolean): string | undefined;
}

export function createSearch(): Search {
  let hits: string[] = [];
  let at = -1;
  let wanted = '';
  return {
    get hits() {
      return hits;
    },
    get isOn() {
      return wanted !== '';
    },
    get said() {
      return wanted === '' ? '' : at >= 0 ? `${at + 1} of ${hits.length}` : `${hits.length} found`;
    },
    run(graph, text, fresh) {
      wanted = text.trim().toLowerCase();
      const fits = (name: string, pipeline: string | null) =>
        `${name}\n${pipeline ?? ''}`.toLowerCase().includes(wanted);
      hits =
        wanted === ''
          ? []
          : (graph?.nodes ?? []).filter(node => fits(node.name, node.pipeline)).map(node => node.id);
      at = fresh ? -1 : Math.min(at, hits.length - 1);
    },
    next(backwards) {
      if (hits.length === 0) {
        return undefined;
      }
      at =
        at < 0 ? (backwards ? hits.length - 1 : 0) : (at + (backwards ? -1 : 1) + hits.length) % hits.length;
      return hits[at];
    },
  };
}
