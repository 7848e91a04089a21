/** The resolved order as a page: one table of all steps, the defaults once, and the run parameters that are asked for. */
import './plan.css';
import type { FromPlan, PlanState, ToPlan } from '../../messages.ts';
import {
  askedFor,
  fits,
  ownParams,
  type Param,
  sharedParams,
  templatesIn,
  toMarkdown,
  toOptions,
} from '../../planModel.ts';
import type { Plan, PlanStep, Range } from '../../protocol.ts';
import { readValue } from '../../runParams.ts';
import { count, problemWords } from '../../summary.ts';
import { editorApi, h } from '../dom.ts';
import { createParamRows } from './params.ts';

const editor = editorApi<PlanState, FromPlan>();
const given = JSON.parse(document.body.dataset.state ?? '{}') as PlanState;
let state: PlanState = { ...given, ...(editor.getState() ?? {}) };
let plan: Plan | undefined;
let sort: 'order' | 'name' | 'pipeline' = 'order';

const banner = h('div', { id: 'banner', role: 'status', class: 'hidden' });
const head = h('header');
const params = createParamRows(state.params, entries => {
  remember({ params: entries });
  editor.postMessage({ type: 'params', params: entries });
});
const filter = h('input', {
  id: 'filter',
  type: 'search',
  placeholder: 'Filter steps',
  'aria-label': 'Filter steps by name, pipeline or parameter',
  spellcheck: 'false',
  input: () => showSteps(),
});
const spoken = h('output', { id: 'shown', for: 'filter' });
const tools = h(
  'div',
  { id: 'tools', role: 'toolbar', 'aria-label': 'Resolved order' },
  filter,
  spoken,
  h('span', { class: 'space' }),
  tool('copy-table', 'copy', 'Copy the order as a table', () => copy(plan ? toMarkdown(plan) : '')),
  tool('copy-options', 'terminal', 'Copy the run parameters as options of the command line', () =>
    copy(toOptions(state.params)),
  ),
  tool('graph', 'type-hierarchy', 'Show the graph', () => editor.postMessage({ type: 'graph' })),
);
const defaults = h('section', { id: 'defaults', 'aria-label': 'Defaults' });
const rows = h('tbody');
const table = h(
  'table',
  { class: 'steps' },
  h(
    'thead',
    {},
    h(
      'tr',
      {},
      column('#', 'order'),
      column('Step', 'name'),
      column('Pipeline', 'pipeline'),
      column('Waits for'),
      column('Parameters'),
    ),
  ),
  rows,
);
const rest = h('div');
const body = h('main', { id: 'order' }, tools, defaults, table, rest);
document.body.append(banner, head, params.element, body);

window.addEventListener('message', (event: MessageEvent<ToPlan>) => {
  if (event.data.type === 'plan') {
    banner.classList.add('hidden');
    remember(event.data.shown);
    plan = event.data.plan;
    show(plan);
  } else {
    banner.textContent = event.data.reason;
    banner.classList.remove('hidden');
  }
});
window.addEventListener('error', event => editor.postMessage({ type: 'fault', message: event.message }));

function remember(change: Partial<PlanState>): void {
  state = { ...state, ...change };
  editor.setState(state);
}

function tool(id: string, icon: string, title: string, click: () => void): HTMLElement {
  return h(
    'button',
    { id, class: 'icon', title, 'aria-label': title, click },
    h('span', { class: `codicon codicon-${icon}`, 'aria-hidden': 'true' }),
  );
}

function copy(text: string): void {
  editor.postMessage({ type: 'copy', text });
}

/** The head of a column; a click on it sorts, where that says anything. */
function column(title: string, key?: typeof sort): HTMLElement {
  if (key === undefined) {
    return h('th', { scope: 'col' }, title);
  }
  return h(
    'th',
    { scope: 'col', 'data-sort': key },
    h(
      'button',
      {
        class: 'plain',
        title: key === 'order' ? 'Sort into the order of the run' : `Sort by ${title.toLowerCase()}`,
        click() {
          sort = key;
          showSteps();
        },
      },
      title,
    ),
  );
}

function show(next: Plan): void {
  const scroll = document.documentElement.scrollTop;
  const facts = [
    `${count(next.steps.length, 'step')} in ${count(next.levels.length, 'level')}`,
    problemWords(next.problems),
    next.policy.words,
  ];
  head.replaceChildren(
    h(
      'h1',
      {},
      next.group,
      next.version === null || next.version === undefined
        ? undefined
        : h('span', { class: 'quiet' }, ` v${next.version}`),
    ),
    h('p', { class: 'quiet', role: 'status' }, facts.filter(part => part !== '').join(' · ')),
  );
  params.offer(askedFor(next));
  const shared = sharedParams(next);
  defaults.classList.toggle('hidden', shared.length === 0);
  defaults.replaceChildren(h('h2', {}, 'What every step gets'), list(shared));
  showSteps();
  rest.replaceChildren(...blocked(next), ...problems(next));
  document.documentElement.scrollTop = scroll;
}

