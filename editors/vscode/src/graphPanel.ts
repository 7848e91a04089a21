/** The graph beside the text: one panel a group, which follows every edit and talks with the cursor. */
import * as vscode from 'vscode';
import { askDurations, durationsOf } from './durations.ts';
import { exportGraph, type ImageMaker } from './exportGraph.ts';
import { headText, onHeadChange } from './git.ts';
import { nodeAt } from './graphModel.ts';
import { reveal, sameDocument, toUri } from './groups.ts';
import type { ExportFormat, FromGraph, GraphAct, GraphState, ToGraph } from './messages.ts';
import { connectPanel, type GroupPanel, NoSuchGroup, type Surroundings } from './panel.ts';
import type { Explanation, Graph, GraphNode, GroupRef } from './protocol.ts';
import { webviewOptions } from './webviewHtml.ts';

export const GRAPH_VIEW = 'spine.graph';

/** A graph of thousands of steps may first have to be laid out. */
const IMAGE_PATIENCE_MS = 30_000;

export interface GraphPanels extends vscode.Disposable {
  show(ref: GroupRef, change?: (panel: GraphPanel) => void): GraphPanel;
  restore(panel: vscode.WebviewPanel, state: GraphState): void;
  /** The panel that has the focus, if one has. */
  active(): GraphPanel | undefined;
  /** The open panels of a group. */
  of(ref: GroupRef): GraphPanel[];
}

export interface GraphPanel {
  readonly ref: GroupRef;
  compare(on: boolean): Promise<void>;
  simulate(fails: string[] | null): Promise<void>;
  showPath(explanation: Explanation | null): void;
  /** Selects a step by its name, once it is drawn. */
  select(step: string): void;
  /** Does in the view what its menu offers for a node. */
  act(act: GraphAct, id: string): void;
  /** The step of a node, where the node is one. */
  step(id: string): GraphNode | undefined;
  export(format: ExportFormat, target?: vscode.Uri): Promise<vscode.Uri | undefined>;
  /** What the view last said it had drawn. */
  readonly drawn: vscode.Event<Extract<FromGraph, { type: 'drawn' }>>;
}

export function createGraphPanels(surroundings: Surroundings): GraphPanels {
  const open = new Map<vscode.WebviewPanel, GraphPanel>();

  function attach(panel: vscode.WebviewPanel, state: GraphState): GraphPanel {
    const graphPanel = connect(surroundings, panel, state);
    open.set(panel, graphPanel);
    panel.onDidDispose(() => open.delete(panel));
    return graphPanel;
  }

  const isOf = (ref: GroupRef) => (panel: GraphPanel) =>
    panel.ref.group === ref.group && sameDocument(toUri(panel.ref.uri), toUri(ref.uri));

  return {
    show(ref, change) {
      const known = [...open].find(([, panel]) => isOf(ref)(panel));
      let graphPanel: GraphPanel;
      if (known) {
        known[0].reveal(undefined, true);
        graphPanel = known[1];
      } else {
        const panel = vscode.window.createWebviewPanel(
          GRAPH_VIEW,
          'Graph',
          { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
          { ...webviewOptions(surroundings.context), retainContextWhenHidden: true },
        );
        const settings = vscode.workspace.getConfiguration('spine.graph');
        graphPanel = attach(panel, {
          ...ref,
          direction: settings.get('direction', 'auto' as const),
          detailsFolded: !settings.get('details', true),
          collapsed: [],
          fails: [],
          compare: false,
        });
      }
      change?.(graphPanel);
      return graphPanel;
    },
    restore: (panel, state) => void attach(panel, state),
    active: () => [...open].find(([panel]) => panel.active)?.[1],
    of: ref => [...open.values()].filter(isOf(ref)),
    dispose: () => {
      for (const panel of open.keys()) {
        panel.dispose();
      }
    },
  };
}

/** The questions to the view that it answers with an image, each until it is answered, late, or the panel closed. */
function imageRequests(closed: AbortSignal) {
  const waiting = new Map<number, PromiseWithResolvers<string>>();
  let last = 0;
  const isClosed = 'the graph was closed before it could be exported';
  closed.addEventListener('abort', () => {
    for (const { reject } of waiting.values()) {
      reject(new Error(isClosed));
    }
    waiting.clear();
  });
  return {
    open(): { request: number; answer: Promise<string> } {
      if (closed.aborted) {
        throw new Error(isClosed);
      }
      last += 1;
      const request = last;
      const pending = withResolvers<string>();
      waiting.set(request, pending);
      const timer = setTimeout(
        () => pending.reject(new Error('the view has drawn no graph that could be exported')),
        IMAGE_PATIENCE_MS,
      );
      const answer = pending.promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(request);
      });
      return { request, answer };
    },
    answer: (request: number, data: string) => waiting.get(request)?.resolve(data),
  };
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

