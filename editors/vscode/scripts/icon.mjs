// Renders images/icon.svg into images/icon.png, which the marketplace wants as a PNG. Run it after changing the SVG.
import { readFileSync } from 'node:fs';
import { openBrowser } from '../test/rig/browser.mjs';

const browser = await openBrowser({ width: 256, height: 256 });
await browser.page.setContent(
  `<style>body{margin:0}svg{display:block}</style>${readFileSync('images/icon.svg', 'utf8')}`,
);
await browser.page.screenshot({ path: 'images/icon.png', omitBackground: true });
await browser.close();
