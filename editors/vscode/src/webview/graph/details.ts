/** The card of the selected node: what it is, what it waits for, and what one can ask of it. */
import type { Reach } from '../../graphModel.ts';
import type { Explanation, Graph, GraphNode } from '../../protocol.ts';
import { h, plain } from '../dom.ts';

export interface DetailsActions {
  reveal(id: string, focus: boolean): void;
  select(id: string): void;
  toggleFails(name: string): void;
  why(step: string, on: string): void;
}

const LISTED = 12;

const REASONS: Record<string, string> = {
  cycle: 'in a cycle: it can never start',
  missing: 'no step has this name',
  duplicate: 'another step has this name already',
};

export function detailsCard(
  graph: Graph,
  node: GraphNode,
  reach: Reach,
  fails: boolean,
  explanation: Explanation | null,
  actions: DetailsActions,
): HTMLElement {
  const nodes = new Map(graph.nodes.map(one => [one.id, one]));
  const direct = (near: 'from' | 'to', far: 'from' | 'to') =>
    new Set(
      graph.edges.filter(edge => edge[near] === node.id && edge[far] !== node.id).map(edge => edge[far]),
    );
  const reason =
    node.state === 'blocked'
      ? `cannot start because of ${node.because.join(', ')}`
      : (REASONS[node.state] ?? '');
  const params = Object.entries(node.params ?? {});
  return h(
    'section',
    { id: 'details', 'aria-label': `Step ${node.name}` },
    h('h2', {}, node.name),
    node.pipeline ? h('p', { class: 'quiet' }, node.pipeline) : undefined,
    node.order === null ? undefined : h('p', {}, `#${node.order + 1} · level ${node.level}`),
    reason ? h('p', { class: `reason ${node.state}` }, reason) : undefined,
    node.change ? h('p', { class: `change ${node.change}` }, `${node.change} since HEAD`) : undefined,
    node.kind === 'step'
      ? h(
          'p',
          { class: 'actions' },
          node.range ? h('button', { click: () => actions.reveal(node.id, true) }, 'Go to text') : undefined,
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
        )
      : undefined,
    neighbours('Waits for', direct('to', 'from'), reach.upstream, nodes, actions, id =>
      actions.why(node.name, nodes.get(id)?.name ?? id),
    ),
    neighbours('Waited for by', direct('from', 'to'), reach.downstream, nodes, actions, id =>
      actions.why(nodes.get(id)?.name ?? id, node.name),
    ),
    explanation ? h('p', { id: 'explanation', role: 'status' }, explanation.message) : undefined,
    params.length > 0
      ? h(
          'table',
          {},
          h('caption', {}, 'Parameters'),
          ...params.map(([key, param]) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, key),
              h('td', {}, plain(param?.value)),
              h('td', { class: `origin ${param?.origin ?? ''}` }, param?.origin ?? ''),
            ),
          ),
        )
      : undefined,
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
    h('summary', {}, `${title} ${direct.size}${far.length > 0 ? `, through them ${far.length} more` : ''}`),
    h(
      'ul',
      {},
      ...shown.slice(0, 10 * LISTED),
      rest > 9 * LISTED ? h('li', {}, `and ${rest - 9 * LISTED} more`) : undefined,
    ),
  );
}
