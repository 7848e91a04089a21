/** Which node is selected, and what that shows: its neighbours on the picture, its details, its place in the text. */
import { dependencies, reach } from '../../graphModel.ts';
import { highlight } from '../../highlight.ts';
import type { Selected } from '../../messages.ts';
import type { StepRun } from '../../protocol.ts';
import { put } from '../dom.ts';
import { setText } from './lettering.ts';
import { drawnPlace, idOf, selectedNode, type View } from './view.ts';

/** Selects one of the graph's nodes. `ours`: the person did it here, so the text follows. */
export function select(view: View, id: string | undefined, ours: boolean): void {
  const { shown, memory } = view;
  shown.explanation = null;
  if (id === undefined) {
    delete memory.state.selected;
  } else {
    memory.state.selected = id;
  }
  memory.remember();
  mark(view);
  showDetails(view);
  setFocusable(view, drawnPlace(view, id) ?? id);
  bringSelectionIntoSight(view);
  if (ours && id !== undefined) {
    reveal(view, id, false);
  }
}

export function bringSelectionIntoSight(view: View): void {
  const drawn = drawnPlace(view, view.memory.state.selected);
  const box = drawn === undefined ? undefined : view.shown.layout?.nodes.get(drawn);
  if (box) {
    view.viewport.bringIntoSight(box);
  }
}

/** Shows a node's place in the text. */
export function reveal({ shown, send }: View, id: string, focus: boolean): void {
  const node = shown.graph?.nodes.find(one => one.id === id);
  // A ghost has no place of its own; the entry that names it has.
  const range =
    node?.name_range ?? node?.range ?? shown.graph?.edges.find(edge => edge.from === id && edge.range)?.range;
  if (range) {
    send({ type: 'reveal', range, focus });
  }
}

/** Writes the highlight of the selection, of a path, of the search, and of a simulated run onto the picture. */
export function mark(view: View): void {
  const { shown, memory, search, picture } = view;
  const { drawing, graph, simulation } = shown;
  if (!drawing || !graph) {
    return;
  }
  const roles = highlight(graph, drawing, memory.state.selected, shown.explanation);
  const hits = new Set(search.hits.map(id => drawing.place.get(id) ?? id));
  const runs = new Map<string | undefined, string>(
    simulation
      ? simulation.steps.map(step => [idOf(view, step.name), step.state])
      : Object.entries(shown.run).map(([name, step]) => [idOf(view, name), step.state]),
  );
  picture.svg.classList.toggle('focusing', roles.focusing);
  picture.svg.classList.toggle('searching', search.isOn);
  for (const node of drawing.nodes) {
    const element = picture.node(node.id);
    if (element) {
      const role = roles.node(node.id);
      put(element, 'data-role', role);
      put(element, 'data-hit', search.isOn ? String(hits.has(node.id)) : '');
      put(element, 'data-run', runs.get(node.stands[0] ?? node.id) ?? '');
      setText(element, '.took', simulation ? '' : runWords(shown.run[node.name]));
      put(element, 'aria-pressed', String(role === 'selected'));
    }
  }
  for (const edge of drawing.edges) {
    const element = picture.edge(edge.id);
    if (element) {
      put(element, 'data-role', edge.id === shown.edge ? 'chosen' : roles.edge(edge));
      put(element, 'data-hit', search.isOn ? String(hits.has(edge.from) && hits.has(edge.to)) : '');
      put(element, 'data-run', runs.get(edge.from) === 'failed' ? 'failed' : '');
    }
  }
}

/** The state of a step in a run, and what it took. */
export function runWords(step: StepRun | undefined): string {
  if (!step || step.state === 'pending') {
    return '';
  }
  const time = step.took === null ? '' : ` ${step.took}`;
  return step.state === 'completed' ? `✓${time}` : `${step.state.replace('_', ' ')}${time}`;
}

export function showDetails(view: View): void {
  const { shown, memory, details } = view;
  const node = selectedNode(view);
  details.show({
    graph: shown.graph,
    node,
    fails: node !== undefined && memory.state.fails.includes(node.name),
    answer: shown.simulation && node ? (memory.state.branches?.[node.name] ?? 'then') : undefined,
    explanation: shown.explanation,
    since: shown.since,
  });
}

/** One node at a time takes part in the order of the Tab key; the arrows move among the others. */
export function setFocusable({ shown, picture }: View, id: string | undefined): void {
  const next = id ?? shown.focusable ?? shown.drawing?.nodes[0]?.id;
  if (shown.focusable !== undefined && shown.focusable !== next) {
    picture.node(shown.focusable)?.setAttribute('tabindex', '-1');
  }
  shown.focusable = next !== undefined && picture.node(next) ? next : shown.drawing?.nodes[0]?.id;
  if (shown.focusable !== undefined) {
    picture.node(shown.focusable)?.setAttribute('tabindex', '0');
  }
}

/** Puts the keyboard's focus on a node and selects it, where it is one of the graph's own. */
export function moveTo(view: View, id: string | undefined): void {
  if (id === undefined) {
    return;
  }
  setFocusable(view, id);
  const box = view.shown.layout?.nodes.get(id);
  if (box) {
    view.viewport.bringIntoSight(box);
  }
  view.picture.node(id)?.focus({ preventScroll: true });
  if (view.shown.graph?.nodes.some(node => node.id === id)) {
    select(view, id, true);
  }
}

/** Looks for what stands in the search field: `fresh` when its text is new, not when the graph is. */
export function lookFor({ search, shown, toolbar, send }: View, fresh: boolean): void {
  const text = toolbar.search.input.value;
  if (search.run(shown.graph, text, fresh)) {
    send({ type: 'selector', text });
  }
  toolbar.hits(search.said);
}

/** Takes what the server says of a selector, if it still stands in the field. */
export function selected(view: View, answer: Selected): void {
  const { search, toolbar } = view;
  if (answer.selector === toolbar.search.input.value) {
    const isSelector = search.selected(answer);
    toolbar.search.offer(answer, isSelector);
    toolbar.hits(search.said);
    mark(view);
  }
}

export function nextHit(view: View, backwards: boolean): void {
  const id = view.search.next(backwards);
  if (id !== undefined) {
    select(view, id, true);
    view.toolbar.hits(view.search.said);
  }
}

/** Asks why the selected step and another wait for each other; whichever of the two waits, the question is the same. */
export function askWhy(view: View, id: string): boolean {
  const { shown, send } = view;
  const from = selectedNode(view);
  const to = shown.graph?.nodes.find(node => node.id === id);
  if (!shown.graph || !from || !to || from === to) {
    return false;
  }
  const waits = reach(dependencies(shown.graph), from.id).upstream.has(to.id);
  send({ type: 'why', step: waits ? from.name : to.name, on: waits ? to.name : from.name });
  return true;
}
