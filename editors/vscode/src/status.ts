/** Shows how the server is: one item in the status bar, and the language status of YAML files. */
import * as vscode from 'vscode';

export type ServerState =
  | { kind: 'starting' }
  | { kind: 'running' }
  | { kind: 'stopped' }
  | { kind: 'failed'; reason: string };

export interface Status extends vscode.Disposable {
  set(state: ServerState): void;
  readonly state: ServerState;
  /** The state in one sentence. */
  readonly text: string;
}

export const SELECTOR: { language: string; scheme: string }[] = ['file', 'untitled', 'vscode-vfs'].map(
  scheme => ({ language: 'yaml', scheme }),
);

export function createStatus(): Status {
  const bar = vscode.window.createStatusBarItem('spine.status', vscode.StatusBarAlignment.Right, 90);
  bar.name = 'Spine';
  bar.command = 'spine.client.menu';
  const language = vscode.languages.createLanguageStatusItem('spine.status', SELECTOR);
  language.name = 'Spine';
  language.command = { command: 'spine.client.restart', title: 'Restart' };
  let state: ServerState = { kind: 'stopped' };

  const show = () => {
    const problems = ownProblems();
    const look = appearance(state, problems);
    bar.text = `${look.icon} Spine${look.suffix}`;
    bar.tooltip = `${look.text} Click for what can be done.`;
    bar.backgroundColor = look.alarm ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    bar.accessibilityInformation = { label: `Spine: ${look.text}`, role: 'button' };
    language.text = 'Spine';
    language.detail = look.text;
    language.busy = state.kind === 'starting';
    language.severity = look.alarm
      ? vscode.LanguageStatusSeverity.Error
      : vscode.LanguageStatusSeverity.Information;
    // The focus may be in a panel or in the log: what counts is what is open.
    const isYaml = vscode.window.visibleTextEditors.some(editor => editor.document.languageId === 'yaml');
    if (isYaml || look.alarm) {
      bar.show();
    } else {
      bar.hide();
    }
  };
  const listeners = [
    vscode.languages.onDidChangeDiagnostics(show),
    vscode.window.onDidChangeActiveTextEditor(show),
    vscode.window.onDidChangeVisibleTextEditors(show),
  ];
  show();
  return {
    set(next) {
      state = next;
      show();
    },
    get state() {
      return state;
    },
    get text() {
      return appearance(state, ownProblems()).text;
    },
    dispose: () => vscode.Disposable.from(bar, language, ...listeners).dispose(),
  };
}

/** The errors and warnings of the file in the foreground; without one, of all files. */
function ownProblems(): number {
  const uri = (
    vscode.window.activeTextEditor ??
    vscode.window.visibleTextEditors.find(editor => editor.document.languageId === 'yaml')
  )?.document.uri;
  const found = uri
    ? vscode.languages.getDiagnostics(uri)
    : vscode.languages.getDiagnostics().flatMap(([, list]) => list);
  return found.filter(one => one.source === 'spine' && one.severity <= vscode.DiagnosticSeverity.Warning)
    .length;
}

function appearance(state: ServerState, problems: number) {
  switch (state.kind) {
    case 'starting':
      return { icon: '$(loading~spin)', suffix: '', text: 'The server is starting.', alarm: false };
    case 'running':
      return problems === 0
        ? { icon: '$(check)', suffix: '', text: 'Running, no problems.', alarm: false }
        : {
            icon: '$(warning)',
            suffix: ` ${problems}`,
            text: `Running, ${problems} ${problems === 1 ? 'problem' : 'problems'}.`,
            alarm: false,
          };
    case 'stopped':
      return { icon: '$(circle-slash)', suffix: '', text: 'The server is stopped.', alarm: false };
    case 'failed':
      return { icon: '$(error)', suffix: '', text: state.reason, alarm: true };
  }
}
