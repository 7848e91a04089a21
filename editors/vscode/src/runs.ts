/** Runs: asks for their parameters, starts them, and shows what the server tells of them, in an untrusted workspace none. */
import * as vscode from 'vscode';
import { type Debugger, launch, pythonDebugger } from './debugStep.ts';
import type { GraphPanels } from './graphPanels.ts';
import { toUri } from './groups.ts';
import type { LastingCommands } from './lastingCommands.ts';
import type { GroupRef, StepRun, ToldEvent } from './protocol.ts';
import { askParameters, type Given, rememberParameters } from './runForm.ts';
import { createOutputs, type Outputs } from './runOutputs.ts';
import { createRunsTree, type RunsTree } from './runsTree.ts';
import type { Server } from './server.ts';

/** What a lens, a menu or another extension asks for. */
export interface AskedRun extends GroupRef {
  resume?: string;
  only?: string[];
  changed?: 'rerun' | 'keep';
  /** The one step of `only` is not run but given to the debugger. */
  debug?: boolean;
  /** Parameters that are known already, so that nobody is asked. */
  params?: Record<string, unknown>;
}

interface Told {
  run: string;
  uri: string;
  group: string;
}

export interface Runs extends vscode.Disposable {
  start(asked: AskedRun): Promise<string | undefined>;
  cancel(run?: string): Promise<void>;
  showOutput(run: string, step?: string): Promise<void>;
  /** The states of the steps of a group in the run that was seen last. */
  statesOf(ref: GroupRef): Record<string, StepRun>;
  readonly tree: RunsTree;
  /** Who debugs steps. */
  debugger: Debugger;
}

export const UNTRUSTED =
  'This workspace is not trusted, so nothing of it is run. Trust it if you know where its code is from';

const keyOf = ({ uri, group }: GroupRef) => `${toUri(uri).toString()}\n${group ?? ''}`;

/** What is known of runs between two messages. */
interface Session {
  context: vscode.ExtensionContext;
  server: Server;
  graphs: GraphPanels;
  states: Map<string, Record<string, StepRun>>;
  /** What was asked for, by the run that it became. */
  asked: Map<string, AskedRun>;
  outputs: Outputs;
  tree: RunsTree;
  runs?: Runs;
}

export function createRuns(
  context: vscode.ExtensionContext,
  server: Server,
  graphs: GraphPanels,
  commands: LastingCommands,
): Runs {
  const session: Session = {
    ...{ context, server, graphs, states: new Map(), asked: new Map() },
    outputs: createOutputs(),
    tree: createRunsTree(server, commands),
  };
  const { states, outputs, tree } = session;
  let heard = new vscode.Disposable(() => {});
  const hear = () => {
    heard.dispose();
    const { client } = server;
    heard = vscode.Disposable.from(
      ...(client
        ? [
            client.onNotification('spine/runEvents', (events: ToldEvents) => told(session, events)),
            client.onNotification('spine/runRefused', (refusal: Refused) => refused(session, refusal)),
          ]
        : []),
    );
  };
  hear();
  const ready = server.onReady(() => {
    hear();
    void tree.refresh();
  });
  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => {
    void server.client?.sendNotification('spine/trust', { trusted: true });
  });
  session.runs = {
    debugger: pythonDebugger(),
    start: wanted => start(session, wanted),
    cancel: run => cancel(session, run),
    showOutput: (run, step) => showOutput(session, run, step),
    statesOf: ref => states.get(keyOf(ref)) ?? {},
    tree,
    dispose() {
      vscode.Disposable.from(ready, trust, outputs, tree).dispose();
      heard.dispose();
    },
  };
  return session.runs;
}

type ToldEvents = Told & { events: ToldEvent[] };
type Refused = Told & { message: string; changed: boolean };

function told(session: Session, { run, uri, group, events }: ToldEvents): void {
  const { states, outputs, tree, graphs, runs } = session;
  const config = events.find(event => event.event === 'debug_config');
  if (config && runs) {
    void launch(runs.debugger, uri, config);
    return; // nothing has run
  }
  const key = keyOf({ uri, group });
  const known = { ...states.get(key) };
  for (const event of events) {
    note(known, event);
    outputs.take(run, group, event);
    if (event.event === 'run_started' || event.event === 'run_finished') {
      void tree.refresh();
    }
  }
  states.set(key, known);
  for (const panel of graphs.of({ uri, group })) {
    panel.showRun(known);
  }
}

