/** What mouse and keyboard mean in the graph: here is said which, in main.ts what then happens. */
import type { Arrow } from './keyboard.ts';

export interface InputActions {
  /** A click on a node, or on the ground between them. */
  click(id: string | undefined, shift: boolean): void;
  clickEdge(id: string): void;
  open(id: string | undefined): void;
  arrow(id: string, key: Arrow): void;
  toEnd(last: boolean): void;
  choose(id: string, focusText: boolean): void;
  fails(id: string): void;
  /** Decides a choice the other way in the simulated run. */
  decide(id: string): void;
  foldLevel(id: string): void;
  search(): void;
  zoom(factor: number): void;
  fit(): void;
  turn(): void;
  letGo(): void;
  /** Shows the neighbours of a node that the focus leaves out. */
  widen(id: string): void;
  /** Shows a node and what is near to it, or all again. */
  focus(id: string | undefined): void;
  /** Does what the menu offers for a node. */
  act(act: 'foldNames' | 'rename' | 'insertBefore' | 'insertAfter' | 'addStep' | 'connect', id: string): void;
  nextEdge(id: string, backwards: boolean): void;
  insertOnEdge(): void;
  remove(id: string | undefined): void;
  undo(redo: boolean): void;
}

export function listen(svg: SVGSVGElement, actions: InputActions): void {
  const nodeOf = (event: Event) =>
    event.target instanceof Element ? event.target.closest<SVGElement>('.node')?.dataset.id : undefined;

  // While the ground may be dragged, the picture holds the pointer: what lies under it has to be looked up.
  const edgeAt = ({ clientX, clientY }: MouseEvent) =>
    svg.classList.contains('moved')
      ? undefined
      : document.elementFromPoint(clientX, clientY)?.closest<SVGElement>('.edge')?.dataset.id;

  svg.addEventListener('click', event => {
    // The end of a drag is a click too, and no wish to let go of the selection.
    const id = nodeOf(event);
    const edge = id === undefined ? edgeAt(event) : undefined;
    if (id !== undefined && (event.target as Element).closest('.more')) {
      actions.widen(id);
    } else if (edge !== undefined) {
      actions.clickEdge(edge);
    } else if (id !== undefined || !svg.classList.contains('moved')) {
      actions.click(id, event.shiftKey);
    }
  });
  svg.addEventListener('dblclick', event => actions.open(nodeOf(event)));
  svg.addEventListener('keydown', event => {
    const id = nodeOf(event);
    if (id === undefined || isShortcut(event)) {
      return;
    }
    perform(nodeKeys(actions, id, event.shiftKey), event);
  });
  window.addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
      event.preventDefault();
      actions.search();
      return;
    }
    const pressed = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (pressed === 'z' || pressed === 'y') && !isText(event)) {
      event.preventDefault();
      actions.undo(pressed === 'y' || event.shiftKey);
      return;
    }
    if (isText(event) || isShortcut(event)) {
      return;
    }
    const id = nodeOf(event);
    const run: Record<string, () => void> = {
      '/': actions.search,
      '+': () => actions.zoom(1.25),
      '=': () => actions.zoom(1.25),
      '-': () => actions.zoom(0.8),
      '0': actions.fit,
      d: actions.turn,
      i: actions.insertOnEdge,
      Delete: () => actions.remove(id),
      Backspace: () => actions.remove(id),
      Escape: actions.letGo,
    };
    perform(run, event);
  });
}

/** What the keys do at a node. */
function nodeKeys(actions: InputActions, id: string, shift: boolean): Record<string, () => void> {
  return {
    ArrowLeft: () => actions.arrow(id, 'ArrowLeft'),
    ArrowRight: () => actions.arrow(id, 'ArrowRight'),
    ArrowUp: () => actions.arrow(id, 'ArrowUp'),
    ArrowDown: () => actions.arrow(id, 'ArrowDown'),
    Home: () => actions.toEnd(false),
    End: () => actions.toEnd(true),
    Enter: () => actions.choose(id, true),
    ' ': () => actions.choose(id, false),
    f: () => actions.fails(id),
    t: () => actions.decide(id),
    l: () => actions.foldLevel(id),
    o: () => actions.focus(id),
    w: () => actions.widen(id),
    p: () => actions.act('foldNames', id),
    F2: () => actions.act('rename', id),
    b: () => actions.act('insertBefore', id),
    a: () => actions.act('insertAfter', id),
    n: () => actions.act('addStep', id),
    c: () => actions.act('connect', id),
    e: () => actions.nextEdge(id, shift),
  };
}

/** Whether a key is meant for a field, and not for the picture. */
function isText(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
}

function isShortcut(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey;
}

function perform(run: Record<string, () => void>, event: KeyboardEvent): void {
  // Caps Lock changes nothing: no key here means another thing in capitals.
  const action = run[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (action) {
    event.preventDefault();
    action();
  }
}