/** `Promise.withResolvers`, which the oldest editor that is supported does not have. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((one, other) => {
    resolve = one;
    reject = other;
  });
  return { promise, resolve, reject };
}

function connect(surroundings: Surroundings, panel: vscode.WebviewPanel, first: GraphState): GraphPanel {
  const { context, server, log } = surroundings;
  let graph: Graph | undefined;
  let base: string | undefined;
  let fails: string[] | null = first.fails.length > 0 ? first.fails : null;
  const ready = withResolvers<void>();
  const firstDrawn = withResolvers<void>();
  const drawn = new vscode.EventEmitter<Extract<FromGraph, { type: 'drawn' }>>();
  let headListener = new vscode.Disposable(() => {});

  async function refresh(): Promise<void> {
    const answer =
      base === undefined
        ? await server.ask('spine.graph', self.ref)
        : await server.ask('spine.compareGraph', { ...self.ref, base });
    if (answer === null) {
      throw new NoSuchGroup('the text holds no such group now; this is the last picture of it');
    }
    graph = answer;
    self.setTitle(`Graph: ${answer.group}`);
    self.post({
      type: 'graph',
      graph,
      shown: self.shown,
      compared: base !== undefined,
      groups: [...self.groups],
    });
    await resimulate();
    followCursor();
  }

  async function resimulate(): Promise<void> {
    if (fails === null) {
      return;
    }
    // A step that was renamed or deleted cannot fail any more.
    const known = new Set(graph?.nodes.map(node => node.name));
    const simulation = await server.ask('spine.simulate', {
      ...self.ref,
      fails: fails.filter(name => known.has(name)),
      durations: durationsOf(context.workspaceState, self.ref),
    });
    self.post({ type: 'simulation', simulation });
  }

  function followCursor(): void {
    const editor =
      vscode.window.activeTextEditor ??
      vscode.window.visibleTextEditors.find(one => self.isOurs(one.document));
    if (
      editor &&
      self.isOurs(editor.document) &&
      vscode.workspace.getConfiguration('spine.graph').get('followCursor')
    ) {
      self.post({ type: 'select', id: (graph && nodeAt(graph, editor.selection.active)?.id) ?? null });
    }
  }

  async function compare(on: boolean): Promise<void> {
    headListener.dispose();
    base = undefined;
    if (on) {
      const uri = toUri(self.state.uri);
      const head = await headText(uri);
      if (self.closed.aborted) {
        return;
      }
      if ('reason' in head) {
        void vscode.window.showWarningMessage(`The graph cannot be compared with HEAD: ${head.reason}.`);
      } else {
        base = head.text;
        headListener = await onHeadChange(uri, () => void compare(true));
        if (self.closed.aborted) {
          headListener.dispose();
        }
      }
    }
    await self.refresh();
  }

  async function simulate(names: string[] | null): Promise<void> {
    fails = names;
    if (names === null) {
      self.post({ type: 'simulation', simulation: null });
      return;
    }
    await ready.promise;
    if (!self.closed.aborted) {
      await resimulate();
    }
  }

  const makeImage: ImageMaker = async format => {
    await ready.promise;
    const { request, answer } = images.open();
    // A hidden view does not draw, so it is shown first; and it is asked only when there is something to export.
    self.reveal();
    await Promise.race([firstDrawn.promise, answer]);
    self.post({ type: 'export', request, format });
    return answer;
  };

  async function receive(message: FromGraph): Promise<void> {
    switch (message.type) {
      case 'ready':
        ready.resolve();
        return self.state.compare ? compare(true) : self.refresh();
      case 'state': {
        // Which group it is, is decided here: the view may not have heard of a new name yet.
        self.state = { ...message.state, ...self.shown };
        return;
      }
      case 'reveal':
        return reveal(self.state.uri, message.range, message.focus);
      case 'group': {
        const { index: _, ...state } = self.state;
        self.state = { ...state, group: message.group, collapsed: [], fails: [] };
        fails = null;
        return self.refresh();
      }
      case 'simulate':
        return simulate(message.fails);
      case 'durations':
        return (await askDurations(context.workspaceState, self.ref)) ? resimulate() : undefined;
      case 'compare':
        return compare(message.on);
      case 'why': {
        const explanation = await server.ask('spine.explainPath', {
          ...self.ref,
          step: message.step,
          on: message.on,
        });
        return self.post({ type: 'path', explanation });
      }
      case 'export':
        await vscode.commands.executeCommand('spine.client.export', self.ref);
        return;
      case 'image':
        images.answer(message.request, message.data);
        return;
      case 'drawn':
        firstDrawn.resolve();
        void vscode.commands.executeCommand('setContext', 'spine.graphShown', true);
        log.debug(
          `drew ${message.nodes} nodes and ${message.edges} edges in ${Math.round(message.milliseconds)} ms, layout ${Math.round(message.layout)} ms`,
        );
        return drawn.fire(message);
      case 'fault':
        return log.error(`the graph view: ${message.message}`);
    }
  }

  const self: GroupPanel<GraphState, ToGraph> = connectPanel(
    surroundings,
    panel,
    { view: 'graph', title: 'the graph view', refresh, receive },
    first,
  );
  const images = imageRequests(self.closed);
  self.closed.addEventListener('abort', () => {
    // Whoever waits for the view goes on, and finds it closed.
    ready.resolve();
    firstDrawn.resolve();
  });
  self.onClose(
    drawn,
    { dispose: () => headListener.dispose() },
    { dispose: () => setFocusContext(false) },
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (self.isOurs(textEditor.document)) {
        followCursor();
      }
    }),
    panel.onDidChangeViewState(() => setFocusContext(panel.active)),
  );
  setFocusContext(panel.active);

  const graphPanel: GraphPanel = {
    get ref() {
      return self.ref;
    },
    compare,
    simulate,
    showPath: explanation => {
      void ready.promise.then(() => self.post({ type: 'path', explanation }));
    },
    act: (act, id) => self.post({ type: 'act', act, id }),
    step: id => graph?.nodes.find(node => node.id === id && node.kind === 'step'),
    select: step => {
      void firstDrawn.promise.then(() => {
        const id = graph?.nodes.find(node => node.name === step)?.id;
        if (id !== undefined) {
          self.post({ type: 'select', id });
        }
      });
    },
    export: (format, target) => exportGraph(server, self.ref, format, makeImage, target),
    drawn: drawn.event,
  };
  return graphPanel;
}

function setFocusContext(on: boolean): void {
  void vscode.commands.executeCommand('setContext', 'spine.graphFocused', on);
}
