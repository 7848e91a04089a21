/** The two points of a node from which an edge can be drawn; they show on the node under the pointer or the focus. */
import type { Direction } from '../../messages.ts';
import { put, s } from '../dom.ts';
import type { Box } from './geometry.ts';

/** `out`: others shall wait for the node; `in`: the node shall wait for another. */
export type End = 'in' | 'out';

export interface Handles {
  element: SVGGElement;
  /** The node that they are at. */
  readonly at: string | undefined;
  show(id: string, box: Box, direction: Direction, zoom: number): void;
  hide(): void;
}

/** Their radius on the screen, in pixels, whatever the zoom. */
const RADIUS = 6;

export function createHandles(): Handles {
  const ends = {
    in: s(
      'circle',
      { class: 'handle', 'data-end': 'in' },
      s('title', {}, 'Drag to what this step waits for'),
    ),
    out: s(
      'circle',
      { class: 'handle', 'data-end': 'out' },
      s('title', {}, 'Drag to what waits for this step'),
    ),
  };
  const element = s('g', { class: 'handles hidden' }, ends.in, ends.out);
  let at: string | undefined;
  return {
    element,
    get at() {
      return at;
    },
    show(id, box, direction, zoom) {
      at = id;
      element.classList.remove('hidden');
      for (const end of ['in', 'out'] as const) {
        const { x, y } = endOf(box, direction, end);
        put(ends[end], 'cx', x);
        put(ends[end], 'cy', y);
        put(ends[end], 'r', RADIUS / zoom);
      }
    },
    hide() {
      at = undefined;
      element.classList.add('hidden');
    },
  };
}

/** Where edges leave a node, or come to it. */
export function endOf(box: Box, direction: Direction, end: End): { x: number; y: number } {
  return direction === 'right'
    ? { x: end === 'in' ? box.x : box.x + box.width, y: box.y + box.height / 2 }
    : { x: box.x + box.width / 2, y: end === 'in' ? box.y : box.y + box.height };
}
