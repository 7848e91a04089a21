/** Which part of a drawing a stage of some size shows: all of it, a part at a size that can be read, or what moved. */
import type { Box, Layout } from './geometry.ts';

export interface View {
  /** The drawing's point at the left upper corner of the stage. */
  x: number;
  y: number;
  zoom: number;
}

export interface Size {
  width: number;
  height: number;
}

/** A small graph is not blown up beyond this to fill the stage. */
const LARGEST_FIT = 1.25;
const MARGIN = 16;
/** The zoom at which a part is shown of what is too large to be shown whole. */
const PANNED = 0.85;
/** Room along the edges for the labels of the levels, in pixels of the screen. */
const RAIL = { left: 64, top: 26 };

/** The view that has all of a box in the free part of the stage; none while the stage is hidden or empty. */
export function fitted(box: Box, { width, height }: Size): View | undefined {
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

type Span = [start: number, length: number];

/** A part of a drawing at a comfortable size: around what matters, or else its beginning. */
export function partly(drawing: Box, focus: Box | undefined, { width, height }: Size): View {
  const { x, y } = drawing;
  return {
    x: along([x, drawing.width], focus && [focus.x, focus.width], width, RAIL.left),
    y: along([y, drawing.height], focus && [focus.y, focus.height], height, RAIL.top),
    zoom: PANNED,
  };
}

function along([start, length]: Span, wanted: Span | undefined, extent: number, rail: number): number {
  const room = (extent - rail - MARGIN) / PANNED;
  if (length <= room) {
    return start + length / 2 - rail / PANNED - room / 2;
  }
  const first = start - rail / PANNED;
  const last = start + length - room - rail / PANNED;
  const centred = wanted ? wanted[0] + wanted[1] / 2 - extent / PANNED / 2 : first;
  return Math.min(Math.max(centred, first), last);
}

/** The view, moved as little as needed to have a box in sight. */
export function showing(box: Box, view: View, { width, height }: Size): View {
  const near = ([start, length]: Span, from: number, extent: number, rail: number) => {
    const before = rail / view.zoom;
    const after = MARGIN / view.zoom;
    if (length + before + after > extent) {
      return start - before; // it is larger than the stage: at least its beginning
    }
    return Math.min(Math.max(from, start + length + after - extent), start - before);
  };
  return {
    x: near([box.x, box.width], view.x, width / view.zoom, RAIL.left),
    y: near([box.y, box.height], view.y, height / view.zoom, RAIL.top),
    zoom: view.zoom,
  };
}

/** How far the node that the eye rests on moves between layouts: the selected one, else the nearest to the middle. */
export function anchored(
  before: Layout,
  after: Layout,
  selected: string | undefined,
  view: View,
  { width, height }: Size,
): { dx: number; dy: number } | undefined {
  const middle = { x: view.x + width / 2 / view.zoom, y: view.y + height / 2 / view.zoom };
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
}
