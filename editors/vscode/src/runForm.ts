/** The form for the parameters of a run: what it must be given first, with types and words from the specification. */
import * as vscode from 'vscode';
import type { GroupRef, RunParameter } from './protocol.ts';
import type { Server } from './server.ts';

const KEPT = 'spine.runParameters';

type Typed = Record<string, string>;
export interface Given {
  params?: Record<string, unknown>;
  typed?: Typed;
}

const keyOf = ({ uri, group }: GroupRef) => JSON.stringify([uri, group ?? '']);

/** Asks for the parameters of a run; what was typed last is offered. Nothing where the user gave up. */
export async function askParameters(
  memory: vscode.Memento,
  server: Server,
  ref: GroupRef,
): Promise<Given | undefined> {
  const answer = await server.ask('spine.runParameters', {
    uri: ref.uri,
    ...(ref.group ? { group: ref.group } : {}),
  });
  const parameters = answer?.parameters ?? [];
  const last = memory.get<Record<string, Typed>>(KEPT, {})[keyOf(ref)] ?? {};
  const typed: Typed = {};
  const needed = parameters.filter(one => one.required);
  for (const [index, parameter] of needed.entries()) {
    const value = await askOne(parameter, last[parameter.name], index + 1, needed.length);
    if (value === undefined) {
      return undefined;
    }
    typed[parameter.name] = value;
  }
  const others = parameters.filter(one => !one.required);
  if (others.length > 0 && !(await askOthers(others, last, typed, ref))) {
    return undefined;
  }
  return { typed };
}

export async function rememberParameters(memory: vscode.Memento, ref: GroupRef, given: Given): Promise<void> {
  if (given.typed) {
    await memory.update(KEPT, { ...memory.get(KEPT, {}), [keyOf(ref)]: given.typed });
  }
}

/** The parameters that have a value: changed one by one, until the user runs. */
async function askOthers(
  others: RunParameter[],
  last: Typed,
  typed: Typed,
  { group }: GroupRef,
): Promise<boolean> {
  for (const { name } of others) {
    const before = last[name];
    if (before !== undefined) {
      typed[name] = before;
    }
  }
  for (;;) {
    const run = { label: '$(play) Run', description: '', parameter: undefined };
    const items = [
      run,
      ...others.map(parameter => ({
        label: parameter.name,
        description: typed[parameter.name] ?? `${written(parameter.default)} (default)`,
        detail: parameter.doc,
        parameter,
      })),
    ];
    const title = `Run ${group ?? 'the group'}`;
    const chosen = await vscode.window.showQuickPick(items, {
      title,
      placeHolder: 'Run, or change a parameter',
    });
    if (!chosen) {
      return false;
    }
    if (!chosen.parameter) {
      return true;
    }
    const value = await askOne(chosen.parameter, typed[chosen.parameter.name], 1, 1);
    if (value === '') {
      delete typed[chosen.parameter.name];
    } else if (value !== undefined) {
      typed[chosen.parameter.name] = value;
    }
  }
}

async function askOne(
  { name, type, doc, choices, required, default: usual, steps }: RunParameter,
  last: string | undefined,
  number: number,
  of: number,
): Promise<string | undefined> {
  const title = `Parameter ${name}${type ? ` (${type})` : ''}${of > 1 ? `, ${number} of ${of}` : ''}`;
  const use = steps.length > 0 ? `for ${steps.slice(0, 3).join(', ')}${steps.length > 3 ? ', …' : ''}` : '';
  if (choices.length > 0) {
    const items = choices.map(choice => ({
      label: written(choice),
      description: written(choice) === last ? 'last' : '',
    }));
    const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: doc || use });
    return chosen?.label;
  }
  return vscode.window.showInputBox({
    title,
    prompt: [doc, use].filter(Boolean).join(' · '),
    value: last ?? (required ? '' : written(usual)),
    ignoreFocusOut: true,
    validateInput: text =>
      required && text === '' ? `${name} has no default, so a run must give it` : undefined,
  });
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
