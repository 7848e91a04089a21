/** The graph view: takes graphs from the extension, lays them out, draws them, and answers to mouse and keyboard. */
import './graph.css';
import { type Drawing, fold, reach, shape } from '../../graphModel.ts';
import { highlight } from '../../highlight.ts';
import { latest } from '../../latest.ts';
import type { FromGraph, GraphState, ToGraph } from '../../messages.ts';
import type { Explanation, Graph, GraphNode, Simulation } from '../../protocol.ts';
import { summaryOf } from '../../summary.ts';
import { editorApi, h, put } from '../dom.ts';
import { detailsCard } from './details.ts';
import { createPicture } from './draw.ts';
import type { Layout } from './geometry.ts';
import { toPng, toSvg } from './image.ts';
import { listen } from './input.ts';
import { neighbour } from './keyboard.ts';
import { createLayouter } from './layout.ts';
import { createLevelBar } from './levels.ts';
import { createMemory } from './memory.ts';
import { createMinimap } from './minimap.ts';
import { createSchedule } from './schedule.ts';
import { createSearch } from './search.ts';
import { createToolbar } from './toolbar.ts';
import { createViewport } from './viewport.ts';

const editor = editorApi<GraphState, FromGraph>();
const memory = createMemory(editor, JSON.parse(document.body.dataset.state ?? '{}') as GraphState);
const { remember } = memory;

let graph: Graph | undefined;
let drawing: Drawing | undefined;
let layout: Layout | undefined;
let drawnShape = '';
let groups: string[] = [];
let simulation: Simulation | null = null;
let explanation: Explanation | null = null;
let focusable: string | undefined;
let received = performance.now();

const layOut = createLayouter(document.body.dataset.worker ?? '');
const picture = createPicture();
const search = createSearch();
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
    memory.state.view = { ...viewport.view };
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
  search() {
    lookFor(true);
    mark();
  },
  nextHit,
  fit: fitAll,
  zoom: factor => viewport.zoomBy(factor),
  turn,
  foldAll,
  compare: on => {
    memory.state.compare = on;
    remember();
    updateToolbar();
    editor.postMessage({ type: 'compare', on });
  },
  simulate: on => simulate(on ? [] : null),
  export: format => editor.postMessage({ type: 'export', format }),
  group: group => {
    memory.state = { ...memory.state, group, collapsed: [], fails: [] };
    delete memory.state.selected;
    delete memory.state.view;
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
      memory.state.compare = message.compared;
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
      if (message.id !== null && message.id !== memory.state.selected) {
        select(message.id, false);
      }
      return;
    case 'simulation':
      simulation = message.simulation;
      memory.state.fails = simulation
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
  memory.state.group = next.group;
  remember();
  explanation = null;
  summarize(next);
  updateToolbar();
  redraw();
}

let settled: Promise<void> = Promise.resolve();

/** Draws the graph as it is now. While a layout is computed, new states already show on the last picture. */
function redraw(): void {
  if (!graph) {
    return;
  }
  const next = fold(graph, new Set(memory.state.collapsed));
  if (layout) {
    picture.paint(graph, next);
  }
  if (layout && shape(next, memory.state.direction) === drawnShape) {
    drawing = next;
    finish();
  } else {
    settled = relayout();
  }
}

const relayout = latest(async () => {
  if (!graph) {
    return;
  }
  const { direction, collapsed } = memory.state;
  const current = graph;
  const next = fold(current, new Set(collapsed));
  const began = received;
  const patience = setTimeout(() => busy.classList.remove('hidden'), 250);
  try {
    const sizes = new Map(next.nodes.map(node => [node.id, picture.size(node)]));
    const placed = await layOut(next, direction, id => sizes.get(id) ?? { width: 80, height: 30 });
    const anchor = layout && viewport.anchor(layout, placed, drawnPlace(memory.state.selected));
    const isFirst = layout === undefined;
    layout = placed;
    drawing = next;
    drawnShape = shape(next, direction);
    picture.place(current, next, placed);
    minimap.draw(next, placed);
    levelBar.draw(next, placed, direction, new Set(collapsed));
    restoreView(isFirst, anchor);
    finish();
    sayDrawn(next, placed, began);
  } catch (error) {
    banner.textContent = `The graph could not be laid out: ${error instanceof Error ? error.message : error}.`;
    banner.classList.remove('hidden');
    editor.postMessage({ type: 'fault', message: String(error) });
  } finally {
    clearTimeout(patience);
    busy.classList.add('hidden');
  }
});

