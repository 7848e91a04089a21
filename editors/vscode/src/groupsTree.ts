/** The tree of groups and their steps, in the order in which the planner starts them. */
import * as vscode from 'vscode';
import { toRange, toUri } from './groups.ts';
import { latest } from './latest.ts';
import type { GroupEntry, GroupRef, PlanStep } from './protocol.ts';
import type { Server } from './server.ts';

export type Entry =
  | ({ kind: 'group'; entry: GroupEntry } & GroupRef)
  | { kind: 'step'; step: PlanStep; parent: Entry; uri: string; group: string }
  | { kind: 'blocked'; name: string; because: string[]; parent: Entry; uri: string; group: string };

export interface GroupsTree extends vscode.Disposable {
  refresh(): Promise<void>;
  children(entry?: Entry): Promise<Entry[]>;
}

export function createGroupsTree(server: Server): GroupsTree {
  const changed = new vscode.EventEmitter<void>();
  let groups: Entry[] = [];

  const refresh = latest(async () => {
    try {
      const answer = await server.ask('spine.listGroups', {});
      groups = (answer?.groups ?? []).map(entry => ({
        kind: 'group' as const,
        entry,
        uri: entry.uri,
        group: entry.group,
      }));
    } catch {
      groups = []; // the server is down, and the status item says so
    }
    await vscode.commands.executeCommand('setContext', 'spine.activeIsGroup', activeIsGroup(groups));
    changed.fire();
  });

  async function children(entry?: Entry): Promise<Entry[]> {
    if (!entry) {
      return groups;
    }
    if (entry.kind !== 'group') {
      return [];
    }
    const { uri } = entry;
    const group = entry.entry.group;
    const plan = await server.ask('spine.showResolvedOrder', { uri, group });
    if (!plan) {
      return [];
    }
    return [
      ...plan.steps.map(step => ({ kind: 'step' as const, step, parent: entry, uri, group })),
      ...plan.blocked.map(({ name, because }) => ({
        kind: 'blocked' as const,
        name,
        because,
        parent: entry,
        uri,
        group,
      })),
    ];
  }

  const view = vscode.window.createTreeView('spine.groups', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: children,
      getParent: entry => (entry.kind === 'group' ? undefined : entry.parent),
      getTreeItem: treeItem,
    },
    showCollapseAll: true,
  });
  const listeners = [
    changed,
    view,
    server.onReady(() => void refresh()),
    vscode.window.onDidChangeActiveTextEditor(() => void refresh()),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.languageId === 'yaml' && contentChanges.length > 0) {
        void refresh();
      }
    }),
    vscode.workspace.onDidCloseTextDocument(() => void refresh()),
  ];
  return { refresh, children, dispose: () => vscode.Disposable.from(...listeners).dispose() };
}

function activeIsGroup(groups: readonly Entry[]): boolean {
  const active = vscode.window.activeTextEditor?.document.uri.toString();
  return groups.some(group => toUri(group.uri).toString() === active);
}

export function treeItem(entry: Entry): vscode.TreeItem {
  switch (entry.kind) {
    case 'group': {
      const { group, uri, steps, problems, range } = entry.entry;
      const item = new vscode.TreeItem(group, vscode.TreeItemCollapsibleState.Collapsed);
      item.id = `${uri}\n${group}`;
      const count = `${steps} ${steps === 1 ? 'step' : 'steps'}`;
      const faults = problems === 0 ? '' : `, ${problems} ${problems === 1 ? 'problem' : 'problems'}`;
      item.description = `${count}${faults}`;
      item.tooltip = vscode.workspace.asRelativePath(toUri(uri));
      item.iconPath = new vscode.ThemeIcon(
        problems === 0 ? 'type-hierarchy' : 'warning',
        problems === 0 ? undefined : new vscode.ThemeColor('list.warningForeground'),
      );
      item.contextValue = 'group';
      if (range) {
        item.command = goTo(uri, range);
      }
      return item;
    }
    case 'step': {
      const { name, pipeline, order, level, depends_on, range } = entry.step;
      const item = new vscode.TreeItem(name);
      item.description = `#${order + 1} · level ${level}`;
      item.tooltip = [
        pipeline ?? '',
        depends_on.length > 0 ? `waits for ${depends_on.join(', ')}` : 'waits for nothing',
      ]
        .filter(Boolean)
        .join('\n');
      item.iconPath = new vscode.ThemeIcon('circle-outline');
      if (range) {
        item.command = goTo(entry.uri, range);
      }
      return item;
    }
    case 'blocked': {
      const item = new vscode.TreeItem(entry.name);
      item.description =
        entry.because.length > 0 ? `cannot start: ${entry.because.join(', ')}` : 'cannot start';
      item.iconPath = new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('list.errorForeground'));
      return item;
    }
  }
}

function goTo(uri: string, range: import('./protocol.ts').Range): vscode.Command {
  const place = toRange(range);
  return {
    command: 'vscode.open',
    title: 'Go to Step',
    arguments: [toUri(uri), { selection: new vscode.Range(place.start, place.start), preserveFocus: true }],
  };
}
