/** Starts, stops and restarts the language server, and asks it the questions that the views show. */
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from 'vscode-languageclient/node';
import { findPython, onInterpreterChange, startScript } from './findPython.ts';
import type { Commands } from './protocol.ts';
import type { Candidate } from './python.ts';
import { SELECTOR, type Status } from './status.ts';
import { createTraceChannel } from './trace.ts';

export interface Server extends vscode.Disposable {
  start(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Asks the server; rejects when it does not run, so that a view can say so. */
  ask<C extends keyof Commands>(command: C, argument: Commands[C][0]): Promise<Commands[C][1]>;
  /** Fires when the server answers again, after a start or a restart. */
  readonly onReady: vscode.Event<void>;
  readonly client: LanguageClient | undefined;
  /** The Python that runs it, and where that was named. */
  readonly python: Candidate | undefined;
}

/** Commands of ours that the server may put into its lenses, because they open a view that it cannot. */
const CLIENT_COMMANDS = [
  'spine.client.showResolvedOrder',
  'spine.client.showGraph',
  'spine.client.showReferences',
];

const CRASHES_ALLOWED = 4;
const CRASH_WINDOW_MS = 180_000;

export function createServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  status: Status,
): Server {
  const trace = createTraceChannel();
  const ready = new vscode.EventEmitter<void>();
  let client: LanguageClient | undefined;
  let python: Candidate | undefined;
  let interpreter = new vscode.Disposable(() => {});
  // Starts and stops run one after the other, whatever asks for them meanwhile.
  let queue: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    queue = queue.then(work, work);
    return queue;
  };

  async function start(): Promise<void> {
    status.set({ kind: 'starting' });
    const choice = await findPython(context, log);
    python = 'python' in choice ? choice.python : undefined;
    if ('refusal' in choice) {
      status.set({ kind: 'failed', reason: choice.refusal });
      log.error(choice.refusal);
      void offerPython(choice.refusal);
      return;
    }
    const environment =
      vscode.workspace.getConfiguration('spine.server').get<string>('source') === 'environment';
    const script = startScript(context);
    const args = environment ? [script, '--environment', 'serve'] : ['-I', script, 'serve'];
    log.info(
      `starting the server with ${choice.python.path} (${choice.check.version.join('.')}, from ${choice.python.from})`,
    );
    const run = {
      command: choice.python.path,
      args,
      // Not a folder of the workspace: nothing in it may be taken for a part of the server.
      options: {
        cwd: context.asAbsolutePath('server'),
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      },
    };
    const started = new LanguageClient(
      'spine',
      'Spine',
      { run, debug: run },
      clientOptions(log, trace, status),
    );
    client = started;
    started.onDidChangeState(({ newState }) => {
      if (client !== started) {
        return;
      }
      if (newState === State.Running) {
        status.set({ kind: 'running' });
        ready.fire();
      } else if (newState === State.Starting) {
        status.set({ kind: 'starting' });
      } else if (status.state.kind !== 'failed') {
        status.set({ kind: 'stopped' });
      }
    });
    try {
      await started.start();
    } catch (error) {
      failed(`The Spine server did not start: ${error instanceof Error ? error.message : error}`);
    }
    interpreter.dispose();
    interpreter = onInterpreterChange(() => {
      if (!vscode.workspace.getConfiguration('spine.server').get<string>('python')) {
        void inTurn(restart);
      }
    });
  }

  async function stop(): Promise<void> {
    const old = client;
    client = undefined;
    if (old) {
      try {
        await old.dispose(2000);
      } catch (error) {
        log.warn(`the server did not stop cleanly: ${error}`);
      }
    }
    status.set({ kind: 'stopped' });
  }

  async function restart(): Promise<void> {
    await stop();
    await start();
  }

  function failed(reason: string): void {
    status.set({ kind: 'failed', reason });
    log.error(reason);
    void vscode.window.showErrorMessage(reason, 'Restart', 'Show Log').then(answer => {
      if (answer === 'Restart') {
        void inTurn(restart);
      } else if (answer === 'Show Log') {
        log.show();
      }
    });
  }

  function crashHandler(): ErrorHandler {
    const crashes: number[] = [];
    return {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => {
        const now = Date.now();
        crashes.push(now);
        const recent = crashes.filter(at => now - at < CRASH_WINDOW_MS).length;
        if (recent <= CRASHES_ALLOWED) {
          log.warn('the server ended unexpectedly and is started again');
          return { action: CloseAction.Restart, handled: true };
        }
        failed(`The Spine server ended ${recent} times within three minutes and is not started again.`);
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  function clientOptions(
    output: vscode.LogOutputChannel,
    traceOutput: vscode.LogOutputChannel,
    state: Status,
  ): LanguageClientOptions {
    return {
      documentSelector: SELECTOR,
      diagnosticCollectionName: 'spine',
      outputChannel: output,
      traceOutputChannel: traceOutput,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      synchronize: { configurationSection: 'spine' },
      initializationOptions: {
        companion: vscode.workspace.getConfiguration('spine').get<string[]>('companion', []),
        client: { commands: CLIENT_COMMANDS },
      },
      errorHandler: crashHandler(),
      middleware: {
        handleWorkDoneProgress(token, params, next) {
          if (params.kind === 'begin') {
            state.set({ kind: 'indexing', title: params.title });
          } else if (params.kind === 'end') {
            state.set({ kind: 'running' });
          }
          next(token, params);
        },
      },
    };
  }

  return {
    start: () => inTurn(start),
    restart: () => inTurn(restart),
    stop: () => inTurn(stop),
    async ask(command, argument) {
      // What is asked while the server starts, or comes back after a crash, is asked when it runs.
      await queue;
      if (client?.state === State.Starting) {
        await nextReady(ready.event);
      }
      if (client?.state !== State.Running) {
        throw new Error('the Spine server is not running');
      }
      return client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] });
    },
    onReady: ready.event,
    get client() {
      return client;
    },
    get python() {
      return python;
    },
    dispose: () => vscode.Disposable.from(ready, trace, interpreter).dispose(),
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
