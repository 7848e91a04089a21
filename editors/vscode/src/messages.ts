/** What the extension and its two views say to each other. */
import type { Followed } from './followGroup.ts';
import type { Focus } from './graphModel.ts';
import type { Explanation, Graph, Plan, Range, Simulation } from './protocol.ts';

export type Direction = 'right' | 'down';
/** `auto`: as the shape of the panel has it. */
export type ChosenDirection = Direction | 'auto';
export type ImageFormat = 'svg' | 'png';
export type ExportFormat = ImageFormat | 'mermaid' | 'dot';

/** What a graph view keeps over a reload of the window. */
export interface GraphState extends Followed {
  direction: ChosenDirection;
  collapsed: number[];
  selected?: string;
  fails: string[];
  compare: boolean;
  /** Where the picture stands: the drawing's point at the left upper corner, and the zoom; absent while it is fitted. */
  view?: { x: number; y: number; zoom: number };
  /** Whether the details of the selected step are folded away. */
  detailsFolded?: boolean;
  /** The part of the graph that is shown; absent for all of it. */
  focus?: Focus;
}

export type ToGraph =
  | { type: 'graph'; graph: Graph; shown: Followed; compared: boolean; groups: string[] }
  | { type: 'stale'; reason: string }
  | { type: 'select'; id: string | null }
  | { type: 'simulation'; simulation: Simulation | null }
  | { type: 'path'; explanation: Explanation | null }
  | { type: 'export'; request: number; format: ImageFormat }
  | { type: 'act'; act: GraphAct; id: string };

/** What the menu of a step does in the view itself. */
export type GraphAct = 'focus' | 'upstream' | 'downstream' | 'all' | 'fails';

export type FromGraph =
  | { type: 'ready' }
  | { type: 'state'; state: GraphState }
  | { type: 'reveal'; range: Range; focus: boolean }
  | { type: 'group'; group: string }
  | { type: 'simulate'; fails: string[] | null }
  | { type: 'durations' }
  | { type: 'compare'; on: boolean }
  | { type: 'why'; step: string; on: string }
  | { type: 'export' }
  | { type: 'image'; request: number; data: string }
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
