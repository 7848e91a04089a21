/** The menu of a step in the graph: what is done in the view, and what is done to the text by the editor itself. */
import * as vscode from 'vscode';
import type { GraphPanel, GraphPanels } from './graphPanel.ts';
import { reveal } from './groups.ts';
import type { GraphAct } from './messages.ts';

/** What the editor says of the node that was clicked: the view wrote it there. */
interface NodeContext {
  spineId?: string;
}

const ACTS: Record<string, GraphAct> = {
  'spine.graph.focus': 'focus',
  'spine.graph.upstream': 'upstream',
  'spine.graph.downstream': 'downstream',
  'spine.graph.all': 'all',
  'spine.graph.fails': 'fails',
};

/** Commands of the editor that begin at the step's name in the text. */
const AT_NAME: Record<string, string> = {
  'spine.graph.rename': 'editor.action.rename',
  'spine.graph.refactor': 'editor.action.refactor',
  'spine.graph.references': 'editor.action.referenceSearch.trigger',
};

export function graphMenu(
  panels: GraphPanels,
): Record<string, (context: NodeContext | undefined) => Promise<unknown>> {
  const at =
    (act: (panel: GraphPanel, id: string) => unknown) => async (context: NodeContext | undefined) => {
      const panel = panels.active();
      return panel && context?.spineId !== undefined ? act(panel, context.spineId) : undefined;
    };
  const goTo = async (panel: GraphPanel, id: string): Promise<boolean> => {
    const range = panel.step(id)?.name_range;
    if (!range) {
      return false;
    }
    await reveal(panel.ref.uri, range, true);
    return true;
  };
  return {
    ...Object.fromEntries(
      Object.entries(ACTS).map(([command, act]) => [command, at((panel, id) => panel.act(act, id))]),
    ),
    ...Object.fromEntries(
      Object.entries(AT_NAME).map(([command, editorCommand]) => [
        command,
        at(async (panel, id) => (await goTo(panel, id)) && vscode.commands.executeCommand(editorCommand)),
      ]),
    ),
    'spine.graph.goTo': at(goTo),
    'spine.graph.why': at((panel, id) =>
      vscode.commands.executeCommand('spine.client.why', { ...panel.ref, step: panel.step(id)?.name }),
    ),
  };
}
