/** Which part of the drawing is seen: pan, zoom, fit. The drawing is vectors, so it is sharp at any zoom. */
import { put } from '../dom.ts';
import type { Box, Layout } from './geometry.ts';

export interface View {
  /** The drawing's point at the left upper corner of the stage. */
  x: number;
  y: number;
  zoom: number;
}

export interface Viewport {
  readonly view: View;
  set(view: View): void;
  zoomBy(factor: number, at?: { x: number; y: number }): void;
  fit(box: Box): void;
  /** Moves as little as needed to have the box in sight, left of what covers the right side of the stage. */
  bringIntoSight(box: Box, covered?: number): void;
  size(): { width: number; height: number };
  /**
   * How far the node that the eye rests on moves from one layout to the next: the selected one, else the one nearest
   * to the middle. The view moves with it, so that it seems to stand.
   */
  anchor(before: Layout, after: Layout, selected: string | undefined): { dx: number; dy: number } | undefined;
}

const SMALLEST = 0.01;
const LARGEST = 6;
const MARGIN = 28;
/** Below these zooms the small print, and then all print, is left out: it could not be read. */
const NO_DETAIL = 0.5;
const NO_NAMES = 0.22;

export function createViewport(
  stage: HTMLElement,
  svg: SVGSVGElement,
  root: SVGGElement,
  changed: () => void,
): Viewport {
  let view: View = { x: 0, y: 0, zoom: 1 };

  function set(next: View): void {
    view = { ...next, zoom: Math.min(LARGEST, Math.max(SMALLEST, next.zoom)) };
    const move = `scale(${round(view.zoom, 4)}) translate(${round(-view.x, 2)} ${round(-view.y, 2)})`;
    put(root, 'transform', move);
    svg.classList.toggle('no-detail', view.zoom < NO_DETAIL);
    svg.classList.toggle('no-names', view.zoom < NO_NAMES);
    changed();
  }

  const size = () => ({ width: stage.clientWidth, height: stage.clientHeight });

  function zoomBy(factor: number, at = { x: size().width / 2, y: size().height / 2 }): void {
    const zoom = Math.min(LARGEST, Math.max(SMALLEST, view.zoom * factor));
    // The point under the pointer stays where it is.
    set({ x: view.x + at.x / view.zoom - at.x / zoom, y: view.y + at.y / view.zoom - at.y / zoom, zoom });
  }

  svg.addEventListener(
    'wheel',
    event => {
      event.preventDefault();
      const step = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (event.ctrlKey || event.metaKey) {
        const { left, top } = svg.getBoundingClientRect();
        zoomBy(Math.exp(-event.deltaY * step * 0.006), { x: event.clientX - left, y: event.clientY - top });
        return;
      }
      const [dx, dy] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
      set({ ...view, x: view.x + (dx * step) / view.zoom, y: view.y + (dy * step) / view.zoom });
    },
    { passive: false },
  );
  svg.addEventListener('pointerdown', event => {
    if (event.button > 1 || (event.target as Element).closest('.node')) {
      return;
    }
    svg.setPointerCapture(event.pointerId);
    svg.classList.add('dragged');
    svg.classList.remove('moved');
    const start = { ...view };
    const move = (now: PointerEvent) => {
      const far = Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) > 3;
      svg.classList.toggle('moved', far || svg.classList.contains('moved'));
      set({
        ...start,
        x: start.x - (now.clientX - event.clientX) / start.zoom,
        y: start.y - (now.clientY - event.clientY) / start.zoom,
      });
    };
    const end = () => {
      svg.classList.remove('dragged');
      svg.removeEventListener('pointermove', move);
      svg.removeEventListener('pointerup', end);
      svg.removeEventListener('pointercancel', end);
    };
    svg.addEventListener('pointermove', move);
    svg.addEventListener('pointerup', end);
    svg.addEventListener('pointercancel', end);
  });
  new ResizeObserver(() => changed()).observe(stage);

  return {
    get view() {
      return view;
    },
    set,
    zoomBy,
    size,
    anchor(before, after, selected) {
      const middle = { x: view.x + size().width / 2 / view.zoom, y: view.y + size().height / 2 / view.zoom };
      let best: { from: Box; to: Box } | undefined;
      let least = Number.POSITIVE_INFINITY;
      for (const [id, from] of before.nodes) {
        const to = after.nodes.get(id);
        const distance =
          id === selected
            ? -1
            : Math.hypot(from.x + from.width / 2 - middle.x, from.y + from.height / 2 - middle.y);
        if (to && distance < least) {
          least = distance;
          best = { from, to };
        }
      }
      return best && { dx: best.to.x - best.from.x, dy: best.to.y - best.from.y };
    },
    fit(box) {
      const { width, height } = size();
      const zoom = Math.min((width - 2 * MARGIN) / box.width, (height - 2 * MARGIN) / box.height, 1.25);
      if (!Number.isFinite(zoom) || zoom <= 0) {
        return; // the stage is hidden, or nothing is drawn
      }
      set({
        x: box.x + box.width / 2 - width / 2 / zoom,
        y: box.y + box.height / 2 - height / 2 / zoom,
        zoom,
      });
    },
    bringIntoSight(box, covered = 0) {
      const { height } = size();
      const width = Math.max(box.width, size().width - covered);
      const zoom = Math.max(view.zoom, NO_NAMES + 0.1);
      const grown = zoom !== view.zoom;
      const near = (start: number, length: number, from: number, extent: number) => {
        const margin = MARGIN / zoom;
        if (grown || length + 2 * margin > extent) {
          return from + length / 2 - extent / 2;
        }
        return Math.min(Math.max(start, from + length + margin - extent), from - margin);
      };
      set({
        x: near(view.x, box.width, box.x, width / zoom),
        y: near(view.y, box.height, box.y, height / zoom),
        zoom,
      });
    },
  };
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
