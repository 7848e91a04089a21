/** Which part of the drawing is seen: pan, zoom, fit. The drawing is vectors, so it is sharp at any zoom. */
import { put } from '../dom.ts';
import type { Box, Layout } from './geometry.ts';
import { READABLE } from './print.ts';

export interface View {
  /** The drawing's point at the left upper corner of the stage. */
  x: number;
  y: number;
  zoom: number;
}

/** `readable`: all of it, as long as its print can be read; `whole`: all of it, however small; `free`: as it was moved. */
export type Mode = 'readable' | 'whole' | 'free';

export interface Viewport {
  readonly view: View;
  readonly mode: Mode;
  set(view: View): void;
  /** Shows the drawing as `mode` has it; `focus` is what must be in sight when not everything can be. */
  fit(mode: 'readable' | 'whole', drawing: Box, focus?: Box): void;
  /** Whether all of a drawing can be seen at once at a size that can be read. */
  canShow(drawing: Box): boolean;
  zoomBy(factor: number, at?: { x: number; y: number }): void;
  /** Moves as little as needed to have the box in sight; not at all where it is. */
  bringIntoSight(box: Box): void;
  /** Moves by as much as the drawing moved below it. */
  shift(by: { dx: number; dy: number }): void;
  size(): { width: number; height: number };
  /**
   * How far the node that the eye rests on moves from one layout to the next: the selected one, else the one nearest
   * to the middle. The view moves with it, so that it seems to stand.
   */
  anchor(before: Layout, after: Layout, selected: string | undefined): { dx: number; dy: number } | undefined;
}

export interface ViewportEvents {
  /** The view moved; `byHand` when the person moved it. */
  changed(byHand: boolean): void;
  /** The stage has another size. */
  resized(): void;
}

const SMALLEST = 0.01;
const LARGEST = 6;
/** A small graph is not blown up beyond this to fill the stage. */
const LARGEST_FIT = 1.25;
const MARGIN = 16;
/** The zoom at which a part is shown of what is too large to be shown whole. */
const PANNED = 0.85;
/** Room along the edges for the labels of the levels, in pixels of the screen. */
const RAIL = { left: 64, top: 26 };

