/** One graph beside the text, which follows every edit, talks with the cursor, and is edited by hand. */
import * as vscode from 'vscode';
import { askDurations, durationsOf } from './durations.ts';
import { askEdit, editText, inText } from './editText.ts';
import { copyGraph, type Export, exportGraph } from './exportGraph.ts';
import { HEAD, onHeadChange, pickRevision, type Revision, textAt } from './git.ts';
import { holds, nodeAt } from './graphModel.ts';
import { reveal, toUri } from './groups.ts';
import { type ImageRequests, imageRequests, type Resolvers, withResolvers } from './imageRequests.ts';
import type {
  Colours,
  FromGraph,
  GraphAct,
  GraphSpot,
  GraphState,
  ImageFormat,
  ToGraph,
} from './messages.ts';
import { connectPanel, type GroupPanel, NoSuchGroup, type Surroundings } from './panel.ts';
import type { Answer, Explanation, Graph, GraphNode, GroupRef, StepRun } from './protocol.ts';
import { selectSteps } from './selectSteps.ts';
import { stepLink } from './stepLink.ts';
import type { ViewHost } from './viewHost.ts';

/** How long the status bar says that something was copied. */
const COPIED_MS = 4000;

type Drawn = Extract<FromGraph, { type: 'drawn' }>;

export interface GraphPanel {
  readonly ref: GroupRef;
  /** Whether it keeps its group, whatever file is looked at. */
  readonly pinned: boolean;
  /** Shows another group from now on. */
  turnTo(ref: GroupRef): void;
  reveal(): void;
  /** Compares with a revision, or with none. */
  compare(on: boolean, revision?: Revision): Promise<void>;
  /** Lets the revision be chosen first. */
  compareWith(): Promise<void>;
  simulate(fails: string[] | null): Promise<void>;
  /** Shows the states of the steps in a run. */
  showRun(states: Record<string, StepRun>): void;
  showPath(explanation: Explanation | null): void;
  /** Selects a step by its name, once it is drawn. */
  select(step: string): void;
  /** Does in the view what its menu offers at a spot. */
  act(act: GraphAct, at: GraphSpot): void;
  /** The step of a node, where the node is one. */
  step(id: string | undefined): GraphNode | undefined;
  export(wanted: Export, target?: vscode.Uri): Promise<vscode.Uri | undefined>;
  copy(wanted: Export): Promise<void>;
  /** What the view last said it had drawn. */
  readonly drawn: vscode.Event<Drawn>;
}

/** What a panel knows between two messages. */
interface Session extends GraphSurroundings {
  self: GroupPanel<GraphState, ToGraph>;
  host: ViewHost;
  graph: Graph | undefined;
  /** The text that it is compared with. */
  base: string | undefined;
  /** The steps that fail in the simulated run; none is simulated while it is null. */
  fails: string[] | null;
  /** The states of the steps in the run that was seen last. */
  states: Record<string, StepRun>;
  /** How the choices of that run are decided. */
  branches: Record<string, Answer>;
  /** The next picture is of another group, which is looked at anew. */
  isFresh: boolean;
  /** How often it has turned to another group. */
  turns: number;
  /** Where the cursor was when its group was last looked for. */
  cursor: vscode.Position | undefined;
  ready: Resolvers<void>;
  firstDrawn: Resolvers<void>;
  drawn: vscode.EventEmitter<Drawn>;
  images: ImageRequests;
  head: vscode.Disposable;
}

export interface GraphSurroundings extends Surroundings {
  /** Whether some graph is pinned to that group: a second one of it would say nothing new. */
  isPinned(ref: GroupRef): boolean;
  /** The states of the steps of a group in the run that was seen last. */
  statesOf(ref: GroupRef): Record<string, StepRun>;
}

