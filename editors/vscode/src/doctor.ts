/** Shows what the server knows of the workspace, and by which options: as a document, and in short in the menu. */
import * as vscode from 'vscode';
import { doctorSummary, doctorText } from './doctorText.ts';
import { toServerUri } from './groups.ts';
import type { Server } from './server.ts';

const PAGE = vscode.Uri.from({ scheme: 'spine-doctor', path: '/What the Spine server knows.md' });
/** The menu of a server that is busy comes without it. */
const PATIENCE_MS = 1000;

export interface Doctor extends vscode.Disposable {
  /** Opens the document, made anew. */
  show(): Promise<vscode.TextDocument>;
  /** In one line; nothing while the server does not run, or is busy. */
  summary(): Promise<string | undefined>;
}

export function createDoctor(server: Server): Doctor {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(PAGE.scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: async () => {
      const { python } = server;
      return doctorText(await ask(server), python ? `${python.path} (${python.from})` : 'an unknown Python');
    },
  });
  return {
    async show() {
      changed.fire(PAGE);
      const document = await vscode.workspace.openTextDocument(PAGE);
      await vscode.window.showTextDocument(document, { preview: true });
      return document;
    },
    async summary() {
      const late = new Promise<undefined>(resolve => setTimeout(() => resolve(undefined), PATIENCE_MS));
      return Promise.race([ask(server).then(doctorSummary, () => undefined), late]);
    },
    dispose: () => vscode.Disposable.from(changed, provider).dispose(),
  };
}

function ask(server: Server) {
  const file = vscode.window.activeTextEditor?.document.uri;
  return server.ask('spine.doctor', file?.scheme === 'file' ? { uri: toServerUri(server, file) } : {});
}
