/** Gives a picture of a graph away: to a file or the clipboard; Mermaid and DOT from the server, images from the view. */
import * as vscode from 'vscode';
import { toUri } from './groups.ts';
import type { Colours, ExportFormat, ImageFormat } from './messages.ts';
import type { GroupRef } from './protocol.ts';
import type { Server } from './server.ts';

/** Gives an SVG as text, or a PNG in base64. */
export type ImageMaker = (format: ImageFormat, colours: Colours) => Promise<string>;

export const FORMATS: Record<ExportFormat, { title: string; extension: string }> = {
  svg: { title: 'SVG', extension: 'svg' },
  png: { title: 'PNG', extension: 'png' },
  mermaid: { title: 'Mermaid', extension: 'mmd' },
  dot: { title: 'DOT', extension: 'dot' },
};

/** What is to be done with a picture; `copy` puts it into the clipboard instead of a file. */
export interface Export {
  format: ExportFormat;
  colours?: Colours;
  copy?: boolean;
}

const COLOURS: Record<Colours, string> = {
  theme: 'in the colours of the editor',
  light: 'in light colours',
  dark: 'in dark colours',
};

/** Lets one choose what becomes of the picture; `copies`: only what goes to the clipboard. */
export async function pickExport(copies: boolean): Promise<Export | undefined> {
  type Item = vscode.QuickPickItem & Partial<Export>;
  const items = (copy: boolean): Item[] =>
    (Object.keys(FORMATS) as ExportFormat[]).flatMap((format): Item[] => {
      const { title, extension } = FORMATS[format];
      const label = copy ? `$(copy) Copy as ${title}` : `$(save) ${title}`;
      const isImage = format === 'svg' || format === 'png';
      const each: (Colours | undefined)[] = isImage ? ['theme', 'light', 'dark'] : [undefined];
      return each.map(colours => ({
        label: colours && colours !== 'theme' ? `${label} ${COLOURS[colours]}` : label,
        description: [copy ? '' : `.${extension}`, colours === 'theme' ? COLOURS.theme : '']
          .filter(part => part !== '')
          .join(' '),
        format,
        copy,
        ...(colours ? { colours } : {}),
      }));
    });
  const separator: Item = { label: 'clipboard', kind: vscode.QuickPickItemKind.Separator };
  const chosen = await vscode.window.showQuickPick(
    copies ? items(true) : [...items(false), separator, ...items(true)],
    { placeHolder: copies ? 'Copy the graph as' : 'Export the graph as' },
  );
  return chosen?.format === undefined
    ? undefined
    : {
        format: chosen.format,
        copy: chosen.copy ?? false,
        ...(chosen.colours ? { colours: chosen.colours } : {}),
      };
}

export async function exportGraph(
  server: Server,
  ref: GroupRef,
  wanted: Export,
  makeImage: ImageMaker,
  target?: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const { title, extension } = FORMATS[wanted.format];
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
  const text = await content(server, ref, wanted, makeImage);
  await vscode.workspace.fs.writeFile(file, Buffer.from(text, wanted.format === 'png' ? 'base64' : 'utf8'));
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

/** Puts a picture that is text into the clipboard. An image goes there from the view itself. */
export async function copyGraph(
  server: Server,
  ref: GroupRef,
  wanted: Export,
  makeImage: ImageMaker,
): Promise<void> {
  await vscode.env.clipboard.writeText(await content(server, ref, wanted, makeImage));
  void vscode.window.setStatusBarMessage(`Copied the graph as ${FORMATS[wanted.format].title}`, 4000);
}

/** Text, or a PNG in base64. */
async function content(
  server: Server,
  ref: GroupRef,
  { format, colours = 'theme' }: Export,
  makeImage: ImageMaker,
): Promise<string> {
  switch (format) {
    case 'png':
    case 'svg':
      return makeImage(format, colours);
    case 'mermaid':
    case 'dot': {
      const answer = await server.ask('spine.renderGraph', { ...ref, format });
      if (answer === null) {
        throw new Error('the text holds no such group now');
      }
      return answer.text;
    }
  }
}
