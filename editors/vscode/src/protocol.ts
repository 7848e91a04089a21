/** The JSON of the server's commands, as docs/commands.md of the project lays it down. */

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Problem {
  code: string;
  severity: Severity;
  message: string;
  range: Range | null;
}

export interface Policy {
  execution: string;
  max_concurrency: number | null;
  on_failure: string;
  timeout_minutes: number | null;
  /** All of it in words, as every client shows it. */
  words: string;
}

export type Origin = 'default' | 'run' | 'step';
export type Params = Record<string, { value: unknown; origin: Origin }>;

interface GroupHead {
  group: string;
  version: number | string | null;
  uri: string;
  range: Range | null;
  policy: Policy;
}

export interface PlanStep {
  name: string;
  pipeline: string | null;
  /** From 0; people are shown it from 1, as in the hints of the text. */
  order: number;
  level: number;
  depends_on: string[];
  params: Params;
  range: Range | null;
}

/** The answer of `spine.showResolvedOrder`. */
export interface Plan extends GroupHead {
  levels: string[][];
  steps: PlanStep[];
  /** Each `reason` ends the sentence "`name`, which ...". */
  blocked: { name: string; because: string[]; reason: string }[];
  problems: Problem[];
}

export type NodeState = 'ok' | 'cycle' | 'missing' | 'blocked' | 'duplicate';
export type EdgeState = 'ok' | 'cycle' | 'missing' | 'redundant' | 'self' | 'branch';
export type Change = 'added' | 'removed' | 'changed' | null;

export interface GraphNode {
  id: string;
  name: string;
  pipeline: string | null;
  kind: 'step' | 'ghost';
  state: NodeState;
  order: number | null;
  level: number | null;
  because: string[];
  /** Why it cannot run, in words; null for one that can. */
  reason: string | null;
  params: Params | null;
  range: Range | null;
  name_range: Range | null;
  change?: Change;
}

export interface GraphEdge {
  from: string;
  to: string;
  state: EdgeState;
  /** Of a branch, when it is taken: `then` or `else`. */
  label?: string | null;
  range: Range | null;
  change?: Change;
}

/** The answer of `spine.graph`, and of `spine.compareGraph`, which adds `change`. */
export interface Graph extends GroupHead {
  nodes: GraphNode[];
  edges: GraphEdge[];
  levels: string[][];
  cycles: string[][];
  problems: Problem[];
}

export interface PathStop {
  name: string;
  uri: string;
  range: Range | null;
  edge_range: Range | null;
}

/** The answer of `spine.explainPath`. */
export interface Explanation {
  group: string;
  step: string;
  on: string | null;
  waits: boolean;
  paths: PathStop[][];
  truncated: boolean;
  message: string;
  /** All that the step waits for, if no `on` was asked about. */
  upstream?: string[];
}

/** A step in the run that was seen last. */
export interface StepRun {
  state: 'pending' | 'running' | 'completed' | 'failed' | 'timed_out' | 'lost' | 'cancelled' | 'skipped';
  /** How long it ran, as people read it. */
  took: string | null;
}

export interface RunStep {
  name: string;
  pipeline: string;
  state: StepRun['state'];
  took: string | null;
  error: string | null;
}

/** A run of the history. */
export interface RunSummary {
  id: string;
  group: string;
  state: string;
  started_at: string;
  took: string | null;
  error: string | null;
  file: string;
  steps: RunStep[];
}

/** A parameter of a run, as `spine.runParameters` answers it. */
export interface RunParameter {
  name: string;
  required: boolean;
  default: unknown;
  type: string;
  doc: string;
  choices: unknown[];
  steps: string[];
}

/** What the notification `spine/runEvents` holds. */
export interface ToldEvent {
  event: string;
  run: string;
  step?: string;
  [key: string]: unknown;
}

/** How a choice of a workflow is decided, and the label of the branch that is taken then. */
export type Answer = 'then' | 'else';

export type RunState = 'succeeded' | 'failed' | 'skipped' | 'never-started' | 'blocked';

/** The answer of `spine.simulate`. */
export interface Simulation {
  group: string;
  policy: Policy;
  makespan: number;
  /** What the times are: minutes, or units of time. */
  unit: string;
  slots: { start: number; end: number; steps: string[] }[];
  steps: { name: string; state: RunState; start: number | null; end: number | null; worker: number | null }[];
  critical_path: { steps: string[]; length: number };
  never_started: string[];
  skipped: string[];
  message: string;
}

