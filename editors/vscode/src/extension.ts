/** Puts the extension together: the server, its views, and the commands that open them. */
import * as vscode from 'vscode';
import { type CreatePipelineArgument, createPipeline } from './createPipeline.ts';
import { createDoctor, type Doctor } from './doctor.ts';
import { type Export, pickExport } from './exportGraph.ts';
import { offerFormatOnType } from './formatOnType.ts';
import { graphMenu } from './graphMenu.ts';
import { createGraphPanels, GRAPH_DOCK, GRAPH_VIEW, type GraphPanels } from './graphPanels.ts';
import { meantGroup, reveal, toRange, toUri } from './groups.ts';
import { createGroupsTree, type GroupsTree, type StepEntry } from './groupsTree.ts';
import { createLastingCommands } from './lastingCommands.ts';
import { explainRule, type LiveKind, rereadLive, showLive } from './liveDocuments.ts';
import type { GraphState, PlanState } from './messages.ts';
import { groupCompletion, newGroup } from './newGroup.ts';
import { createPlanPanels, PLAN_VIEW, type PlanPanels } from './planPanel.ts';
import type { GroupRef, Position, Range } from './protocol.ts';
import { quietWords } from './quietWords.ts';
import { runCommands } from './runCommands.ts';
import { createRuns, type Runs } from './runs.ts';
import { createServer, type Server } from './server.ts';
import { createStatus, type Status } from './status.ts';
import { openLink, stepLink } from './stepLink.ts';
import { simulate, why } from './why.ts';

