/** The row of controls over the graph. */
import type { Direction } from '../../messages.ts';
import { h } from '../dom.ts';
import { createLegend } from './legend.ts';
import { createOverflow } from './overflow.ts';
import { createSearchField, type SearchField, type SearchFieldActions } from './searchField.ts';

export interface ToolbarActions extends SearchFieldActions {
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
  search: SearchField;
  update(state: ToolbarState): void;
  hits(text: string): void;
}

interface ToolbarState {
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
}

export function createToolbar(actions: ToolbarActions): Toolbar {
  const legend = createLegend();
  const group = h('select', {
    id: 'group',
    'aria-label': 'Group',
    class: 'hidden',
    change: () => actions.group(group.value),
  });
  const search = createSearchField(actions);
  const hits = h('output', { id: 'hits', for: 'search' });
  const only = button('only', 'filter', 'Show only what was found', () => actions.onlyFound());
  only.classList.add('hidden');
  const changing = changingTools(actions);
  const tools = [...toolsInOrder(actions, changing), legend.button];
  const space = h('span', { class: 'space' });
  const element = h(
    'div',
    { id: 'toolbar', role: 'toolbar', 'aria-label': 'Graph' },
    ...[group, search.input, hits, only, space, ...tools],
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
      if (listGroups(group, state)) {
        overflow.fit();
      }
      updateTools(changing, state);
    },
  };
}

/** The tools whose look says how things stand. */
function changingTools(actions: ToolbarActions) {
  const fold = button('fold', 'fold', 'Fold all levels', () => actions.foldAll(fold.dataset.on !== 'true'));
  return {
    fold,
    turn: button('turn', 'arrow-right', 'Turn the direction (D)', () => actions.turn()),
    names: toggle('fold-names', 'group-by-ref-type', 'Fold steps whose names begin alike (P)', on =>
      actions.foldNames(on),
    ),
    focus: toggle('focus', 'target', 'Only what is near to the selected step (O)', on => actions.focus(on)),
    compare: toggle('compare', 'git-compare', 'Compare with HEAD', on => actions.compare(on)),
    pin: toggle('pin', 'pin', 'Follows the editor; keep this group', on => actions.pin(on)),
    simulate: toggle('simulate', 'play-circle', 'Simulate a run; then let steps fail (F)', on =>
      actions.simulate(on),
    ),
  };
}

type ChangingTools = ReturnType<typeof changingTools>;

function toolsInOrder(actions: ToolbarActions, changing: ChangingTools): HTMLButtonElement[] {
  return [
    button('fit', 'screen-full', 'Show the whole graph (0)', () => actions.fit()),
    button('smaller', 'zoom-out', 'Smaller (-)', () => actions.zoom(0.8)),
    button('larger', 'zoom-in', 'Larger (+)', () => actions.zoom(1.25)),
    changing.turn,
    changing.fold,
    changing.names,
    changing.focus,
    changing.pin,
    changing.compare,
    button('compare-with', 'chevron-down', 'Compare with another revision', () => actions.compareWith()),
    changing.simulate,
    button('export', 'export', 'Export as SVG, PNG, Mermaid or DOT', () => actions.export()),
  ];
}

/** Offers the groups of the file, where there are several; whether the row needs another width for it. */
function listGroups(select: HTMLSelectElement, { groups, group }: ToolbarState): boolean {
  const wasHidden = select.classList.contains('hidden');
  const isHidden = select.classList.toggle('hidden', groups.length < 2);
  if ([...select.options].map(option => option.value).join('\n') !== groups.join('\n')) {
    select.replaceChildren(...groups.map(name => h('option', { value: name }, name)));
  }
  select.value = group;
  return isHidden !== wasHidden;
}

function updateTools(tools: ChangingTools, state: ToolbarState): void {
  const { turn, fold, names, focus, compare, pin, simulate } = tools;
  const runsRight = state.direction === 'right';
  setIcon(turn, runsRight ? 'arrow-right' : 'arrow-down');
  setTitle(turn, runsRight ? 'Runs to the right; turn down (D)' : 'Runs down; turn right (D)');
  setIcon(fold, state.folded ? 'unfold' : 'fold');
  setTitle(fold, state.folded ? 'Unfold all levels' : 'Fold all levels');
  fold.dataset.on = String(state.folded);
  press(names, state.foldedNames);
  press(focus, state.focus);
  setTitle(
    focus,
    state.focus ? 'Show the whole graph again (O)' : 'Only what is near to the selected step (O)',
  );
  press(compare, state.since !== undefined);
  setTitle(
    compare,
    state.since === undefined ? 'Compare with HEAD' : `Compared with ${state.since}; show it as it is`,
  );
  press(pin, state.pinned);
  setIcon(pin, state.pinned ? 'pinned' : 'pin');
  setTitle(pin, state.pinned ? 'Keeps this group; follow the editor' : 'Follows the editor; keep this group');
  press(simulate, state.simulate);
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
  press(element, false);
  return element;
}

function press(element: HTMLElement, on: boolean): void {
  element.setAttribute('aria-pressed', String(on));
}

function setTitle(element: HTMLElement, title: string): void {
  element.title = title;
  element.setAttribute('aria-label', title);
}

function setIcon(element: HTMLElement, icon: string): void {
  (element.firstElementChild as HTMLElement).className = `codicon codicon-${icon}`;
}
