// Keeps a workbench open on a copy of schemas/examples until it is interrupted.
import { join } from 'node:path';
import { startWorkbench } from './workbench.mjs';

const workbench = await startWorkbench({
  folder: join(process.env.REPO, 'schemas/examples'),
  git: true,
  port: Number(process.argv[2]),
  settings: { 'workbench.colorTheme': 'Dark Modern' },
});
console.log(`VS Code is open at ${workbench.address}/?folder=${workbench.workspace}`);
console.log('It works on a copy of schemas/examples. Ctrl+C ends it.');
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    workbench.stop();
    process.exit(0);
  });
}
