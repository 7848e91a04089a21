/** Editing by hand: edges drawn and deleted, steps added, renamed and deleted. The server makes each edit, or says why not. */
import type { ToGraph } from '../../messages.ts';
import { begin, edgeTo, finish, focused, listenToPointer, pass, showHandles } from './connecting.ts';
import { ask, boxOf, createHand, type Hand, isStep, nameOf, onStage, type Spot } from './hand.ts';
import type { Redraw } from './redraw.ts';
import { mark, moveTo } from './selection.ts';
import type { View } from './view.ts';

export type NewStep = 'insertBefore' | 'insertAfter' | 'addStep';

export interface Editing {
  /** Draws an edge with the keys: the next node that is chosen is its other end. */
  connect(id: string): void;
  /** The node at the other end was chosen; false when no edge is being drawn. */
  choose(id: string): boolean;
  /** The focus came to a node, maybe on its way to the other end. */
  pass(id: string): void;
  rename(id: string): void;
  addStep(kind: NewStep, id?: string): void;
  insertOnEdge(from: string, to: string): void;
  removeEdge(from: string, to: string): void;
  /** Deletes the chosen edge, or else the step. */
  remove(id: string | undefined): void;
  chooseEdge(id: string | undefined): void;
  /** Chooses the next of the edges at a node. */
  nextEdge(id: string, backwards: boolean): void;
  /** The chosen edge, as its two nodes. */
  edge(): [from: string, to: string] | undefined;
  /** Ends whatever is under way; false when nothing was. */
  cancel(): boolean;
  received(message: Extract<ToGraph, { type: 'edited' | 'tried' }>): void;
  /** A new picture is drawn: what was just added is selected on it. */
  drawn(): void;
}

export function createEditing(view: View, redraw: Redraw): Editing {
  const hand = createHand(view, redraw);
  listenToPointer(hand, (id, at) => addStep(hand, 'addStep', id, at));
  return {
    connect: id => connect(hand, id),
    choose: id => choose(hand, id),
    pass: id => pass(hand, id),
    rename: id => rename(hand, id),
    addStep: (kind, id) => addStep(hand, kind, id),
    insertOnEdge: (from, to) => insertOnEdge(hand, from, to),
    removeEdge: (from, to) => removeEdge(hand, from, to),
    remove: id => remove(hand, id),
    chooseEdge: id => chooseEdge(hand, id),
    nextEdge: (id, backwards) => nextEdge(hand, id, backwards),
    edge: () => edgeOf(view, view.shown.edge),
    cancel: () => cancel(hand),
    received: message => received(hand, message),
    drawn: () => drawn(hand),
  };
}

function connect(hand: Hand, id: string): void {
  if (isStep(hand, id)) {
    finish(hand);
    begin(hand, id, 'out');
    const said = `Choose the step that shall wait for ${nameOf(hand, id)} and press Enter; Escape leaves all as it is.`;
    hand.note.say(said, 'hint');
    hand.view.spoken.textContent = said;
  }
}

function choose(hand: Hand, id: string): boolean {
  const one = finish(hand);
  if (one && id !== one.id) {
    hand.home = id;
    ask(hand, edgeTo(one, id));
  }
  return one !== undefined;
}

function rename(hand: Hand, id: string): void {
  const box = boxOf(hand, id);
  if (!box || !isStep(hand, id)) {
    return;
  }
  hand.home = id;
  const name = nameOf(hand, id);
  hand.naming.open(onStage(hand, box), `New name of ${name}`, name, given => {
    if (given === name) {
      hand.naming.close();
    } else {
      ask(hand, { kind: 'rename', step: id, name: given });
    }
  });
}

function addStep(hand: Hand, kind: NewStep, id?: string, at?: Spot): void {
  const box = boxOf(hand, id);
  const other = id === undefined ? '' : nameOf(hand, id);
  const labels = {
    insertBefore: `Name of the step before ${other}`,
    insertAfter: `Name of the step after ${other}`,
    addStep: id === undefined ? 'Name of the new step' : `Name of the step that waits for ${other}`,
  };
  const below = box && onStage(hand, { x: box.x, y: box.y + box.height });
  hand.home = id ?? hand.view.shown.focusable;
  hand.naming.open(at ?? below ?? { x: 80, y: 40 }, labels[kind], '', name =>
    ask(hand, kind === 'addStep' ? { kind, on: id ?? '', name } : { kind, step: id ?? '', name }),
  );
}

