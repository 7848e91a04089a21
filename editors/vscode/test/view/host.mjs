// Shows one of the two views in a plain browser, under the policy it has in the editor, and plays the extension.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = join(dirname(fileURLToPath(import.meta.url)), '../../dist');
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

// The editor's colours that the views use, as its dark theme has them.
const THEME = `:root {
  --vscode-foreground: #cccccc; --vscode-editor-background: #1f1f1f; --vscode-font-family: "DejaVu Sans", sans-serif;
  --vscode-font-size: 13px; --vscode-charts-blue: #3794ff; --vscode-charts-red: #f14c4c; --vscode-editorWarning-foreground: #cca700;
  --vscode-charts-yellow: #cca700; --vscode-charts-purple: #b180d7; --vscode-charts-green: #89d185;
  --vscode-descriptionForeground: #9d9d9d; --vscode-focusBorder: #0078d4; --vscode-panel-border: #2b2b2b;
  --vscode-editorWidget-background: #202020; --vscode-editorWidget-border: #454545;
  --vscode-editorWidget-foreground: #cccccc; --vscode-button-secondaryBackground: #313131;
  --vscode-button-secondaryForeground: #cccccc; --vscode-button-background: #0078d4; --vscode-button-foreground: #fff;
  --vscode-input-background: #313131; --vscode-input-foreground: #cccccc; --vscode-textLink-foreground: #4daafc;
}`;

function page(view, state) {
  const policy = [
    "default-src 'none'",
    "script-src 'nonce-test'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    'worker-src blob:',
  ].join('; ');
  const attribute = JSON.stringify(state).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Graph</title>
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="/theme.css"><link rel="stylesheet" href="/${view}.css"></head>
<body class="vscode-dark" data-state="${attribute}" data-worker="/layout-worker.js" data-layered="/layered-worker.js">
<script nonce="test">
  window.sent = [];
  window.acquireVsCodeApi = () => ({
    postMessage: message => window.sent.push(message),
    getState: () => JSON.parse(sessionStorage.getItem(location.search) ?? 'null') ?? undefined,
    setState: state => sessionStorage.setItem(location.search, JSON.stringify(state)),
  });
</script>
<script nonce="test" src="/${view}.js"></script></body></html>`;
}

/** Serves the views on a free port of this machine. */
export async function serveViews() {
  const states = new Map();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    try {
      if (pathname === '/view') {
        response.setHeader('content-type', 'text/html');
        response.end(page(searchParams.get('name'), states.get(searchParams.get('state'))));
      } else if (pathname === '/favicon.ico') {
        response.statusCode = 204;
        response.end();
      } else if (pathname === '/theme.css') {
        response.setHeader('content-type', 'text/css');
        response.end(THEME);
      } else {
        const body = await readFile(join(DIST, pathname));
        response.setHeader('content-type', TYPES[pathname.slice(pathname.lastIndexOf('.'))]);
        response.end(body);
      }
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  return {
    address(name, state) {
      const key = String(states.size);
      states.set(key, state);
      return `${base}/view?name=${name}&state=${key}`;
    },
    close: () => new Promise(resolve => server.close(resolve)),
  };
}
