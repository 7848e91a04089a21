/** The field in which a step gets its name: over the node that is renamed, or where a new one comes. */
import { h, sentenceOf } from '../dom.ts';

export interface Naming {
  element: HTMLElement;
  readonly isOpen: boolean;
  /** Opens at a place of the stage, in pixels; `done` is called with the name that was entered. */
  open(at: { x: number; y: number }, label: string, name: string, done: (name: string) => void): void;
  /** The name was refused: the reason stands below it, and it can be mended. */
  refused(reason: string): void;
  close(): void;
}

/** `closed` is called when the field goes, so that the focus can return to where it was. */
export function createNaming(closed: () => void): Naming {
  const input = h('input', { id: 'naming-field', spellcheck: 'false', 'aria-describedby': 'naming-reason' });
  const reason = h('div', { id: 'naming-reason', role: 'alert' });
  const element = h('div', { id: 'naming', class: 'hidden' }, input, reason);
  let done: ((name: string) => void) | undefined;

  function close(): void {
    if (done) {
      done = undefined;
      element.classList.add('hidden');
      closed();
    }
  }

  input.addEventListener('keydown', event => {
    event.stopPropagation(); // a letter of a name is no key of the picture
    if (event.key === 'Enter' && !event.isComposing) {
      input.readOnly = true; // until it is known whether the name can be had
      done?.(input.value);
    } else if (event.key === 'Escape') {
      close();
    }
  });
  input.addEventListener('input', () => {
    reason.textContent = '';
  });
  input.addEventListener('blur', () => {
    if (!input.readOnly) {
      close();
    }
  });

  return {
    element,
    get isOpen() {
      return done !== undefined;
    },
    open(at, label, name, whenDone) {
      close();
      done = whenDone;
      input.value = name;
      input.readOnly = false;
      input.placeholder = 'new_step';
      input.setAttribute('aria-label', label);
      input.title = label;
      reason.textContent = '';
      element.classList.remove('hidden');
      const stage = element.parentElement as HTMLElement;
      const left = Math.min(at.x, stage.clientWidth - element.offsetWidth - 8);
      const top = Math.min(at.y, stage.clientHeight - element.offsetHeight - 8);
      element.style.setProperty('left', `${Math.max(4, left)}px`);
      element.style.setProperty('top', `${Math.max(4, top)}px`);
      input.focus();
      input.select();
    },
    refused(text) {
      input.readOnly = false;
      reason.replaceChildren(...sentenceOf(text));
      input.focus();
    },
    close,
  };
}
