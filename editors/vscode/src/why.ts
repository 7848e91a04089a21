/** "Why does this step wait?": chooses two steps, asks the server for the paths between them, and shows them. */
import * as vscode from 'vscode';
import { nodeAt } from './graphModel.ts';
import type { GraphPanels } from './graphPanels.ts';
import { meantGroup, reveal, sameDocument, toUri } from './groups.ts';
import type { Explanation, Graph, GroupRef, PathStop } from './protocol.ts';
import type { Server } from './server.ts';

export interface WhyArgument {
  step?: string;
  on?: string;
}

export async function why(
  server: Server,
  panels: GraphPanels,
  argument: unknown,
  focused: GroupRef | undefined,
): Promise<Explanation | null | undefined> {
  const ref = await meantGroup(server, argument, focused);
  const graph = ref && (await server.ask('spine.graph', ref));
  if (!graph) {
    return undefined;
  }
  const given = (argument ?? {}) as WhyArgument;
  const step = given.step ?? stepAtCursor(graph) ?? (await pickStep(graph));
  const on = step && (given.on ?? (await pickCause(server, ref, graph, step)));
  if (!step || !on) {
    return undefined;
  }
  const explanation = await server.ask('spine.explainPath', { ...ref, step, on });
  for (const panel of panels.of({ uri: graph.uri, group: graph.group })) {
    panel.showPath(explanation);
  }
  if (explanation) {
    await showExplanation(explanation);
  }
  return explanation;
}

function stepAtCursor(graph: Graph): string | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor && sameDocument(editor.document.uri, toUri(graph.uri))
    ? nodeAt(graph, editor.selection.active)?.name
    : undefined;
}

async function pickStep(graph: Graph): Promise<string | undefined> {
  const names = graph.nodes.filter(node => node.kind === 'step').map(node => node.name);
  return vscode.window.showQuickPick(names, {
    title: 'Why does this step wait?',
    placeHolder: 'The step that waits',
  });
}

async function pickCause(
  server: Server,
  ref: GroupRef,
  graph: Graph,
  step: string,
): Promise<string | undefined> {
  const upstream = new Set((await server.ask('spine.explainPath', { ...ref, step }))?.upstream);
  const others = graph.nodes.filter(node => node.name !== step && node.kind === 'step');
  const label = (waits: boolean) => (waits ? 'it waits for' : 'it does not wait for');
  const items = [true, false].flatMap((waits): vscode.QuickPickItem[] => {
    const some = others.filter(node => upstream.has(node.name) === waits);
    return some.length === 0
      ? []
      : [
          { label: label(waits), kind: vscode.QuickPickItemKind.Separator },
          ...some.map(node => ({ label: node.name, description: node.pipeline ?? '' })),
        ];
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: `Why does ${step} wait?`,
    placeHolder: 'For which step?',
  });
  return chosen?.label;
}

async function showExplanation(explanation: Explanation): Promise<void> {
  if (explanation.paths.length === 0) {
    void vscode.window.showInformationMessage(explanation.message);
    return;
  }
  type Item = vscode.QuickPickItem & { stop?: PathStop };
  const items = explanation.paths.flatMap((path, index): Item[] => [
    { label: path.map(stop => stop.name).join(' → '), kind: vscode.QuickPickItemKind.Separator },
    ...path.map((stop, place): Item => {
      const next = path[place + 1];
      return {
        label: stop.name,
        description: next ? `waits for ${next.name}` : '',
        ...(explanation.paths.length > 1 && place === 0 ? { detail: `path ${index + 1}` } : {}),
        stop,
      };
    }),
  ]);
  const chosen = await vscode.window.showQuickPick(items, {
    title: explanation.message,
    placeHolder: 'Go to',
    onDidSelectItem: item => {
      const stop = (item as Item).stop;
      const range = stop?.edge_range ?? stop?.range;
      if (stop && range) {
        void reveal(stop.uri, range, false);
      }
    },
  });
  const stop = chosen?.stop;
  const range = stop?.edge_range ?? stop?.range;
  if (stop && range) {
    await reveal(stop.uri, range, true);
  }
}

/** Simulates a group in its graph: nothing fails at first, and a click on a step lets it fail. */
export async function simulate(
  server: Server,
  panels: GraphPanels,
  argument: unknown,
  focused: GroupRef | undefined,
): Promise<void> {
  const ref = await meantGroup(server, argument, focused);
  if (ref) {
    const fails = (argument as { fails?: string[] } | undefined)?.fails ?? [];
    panels.show(ref, panel => void panel.simulate(fails));
  }
}
