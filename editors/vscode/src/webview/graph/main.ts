/** The graph view: puts its parts together, and says what mouse, keyboard and toolbar do. */
import './graph.css';
import { answersOf, prefixes, prefixOf } from '../../graphModel.ts';
import type { GraphAct, GraphSpot, ToGraph } from '../../messages.ts';
import type { Answer } from '../../protocol.ts';
import { createEditing } from './editing.ts';
import { receive, updateToolbar } from './incoming.ts';
import { listen } from './input.ts';
import { neighbour } from './keyboard.ts';
import { createRedraw } from './redraw.ts';
import { askWhy, lookFor, mark, moveTo, nextHit, reveal, select } from './selection.ts';
import { createView, drawnPlace, idOf, type View } from './view.ts';

const view: View = createView({
  search() {
    lookFor(view, true);
    mark(view);
  },
  nextHit: backwards => nextHit(view, backwards),
  fit: () => drawing.fit('whole'),
  zoom: factor => view.viewport.zoomBy(factor),
  turn,
  foldAll: on => foldTo(on ? (view.shown.graph?.levels.map((_, level) => level) ?? []) : []),
  foldNames: on => foldNamesTo(on && view.shown.graph ? prefixes(view.shown.graph) : []),
  onlyFound() {
    if (view.search.hits.length > 0) {
      focusOnAll([...view.search.hits], 0, 0);
    }
  },
  compare(on) {
    view.memory.state.compare = on;
    view.memory.remember();
    updateToolbar(view, drawing.direction());
    view.send({ type: 'compare', on });
  },
  pin(on) {
    view.memory.state.pinned = on;
    view.memory.remember();
    updateToolbar(view, drawing.direction());
    view.send({ type: 'pin', on });
  },
  compareWith: () => view.send({ type: 'compareWith' }),
  simulate: on => simulate(on ? [] : null),
  export: () => view.send({ type: 'export' }),
  group: showGroup,
  focus: on => focusOn(on ? (view.memory.state.selected ?? view.shown.focusable) : undefined, 2, 2),
  toggleLevel,
  select: id => select(view, id, true),
  selectStep: name => select(view, idOf(view, name), true),
  askDurations: () => view.send({ type: 'durations' }),
  reveal: (id, focus) => reveal(view, id, focus),
  toggleFails,
  decide,
  why: (step, on) => view.send({ type: 'why', step, on }),
  fix: range => view.send({ type: 'fix', range }),
  resized: () => drawing.resized(),
  goToChange({ node, edge }) {
    if (node !== undefined) {
      select(view, node, true);
    } else if (edge) {
      select(view, edge.to, false);
      view.shown.edge = `${edge.from}\n${edge.to}`;
      mark(view);
    }
  },
});
const drawing = createRedraw(view, () => editing.drawn());
const editing = createEditing(view, drawing);

function showGroup(group: string): void {
  const { memory, shown } = view;
  const { selected: _, view: __, branches: ___, ...kept } = memory.state;
  memory.state = { ...kept, group, collapsed: [], fails: [] };
  shown.simulation = null;
  shown.layout = undefined; // another picture, which is looked at anew
  memory.remember();
  view.send({ type: 'group', group });
}

/** Shows the part of the graph around a node of it; without one, all of it. */
function focusOn(id: string | undefined, up: number, down: number): void {
  focusOnAll(id === undefined ? [] : [id], up, down);
}

function focusOnAll(on: string[], up: number, down: number): void {
  const { state } = view.memory;
  if (on.length === 0) {
    delete state.focus;
  } else {
    state.focus = { on, up, down };
  }
  // It is another picture, which is looked at anew.
  delete state.view;
  view.shown.layout = undefined;
  again();
}

function widen(id: string): void {
  const { focus } = view.memory.state;
  if (focus) {
    focus.also = [...new Set([...(focus.also ?? []), id])];
    again();
  }
}

