/** The tree of runs: newest first, each with its steps, from the history. */
import * as vscode from 'vscode';
import { toUri } from './groups.ts';
import type { LastingCommands } from './lastingCommands.ts';
import { latest } from './latest.ts';
import type { RunStep, RunSummary } from './protocol.ts';
import type { Server } from './server.ts';
import { count } from './summary.ts';

export type RunEntry = { kind: 'run'; run: RunSummary } | { kind: 'runStep'; run: RunSummary; step: RunStep };

export interface RunsTree extends vscode.Disposable {
  refresh(): Promise<void>;
  children(entry?: RunEntry): RunEntry[];
}

export function createRunsTree(server: Server, { lasting }: LastingCommands): RunsTree {
  const changed = new vscode.EventEmitter<void>();
  let runs: RunSummary[] = [];
  const refresh = latest(async () => {
    if (!view.visible) {
      return;
    }
    try {
      runs = (await server.ask('spine.runs', { limit: 50 }))?.runs ?? [];
    } catch {
      runs = []; // the server is down, and the status item says so
    }
    changed.fire();
  });
  const children = (entry?: RunEntry): RunEntry[] =>
    entry === undefined
      ? runs.map(run => ({ kind: 'run', run }))
      : entry.kind === 'run'
        ? entry.run.steps.map(step => ({ kind: 'runStep', run: entry.run, step }))
        : [];
  const view: vscode.TreeView<RunEntry> = vscode.window.createTreeView('spine.runs', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: children,
      getTreeItem(entry) {
        const item = runItem(entry);
        return Object.assign(item, item.command && { command: lasting(item.command) });
      },
    },
  });
  const seen = view.onDidChangeVisibility(() => void refresh());
  return { refresh, children, dispose: () => vscode.Disposable.from(changed, view, seen).dispose() };
}

export function runItem(entry: RunEntry): vscode.TreeItem {
  if (entry.kind === 'run') {
    const { id, group, state, started_at, took, steps, error, file } = entry.run;
    const item = new vscode.TreeItem(group, vscode.TreeItemCollapsibleState.Collapsed);
    const done = steps.filter(step => step.state === 'completed').length;
    item.id = id;
    item.description = `${state.replace('_', ' ')} · ${new Date(started_at).toLocaleString()}`;
    item.tooltip = [id, `${done} of ${count(steps.length, 'step')}${after(took)}`, error ?? '', file]
      .filter(Boolean)
      .join('\n');
    item.iconPath = iconOf(state);
    item.contextValue = state === 'running' ? 'run.live' : state === 'completed' ? 'run.done' : 'run.open';
    return item;
  }
  const { run, step } = entry;
  const item = new vscode.TreeItem(step.name);
  item.id = `${run.id}\n${step.name}`;
  item.description = `${step.state.replace('_', ' ')}${after(step.took)}`;
  item.tooltip = step.error ?? step.pipeline;
  item.iconPath = iconOf(step.state);
  item.contextValue = 'runStep';
  item.command = {
    command: 'spine.client.showRunOutput',
    title: 'Show Output',
    arguments: [{ run: { id: run.id }, step: { name: step.name } }],
  };
  return item;
}

/** The group of a run, as commands take it. */
export const groupOfRun = (run: RunSummary) => ({
  uri: toUri(vscode.Uri.file(run.file).toString()).toString(),
  group: run.group,
});

const after = (took: string | null) => (took === null ? '' : ` after ${took}`);

const ICONS: Record<string, [icon: string, colour?: string]> = {
  completed: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  timed_out: ['error', 'testing.iconFailed'],
  lost: ['error', 'testing.iconFailed'],
  partial: ['warning', 'list.warningForeground'],
  cancelled: ['circle-slash'],
  running: ['sync~spin'],
  skipped: ['debug-step-over'],
};

function iconOf(state: string): vscode.ThemeIcon {
  const [icon, colour] = ICONS[state] ?? ['circle-outline'];
  return new vscode.ThemeIcon(icon, colour === undefined ? undefined : new vscode.ThemeColor(colour));
}
