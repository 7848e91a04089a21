/** From a graph to its picture: folded, laid out beside the page's own work, drawn, and put into sight. */
import { type Drawing, focused, fold, leftOut, shape } from '../../graphModel.ts';
import { latest } from '../../latest.ts';
import type { Direction } from '../../messages.ts';
import type { Graph } from '../../protocol.ts';
import { betterDirection } from './direction.ts';
import type { Box, Layout } from './geometry.ts';
import { bringSelectionIntoSight, lookFor, mark, setFocusable, showDetails } from './selection.ts';
import { drawnPlace, type View } from './view.ts';

/** How long a layout may take before the page says that it is at work, in milliseconds. */
const PATIENCE_MS = 250;

export interface Redraw {
  /** Draws what is shown now. While a layout is computed, new states already show on the last picture. */
  redraw(): void;
  /** The stage has another size: what was fitted is fitted anew, turned if that shows it larger. */
  resized(): void;
  fit(mode: 'readable' | 'whole'): void;
  /** Which way the picture runs now. */
  direction(): Direction;
}

/** What a redraw needs to know of the one before. */
interface Session {
  view: View;
  drawn: () => void;
  direction: Direction;
}

/** `drawn` is called whenever what is shown has changed. */
export function createRedraw(view: View, drawn: () => void): Redraw {
  const session: Session = { view, drawn, direction: 'right' };
  const relayOut = latest(() => layOut(session));
  const again = () => redraw(session, relayOut);
  return {
    redraw: again,
    fit: mode => showAll(view, mode),
    direction: () => session.direction,
    resized: () => resized(session, again),
  };
}

function redraw(session: Session, relayOut: () => Promise<void>): void {
  const { shown, picture } = session.view;
  if (!shown.graph) {
    return;
  }
  const next = drawingOf(session.view, shown.graph);
  session.direction = wantedDirection(session, next);
  if (shown.layout) {
    picture.paint(shown.graph, next);
  }
  if (shown.layout && shape(next, session.direction) === shown.shape) {
    shown.drawing = next;
    finish(session);
  } else {
    shown.settled = relayOut();
  }
}

/** What of a graph is drawn, and in how many nodes: its focus, with the folded levels. */
function drawingOf({ memory }: View, graph: Graph): Drawing {
  const { focus, collapsed, foldedNames } = memory.state;
  const part = focused(graph, focus);
  const whole = fold(part, new Set(collapsed), new Set(foldedNames));
  if (part !== graph) {
    const hidden = leftOut(graph, new Set(part.nodes.map(node => node.id)));
    for (const node of whole.nodes) {
      node.more = node.stands.reduce((sum, id) => sum + (hidden.get(id) ?? 0), 0);
    }
  }
  return whole;
}

function wantedDirection({ view, direction }: Session, next: Drawing): Direction {
  const chosen = view.memory.state.direction;
  return chosen === 'auto'
    ? betterDirection(next, view.viewport.size(), view.picture.size, direction)
    : chosen;
}

async function layOut(session: Session): Promise<void> {
  const { view, direction } = session;
  const { shown, picture, banner, busy } = view;
  if (!shown.graph) {
    return;
  }
  const graph = shown.graph;
  const next = drawingOf(view, graph);
  const began = shown.received;
  const patience = setTimeout(() => busy.classList.remove('hidden'), PATIENCE_MS);
  try {
    const sizes = new Map(next.nodes.map(node => [node.id, picture.size(node)]));
    const placed = await view.layOut(next, direction, id => sizes.get(id) ?? { width: 80, height: 30 });
    put(session, graph, next, placed, direction);
    sayDrawn(view, next, placed, began);
  } catch (error) {
    banner.textContent = `The graph could not be laid out: ${error instanceof Error ? error.message : error}.`;
    banner.classList.remove('hidden');
    view.send({ type: 'fault', message: String(error) });
  } finally {
    clearTimeout(patience);
    busy.classList.add('hidden');
  }
}

