// Bundles the extension, its two views and the layout worker into dist/.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const watch = process.argv.includes('--sourcemap');
const common = { bundle: true, minify: !watch, sourcemap: watch, logLevel: 'warning', legalComments: 'none' };

await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
await Promise.all([
  build({
    ...common,
    entryPoints: { extension: 'src/extension.ts' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    outdir: 'dist',
  }),
  build({
    ...common,
    entryPoints: {
      graph: 'src/webview/graph/main.ts',
      plan: 'src/webview/plan/main.ts',
      'layered-worker': 'src/webview/graph/layered-worker.ts',
    },
    platform: 'browser',
    format: 'iife',
    target: 'chrome120',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    outdir: 'dist',
  }),
  // The layout library's own worker, as it is published: it is large, so it stays a file that is loaded once.
  copyFile(require.resolve('elkjs/lib/elk-worker.min.js'), 'dist/layout-worker.js'),
]);

const notices = [];
for (const name of [
  '@vscode/codicons',
  'elkjs',
  'vscode-languageclient',
  'vscode-jsonrpc',
  'vscode-languageserver-protocol',
  'vscode-languageserver-types',
]) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
  notices.push(`${name} ${version}, ${license}, https://www.npmjs.com/package/${name}`);
}
await writeFile(
  'dist/THIRD_PARTY_NOTICES.txt',
  `Parts of other projects travel in this extension:\n\n${notices.join('\n')}\n\nThe licences of the Python packages are in server/libs/licenses.\n`,
);
