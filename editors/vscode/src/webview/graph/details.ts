/** The details of the selected node, beside or below the picture: what it is, why it cannot run, its neighbours. */
import { answersOf, dependencies, type Reach, reach } from '../../graphModel.ts';
import type { GraphState } from '../../messages.ts';
import type { Answer, Explanation, Graph, GraphEdge, GraphNode, Params, Range } from '../../protocol.ts';
import { count, levelName } from '../../summary.ts';
import { h, plain, sentenceOf } from '../dom.ts';
import type { Memory } from './memory.ts';

export interface DetailsActions {
  reveal(id: string, focus: boolean): void;
  select(id: string): void;
  toggleFails(name: string): void;
  /** Decides a choice in a simulated run. */
  decide(name: string, answer: Answer): void;
  why(step: string, on: string): void;
  /** Offers the fixes for what stands at a place of the text. */
  fix(range: Range): void;
}

/** What is described: a node of a graph, and what is asked of it at the moment. */
export interface Described {
  graph: Graph | undefined;
  node: GraphNode | undefined;
  fails: boolean;
  /** How a choice is decided in the simulated run; absent while none is shown. */
  answer: Answer | undefined;
  explanation: Explanation | null;
  /** The revision that the graph is compared with. */
  since: string | undefined;
}

export interface Details {
  element: HTMLElement;
  /** The button that folds and unfolds them. */
  toggle: HTMLElement;
  show(about: Described): void;
}

const LISTED = 12;

export function createDetails(memory: Memory<GraphState>, actions: DetailsActions): Details {
  const element = h('aside', { id: 'side', 'aria-label': 'Details' });
  const toggle = h('button', { id: 'details-toggle', class: 'plain', click: () => fold(!isFolded()) });
  const isFolded = () => memory.state.detailsFolded === true;

  function fold(folded: boolean): void {
    memory.state.detailsFolded = folded;
    memory.remember();
    apply();
  }

  function apply(): void {
    element.classList.toggle('hidden', isFolded());
    toggle.textContent = isFolded() ? 'Show details' : 'Hide details';
    toggle.setAttribute('aria-expanded', String(!isFolded()));
  }

  apply();
  return {
    element,
    toggle,
    show(about) {
      const { graph, node } = about;
      const focused = element.contains(document.activeElement) ? document.activeElement?.id : undefined;
      element.replaceChildren(
        graph && node
          ? card(graph, node, reach(dependencies(graph), node.id), about, actions)
          : h('p', { class: 'quiet' }, 'Select a step to see what it waits for.'),
      );
      if (focused) {
        document.getElementById(focused)?.focus();
      }
    },
  };
}

function card(
  graph: Graph,
  node: GraphNode,
  all: Reach,
  { fails, answer, explanation, since = 'HEAD' }: Described,
  actions: DetailsActions,
): HTMLElement {
  const nodes = new Map(graph.nodes.map(one => [one.id, one]));
  const direct = (near: 'from' | 'to', far: 'from' | 'to') =>
    new Set(
      dependencies(graph)
        .filter(edge => edge[near] === node.id && edge[far] !== node.id)
        .map(edge => edge[far]),
    );
  const nameOf = (id: string) => nodes.get(id)?.name ?? id;
  return h(
    'section',
    { id: 'details', 'aria-label': `Step ${node.name}` },
    h('h2', {}, node.name),
    node.pipeline ? h('p', { class: 'quiet' }, node.pipeline) : undefined,
    node.order === null || node.level === null
      ? undefined
      : h('p', {}, `#${node.order + 1} · ${levelName(node.level)}`),
    node.reason ? h('p', { class: `reason ${node.state}` }, ...sentenceOf(sentence(node.reason))) : undefined,
    fixes(graph, node, actions),
    node.change
      ? h('p', { class: `change ${node.change}` }, `${sentence(node.change)} since ${since}`)
      : undefined,
    node.kind === 'step' ? buttons(node, fails, actions) : undefined,
    branches(graph, node, answer, nameOf, actions),
    neighbours('Waits for', direct('to', 'from'), all.upstream, nodes, actions, id =>
      actions.why(node.name, nameOf(id)),
    ),
    neighbours('Waited for by', direct('from', 'to'), all.downstream, nodes, actions, id =>
      actions.why(nameOf(id), node.name),
    ),
    explanation
      ? h('p', { id: 'explanation', role: 'status' }, ...sentenceOf(explanation.message))
      : undefined,
    parameters(node.params ?? {}),
  );
}

