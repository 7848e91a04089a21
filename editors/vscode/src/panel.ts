/** What every panel about one group has in common: its page, the group that it follows, and when to look again. */
import * as vscode from 'vscode';
import { type Followed, followGroup } from './followGroup.ts';
import { groupsOf, sameDocument, toUri } from './groups.ts';
import { type Latest, latest } from './latest.ts';
import type { GroupEntry, GroupRef } from './protocol.ts';
import type { Server } from './server.ts';
import type { ViewHost } from './viewHost.ts';
import { type ViewName, viewHtml, webviewOptions } from './webviewHtml.ts';

export interface Surroundings {
  context: vscode.ExtensionContext;
  server: Server;
  log: vscode.LogOutputChannel;
}

export interface PanelParts<From> {
  view: ViewName;
  /** As it reads in a sentence of the log: "the graph view". */
  title: string;
  /** The number of the page, by which a menu in it is told from those in others. */
  id?: number;
  /** Asks the server and posts the answer; what it throws is shown over the last picture. */
  refresh(): Promise<void>;
  receive(message: From): Promise<void>;
}

/** A view that shows one group. After it was closed, everything here does nothing. */
export interface GroupPanel<State extends Followed, To> {
  state: State;
  readonly ref: GroupRef;
  /** The same with the place of the group in its file, for the view to keep. */
  readonly shown: Followed;
  /** All groups of the file, as of the last look. */
  readonly groups: readonly GroupEntry[];
  /** Ends as soon as the panel is closed. */
  readonly closed: AbortSignal;
  refresh: Latest;
  post(message: To | { type: 'stale'; reason: string }): void;
  setTitle(title: string): void;
  reveal(): void;
  /** Shows another group from now on, in that state. */
  turnTo(state: State): void;
  /** Gives the panel the focus. */
  focus(): void;
  isOurs(document: vscode.TextDocument): boolean;
  onClose(...parts: vscode.Disposable[]): void;
}

/** A group that the text does not hold (any more). */
export class NoSuchGroup extends Error {}

export function connectPanel<State extends Followed, To, From extends { type: string }>(
  surroundings: Surroundings,
  host: ViewHost,
  described: PanelParts<From>,
  first: State,
): GroupPanel<State, To> {
  const session: Session<From> = {
    ...{ ...surroundings, host, described },
    closing: new AbortController(),
    onClose: [],
    groups: [],
  };
  const self = faceOf<State, To, From>(session, first);
  listen(session, self);
  host.onDidDispose(() => {
    session.closing.abort();
    vscode.Disposable.from(...session.onClose).dispose();
  });
  showPage(session, first);
  openDocument(self);
  return self;
}

/** What a panel knows beside its state. */
interface Session<From> extends Surroundings {
  host: ViewHost;
  described: PanelParts<From>;
  closing: AbortController;
  /** What ends with the panel. */
  onClose: vscode.Disposable[];
  /** All groups of the file, as of the last look. */
  groups: GroupEntry[];
}

function faceOf<State extends Followed, To, From>(
  session: Session<From>,
  first: State,
): GroupPanel<State, To> {
  const { host, closing } = session;
  const whileOpen = (act: () => void) => {
    if (!closing.signal.aborted) {
      act();
    }
  };
  const self: GroupPanel<State, To> = {
    state: first,
    get ref() {
      const { uri, group } = self.state;
      return { uri, ...(group === undefined ? {} : { group }) };
    },
    get shown() {
      const { index } = self.state;
      return { ...self.ref, ...(index === undefined ? {} : { index }) };
    },
    get groups() {
      return session.groups;
    },
    closed: closing.signal,
    refresh: latest(async () => {
      if (!closing.signal.aborted) {
        await look(session, self);
      }
    }),
    post: message => whileOpen(() => void host.webview.postMessage(message)),
    setTitle: title => whileOpen(() => host.setTitle(title)),
    reveal: () => whileOpen(() => host.reveal(true)),
    focus: () => whileOpen(() => host.reveal(false)),
    turnTo(state) {
      self.state = state;
      session.groups = [];
      openDocument(self);
      void self.refresh();
    },
    isOurs: document => sameDocument(document.uri, toUri(self.state.uri)),
    onClose: (...more) => void session.onClose.push(...more),
  };
  return self;
}