/** The answer of `spine.renderGraph`. */
export interface Rendering {
  group: string;
  format: string;
  text: string;
}

export interface GroupEntry {
  group: string;
  version: number | string | null;
  domain: string | null;
  uri: string;
  open: boolean;
  range: Range | null;
  steps: number;
  /** Null where the file is not open: they are not counted. */
  problems: number | null;
}

/** The answer of `spine.listGroups`. */
export interface GroupList {
  groups: GroupEntry[];
}

/** The answer of `spine.doctor`. */
export interface Doctor {
  server: string;
  folders: string[];
  configuration: {
    file: string | null;
    options: { name: string; value: unknown; from: string }[];
    files: {
      file: string;
      overruled: boolean;
      faults: { line: number; column: number; message: string }[];
    }[];
  };
  index: {
    ready: boolean;
    python: { read: number; passed: number; broken: number };
    registrations: number;
    duplicates: number;
    unknown: number;
    groups: number;
    steps: number;
  };
  open: { documents: number } & Record<Severity, number>;
}

/** What was done to the picture; nodes are named by their ids. */
export type AskedEdit =
  | { kind: 'addEdge' | 'removeEdge'; from: string; to: string }
  | { kind: 'insertOnEdge'; from: string; to: string; name: string }
  | { kind: 'insertBefore' | 'insertAfter' | 'rename'; step: string; name: string }
  | { kind: 'addStep'; on: string; name: string }
  | { kind: 'delete' | 'move'; step: string };

/** The answer of `spine.editGraph`: an edit of the text as the protocol has it, or why there is none. */
export interface EditedGraph {
  edit: unknown;
  /** The node that the edit is about, once it is made. */
  select: string | null;
  refusal: string | null;
}

/** The answer of `spine.select`; `revisions` are those whose texts it needs and was not given. */
export interface Selection {
  steps: { id: string; name: string }[];
  error: { message: string; start: number; end: number } | null;
  completions: string[];
  revisions: string[];
}

/** The answer of `spine.createPipeline` without a file: those to choose from. */
export interface PipelineFiles {
  files: { uri: string; path: string; new: boolean }[];
}

/** Names one group: what the server's lenses pass, and what every command here takes. */
export interface GroupRef {
  uri: string;
  group?: string;
}

/** Each command with what it takes and answers; `null` says that the document holds no such group. */
export interface Commands {
  'spine.showResolvedOrder': [GroupRef & { params?: Record<string, unknown> }, Plan | null];
  'spine.graph': [GroupRef & { text?: string }, Graph | null];
  'spine.compareGraph': [GroupRef & { base: string }, Graph | null];
  'spine.explainPath': [GroupRef & { step: string; on?: string }, Explanation | null];
  'spine.simulate': [
    GroupRef & {
      fails?: string[];
      branches?: Record<string, Answer>;
      durations?: Record<string, number | string>;
    },
    Simulation | null,
  ];
  'spine.renderGraph': [GroupRef & { format: 'mermaid' | 'dot' | 'text' | 'html' }, Rendering | null];
  'spine.select': [
    GroupRef & { selector: string; bases?: Record<string, string>; complete?: boolean },
    Selection | null,
  ];
  'spine.editGraph': [GroupRef & { edit: AskedEdit; version: number }, EditedGraph | null];
  'spine.listGroups': [{ uri?: string }, GroupList | null];
  'spine.createPipeline': [{ uri: string; pipeline: string; file?: string }, PipelineFiles | null];
  'spine.run': [
    GroupRef & {
      params?: Record<string, unknown>;
      typed?: Record<string, string>;
      resume?: string;
      only?: string[];
      debug?: boolean;
      changed?: 'rerun' | 'keep';
    },
    { run: string; group: string } | null,
  ];
  'spine.cancelRun': [{ run: string }, { run: string; cancelled: boolean } | null];
  'spine.runs': [
    { uri?: string; group?: string; limit?: number },
    { live: string[]; runs: RunSummary[] } | null,
  ];
  'spine.runDetails': [{ run: string }, (RunSummary & { events: ToldEvent[] }) | null];
  'spine.runParameters': [GroupRef, { group: string; parameters: RunParameter[]; trusted: boolean } | null];
  'spine.doctor': [{ uri?: string }, Doctor];
}
