/** The resolved order: levels, steps, and merged parameters with their origin, for run parameters one can enter. */
import * as vscode from 'vscode';
import { reveal, sameDocument, toUri } from './groups.ts';
import type { FromPlan, PlanState, ToPlan } from './messages.ts';
import { connectPanel, type GroupPanel, NoSuchGroup, type Surroundings } from './panel.ts';
import type { GroupRef } from './protocol.ts';
import { readParams } from './runParams.ts';
import { tabHost, type ViewHost } from './viewHost.ts';
import { webviewOptions } from './webviewHtml.ts';

export const PLAN_VIEW = 'spine.plan';

/** How long the status bar says that something was copied. */
const COPIED_MS = 2000;

export interface PlanPanels {
  show(ref: GroupRef): void;
  restore(panel: vscode.WebviewPanel, state: PlanState): void;
  /** The group of the panel that has the focus, if one has. */
  focused(): GroupRef | undefined;
}

type PlanPanel = GroupPanel<PlanState, ToPlan>;

export function createPlanPanels(surroundings: Surroundings): PlanPanels {
  const open = new Map<vscode.WebviewPanel, PlanPanel>();

  function attach(panel: vscode.WebviewPanel, state: PlanState): void {
    open.set(panel, connect(surroundings, tabHost(surroundings.context, panel), state));
    panel.onDidDispose(() => open.delete(panel));
  }

  return {
    show(ref) {
      for (const shown of open.values()) {
        if (shown.ref.group === ref.group && sameDocument(toUri(shown.ref.uri), toUri(ref.uri))) {
          shown.reveal();
          return;
        }
      }
      const panel = vscode.window.createWebviewPanel(
        PLAN_VIEW,
        'Resolved Order',
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { ...webviewOptions(surroundings.context), enableFindWidget: true },
      );
      attach(panel, { ...ref, params: [] });
    },
    restore: attach,
    focused: () => [...open].find(([panel]) => panel.active)?.[1].ref,
  };
}

function connect(surroundings: Surroundings, host: ViewHost, first: PlanState): PlanPanel {
  const { server, log } = surroundings;

  async function refresh(): Promise<void> {
    const plan = await server.ask('spine.showResolvedOrder', {
      ...self.ref,
      params: readParams(self.state.params),
    });
    if (plan === null) {
      throw new NoSuchGroup('the text holds no such group now; this is its last order');
    }
    self.setTitle(`Order: ${plan.group}`);
    self.post({ type: 'plan', plan, shown: self.shown });
    void vscode.commands.executeCommand('setContext', 'spine.planShown', true);
  }

  async function receive(message: FromPlan): Promise<void> {
    switch (message.type) {
      case 'ready':
        return self.refresh();
      case 'params':
        self.state = { ...self.state, params: message.params };
        return self.refresh();
      case 'reveal':
        return reveal(self.state.uri, message.range, message.focus);
      case 'graph':
        await vscode.commands.executeCommand('spine.client.showGraph', self.ref);
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        void vscode.window.setStatusBarMessage('$(check) Copied', COPIED_MS);
        return;
      case 'fault':
        return log.error(`the view of the resolved order: ${message.message}`);
    }
  }

  const self: PlanPanel = connectPanel(
    surroundings,
    host,
    { view: 'plan', title: 'the view of the resolved order', refresh, receive },
    first,
  );
  self.onClose(
    host.onDidChange(() => setFocusContext(host.active)),
    { dispose: () => setFocusContext(false) },
  );
  setFocusContext(host.active);
  return self;
}

function setFocusContext(on: boolean): void {
  void vscode.commands.executeCommand('setContext', 'spine.planFocused', on);
}
