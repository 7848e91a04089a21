/** The graph view: takes graphs from the extension, lays them out, draws them, and answers to mouse and keyboard. */
import './graph.css';
import { type Drawing, fold, levelId, reach, shape } from '../../graphModel.ts';
import type { FromGraph, GraphState, ToGraph } from '../../messages.ts';
import type { Explanation, Graph, GraphNode, Simulation } from '../../protocol.ts';
import { editorApi, h, put } from '../dom.ts';
import { detailsCard } from './details.ts';
import { createPicture } from './draw.ts';
import { toPng, toSvg } from './image.ts';
import { type Arrow, neighbour } from './keyboard.ts';
import { createLayouter, type Layout } from './layout.ts';
import { createLevelBar } from './levels.ts';
import { createMinimap } from './minimap.ts';
import { createSchedule } from './schedule.ts';
import { createToolbar } from './toolbar.ts';
import { createViewport } from './viewport.ts';

const editor = editorApi<GraphState, FromGraph>();
const given = JSON.parse(document.body.dataset.state ?? '{}') as GraphState;
// What the view kept itself is newer than what the extension gave it to start from.
let state: GraphState = { ...given, ...(editor.getState() ?? {}) };

let graph: Graph | undefined;
let drawing: Drawing | undefined;
let layout: Layout | undefined;
let drawnShape = '';
let groups: string[] = [];
let simulation: Simulation | null = null;
let explanation: Explanation | null = null;
let hits: string[] = [];
let hit = -1;
let focusable: string | undefined;
let received = performance.now();

const layOut = createLayouter(document.body.dataset.worker ?? '');
const picture = createPicture();
const stage = h('main', { id: 'stage' });
const banner = h('div', { id: 'banner', role: 'status', class: 'hidden' });
const busy = h('div', { id: 'busy', class: 'hidden' }, 'laying out…');
const summary = h('footer', { id: 'summary' });
const spoken = h('div', { class: 'spoken', 'aria-live': 'polite' });
const side = h('aside', { id: 'side' });
const viewport = createViewport(stage, picture.svg, picture.root, () => {
  minimap.frame();
  levelBar.follow(viewport.view);
  // Before the first picture there is nothing that could have been moved.
  if (layout) {
    state.view = { ...viewport.view };
    remember();
  }
});
const minimap = createMinimap(() => viewport);
const levelBar = createLevelBar(toggleLevel);
const schedule = createSchedule(
  name => select(placeOf(name), true),
  () => simulate(null),
);
const toolbar = createToolbar({
  search,
  nextHit,
  fit: fitAll,
  zoom: factor => viewport.zoomBy(factor),
  turn,
  foldAll,
  compare: on => {
    state.compare = on;
    remember();
    updateToolbar();
    editor.postMessage({ type: 'compare', on });
  },
  simulate: on => simulate(on ? [] : null),
  export: format => editor.postMessage({ type: 'export', format }),
  group: group => {
    state = { ...state, group, collapsed: [], fails: [] };
    delete state.selected;
    delete state.view;
    simulation = null;
    remember();
    editor.postMessage({ type: 'group', group });
  },
});

stage.append(picture.svg, levelBar.element, minimap.element, side, busy);
document.body.append(toolbar.element, banner, stage, schedule.element, summary, spoken);

// -- what the extension says ----------------------------------------------------------------------------------------

window.addEventListener('message', (event: MessageEvent<ToGraph>) => {
  const message = event.data;
  switch (message.type) {
    case 'graph':
      received = performance.now();
      banner.classList.add('hidden');
      document.body.classList.remove('stale');
      state.compare = message.compared;
      groups = message.groups;
      take(message.graph);
      return;
    case 'stale':
      banner.textContent = message.reason;
      banner.classList.remove('hidden');
      document.body.classList.add('stale');
      return;
    case 'select':
      // The cursor stands between the steps: the selection stays, since nothing else was meant.
      if (message.id !== null && message.id !== state.selected) {
        select(message.id, false);
      }
      return;
    case 'simulation':
      simulation = message.simulation;
      state.fails = simulation
        ? simulation.steps.filter(one => one.state === 'failed').map(one => one.name)
        : [];
      remember();
      schedule.show(simulation);
      updateToolbar();
      mark();
      showDetails();
      return;
    case 'path':
      explanation = message.explanation;
      mark();
      showDetails();
      spoken.textContent = explanation?.message ?? '';
      return;
    case 'simulating':
      return;
    case 'export':
      void makeImage(message.request, message.format);
      return;
  }
});

