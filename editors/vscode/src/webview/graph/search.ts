/** Finds steps by a part of their name or pipeline, or those that a selector picks, and goes from one to the next. */
import type { Selected } from '../../messages.ts';
import type { Graph } from '../../protocol.ts';

export interface Search {
  readonly hits: readonly string[];
  readonly isOn: boolean;
  /** How many were found, or which of them one is at. */
  readonly said: string;
  /**
   * Looks again: `fresh` when the text is new, not when the graph is. Whether the server is to be asked: it reads what
   * is a part of no name as a selector, and knows how a new text may go on.
   */
  run(graph: Graph | undefined, text: string, fresh: boolean): boolean;
  /** Takes what the server says of the text; whether the hits are its. */
  selected(answer: Selected): boolean;
  next(backwards: boolean): string | undefined;
}

export function createSearch(): Search {
  let hits: string[] = [];
  let at = -1;
  let wanted = '';
  /** Whether the text is a part of names; else the server says what it selects. */
  let isPart = false;
  /** The server has answered. */
  let isKnown = false;
  return {
    get hits() {
      return hits;
    },
    get isOn() {
      return wanted !== '' && (isPart || isKnown);
    },
    get said() {
      return !this.isOn ? '' : at >= 0 ? `${at + 1} of ${hits.length}` : `${hits.length} found`;
    },
    run(graph, text, fresh) {
      wanted = text.trim();
      const low = wanted.toLowerCase();
      const fits = (name: string, pipeline: string | null) =>
        `${name}\n${pipeline ?? ''}`.toLowerCase().includes(low);
      const parts =
        wanted === ''
          ? []
          : (graph?.nodes ?? []).filter(node => fits(node.name, node.pipeline)).map(node => node.id);
      isPart = wanted === '' || parts.length > 0;
      if (isPart || fresh) {
        hits = parts;
        isKnown = false;
      }
      at = fresh ? -1 : Math.min(at, hits.length - 1);
      return fresh ? wanted !== '' : !isPart;
    },
    selected({ steps, error }) {
      if (!isPart) {
        isKnown = error === null;
        hits = [...steps];
        at = Math.min(at, hits.length - 1);
      }
      return !isPart;
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