/** Where the fault of a node stands in the text, if it is one of its own: there the fixes are. */
function faultOf(graph: Graph, node: GraphNode): Range | null {
  const at = (fits: (edge: GraphEdge) => boolean) =>
    graph.edges.find(edge => edge.range && fits(edge))?.range ?? null;
  switch (node.state) {
    case 'cycle':
      return at(({ to, state }) => to === node.id && (state === 'cycle' || state === 'self'));
    case 'missing':
      return at(({ from, to, state }) => (to === node.id || from === node.id) && state === 'missing');
    case 'duplicate':
      return node.name_range;
    default:
      return null;
  }
}

function fixes(graph: Graph, node: GraphNode, actions: DetailsActions): HTMLElement | undefined {
  const range = faultOf(graph, node);
  const title = 'Show the fixes in the text';
  return range
    ? h('p', {}, h('button', { id: 'fix', title, click: () => actions.fix(range) }, 'Fix…'))
    : undefined;
}

function buttons(node: GraphNode, fails: boolean, actions: DetailsActions): HTMLElement {
  return h(
    'p',
    { class: 'actions' },
    node.range
      ? h('button', { id: 'go-to-text', click: () => actions.reveal(node.id, true) }, 'Go to text')
      : undefined,
    h(
      'button',
      {
        id: 'fails',
        'aria-pressed': fails ? 'true' : 'false',
        title: 'Simulate a run in which this step fails (F)',
        click: () => actions.toggleFails(node.name),
      },
      fails ? 'Fails ✓' : 'Fails',
    ),
  );
}

/** Where a choice leads; a click on an answer simulates the run in which it is given. */
function branches(
  graph: Graph,
  node: GraphNode,
  taken: Answer | undefined,
  nameOf: (id: string) => string,
  actions: DetailsActions,
): HTMLElement | undefined {
  const answers = answersOf(graph, node.id);
  if (answers.length === 0) {
    return undefined;
  }
  const one = ({ answer, to }: (typeof answers)[number]) =>
    h(
      'li',
      {},
      h(
        'button',
        {
          id: `answer-${answer}`,
          'aria-pressed': String(answer === taken),
          title: `Simulate a run in which ${node.name} is decided so (T: the other way)`,
          click: () => actions.decide(node.name, answer),
        },
        answer,
      ),
      ' → ',
      h('button', { class: 'link', click: () => actions.select(to) }, nameOf(to)),
    );
  return h('div', { class: 'branches' }, h('h3', {}, 'Leads to'), h('ul', {}, ...answers.map(one)));
}

/** What the step itself or the run sets, as a table; the group's defaults folded into one line. */
function parameters(params: Params): HTMLElement | undefined {
  const entries = Object.entries(params);
  const isDefault = ([, param]: (typeof entries)[number]) => param.origin === 'default';
  const own = entries.filter(entry => !isDefault(entry));
  const defaults = entries.filter(isDefault);
  if (entries.length === 0) {
    return undefined;
  }
  return h(
    'div',
    {},
    own.length === 0 ? undefined : table('Parameters', own),
    defaults.length === 0
      ? undefined
      : h(
          'details',
          { open: own.length === 0 && defaults.length <= LISTED },
          h('summary', {}, count(defaults.length, 'default')),
          table(undefined, defaults),
        ),
  );
}

function table(caption: string | undefined, entries: [string, Params[string]][]): HTMLElement {
  return h(
    'table',
    {},
    caption === undefined ? undefined : h('caption', {}, caption),
    ...entries.map(([key, { value, origin }]) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, key),
        h('td', {}, plain(value)),
        origin === 'default' ? undefined : h('td', { class: `origin ${origin}` }, origin),
      ),
    ),
  );
}

function neighbours(
  title: string,
  direct: ReadonlySet<string>,
  all: ReadonlySet<string>,
  nodes: ReadonlyMap<string, GraphNode>,
  actions: DetailsActions,
  why: (id: string) => void,
): HTMLElement | undefined {
  if (all.size === 0 && direct.size === 0) {
    return undefined;
  }
  const far = [...all].filter(id => !direct.has(id));
  const entry = (id: string, isFar: boolean) =>
    h(
      'li',
      {},
      h('button', { class: 'link', click: () => actions.select(id) }, nodes.get(id)?.name ?? id),
      isFar && nodes.get(id)?.kind === 'step'
        ? h('button', { class: 'why', title: 'Show the way between the two', click: () => why(id) }, 'why?')
        : undefined,
    );
  const shown = [...direct].map(id => entry(id, false)).concat(far.map(id => entry(id, true)));
  const rest = shown.length - LISTED;
  return h(
    'details',
    { open: shown.length <= LISTED },
    h(
      'summary',
      {},
      `${title} ${direct.size}${far.length > 0 ? `, through ${direct.size === 1 ? 'it' : 'them'} ${far.length} more` : ''}`,
    ),
    h(
      'ul',
      {},
      ...shown.slice(0, 10 * LISTED),
      rest > 9 * LISTED ? h('li', {}, `and ${rest - 9 * LISTED} more`) : undefined,
    ),
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