export function connectGraph(
  surroundings: GraphSurroundings,
  host: ViewHost,
  first: GraphState,
  id: number,
): GraphPanel {
  const self: GroupPanel<GraphState, ToGraph> = connectPanel(
    surroundings,
    host,
    {
      ...{ view: 'graph', title: 'the graph view', id },
      refresh: () => refresh(session),
      receive: (message: FromGraph) => receive(session, message),
    },
    first,
  );
  const session: Session = {
    ...surroundings,
    self,
    host,
    graph: undefined,
    base: undefined,
    fails: first.fails.length > 0 ? first.fails : null,
    states: surroundings.statesOf(first),
    branches: first.branches ?? {},
    isFresh: host.isDocked,
    turns: 0,
    cursor: cursorOf(self),
    ready: withResolvers(),
    firstDrawn: withResolvers(),
    drawn: new vscode.EventEmitter(),
    images: imageRequests(self.closed),
    head: new vscode.Disposable(() => {}),
  };
  listen(session);
  return faceOf(session);
}

function listen(session: Session): void {
  const { self, host } = session;
  self.closed.addEventListener('abort', () => {
    // Whoever waits for the view goes on, and finds it closed.
    session.ready.resolve();
    session.firstDrawn.resolve();
  });
  self.onClose(
    session.drawn,
    { dispose: () => session.head.dispose() },
    { dispose: () => setFocusContext(false) },
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (self.isOurs(textEditor.document)) {
        followCursor(session);
      }
    }),
    host.onDidChange(() => setFocusContext(host.active)),
  );
  setFocusContext(host.active);
}

function faceOf(session: Session): GraphPanel {
  const { self, server, ready, firstDrawn } = session;
  return {
    get ref() {
      return self.ref;
    },
    get pinned() {
      return self.state.pinned === true;
    },
    turnTo: ref => turnTo(session, ref),
    reveal: () => self.reveal(),
    compare: (on, revision) => compare(session, on, revision),
    compareWith: () => compareWith(session),
    simulate: fails => simulate(session, fails),
    showRun: states => {
      session.states = states;
      void ready.promise.then(() => self.post({ type: 'run', states }));
    },
    showPath: explanation => {
      void ready.promise.then(() => self.post({ type: 'path', explanation }));
    },
    act: (act, at) => self.post({ type: 'act', act, at }),
    step: id => stepOf(session, id),
    select: step => {
      void firstDrawn.promise.then(() => {
        const id = session.graph?.nodes.find(node => node.name === step)?.id;
        if (id !== undefined) {
          self.post({ type: 'select', id });
        }
      });
    },
    export: (wanted, target) =>
      exportGraph(server, self.ref, wanted, (format, colours) => image(session, format, colours), target),
    copy: wanted => copy(session, wanted),
    drawn: session.drawn.event,
  };
}

async function refresh(session: Session): Promise<void> {
  const { self, server, base, turns } = session;
  const answer =
    base === undefined
      ? await server.ask('spine.graph', self.ref)
      : await server.ask('spine.compareGraph', { ...self.ref, base });
  if (session.turns !== turns) {
    return; // it is of the group before; the next look is asked for
  }
  if (answer === null) {
    throw new NoSuchGroup('the text holds no such group now; this is the last picture of it');
  }
  session.graph = answer;
  self.setTitle(session.host.isDocked ? answer.group : `Graph: ${answer.group}`);
  self.post({
    type: 'graph',
    graph: answer,
    shown: self.shown,
    compared: base !== undefined,
    since: self.state.base?.label ?? HEAD.label,
    groups: self.groups.map(entry => entry.group),
    ...(session.isFresh ? { fresh: true } : {}),
  });
  session.isFresh = false;
  self.post({ type: 'run', states: session.states });
  await resimulate(session);
  followCursor(session);
}

async function resimulate({ context, self, server, fails, branches, graph }: Session): Promise<void> {
  if (fails === null) {
    return;
  }
  // A step that was renamed or deleted cannot fail any more, nor decide anything.
  const known = new Set(graph?.nodes.map(node => node.name));
  const simulation = await server.ask('spine.simulate', {
    ...self.ref,
    fails: fails.filter(name => known.has(name)),
    branches: Object.fromEntries(Object.entries(branches).filter(([name]) => known.has(name))),
    durations: durationsOf(context.workspaceState, self.ref),
  });
  self.post({ type: 'simulation', simulation });
}

