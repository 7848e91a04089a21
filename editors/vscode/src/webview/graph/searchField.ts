/** The field in which steps are looked for, and below it how its text may go on, or what is wrong with it. */
import type { Selected } from '../../messages.ts';
import { h, sentenceOf } from '../dom.ts';

export interface SearchField {
  input: HTMLInputElement;
  /** The list below the field; it lies over the picture. */
  list: HTMLElement;
  /** Offers what the server answered; `isSelector` where the text is no part of a name, so that its faults count. */
  offer(answer: Selected, isSelector: boolean): void;
}

export interface SearchFieldActions {
  search(): void;
  nextHit(backwards: boolean): void;
}

const HINT =
  'A part of a name or a pipeline, or a selector: +a, a+, @a, level:2, state:blocked, pipeline:x.*, and "a b", "a,b", "!a" of them';

export function createSearchField(actions: SearchFieldActions): SearchField {
  const list = h('div', { id: 'search-list', class: 'hidden' });
  const options = h('div', { id: 'search-options', role: 'listbox', 'aria-label': 'Selectors' });
  const wrong = h('div', { id: 'search-wrong', role: 'status' });
  list.append(options, wrong);
  const input = h('input', {
    ...{ id: 'search', type: 'text', placeholder: 'Find or select steps', title: HINT, spellcheck: 'false' },
    ...{ autocomplete: 'off', 'aria-label': 'Find or select steps; Enter goes to the next' },
    ...{ role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': 'search-options' },
    'aria-expanded': 'false',
    input: () => changed(),
    blur: () => close(),
    keydown: (event: KeyboardEvent) => press(event),
  });

  function changed(): void {
    if (input.value.trim() === '') {
      close();
    }
    actions.search();
  }

  function close(): void {
    list.classList.add('hidden');
    options.replaceChildren();
    wrong.replaceChildren();
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    input.removeAttribute('aria-invalid');
  }

  function accept(text: string): void {
    input.value = text;
    input.setSelectionRange(text.length, text.length);
    changed();
  }

  function press(event: KeyboardEvent): void {
    const option = chosen(options);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose(input, options, event.key === 'ArrowDown' ? 1 : -1);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && option) {
      event.preventDefault();
      accept(option.dataset.text ?? '');
    } else if (event.key === 'Enter') {
      actions.nextHit(event.shiftKey);
    } else if (event.key === 'Escape') {
      input.value = '';
      changed();
      input.blur();
    }
  }

  function offer(answer: Selected, isSelector: boolean): void {
    const further = answer.completions.filter(text => text !== input.value && text !== input.value.trim());
    close();
    if (document.activeElement !== input) {
      return;
    }
    // A text that may still become one is not wrong yet.
    const fault = isSelector && further.length === 0 ? answer.error : null;
    options.replaceChildren(...further.map((text, number) => optionOf(text, number)));
    if (fault) {
      wrong.replaceChildren(h('p', {}, ...sentenceOf(fault.message)), placeOf(answer.selector, fault));
      input.setAttribute('aria-invalid', 'true');
    }
    input.setAttribute('aria-expanded', String(further.length > 0));
    list.classList.toggle('hidden', further.length === 0 && !fault);
    list.style.left = `${input.offsetLeft}px`;
  }

  function optionOf(text: string, number: number): HTMLElement {
    return h(
      'div',
      {
        ...{ role: 'option', id: `search-option-${number}`, 'aria-selected': 'false', 'data-text': text },
        // Before the field loses the focus, and closes the list.
        mousedown: (event: MouseEvent) => {
          event.preventDefault();
          accept(text);
        },
      },
      text,
    );
  }

  return { input, list, offer };
}

const chosen = (options: HTMLElement) => options.querySelector<HTMLElement>('[aria-selected="true"]');

/** Goes to the next option, from the last one to none, and from none to the first. */
function choose(input: HTMLInputElement, options: HTMLElement, step: 1 | -1): void {
  const all = [...options.querySelectorAll<HTMLElement>('[role="option"]')];
  const before = chosen(options);
  const at = before ? all.indexOf(before) : step === 1 ? -1 : all.length;
  before?.setAttribute('aria-selected', 'false');
  const next = all[at + step];
  if (next) {
    next.setAttribute('aria-selected', 'true');
    next.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', next.id);
  } else {
    input.removeAttribute('aria-activedescendant');
  }
}

/** A selector with the part that is wrong set off; places are counted in code points. */
function placeOf(selector: string, { start, end }: { start: number; end: number }): HTMLElement {
  const points = [...selector];
  const part = (from: number, to?: number) => points.slice(from, to).join('');
  // Behind the end something is missing: a blank shows where.
  return h('code', {}, part(0, start), h('mark', {}, part(start, end) || '\u00a0'), part(end));
}
