/** The page of a view: only our own files, only our own script, nothing from a network. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export type ViewName = 'graph' | 'plan';

export function webviewOptions(context: vscode.ExtensionContext): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(context.extensionUri, 'dist')] };
}

/**
 * `data` reaches the script as data attributes of the body: the state to start from, the worker's address. `title` is
 * the name of the page, for those who hear it.
 *
 * The layout worker has to come from a blob, because a worker may not be of another origin; its text is fetched from
 * our own folder, hence `connect-src`.
 */
export function viewHtml(
  context: vscode.ExtensionContext,
  webview: vscode.Webview,
  view: ViewName,
  title: string,
  data: Record<string, string>,
): string {
  const file = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(context.extensionUri, 'dist', name)).toString();
  const nonce = randomBytes(18).toString('base64url');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data: blob:`,
    ...(view === 'graph' ? [`connect-src ${webview.cspSource}`, 'worker-src blob:'] : []),
  ].join('; ');
  const attributes = Object.entries({
    ...data,
    worker: file('layout-worker.js'),
    layered: file('layered-worker.js'),
  })
    .map(([key, value]) => `data-${key}="${escapeHtml(value)}"`)
    .join(' ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${file(`${view}.css`)}">
</head>
<body ${attributes}>
<script nonce="${nonce}" src="${file(`${view}.js`)}"></script>
</body>
</html>`;
}

/** A page that only says something. */
export function emptyHtml(text: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>${escapeHtml(text)}</title>
</head>
<body><p>${escapeHtml(text)}</p></body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, one => `&#${one.charCodeAt(0)};`);
}
