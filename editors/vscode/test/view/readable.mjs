// Whether everybody can read a page: contrasts as WCAG 2.2 has them, and what axe finds.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { contrast, over, parse } from './colour.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe complains of, one text a rule. */
export async function axeFaults(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(one => `${one.html.slice(0, 120)} ${one.failureSummary}`).join('; ')}`,
  );
}

/** The print and the lines of a graph that can hardly be told from their ground; `print` and `lines` are selectors. */
export async function faint(page, { print, lines }) {
  const found = await page.evaluate(
    ([printed, drawn]) => {
      const of = (selector, key) =>
        [...document.querySelectorAll(selector)].map(element => {
          const node = element.closest('.node, .edge');
          let opacity = 1;
          for (let one = element; one; one = one.parentElement) {
            opacity *= Number(getComputedStyle(one).opacity);
          }
          const box = node?.querySelector('rect');
          return {
            what: `${selector} ${node?.getAttribute('class')} ${JSON.stringify(node?.dataset)}`,
            colour: getComputedStyle(element)[key],
            opacity,
            ground: box && key === 'fill' ? getComputedStyle(box).fill : 'rgba(0, 0, 0, 0)',
          };
        });
      return {
        page: getComputedStyle(document.body).backgroundColor,
        print: printed.flatMap(selector => of(selector, 'fill')),
        lines: drawn.flatMap(selector => of(selector, 'stroke')),
      };
    },
    [print, lines],
  );
  const base = parse(found.page);
  const low = (list, least) =>
    list.flatMap(({ what, colour, opacity, ground }) => {
      const below = over(parse(ground), base);
      const [r, g, b, a] = parse(colour);
      const ratio = contrast(over([r, g, b, a * opacity], below), below);
      return ratio < least ? [`${what}: ${ratio.toFixed(2)} (${colour} at ${opacity})`] : [];
    });
  if (found.print.length === 0 || found.lines.length === 0) {
    throw new Error('there is nothing to be read');
  }
  return [...low(found.print, 4.5), ...low(found.lines, 3)];
}
