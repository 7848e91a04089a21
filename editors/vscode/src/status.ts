/** Shows how the server is: one item in the status bar, and the language status of YAML files. */
import * as vscode from 'vscode';
import { looksLikeGroup } from './looksLikeGroup.ts';
import { offReason } from './offReason.ts';

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

const LINES_LOOKED_AT = 500;
const SCHEMES = ['file', 'untitled', 'vscode-vfs'];
const filesOf = (language: string) => SCHEMES.map(scheme => ({ language, scheme }));
/** Groups. The server asks for Python itself, and what is asked for twice is sent twice. */
export const GROUPS = filesOf('yaml');

/** The files that hold options of the server: it says what is wrong in them. */
export const CONFIGURATION = SCHEMES.map(scheme => ({
  scheme,
  pattern: '**/{spine-lsp,pyproject}.toml',
}));

export function createStatus(): Status {
  const bar = vscode.window.createStatusBarItem('spine.status', vscode.StatusBarAlignment.Right, 90);
  bar.name = 'Spine';
  bar.command = 'spine.client.menu';
  const language = vscode.languages.createLanguageStatusItem('spine.status', [
    ...GROUPS,
    ...filesOf('python'),
  ]);
  language.name = 'Spine';
  language.command = { command: 'spine.client.restart', title: 'Restart' };
  let state: ServerState = { kind: 'stopped' };

  const show = () => {
    const look = appearance(state, ownProblems(), whyOff());
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
    if (isYaml || look.alarm || look.off) {
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
      return appearance(state, ownProblems(), whyOff()).text;
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

/** Why the file in the foreground is not served, if one may wonder. */
function whyOff(): string | undefined {
  const document = (vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0])?.document;
  if (!document || document.uri.scheme === 'output') {
    return undefined;
  }
  // This is asked at every keystroke, so a file that does not say early what it is stays unjudged.
  const text = document.getText(new vscode.Range(0, 0, LINES_LOOKED_AT, 0));
  const isGroup = looksLikeGroup(text);
  if (!isGroup && document.lineCount > LINES_LOOKED_AT) {
    return undefined;
  }
  return offReason({
    name: vscode.workspace.asRelativePath(document.uri, false).replace(/^.*\//, ''),
    language: document.languageId,
    scheme: document.uri.scheme,
    text,
    served: SCHEMES,
    isGroup,
  });
}

interface Appearance {
  icon: string;
  suffix: string;
  text: string;
  alarm: boolean;
  off: boolean;
}

function appearance(state: ServerState, problems: number, off: string | undefined): Appearance {
  const plain = { suffix: '', alarm: false, off: false };
  switch (state.kind) {
    case 'starting':
      return { ...plain, icon: '$(loading~spin)', text: 'The server is starting.' };
    case 'running':
      if (off !== undefined) {
        return { ...plain, icon: '$(circle-slash)', text: off, off: true };
      }
      return problems === 0
        ? { ...plain, icon: '$(check)', text: 'Running, no problems.' }
        : {
            ...plain,
            icon: '$(warning)',
            suffix: ` ${problems}`,
            text: `Running, ${problems} ${problems === 1 ? 'problem' : 'problems'}.`,
          };
    case 'stopped':
      return { ...plain, icon: '$(circle-slash)', text: 'The server is stopped.' };
    case 'failed':
      return { ...plain, icon: '$(error)', text: state.reason, alarm: true };
  }
}