function showSteps(): void {
  if (!plan) {
    return;
  }
  const text = (step: PlanStep) => (sort === 'pipeline' ? (step.pipeline ?? '') : step.name);
  const sorted =
    sort === 'order'
      ? plan.steps
      : plan.steps.toSorted((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
  const shown = sorted.filter(step => fits(step, filter.value));
  for (const head of table.querySelectorAll('th[data-sort]')) {
    head.setAttribute('aria-sort', head.getAttribute('data-sort') === sort ? 'ascending' : 'none');
  }
  spoken.textContent = filter.value.trim() === '' ? '' : `${shown.length} of ${plan.steps.length}`;
  let level: number | undefined;
  rows.replaceChildren(
    ...shown.flatMap(step => {
      // In the order of the run, each level begins with its own line.
      const begins = sort === 'order' && step.level !== level;
      level = step.level;
      return begins ? [levelRow(step.level), row(step)] : [row(step)];
    }),
  );
}

function levelRow(level: number): HTMLElement {
  const together = plan?.levels[level]?.length ?? 0;
  return h(
    'tr',
    { class: 'level' },
    h(
      'th',
      { colspan: 5, scope: 'rowgroup' },
      `Level ${level + 1}`,
      together > 1
        ? h('span', { class: 'quiet' }, ` · ${together} steps that could start together`)
        : undefined,
    ),
  );
}

function row(step: PlanStep): HTMLElement {
  return h(
    'tr',
    { 'data-step': step.name },
    h('td', { class: 'number' }, String(step.order + 1)),
    h('th', { scope: 'row' }, link(step.name, step.range)),
    h('td', { 'data-title': 'runs' }, step.pipeline ?? ''),
    h('td', { 'data-title': 'waits for' }, step.depends_on.join(', ')),
    h('td', {}, list(ownParams(step))),
  );
}

const ORIGINS: Record<string, string> = {
  default: "from the group's defaults",
  run: 'from the run parameters above',
  step: 'set by the step itself',
};

function list(all: Param[]): HTMLElement {
  return h(
    'ul',
    { class: 'params' },
    ...all.map(({ key, value, origin }) => {
      const unset = templatesIn(value).filter(name => !(name in known()));
      return h(
        'li',
        { 'data-param': key, 'data-origin': origin },
        h('code', {}, `${key} = ${JSON.stringify(value)}`),
        origin === 'run'
          ? h('span', { class: `origin ${origin}`, title: ORIGINS[origin] ?? '' }, origin)
          : undefined,
        unset.length > 0
          ? h('span', { class: 'unset', title: `no run parameter ${unset.join(', ')} is given` }, 'unset')
          : undefined,
      );
    }),
  );
}

function known(): Record<string, unknown> {
  return Object.fromEntries(
    state.params
      .filter(([key, text]) => key.trim() !== '' && text !== '')
      .map(([key, text]) => [key.trim(), readValue(text)]),
  );
}

function link(text: string, range: Range | null): HTMLElement {
  return range
    ? h(
        'button',
        {
          class: 'link',
          click: (event: MouseEvent) =>
            editor.postMessage({ type: 'reveal', range, focus: event.detail > 1 }),
        },
        text,
      )
    : h('span', {}, text);
}

function blocked({ blocked: steps }: Plan): Node[] {
  return steps.length === 0
    ? []
    : [
        h(
          'section',
          { id: 'blocked', 'aria-label': 'Cannot run' },
          h('h2', {}, 'Cannot run'),
          h(
            'ul',
            {},
            ...steps.map(({ name, reason }) => h('li', {}, h('strong', {}, name), `, which ${reason}`)),
          ),
        ),
      ];
}

function problems({ problems: all }: Plan): Node[] {
  return all.length === 0
    ? []
    : [
        h(
          'section',
          { id: 'problems', 'aria-label': 'Problems' },
          h('h2', {}, 'Problems'),
          h(
            'ul',
            {},
            ...all.map(problem =>
              h(
                'li',
                { class: problem.severity },
                link(problem.message, problem.range),
                ' ',
                h('code', {}, problem.code),
              ),
            ),
          ),
        ),
      ];
}

editor.postMessage({ type: 'ready' });
