/** What the colours and lines of the picture mean, folded away until somebody asks. */
import { h, s } from '../dom.ts';

interface Sign {
  text: string;
  node?: Record<string, string>;
  edge?: Record<string, string>;
}

const SIGNS: Sign[] = [
  { text: 'a step', node: { 'data-state': 'ok' } },
  { text: 'in a cycle', node: { 'data-state': 'cycle' }, edge: { 'data-state': 'cycle' } },
  {
    text: 'no step has this name',
    node: { 'data-state': 'missing', class: 'node ghost' },
    edge: { 'data-state': 'missing' },
  },
  { text: 'blocked by another step', node: { 'data-state': 'blocked' } },
  { text: 'second step of this name', node: { 'data-state': 'duplicate' } },
  { text: 'implied by other edges', edge: { 'data-state': 'redundant' } },
  { text: 'a branch of a choice', edge: { 'data-state': 'branch' } },
  { text: 'what the selected step waits for', node: { 'data-role': 'up' }, edge: { 'data-role': 'up' } },
  { text: 'what waits for it', node: { 'data-role': 'down' }, edge: { 'data-role': 'down' } },
  { text: 'added', node: { 'data-change': 'added' }, edge: { 'data-change': 'added' } },
  { text: 'removed', node: { 'data-change': 'removed' }, edge: { 'data-change': 'removed' } },
  { text: 'changed', node: { 'data-change': 'changed' } },
];

export function createLegend(): { button: HTMLElement; element: HTMLElement } {
  const element = h('div', { id: 'legend', class: 'hidden', role: 'note', 'aria-label': 'Legend' });
  const button = h(
    'button',
    {
      id: 'legend-toggle',
      class: 'icon',
      title: 'Legend',
      'aria-label': 'Legend',
      'aria-expanded': 'false',
      click() {
        const isHidden = element.classList.toggle('hidden');
        button.setAttribute('aria-expanded', String(!isHidden));
        if (!isHidden && element.childElementCount === 0) {
          element.append(...SIGNS.map(row));
        }
      },
    },
    h('span', { class: 'codicon codicon-question', 'aria-hidden': 'true' }),
  );
  return { button, element };
}

function row({ text, node, edge }: Sign): HTMLElement {
  const picture = s(
    'svg',
    { width: 62, height: 18, 'aria-hidden': 'true' },
    node &&
      s(
        'g',
        { class: 'node', ...node },
        s('rect', { class: 'box', x: 1.5, y: 2, width: 24, height: 14, rx: 3 }),
      ),
    edge && s('g', { class: 'edge', ...edge }, s('path', { class: 'line', d: 'M32 9L59 9' })),
  );
  return h('div', {}, picture, text);
}
