/** The resolved order as a page: levels, steps, merged parameters with their origin, and run parameters to enter. */
import './plan.css';
import type { FromPlan, PlanState, ToPlan } from '../../messages.ts';
import type { Plan, PlanStep, Range } from '../../protocol.ts';
import { editorApi, h, plain } from '../dom.ts';

const editor = editorApi<PlanState, FromPlan>();
const given = JSON.parse(document.body.dataset.state ?? '{}') as PlanState;
let state: PlanState = { ...given, ...(editor.getState() ?? {}) };

const banner = h('div', { id: 'banner', role: 'status', class: 'hidden' });
const head = h('header');
const rows = h('div', { id: 'params' });
const form = h(
  'section',
  { 'aria-label': 'Run parameters' },
  h('h2', {}, 'Run parameters'),
  h(
    'p',
    { class: 'quiet' },
    'What a run is started with. Numbers, true, false and JSON are read as such, the rest as text.',
  ),
  rows,
  h('button', { id: 'add', click: () => addRow('', '', true) }, 'Add a parameter'),
);
const body = h('main', { id: 'order' });
document.body.append(banner, head, form, body);

for (const [key, text] of state.params) {
  addRow(key, text, false);
}

window.addEventListener('message', (event: MessageEvent<ToPlan>) => {
  if (event.data.type === 'plan') {
    banner.classList.add('hidden');
    remember(event.data.shown);
    show(event.data.plan);
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

function addRow(key: string, text: string, focus: boolean): void {
  const changed = () => {
    const params = [...rows.children].map((row): [string, string] => {
      const [name, value] = row.querySelectorAll('input');
      return [name?.value ?? '', value?.value ?? ''];
    });
    remember({ params });
    editor.postMessage({ type: 'params', params });
  };
  const name = h('input', {
    placeholder: 'name',
    'aria-label': 'Name',
    value: key,
    spellcheck: 'false',
    input: changed,
  });
  const row = h(
    'div',
    { class: 'param' },
    name,
    h('input', {
      placeholder: 'value',
      'aria-label': 'Value',
      value: text,
      spellcheck: 'false',
      input: changed,
    }),
    h(
      'button',
      {
        'aria-label': 'Remove this parameter',
        click: () => {
          row.remove();
          changed();
        },
      },
      '✕',
    ),
  );
  rows.append(row);
  if (focus) {
    name.focus();
  }
}

function show(plan: Plan): void {
  const scroll = document.documentElement.scrollTop;
  const { execution, max_concurrency, on_failure, timeout_minutes } = plan.policy;
  const policy = [
    execution,
    max_concurrency && execution === 'parallel' ? `at most ${max_concurrency} at once` : '',
    `on failure ${on_failure}`,
    timeout_minutes ? `${timeout_minutes} minutes at most` : '',
  ].filter(part => part !== '');
  head.replaceChildren(
    h(
      'h1',
      {},
      plan.group,
      plan.version === null || plan.version === undefined
        ? undefined
        : h('span', { class: 'quiet' }, ` v${plan.version}`),
    ),
    h('button', { id: 'graph', click: () => editor.postMessage({ type: 'graph' }) }, 'Show graph'),
    h(
      'p',
      { class: 'quiet', role: 'status' },
      `${plan.steps.length} ${plan.steps.length === 1 ? 'step' : 'steps'} in ${plan.levels.length} ${plan.levels.length === 1 ? 'level' : 'levels'} · ${policy.join(', ')}`,
    ),
  );
  body.replaceChildren(...levels(plan), ...blocked(plan), ...problems(plan));
  document.documentElement.scrollTop = scroll;
}

function levels(plan: Plan): Node[] {
  const steps = new Map(plan.steps.map(step => [step.name, step]));
  return plan.levels.map((names, level) =>
    h(
      'section',
      { 'aria-label': `Level ${level}` },
      h(
        'h2',
        {},
        `Level ${level}`,
        h(
          'span',
          { class: 'quiet' },
          ` ${names.length === 1 ? '1 step' : `${names.length} steps that could start together`}`,
        ),
      ),
      h(
        'table',
        { class: 'steps' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...['#', 'Step', 'Pipeline', 'Waits for', 'Parameters'].map(title =>
              h('th', { scope: 'col' }, title),
            ),
          ),
        ),
        h('tbody', {}, ...names.map(name => steps.get(name)).flatMap(step => (step ? [row(step)] : []))),
      ),
    ),
  );
}

function row(step: PlanStep): HTMLElement {
  return h(
    'tr',
    { 'data-step': step.name },
    h('td', { class: 'number' }, String(step.order + 1)),
    h('th', { scope: 'row' }, link(step.name, step.range)),
    h('td', {}, step.pipeline ?? ''),
    h('td', {}, step.depends_on.join(', ')),
    h(
      'td',
      {},
      h(
        'ul',
        { class: 'params' },
        ...Object.entries(step.params).map(([key, { value, origin }]) =>
          h(
            'li',
            { 'data-param': key, 'data-origin': origin },
            h('code', {}, `${key} = ${plain(value)}`),
            h('span', { class: `origin ${origin}`, title: ORIGINS[origin] ?? '' }, origin),
          ),
        ),
      ),
    ),
  );
}

const ORIGINS: Record<string, string> = {
  default: "from the group's defaults",
  run: 'from the run parameters above',
  step: 'set by the step itself',
};

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

function blocked(plan: Plan): Node[] {
  return plan.blocked.length === 0
    ? []
    : [
        h(
          'section',
          { id: 'blocked', 'aria-label': 'Cannot start' },
          h('h2', {}, 'Cannot start'),
          h(
            'ul',
            {},
            ...plan.blocked.map(({ name, because }) =>
              h(
                'li',
                {},
                h('strong', {}, name),
                because.length > 0 ? ` because of ${because.join(', ')}` : '',
              ),
            ),
          ),
        ),
      ];
}

function problems(plan: Plan): Node[] {
  return plan.problems.length === 0
    ? []
    : [
        h(
          'section',
          { id: 'problems', 'aria-label': 'Problems' },
          h('h2', {}, 'Problems'),
          h(
            'ul',
            {},
            ...plan.problems.map(problem =>
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
