/** Starts, stops and restarts the language server, and asks it the questions that the views show. */
import * as vscode from 'vscode';
import { ExecuteCommandRequest, LanguageClient, State } from 'vscode-languageclient/node';
import { clientOptions, executable } from './clientOptions.ts';
import { findPython, onInterpreterChange } from './findPython.ts';
import type { LastingCommands } from './lastingCommands.ts';
import type { Commands } from './protocol.ts';
import type { Candidate } from './python.ts';
import type { Status } from './status.ts';
import { createTraceChannel } from './trace.ts';
import { isGroup, isOurs, onceOpen } from './whenOpen.ts';

export interface Server extends vscode.Disposable {
  start(): Promise<void>;
  /** Starts it now, or, while nothing is open but Python of other projects, with the first file that it is for. */
  startWhenWanted(): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Asks the server; rejects when it does not run, so that a view can say so. */
  ask<C extends keyof Commands>(command: C, argument: Commands[C][0]): Promise<Commands[C][1]>;
  /** Fires when the server answers again, after a start or a restart. */
  readonly onReady: vscode.Event<void>;
  /** Fires when it stops answering for good: it was stopped, or it failed and is not started again. */
  readonly onDown: vscode.Event<void>;
  readonly client: LanguageClient | undefined;
  /** Fires after the server was told of files that have changed on the disk. */
  readonly onFiles: vscode.Event<void>;
  /** The Python that runs it, and where that was named. */
  readonly python: Candidate | undefined;
}

/** What is known of the server between two events. */
interface Session {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly status: Status;
  readonly trace: vscode.LogOutputChannel;
  readonly ready: vscode.EventEmitter<void>;
  readonly down: vscode.EventEmitter<void>;
  readonly files: vscode.EventEmitter<void>;
  readonly commands: LastingCommands;
  /** Starts, stops and restarts, each after the one before has ended. */
  readonly inTurn: (work: (session: Session) => Promise<void>) => Promise<void>;
  client: LanguageClient | undefined;
  python: Candidate | undefined;
  /** Waits for the first file that the server is for. */
  wanted: vscode.Disposable;
  /** Waits for another interpreter. */
  interpreter: vscode.Disposable;
  /** Waits for a file that makes the server missed, to offer another Python. */
  offer: vscode.Disposable;
}

const nothing = () => new vscode.Disposable(() => {});

export function createServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  status: Status,
  commands: LastingCommands,
): Server {
  const queue = oneAfterTheOther();
  const session: Session = {
    ...{ context, log, status, commands, trace: createTraceChannel() },
    ready: new vscode.EventEmitter(),
    down: new vscode.EventEmitter(),
    files: new vscode.EventEmitter(),
    inTurn: work => queue(() => work(session)),
    client: undefined,
    python: undefined,
    wanted: nothing(),
    interpreter: nothing(),
    offer: nothing(),
  };
  return faceOf(session);
}

function faceOf(session: Session): Server {
  const { inTurn, ready, down, files } = session;
  return {
    start: () => inTurn(start),
    startWhenWanted: () => startWhenWanted(session),
    restart: () => inTurn(restart),
    stop: () => inTurn(stop),
    ask: (command, argument) => ask(session, command, argument),
    onReady: ready.event,
    onDown: down.event,
    onFiles: files.event,
    get client() {
      return session.client;
    },
    get python() {
      return session.python;
    },
    dispose: () => {
      const { wanted, trace, interpreter, offer } = session;
      vscode.Disposable.from(ready, down, files, wanted, trace, interpreter, offer).dispose();
    },
  };
}

async function start(session: Session): Promise<void> {
  const { context, log, status } = session;
  status.set({ kind: 'starting' });
  const choice = await findPython(context, log);
  session.python = 'python' in choice ? choice.python : undefined;
  if ('refusal' in choice) {
    refused(session, choice.refusal);
    return;
  }
  const { path, from } = choice.python;
  log.info(`starting the server with ${path} (${choice.check.version.join('.')}, from ${from})`);
  const client = createClient(session, path);
  session.client = client;
  client.onDidChangeState(({ newState }) => {
    if (session.client === client) {
      follow(session, newState);
    }
  });
  try {
    await client.start();
  } catch (error) {
    failed(session, `The Spine server did not start: ${error instanceof Error ? error.message : error}`);
  }
  followInterpreter(session);
}