function turn(): void {
  view.memory.state.direction = drawing.direction() === 'right' ? 'down' : 'right';
  again();
}

function toggleLevel(level: number): void {
  const folded = new Set(view.memory.state.collapsed);
  if (!folded.delete(level)) {
    folded.add(level);
  }
  foldTo([...folded]);
}

function foldNamesTo(names: string[]): void {
  view.memory.state.foldedNames = names;
  again();
}

/** Folds all steps whose names begin as that of a node, or unfolds them. */
async function foldNamesAt(id: string): Promise<void> {
  const { drawing: drawn, graph } = view.shown;
  const first = drawn?.nodes.find(node => node.id === id)?.stands[0] ?? id;
  const prefix = prefixOf(graph?.nodes.find(node => node.id === first)?.name ?? '');
  const folded = new Set(view.memory.state.foldedNames);
  if (!folded.delete(prefix)) {
    if (!graph || !prefixes(graph).includes(prefix)) {
      return; // no other step is called so
    }
    folded.add(prefix);
  }
  foldNamesTo([...folded]);
  await view.shown.settled;
  const place = drawnPlace(view, first);
  if (place !== undefined) {
    moveTo(view, place);
  }
}

function foldTo(levels: number[]): void {
  view.memory.state.collapsed = levels;
  again();
}

function again(): void {
  view.shown.received = performance.now();
  view.memory.remember();
  drawing.redraw();
  updateToolbar(view, drawing.direction());
}

/** `null` ends the simulation, a list simulates with these steps failing. */
function simulate(fails: string[] | null): void {
  view.memory.state.fails = fails ?? [];
  view.memory.remember();
  const { branches } = view.memory.state;
  view.send({ type: 'simulate', fails, ...(branches ? { branches } : {}) });
}

function toggleFails(name: string): void {
  const { fails } = view.memory.state;
  simulate(fails.includes(name) ? fails.filter(other => other !== name) : [...fails, name]);
}

/** Simulates a run in which a choice is decided so. */
function decide(name: string, answer: Answer): void {
  const { state } = view.memory;
  state.branches = { ...state.branches, [name]: answer };
  simulate(state.fails);
}

/** Decides a choice the other way; any other step decides nothing. */
function decideOtherwise(id: string): void {
  const { graph } = view.shown;
  const node = graph?.nodes.find(one => one.id === id);
  if (graph && node && answersOf(graph, id).length > 0) {
    decide(node.name, view.memory.state.branches?.[node.name] === 'else' ? 'then' : 'else');
  }
}

/** As far as it goes, in edges; a number that JSON has. */
const ALL = Number.MAX_SAFE_INTEGER;

/** What the menu of the picture asks for. */
function act(what: GraphAct, { id = '', from = '', to = '' }: GraphSpot): void {
  const acts: Record<GraphAct, () => void> = {
    focus: () => focusOn(id, 2, 2),
    upstream: () => focusOn(id, ALL, 0),
    downstream: () => focusOn(id, 0, ALL),
    all: () => focusOn(undefined, 0, 0),
    fails: () => letFail(id),
    link: () => view.send({ type: 'link', id }),
    foldNames: () => void foldNamesAt(id),
    rename: () => editing.rename(id),
    insertBefore: () => editing.addStep('insertBefore', id),
    insertAfter: () => editing.addStep('insertAfter', id),
    addStep: () => editing.addStep('addStep', id === '' ? undefined : id),
    connect() {
      view.picture.node(id)?.focus({ preventScroll: true });
      editing.connect(id);
    },
    delete() {
      editing.chooseEdge(undefined);
      editing.remove(id);
    },
    insertOnEdge: () => editing.insertOnEdge(from, to),
    removeEdge: () => editing.removeEdge(from, to),
  };
  acts[what]();
}

function letFail(id: string): void {
  const node = view.shown.graph?.nodes.find(one => one.id === id && one.kind === 'step');
  if (node) {
    toggleFails(node.name);
  }
}

