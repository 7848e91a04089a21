/** How the client of the server is set up: what is run, which files it is for, its settings, and what follows a crash. */
import * as vscode from 'vscode';
import {
  CloseAction,
  type ConfigurationParams,
  DidChangeConfigurationNotification,
  ErrorAction,
  type ErrorHandler,
  type Executable,
  type LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
} from 'vscode-languageclient/node';
import { askedRename } from './askedRename.ts';
import { startScript } from './findPython.ts';
import type { LastingCommands } from './lastingCommands.ts';
import { settingsSet } from './settingsSet.ts';
import { CONFIGURATION, GROUPS } from './status.ts';

/** Commands that the server may name in its lenses and completions, because only the editor can do them. */
const CLIENT_COMMANDS = [
  'spine.client.showResolvedOrder',
  'spine.client.showGraph',
  'spine.client.showReferences',
  'spine.client.run',
  'spine.client.createPipeline',
  'spine.client.debugStep',
  'editor.action.triggerSuggest',
];

const SECTION = 'spine';

const CRASHES_ALLOWED = 4;
const CRASH_WINDOW_MS = 180_000;

/** What a client needs to know of the extension around it. */
export interface ClientSurroundings {
  context: vscode.ExtensionContext;
  log: vscode.LogOutputChannel;
  trace: vscode.LogOutputChannel;
  commands: LastingCommands;
  /** The client that runs now. */
  client(): LanguageClient | undefined;
  /** The server was told of files that have changed on the disk. */
  filesChanged(): void;
  /** The server ended too often. */
  failed(reason: string): void;
}

/** The process of the server, on that Python. */
export function executable(context: vscode.ExtensionContext, python: string): Executable {
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

export function clientOptions(surroundings: ClientSurroundings): LanguageClientOptions {
  const { context, log, trace, failed } = surroundings;
  return {
    documentSelector: [...GROUPS, ...CONFIGURATION],
    diagnosticCollectionName: 'spine',
    outputChannel: log,
    traceOutputChannel: trace,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    synchronize: { configurationSection: SECTION },
    initializationOptions: {
      ...settingsNow(context),
      client: {
        commands: CLIENT_COMMANDS,
        completesWhileTyping: true,
        trusted: vscode.workspace.isTrusted,
        runs: true,
      },
    },
    errorHandler: crashHandler(log, failed),
    middleware: middleware(surroundings),
  };
}

function middleware({ context, client, commands, filesChanged }: ClientSurroundings): Middleware {
  return {
    resolveCodeLens: async (lens, token, next) => {
      const resolved = await next(lens, token);
      if (resolved?.command) {
        resolved.command = commands.lasting(resolved.command);
      }
      return resolved;
    },
    provideRenameEdits: async (document, position, newName, token, next) =>
      askedRename(await next(document, position, newName, token), newName),
    workspace: {
      async didChangeWatchedFile(event, next) {
        await next(event);
        filesChanged();
      },
      didChangeConfiguration: async () => {
        const settings = { [SECTION]: settingsNow(context) };
        await client()?.sendNotification(DidChangeConfigurationNotification.type, { settings });
      },
      configuration: ({ items }: ConfigurationParams) =>
        items.map(({ section, scopeUri }) =>
          section === SECTION
            ? settingsNow(context, scopeUri ? vscode.Uri.parse(scopeUri) : undefined)
            : null,
        ),
    },
  };
}

/** The settings that somebody made: the defaults of package.json are no opinion, and would outweigh the project's file. */
function settingsNow(context: vscode.ExtensionContext, scope?: vscode.Uri): Record<string, unknown> {
  const sections: { properties: object }[] = context.extension.packageJSON.contributes.configuration;
  const names = sections.flatMap(({ properties }) => Object.keys(properties));
  return settingsSet(SECTION, names, vscode.workspace.getConfiguration(undefined, scope));
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
