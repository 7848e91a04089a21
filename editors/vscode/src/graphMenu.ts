/** The menu of the graph: what is done in the view, what is done to the text, and what the editor does itself. */
import * as vscode from 'vscode';
import type { GraphPanel } from './graphPanel.ts';
import type { GraphPanels } from './graphPanels.ts';
import { reveal } from './groups.ts';
import type { GraphAct, GraphSpot } from './messages.ts';

/** What the editor says of the place that was clicked: the view wrote it there. */
interface SpotContext {
  spineId?: string;
  spineFrom?: string;
  spineTo?: string;
  /** The number of the page. */
  spinePanel?: number;
}

const ACTS: Record<string, GraphAct> = {
  'spine.graph.focus': 'focus',
  'spine.graph.upstream': 'upstream',
  'spine.graph.downstream': 'downstream',
  'spine.graph.all': 'all',
  'spine.graph.fails': 'fails',
  'spine.graph.rename': 'rename',
  'spine.graph.insertBefore': 'insertBefore',
  'spine.graph.insertAfter': 'insertAfter',
  'spine.graph.addDependent': 'addStep',
  'spine.graph.addStep': 'addStep',
  'spine.graph.connect': 'connect',
  'spine.graph.delete': 'delete',
  'spine.graph.insertOnEdge': 'insertOnEdge',
  'spine.graph.removeEdge': 'removeEdge',
  'spine.graph.foldNames': 'foldNames',
  'spine.graph.copyLink': 'link',
};

/** Commands of the editor that begin at the step's name in the text. */
const AT_NAME: Record<string, string> = {
  'spine.graph.refactor': 'editor.action.refactor',
  'spine.graph.references': 'editor.action.referenceSearch.trigger',
};

type Command = (context: SpotContext | undefined) => Promise<unknown>;

export function graphMenu(panels: GraphPanels): Record<string, Command> {
  const at =
    (act: (panel: GraphPanel, spot: GraphSpot) => unknown): Command =>
    async context => {
      const panel = panels.numbered(context?.spinePanel) ?? panels.active();
      return panel && context ? act(panel, spotOf(context)) : undefined;
    };
  return {
    ...Object.fromEntries(
      Object.entries(ACTS).map(([command, act]) => [command, at((panel, spot) => panel.act(act, spot))]),
    ),
    ...Object.fromEntries(
      Object.entries(AT_NAME).map(([command, editorCommand]) => [
        command,
        at(async (panel, spot) => (await goTo(panel, spot)) && vscode.commands.executeCommand(editorCommand)),
      ]),
    ),
    'spine.graph.goTo': at(goTo),
    'spine.graph.why': at((panel, { id, from, to }) =>
      vscode.commands.executeCommand('spine.client.why', {
        ...panel.ref,
        step: panel.step(to ?? id)?.name,
        ...(from === undefined ? {} : { on: panel.step(from)?.name }),
      }),
    ),
  };
}

function spotOf({ spineId, spineFrom, spineTo }: SpotContext): GraphSpot {
  return {
    ...(spineId === undefined ? {} : { id: spineId }),
    ...(spineFrom === undefined ? {} : { from: spineFrom }),
    ...(spineTo === undefined ? {} : { to: spineTo }),
  };
}

async function goTo(panel: GraphPanel, { id, to }: GraphSpot): Promise<boolean> {
  const range = panel.step(to ?? id)?.name_range;
  if (!range) {
    return false;
  }
  await reveal(panel.ref.uri, range, true);
  return true;
}
