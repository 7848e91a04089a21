/** What the hand at the picture holds: an edge that is being drawn, a name that is being written, what comes then. */
import type { AskedEdit } from '../../messages.ts';
import type { GraphNode } from '../../protocol.ts';
import { s } from '../dom.ts';
import type { Box } from './geometry.ts';
import { createHandles, type End, type Handles } from './handles.ts';
import { createNaming, type Naming } from './naming.ts';
import { createNote, type Note } from './note.ts';
import type { Redraw } from './redraw.ts';
import type { View } from './view.ts';

export interface Spot {
  x: number;
  y: number;
}

/** An edge that is being drawn: by the pointer, or step by step with the keys. */
export interface Drawn {
  id: string;
  end: End;
  /** What cannot be its other end; the server says why when it is asked. */
  refused: ReadonlySet<string>;
  over?: string | undefined;
}

export interface Hand {
  view: View;
  redraw: Redraw;
  handles: Handles;
  rubber: SVGPathElement;
  note: Note;
  naming: Naming;
  drawn: Drawn | undefined;
  /** Where on the stage the pointer is, or the node that the keys are at. */
  pointer: Spot;
  /** The node that is selected as soon as it is drawn. */
  awaited: string | undefined;
  /** The node that the focus returns to. */
  home: string | undefined;
}

export function createHand(view: View, redraw: Redraw): Hand {
  const hand: Hand = {
    view,
    redraw,
    handles: createHandles(),
    rubber: s('path', { class: 'rubber hidden' }),
    note: createNote(),
    naming: createNaming(() => {
      if (hand.home !== undefined) {
        view.picture.node(hand.home)?.focus({ preventScroll: true });
      }
    }),
    drawn: undefined,
    pointer: { x: 0, y: 0 },
    awaited: undefined,
    home: undefined,
  };
  view.picture.root.append(hand.rubber, hand.handles.element);
  view.stage.append(hand.note.element, hand.naming.element);
  return hand;
}

export function ask({ view, note }: Hand, edit: AskedEdit): void {
  note.hide();
  view.send({ type: 'edit', edit });
}

export function nodeOf({ view }: Hand, id: string | undefined): GraphNode | undefined {
  return view.shown.graph?.nodes.find(one => one.id === id);
}

export function nameOf(hand: Hand, id: string): string {
  return nodeOf(hand, id)?.name ?? id;
}

/** Whether a node is a step of the text as it is now, and no ghost, level or memory of one. */
export function isStep(hand: Hand, id: string | undefined): id is string {
  const node = nodeOf(hand, id);
  return node?.kind === 'step' && node.change !== 'removed';
}

export function boxOf({ view }: Hand, id: string | undefined): Box | undefined {
  return id === undefined ? undefined : view.shown.layout?.nodes.get(id);
}

/** Where a point of the drawing is on the stage, in pixels. */
export function onStage({ view: { viewport } }: Hand, { x, y }: Spot): Spot {
  const { zoom } = viewport.view;
  return { x: (x - viewport.view.x) * zoom, y: (y - viewport.view.y) * zoom };
}