/** Turns to the group that the cursor has just entered, unless this graph, or another one to that group, is pinned. */
function followGroupOf(session: Session, cursor: vscode.Position): void {
  const { self } = session;
  const before = session.cursor && groupIn(session, session.cursor);
  const now = groupIn(session, cursor);
  if (self.groups.length > 0) {
    session.cursor = cursor; // before the groups are known, a move between them is still to be seen
  }
  const entry = now === undefined ? undefined : self.groups[now];
  if (!entry || before === undefined || now === before || now === self.state.index || self.state.pinned) {
    return;
  }
  if (!session.isPinned(entry)) {
    turnTo(session, { uri: self.state.uri, group: entry.group }, now);
  }
}

/** Which of the file's groups a place is in. */
function groupIn({ self }: Session, place: vscode.Position): number | undefined {
  const at = self.groups.findIndex(entry => entry.range && holds(entry.range, place));
  return at < 0 ? undefined : at;
}

/** Where the cursor is in the text of a panel, if it is there. */
function cursorOf(self: GroupPanel<GraphState, ToGraph>): vscode.Position | undefined {
  const editor =
    vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.find(one => self.isOurs(one.document));
  return editor && self.isOurs(editor.document) ? editor.selection.active : undefined;
}

function followCursor(session: Session): void {
  const { self } = session;
  const cursor = cursorOf(self);
  if (!cursor) {
    return;
  }
  followGroupOf(session, cursor);
  const { graph } = session; // none when it has just turned
  if (graph && vscode.workspace.getConfiguration('spine.graph').get('followCursor')) {
    self.post({ type: 'select', id: nodeAt(graph, cursor)?.id ?? null });
  }
}

function turnTo(session: Session, ref: GroupRef, index?: number): void {
  const { self } = session;
  const { direction, detailsFolded, pinned } = self.state;
  session.head.dispose();
  session.graph = undefined;
  session.base = undefined;
  session.fails = null;
  session.states = session.statesOf(ref);
  session.branches = {};
  session.isFresh = true;
  session.turns += 1;
  self.turnTo({
    ...ref,
    ...(index === undefined ? {} : { index }),
    direction,
    ...(detailsFolded === undefined ? {} : { detailsFolded }),
    ...(pinned === undefined ? {} : { pinned }),
    collapsed: [],
    fails: [],
    compare: false,
  });
  session.cursor = cursorOf(self);
}

async function compareWith(session: Session): Promise<void> {
  const revision = await pickRevision(toUri(session.self.state.uri));
  if (revision) {
    await compare(session, true, revision);
  }
}

async function compare(session: Session, on: boolean, revision = HEAD): Promise<void> {
  const { self } = session;
  session.head.dispose();
  session.base = undefined;
  const { base: _, ...state } = self.state;
  self.state = revision === HEAD ? state : { ...state, base: revision };
  if (on) {
    const uri = toUri(self.state.uri);
    const then = await textAt(uri, revision);
    if (self.closed.aborted) {
      return;
    }
    if ('reason' in then) {
      void vscode.window.showWarningMessage(
        `The graph cannot be compared with ${revision.label}: ${then.reason}.`,
      );
    } else {
      session.base = then.text;
      session.head = await onHeadChange(uri, () => void compare(session, true, revision));
      if (self.closed.aborted) {
        session.head.dispose();
      }
    }
  }
  await self.refresh();
}

async function simulate(session: Session, names: string[] | null): Promise<void> {
  session.fails = names;
  if (names === null) {
    session.self.post({ type: 'simulation', simulation: null });
    return;
  }
  await session.ready.promise;
  if (!session.self.closed.aborted) {
    await resimulate(session);
  }
}

async function image(session: Session, format: ImageFormat, colours: Colours): Promise<string> {
  await session.ready.promise;
  const { request, answer } = session.images.open();
  // A hidden view does not draw, so it is shown first; and it is asked only when there is something to export.
  session.self.reveal();
  await Promise.race([session.firstDrawn.promise, answer]);
  session.self.post({ type: 'export', request, format, colours });
  return answer;
}

async function copy(session: Session, wanted: Export): Promise<void> {
  const { self, server } = session;
  if (wanted.format === 'png') {
    await session.firstDrawn.promise;
    // Only a page that has the focus may write an image there.
    self.focus();
    self.post({ type: 'copyImage', colours: wanted.colours ?? 'theme' });
  } else {
    await copyGraph(server, self.ref, wanted, (format, colours) => image(session, format, colours));
  }
}

