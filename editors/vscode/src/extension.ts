/** Puts the extension together: the server, its views, and the commands that open them. */
import * as vscode from 'vscode';
import { FORMATS } from './exportGraph.ts';
import { createGraphPanels, GRAPH_VIEW, type GraphPanels } from './graphPanel.ts';
import { meantGroup, toRange, toUri } from './groups.ts';
import { createGroupsTree, type GroupsTree } from './groupsTree.ts';
import type { ExportFormat, GraphState, PlanState } from './messages.ts';
import { createPlanPanels, PLAN_VIEW } from './planPanel.ts';
import type { GroupRef, Position, Range } from './protocol.ts';
import { createServer, type Server } from './server.ts';
import { createStatus, type Status } from './status.ts';
import { simulate, why } from './why.ts';

/** A command that could not be done says so, and offers what helps; it never ends in silence. */
function guarded(log: vscode.LogOutputChannel, id: string, run: (...args: never[]) => unknown) {
  return async (...args: never[]) => {
    try {
      return await run(...args);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error(`${id}: ${reason}`);
      void vscode.window.showErrorMessage(`Spine: ${reason}.`, 'Restart Server', 'Show Log').then(answer => {
        if (answer) {
          void vscode.commands.executeCommand(
            answer === 'Show Log' ? 'spine.client.showLog' : 'spine.client.restart',
          );
        }
      });
      return undefined;
    }
  };
}

/** What other extensions, and the tests in the extension host, may use. */
export interface Api {
  server: Server;
  status: Status;
  graphs: GraphPanels;
  groups: GroupsTree;
}

let running: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const log = vscode.window.createOutputChannel('Spine', { log: true });
  const status = createStatus();
  const server = createServer(context, log, status);
  const surroundings = { context, server, log };
  const graphs = createGraphPanels(surroundings);
  const plans = createPlanPanels(surroundings);
  const groups = createGroupsTree(server);
  running = server;

  const commands: Record<string, (...args: never[]) => unknown> = {
    'spine.client.showResolvedOrder': async (argument: unknown) => {
      const ref = await meantGroup(server, argument);
      if (ref) {
        plans.show(ref);
      }
    },
    'spine.client.showGraph': async (argument: unknown) => {
      const ref = await meantGroup(server, argument);
      if (ref) {
        graphs.show(ref);
      }
    },
    'spine.client.showReferences': showReferences,
    'spine.client.why': (argument: unknown) => why(server, graphs, argument),
    'spine.client.simulate': (argument: unknown) => simulate(server, graphs, argument),
    'spine.client.compareWithHead': async (argument: unknown) => {
      const ref = (argument === undefined && graphs.active()?.ref) || (await meantGroup(server, argument));
      if (ref) {
        graphs.show(ref, panel => void panel.compare(true));
      }
    },
    'spine.client.export': (argument: unknown) => exportOf(server, graphs, argument),
    'spine.client.newGroup': newGroup,
    'spine.client.restart': () => server.restart(),
    'spine.client.showLog': () => log.show(),
    'spine.client.choosePython': choosePython,
    'spine.client.refreshGroups': () => groups.refresh(),
  };
  context.subscriptions.push(
    log,
    status,
    server,
    graphs,
    groups,
    ...Object.entries(commands).map(([id, run]) =>
      vscode.commands.registerCommand(id, guarded(log, id, run)),
    ),
    vscode.window.registerWebviewPanelSerializer(GRAPH_VIEW, {
      deserializeWebviewPanel: async (panel, state: GraphState | undefined) =>
        state ? graphs.restore(panel, state) : panel.dispose(),
    }),
    vscode.window.registerWebviewPanelSerializer(PLAN_VIEW, {
      deserializeWebviewPanel: async (panel, state: PlanState | undefined) =>
        state ? plans.restore(panel, state) : panel.dispose(),
    }),
    vscode.workspace.onDidChangeConfiguration(event => {
      // Which server runs, and on what; all other settings it is told of as they change.
      if (event.affectsConfiguration('spine.server')) {
        void server.restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      if (status.state.kind === 'failed') {
        void server.restart();
      }
    }),
  );
  // Views are restored while the server starts, so nothing waits for it here.
  void server.start();
  return { server, status, graphs, groups };
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}

async function exportOf(
  server: Server,
  graphs: GraphPanels,
  argument: unknown,
): Promise<vscode.Uri | undefined> {
  const ref = (argument === undefined && graphs.active()?.ref) || (await meantGroup(server, argument));
  if (!ref) {
    return undefined;
  }
  const given = (argument ?? {}) as { format?: ExportFormat; target?: string };
  const format = given.format ?? (await pickFormat());
  if (!format) {
    return undefined;
  }
  const target = given.target === undefined ? undefined : vscode.Uri.parse(given.target, true);
  return graphs.show(ref).export(format, target);
}

async function pickFormat(): Promise<ExportFormat | undefined> {
  const items = Object.entries(FORMATS).map(([format, { title, extension }]) => ({
    label: title,
    description: `.${extension}`,
    format: format as ExportFormat,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Export the graph as' }))?.format;
}

/** The editor's own command wants the editor's own types; a server can only send JSON. */
async function showReferences({
  uri,
  position,
  locations,
}: {
  uri: string;
  position: Position;
  locations: { uri: string; range: Range }[];
}): Promise<void> {
  const at = new vscode.Position(position.line, position.character);
  await vscode.commands.executeCommand(
    'editor.action.showReferences',
    toUri(uri),
    at,
    locations.map(one => new vscode.Location(toUri(one.uri), toRange(one.range))),
  );
}

async function newGroup(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'yaml' });
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('editor.action.insertSnippet', { name: 'Spine: pipeline group' });
}

async function choosePython(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'The Python (3.10 or later) that runs the Spine server',
    openLabel: 'Use This Python',
    canSelectMany: false,
  });
  if (chosen?.[0]) {
    await vscode.workspace
      .getConfiguration('spine.server')
      .update('python', chosen[0].fsPath, vscode.ConfigurationTarget.Global);
  }
}

export type { GroupRef };
