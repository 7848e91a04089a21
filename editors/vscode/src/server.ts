/** Starts, stops and restarts the language server, and asks it the questions that the views show. */
import * as vscode from 'vscode';
import {
  CloseAction,
  type ConfigurationParams,
  DidChangeConfigurationNotification,
  ErrorAction,
  type ErrorHandler,
  type Executable,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from 'vscode-languageclient/node';
import { findPython, onInterpreterChange, startScript } from './findPython.ts';
import { concernsPipelines, looksLikeGroup } from './looksLikeGroup.ts';
import type { Commands } from './protocol.ts';
import type { Candidate } from './python.ts';
import { quietWords } from './quietWords.ts';
import { settingsSet } from './settingsSet.ts';
import { CONFIGURATION, SELECTOR, type Status } from './status.ts';
import { createTraceChannel } from './trace.ts';

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

/** Commands that the server may name in its lenses and completions, because only the editor can do them. */
const CLIENT_COMMANDS = [
  'spine.client.showResolvedOrder',
  'spine.client.showGraph',
  'spine.client.showReferences',
  'editor.action.triggerSuggest',
];

const SECTION = 'spine';

/** The names of all settings that the extension has. */
function settingNames(context: vscode.ExtensionContext): string[] {
  const sections: { properties: object }[] = context.extension.packageJSON.contributes.configuration;
  return sections.flatMap(({ properties }) => Object.keys(properties));
}

const CRASHES_ALLOWED = 4;
const CRASH_WINDOW_MS = 180_000;

export function createServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  status: Status,
): Server {
  const trace = createTraceChannel();
  const ready = new vscode.EventEmitter<void>();
  const down = new vscode.EventEmitter<void>();
  const files = new vscode.EventEmitter<void>();
  let wanted = new vscode.Disposable(() => {});
  let client: LanguageClient | undefined;
  let python: Candidate | undefined;
  let interpreter = new vscode.Disposable(() => {});
  let offer = new vscode.Disposable(() => {});
  const inTurn = oneAfterTheOther();

  async function start(): Promise<void> {
    status.set({ kind: 'starting' });
    const choice = await findPython(context, log);
    python = 'python' in choice ? choice.python : undefined;
    if ('refusal' in choice) {
      status.set({ kind: 'failed', reason: choice.refusal });
      log.error(choice.refusal);
      down.fire();
      // In a repository without a single group nobody misses the server.
      offer.dispose();
      offer = onceOpen(isGroup, () => void offerPython(choice.refusal));
      return;
    }
    const { path, from } = choice.python;
    log.info(`starting the server with ${path} (${choice.check.version.join('.')}, from ${from})`);
    const run = executable(context, path);
    const setNow = (scope?: vscode.Uri) =>
      settingsSet(SECTION, settingNames(context), vscode.workspace.getConfiguration(undefined, scope));
    const options = clientOptions(
      log,
      trace,
      crashHandler(log, failed),
      setNow,
      () => client,
      () => files.fire(),
    );
    const started = new LanguageClient('spine', 'Spine', { run, debug: run }, options);
    client = started;
    started.onDidChangeState(({ newState }) => {
      if (client === started) {
        follow(newState);
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

  function follow(state: State): void {
    if (state === State.Running) {
      status.set({ kind: 'running' });
      ready.fire();
    } else if (state === State.Starting) {
      status.set({ kind: 'starting' });
    } else if (status.state.kind !== 'failed') {
      status.set({ kind: 'stopped' });
    }
  }

  async function stop(): Promise<void> {
    const old = client;
    client = undefined;
    offer.dispose();
    if (old) {
      try {
        await old.dispose(2000);
      } catch (error) {
        log.warn(`the server did not stop cleanly: ${error}`);
      }
      down.fire();
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
    down.fire();
    void vscode.window.showErrorMessage(reason, 'Restart', 'Show Log').then(answer => {
      if (answer === 'Restart') {
        void inTurn(restart);
      } else if (answer === 'Show Log') {
        log.show();
      }
    });
  }

  return {
    start: () => inTurn(start),
    startWhenWanted() {
      const isFree = vscode.workspace.textDocuments.every(document => document.languageId !== 'python');
      if (isFree) {
        void inTurn(start);
      } else {
        wanted = onceOpen(isOurs, () => void inTurn(start));
      }
    },
    restart: () => inTurn(restart),
    stop: () => inTurn(stop),
    async ask(command, argument) {
      // What is asked while the server starts, or comes back after a crash, is asked when it runs.
      await inTurn(async () => {});
      if (client?.state === State.Starting) {
        await nextReady(ready.event);
      }
      if (client?.state !== State.Running) {
        throw new Error('the Spine server is not running');
      }
      return client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] });
    },
    onReady: ready.event,
    onDown: down.event,
    onFiles: files.event,
    get client() {
      return client;
    },
    get python() {
      return python;
    },
    dispose: () => vscode.Disposable.from(ready, down, files, wanted, trace, interpreter, offer).dispose(),
  };
}

/** Runs pieces of work in the order in which they were asked for, each after the one before has ended. */
function oneAfterTheOther(): (work: () => Promise<void>) => Promise<void> {
  let queue: Promise<void> = Promise.resolve();
  return work => {
    queue = queue.then(work, work);
    return queue;
  };
}

function executable(context: vscode.ExtensionContext, python: string): Executable {
  const environment =
    vscode.workspace.getConfiguration('spine.server').get<string>('source') === 'environment';
  const script = startScript(context);
  return {
    command: python,
    args: environment ? [script, '--environment', 'serve'] : ['-I', script, 'serve'],
    // Not a folder of the workspace: nothing in it may be taken for a part of the server.
    options: {
      cwd: context.asAbsolutePath('server'),
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    },
  };
}

function clientOptions(
  outputChannel: vscode.LogOutputChannel,
  traceOutputChannel: vscode.LogOutputChannel,
  errorHandler: ErrorHandler,
  setNow: (scope?: vscode.Uri) => Record<string, unknown>,
  client: () => LanguageClient | undefined,
  filesChanged: () => void,
): LanguageClientOptions {
  return {
    documentSelector: [...SELECTOR, ...CONFIGURATION],
    diagnosticCollectionName: 'spine',
    outputChannel,
    traceOutputChannel,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    synchronize: { configurationSection: SECTION },
    initializationOptions: { ...setNow(), client: { commands: CLIENT_COMMANDS } },
    errorHandler,
    middleware: {
      provideCompletionItem: async (document, position, context, token, next) =>
        quietWords(document, position, await next(document, position, context, token)),
      // The defaults of package.json are no opinion: a file of the project would never count beside them.
      workspace: {
        async didChangeWatchedFile(event, next) {
          await next(event);
          filesChanged();
        },
        didChangeConfiguration: async () => {
          const settings = { [SECTION]: setNow() };
          await client()?.sendNotification(DidChangeConfigurationNotification.type, { settings });
        },
        configuration: ({ items }: ConfigurationParams) =>
          items.map(({ section, scopeUri }) =>
            section === SECTION ? setNow(scopeUri ? vscode.Uri.parse(scopeUri) : undefined) : null,
          ),
      },
    },
  };
}

/** Starts a server that ended again, unless it does so again and again. */
function crashHandler(log: vscode.LogOutputChannel, failed: (reason: string) => void): ErrorHandler {
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

const isGroup = (document: vscode.TextDocument) =>
  document.languageId === 'yaml' && looksLikeGroup(document.getText());

/** A file that the server may be for: YAML, and Python that may have to do with pipelines. */
const isOurs = (document: vscode.TextDocument) =>
  document.languageId === 'yaml' ||
  (document.languageId === 'python' && concernsPipelines(document.getText()));

/** Calls back once, as soon as a document of a kind is open. */
function onceOpen(isWanted: (document: vscode.TextDocument) => boolean, act: () => void): vscode.Disposable {
  const look = (document: vscode.TextDocument) => {
    if (isWanted(document)) {
      listeners.dispose();
      act();
      return true;
    }
    return false;
  };
  const listeners = vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidSaveTextDocument(look),
  );
  vscode.workspace.textDocuments.some(look);
  return listeners;
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
