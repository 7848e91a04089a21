/** "Debug Step": gives one step to the Python debugger, by the configuration that the server's runner makes of it. */
import * as vscode from 'vscode';
import { nodeAt } from './graphModel.ts';
import { sameDocument, toUri } from './groups.ts';
import type { GroupRef, ToldEvent } from './protocol.ts';
import type { Server } from './server.ts';

const DEBUGGER = 'ms-python.debugpy';
const PICK = { title: 'Debug Step', placeHolder: 'The step that is run under the Python debugger' };

const NO_DEBUGGER =
  'Steps are debugged by the extension Python Debugger (ms-python.debugpy), which is not installed or not enabled';

/** What a step is given to: another object in tests. */
export interface Debugger {
  installed(): boolean;
  /** Says that it is not. */
  missing(): Promise<void>;
  start(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Thenable<boolean>;
}

export const pythonDebugger = (): Debugger => ({
  installed: () => vscode.extensions.getExtension(DEBUGGER) !== undefined,
  async missing() {
    const find = 'Find It';
    if ((await vscode.window.showWarningMessage(`${NO_DEBUGGER}.`, find)) === find) {
      await vscode.commands.executeCommand('workbench.extensions.search', `@id:${DEBUGGER}`);
    }
  },
  start: (folder, configuration) => vscode.debug.startDebugging(folder, configuration),
});

/** Starts the debugger by what the runner has told. */
export async function launch(debug: Debugger, uri: string, event: ToldEvent): Promise<void> {
  const folder = vscode.workspace.getWorkspaceFolder(toUri(uri));
  if (!(await debug.start(folder, event.configuration as vscode.DebugConfiguration))) {
    void vscode.window.showErrorMessage(`The Python debugger did not start "${event.step}".`);
  }
}

/** The step that is named, the one under the cursor, or the one that the user picks. */
export async function stepToDebug(
  server: Server,
  ref: GroupRef,
  given: string | undefined,
): Promise<string | undefined> {
  if (given !== undefined) {
    return given;
  }
  const graph = await server.ask('spine.graph', ref);
  if (!graph) {
    return undefined;
  }
  const editor = vscode.window.activeTextEditor;
  const here =
    editor && sameDocument(editor.document.uri, toUri(graph.uri))
      ? nodeAt(graph, editor.selection.active)
      : undefined;
  if (here?.kind === 'step') {
    return here.name;
  }
  const names = graph.nodes.filter(node => node.kind === 'step').map(node => node.name);
  return vscode.window.showQuickPick(names, PICK);
}