function stepOf({ graph }: Session, id: string | undefined): GraphNode | undefined {
  return graph?.nodes.find(node => node.id === id && node.kind === 'step');
}

async function receive(session: Session, message: FromGraph): Promise<void> {
  const { self, server } = session;
  switch (message.type) {
    case 'ready':
      session.ready.resolve();
      return self.state.compare ? compare(session, true, self.state.base ?? HEAD) : self.refresh();
    case 'state':
      return keep(session, message.state);
    case 'reveal':
      return reveal(self.state.uri, message.range, message.focus);
    case 'group':
      return chooseGroup(session, message.group);
    case 'selector':
      return self.post({ type: 'selected', answer: await selectSteps(server, self.ref, message.text) });
    case 'pin':
      self.state = { ...self.state, pinned: message.on };
      return;
    case 'simulate':
      session.branches = message.branches ?? {};
      return simulate(session, message.fails);
    case 'durations':
      return (await askDurations(session.context.workspaceState, self.ref)) ? resimulate(session) : undefined;
    case 'compare':
      return compare(session, message.on);
    case 'compareWith':
      return compareWith(session);
    case 'why': {
      const { step, on } = message;
      const explanation = await server.ask('spine.explainPath', { ...self.ref, step, on });
      return self.post({ type: 'path', explanation });
    }
    case 'edit':
      return self.post({ type: 'edited', ...(await editText(server, self.ref, message.edit)) });
    case 'try': {
      const { refusal } = await askEdit(server, self.ref, message.edit);
      return self.post({ type: 'tried', refusal });
    }
    case 'fix':
      await reveal(self.state.uri, message.range, true);
      await vscode.commands.executeCommand('editor.action.quickFix');
      return;
    case 'undo':
    case 'redo':
      await inText(toUri(self.state.uri), message.type);
      return self.focus();
    case 'export':
      await vscode.commands.executeCommand('spine.client.export', self.ref);
      return;
    default:
      return answered(session, message);
  }
}

type Report = Extract<FromGraph, { type: 'copied' | 'link' | 'image' | 'drawn' | 'fault' }>;

/** What the view says of its own work. */
async function answered(session: Session, message: Report): Promise<void> {
  const { self, log } = session;
  switch (message.type) {
    case 'copied':
      if (message.refusal !== null) {
        throw new Error(message.refusal);
      }
      vscode.window.setStatusBarMessage('Copied the graph as PNG', COPIED_MS);
      return;
    case 'link':
      await vscode.env.clipboard.writeText(
        stepLink(self.ref, stepOf(session, message.id)?.name ?? message.id),
      );
      vscode.window.setStatusBarMessage('Copied a link to the step', COPIED_MS);
      return;
    case 'image':
      session.images.answer(message.request, message.data);
      return;
    case 'drawn':
      session.firstDrawn.resolve();
      void vscode.commands.executeCommand('setContext', 'spine.graphShown', true);
      log.debug(
        `drew ${message.nodes} nodes and ${message.edges} edges in ${Math.round(message.milliseconds)} ms, layout ${Math.round(message.layout)} ms`,
      );
      return session.drawn.fire(message);
    case 'fault':
      return log.error(`the graph view: ${message.message}`);
  }
}

/** Keeps what the view wants to find again; which group it is, and what it is compared with, is decided here. */
function keep({ self }: Session, state: GraphState): void {
  const { base: _, ...seen } = state;
  const { base, pinned } = self.state;
  self.state = {
    ...seen,
    ...self.shown,
    ...(base ? { base } : {}),
    ...(pinned === undefined ? {} : { pinned }),
  };
}

async function chooseGroup(session: Session, group: string): Promise<void> {
  const { self } = session;
  const { index: _, branches: __, ...state } = self.state;
  self.state = { ...state, group, collapsed: [], fails: [] };
  session.fails = null;
  session.branches = {};
  return self.refresh();
}

function setFocusContext(on: boolean): void {
  void vscode.commands.executeCommand('setContext', 'spine.graphFocused', on);
}
