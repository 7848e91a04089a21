/** Questions of a resolved order that need no server: what all steps get, what its templates ask for, and it as text. */
import type { Origin, Plan, PlanStep } from './protocol.ts';

const TEMPLATE = /\{\{\s*params\.([\w-]+)\s*\}\}/g;

export interface Param {
  key: string;
  value: unknown;
  origin: Origin;
}

/** What the group and the run give to every step that does not set it itself, in the order of the keys. */
export function sharedParams(plan: Plan): Param[] {
  const shared = new Map<string, Param>();
  for (const step of plan.steps) {
    for (const [key, param] of Object.entries(step.params)) {
      if (param.origin !== 'step' && !shared.has(key)) {
        shared.set(key, { key, ...param });
      }
    }
  }
  return [...shared.values()];
}

/** The parameters that a step sets itself. */
export function ownParams(step: PlanStep): Param[] {
  return Object.entries(step.params)
    .filter(([, param]) => param.origin === 'step')
    .map(([key, param]) => ({ key, ...param }));
}

/** The names that the templates of a value ask the run for, each once. */
export function templatesIn(value: unknown): string[] {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return [...new Set([...text.matchAll(TEMPLATE)].map(match => match[1] as string))];
}

/** The run parameters that the templates of a plan ask for, in the order in which they are met. */
export function askedFor(plan: Plan): string[] {
  const values = plan.steps.flatMap(step => Object.values(step.params).map(param => param.value));
  return [...new Set(values.flatMap(templatesIn))];
}

/** Whether a step is looked for: by its name, its pipeline, or one of its parameters. */
export function fits(step: PlanStep, wanted: string): boolean {
  const text = [step.name, step.pipeline ?? '', ...Object.keys(step.params)].join('\n').toLowerCase();
  return text.includes(wanted.trim().toLowerCase());
}

const words = (params: Param[]) =>
  params.map(({ key, value }) => `${key} = ${JSON.stringify(value)}`).join(', ');

/** The order as a table in Markdown, which pastes well into chats, issues and documents. */
export function toMarkdown(plan: Plan): string {
  const cell = (text: string) =>
    text
      .replaceAll('\\', '\\\\')
      .replaceAll('|', '\\|')
      .replaceAll(/\s*\n\s*/g, ' ');
  const rows = plan.steps.map(step =>
    [
      String(step.order + 1),
      String(step.level),
      step.name,
      step.pipeline ?? '',
      step.depends_on.join(', '),
      words(ownParams(step)),
    ].map(cell),
  );
  const shared = words(sharedParams(plan));
  const table = [
    ['#', 'Level', 'Step', 'Pipeline', 'Waits for', 'Parameters'],
    Array(6).fill('---'),
    ...rows,
  ];
  return `${shared === '' ? '' : `Every step: ${cell(shared)}\n\n`}${table.map(row => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

/** The run parameters as options of the command line, quoted for a shell where they need it. */
export function toOptions(entries: readonly (readonly [key: string, text: string])[]): string {
  const quoted = (text: string) =>
    /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return entries
    .filter(([key]) => key.trim() !== '')
    .map(([key, text]) => `--param ${quoted(`${key.trim()}=${text}`)}`)
    .join(' ');
}
