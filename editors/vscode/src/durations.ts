/** How long the steps of a group take in a simulated run: typed once, and kept for the group. */
import * as vscode from 'vscode';
import type { GroupRef } from './protocol.ts';
import { readDurations } from './runParams.ts';

const KEPT = 'spine.durations';

type Kept = Record<string, string>;

const keyOf = ({ uri, group }: GroupRef) => JSON.stringify([uri, group ?? '']);
const textOf = (memory: vscode.Memento, ref: GroupRef) => memory.get<Kept>(KEPT, {})[keyOf(ref)] ?? '';

export function durationsOf(memory: vscode.Memento, ref: GroupRef): Record<string, string> {
  const read = readDurations(textOf(memory, ref));
  return typeof read === 'string' ? {} : read;
}

/** Asks for the durations of a group; answers whether they may have changed. */
export async function askDurations(memory: vscode.Memento, ref: GroupRef): Promise<boolean> {
  const text = await vscode.window.showInputBox({
    title: 'How long do the steps take?',
    prompt:
      'As in "ingest=12min, tidy=90s, *=5min"; * is every other step. Without units, any unit is meant.',
    value: textOf(memory, ref),
    validateInput: typed => {
      const read = readDurations(typed);
      return typeof read === 'string' ? read : undefined;
    },
  });
  if (text === undefined) {
    return false;
  }
  const { [keyOf(ref)]: _, ...others } = memory.get<Kept>(KEPT, {});
  await memory.update(KEPT, text.trim() === '' ? others : { ...others, [keyOf(ref)]: text });
  return true;
}