/** A command that could not be done says so, and offers what helps; it never ends in silence. */
function guarded(log: vscode.LogOutputChannel, id: string, run: (...args: never[]) => unknown) {
  return async (...args: never[]) => {
    try {
      return await run(...args);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error(`${id}: ${reason}`);
      void vscode.window.showErrorMessage(`Spine: ${reason}.`, 'Show Log', 'Restart Server').then(answer => {
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
  runs: Runs;
  stepLink: typeof stepLink;
  openLink(link: vscode.Uri): Promise<void>;
}

let running: Server | undefined;

type Commands = Record<string, (...args: never[]) => unknown>;

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const log = vscode.window.createOutputChannel('Spine', { log: true });
  const status = createStatus();
  const lasting = createLastingCommands();
  const server = createServer(context, log, status, lasting);
  const surroundings = { context, server, log };
  const graphs = createGraphPanels(surroundings, ref => runs.statesOf(ref));
  const runs: Runs = createRuns(context, server, graphs, lasting);
  const plans = createPlanPanels(surroundings);
  const groups = createGroupsTree(server);
  const doctor = createDoctor(server);
  running = server;

  const commands = {
    ...commandsOf({ context, server, status, log, graphs, plans, groups, doctor }),
    ...runCommands(server, runs, () => graphs.active()?.ref ?? plans.focused()),
  };
  context.subscriptions.push(
    log,
    status,
    lasting,
    server,
    graphs,
    runs,
    groups,
    doctor,
    groupCompletion(),
    quietWords(),
    offerFormatOnType(context.globalState),
    rereadLive(server),
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
    vscode.window.registerUriHandler({
      handleUri: uri => void guarded(log, 'a link', () => openLink(server, graphs, uri))(),
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
  server.startWhenWanted();
  return { server, status, graphs, groups, runs, stepLink, openLink: link => openLink(server, graphs, link) };
}

interface Parts {
  context: vscode.ExtensionContext;
  server: Server;
  status: Status;
  log: vscode.LogOutputChannel;
  graphs: GraphPanels;
  plans: PlanPanels;
  groups: GroupsTree;
  doctor: Doctor;
}

/** What each command does. */
function commandsOf({ context, server, status, log, graphs, plans, groups, doctor }: Parts): Commands {
  const focused = () => graphs.active()?.ref ?? plans.focused();
  const withGroup = (act: (ref: GroupRef, argument: unknown) => unknown) => async (argument: unknown) => {
    const ref = await meantGroup(server, argument, focused());
    return ref && act(ref, argument);
  };

  const live = (kind: LiveKind) => withGroup(ref => showLive(server, kind, ref));

  return {
    'spine.client.showResolvedOrder': withGroup(ref => plans.show(ref)),
    'spine.client.showGraph': withGroup(ref => void graphs.show(ref)),
    'spine.client.dockGraph': () => vscode.commands.executeCommand(`${GRAPH_DOCK}.focus`),
    'spine.client.showInGraph': withGroup((ref, argument) => {
      const { step } = argument as { step?: string };
      graphs.show(ref, panel => step !== undefined && panel.select(step));
    }),
    'spine.client.showEffective': live('effective'),
    'spine.client.showOrderText': live('order'),
    'spine.client.showGraphText': live('graph'),
    'spine.client.explainRule': (argument: unknown) => explainRule(ruleCodes(context), argument),
    'spine.client.renameStep': (entry: StepEntry) => atName(entry, 'editor.action.rename'),
    'spine.client.findStep': (entry: StepEntry) => atName(entry, 'editor.action.referenceSearch.trigger'),
    'spine.client.showReferences': showReferences,
    'spine.client.why': (argument: unknown) => why(server, graphs, argument, focused()),
    'spine.client.simulate': (argument: unknown) => simulate(server, graphs, argument, focused()),
    'spine.client.compareWithHead': withGroup(
      ref => void graphs.show(ref, panel => void panel.compare(true)),
    ),
    'spine.client.compareWith': withGroup(ref => void graphs.show(ref, panel => void panel.compareWith())),
    'spine.client.export': withGroup((ref, argument) => exportOf(graphs, ref, argument)),
    'spine.client.copyGraph': withGroup((ref, argument) => exportOf(graphs, ref, argument, true)),
    'spine.client.newGroup': newGroup,
    'spine.client.createPipeline': (argument: CreatePipelineArgument) => createPipeline(server, argument),
    'spine.client.menu': () => showMenu(status, doctor),
    'spine.client.doctor': () => doctor.show(),
    'spine.client.restart': () => server.restart(),
    'spine.client.showLog': () => log.show(),
    'spine.client.choosePython': choosePython,
    'spine.client.refreshGroups': () => groups.refresh(),
    ...graphMenu(graphs),
  };
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}

async function exportOf(
  graphs: GraphPanels,
  ref: GroupRef,
  argument: unknown,
  copies = false,
): Promise<vscode.Uri | undefined> {
  const given = (argument ?? {}) as Partial<Export> & { target?: string };
  const { format } = given;
  const wanted = format ? { ...given, format, copy: given.copy ?? copies } : await pickExport(copies);
  if (!wanted) {
    return undefined;
  }
  const panel = graphs.show(ref);
  if (wanted.copy) {
    await panel.copy(wanted);
    return undefined;
  }
  return panel.export(wanted, given.target === undefined ? undefined : vscode.Uri.parse(given.target, true));
}

/** The codes of all rules: the settings list them. */
function ruleCodes(context: vscode.ExtensionContext): string[] {
  const sections: { properties: Record<string, { properties?: object }> }[] =
    context.extension.packageJSON.contributes.configuration;
  return sections.flatMap(section => Object.keys(section.properties['spine.rules']?.properties ?? {}));
}

/** Runs a command of the editor at the name of a step. */
async function atName({ uri, node }: StepEntry, command: string): Promise<void> {
  if (node.name_range) {
    await reveal(uri, node.name_range, true);
    await vscode.commands.executeCommand(command);
  }
}

/** What one may want of the server when one clicks on its state. */
async function showMenu(status: Status, doctor: Doctor): Promise<void> {
  const known = await doctor.summary();
  const items = [
    { label: '$(type-hierarchy) Show Graph', command: 'spine.client.showGraph' },
    { label: '$(list-ordered) Show Resolved Order', command: 'spine.client.showResolvedOrder' },
    { label: '$(combine) Show Group as It Runs', command: 'spine.client.showEffective' },
    { label: '$(warning) Show Problems', command: 'workbench.actions.view.problems' },
    { label: '$(question) Explain Rule…', command: 'spine.client.explainRule' },
    { label: '', kind: vscode.QuickPickItemKind.Separator, command: '' },
    {
      label: '$(pulse) Show What the Server Knows',
      ...(known === undefined ? {} : { detail: known }),
      command: 'spine.client.doctor',
    },
    { label: '$(output) Show Log', command: 'spine.client.showLog' },
    { label: '$(debug-restart) Restart Server', command: 'spine.client.restart' },
    { label: '$(symbol-misc) Choose Python for the Server', command: 'spine.client.choosePython' },
    {
      label: '$(gear) Open Settings',
      command: 'workbench.action.openSettings',
      argument: '@ext:spine.spine-lsp',
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: `Spine: ${status.text}` });
  if (chosen?.command) {
    await vscode.commands.executeCommand(
      chosen.command,
      ...('argument' in chosen && chosen.argument ? [chosen.argument] : []),
    );
  }
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
