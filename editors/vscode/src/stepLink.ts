/** Links to a step, which open its file in the editor, put the cursor on it, and select it in the graph. */
import * as vscode from 'vscode';
import type { GraphPanels } from './graphPanels.ts';
import { reveal, toServerUri, toUri } from './groups.ts';
import type { GroupRef } from './protocol.ts';
import type { Server } from './server.ts';

const EXTENSION = 'spine.spine-lsp';

/** The address of a step: its file as the workspace names it, so that it holds on other machines too. */
export function stepLink({ uri, group }: GroupRef, step: string): string {
  const file = toUri(uri);
  const folder = vscode.workspace.getWorkspaceFolder(file);
  const query = new URLSearchParams({
    ...(folder ? { folder: folder.name } : {}),
    file: vscode.workspace.asRelativePath(file, false),
    ...(group === undefined ? {} : { group }),
    step,
  });
  return `${vscode.env.uriScheme}://${EXTENSION}/step?${query}`;
}

/** Opens what a link means. A link comes from anywhere: it opens files of the workspace, and nothing else. */
export async function openLink(server: Server, graphs: GraphPanels, link: vscode.Uri): Promise<void> {
  const query = new URLSearchParams(link.query);
  const [path, step] = [query.get('file'), query.get('step')];
  if (link.path !== '/step' || !path || !step) {
    throw new Error('this link is none to a step of a pipeline group');
  }
  const file = await find(path, query.get('folder'));
  if (!file) {
    throw new Error(`this workspace has no file ${path}`);
  }
  await vscode.window.showTextDocument(file);
  const group = query.get('group');
  const ref = { uri: toServerUri(server, file), ...(group ? { group } : {}) };
  const graph = await server.ask('spine.graph', ref);
  const node = graph?.nodes.find(one => one.name === step && one.kind === 'step');
  if (!node?.name_range) {
    throw new Error(`${path} has no step ${step}${group ? ` in the group ${group}` : ''}`);
  }
  await reveal(ref.uri, node.name_range, false);
  graphs.show(ref, panel => panel.select(step));
}

async function find(path: string, folder: string | null): Promise<vscode.Uri | undefined> {
  const isInside = path.split(/[\\/]/).every(part => part !== '..' && part !== '') && !path.includes(':');
  const folders = vscode.workspace.workspaceFolders ?? [];
  const likely = folders.filter(one => one.name === folder);
  for (const { uri } of isInside ? [...likely, ...folders.filter(one => one.name !== folder)] : []) {
    const file = vscode.Uri.joinPath(uri, path);
    try {
      await vscode.workspace.fs.stat(file);
      return file;
    } catch {
      // the next folder may have it
    }
  }
  return undefined;
}
