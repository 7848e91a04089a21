/** The resolved order: levels, steps, and merged parameters with their origin, for run parameters one can enter. */
import * as vscode from 'vscode';
import { reveal, sameDocument, toUri } from './groups.ts';
import { latest } from './latest.ts';
import type { FromPlan, PlanState, ToPlan } from './messages.ts';
import type { GroupRef } from './protocol.ts';
import { readParams } from './runParams.ts';
import type { Server } from './server.ts';
import { viewHtml, webviewOptions } from './webviewHtml.ts';

export const PLAN_VIEW = 'spine.plan';

export interface PlanPanels {
  show(ref: GroupRef): void;
  restore(panel: vscode.WebviewPanel, state: PlanState): void;
}

export function createPlanPanels(
  context: vscode.ExtensionContext,
  server: Server,
  log: vscode.LogOutputChannel,
): PlanPanels {
  const open = new Map<vscode.WebviewPanel, () => GroupRef>();

  function attach(panel: vscode.WebviewPanel, state: PlanState): void {
    open.set(panel, connect(context, server, log, panel, state));
    panel.onDidDispose(() => open.delete(panel));
  }

  return {
    show(ref) {
      for (const [panel, shown] of open) {
        if (shown().group === ref.group && sameDocument(toUri(shown().uri), toUri(ref.uri))) {
          panel.reveal(undefined, true);
          return;
        }
      }
      const panel = vscode.window.createWebviewPanel(
        PLAN_VIEW,
        'Resolved Order',
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { ...webviewOptions(context), enableFindWidget: true },
      );
      attach(panel, { ...ref, params: [] });
    },
    restore: attach,
  };
}

function connect(
  context: vscode.ExtensionContext,
  server: Server,
  log: vscode.LogOutputChannel,
  panel: vscode.WebviewPanel,
  first: PlanState,
): () => GroupRef {
  let state = first;
  const ref = (): GroupRef => ({
    uri: state.uri,
    ...(state.group === undefined ? {} : { group: state.group }),
  });
  const post = (message: ToPlan) => void panel.webview.postMessage(message);
  const isOurs = (document: vscode.TextDocument) => sameDocument(document.uri, toUri(state.uri));

  const refresh = latest(async () => {
    try {
      const plan = await server.ask('spine.showResolvedOrder', {
        ...ref(),
        params: readParams(state.params),
      });
      if (plan === null) {
        post({ type: 'stale', reason: 'The text holds no such group now; this is its last order.' });
        return;
      }
      state = { ...state, group: plan.group };
      panel.title = `Order: ${plan.group}`;
      post({ type: 'plan', plan });
    } catch (error) {
      log.warn(`the resolved order could not be read: ${error}`);
      post({ type: 'stale', reason: `No answer: ${error instanceof Error ? error.message : error}.` });
    }
  });

  async function receive(message: FromPlan): Promise<void> {
    switch (message.type) {
      case 'ready':
        return refresh();
      case 'state':
        state = message.state;
        return;
      case 'params':
        state = { ...state, params: message.params };
        return refresh();
      case 'reveal':
        return reveal(state.uri, message.range, message.focus);
      case 'graph':
        await vscode.commands.executeCommand('spine.client.showGraph', ref());
        return;
      case 'fault':
        return log.error(`the view of the resolved order: ${message.message}`);
    }
  }

  const listeners = [
    panel.webview.onDidReceiveMessage((message: FromPlan) => {
      receive(message).catch(error =>
        log.error(`the view of the resolved order asked for ${message.type}: ${error}`),
      );
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && isOurs(document)) {
        void refresh();
      }
    }),
    vscode.workspace.onDidOpenTextDocument(document => {
      if (isOurs(document)) {
        void refresh();
      }
    }),
    server.onReady(() => void refresh()),
  ];
  panel.onDidDispose(() => vscode.Disposable.from(...listeners).dispose());
  panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'images', 'icon.png');
  panel.webview.options = webviewOptions(context);
  panel.webview.html = viewHtml(context, panel.webview, 'plan', { state: JSON.stringify(first) });
  void vscode.workspace.openTextDocument(toUri(state.uri)).then(undefined, error => {
    post({ type: 'stale', reason: `The file could not be opened: ${error}.` });
  });
  return ref;
}