async function makeImage(request: number, format: 'svg' | 'png'): Promise<void> {
  await settled;
  if (layout) {
    const data = format === 'svg' ? toSvg(picture.svg, layout) : await toPng(picture.svg, layout);
    editor.postMessage({ type: 'image', request, data });
  }
}

// -- from graph to picture --------------------------------------------------------------------------------------------

function take(next: Graph): void {
  graph = next;
  state.group = next.group;
  remember();
  explanation = null;
  summarize(next);
  updateToolbar();
  redraw();
}

let laying = false;
let again = false;
let settled: Promise<void> = Promise.resolve();

/** Lays out and draws; while a layout runs, new states appear on the last picture, and one more layout follows. */
function redraw(): void {
  if (!graph) {
    return;
  }
  const next = fold(graph, new Set(state.collapsed));
  if (layout && shape(next, state.direction) === drawnShape) {
    drawing = next;
    picture.paint(graph, next);
    finish();
    return;
  }
  if (layout) {
    picture.paint(graph, next);
  }
  if (laying) {
    again = true;
    return;
  }
  settled = relayout(next);
}

async function relayout(next: Drawing): Promise<void> {
  laying = true;
  const patience = setTimeout(() => busy.classList.remove('hidden'), 250);
  const began = received;
  const direction = state.direction;
  try {
    const sizes = new Map(next.nodes.map(node => [node.id, picture.size(node)]));
    const placed = await layOut(next, direction, id => sizes.get(id) ?? { width: 80, height: 30 });
    const anchor = layout && findAnchor(placed);
    const isFirst = layout === undefined;
    layout = placed;
    drawing = next;
    drawnShape = shape(next, direction);
    if (graph) {
      picture.place(graph, next, placed);
    }
    minimap.draw(next, placed);
    levelBar.draw(next, placed, direction, new Set(state.collapsed));
    restoreView(isFirst, anchor);
    finish();
    await new Promise(requestAnimationFrame);
    const milliseconds = performance.now() - began;
    put(picture.svg, 'data-drawn', `${next.nodes.length}`);
    editor.postMessage({
      type: 'drawn',
      nodes: next.nodes.length,
      edges: next.edges.length,
      milliseconds,
      layout: placed.milliseconds,
    });
  } catch (error) {
    banner.textContent = `The graph could not be laid out: ${error instanceof Error ? error.message : error}.`;
    banner.classList.remove('hidden');
    editor.postMessage({ type: 'fault', message: String(error) });
  } finally {
    clearTimeout(patience);
    busy.classList.add('hidden');
    laying = false;
    if (again) {
      again = false;
      redraw();
    }
  }
}

function finish(): void {
  if (state.selected !== undefined && !graph?.nodes.some(node => node.id === state.selected)) {
    delete state.selected;
  }
  runSearch(toolbar.search.value);
  mark();
  showDetails();
  setFocusable(state.selected === undefined ? undefined : drawing?.place.get(state.selected));
}

interface Anchor {
  dx: number;
  dy: number;
}

/** How far the node that the eye rests on moves in the next layout: the view moves with it, so that it seems to stand. */
function findAnchor(next: Layout): Anchor | undefined {
  const { view } = viewport;
  const { width, height } = viewport.size();
  const middle = { x: view.x + width / 2 / view.zoom, y: view.y + height / 2 / view.zoom };
  const selected = state.selected && drawing?.place.get(state.selected);
  let best: { id: string; distance: number } | undefined;
  for (const [id, box] of layout?.nodes ?? []) {
    if (!next.nodes.has(id)) {
      continue;
    }
    const distance =
      id === selected ? -1 : Math.hypot(box.x + box.width / 2 - middle.x, box.y + box.height / 2 - middle.y);
    if (!best || distance < best.distance) {
      best = { id, distance };
    }
  }
  const before = best && layout?.nodes.get(best.id);
  const after = best && next.nodes.get(best.id);
  return before && after && { dx: after.x - before.x, dy: after.y - before.y };
}