/** The level that a node stands for, where it is a folded one. */
function foldedLevel(id: string | undefined): number | undefined {
  const node = view.shown.drawing?.nodes.find(one => one.id === id && one.kind === 'level');
  return node?.level ?? undefined;
}

/** Folds or unfolds the level of a node; the focus stays with what takes its place. */
async function foldAt(id: string, level: number): Promise<void> {
  const stands = view.shown.drawing?.nodes.find(node => node.id === id)?.stands[0];
  toggleLevel(level);
  await view.shown.settled;
  const place = drawnPlace(view, stands);
  if (place !== undefined) {
    moveTo(view, place);
  }
}

listen(view.picture.svg, {
  click(id, shift) {
    const level = foldedLevel(id);
    if (id !== undefined && editing.choose(id)) {
      return;
    }
    editing.cancel();
    if (level !== undefined) {
      toggleLevel(level);
    } else if (id?.startsWith('names:')) {
      void foldNamesAt(id);
    } else if (!(shift && id !== undefined && askWhy(view, id))) {
      select(view, id, true);
      if (id !== undefined) {
        view.picture.node(id)?.focus({ preventScroll: true });
      }
    }
  },
  clickEdge: id => editing.chooseEdge(id),
  open(id) {
    if (id === undefined) {
      drawing.fit('whole');
    } else {
      reveal(view, id, true);
    }
  },
  arrow(id, key) {
    const { drawing: drawn, layout } = view.shown;
    if (drawn && layout) {
      const next = neighbour(drawn, layout, drawing.direction(), id, key);
      moveTo(view, next);
      editing.pass(next);
    }
  },
  toEnd: last => moveTo(view, view.shown.drawing?.nodes.at(last ? -1 : 0)?.id),
  choose(id, focusText) {
    const level = foldedLevel(id);
    if (editing.choose(id)) {
      return;
    }
    if (level !== undefined) {
      void foldAt(id, level);
    } else if (id.startsWith('names:')) {
      void foldNamesAt(id);
    } else {
      select(view, id, true);
      reveal(view, id, focusText);
    }
  },
  fails: letFail,
  decide: decideOtherwise,
  foldLevel(id) {
    const level = view.shown.drawing?.nodes.find(node => node.id === id)?.level;
    if (level !== undefined && level !== null) {
      void foldAt(id, level);
    }
  },
  search: () => view.toolbar.search.input.select(),
  zoom: factor => view.viewport.zoomBy(factor),
  fit: () => drawing.fit('whole'),
  turn,
  letGo() {
    if (!editing.cancel()) {
      select(view, undefined, true);
    }
  },
  widen,
  focus: id => focusOn(view.memory.state.focus?.on[0] === id ? undefined : id, 2, 2),
  act: (what, id) => act(what, { id }),
  nextEdge: (id, backwards) => editing.nextEdge(id, backwards),
  insertOnEdge() {
    const edge = editing.edge();
    if (edge) {
      editing.insertOnEdge(...edge);
    }
  },
  remove: id => editing.remove(id),
  undo: redo => view.send({ type: redo ? 'redo' : 'undo' }),
});

// The panel got the keyboard's focus, but nothing in it has: that is what one would select with the arrows.
window.addEventListener('focus', () => {
  if (document.activeElement === document.body && view.shown.focusable !== undefined) {
    view.picture.node(view.shown.focusable)?.focus({ preventScroll: true });
  }
});
window.addEventListener('message', ({ data }: MessageEvent<ToGraph>) => {
  if (data.type === 'act') {
    act(data.act, data.at);
  } else if (data.type === 'edited' || data.type === 'tried') {
    editing.received(data);
  } else {
    receive(view, drawing, data);
  }
});
window.addEventListener('error', event => view.send({ type: 'fault', message: event.message }));
window.addEventListener('unhandledrejection', event =>
  view.send({ type: 'fault', message: String(event.reason) }),
);

updateToolbar(view, drawing.direction());
view.send({ type: 'ready' });
