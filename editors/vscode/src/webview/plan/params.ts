/** The run parameters: those that the templates ask for, ready to be filled in, and any others. */
import { h } from '../dom.ts';

type Entry = [key: string, text: string];

export interface ParamRows {
  element: HTMLElement;
  /** Makes sure that each of these has a row. */
  offer(names: readonly string[]): void;
}

export function createParamRows(entries: readonly Entry[], changed: (entries: Entry[]) => void): ParamRows {
  const rows = h('div', { id: 'params' });
  const element = h(
    'section',
    { 'aria-label': 'Run parameters' },
    h('h2', {}, 'Run parameters'),
    h(
      'p',
      { class: 'quiet' },
      'What a run is started with. Numbers, true, false and JSON are read as such, the rest as text.',
    ),
    rows,
    h(
      'button',
      { id: 'add', class: 'secondary', click: () => add(['', ''], false).focus() },
      'Add a parameter',
    ),
  );

  const read = (): Entry[] =>
    [...rows.children].map((row): Entry => {
      const [name, value] = row.querySelectorAll('input');
      return [name?.value ?? '', value?.value ?? ''];
    });

  /** A row; the answer is the field that one fills in first. */
  function add([key, text]: Entry, isAsked: boolean): HTMLInputElement {
    const tell = () => changed(read());
    const field = (label: string, value: string, readonly: boolean) =>
      h('input', {
        placeholder: label.toLowerCase(),
        'aria-label': label,
        value,
        readonly,
        spellcheck: 'false',
        input: tell,
      });
    const name = field('Name', key, isAsked);
    const value = field('Value', text, false);
    value.placeholder = isAsked ? 'unset' : 'value';
    const row = h(
      'div',
      { class: 'param' },
      name,
      value,
      h(
        'button',
        {
          class: 'icon',
          title: 'Remove this parameter',
          'aria-label': 'Remove this parameter',
          click() {
            row.remove();
            tell();
          },
        },
        h('span', { class: 'codicon codicon-close', 'aria-hidden': 'true' }),
      ),
    );
    rows.append(row);
    return isAsked ? value : name;
  }

  for (const entry of entries) {
    add(entry, false);
  }
  return {
    element,
    offer(names) {
      const known = new Set(read().map(([key]) => key));
      for (const name of names) {
        if (!known.has(name)) {
          add([name, ''], true);
        }
      }
    },
  };
}