function createClient(session: Session, python: string): LanguageClient {
  const run = executable(session.context, python);
  const options = clientOptions({
    ...session,
    client: () => session.client,
    filesChanged: () => session.files.fire(),
    failed: reason => failed(session, reason),
  });
  return new LanguageClient('spine', 'Spine', { run, debug: run }, options);
}

/** There is no Python to run it on. In a repository without a single group nobody misses it, so nobody is asked. */
function refused(session: Session, reason: string): void {
  session.status.set({ kind: 'failed', reason });
  session.log.error(reason);
  session.down.fire();
  session.offer.dispose();
  session.offer = onceOpen(isGroup, () => void offerPython(reason));
}

function follow({ status, ready }: Session, state: State): void {
  if (state === State.Running) {
    status.set({ kind: 'running' });
    ready.fire();
  } else if (state === State.Starting) {
    status.set({ kind: 'starting' });
  } else if (status.state.kind !== 'failed') {
    status.set({ kind: 'stopped' });
  }
}

/** Restarts with the interpreter that the Python extension was told to use, unless a setting names one. */
function followInterpreter(session: Session): void {
  session.interpreter.dispose();
  session.interpreter = onInterpreterChange(() => {
    if (!vscode.workspace.getConfiguration('spine.server').get<string>('python')) {
      void session.inTurn(restart);
    }
  });
}

async function stop(session: Session): Promise<void> {
  const { client, log, status } = session;
  session.client = undefined;
  session.offer.dispose();
  if (client) {
    try {
      await client.dispose(2000);
    } catch (error) {
      log.warn(`the server did not stop cleanly: ${error}`);
    }
    session.down.fire();
  }
  status.set({ kind: 'stopped' });
}

async function restart(session: Session): Promise<void> {
  await stop(session);
  await start(session);
}

function failed({ status, log, down, inTurn }: Session, reason: string): void {
  status.set({ kind: 'failed', reason });
  log.error(reason);
  down.fire();
  void vscode.window.showErrorMessage(reason, 'Restart', 'Show Log').then(answer => {
    if (answer === 'Restart') {
      void inTurn(restart);
    } else if (answer === 'Show Log') {
      log.show();
    }
  });
}

function startWhenWanted(session: Session): void {
  const begin = () => void session.inTurn(start);
  if (vscode.workspace.textDocuments.every(document => document.languageId !== 'python')) {
    begin();
  } else {
    session.wanted = onceOpen(isOurs, begin);
  }
}

async function ask<C extends keyof Commands>(
  session: Session,
  command: C,
  argument: Commands[C][0],
): Promise<Commands[C][1]> {
  // What is asked while the server starts, or comes back after a crash, is asked when it runs.
  await session.inTurn(async () => {});
  if (session.client?.state === State.Starting) {
    await nextReady(session.ready.event);
  }
  if (session.client?.state !== State.Running) {
    throw new Error('the Spine server is not running');
  }
  return session.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] });
}

/** Runs pieces of work in the order in which they were asked for, each after the one before has ended. */
function oneAfterTheOther(): (work: () => Promise<void>) => Promise<void> {
  let queue: Promise<void> = Promise.resolve();
  return work => {
    queue = queue.then(work, work);
    return queue;
  };
}

const START_PATIENCE_MS = 20_000;

function nextReady(event: vscode.Event<void>): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    };
    const timer = setTimeout(end, START_PATIENCE_MS);
    const listener = event(end);
  });
}

const CHOOSE = 'Choose Python…';
const SETTINGS = 'Open Settings';

async function offerPython(reason: string): Promise<void> {
  const answer = await vscode.window.showErrorMessage(reason, CHOOSE, SETTINGS);
  if (answer === CHOOSE) {
    await vscode.commands.executeCommand('spine.client.choosePython');
  } else if (answer === SETTINGS) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'spine.server.python');
  }
}
