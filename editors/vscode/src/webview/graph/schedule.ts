/** Shows a simulated run: what ran when on which worker, and what a failure stopped. */
import type { Simulation } from '../../protocol.ts';
import { h, put, s } from '../dom.ts';

const LANE = 20;
/** The width of one unit of time, and of the whole run at most: two runs can be compared by their looks. */
const TICK = 56;
const WIDEST = 540;
const BETWEEN_MARKS = 48;
const HEAD = 18;

export interface Schedule {
  element: HTMLElement;
  show(simulation: Simulation | null): void;
}

export function createSchedule(
  select: (name: string) => void,
  askDurations: () => void,
  close: () => void,
): Schedule {
  const message = h('p', { id: 'simulation-message', role: 'status' });
  const chart = h('div', { class: 'chart' });
  const element = h(
    'section',
    { id: 'schedule', class: 'hidden', 'aria-label': 'Simulated run' },
    h(
      'header',
      {},
      message,
      h(
        'button',
        {
          id: 'durations',
          click: askDurations,
          title: 'Say how long each step takes',
          'aria-label': 'Say how long each step takes',
        },
        h('span', { class: 'codicon codicon-watch', 'aria-hidden': 'true' }),
      ),
      h('button', { click: close, title: 'End the simulation', 'aria-label': 'End the simulation' }, '✕'),
    ),
    chart,
  );
  return {
    element,
    show(simulation) {
      element.classList.toggle('hidden', simulation === null);
      message.textContent = simulation?.message ?? '';
      chart.replaceChildren(...(simulation ? [bars(simulation, select)] : []));
    },
  };
}

function bars(simulation: Simulation, select: (name: string) => void): SVGSVGElement {
  const critical = new Set(simulation.critical_path.steps);
  const lanes = Math.max(1, ...simulation.steps.map(step => (step.worker ?? 0) + 1));
  const { makespan, unit } = simulation;
  const scale = makespan * TICK > WIDEST ? WIDEST / makespan : TICK;
  const svg = s('svg', {
    width: Math.max(1, simulation.makespan) * scale + 2,
    height: lanes * LANE + HEAD,
    role: 'img',
    'aria-label': `The run takes ${measured(makespan, unit)}; critical path ${simulation.critical_path.steps.join(', ')}`,
  });
  const stride = strideOf(BETWEEN_MARKS / scale);
  for (let time = 0; time <= makespan; time += stride) {
    svg.append(
      s('line', {
        class: 'tick',
        x1: time * scale + 0.5,
        x2: time * scale + 0.5,
        y1: 0,
        y2: lanes * LANE + HEAD,
      }),
      s('text', { class: 'tick', x: time * scale + 4, y: 12 }, plain(time)),
    );
  }
  for (const step of simulation.steps) {
    if (step.start === null || step.end === null) {
      continue;
    }
    const width = Math.max(2, (step.end - step.start) * scale - 3);
    const bar = s(
      'g',
      {
        class: `bar ${critical.has(step.name) ? 'critical' : ''}`,
        'data-run': step.state,
        'data-name': step.name,
        click: () => select(step.name),
      },
      s('title', {}, `${step.name}: ${step.state}, from ${plain(step.start)} to ${measured(step.end, unit)}`),
      s('rect', { rx: 3, width, height: LANE - 4 }),
      s('text', { x: 5, y: LANE - 8 }, clip(step.name, width)),
    );
    put(bar, 'transform', `translate(${step.start * scale + 1.5} ${HEAD + (step.worker ?? 0) * LANE})`);
    svg.append(bar);
  }
  return svg;
}

/** As people write it: no digits that a division left behind. */
const plain = (time: number) => String(Number(time.toPrecision(12)));

/** A time with its unit, which is given for several: "1 minute", "2.5 minutes", "1 unit of time". */
export const measured = (time: number, unit: string) =>
  `${plain(time)} ${plain(time) === '1' ? unit.replace(/s(?= |$)/, '') : unit}`;

/** The least of 1, 2, 5, 10, 20, ... and their parts that is no less than a time. */
export function strideOf(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find(one => one * decade >= least) ?? 10) * decade;
}

/** About what fits: seven pixels a letter. */
function clip(name: string, width: number): string {
  const letters = Math.floor((width - 8) / 7);
  return name.length <= letters ? name : letters > 1 ? `${name.slice(0, letters - 1)}…` : '';
}
