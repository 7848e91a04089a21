// Writes the colours that the editor gives its views in four themes to test/view/themes.json, for the tests of contrast.
// usage: VSIX=... node test/rig/themes.mjs, with the variables of env.sh
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphFrame, openFile, runCommand } from './user.mjs';
import { openWorkbench, startWorkbench } from './workbench.mjs';

const THEMES = ['Dark Modern', 'Light Modern', 'Dark High Contrast', 'Light High Contrast'];
const at = (...parts) => join(process.env.EXT, ...parts);
const css = ['src/webview/graph/graph.css', 'src/webview/base.css'].map(file =>
  readFileSync(at(file), 'utf8'),
);
const names = [...new Set(css.join('').match(/--vscode-[\w-]+/g))].toSorted();

const workbench = await startWorkbench({ settings: { 'workbench.colorTheme': THEMES[0] } });
const { page, close } = await openWorkbench(workbench);
await openFile(page, 'daily.yaml');
await runCommand(page, 'Spine: Show Graph');
const frame = await graphFrame(page);
const themes = {};
for (const theme of THEMES) {
  await runCommand(page, 'Preferences: Color Theme');
  await page.locator('.quick-input-widget input[type=text]').first().fill(theme);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: theme }).first().click();
  await frame.locator(`body[data-vscode-theme-name="${theme}"]`).waitFor();
  themes[theme] = await frame.locator('body').evaluate((body, wanted) => {
    const style = getComputedStyle(document.documentElement);
    const colours = wanted.map(name => [name, style.getPropertyValue(name).trim()]);
    return {
      class: body.className,
      colours: Object.fromEntries(colours.filter(([, value]) => value !== '')),
    };
  }, names);
}
writeFileSync(at('test/view/themes.json'), `${JSON.stringify(themes, null, 2)}\n`);
await close();
workbench.stop();
process.exit(0);
