/** All graphs that are open: the tabs beside the text, one of which follows the editor, and the one docked below. */
import * as vscode from 'vscode';
import { connectGraph, type GraphPanel } from './graphPanel.ts';
import { groupAt, sameDocument, toUri } from './groups.ts';
import type { GraphState } from './messages.ts';
import type { Surroundings } from './panel.ts';
import type { GroupRef, StepRun } from './protocol.ts';
import { dockHost, tabHost, type ViewHost } from './viewHost.ts';
import { emptyHtml, webviewOptions } from './webviewHtml.ts';

export const GRAPH_VIEW = 'spine.graph';
export const GRAPH_DOCK = 'spine.graphDock';

export interface GraphPanels extends vscode.Disposable {
  show(ref: GroupRef, change?: (panel: GraphPanel) => void): GraphPanel;
  restore(panel: vscode.WebviewPanel, state: GraphState): void;
  /** The panel that has the focus, if one has. */
  active(): GraphPanel | undefined;
  /** The panel whose page has that number. */
  numbered(id: number | undefined): GraphPanel | undefined;
  /** The open panels of a group. */
  of(ref: GroupRef): GraphPanel[];
}

interface Open {
  id: number;
  host: ViewHost;
  panel: GraphPanel;
}

export function createGraphPanels(
  surroundings: Surroundings,
  statesOf: (ref: GroupRef) => Record<string, StepRun>,
): GraphPanels {
  const open = new Set<Open>();
  let last = 0;

  function attach(host: ViewHost, state: GraphState): GraphPanel {
    last += 1;
    const entry = { id: last, host, panel: connectGraph(graphSurroundings, host, state, last) };
    open.add(entry);
    host.onDidDispose(() => open.delete(entry));
    return entry.panel;
  }

  const isOf = (ref: GroupRef) => (one: Open) =>
    one.panel.ref.group === ref.group && sameDocument(toUri(one.panel.ref.uri), toUri(ref.uri));
  const graphSurroundings = {
    ...surroundings,
    statesOf,
    isPinned: (ref: GroupRef) => [...open].some(one => one.panel.pinned && isOf(ref)(one)),
  };
  const tabs = () => [...open].filter(one => !one.host.isDocked);

  function show(ref: GroupRef): GraphPanel {
    const known = tabs().find(isOf(ref));
    const free = tabs().find(one => !one.panel.pinned);
    if (known) {
      known.panel.reveal();
      return known.panel;
    }
    if (free) {
      free.panel.turnTo(ref);
      free.panel.reveal();
      return free.panel;
    }
    const tab = vscode.window.createWebviewPanel(
      GRAPH_VIEW,
      'Graph',
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { ...webviewOptions(surroundings.context), retainContextWhenHidden: true },
    );
    return attach(tabHost(surroundings.context, tab), firstState(ref));
  }

  const follower = vscode.window.onDidChangeActiveTextEditor(editor => {
    if (editor && [...open].some(one => !one.panel.pinned)) {
      void follow(
        surroundings,
        [...open].map(one => one.panel),
        editor,
      );
    }
  });
  const dock = vscode.window.registerWebviewViewProvider(
    GRAPH_DOCK,
    { resolveWebviewView: view => dockIn(surroundings, view, attach) },
    { webviewOptions: { retainContextWhenHidden: true } },
  );

  return {
    show(ref, change) {
      const panel = show(ref);
      change?.(panel);
      return panel;
    },
    restore: (panel, state) => void attach(tabHost(surroundings.context, panel), state),
    active: () => [...open].find(one => one.host.active)?.panel,
    numbered: id => [...open].find(one => one.id === id)?.panel,
    of: ref => [...open].filter(isOf(ref)).map(one => one.panel),
    dispose() {
      vscode.Disposable.from(follower, dock, ...[...open].map(one => one.host)).dispose();
    },
  };
}

function firstState(ref: GroupRef): GraphState {
  const settings = vscode.workspace.getConfiguration('spine.graph');
  return {
    ...ref,
    direction: settings.get('direction', 'auto' as const),
    detailsFolded: !settings.get('details', true),
    pinned: !settings.get('followEditor', true),
    collapsed: [],
    fails: [],
    compare: false,
  };
}

/** Graphs that are not pinned show the group of the editor that is looked at now, where it holds one. */
async function follow(
  { server }: Surroundings,
  panels: GraphPanel[],
  editor: vscode.TextEditor,
): Promise<void> {
  const ref = editor.document.languageId === 'yaml' ? await groupAt(server, editor) : undefined;
  if (!ref || vscode.window.activeTextEditor !== editor) {
    return;
  }
  const isSame = (panel: GraphPanel) => sameDocument(toUri(panel.ref.uri), editor.document.uri);
  for (const panel of panels) {
    // Of a group that has a graph of its own already, a second one would say nothing new.
    if (!panel.pinned && !isSame(panel)) {
      panel.turnTo(ref);
    }
  }
}

/** The view below the editors: it waits until there is a group to be shown. */
function dockIn(
  surroundings: Surroundings,
  view: vscode.WebviewView,
  attach: (host: ViewHost, state: GraphState) => unknown,
): void {
  view.webview.html = emptyHtml('Open a file with a pipeline group: its graph is shown here.');
  const listeners: vscode.Disposable[] = [];
  let isAttached = false;
  const look = async () => {
    const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
    const ref = editor && (await groupAt(surroundings.server, editor));
    if (ref && !isAttached) {
      isAttached = true;
      vscode.Disposable.from(...listeners).dispose();
      attach(dockHost(view), { ...firstState(ref), pinned: false });
    }
  };
  const lookQuietly = () => void look().catch(error => surroundings.log.debug(`the docked graph: ${error}`));
  listeners.push(
    vscode.window.onDidChangeActiveTextEditor(lookQuietly),
    surroundings.server.onReady(lookQuietly),
  );
  view.onDidDispose(() => vscode.Disposable.from(...listeners).dispose());
  lookQuietly();
}