/** Says how long it took until the picture was on the screen, which a hidden view never is. */
function sayDrawn(next: Drawing, placed: Layout, began: number): void {
  requestAnimationFrame(() => {
    editor.postMessage({
      type: 'drawn',
      nodes: next.nodes.length,
      edges: next.edges.length,
      milliseconds: performance.now() - began,
      layout: placed.milliseconds,
    });
  });
}

function finish(): void {
  if (memory.state.selected !== undefined && !graph?.nodes.some(node => node.id === memory.state.selected)) {
    delete memory.state.selected;
  }
  lookFor(false);
  mark();
  showDetails();
  setFocusable(drawnPlace(memory.state.selected));
}

function drawnPlace(id: string | undefined): string | undefined {
  return id === undefined ? undefined : drawing?.place.get(id);
}

function restoreView(isFirst: boolean, anchor: { dx: number; dy: number } | undefined): void {
  if (isFirst && memory.state.view) {
    viewport.set(memory.state.view);
  } else if (isFirst || !anchor) {
    fitAll();
  } else {
    const { x, y, zoom } = viewport.view;
    viewport.set({ x: x + anchor.dx, y: y + anchor.dy, zoom });
  }
}

function summarize(next: Graph): void {
  const text = summaryOf(next);
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
    delete memory.state.selected;
  } else {
    memory.state.selected = id;
  }
  remember();
  mark();
  showDetails();
  const drawn = id === undefined ? undefined : (drawing?.place.get(id) ?? id);
  setFocusable(drawn);
  const box = drawn === undefined ? undefined : layout?.nodes.get(drawn);
  if (box) {
    viewport.bringIntoSight(box, side.offsetWidth);
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
  return graph?.nodes.find(node => node.id === memory.state.selected);
}