/** Takes a new layout for the picture, and puts it into sight. */
function put(session: Session, graph: Graph, next: Drawing, placed: Layout, direction: Direction): void {
  const { view } = session;
  const { shown, memory, viewport, picture, minimap, levelBar } = view;
  const before = shown.layout;
  const anchor = before && viewport.anchor(before, placed, drawnPlace(view, memory.state.selected));
  shown.layout = placed;
  shown.drawing = next;
  shown.shape = shape(next, direction);
  picture.place(graph, next, placed);
  minimap.draw(next, placed);
  levelBar.draw(next, placed, direction, new Set(memory.state.collapsed));
  look(view, before === undefined, anchor);
  finish(session);
}

/** Puts a new layout into sight: as it was left, fitted, or with what the eye rests on where it was. */
function look(view: View, isFirst: boolean, anchor: { dx: number; dy: number } | undefined): void {
  const { memory, viewport } = view;
  if (isFirst && memory.state.view) {
    viewport.set(memory.state.view);
  } else if (isFirst || !anchor || isFitted(view)) {
    showAll(view, viewport.mode === 'whole' ? 'whole' : 'readable');
  } else {
    viewport.shift(anchor);
  }
  bringSelectionIntoSight(view);
}

/** Whether the picture is to be seen as a whole, and can be: then it is fitted anew whenever anything changes. */
function isFitted(view: View): boolean {
  const { viewport } = view;
  const box = wholeBox(view);
  return (
    viewport.mode === 'whole' || (viewport.mode === 'readable' && box !== undefined && viewport.canShow(box))
  );
}

function wholeBox({ shown }: View): Box | undefined {
  return shown.layout && { x: 0, y: 0, width: shown.layout.width, height: shown.layout.height };
}

function showAll(view: View, mode: 'readable' | 'whole'): void {
  const { memory, viewport } = view;
  const box = wholeBox(view);
  if (box) {
    delete memory.state.view;
    memory.remember();
    viewport.fit(mode, box, selectedBox(view) ?? firstBox(view));
  }
}

function selectedBox(view: View): Box | undefined {
  const drawn = drawnPlace(view, view.memory.state.selected);
  return drawn === undefined ? undefined : view.shown.layout?.nodes.get(drawn);
}

/** Where the first node stands: in a corner of a drawing there may be none. */
function firstBox({ shown }: View): Box | undefined {
  const first = shown.drawing?.nodes[0];
  return first && shown.layout?.nodes.get(first.id);
}

function finish({ view, drawn }: Session): void {
  const { shown, memory } = view;
  const { selected } = memory.state;
  if (selected !== undefined && !shown.graph?.nodes.some(node => node.id === selected)) {
    delete memory.state.selected;
  }
  lookFor(view, false);
  mark(view);
  showDetails(view);
  setFocusable(view, drawnPlace(view, memory.state.selected));
  drawn();
}

/** Says how long it took until the picture was on the screen, which a hidden view never is. */
function sayDrawn(view: View, next: Drawing, placed: Layout, began: number): void {
  requestAnimationFrame(() => {
    view.send({
      type: 'drawn',
      nodes: next.nodes.length,
      edges: next.edges.length,
      milliseconds: performance.now() - began,
      layout: placed.milliseconds,
    });
  });
}

function resized(session: Session, again: () => void): void {
  const { view, direction } = session;
  const { shown, viewport, levelBar, minimap } = view;
  if (!shown.drawing || !shown.layout) {
    return;
  }
  if (wantedDirection(session, shown.drawing) !== direction) {
    again();
    return;
  }
  levelBar.follow(viewport.view);
  minimap.frame();
  // What nobody has moved is put into sight anew, also where the stage shows only a part of it.
  if (viewport.mode !== 'free') {
    showAll(view, viewport.mode === 'whole' ? 'whole' : 'readable');
  }
  bringSelectionIntoSight(view);
}