export function createViewport(
  stage: HTMLElement,
  svg: SVGSVGElement,
  root: SVGGElement,
  events: ViewportEvents,
): Viewport {
  let view: View = { x: 0, y: 0, zoom: 1 };
  let mode: Mode = 'readable';

  function show(next: View, byHand: boolean): void {
    view = { ...next, zoom: bounded(next.zoom) };
    put(
      root,
      'transform',
      `scale(${round(view.zoom, 4)}) translate(${round(-view.x, 2)} ${round(-view.y, 2)})`,
    );
    if (byHand) {
      mode = 'free';
    }
    events.changed(byHand);
  }

  const size = () => ({ width: stage.clientWidth, height: stage.clientHeight });

  function zoomBy(factor: number, at = { x: size().width / 2, y: size().height / 2 }): void {
    const zoom = bounded(view.zoom * factor);
    // The point under the pointer stays where it is.
    show(
      { x: view.x + at.x / view.zoom - at.x / zoom, y: view.y + at.y / view.zoom - at.y / zoom, zoom },
      true,
    );
  }

  svg.addEventListener('pointerdown', () => svg.classList.remove('moving'), true);
  svg.addEventListener(
    'wheel',
    event => {
      event.preventDefault();
      svg.classList.remove('moving');
      const step = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (event.ctrlKey || event.metaKey) {
        const { left, top } = svg.getBoundingClientRect();
        zoomBy(Math.exp(-event.deltaY * step * 0.006), { x: event.clientX - left, y: event.clientY - top });
        return;
      }
      const [dx, dy] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
      show({ ...view, x: view.x + (dx * step) / view.zoom, y: view.y + (dy * step) / view.zoom }, true);
    },
    { passive: false },
  );
  svg.addEventListener('pointerdown', event => {
    if (event.button > 1 || (event.target as Element).closest('.node')) {
      return;
    }
    drag(svg, event, start => (dx, dy) => {
      show({ ...start, x: start.x - dx / start.zoom, y: start.y - dy / start.zoom }, true);
    });
  });
  let known = size();
  new ResizeObserver(() => {
    const now = size();
    if (now.width !== known.width || now.height !== known.height) {
      known = now;
      events.resized();
    }
  }).observe(stage);

  function drag(
    target: SVGSVGElement,
    event: PointerEvent,
    moving: (start: View) => (dx: number, dy: number) => void,
  ): void {
    target.setPointerCapture(event.pointerId);
    target.classList.add('dragged');
    target.classList.remove('moved');
    const moved = moving({ ...view });
    const move = (now: PointerEvent) => {
      const [dx, dy] = [now.clientX - event.clientX, now.clientY - event.clientY];
      if (Math.hypot(dx, dy) > 3) {
        target.classList.add('moved');
      }
      if (target.classList.contains('moved')) {
        moved(dx, dy);
      }
    };
    const end = () => {
      target.classList.remove('dragged');
      target.removeEventListener('pointermove', move);
      target.removeEventListener('pointerup', end);
      target.removeEventListener('pointercancel', end);
    };
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', end);
    target.addEventListener('pointercancel', end);
  }

  /** The view that has all of a box in the free part of the stage; none while the stage is hidden or empty. */
  function fitted(box: Box): View | undefined {
    const { width, height } = size();
    const room = { width: width - RAIL.left - MARGIN, height: height - RAIL.top - MARGIN };
    const zoom = Math.min(room.width / box.width, room.height / box.height, LARGEST_FIT);
    if (!Number.isFinite(zoom) || zoom <= 0) {
      return undefined;
    }
    return {
      x: box.x + box.width / 2 - (RAIL.left + room.width / 2) / zoom,
      y: box.y + box.height / 2 - (RAIL.top + room.height / 2) / zoom,
      zoom,
    };
  }

  function bringIntoSight(box: Box): void {
    const { width, height } = size();
    const near = (start: number, length: number, from: number, extent: number, rail: number) => {
      const before = rail / view.zoom;
      const after = MARGIN / view.zoom;
      if (length + before + after > extent) {
        return from - before; // it is larger than the stage: at least its beginning
      }
      return Math.min(Math.max(start, from + length + after - extent), from - before);
    };
    const x = near(view.x, box.width, box.x, width / view.zoom, RAIL.left);
    const y = near(view.y, box.height, box.y, height / view.zoom, RAIL.top);
    if (x !== view.x || y !== view.y) {
      show({ x, y, zoom: view.zoom }, false);
    }
  }

  return {
    get view() {
      return view;
    },
    get mode() {
      return mode;
    },
    set: next => show(next, true),
    canShow: drawing => (fitted(drawing)?.zoom ?? 0) >= READABLE,
    zoomBy,
    size,
    bringIntoSight,
    shift: ({ dx, dy }) => show({ ...view, x: view.x + dx, y: view.y + dy }, false),
    fit(wanted, drawing, focus) {
      mode = wanted;
      const whole = fitted(drawing);
      if (whole === undefined) {
        return;
      }
      if (wanted === 'whole' || whole.zoom >= READABLE) {
        show(whole, false);
        return;
      }
      // A part of it at a comfortable size: around what matters, or else its beginning.
      const { width, height } = size();
      const along = (
        drawn: [start: number, length: number],
        wanted: [start: number, length: number] | undefined,
        extent: number,
        rail: number,
      ) => {
        const [start, length] = drawn;
        const room = (extent - rail - MARGIN) / PANNED;
        if (length <= room) {
          return start + length / 2 - rail / PANNED - room / 2;
        }
        const first = start - rail / PANNED;
        const last = start + length - room - rail / PANNED;
        const centred = wanted ? wanted[0] + wanted[1] / 2 - extent / PANNED / 2 : first;
        return Math.min(Math.max(centred, first), last);
      };
      const { x, y } = drawing;
      show(
        {
          x: along([x, drawing.width], focus && [focus.x, focus.width], width, RAIL.left),
          y: along([y, drawing.height], focus && [focus.y, focus.height], height, RAIL.top),
          zoom: PANNED,
        },
        false,
      );
    },
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
  };
}

function bounded(zoom: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, zoom));
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
