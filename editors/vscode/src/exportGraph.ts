/** Writes a picture of a graph to a file: Mermaid and DOT from the server, SVG and PNG from the view. */
import * as vscode from 'vscode';
import { toUri } from './groups.ts';
import type { ExportFormat, ImageFormat } from './messages.ts';
import type { GroupRef } from './protocol.ts';
import type { Server } from './server.ts';

/** Gives an SVG as text, or a PNG in base64. */
export type ImageMaker = (format: ImageFormat) => Promise<string>;

export const FORMATS: Record<ExportFormat, { title: string; extension: string }> = {
  svg: { title: 'SVG', extension: 'svg' },
  png: { title: 'PNG', extension: 'png' },
  mermaid: { title: 'Mermaid', extension: 'mmd' },
  dot: { title: 'DOT', extension: 'dot' },
};

export async function exportGraph(
  server: Server,
  ref: GroupRef,
  format: ExportFormat,
  makeImage: ImageMaker,
  target?: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const { title, extension } = FORMATS[format];
  const file =
    target ??
    (await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.joinPath(toUri(ref.uri), '..', `${ref.group ?? 'graph'}.${extension}`),
      filters: { [title]: [extension] },
      title: `Export the graph as ${title}`,
    }));
  if (!file) {
    return undefined;
  }
  await vscode.workspace.fs.writeFile(file, await content(server, ref, format, makeImage));
  if (!target) {
    void vscode.window
      .showInformationMessage(`The graph was written to ${file.fsPath}.`, 'Open')
      .then(answer => {
        if (answer) {
          void vscode.commands.executeCommand('vscode.open', file);
        }
      });
  }
  return file;
}

async function content(
  server: Server,
  ref: GroupRef,
  format: ExportFormat,
  makeImage: ImageMaker,
): Promise<Uint8Array> {
  switch (format) {
    case 'png':
      return Buffer.from(await makeImage('png'), 'base64');
    case 'svg':
      return Buffer.from(await makeImage('svg'), 'utf8');
    case 'mermaid':
    case 'dot': {
      const answer = await server.ask('spine.renderGraph', { ...ref, format });
      if (answer === null) {
        throw new Error('the text holds no such group now');
      }
      return Buffer.from(answer.text, 'utf8');
    }
  }
}