function insertOnEdge(hand: Hand, from: string, to: string): void {
  const [a, b] = [boxOf(hand, from), boxOf(hand, to)];
  const middle = a && b && { x: (a.x + a.width + b.x) / 2, y: (a.y + b.y + b.height) / 2 };
  const label = `Name of the step between ${nameOf(hand, from)} and ${nameOf(hand, to)}`;
  hand.home = to;
  hand.naming.open(middle ? onStage(hand, middle) : { x: 80, y: 40 }, label, '', name =>
    ask(hand, { kind: 'insertOnEdge', from, to, name }),
  );
}

function removeEdge(hand: Hand, from: string, to: string): void {
  hand.home = to;
  hand.view.shown.edge = undefined;
  ask(hand, { kind: 'removeEdge', from, to });
}

function remove(hand: Hand, id: string | undefined): void {
  const edge = edgeOf(hand.view, hand.view.shown.edge);
  if (edge) {
    removeEdge(hand, ...edge);
  } else if (isStep(hand, id)) {
    hand.home = undefined;
    ask(hand, { kind: 'delete', step: id });
  }
}

/** The two nodes of a drawn edge, where it is one of the text's: not a bundle, and not one that is gone. */
function edgeOf({ shown }: View, id: string | undefined): [string, string] | undefined {
  const edge = id === undefined ? undefined : shown.drawing?.edges.find(one => one.id === id);
  const isOwn = edge?.count === 1 && edge.change !== 'removed';
  const steps = new Set(shown.graph?.nodes.map(node => node.id));
  return edge && isOwn && steps.has(edge.from) && steps.has(edge.to) ? [edge.from, edge.to] : undefined;
}

function chooseEdge(hand: Hand, id: string | undefined): void {
  const { view, note } = hand;
  const edge = edgeOf(view, id);
  view.shown.edge = edge ? id : undefined;
  mark(view);
  if (edge) {
    const said = `${nameOf(hand, edge[1])} waits for ${nameOf(hand, edge[0])}: Delete takes the edge away, I puts a step on it.`;
    note.say(said, 'hint');
    view.spoken.textContent = said;
  } else {
    note.hide();
  }
}

function nextEdge(hand: Hand, id: string, backwards: boolean): void {
  const { shown } = hand.view;
  const all = (shown.drawing?.edges ?? []).filter(edge => edge.from === id || edge.to === id);
  const now = all.findIndex(edge => edge.id === shown.edge);
  const next = now < 0 ? (backwards ? -1 : 0) : (now + (backwards ? -1 : 1)) % all.length;
  chooseEdge(hand, all.at(next)?.id);
}

function cancel(hand: Hand): boolean {
  const { shown } = hand.view;
  const wasDrawn = finish(hand) !== undefined;
  const wasChosen = shown.edge !== undefined;
  const wasSaid = hand.note.isShown;
  chooseEdge(hand, undefined);
  return wasDrawn || wasChosen || wasSaid;
}

function received(hand: Hand, message: Extract<ToGraph, { type: 'edited' | 'tried' }>): void {
  const { view, note, naming } = hand;
  const { refusal } = message;
  if (message.type === 'tried') {
    if (refusal !== null && (hand.drawn || view.picture.svg.classList.contains('refusing'))) {
      note.say(refusal, 'refused', hand.pointer);
      view.spoken.textContent = refusal;
    }
    return;
  }
  if (refusal === null) {
    hand.awaited = message.select ?? undefined;
    naming.close();
    drawn(hand);
  } else if (naming.isOpen) {
    naming.refused(refusal);
  } else {
    note.say(refusal, 'refused');
    view.spoken.textContent = refusal;
  }
}

function drawn(hand: Hand): void {
  const { view, awaited } = hand;
  if (awaited !== undefined && view.shown.drawing?.place.has(awaited)) {
    hand.awaited = undefined;
    moveTo(view, awaited);
  }
  if (!edgeOf(view, view.shown.edge)) {
    view.shown.edge = undefined;
  }
  showHandles(hand, focused());
}
