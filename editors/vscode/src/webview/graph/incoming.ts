/** What the extension says to the graph view, and what then happens. */
import type { Colours, GraphState, ImageFormat, ToGraph } from '../../messages.ts';
import type { Graph, Simulation } from '../../protocol.ts';
import { summaryOf } from '../../summary.ts';
import { toPng, toSvg } from './image.ts';
import type { Redraw } from './redraw.ts';
import { mark, select, selected, showDetails } from './selection.ts';
import type { View } from './view.ts';

export function receive(
  view: View,
  { redraw, direction }: Redraw,
  message: Exclude<ToGraph, { type: 'act' | 'edited' | 'tried' }>,
): void {
  const { shown, memory, banner } = view;
  switch (message.type) {
    case 'graph':
      shown.received = performance.now();
      if (message.fresh) {
        lookAnew(view);
      }
      banner.classList.add('hidden');
      document.body.classList.remove('stale');
      Object.assign(memory.state, message.shown, { compare: message.compared });
      memory.remember();
      shown.groups = message.groups;
      shown.graph = message.graph;
      shown.explanation = null;
      shown.since = message.compared ? (message.since ?? 'HEAD') : undefined;
      view.changes.show(message.compared ? message.graph : undefined, message.since ?? 'HEAD');
      summarize(view, message.graph);
      view.heading.textContent = `Graph of ${message.graph.group}`;
      redraw();
      updateToolbar(view, direction());
      return;
    case 'stale':
      banner.textContent = message.reason;
      banner.classList.remove('hidden');
      document.body.classList.add('stale');
      return;
    case 'select':
      // The cursor stands between the steps: the selection stays, since nothing else was meant.
      if (message.id !== null && message.id !== memory.state.selected) {
        if (followFocus(view, message.id)) {
          redraw();
        }
        select(view, message.id, false);
      }
      return;
    case 'simulation':
      simulated(view, message.simulation);
      updateToolbar(view, direction());
      return;
    case 'run':
      shown.run = message.states;
      mark(view);
      return;
    case 'selected':
      selected(view, message.answer);
      return;
    case 'path':
      shown.explanation = message.explanation;
      mark(view);
      showDetails(view);
      view.spoken.textContent = message.explanation?.message ?? '';
      return;
    case 'export':
      void makeImage(view, message.format, message.colours).then(data => {
        if (data !== undefined) {
          view.send({ type: 'image', request: message.request, data });
        }
      });
      return;
    case 'copyImage':
      void copyImage(view, message.colours).then(refusal => view.send({ type: 'copied', refusal }));
      return;
  }
}

/** Another group is shown: nothing that was selected, folded or moved in the one before holds for it. */
function lookAnew({ memory, shown }: View): void {
  const kept: GraphState = { ...memory.state, collapsed: [], fails: [] };
  for (const key of ['selected', 'view', 'focus', 'foldedNames', 'index', 'branches'] as const) {
    delete kept[key];
  }
  memory.state = kept;
  Object.assign(shown, { layout: undefined, simulation: null, run: {}, explanation: null, edge: undefined });
}

/** A focus goes along with the cursor: when it comes to a step that is left out, that step is shown instead. */
function followFocus({ memory, shown }: View, id: string): boolean {
  const { focus } = memory.state;
  if (!focus || !shown.drawing || shown.drawing.place.has(id)) {
    return false;
  }
  memory.state.focus = { on: [id], up: focus.up, down: focus.down };
  shown.layout = undefined;
  return true;
}

function summarize({ summary, spoken }: View, graph: Graph): void {
  const text = summaryOf(graph);
  if (summary.textContent !== text) {
    summary.textContent = text;
    summary.title = text;
    spoken.textContent = text;
  }
}

function simulated(view: View, simulation: Simulation | null): void {
  const { shown, memory } = view;
  shown.simulation = simulation;
  memory.state.fails = (simulation?.steps ?? [])
    .filter(step => step.state === 'failed')
    .map(step => step.name);
  memory.remember();
  view.schedule.show(simulation);
  mark(view);
  showDetails(view);
}

async function makeImage(
  { shown, picture, viewport }: View,
  format: ImageFormat,
  colours: Colours = 'theme',
): Promise<string | undefined> {
  await shown.settled;
  if (!shown.layout) {
    return undefined;
  }
  // The picture is written as it looks at its own size, whatever the zoom leaves out.
  picture.zoomed(1);
  try {
    return format === 'svg'
      ? toSvg(picture.svg, shown.layout, colours)
      : await toPng(picture.svg, shown.layout, colours);
  } finally {
    picture.zoomed(viewport.view.zoom);
  }
}

/** Why the image could not be copied; null when it was. */
async function copyImage(view: View, colours?: Colours): Promise<string | null> {
  const data = await makeImage(view, 'png', colours);
  if (data === undefined) {
    return 'the view has drawn no graph yet';
  }
  try {
    const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
    await navigator.clipboard.write([
      new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) }),
    ]);
    return null;
  } catch (error) {
    return `the editor lets no image into the clipboard (${error instanceof Error ? error.message : error}): export it as a file`;
  }
}

export function updateToolbar({ toolbar, shown, memory }: View, direction: GraphState['direction']): void {
  toolbar.update({
    groups: shown.groups,
    group: memory.state.group ?? '',
    direction: direction === 'down' ? 'down' : 'right',
    since: shown.since,
    pinned: memory.state.pinned === true,
    simulate: shown.simulation !== null,
    folded: memory.state.collapsed.length > 0,
    foldedNames: (memory.state.foldedNames ?? []).length > 0,
    focus: memory.state.focus !== undefined,
  });
}