async function refused(session: Session, { run, group, message, changed }: Refused): Promise<void> {
  const { asked, outputs } = session;
  const before = asked.get(run);
  if (changed && before) {
    const again = 'Run Them Again';
    const detail = message.split('\n').slice(0, -1).join('\n');
    const answer = await vscode.window.showWarningMessage(
      'Completed steps have changed since that run.',
      { modal: true, detail },
      again,
      'Keep Them',
    );
    if (answer) {
      await start(session, { ...before, changed: answer === again ? 'rerun' : 'keep' });
    }
    return;
  }
  outputs.say(run, group, message);
  const answer = await vscode.window.showErrorMessage(
    `"${group}" was not run: ${message.split('\n')[0]}`,
    'Show Output',
  );
  if (answer) {
    outputs.show(run);
  }
}

async function start(session: Session, wanted: AskedRun): Promise<string | undefined> {
  const { context, server, asked, outputs, runs } = session;
  if (!vscode.workspace.isTrusted) {
    const answer = await vscode.window.showWarningMessage(`${UNTRUSTED}.`, 'Manage Workspace Trust');
    if (answer) {
      await vscode.commands.executeCommand('workbench.trust.manage');
    }
    return undefined;
  }
  if (wanted.debug && !runs?.debugger.installed()) {
    await runs?.debugger.missing();
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument(toUri(wanted.uri));
  if (document.isDirty && !(await document.save())) {
    return undefined; // the editor has said why
  }
  const given = await parametersOf(context.workspaceState, server, wanted);
  if (!given) {
    return undefined;
  }
  const { params: _, ...rest } = wanted;
  const answer = await server.ask('spine.run', { ...rest, ...given });
  if (!answer) {
    return undefined;
  }
  asked.set(answer.run, wanted);
  await rememberParameters(context.workspaceState, wanted, given);
  if (!wanted.debug) {
    outputs.begin(answer.run, answer.group);
  }
  return answer.run;
}

/** Who resumes a run, or runs a part of it again, has its parameters; anybody else is asked. */
async function parametersOf(
  memory: vscode.Memento,
  server: Server,
  wanted: AskedRun,
): Promise<Given | undefined> {
  if (wanted.params) {
    return { params: wanted.params };
  }
  return wanted.resume ? {} : askParameters(memory, server, wanted);
}

async function cancel({ server }: Session, run?: string): Promise<void> {
  const id = run ?? (await server.ask('spine.runs', { limit: 1 }))?.live.at(-1);
  if (id === undefined) {
    void vscode.window.showInformationMessage('No run of this window goes on.');
  } else {
    await server.ask('spine.cancelRun', { run: id });
  }
}

/** Shows what a run has written; of one that is long over, from the history. */
async function showOutput({ server, outputs }: Session, run: string, step?: string): Promise<void> {
  if (outputs.show(run, step)) {
    return;
  }
  const details = await server.ask('spine.runDetails', { run });
  for (const event of details?.events ?? []) {
    outputs.take(run, details?.group ?? '', event);
  }
  outputs.show(run, step);
}

/** What an event says of the states of steps. */
export function note(known: Record<string, StepRun>, event: ToldEvent): void {
  if (event.event === 'run_started') {
    for (const step of event.steps as { name: string; kept: boolean }[]) {
      known[step.name] = { state: step.kept ? 'completed' : 'pending', took: null };
    }
  } else if (event.step === undefined) {
    return;
  } else if (event.event === 'step_started') {
    known[event.step] = { state: 'running', took: null };
  } else if (event.event === 'step_skipped') {
    known[event.step] = { state: 'skipped', took: null };
  } else if (event.event === 'step_finished') {
    known[event.step] = {
      state: event.status as StepRun['state'],
      took: (event.took as string | null | undefined) ?? null,
    };
  }
}
