/** What the extension says to the graph view, and what then happens. */
import type { GraphState, ToGraph } from '../../messages.ts';
import type { Graph, Simulation } from '../../protocol.ts';
import { summaryOf } from '../../summary.ts';
import { toPng, toSvg } from './image.ts';
import type { Redraw } from './redraw.ts';
import { mark, select, showDetails } from './selection.ts';
import type { View } from './view.ts';

export function receive(
  view: View,
  { redraw, direction }: Redraw,
  message: Exclude<ToGraph, { type: 'act' }>,
): void {
  const { shown, memory, banner } = view;
  switch (message.type) {
    case 'graph':
      shown.received = performance.now();
      banner.classList.add('hidden');
      document.body.classList.remove('stale');
      Object.assign(memory.state, message.shown, { compare: message.compared });
      memory.remember();
      shown.groups = message.groups;
      shown.graph = message.graph;
      shown.explanation = null;
      summarize(view, message.graph);
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
    case 'path':
      shown.explanation = message.explanation;
      mark(view);
      showDetails(view);
      view.spoken.textContent = message.explanation?.message ?? '';
      return;
    case 'export':
      void makeImage(view, message.request, message.format);
      return;
  }
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

async function makeImage(view: View, request: number, format: 'svg' | 'png'): Promise<void> {
  const { shown, picture, viewport, send } = view;
  await shown.settled;
  if (shown.layout) {
    // The picture is written as it looks at its own size, whatever the zoom leaves out.
    picture.zoomed(1);
    const data = format === 'svg' ? toSvg(picture.svg, shown.layout) : await toPng(picture.svg, shown.layout);
    picture.zoomed(viewport.view.zoom);
    send({ type: 'image', request, data });
  }
}

export function updateToolbar({ toolbar, shown, memory }: View, direction: GraphState['direction']): void {
  toolbar.update({
    groups: shown.groups,
    group: memory.state.group ?? '',
    direction: direction === 'down' ? 'down' : 'right',
    compare: memory.state.compare,
    simulate: shown.simulation !== null,
    folded: memory.state.collapsed.length > 0,
    focus: memory.state.focus !== undefined,
  });
}
