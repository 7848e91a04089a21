/** A sentence over the picture: why something was refused, or what the next key does. */
import { h, sentenceOf } from '../dom.ts';

export interface Note {
  element: HTMLElement;
  /** `at` is a place of the stage, in pixels; without it the note stands in the corner. */
  say(text: string, kind: 'refused' | 'hint', at?: { x: number; y: number }): void;
  hide(): void;
  readonly isShown: boolean;
}

/** How far a note stands from the pointer, in pixels. */
const APART = 14;

export function createNote(): Note {
  const element = h('div', { id: 'note', class: 'hidden', role: 'status' });
  return {
    element,
    say(text, kind, at) {
      element.replaceChildren(...sentenceOf(text));
      element.className = kind;
      if (at === undefined) {
        element.style.removeProperty('left');
        element.style.removeProperty('top');
        return;
      }
      // It stays inside the stage, whatever its length.
      const stage = element.parentElement as HTMLElement;
      const left = Math.min(at.x + APART, stage.clientWidth - element.offsetWidth - APART);
      const top = Math.min(at.y + APART, stage.clientHeight - element.offsetHeight - APART);
      element.style.setProperty('left', `${Math.max(0, left)}px`);
      element.style.setProperty('top', `${Math.max(0, top)}px`);
    },
    hide: () => element.classList.add('hidden'),
    get isShown() {
      return !element.classList.contains('hidden');
    },
  };
}