function restoreView(isFirst: boolean, anchor: Anchor | undefined): void {
  if (isFirst && state.view) {
    viewport.set(state.view);
  } else if (isFirst || !anchor) {
    fitAll();
  } else {
    const { x, y, zoom } = viewport.view;
    viewport.set({ x: x + anchor.dx, y: y + anchor.dy, zoom });
  }
}

function summarize(next: Graph): void {
  const steps = next.nodes.filter(node => node.kind === 'step' && node.change !== 'removed').length;
  const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
  const { execution, max_concurrency, on_failure } = next.policy;
  const parts = [
    `${next.group}${next.version === null || next.version === undefined ? '' : ` v${next.version}`}`,
    count(steps, 'step', 'steps'),
    count(next.levels.length, 'level', 'levels'),
    next.cycles.length > 0 ? count(next.cycles.length, 'cycle', 'cycles') : '',
    next.problems.length > 0 ? count(next.problems.length, 'problem', 'problems') : '',
    `${execution}${max_concurrency && execution === 'parallel' ? `, at most ${max_concurrency} at once` : ''}`,
    `on failure ${on_failure}`,
  ].filter(part => part !== '');
  const text = parts.join(' · ');
  if (summary.textContent !== text) {
    summary.textContent = text;
    spoken.textContent = text;
  }
}

// -- selection, highlight -----------------------------------------------------------------------------------------------

/** The drawn node of a step's name. */
function placeOf(name: string): string {
  return graph?.nodes.find(node => node.name === name)?.id ?? name;
}

/** Selects one of the graph's nodes. `ours`: the person did it here, so the text follows. */
function select(id: string | undefined, ours: boolean): void {
  explanation = null;
  if (id === undefined) {
    delete state.selected;
  } else {
    state.selected = id;
  }
  remember();
  mark();
  showDetails();
  const drawn = id === undefined ? undefined : (drawing?.place.get(id) ?? id);
  setFocusable(drawn);
  const box = drawn === undefined ? undefined : layout?.nodes.get(drawn);
  if (box) {
    viewport.bringIntoSight(box);
  }
  if (ours && id !== undefined) {
    reveal(id, false);
  }
}

function reveal(id: string, focus: boolean): void {
  const node = graph?.nodes.find(one => one.id === id);
  // A ghost has no place of its own; the entry that names it has.
  const range =
    node?.name_range ?? node?.range ?? graph?.edges.find(edge => edge.from === id && edge.range)?.range;
  if (range) {
    editor.postMessage({ type: 'reveal', range, focus });
  }
}

function selectedNode(): GraphNode | undefined {
  return graph?.nodes.find(node => node.id === state.selected);
}

/** Writes the highlight of the selection, of a path, of the search, and of a simulated run onto the picture. */
function mark(): void {
  if (!drawing || !graph) {
    return;
  }
  const chosen = state.selected === undefined ? undefined : drawing.place.get(state.selected);
  const near = chosen === undefined ? undefined : reach(drawing.edges, chosen);
  const path = new Set<string>();
  const pathEdges = new Set<string>();
  for (const stops of explanation?.paths ?? []) {
    const ids = stops.map(stop => drawing?.place.get(placeOf(stop.name)) ?? stop.name);
    ids.forEach((id, index) => {
      path.add(id);
      if (index > 0) {
        pathEdges.add(`${id}\n${ids[index - 1]}`);
      }
    });
  }
  const found = new Set(hits.map(id => drawing?.place.get(id) ?? id));
  const isSearching = toolbar.search.value !== '';
  const runs = new Map(simulation?.steps.map(step => [placeOf(step.name), step.state]));
  const focusing = chosen !== undefined || path.size > 0;
  picture.svg.classList.toggle('focusing', focusing);
  picture.svg.classList.toggle('searching', isSearching);
  picture.svg.classList.toggle('simulating', simulation !== null);
  for (const node of drawing.nodes) {
    const element = picture.node(node.id);
    if (!element) {
      continue;
    }
    const role =
      node.id === chosen
        ? 'selected'
        : path.has(node.id)
          ? 'path'
          : path.size > 0
            ? 'other'
            : near?.upstream.has(node.id)
              ? 'up'
              : near?.downstream.has(node.id)
                ? 'down'
                : focusing
                  ? 'other'
                  : '';
    put(element, 'data-role', role);
    put(element, 'data-hit', isSearching ? String(found.has(node.id)) : '');
    put(element, 'data-run', runs.get(node.stands[0] ?? node.id) ?? '');
    put(element, 'aria-pressed', String(node.id === chosen));
  }
  const isUp = (id: string) => id === chosen || near?.upstream.has(id) === true;
  const isDown = (id: string) => id === chosen || near?.downstream.has(id) === true;
  for (const edge of drawing.edges) {
    const element = picture.edge(edge.id);
    if (!element) {
      continue;
    }
    const role = pathEdges.has(edge.id)
      ? 'path'
      : path.size > 0
        ? 'other'
        : chosen === undefined
          ? ''
          : isUp(edge.from) && isUp(edge.to)
            ? 'up'
            : isDown(edge.from) && isDown(edge.to)
              ? 'down'
              : 'other';
    put(element, 'data-role', role);
    put(element, 'data-run', runs.get(edge.from) === 'failed' ? 'failed' : '');
  }
}

