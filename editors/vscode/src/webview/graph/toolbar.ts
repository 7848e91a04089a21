/** The row of controls over the graph. */
import type { Direction } from '../../messages.ts';
import { h } from '../dom.ts';
import { createLegend } from './legend.ts';
import { createOverflow } from './overflow.ts';

export interface ToolbarActions {
  search(): void;
  nextHit(backwards: boolean): void;
  fit(): void;
  zoom(factor: number): void;
  turn(): void;
  foldAll(fold: boolean): void;
  /** Folds steps whose names begin alike, or unfolds them all. */
  foldNames(fold: boolean): void;
  /** Shows only what was found. */
  onlyFound(): void;
  compare(on: boolean): void;
  /** Keeps the group, or follows the editor. */
  pin(on: boolean): void;
  /** Compares with a revision that is chosen first. */
  compareWith(): void;
  simulate(on: boolean): void;
  export(): void;
  /** Shows only what is near to the selected step, or all again. */
  focus(on: boolean): void;
  group(name: string): void;
}

export interface Toolbar {
  element: HTMLElement;
  legend: HTMLElement;
  /** The tools that the row has no room for. */
  menu: HTMLElement;
  search: HTMLInputElement;
  update(state: {
    groups: string[];
    group: string;
    direction: Direction;
    /** The revision that the graph is compared with. */
    since: string | undefined;
    pinned: boolean;
    simulate: boolean;
    folded: boolean;
    foldedNames: boolean;
    focus: boolean;
  }): void;
  hits(text: string): void;
}

export function createToolbar(actions: ToolbarActions): Toolbar {
  const legend = createLegend();
  const group = h('select', {
    id: 'group',
    'aria-label': 'Group',
    class: 'hidden',
    change: () => actions.group(group.value),
  });
  const search = searchField(actions);
  const hits = h('output', { id: 'hits', for: 'search' });
  const turn = button('turn', 'arrow-right', 'Turn the direction (D)', () => actions.turn());
  const fold = button('fold', 'fold', 'Fold all levels', () => actions.foldAll(fold.dataset.on !== 'true'));
  const names = toggle('fold-names', 'group-by-ref-type', 'Fold steps whose names begin alike (P)', on =>
    actions.foldNames(on),
  );
  const only = button('only', 'filter', 'Show only what was found', () => actions.onlyFound());
  only.classList.add('hidden');
  const focus = toggle('focus', 'target', 'Only what is near to the selected step (O)', on =>
    actions.focus(on),
  );
  const compare = toggle('compare', 'git-compare', 'Compare with HEAD', on => actions.compare(on));
  const pin = toggle('pin', 'pin', 'Follows the editor; keep this group', on => actions.pin(on));
  const simulate = toggle('simulate', 'play-circle', 'Simulate a run; then let steps fail (F)', on =>
    actions.simulate(on),
  );
  const tools = [
    button('fit', 'screen-full', 'Show the whole graph (0)', () => actions.fit()),
    button('smaller', 'zoom-out', 'Smaller (-)', () => actions.zoom(0.8)),
    button('larger', 'zoom-in', 'Larger (+)', () => actions.zoom(1.25)),
    turn,
    fold,
    names,
    focus,
    compare,
    button('compare-with', 'chevron-down', 'Compare with another revision', () => actions.compareWith()),
    simulate,
    pin,
    button('export', 'export', 'Export as SVG, PNG, Mermaid or DOT', () => actions.export()),
    legend.button,
  ];
  const element = h(
    'div',
    { id: 'toolbar', role: 'toolbar', 'aria-label': 'Graph' },
    group,
    search,
    hits,
    only,
    h('span', { class: 'space' }),
    ...tools,
  );
  const overflow = createOverflow(element, tools);
  element.append(overflow.button);
  return {
    element,
    menu: overflow.menu,
    legend: legend.element,
    search,
    hits: text => {
      hits.textContent = text;
      only.classList.toggle('hidden', text === '' || text.startsWith('0 '));
      overflow.fit();
    },
    update(state) {
      const wasHidden = group.classList.contains('hidden');
      if (group.classList.toggle('hidden', state.groups.length < 2) !== wasHidden) {
        overflow.fit();
      }
      if ([...group.options].map(option => option.value).join('\n') !== state.groups.join('\n')) {
        group.replaceChildren(...state.groups.map(name => h('option', { value: name }, name)));
      }
      group.value = state.group;
      setIcon(turn, state.direction === 'right' ? 'arrow-right' : 'arrow-down');
      setTitle(
        turn,
        state.direction === 'right' ? 'Runs to the right; turn down (D)' : 'Runs down; turn right (D)',
      );
      setIcon(fold, state.folded ? 'unfold' : 'fold');
      setTitle(fold, state.folded ? 'Unfold all levels' : 'Fold all levels');
      fold.dataset.on = String(state.folded);
      names.setAttribute('aria-pressed', String(state.foldedNames));
      focus.setAttribute('aria-pressed', String(state.focus));
      setTitle(
        focus,
        state.focus ? 'Show the whole graph again (O)' : 'Only what is near to the selected step (O)',
      );
      compare.setAttribute('aria-pressed', String(state.since !== undefined));
      setTitle(
        compare,
        state.since === undefined ? 'Compare with HEAD' : `Compared with ${state.since}; show it as it is`,
      );
      pin.setAttribute('aria-pressed', String(state.pinned));
      setIcon(pin, state.pinned ? 'pinned' : 'pin');
      setTitle(
        pin,
        state.pinned ? 'Keeps this group; follow the editor' : 'Follows the editor; keep this group',
      );
      simulate.setAttribute('aria-pressed', String(state.simulate));
    },
  };
}

function searchField(actions: ToolbarActions): HTMLInputElement {
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
  return search;
}

/** A button with one of the editor's own icons; what it does is its tooltip, and its name for those who hear it. */
function button(id: string, icon: string, title: string, click: () => void): HTMLButtonElement {
  const element = h(
    'button',
    { id, class: 'icon', click },
    h('span', { class: `codicon codicon-${icon}`, 'aria-hidden': 'true' }),
  );
  setTitle(element, title);
  return element;
}

function toggle(id: string, icon: string, title: string, change: (on: boolean) => void): HTMLButtonElement {
  const element = button(id, icon, title, () => change(element.getAttribute('aria-pressed') !== 'true'));
  element.setAttribute('aria-pressed', 'false');
  return element;
}

function setTitle(element: HTMLElement, title: string): void {
  element.title = title;
  element.setAttribute('aria-label', title);
}

function setIcon(element: HTMLElement, icon: string): void {
  (element.firstElementChild as HTMLElement).className = `codicon codicon-${icon}`;
}
