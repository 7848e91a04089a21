/** The line under the graph: what the group is, in a few words. */
import type { Graph, Problem } from './protocol.ts';

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** A level as people are shown it: from 1, as the steps beside it are counted. */
export function levelName(level: number): string {
  return `level ${level + 1}`;
}

export function summaryOf(graph: Graph): string {
  const steps = graph.nodes.filter(node => node.kind === 'step' && node.change !== 'removed').length;
  return [
    `${graph.group}${graph.version === null || graph.version === undefined ? '' : ` v${graph.version}`}`,
    count(steps, 'step'),
    count(graph.levels.length, 'level'),
    graph.cycles.length > 0 ? count(graph.cycles.length, 'cycle') : '',
    problemWords(graph.problems),
    graph.policy.words,
  ]
    .filter(part => part !== '')
    .join(' · ');
}

/** Errors and warnings, as everybody else counts them; information and hints are no problems. */
export function problemWords(problems: readonly Problem[]): string {
  const errors = problems.filter(problem => problem.severity === 'error').length;
  const warnings = problems.filter(problem => problem.severity === 'warning').length;
  return [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : '']
    .filter(part => part !== '')
    .join(', ');
}