function showDetails(): void {
  const node = selectedNode();
  if (!node || !graph) {
    side.replaceChildren();
    return;
  }
  const focused = side.contains(document.activeElement) ? document.activeElement?.id : undefined;
  side.replaceChildren(
    detailsCard(graph, node, reach(graph.edges, node.id), state.fails.includes(node.name), explanation, {
      reveal,
      select: id => select(id, true),
      toggleFails,
      why: (step, on) => editor.postMessage({ type: 'why', step, on }),
    }),
  );
  if (focused) {
    document.getElementById(focused)?.focus();
  }
}

/** One node at a time takes part in the order of the Tab key; the arrows move among the others. */
function setFocusable(id: string | undefined): void {
  const next = id ?? focusable ?? drawing?.nodes[0]?.id;
  if (focusable !== undefined && focusable !== next) {
    picture.node(focusable)?.setAttribute('tabindex', '-1');
  }
  focusable = next !== undefined && picture.node(next) ? next : drawing?.nodes[0]?.id;
  if (focusable !== undefined) {
    picture.node(focusable)?.setAttribute('tabindex', '0');
  }
}

// -- search ---------------------------------------------------------------------------------------------------------------

function search(text: string): void {
  hit = -1;
  runSearch(text);
  mark();
}

function runSearch(text: string): void {
  const wanted = text.trim().toLowerCase();
  hits =
    wanted === '' || !graph
      ? []
      : graph.nodes
          .filter(node => `${node.name}\n${node.pipeline ?? ''}`.toLowerCase().includes(wanted))
          .map(node => node.id);
  toolbar.hits(wanted === '' ? '' : hit >= 0 ? `${hit + 1} of ${hits.length}` : `${hits.length} found`);
}

function nextHit(backwards: boolean): void {
  if (hits.length === 0) {
    return;
  }
  hit = (hit + (backwards ? -1 : 1) + hits.length) % hits.length;
  select(hits[hit], true);
  toolbar.hits(`${hit + 1} of ${hits.length}`);
}

// -- what the controls do ---------------------------------------------------------------------------------------------------

function fitAll(): void {
  if (layout) {
    viewport.fit({ x: 0, y: 0, width: layout.width, height: layout.height });
  }
}

function turn(): void {
  state.direction = state.direction === 'right' ? 'down' : 'right';
  received = performance.now();
  remember();
  updateToolbar();
  redraw();
}

function toggleLevel(level: number): void {
  const folded = new Set(state.collapsed);
  if (!folded.delete(level)) {
    folded.add(level);
  }
  foldTo([...folded]);
}

function foldAll(on: boolean): void {
  foldTo(on ? (graph?.levels.map((_, level) => level) ?? []) : []);
}

function foldTo(levels: number[]): void {
  state.collapsed = levels;
  received = performance.now();
  remember();
  updateToolbar();
  redraw();
}

