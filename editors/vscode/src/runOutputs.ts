/** What steps write, and what happens to them, each run in an output channel of its own. */
import * as vscode from 'vscode';
import type { ToldEvent } from './protocol.ts';

/** Channels that stay; older runs are shown from the history again. */
const MOST = 5;

export interface Outputs extends vscode.Disposable {
  begin(run: string, group: string): void;
  take(run: string, group: string, event: ToldEvent): void;
  say(run: string, group: string, text: string): void;
  /** Shows the output of a run, or of one of its steps; whether there is any. */
  show(run: string, step?: string): boolean;
}

interface Kept {
  channel: vscode.OutputChannel;
  /** The lines of each step, for a channel of its own when somebody wants it. */
  steps: Map<string, string[]>;
  single: Map<string, vscode.OutputChannel>;
}

export function createOutputs(): Outputs {
  const kept = new Map<string, Kept>();

  function of(run: string, group: string): Kept {
    let known = kept.get(run);
    if (!known) {
      known = {
        channel: vscode.window.createOutputChannel(`Spine run: ${group} ${run.slice(9, 15)}`),
        steps: new Map(),
        single: new Map(),
      };
      kept.set(run, known);
      for (const [old, { channel, single }] of [...kept].slice(0, -MOST)) {
        vscode.Disposable.from(channel, ...single.values()).dispose();
        kept.delete(old);
      }
    }
    return known;
  }

  function write(known: Kept, step: string, text: string): void {
    known.channel.append(text.replace(/^(?=.)/gm, `${step} | `));
    known.steps.set(step, [...(known.steps.get(step) ?? []), text]);
    known.single.get(step)?.append(text);
  }

  return {
    begin: (run, group) => of(run, group).channel.show(true),
    say: (run, group, text) => of(run, group).channel.appendLine(text),
    take(run, group, event) {
      const known = of(run, group);
      const { step } = event;
      const line = lineOf(event);
      if (step !== undefined && event.event === 'step_output') {
        write(known, step, String(event.text));
      } else if (step !== undefined && line) {
        known.channel.appendLine(`${step}: ${line}`);
        if (event.traceback) {
          write(known, step, `${String(event.traceback).trimEnd()}\n`);
        }
      } else if (line) {
        known.channel.appendLine(line);
      }
    },
    show(run, step) {
      const known = kept.get(run);
      if (!known) {
        return false;
      }
      if (step === undefined) {
        known.channel.show(true);
        return true;
      }
      let single = known.single.get(step);
      if (!single) {
        single = vscode.window.createOutputChannel(`Spine step: ${step} ${run.slice(9, 15)}`);
        single.append((known.steps.get(step) ?? []).join('') || 'It has written nothing.\n');
        known.single.set(step, single);
      }
      single.show(true);
      return true;
    },
    dispose() {
      for (const { channel, single } of kept.values()) {
        vscode.Disposable.from(channel, ...single.values()).dispose();
      }
    },
  };
}

/** What happened, as a line; nothing for what is a line already. */
export function lineOf(event: ToldEvent): string {
  const took = event.took ? ` after ${event.took}` : '';
  const status = String(event.status ?? '').replace('_', ' ');
  const error = event.error ? `: ${String(event.error).split('\n')[0]}` : '';
  switch (event.event) {
    case 'run_started':
      return `run ${event.run}`;
    case 'step_started':
      return Number(event.attempt) > 1 ? `started, attempt ${event.attempt}` : 'started';
    case 'step_waiting':
      return `waiting, because ${event.because}`;
    case 'step_retrying':
      return `failed${error}, tried again in ${event.took}`;
    case 'step_skipped':
      return `skipped, because ${event.because}`;
    case 'step_finished':
    case 'run_finished':
      return `${status}${took}${error}`;
    case 'run_cancelling':
      return 'cancelling; once more ends it at once';
    default:
      return '';
  }
}
