/** Everything that the graph view is made of and knows, in one value that its parts hand to each other. */

import type { ListedChange } from '../../changes.ts';
import type { Drawing } from '../../graphModel.ts';
import type { FromGraph, GraphState } from '../../messages.ts';
import type { Answer, Explanation, Graph, GraphNode, Range, Simulation, StepRun } from '../../protocol.ts';
import { editorApi, h } from '../dom.ts';
import { type Changes, createChanges } from './changes.ts';
import { createDetails, type Details } from './details.ts';
import { createPicture, type Picture } from './draw.ts';
import type { Layout } from './geometry.ts';
import { createLayouter } from './layout.ts';
import { createLevelBar, type LevelBar } from './levels.ts';
import { createMemory, type Memory } from './memory.ts';
import { createMinimap, type Minimap } from './minimap.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { createSearch, type Search } from './search.ts';
import { createToolbar, type Toolbar, type ToolbarActions } from './toolbar.ts';
import { createViewport, type Viewport } from './viewport.ts';

/** What is shown at the moment. */
export interface Shown {
  graph: Graph | undefined;
  drawing: Drawing | undefined;
  layout: Layout | undefined;
  /** The `shape` of what `layout` was made for. */
  shape: string;
  groups: string[];
  simulation: Simulation | null;
  /** The states of the steps in a run, by name. */
  run: Record<string, StepRun>;
  explanation: Explanation | null;
  /** The revision that it is compared with, if it is. */
  since: string | undefined;
  /** The edge that was chosen, by the id of its drawing. */
  edge: string | undefined;
  /** The one node that takes part in the order of the Tab key. */
  focusable: string | undefined;
  /** When what is shown next was asked for, in milliseconds of the page. */
  received: number;
  /** Settles when no layout is under way. */
  settled: Promise<void>;
}

export interface View {
  send(message: FromGraph): void;
  memory: Memory<GraphState>;
  shown: Shown;
  layOut: ReturnType<typeof createLayouter>;
  picture: Picture;
  viewport: Viewport;
  minimap: Minimap;
  levelBar: LevelBar;
  schedule: Schedule;
  search: Search;
  changes: Changes;
  toolbar: Toolbar;
  details: Details;
  stage: HTMLElement;
  banner: HTMLElement;
  busy: HTMLElement;
  summary: HTMLElement;
  /** The name of the page for those who hear it. */
  heading: HTMLElement;
  spoken: HTMLElement;
}

/** What the parts that one can click do; the view is there by the time that they are called. */
export interface ViewActions extends ToolbarActions {
  toggleLevel(level: number): void;
  select(id: string): void;
  selectStep(name: string): void;
  askDurations(): void;
  reveal(id: string, focus: boolean): void;
  toggleFails(name: string): void;
  decide(name: string, answer: Answer): void;
  why(step: string, on: string): void;
  fix(range: Range): void;
  resized(): void;
  goToChange(change: ListedChange): void;
}

function nothingShown(): Shown {
  return {
    graph: undefined,
    drawing: undefined,
    layout: undefined,
    shape: '',
    groups: [],
    simulation: null,
    run: {},
    explanation: null,
    since: undefined,
    edge: undefined,
    focusable: undefined,
    received: performance.now(),
    settled: Promise.resolve(),
  };
}

export function createView(actions: ViewActions): View {
  const editor = editorApi<GraphState, FromGraph>();
  const memory = createMemory(editor, JSON.parse(document.body.dataset.state ?? '{}') as GraphState);
  const picture = createPicture();
  const stage = h('main', { id: 'stage' });
  const banner = h('div', { id: 'banner', role: 'status', class: 'hidden' });
  const busy = h('div', { id: 'busy', class: 'hidden' }, 'Laying out…');
  const summary = h('p', { id: 'summary' });
  const heading = h('h1', { class: 'spoken' }, 'Graph');
  const spoken = h('div', { class: 'spoken', 'aria-live': 'polite' });
  const shown = nothingShown();
  const viewport = createViewport(stage, picture.svg, picture.root, {
    changed(byHand) {
      minimap.frame();
      levelBar.follow(viewport.view);
      picture.zoomed(viewport.view.zoom);
      // Before the first picture there is nothing that could have been moved.
      if (shown.layout && byHand) {
        memory.state.view = { ...viewport.view };
        memory.remember();
      }
    },
    resized: actions.resized,
  });
  const minimap = createMinimap(() => viewport);
  const levelBar = createLevelBar(actions.toggleLevel);
  const schedule = createSchedule(actions.selectStep, actions.askDurations, () => actions.simulate(false));
  const toolbar = createToolbar(actions);
  const changes = createChanges(actions.goToChange);
  const details = createDetails(memory, {
    reveal: actions.reveal,
    select: actions.select,
    toggleFails: actions.toggleFails,
    decide: actions.decide,
    why: actions.why,
    fix: actions.fix,
  });
  stage.append(picture.svg, levelBar.element, minimap.element, toolbar.legend, busy);
  document.body.append(
    h('header', {}, heading, toolbar.element, toolbar.menu, toolbar.search.list),
    banner,
    h('div', { id: 'middle' }, stage, details.element),
    schedule.element,
    changes.element,
    h('footer', {}, summary, changes.button, details.toggle),
    spoken,
  );
  return {
    send: message => editor.postMessage(message),
    memory,
    shown,
    layOut: createLayouter({
      elk: document.body.dataset.worker ?? '',
      layered: document.body.dataset.layered ?? '',
    }),
    picture,
    viewport,
    minimap,
    levelBar,
    schedule,
    search: createSearch(),
    changes,
    toolbar,
    details,
    stage,
    banner,
    busy,
    summary,
    heading,
    spoken,
  };
}

export function selectedNode({ shown, memory }: View): GraphNode | undefined {
  return shown.graph?.nodes.find(node => node.id === memory.state.selected);
}

/** Where one of the graph's nodes is drawn: at itself, or in the node of a folded level. */
export function drawnPlace({ shown }: View, id: string | undefined): string | undefined {
  return id === undefined ? undefined : shown.drawing?.place.get(id);
}

/** The id of a step's node; of several steps with one name, the first. */
export function idOf({ shown }: View, name: string): string {
  return shown.graph?.nodes.find(node => node.name === name)?.id ?? name;
}
