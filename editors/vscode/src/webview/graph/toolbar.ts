/** The row of controls over the graph. */
import type { Direction, ExportFormat } from '../../messages.ts';
import { h } from '../dom.ts';

export interface ToolbarActions {
  search(): void;
  nextHit(backwards: boolean): void;
  fit(): void;
  zoom(factor: number): void;
  turn(): void;
  foldAll(fold: boolean): void;
  compare(on: boolean): void;
  simulate(on: boolean): void;
  export(format: ExportFormat): void;
  group(name: string): void;
}

export interface Toolbar {
  element: HTMLElement;
  search: HTMLInputElement;
  update(state: {
    groups: string[];
    group: string;
    direction: Direction;
    compare: boolean;
    simulate: boolean;
    folded: boolean;
  }): void;
  hits(text: string): void;
}

export function createToolbar(actions: ToolbarActions): Toolbar {
  const group = h('select', {
    id: 'group',
    'aria-label': 'Group',
    class: 'hidden',
    change: () => actions.group(group.value),
  });
  const search = h('input', {
    id: 'search',
    type: 'search',
    placeholder: 'Find a step',
    'aria-label': 'Find a step; Enter goes to the next',
    spellcheck: 'false',
    input: () => actions.search(),
    keydown: (event: KeyboardEvent) => {
      if (event.key === 'Enter') {
        actions.nextHit(event.shiftKey);
      } else if (event.key === 'Escape') {
        search.value = '';
        actions.search();
        search.blur();
      }
    },
  });
  const hits = h('output', { id: 'hits', for: 'search' });
  const turn = button('turn', '', 'Turn the direction (D)', () => actions.turn());
  const fold = button('fold', '', 'Fold or unfold all levels', () =>
    actions.foldAll(fold.dataset.on !== 'true'),
  );
  const compare = toggle('compare', 'Compare with HEAD', 'Show what changed since the last commit', on =>
    actions.compare(on),
  );
  const simulate = toggle('simulate', 'Simulate', 'Simulate a run; then let steps fail (F)', on =>
    actions.simulate(on),
  );
  const exporter = h(
    'select',
    {
      id: 'export',
      'aria-label': 'Export',
      change: () => {
        const format = exporter.value as ExportFormat;
        exporter.value = '';
        actions.export(format);
      },
    },
    h('option', { value: '', selected: true, hidden: true }, 'Export…'),
    h('option', { value: 'svg' }, 'SVG'),
    h('option', { value: 'png' }, 'PNG'),
    h('option', { value: 'mermaid' }, 'Mermaid'),
    h('option', { value: 'dot' }, 'DOT'),
  );
  const element = h(
    'header',
    { id: 'toolbar', role: 'toolbar', 'aria-label': 'Graph' },
    group,
    search,
    hits,
    button('fit', 'Fit', 'Show the whole graph (0)', () => actions.fit()),
    button('smaller', '−', 'Smaller (-)', () => actions.zoom(0.8)),
    button('larger', '+', 'Larger (+)', () => actions.zoom(1.25)),
    turn,
    fold,
    compare,
    simulate,
    exporter,
  );
  return {
    element,
    search,
    hits: text => {
      hits.textContent = text;
    },
    update(state) {
      group.classList.toggle('hidden', state.groups.length < 2);
      if ([...group.options].map(option => option.value).join('\n') !== state.groups.join('\n')) {
        group.replaceChildren(...state.groups.map(name => h('option', { value: name }, name)));
      }
      group.value = state.group;
      turn.textContent = state.direction === 'right' ? '→' : '↓';
      turn.setAttribute(
        'aria-label',
        state.direction === 'right' ? 'Runs to the right; turn down' : 'Runs down; turn right',
      );
      fold.textContent = state.folded ? 'Unfold' : 'Fold';
      fold.dataset.on = String(state.folded);
      compare.setAttribute('aria-pressed', String(state.compare));
      simulate.setAttribute('aria-pressed', String(state.simulate));
    },
  };
}

function button(id: string, text: string, title: string, click: () => void): HTMLButtonElement {
  return h('button', { id, title, click, ...(text.length < 2 ? { 'aria-label': title } : {}) }, text);
}

function toggle(id: string, text: string, title: string, change: (on: boolean) => void): HTMLButtonElement {
  const element = h(
    'button',
    {
      id,
      title,
      'aria-pressed': 'false',
      click: () => change(element.getAttribute('aria-pressed') !== 'true'),
    },
    text,
  );
  return element;
}
