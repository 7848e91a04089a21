/** What the extension and its two views say to each other. */
import type { Followed } from './followGroup.ts';
import type { Revision } from './git.ts';
import type { Focus } from './graphModel.ts';
import type { Answer, AskedEdit, Explanation, Graph, Plan, Range, Simulation, StepRun } from './protocol.ts';

export type Direction = 'right' | 'down';
/** `auto`: as the shape of the panel has it. */
export type ChosenDirection = Direction | 'auto';
export type ImageFormat = 'svg' | 'png';
export type ExportFormat = ImageFormat | 'mermaid' | 'dot';
/** The colours of an image: those of the editor, or light or dark ones whatever the editor has. */
export type Colours = 'theme' | 'light' | 'dark';

/** What a graph view keeps over a reload of the window. */
export interface GraphState extends Followed {
  direction: ChosenDirection;
  collapsed: number[];
  /** The beginnings of names whose steps are folded into one node each. */
  foldedNames?: string[];
  selected?: string;
  fails: string[];
  /** How the choices of a simulated workflow are decided, by their names; `then` where nothing is said. */
  branches?: Record<string, Answer>;
  compare: boolean;
  /** What it is compared with, where that is not HEAD. */
  base?: Revision;
  /** Where the picture stands: the drawing's point at the left upper corner, and the zoom; absent while it is fitted. */
  view?: { x: number; y: number; zoom: number };
  /** Whether the details of the selected step are folded away. */
  detailsFolded?: boolean;
  /** Whether it keeps its group, whatever file is looked at. */
  pinned?: boolean;
  /** The part of the graph that is shown; absent for all of it. */
  focus?: Focus;
}

/** What a text in the search field selects: nodes, or what is wrong; and how it may go on. */
export interface Selected {
  selector: string;
  steps: string[];
  /** The places are code points of the text. */
  error: { message: string; start: number; end: number } | null;
  completions: string[];
}

export type ToGraph =
  | {
      type: 'graph';
      graph: Graph;
      shown: Followed;
      compared: boolean;
      /** The name of the revision that it is compared with. */
      since?: string;
      groups: string[];
      /** It is another group than before, which is looked at anew. */
      fresh?: boolean;
    }
  | { type: 'stale'; reason: string }
  | { type: 'select'; id: string | null }
  | { type: 'simulation'; simulation: Simulation | null }
  /** The states of the steps in a run, by name. */
  | { type: 'run'; states: Record<string, StepRun> }
  | { type: 'path'; explanation: Explanation | null }
  | { type: 'selected'; answer: Selected }
  | { type: 'export'; request: number; format: ImageFormat; colours?: Colours }
  /** Puts the picture into the clipboard, which takes images only from a page. */
  | { type: 'copyImage'; colours?: Colours }
  | { type: 'act'; act: GraphAct; at: GraphSpot }
  /** What became of an edit, and what would become of one that was only tried. */
  | { type: 'edited'; refusal: string | null; select: string | null }
  | { type: 'tried'; refusal: string | null };

/** Where in the picture a menu was opened: on a node, on an edge, or on the ground. */
export interface GraphSpot {
  id?: string;
  from?: string;
  to?: string;
}

/** What the menu of the picture does in the view itself. */
export type GraphAct =
  | 'focus'
  | 'upstream'
  | 'downstream'
  | 'all'
  | 'fails'
  | 'foldNames'
  | 'link'
  | 'rename'
  | 'insertBefore'
  | 'insertAfter'
  | 'addStep'
  | 'connect'
  | 'delete'
  | 'insertOnEdge'
  | 'removeEdge';

export type { AskedEdit };

export type FromGraph =
  | { type: 'ready' }
  | { type: 'state'; state: GraphState }
  | { type: 'reveal'; range: Range; focus: boolean }
  | { type: 'group'; group: string }
  /** Asks what a text in the search field selects. */
  | { type: 'selector'; text: string }
  | { type: 'simulate'; fails: string[] | null; branches?: Record<string, Answer> }
  | { type: 'durations' }
  | { type: 'compare'; on: boolean }
  | { type: 'compareWith' }
  | { type: 'pin'; on: boolean }
  | { type: 'why'; step: string; on: string }
  | { type: 'edit' | 'try'; edit: AskedEdit }
  | { type: 'undo' | 'redo' }
  /** Offers the fixes for what stands at a place of the text. */
  | { type: 'fix'; range: Range }
  | { type: 'export' }
  | { type: 'image'; request: number; data: string }
  | { type: 'copied'; refusal: string | null }
  /** A link to the selected step, for the clipboard. */
  | { type: 'link'; id: string }
  | { type: 'drawn'; nodes: number; edges: number; milliseconds: number; layout: number }
  | { type: 'fault'; message: string };

/** What a view of the resolved order keeps over a reload. */
export interface PlanState extends Followed {
  params: [key: string, text: string][];
}

export type ToPlan = { type: 'plan'; plan: Plan; shown: Followed } | { type: 'stale'; reason: string };

export type FromPlan =
  | { type: 'ready' }
  | { type: 'params'; params: [key: string, text: string][] }
  | { type: 'reveal'; range: Range; focus: boolean }
  | { type: 'graph' }
  | { type: 'copy'; text: string }
  | { type: 'fault'; message: string };
