/** The tree of groups and all their steps: those that cannot run first, the others in the order of the plan. */
import * as vscode from 'vscode';
import { toRange, toUri } from './groups.ts';
import { latest } from './latest.ts';
import type { Graph, GraphNode, GroupEntry, GroupRef, Range } from './protocol.ts';
import type { Server } from './server.ts';
import { count, levelName } from './summary.ts';

export type Entry = ({ kind: 'group'; entry: GroupEntry } & GroupRef) | StepEntry;

/** A step; as the argument of a command it says which step of which group is meant. */
export interface StepEntry {
  kind: 'step';
  node: GraphNode;
  graph: Graph;
  parent: Entry;
  uri: string;
  group: string;
  step: string;
  fails: string[];
}

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
    const files = [...new Set(groups.map(group => toUri(group.uri).fsPath))];
    await Promise.all([
      vscode.commands.executeCommand('setContext', 'spine.activeIsGroup', activeIsGroup(groups)),
      vscode.commands.executeCommand('setContext', 'spine.groupFiles', files),
      vscode.commands.executeCommand('setContext', 'spine.hasGroups', files.length > 0),
    ]);
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
    const { group, open } = entry.entry;
    if (!open) {
      await vscode.workspace.openTextDocument(toUri(uri)); // the server draws what is open
    }
    const graph = await server.ask('spine.graph', { uri, group });
    return (graph?.nodes ?? [])
      .filter(node => node.kind === 'step')
      .toSorted((a, b) => rank(a) - rank(b))
      .map(node => ({
        kind: 'step' as const,
        node,
        graph: graph as Graph,
        parent: entry,
        uri,
        group,
        step: node.name,
        fails: [node.name],
      }));
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
    server.onFiles(() => void refresh()),
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
      const { group, uri, steps, range } = entry.entry;
      const problems = entry.entry.problems ?? 0;
      const item = new vscode.TreeItem(group, vscode.TreeItemCollapsibleState.Collapsed);
      item.id = `${uri}\n${group}`;
      const path = vscode.workspace.asRelativePath(toUri(uri));
      item.description = [
        count(steps, 'step'),
        ...(problems === 0 ? [] : [count(problems, 'problem')]),
        path,
      ].join(' · ');
      item.tooltip = path;
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
    case 'step':
      return stepItem(entry);
  }
}

function stepItem({ node, graph, uri }: StepEntry): vscode.TreeItem {
  const { name, pipeline, order, level, range } = node;
  const item = new vscode.TreeItem(name);
  const reason = (node.reason ?? '').replaceAll('`', ''); // a tree shows text as it is
  item.description = reason === '' && order !== null ? `#${order + 1} · ${levelName(level ?? 0)}` : reason;
  const waits = graph.edges.filter(edge => edge.to === node.id).map(edge => edge.from.replace(/^\?/, ''));
  item.tooltip = [
    pipeline ?? '',
    reason,
    waits.length > 0 ? `waits for ${waits.join(', ')}` : 'waits for nothing',
  ]
    .filter(Boolean)
    .join('\n');
  item.iconPath = ICONS[node.state]();
  item.contextValue = 'step';
  if (range) {
    item.command = goTo(uri, range);
  }
  return item;
}

const ICONS: Record<GraphNode['state'], () => vscode.ThemeIcon> = {
  ok: () => new vscode.ThemeIcon('circle-outline'),
  cycle: () => new vscode.ThemeIcon('sync-ignored', new vscode.ThemeColor('list.errorForeground')),
  missing: () => new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  duplicate: () => new vscode.ThemeIcon('copy', new vscode.ThemeColor('list.errorForeground')),
  blocked: () => new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('list.warningForeground')),
};

/** Faults first, then what they block, then the order of the plan. */
function rank({ state, order }: GraphNode): number {
  return state === 'ok' ? (order ?? 0) : state === 'blocked' ? -1 : -2;
}

function goTo(uri: string, range: Range): vscode.Command {
  const place = toRange(range);
  return {
    command: 'vscode.open',
    title: 'Go to Step',
    arguments: [toUri(uri), { selection: new vscode.Range(place.start, place.start), preserveFocus: true }],
  };
}