/** `null` ends the simulation, a list simulates with these steps failing. */
function simulate(fails: string[] | null): void {
  state.fails = fails ?? [];
  remember();
  editor.postMessage({ type: 'simulate', fails });
}

function toggleFails(name: string): void {
  simulate(state.fails.includes(name) ? state.fails.filter(one => one !== name) : [...state.fails, name]);
}

function updateToolbar(): void {
  toolbar.update({
    groups,
    group: state.group ?? '',
    direction: state.direction,
    compare: state.compare,
    simulate: simulation !== null,
    folded: state.collapsed.length > 0,
  });
}

let remembering = false;
/** Keeps the state for a reload, at most once a frame. */
function remember(): void {
  if (!remembering) {
    remembering = true;
    requestAnimationFrame(() => {
      remembering = false;
      editor.setState(state);
      editor.postMessage({ type: 'state', state });
    });
  }
}

// -- mouse and keyboard -------------------------------------------------------------------------------------------------------

function nodeOf(event: Event): string | undefined {
  return (event.target as Element).closest<SVGElement>('.node')?.dataset.id;
}

picture.svg.addEventListener('click', event => {
  const id = nodeOf(event);
  if (id === undefined) {
    return;
  }
  const level = drawing?.nodes.find(node => node.id === id && node.kind === 'level')?.level;
  if (level !== undefined && level !== null) {
    toggleLevel(level);
    return;
  }
  const from = selectedNode();
  const to = graph?.nodes.find(node => node.id === id);
  if (event.shiftKey && from && to && from !== to && graph) {
    // Whichever of the two waits for the other, the question is the same.
    const waits = reach(graph.edges, from.id).upstream.has(to.id);
    editor.postMessage({ type: 'why', step: waits ? from.name : to.name, on: waits ? to.name : from.name });
    return;
  }
  select(id, true);
  picture.node(id)?.focus({ preventScroll: true });
});

picture.svg.addEventListener('dblclick', event => {
  const id = nodeOf(event);
  if (id === undefined) {
    fitAll();
  } else {
    reveal(id, true);
  }
});

picture.svg.addEventListener('keydown', event => {
  const id = nodeOf(event);
  if (id === undefined || !drawing || !layout || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const node = drawing.nodes.find(one => one.id === id);
  if (event.key.startsWith('Arrow')) {
    moveTo(neighbour(drawing, layout, state.direction, id, event.key as Arrow));
  } else if (event.key === 'Home') {
    moveTo(drawing.nodes[0]?.id ?? id);
  } else if (event.key === 'End') {
    moveTo(drawing.nodes.at(-1)?.id ?? id);
  } else if (event.key === 'Enter' || event.key === ' ') {
    if (node?.kind === 'level' && node.level !== null) {
      toggleLevel(node.level);
      setFocusable(levelId(node.level));
    } else {
      select(id, true);
      reveal(id, event.key === 'Enter');
    }
  } else if (event.key === 'f' && node?.kind === 'step') {
    toggleFails(node.name);
  } else if (event.key === 'l' && node && node.level !== null) {
    toggleLevel(node.level);
  } else {
    return;
  }
  event.preventDefault();
});

function moveTo(id: string): void {
  setFocusable(id);
  const box = layout?.nodes.get(id);
  if (box) {
    viewport.bringIntoSight(box);
  }
  picture.node(id)?.focus({ preventScroll: true });
  if (graph?.nodes.some(node => node.id === id)) {
    select(id, true);
  }
}

window.addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
    event.preventDefault();
    toolbar.search.select();
    return;
  }
  if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) {
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const run: Record<string, () => void> = {
    '/': () => toolbar.search.select(),
    '+': () => viewport.zoomBy(1.25),
    '=': () => viewport.zoomBy(1.25),
    '-': () => viewport.zoomBy(0.8),
    '0': fitAll,
    d: turn,
    Escape: () => select(undefined, true),
  };
  const action = run[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

window.addEventListener('error', event => editor.postMessage({ type: 'fault', message: event.message }));
window.addEventListener('unhandledrejection', event =>
  editor.postMessage({ type: 'fault', message: String(event.reason) }),
);

updateToolbar();
editor.postMessage({ type: 'ready' });