/** Finds the group in the text as it is now, and lets the panel ask for what it shows of it. */
async function look<State extends Followed, To, From>(
  session: Session<From>,
  self: GroupPanel<State, To>,
): Promise<void> {
  const { server, log, described, groups } = session;
  try {
    const entries = await groupsOf(server, self.state.uri);
    const followed = followGroup(
      self.state,
      entries.map(entry => entry.group),
      groups.map(entry => entry.group),
    );
    if (followed === undefined) {
      throw new NoSuchGroup('the text holds no such group now; this is the last picture of it');
    }
    session.groups = entries;
    self.state = { ...self.state, ...followed };
    await described.refresh();
  } catch (error) {
    if (!(error instanceof NoSuchGroup)) {
      log.warn(`${described.title} could not ask the server: ${error}`);
    }
    self.post({ type: 'stale', reason: sentence(messageOf(error)) });
  }
}

/** Looks again whenever what is shown may have changed, and takes what the page says. */
function listen<State extends Followed, To, From extends { type: string }>(
  session: Session<From>,
  self: GroupPanel<State, To>,
): void {
  const { host, server } = session;
  self.onClose(
    host.webview.onDidReceiveMessage((message: From) => receive(session, message)),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && self.isOurs(document)) {
        void self.refresh();
      }
    }),
    vscode.workspace.onDidOpenTextDocument(document => {
      if (self.isOurs(document)) {
        void self.refresh();
      }
    }),
    vscode.workspace.onDidRenameFiles(({ files }) => followFile(self, files)),
    server.onReady(() => void self.refresh()),
    server.onDown(() =>
      self.post({ type: 'stale', reason: 'The Spine server does not run; this picture may be old.' }),
    ),
  );
}

function receive<From extends { type: string }>(session: Session<From>, message: From): void {
  const { described, log, closing } = session;
  described.receive(message).catch(error => {
    log.error(`${described.title} asked for ${message.type}: ${error}`);
    if (!closing.signal.aborted) {
      void vscode.window.showErrorMessage(`Spine: ${sentence(messageOf(error))}`);
    }
  });
}

function followFile<State extends Followed, To>(
  self: GroupPanel<State, To>,
  files: vscode.FileRenameEvent['files'],
): void {
  const moved = files
    .map(({ oldUri, newUri }) => movedUri(toUri(self.state.uri), oldUri, newUri))
    .find(uri => uri !== undefined);
  if (moved) {
    self.state = { ...self.state, uri: moved.toString() };
    openDocument(self);
    void self.refresh();
  }
}

function showPage<From>({ context, host, described }: Session<From>, state: Followed): void {
  host.webview.options = webviewOptions(context);
  host.webview.html = viewHtml(context, host.webview, described.view, described.title, {
    state: JSON.stringify(state),
    ...(described.id === undefined ? {} : { 'vscode-context': JSON.stringify({ spinePanel: described.id }) }),
  });
}

/** The server only knows open documents, and after a reload this one may not be open yet. */
function openDocument<State extends Followed, To>(self: GroupPanel<State, To>): void {
  vscode.workspace.openTextDocument(toUri(self.state.uri)).then(undefined, error => {
    self.post({ type: 'stale', reason: `The file could not be opened: ${sentence(messageOf(error))}` });
  });
}

/** Where a file lies after a rename of it, or of a folder above it; undefined when the rename was another's. */
export function movedUri(uri: vscode.Uri, from: vscode.Uri, to: vscode.Uri): vscode.Uri | undefined {
  if (uri.scheme !== from.scheme || uri.authority !== from.authority) {
    return undefined;
  }
  if (uri.path === from.path) {
    return to;
  }
  return uri.path.startsWith(`${from.path}/`)
    ? to.with({ path: `${to.path}${uri.path.slice(from.path.length)}` })
    : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
