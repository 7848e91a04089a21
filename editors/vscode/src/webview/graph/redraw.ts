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

/** `drawn` is called whenever what is shown has changed. */
export function createRedraw(view: View, drawn: () => void): Redraw {
  const { shown, memory, viewport, picture } = view;
  let direction: Direction = 'right';

  function redraw(): void {
    if (!shown.graph) {
      return;
    }
    const next = drawingOf(shown.graph);
    direction = wantedDirection(next);
    if (shown.layout) {
      picture.paint(shown.graph, next);
    }
    if (shown.layout && shape(next, direction) === shown.shape) {
      shown.drawing = next;
      finish();
    } else {
      shown.settled = relayout();
    }
  }

  /** What of a graph is drawn, and in how many nodes: its focus, with the folded levels. */
  function drawingOf(graph: Graph): Drawing {
    const part = focused(graph, memory.state.focus);
    const { collapsed, foldedNames } = memory.state;
    const whole = fold(part, new Set(collapsed), new Set(foldedNames));
    if (part !== graph) {
      const hidden = leftOut(graph, new Set(part.nodes.map(node => node.id)));
      for (const node of whole.nodes) {
        node.more = node.stands.reduce((sum, id) => sum + (hidden.get(id) ?? 0), 0);
      }
    }
    return whole;
  }

  function wantedDirection(next: Drawing): Direction {
    const chosen = memory.state.direction;
    return chosen === 'auto' ? betterDirection(next, viewport.size(), picture.size, direction) : chosen;
  }

  const relayout = latest(async () => {
    if (!shown.graph) {
      return;
    }
    const current = shown.graph;
    const next = drawingOf(current);
    const began = shown.received;
    const way = direction;
    const patience = setTimeout(() => view.busy.classList.remove('hidden'), PATIENCE_MS);
    try {
      const sizes = new Map(next.nodes.map(node => [node.id, picture.size(node)]));
      const placed = await view.layOut(next, way, id => sizes.get(id) ?? { width: 80, height: 30 });
      const before = shown.layout;
      const anchor = before && viewport.anchor(before, placed, drawnPlace(view, memory.state.selected));
      shown.layout = placed;
      shown.drawing = next;
      shown.shape = shape(next, way);
      picture.place(current, next, placed);
      view.minimap.draw(next, placed);
      view.levelBar.draw(next, placed, way, new Set(memory.state.collapsed));
      look(before === undefined, anchor);
      finish();
      sayDrawn(next, placed, began);
    } catch (error) {
      view.banner.textContent = `The graph could not be laid out: ${error instanceof Error ? error.message : error}.`;
      view.banner.classList.remove('hidden');
      view.send({ type: 'fault', message: String(error) });
    } finally {
      clearTimeout(patience);
      view.busy.classList.add('hidden');
    }
  });

  /** Puts a new layout into sight: as it was left, fitted, or with what the eye rests on where it was. */
  function look(isFirst: boolean, anchor: { dx: number; dy: number } | undefined): void {
    if (isFirst && memory.state.view) {
      viewport.set(memory.state.view);
    } else if (isFirst || !anchor || isFitted()) {
      showAll(viewport.mode === 'whole' ? 'whole' : 'readable');
    } else {
      viewport.shift(anchor);
    }
    bringSelectionIntoSight(view);
  }

  /** Whether the picture is to be seen as a whole, and can be: then it is fitted anew whenever anything changes. */
  function isFitted(): boolean {
    const box = wholeBox();
    return (
      viewport.mode === 'whole' ||
      (viewport.mode === 'readable' && box !== undefined && viewport.canShow(box))
    );
  }

  function wholeBox(): Box | undefined {
    return shown.layout && { x: 0, y: 0, width: shown.layout.width, height: shown.layout.height };
  }

  function showAll(mode: 'readable' | 'whole'): void {
    const box = wholeBox();
    if (box) {
      delete memory.state.view;
      memory.remember();
      viewport.fit(mode, box, selectedBox());
    }
  }

  function selectedBox(): Box | undefined {
    const drawn = drawnPlace(view, memory.state.selected);
    return drawn === undefined ? undefined : shown.layout?.nodes.get(drawn);
  }

  function finish(): void {
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
  function sayDrawn(next: Drawing, placed: Layout, began: number): void {
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

  return {
    redraw,
    fit: showAll,
    direction: () => direction,
    resized() {
      if (!shown.drawing || !shown.layout) {
        return;
      }
      if (wantedDirection(shown.drawing) !== direction) {
        redraw();
        return;
      }
      view.levelBar.follow(viewport.view);
      view.minimap.frame();
      if (isFitted()) {
        showAll(viewport.mode === 'whole' ? 'whole' : 'readable');
      }
      bringSelectionIntoSight(view);
    },
  };
}