/** Writes the highlight of the selection, of a path, of the search, and of a simulated run onto the picture. */
function mark(): void {
  if (!drawing || !graph) {
    return;
  }
  const { place } = drawing;
  const shown = highlight(graph, drawing, memory.state.selected, explanation);
  const found = new Set(search.hits.map(id => place.get(id) ?? id));
  const runs = new Map(simulation?.steps.map(step => [placeOf(step.name), step.state]));
  picture.svg.classList.toggle('focusing', shown.focusing);
  picture.svg.classList.toggle('searching', search.isOn);
  for (const node of drawing.nodes) {
    const element = picture.node(node.id);
    if (element) {
      const role = shown.node(node.id);
      put(element, 'data-role', role);
      put(element, 'data-hit', search.isOn ? String(found.has(node.id)) : '');
      put(element, 'data-run', runs.get(node.stands[0] ?? node.id) ?? '');
      put(element, 'aria-pressed', String(role === 'selected'));
    }
  }
  for (const edge of drawing.edges) {
    const element = picture.edge(edge.id);
    if (element) {
      put(element, 'data-role', shown.edge(edge));
      put(element, 'data-run', runs.get(edge.from) === 'failed' ? 'failed' : '');
    }
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
    detailsCard(
      graph,
      node,
      reach(graph.edges, node.id),
      memory.state.fails.includes(node.name),
      explanation,
      {
        reveal,
        select: id => select(id, true),
        toggleFails,
        why: (step, on) => editor.postMessage({ type: 'why', step, on }),
      },
    ),
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

function lookFor(fresh: boolean): void {
  search.run(graph, toolbar.search.value, fresh);
  toolbar.hits(search.said);
}

function nextHit(backwards: boolean): void {
  const id = search.next(backwards);
  if (id !== undefined) {
    select(id, true);
    toolbar.hits(search.said);
  }
}

// -- what the controls do ---------------------------------------------------------------------------------------------------

function fitAll(): void {
  if (layout) {
    viewport.fit({ x: 0, y: 0, width: layout.width, height: layout.height });
  }
}

function turn(): void {
  memory.state.direction = memory.state.direction === 'right' ? 'down' : 'right';
  received = performance.now();
  remember();
  updateToolbar();
  redraw();
}

function toggleLevel(level: number): void {
  const folded = new Set(memory.state.collapsed);
  if (!folded.delete(level)) {
    folded.add(level);
  }
  foldTo([...folded]);
}

function foldAll(on: boolean): void {
  foldTo(on ? (graph?.levels.map((_, level) => level) ?? []) : []);
}

function foldTo(levels: number[]): void {
  memory.state.collapsed = levels;
  received = performance.now();
  remember();
  updateToolbar();
  redraw();
}

/** `null` ends the simulation, a list simulates with these steps failing. */
function simulate(fails: string[] | null): void {
  memory.state.fails = fails ?? [];
  remember();
  editor.postMessage({ type: 'simulate', fails });
}

function toggleFails(name: string): void {
  simulate(
    memory.state.fails.includes(name)
      ? memory.state.fails.filter(one => one !== name)
      : [...memory.state.fails, name],
  );
}

function updateToolbar(): void {
  toolbar.update({
    groups,
    group: memory.state.group ?? '',
    direction: memory.state.direction,
    compare: memory.state.compare,
    simulate: simulation !== null,
    folded: memory.state.collapsed.length > 0,
  });
}

// -- mouse and keyboard -------------------------------------------------------------------------------------------------------

listen(picture.svg, {
  click(id, shift) {
    const level = foldedLevel(id);
    if (level !== undefined) {
      toggleLevel(level);
    } else if (!(shift && id !== undefined && askWhy(id))) {
      select(id, true);
      if (id !== undefined) {
        picture.node(id)?.focus({ preventScroll: true });
      }
    }
  },
  open(id) {
    if (id === undefined) {
      fitAll();
    } else {
      reveal(id, true);
    }
  },
  arrow(id, key) {
    if (drawing && layout) {
      moveTo(neighbour(drawing, layout, memory.state.direction, id, key));
    }
  },
  toEnd: last => moveTo(drawing?.nodes.at(last ? -1 : 0)?.id),
  choose(id, focusText) {
    const level = foldedLevel(id);
    if (level !== undefined) {
      toggleLevel(level);
    } else {
      select(id, true);
      reveal(id, focusText);
    }
  },
  fails(id) {
    const node = graph?.nodes.find(one => one.id === id && one.kind === 'step');
    if (node) {
      toggleFails(node.name);
    }
  },
  foldLevel(id) {
    const level = drawing?.nodes.find(one => one.id === id)?.level;
    if (level !== undefined && level !== null) {
      toggleLevel(level);
    }
  },
  search: () => toolbar.search.select(),
  zoom: factor => viewport.zoomBy(factor),
  fit: fitAll,
  turn,
  letGo: () => select(undefined, true),
});

function foldedLevel(id: string | undefined): number | undefined {
  return drawing?.nodes.find(node => node.id === id && node.kind === 'level')?.level ?? undefined;
}

/** Whichever of the two waits for the other, the question is the same. */
function askWhy(id: string): boolean {
  const from = selectedNode();
  const to = graph?.nodes.find(node => node.id === id);
  if (!graph || !from || !to || from === to) {
    return false;
  }
  const waits = reach(graph.edges, from.id).upstream.has(to.id);
  editor.postMessage({ type: 'why', step: waits ? from.name : to.name, on: waits ? to.name : from.name });
  return true;
}

function moveTo(id: string | undefined): void {
  if (id === undefined) {
    return;
  }
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

window.addEventListener('error', event => editor.postMessage({ type: 'fault', message: event.message }));
window.addEventListener('unhandledrejection', event =>
  editor.postMessage({ type: 'fault', message: String(event.reason) }),
);

updateToolbar();
editor.postMessage({ type: 'ready' });
