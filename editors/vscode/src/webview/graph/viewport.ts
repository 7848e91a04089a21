/** Which part of the drawing is seen: pan, zoom, fit. The drawing is vectors, so it is sharp at any zoom. */
import { put } from '../dom.ts';
import { anchored, fitted, partly, type Size, showing, type View } from './framing.ts';
import type { Box, Layout } from './geometry.ts';
import { panAndZoom } from './gestures.ts';
import { READABLE } from './print.ts';

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

export function createViewport(
  stage: HTMLElement,
  svg: SVGSVGElement,
  root: SVGGElement,
  events: ViewportEvents,
): Viewport {
  let view: View = { x: 0, y: 0, zoom: 1 };
  let mode: Mode = 'readable';
  const size = () => ({ width: stage.clientWidth, height: stage.clientHeight });

  function show(next: View, byHand: boolean): void {
    view = { ...next, zoom: bounded(next.zoom) };
    const { x, y, zoom } = view;
    put(root, 'transform', `scale(${round(zoom, 4)}) translate(${round(-x, 2)} ${round(-y, 2)})`);
    if (byHand) {
      mode = 'free';
    }
    events.changed(byHand);
  }

  const viewport: Viewport = {
    get view() {
      return view;
    },
    get mode() {
      return mode;
    },
    size,
    set: next => show(next, true),
    canShow: drawing => (fitted(drawing, size())?.zoom ?? 0) >= READABLE,
    zoomBy(factor, at = { x: size().width / 2, y: size().height / 2 }) {
      const zoom = bounded(view.zoom * factor);
      // The point under the pointer stays where it is.
      const [x, y] = [view.x + at.x / view.zoom - at.x / zoom, view.y + at.y / view.zoom - at.y / zoom];
      show({ x, y, zoom }, true);
    },
    bringIntoSight(box) {
      const next = showing(box, view, size());
      if (next.x !== view.x || next.y !== view.y) {
        show(next, false);
      }
    },
    shift: ({ dx, dy }) => show({ ...view, x: view.x + dx, y: view.y + dy }, false),
    fit(wanted, drawing, focus) {
      mode = wanted;
      const whole = fitted(drawing, size());
      if (whole) {
        const isReadable = wanted === 'whole' || whole.zoom >= READABLE;
        show(isReadable ? whole : partly(drawing, focus, size()), false);
      }
    },
    anchor: (before, after, selected) => anchored(before, after, selected, view, size()),
  };
  panAndZoom(svg, viewport);
  watchSize(stage, size, events.resized);
  return viewport;
}

function watchSize(stage: HTMLElement, size: () => Size, resized: () => void): void {
  let known = size();
  new ResizeObserver(() => {
    const now = size();
    if (now.width !== known.width || now.height !== known.height) {
      known = now;
      resized();
    }
  }).observe(stage);
}

function bounded(zoom: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, zoom));
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
