/** The list of what differs from another revision; each entry leads to its place on the picture. */
import { changesOf, changeWords, type ListedChange } from '../../changes.ts';
import type { Graph } from '../../protocol.ts';
import { h } from '../dom.ts';

export interface Changes {
  /** The few words that open the list. */
  button: HTMLElement;
  element: HTMLElement;
  show(graph: Graph | undefined, since: string): void;
}

const LISTED = 500;
const WORDS = { '+': 'added', '-': 'removed', '~': 'changed' };

export function createChanges(go: (change: ListedChange) => void): Changes {
  const element = h('div', { id: 'changes', class: 'hidden', role: 'region', 'aria-label': 'Changes' });
  const button = h('button', {
    id: 'changes-toggle',
    class: 'plain hidden',
    'aria-expanded': 'false',
    click() {
      const isHidden = element.classList.toggle('hidden');
      button.setAttribute('aria-expanded', String(!isHidden));
    },
  });
  return {
    button,
    element,
    show(graph, since) {
      button.classList.toggle('hidden', graph === undefined);
      if (graph === undefined) {
        element.classList.add('hidden');
        button.setAttribute('aria-expanded', 'false');
        return;
      }
      const changes = changesOf(graph);
      button.textContent = `${changeWords(changes)} since ${since}`;
      const rest = changes.length - LISTED;
      element.replaceChildren(
        changes.length === 0
          ? h('p', {}, `Nothing differs from ${since}.`)
          : h('ul', {}, ...changes.slice(0, LISTED).map(change => entry(change, go))),
        ...(rest > 0 ? [h('p', {}, `and ${rest} more`)] : []),
      );
    },
  };
}

function entry(change: ListedChange, go: (change: ListedChange) => void): HTMLElement {
  return h(
    'li',
    { class: WORDS[change.sign] },
    h('span', { class: 'sign', 'aria-hidden': 'true' }, change.sign),
    h(
      'button',
      { class: 'link', 'aria-label': `${WORDS[change.sign]}: ${change.text}`, click: () => go(change) },
      change.text,
    ),
  );
}
