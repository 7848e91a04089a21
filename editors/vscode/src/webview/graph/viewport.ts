/** Which part of the drawing is seen: pan, zoom, fit. The drawing is vectors, so it is sharp at any zoom. */
import { put } from '../dom.ts';
import type { Box } from './layout.ts';

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
  /** Moves as little as needed to have the box in sight. */
  bringIntoSight(box: Box): void;
  size(): { width: number; height: number };
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
    const start = { ...view };
    const move = (now: PointerEvent) =>
      set({
        ...start,
        x: start.x - (now.clientX - event.clientX) / start.zoom,
        y: start.y - (now.clientY - event.clientY) / start.zoom,
      });
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
    bringIntoSight(box) {
      const { width, height } = size();
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
