/** The graph beside the text: one panel a group, which follows every edit and talks with the cursor. */
import * as vscode from 'vscode';
import { exportGraph, type ImageMaker } from './exportGraph.ts';
import { headText, onHeadChange } from './git.ts';
import { nodeAt } from './graphModel.ts';
import { groupsOf, reveal, sameDocument, toUri } from './groups.ts';
import { latest } from './latest.ts';
import type { ExportFormat, FromGraph, GraphState, ToGraph } from './messages.ts';
import type { Explanation, Graph, GroupRef } from './protocol.ts';
import type { Server } from './server.ts';
import { viewHtml, webviewOptions } from './webviewHtml.ts';

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
  export(format: ExportFormat, target?: vscode.Uri): Promise<vscode.Uri | undefined>;
  /** What the view last said it had drawn. */
  readonly drawn: vscode.Event<Extract<FromGraph, { type: 'drawn' }>>;
}

export function createGraphPanels(
  context: vscode.ExtensionContext,
  server: Server,
  log: vscode.LogOutputChannel,
): GraphPanels {
  const open = new Map<vscode.WebviewPanel, GraphPanel>();

  function attach(panel: vscode.WebviewPanel, state: GraphState): GraphPanel {
    const graphPanel = connect(context, server, log, panel, state);
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
          { ...webviewOptions(context), retainContextWhenHidden: true },
        );
        const direction = vscode.workspace.getConfiguration('spine.graph').get('direction', 'right' as const);
        graphPanel = attach(panel, { ...ref, direction, collapsed: [], fails: [], compare: false });
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

function connect(
  context: vscode.ExtensionContext,
  server: Server,
  log: vscode.LogOutputChannel,
  panel: vscode.WebviewPanel,
  first: GraphState,
): GraphPanel {
  let state = first;
  let graph: Graph | undefined;
  let base: string | undefined;
  let fails: string[] | null = first.fails.length > 0 ? first.fails : null;
  let becameReady = () => {};
  const ready = new Promise<void>(resolve => {
    becameReady = resolve;
  });
  let hasDrawn = () => {};
  const firstDrawn = new Promise<void>(resolve => {
    hasDrawn = resolve;
  });
  const drawn = new vscode.EventEmitter<Extract<FromGraph, { type: 'drawn' }>>();
  const images = new Map<number, (data: string) => void>();
  let requests = 0;
  const listeners: vscode.Disposable[] = [drawn];
  let headListener = new vscode.Disposable(() => {});

  const ref = (): GroupRef => ({
    uri: state.uri,
    ...(state.group === undefined ? {} : { group: state.group }),
  });
  const post = (message: ToGraph) => void panel.webview.postMessage(message);
  const isOurs = (document: vscode.TextDocument) => sameDocument(document.uri, toUri(state.uri));

  const refresh = latest(async () => {
    try {
      const answer =
        base === undefined
          ? await server.ask('spine.graph', ref())
          : await server.ask('spine.compareGraph', { ...ref(), base });
      if (answer === null) {
        post({ type: 'stale', reason: 'The text holds no such group now; this is the last picture of it.' });
        return;
      }
      graph = answer;
      state = { ...state, group: answer.group };
      panel.title = `Graph: ${answer.group}`;
      const groups = (await groupsOf(server, state.uri)).map(entry => entry.group);
      post({ type: 'graph', graph, compared: base !== undefined, groups });
      await resimulate();
      followCursor();
    } catch (error) {
      log.warn(`the graph could not be read: ${error}`);
      post({ type: 'stale', reason: `No answer: ${messageOf(error)}.` });
    }
  });

  async function resimulate(): Promise<void> {
    if (fails === null) {
      return;
    }
    // A step that was renamed or deleted cannot fail any more.
    const known = new Set(graph?.nodes.map(node => node.name));
    const simulation = await server.ask('spine.simulate', {
      ...ref(),
      fails: fails.filter(name => known.has(name)),
    });
    post({ type: 'simulation', simulation });
  }

  function followCursor(): void {
    const editor =
      vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.find(one => isOurs(one.document));
    if (
      !editor ||
      !isOurs(editor.document) ||
      !vscode.workspace.getConfiguration('spine.graph').get('followCursor')
    ) {
      return;
    }
    post({ type: 'select', id: (graph && nodeAt(graph, editor.selection.active)?.id) ?? null });
  }

  async function compare(on: boolean): Promise<void> {
    headListener.dispose();
    base = undefined;
    if (on) {
      const uri = toUri(state.uri);
      const head = await headText(uri);
      if ('reason' in head) {
        void vscode.window.showWarningMessage(`The graph cannot be compared with HEAD: ${head.reason}.`);
      } else {
        base = head.text;
        headListener = await onHeadChange(uri, () => void compare(true));
      }
    }
    await refresh();
  }

  async function simulate(names: string[] | null): Promise<void> {
    fails = names;
    if (names === null) {
      post({ type: 'simulation', simulation: null });
      return;
    }
    await ready;
    await resimulate();
  }

  const makeImage: ImageMaker = async format => {
    await ready;
    requests += 1;
    const request = requests;
    const answer = new Promise<string>((resolve, reject) => {
      images.set(request, resolve);
      setTimeout(() => {
        if (images.delete(request)) {
          reject(new Error('the view has drawn no graph that could be exported'));
        }
      }, IMAGE_PATIENCE_MS);
    });
    // A hidden view does not draw, so it is shown first; and it is asked only when there is something to export.
    panel.reveal(undefined, true);
    await Promise.race([firstDrawn, answer]);
    post({ type: 'export', request, format });
    return answer;
  };

  async function receive(message: FromGraph): Promise<void> {
    switch (message.type) {
      case 'ready':
        becameReady();
        if (state.compare) {
          await compare(true);
        } else {
          await refresh();
        }
        return;
      case 'state':
        state = message.state;
        return;
      case 'reveal':
        return reveal(state.uri, message.range, message.focus);
      case 'group':
        state = { ...state, group: message.group, collapsed: [], fails: [] };
        fails = null;
        return refresh();
      case 'simulate':
        return simulate(message.fails);
      case 'compare':
        return compare(message.on);
      case 'why': {
        const explanation = await server.ask('spine.explainPath', {
          ...ref(),
          step: message.step,
          on: message.on,
        });
        return post({ type: 'path', explanation });
      }
      case 'export':
        await graphPanel.export(message.format);
        return;
      case 'image':
        images.get(message.request)?.(message.data);
        images.delete(message.request);
        return;
      case 'drawn':
        hasDrawn();
        log.debug(
          `drew ${message.nodes} nodes and ${message.edges} edges in ${Math.round(message.milliseconds)} ms, layout ${Math.round(message.layout)} ms`,
        );
        return drawn.fire(message);
      case 'fault':
        return log.error(`the graph view: ${message.message}`);
    }
  }

  const graphPanel: GraphPanel = {
    get ref() {
      return ref();
    },
    compare,
    simulate,
    showPath: explanation => {
      void ready.then(() => post({ type: 'path', explanation }));
    },
    export: (format, target) => exportGraph(server, ref(), format, makeImage, target),
    drawn: drawn.event,
  };

  listeners.push(
    panel.webview.onDidReceiveMessage((message: FromGraph) => {
      receive(message).catch(error => {
        log.error(`the graph view asked for ${message.type}: ${error}`);
        void vscode.window.showErrorMessage(`Spine: ${messageOf(error)}`);
      });
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && isOurs(document)) {
        void refresh();
      }
    }),
    vscode.workspace.onDidOpenTextDocument(document => {
      if (isOurs(document)) {
        void refresh();
      }
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (isOurs(textEditor.document)) {
        followCursor();
      }
    }),
    server.onReady(() => void refresh()),
    panel.onDidChangeViewState(() => setFocusContext(panel.active)),
  );
  setFocusContext(panel.active);
  panel.onDidDispose(() => {
    headListener.dispose();
    setFocusContext(false);
    vscode.Disposable.from(...listeners).dispose();
  });
  panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'images', 'icon.png');
  panel.webview.options = webviewOptions(context);
  panel.webview.html = viewHtml(context, panel.webview, 'graph', { state: JSON.stringify(first) });
  // The server only knows open documents, and after a reload this one may not be open yet.
  void vscode.workspace.openTextDocument(toUri(state.uri)).then(undefined, error => {
    post({ type: 'stale', reason: `The file could not be opened: ${messageOf(error)}.` });
  });
  return graphPanel;
}

function setFocusContext(on: boolean): void {
  void vscode.commands.executeCommand('setContext', 'spine.graphFocused', on);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
