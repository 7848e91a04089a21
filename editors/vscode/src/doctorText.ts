/** What the server knows of the workspace, as lines for people: the answer of `spine.doctor` and the Python it runs on. */
import type { Doctor } from './protocol.ts';
import { count } from './summary.ts';

/** The shortest that says whether all is well: what is read, and by which options. */
export function doctorSummary({ index, configuration }: Doctor): string {
  const read = index.ready ? '' : 'still reading: ';
  const faults = configuration.files.reduce((sum, { faults }) => sum + faults.length, 0);
  return [
    `${read}${count(index.groups, 'group')}, ${count(index.registrations, 'pipeline')} registered in ${count(index.python.read, 'Python file')}`,
    configuration.file === null ? 'no file of options' : `options of ${configuration.file}`,
    ...(faults > 0 ? [`${count(faults, 'fault')} in files of options`] : []),
  ].join(' · ');
}

/** All of it, as Markdown; `python` says which Python the server runs on. */
export function doctorText(doctor: Doctor, python: string): string {
  const { index, configuration, open } = doctor;
  const chosen = configuration.options.filter(({ from }) => from !== 'default');
  const found = (['error', 'warning', 'information', 'hint'] as const).map(
    severity => `${open[severity]} ${severity}`,
  );
  const lines = [
    '# What the Spine server knows',
    '',
    `- spine-lsp ${doctor.server}, on ${python}`,
    ...doctor.folders.map(folder => `- folder ${quoted(folder)}`),
    '',
    '## Read from the workspace',
    '',
    ...(index.ready ? [] : ['- not all of it yet: the folders are still being read']),
    `- ${count(index.groups, 'group')} of ${count(index.steps, 'step')}`,
    `- ${count(index.python.read, 'Python file')} read, ${index.python.passed} passed over (nothing of Spine in them), ${index.python.broken} that cannot be parsed`,
    `- ${count(index.registrations, 'pipeline')} registered, ${count(index.duplicates, 'name')} registered twice, ${count(index.unknown, 'registration')} that only a run would tell`,
    '',
    '## Open documents',
    '',
    `- ${count(open.documents, 'document')} of Spine: ${found.join(', ')}`,
    '',
    '## Options',
    '',
    configuration.file === null ? '- no file of options holds' : `- of ${quoted(configuration.file)}`,
    ...chosen.map(({ name, value, from }) => `- ${name} = ${quoted(JSON.stringify(value))} (${from})`),
    '- everything else has its default',
    ...configuration.files.flatMap(({ file, overruled, faults }) => [
      ...(overruled ? [`- ${quoted(file)} is overruled by another file beside it`] : []),
      ...faults.map(
        fault => `- ${quoted(`${file}:${fault.line}:${fault.column}`)}: ${quoted(fault.message)}`,
      ),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** As code, so that nothing in it is taken for Markdown. */
function quoted(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ');
  const ticks = '`'.repeat(Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return ticks.length === 1 ? `\`${flat}\`` : `${ticks} ${flat} ${ticks}`;
}
