/** Shows a simulated run: what ran when on which worker, and what a failure stopped. */
import type { Simulation } from '../../protocol.ts';
import { h, put, s } from '../dom.ts';

const LANE = 20;
const TICK = 56;
const HEAD = 18;

export interface Schedule {
  element: HTMLElement;
  show(simulation: Simulation | null): void;
}

export function createSchedule(select: (name: string) => void, close: () => void): Schedule {
  const message = h('p', { id: 'simulation-message', role: 'status' });
  const chart = h('div', { class: 'chart' });
  const element = h(
    'section',
    { id: 'schedule', class: 'hidden', 'aria-label': 'Simulated run' },
    h(
      'header',
      {},
      message,
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
  const scale = simulation.makespan > 0 ? Math.max(TICK, 480 / simulation.makespan) : TICK;
  const svg = s('svg', {
    width: Math.max(1, simulation.makespan) * scale + 2,
    height: lanes * LANE + HEAD,
    role: 'img',
    'aria-label': `The run takes ${simulation.makespan}; critical path ${simulation.critical_path.steps.join(', ')}`,
  });
  const marks = Math.min(50, Math.ceil(simulation.makespan));
  const stride = Math.max(1, Math.ceil(simulation.makespan / Math.max(1, marks)));
  for (let time = 0; time <= simulation.makespan; time += stride) {
    svg.append(
      s('line', {
        class: 'tick',
        x1: time * scale + 0.5,
        x2: time * scale + 0.5,
        y1: 0,
        y2: lanes * LANE + HEAD,
      }),
      s('text', { class: 'tick', x: time * scale + 4, y: 12 }, String(time)),
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
      s('title', {}, `${step.name}: ${step.state}, from ${step.start} to ${step.end}`),
      s('rect', { rx: 3, width, height: LANE - 4 }),
      s('text', { x: 5, y: LANE - 8 }, clip(step.name, width)),
    );
    put(bar, 'transform', `translate(${step.start * scale + 1.5} ${HEAD + (step.worker ?? 0) * LANE})`);
    svg.append(bar);
  }
  return svg;
}

/** About what fits: seven pixels a letter. */
function clip(name: string, width: number): string {
  const letters = Math.floor((width - 8) / 7);
  return name.length <= letters ? name : letters > 1 ? `${name.slice(0, letters - 1)}…` : '';
}
